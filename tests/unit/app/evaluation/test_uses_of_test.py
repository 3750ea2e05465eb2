from __future__ import annotations

import dataclasses

import pytest

from cnnviz.app.runs.run_about import RunKind
from cnnviz.app.settings import Settings
from cnnviz.app.workbench import Workbench
from cnnviz.data.dataset import Split
from cnnviz.spec.layers import Dropout
from tests.helpers.designs import ENDLESS, short_training


@pytest.fixture
def bench(qtbot, tmp_path):
    bench = Workbench(Settings(tmp_path / "settings.ini"))
    yield bench
    assert bench.close()


def train(qtbot, bench):
    with qtbot.waitSignal(bench.session.run_ended, timeout=30_000):
        bench.session.start(bench.document.spec, short_training(), bench.selection.dataset)
    qtbot.waitUntil(lambda: [entry.kind for entry in bench.library.entries] == [RunKind.FINISHED])


def look(qtbot, bench):
    with qtbot.waitSignal(bench.evaluator.evaluated, timeout=30_000):
        bench.evaluator.use_test_set()


def uses(bench):
    (entry,) = bench.library.entries
    return [(use.step, use.epoch) for use in entry.test_uses]


def test_a_look_is_kept_with_the_run_that_is_on_screen(qtbot, bench):
    train(qtbot, bench)
    look(qtbot, bench)
    state = bench.session.result.state
    assert uses(bench) == [(state.step, state.epoch)]
    assert bench.library.marked(bench.session.result).test_uses == bench.library.entries[0].test_uses


def test_a_look_at_another_design_or_other_images_is_no_look_of_the_run(qtbot, bench):
    train(qtbot, bench)
    digits = bench.selection.dataset
    bench.selection.set_dataset(dataclasses.replace(digits, images=digits.max_value - digits.images))
    look(qtbot, bench)
    bench.selection.set_dataset(digits)
    bench.document.insert_layer(Dropout(), 1)
    look(qtbot, bench)
    assert uses(bench) == []


def test_images_that_are_asked_for_are_a_use_and_a_look_with_every_run_they_are_seen_beside(qtbot, bench):
    bench.selection.curtain.ask()
    (use,) = bench.evaluator.test_uses
    assert (use.step, use.is_look) == (0, True)
    train(qtbot, bench)
    assert uses(bench) == []
    state = bench.session.result.state
    bench.selection.select(Split.TEST, 3)
    bench.selection.next()
    bench.selection.curtain.note_seen()
    assert uses(bench) == [(state.step, state.epoch)]
    assert len(bench.evaluator.test_uses) == 1


def test_a_run_that_ends_beside_a_test_image_was_looked_at_with_it(qtbot, bench):
    bench.selection.curtain.ask()
    bench.selection.select(Split.TEST, 3)
    train(qtbot, bench)
    qtbot.waitUntil(lambda: len(uses(bench)) == 1)


def test_an_evaluation_shows_test_images_from_then_on_and_is_noted_once(qtbot, bench):
    train(qtbot, bench)
    look(qtbot, bench)
    assert bench.selection.curtain.is_open
    bench.selection.select(Split.TEST, 3)
    assert len(uses(bench)) == 1
    assert [use.is_look for use in bench.evaluator.test_uses] == [False]


def test_a_look_while_the_run_is_on_is_kept_when_it_has_ended(qtbot, bench):
    bench.session.start(bench.document.spec, ENDLESS, bench.selection.dataset)
    qtbot.waitUntil(lambda: bench.session.unsaved)
    look(qtbot, bench)
    bench.session.close()
    qtbot.waitUntil(lambda: [entry.kind for entry in bench.library.entries] == [RunKind.STOPPED])
    assert len(uses(bench)) == 1
