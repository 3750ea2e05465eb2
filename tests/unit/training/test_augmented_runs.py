"""Runs whose training images are varied."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.app.runs.twin_plan import fields_of, planned
from cnnviz.data.augmenting import Augmenter
from cnnviz.data.dataset import Split
from cnnviz.data.preparing import prepared
from cnnviz.engine.build import build
from cnnviz.engine.parallel import Executor
from cnnviz.spec.augmenting import Augmenting, augmenting_in_words
from cnnviz.spec.preparing import Preparing
from cnnviz.training.control import RunControl
from cnnviz.training.evaluation import evaluate
from cnnviz.training.events import SettingsChanged
from cnnviz.training.examples import TrainingImages
from cnnviz.training.random_state import initial_rng
from cnnviz.training.run_comparison import setting_differences
from cnnviz.training.runfile import load_run, save_run
from tests.helpers.runs import (
    SETTINGS,
    events_of,
    few_digits,
    finished,
    noisy_design,
    same_arrays,
    stopped_after,
)

VARIED = dataclasses.replace(
    SETTINGS, augmenting=Augmenting(shift=0.1, rotate=10, elastic=0.05, noise=0.1, flip_horizontal=True)
)


@pytest.mark.parametrize("steps", [1, 3, 4])
def test_a_continued_run_is_bit_for_bit_that_without_interruption(steps, tmp_path):
    save_run(tmp_path / "run.cnnviz", stopped_after(steps, VARIED))
    earlier = load_run(tmp_path / "run.cnnviz").result
    assert earlier.training == VARIED
    whole, continued = finished(VARIED), finished(VARIED, resume_from=earlier)
    assert same_arrays(continued.parameters, whole.parameters)
    assert continued.history.steps.loss.tolist() == whole.history.steps.loss.tolist()


def test_each_epoch_shows_other_images_and_no_number_of_threads_changes_them():
    assert not same_arrays(finished(VARIED).parameters, finished(SETTINGS).parameters)
    images, indices = TrainingImages(few_digits(), 0), few_digits().indices(Split.TRAIN)[:8]
    first = images.batch(indices, VARIED.augmenting, 0)
    assert not np.array_equal(first, images.batch(indices, VARIED.augmenting, 1))
    assert np.array_equal(first, TrainingImages(few_digits(), 0).batch(indices, VARIED.augmenting, 0))
    assert np.array_equal(images.batch(indices, Augmenting(), 0), few_digits().scaled(indices))


def test_the_threads_of_the_run_share_the_work_without_changing_an_image():
    everything = Augmenting(
        shift=0.1, rotate=20, elastic=0.05, noise=0.1, contrast=0.5, brightness=0.1, cutout=0.4
    )
    indices = few_digits().indices(Split.TRAIN)[:40]
    alone = TrainingImages(few_digits(), 0).batch(indices, everything, 0)
    for threads in (2, 3, 11):
        images = TrainingImages(few_digits(), 0)
        with Executor(build(noisy_design(), initial_rng(0)), threads) as executor:
            images.use(executor)
            assert np.array_equal(images.batch(indices, everything, 0), alone)


def test_what_is_learned_from_are_the_images_of_that_epoch(monkeypatch):
    asked, learned = [], []
    batch, step = TrainingImages.batch, Executor.step

    def noted_batch(self, indices, augmenting, epoch):
        asked.append((indices, epoch))
        return batch(self, indices, augmenting, epoch)

    def noted_step(self, x, *others):
        learned.append(x.copy())
        return step(self, x, *others)

    monkeypatch.setattr(TrainingImages, "batch", noted_batch)
    monkeypatch.setattr(Executor, "step", noted_step)
    result = finished(VARIED)
    per_epoch = result.state.step // VARIED.epochs
    assert [epoch for _, epoch in asked] == np.repeat(np.arange(VARIED.epochs), per_epoch).tolist()
    for (indices, epoch), images in zip(asked, learned, strict=True):
        units = few_digits().units(indices)
        expected = Augmenter(VARIED.seed).varied(units, VARIED.augmenting, indices, epoch)
        assert np.array_equal(images, expected)


def test_validation_images_are_not_varied():
    result = finished(VARIED)
    network = build(noisy_design(), initial_rng(0))
    network.load(result.parameters)
    with Executor(network, 2) as executor:
        measured = evaluate(executor, few_digits(), few_digits().indices(Split.VALIDATION))
    assert measured.loss == result.history.epochs.val_loss[-1]


def test_variations_can_be_changed_on_the_way():
    control = RunControl()
    events = events_of(SETTINGS, control=control)
    seen = [next(events)]
    control.change(VARIED)
    seen += list(events)
    changed = [event for event in seen if isinstance(event, SettingsChanged)]
    assert [one.text for one in changed] == [
        "shift 0 → 0.1, rotate 0 → 10, elastic 0 → 0.05, flip sideways no → yes, noise 0 → 0.1"
    ]
    assert same_arrays(seen[-1].result.parameters, finished(VARIED).parameters)


def test_a_comparison_and_a_twin_know_the_variations():
    texts = [one.text for one in setting_differences(SETTINGS, VARIED)]
    assert texts[:2] == ["augmenting: shift 0 → 0.1", "augmenting: rotate 0 → 10"]
    field = next(one for one in fields_of(noisy_design(), SETTINGS) if one.name == "shear")
    twin = planned(field, 20.0, noisy_design(), SETTINGS, None)
    assert twin.training.augmenting == Augmenting(shear=20.0)
    assert twin.words == "augmenting: shear 0 → 20"


def test_variations_in_words():
    assert augmenting_in_words(Augmenting()) == ""
    words = augmenting_in_words(Augmenting(rotate=15, flip_vertical=True, shift=0.1))
    assert words == "shift 0.1, rotate 15, flip upside down"


def test_images_are_varied_before_their_pixels_become_numbers():
    plain, treated = few_digits(), prepared(few_digits(), Preparing(standardise=True))
    indices = plain.indices(Split.TRAIN)[:8]
    units = TrainingImages(plain, 0).batch(indices, VARIED.augmenting, 0)
    numbers = TrainingImages(treated, 0).batch(indices, VARIED.augmenting, 0)
    assert np.array_equal(numbers, treated.treatment.numbers(units))
