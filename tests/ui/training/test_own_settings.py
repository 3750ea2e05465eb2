"""A run brings its settings; a new design begins with those of the person."""

from __future__ import annotations

import dataclasses

import pytest

from cnnviz.spec.io import save
from cnnviz.spec.losses import CrossEntropy, MeanSquaredError
from cnnviz.spec.training import SGD
from cnnviz.training.runfile import save_run
from cnnviz.ui.training.own_settings import CHANGED, OF_RUN, OWN
from tests.helpers.designs import small_design
from tests.helpers.runs import SETTINGS, finished

FOREIGN = dataclasses.replace(SETTINGS, optimizer=SGD(), best_by="val_loss", seed=7, loss=CrossEntropy())


@pytest.fixture
def run_file(tmp_path):
    save_run(tmp_path / "foreign.cnnviz", finished(FOREIGN))
    return tmp_path / "foreign.cnnviz"


def change(window, **changes):
    window.training_form.choose(dataclasses.replace(window.training_form.training, **changes))


def whose(window):
    return window.training_form.presets.choice.placeholderText()


def test_a_new_design_begins_with_the_own_settings_and_says_so(window, run_file):
    change(window, epochs=13, batch_size=77)
    own = window.training_form.training
    assert window.files.open_path(run_file)
    assert window.training_form.training == FOREIGN
    assert whose(window) == OF_RUN
    assert window.files.new(small_design())
    assert window.training_form.training == own
    assert whose(window) == OWN
    assert "own again" in window.banner.text
    assert "epochs 13 → 2" in window.banner.text


def test_what_is_changed_beside_the_settings_of_a_run_is_own_and_nothing_else_of_them(window, run_file):
    assert window.files.open_path(run_file)
    change(window, l2=0.25)
    assert whose(window) == CHANGED
    own = window.own_settings.own
    assert (own.l2, own.seed, own.best_by) == (0.25, 0, "val_accuracy")
    window.files.new(small_design())
    assert window.training_form.training == own


def test_a_design_file_begins_with_the_own_settings(window, run_file, tmp_path):
    save(small_design(), tmp_path / "small.json")
    own = window.training_form.training
    assert window.files.open_path(run_file)
    assert window.files.open_path(tmp_path / "small.json")
    assert window.training_form.training == own


def test_first_weights_are_those_of_the_own_seed(window, run_file):
    parameters = window.workbench.session.parameters_for
    window.files.new(small_design())
    before = {key: value.copy() for key, value in parameters(window.workbench.document.spec).items()}
    window.files.open_path(run_file)
    window.files.new(small_design())
    after = parameters(window.workbench.document.spec)
    assert all((after[key] == value).all() for key, value in before.items())


def test_the_loss_of_a_new_design_is_its_own_matter(window, run_file):
    window._begin(small_design(), MeanSquaredError())
    assert window.training_form.training.loss == MeanSquaredError()
    window.files.open_path(run_file)
    window._begin(small_design(), CrossEntropy())
    assert window.training_form.training.loss == CrossEntropy()
    assert window.own_settings.own.seed == 0
