"""Twins that cannot begin stay in the queue with the reason beside them, and can be started again."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from cnnviz.app.runs.run_about import RunKind
from cnnviz.app.runs.twin_plan import TwinPlan
from cnnviz.app.runs.twin_queue import WaitingTwin
from cnnviz.data.catalog import open_dataset
from cnnviz.ui.runs.data_wait import CANCELLED, OVERTAKEN
from tests.helpers.designs import short_training, small_design
from tests.helpers.open_windows import open_window

PATIENCE_MS = 30_000


@pytest.fixture
def data_file(tmp_path):
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (60, 8, 8), np.uint8), np.arange(60) % 10
    np.savez(tmp_path / "mine.npz", images=images, labels=labels)
    return tmp_path / "mine.npz"


@pytest.fixture
def window(qtbot, tmp_path, data_file):
    """A window with a run that learned from a file; the digits are on screen again."""
    with open_window(tmp_path) as window:
        bench = window.workbench
        digits = bench.selection.dataset
        bench.selection.set_dataset(open_dataset(str(data_file)))
        bench.document.new(small_design())
        window.training_form.set_training(short_training(1))
        with qtbot.waitSignal(bench.session.run_ended, timeout=PATIENCE_MS):
            window.commands["train"].trigger()
        qtbot.waitUntil(lambda: bench.library.entries[0].kind is RunKind.FINISHED, timeout=PATIENCE_MS)
        bench.selection.set_dataset(digits)
        yield window


def twin(window, seed, original=None):
    entry = window.workbench.library.entries[-1]
    training = dataclasses.replace(short_training(1), seed=seed)
    return WaitingTwin(original or entry.id, TwinPlan(entry.facts.spec, training, "seed"), f"seed {seed}")


def other_design():
    return small_design().renamed("Other")


def trained(window):
    return [entry.about.name for entry in window.workbench.library.entries if entry.about.twin_of]


def test_it_stays_with_the_reason_where_its_data_set_is_gone_and_begins_once_it_is_back(
    window, qtbot, data_file
):
    queue, strip = window.kept_runs.twins.queue, window.run_list.queue
    window.docks.bring(window.docks.runs)
    data_file.rename(data_file.with_suffix(".away"))
    window.workbench.document.new(other_design())
    before = window.workbench.document.spec
    first, second = twin(window, 11), twin(window, 12)
    queue.add(first, second)
    strip.start_button.click()
    qtbot.waitUntil(lambda: len(queue.reasons) == 2)
    assert queue.waiting == (first, second)
    assert window.workbench.document.spec is before, "the design on screen stays where no twin can begin"
    assert all("mine" in reason and "not where it was" in reason for reason in strip.reasons)
    qtbot.waitUntil(strip.rows[1].reason.isVisible)
    data_file.with_suffix(".away").rename(data_file)
    strip.rows[1].retry_button.click()
    qtbot.waitUntil(lambda: trained(window) == ["seed 12"], timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: window.workbench.session.is_idle, timeout=PATIENCE_MS)
    assert queue.waiting == (first,), "what could not begin is tried again when a person wants it"
    strip.start_button.click()
    qtbot.waitUntil(lambda: trained(window) == ["seed 11", "seed 12"], timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: window.workbench.session.is_idle, timeout=PATIENCE_MS)
    assert strip.isHidden()


def test_one_that_is_asked_for_now_waits_where_it_cannot_begin(window, qtbot, data_file):
    queue, strip = window.kept_runs.twins.queue, window.run_list.queue
    data_file.write_bytes(b"no archive")
    wanted = twin(window, 11)
    window.kept_runs.twins.take(window.workbench.library.entries[0], wanted.plan, wanted.name)
    assert strip.start_button.isHidden(), "its data set is being opened"
    qtbot.waitUntil(lambda: any(strip.reasons))
    assert strip.texts == ("1. seed 11",)
    assert "mine.npz" in strip.reasons[0]
    assert [one.name for one in queue.waiting] == ["seed 11"]
    assert not strip.start_button.isHidden()


def test_one_that_was_asked_for_meanwhile_has_its_turn_where_the_first_cannot_begin(window, qtbot, data_file):
    queue, entry = window.kept_runs.twins.queue, window.workbench.library.entries[0]
    data_file.write_bytes(b"no archive")
    for wanted in (twin(window, 11), twin(window, 12)):
        window.kept_runs.twins.take(entry, wanted.plan, wanted.name)
    qtbot.waitUntil(lambda: len(queue.reasons) == 2)


def test_other_images_under_the_same_name_and_a_cancelled_opening_are_told(window, qtbot, data_file):
    queue, strip, bench = window.kept_runs.twins.queue, window.run_list.queue, window.workbench
    images, labels = np.zeros((60, 8, 8), np.uint8), np.arange(60) % 10
    np.savez(data_file, images=images, labels=labels)
    queue.add(twin(window, 11))
    strip.start_button.click()
    qtbot.waitUntil(lambda: any(strip.reasons))
    assert "other images now" in strip.reasons[0]
    bench.selection.set_dataset(open_dataset(str(data_file)))
    strip.rows[0].retry_button.click()
    bench.dataset_opener.cancel()
    assert strip.reasons == (CANCELLED,)
    strip.rows[0].retry_button.click()
    bench.document.new(small_design())
    assert strip.reasons == (OVERTAKEN,)
    assert trained(window) == []


def test_one_that_is_given_up_while_its_data_set_is_opened_does_not_begin(window, qtbot, data_file):
    queue, strip, bench = window.kept_runs.twins.queue, window.run_list.queue, window.workbench
    queue.add(twin(window, 11))
    strip.start_button.click()
    strip.rows[0].cancel_button.click()
    assert not bench.dataset_opener.is_busy
    mine = open_dataset(str(data_file))
    data_file.rename(data_file.with_suffix(".away"))
    queue.add(twin(window, 12))
    strip.start_button.click()
    strip.clear_button.click()
    bench.selection.set_dataset(mine)
    QCoreApplication.processEvents()
    assert (bench.session.is_idle, queue.waiting) == (True, ())


def test_a_twin_of_a_run_that_was_deleted_stays_and_lets_the_next_one_pass(window, qtbot):
    queue, strip = window.kept_runs.twins.queue, window.run_list.queue
    lost = twin(window, 11, original="nothing")
    queue.add(lost, twin(window, 12))
    strip.start_button.click()
    qtbot.waitUntil(lambda: trained(window) == ["seed 12"], timeout=PATIENCE_MS)
    assert queue.waiting == (lost,)
    assert strip.reasons == ('The run is gone of which "seed 11" was to be a twin.',)
    assert not strip.rows[0].retry_button.isVisible()


def test_one_that_cannot_be_trained_stays_with_what_was_wrong(window, qtbot):
    queue, strip = window.kept_runs.twins.queue, window.run_list.queue
    good = twin(window, 11)
    spec = good.plan.spec.remove(good.plan.spec.layers[-1].id)
    broken = dataclasses.replace(good, plan=dataclasses.replace(good.plan, spec=spec))
    queue.add(broken)
    strip.start_button.click()
    qtbot.waitUntil(lambda: any(strip.reasons), timeout=PATIENCE_MS)
    assert queue.waiting == (broken,)
    assert window.workbench.session.is_idle
    assert strip.reasons[0] in window.banner.text
