"""What the network says of the images in the browser: listed by it, told, and grown old."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.app.data.arrangement import Kept, Order
from cnnviz.app.workbench import Workbench
from cnnviz.data.dataset import Split
from cnnviz.spec.layers import Dense
from cnnviz.spec.losses import MulticlassSVM
from cnnviz.ui.browser.browser_window import BrowserWindow
from cnnviz.ui.browser.words import nothing_listed
from tests.helpers.designs import short_training

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def arrange(qtbot: QtBot, window: BrowserWindow, kept: Kept, order: Order = Order.NUMBER) -> None:
    """Choose, and wait for the network."""
    with qtbot.waitSignal(window.answers.answers_changed, timeout=30_000):
        window.parts.bar.choose(kept, order)


def test_the_network_is_asked_only_where_its_answers_are_needed(
    window: BrowserWindow, bench: Workbench, qtbot: QtBot
) -> None:
    window.parts.bar.choose(Kept.ALL, Order.CLASS)
    labels = bench.selection.dataset.labels[bench.selection.dataset.indices(Split.VALIDATION)]
    assert labels[window.positions].tolist() == sorted(labels)
    assert bench.judge.asked is None
    assert window.parts.strip.text == ""
    window.parts.bar.choose(Kept.WRONG, Order.NUMBER)
    assert bench.judge.asked is Split.VALIDATION
    assert window.parts.grid.count == 0, "until the network has answered"
    assert window.parts.listed.text() == "validation images, wrong"
    qtbot.waitSignal(window.answers.answers_changed, timeout=30_000).wait()


def test_wrong_images_are_listed_and_told(window: BrowserWindow, bench: Workbench, qtbot: QtBot) -> None:
    arrange(qtbot, window, Kept.WRONG, Order.HARDEST)
    report = bench.judge.findings(Split.VALIDATION).report
    assert window.positions.tolist() == report.mistakes().tolist()
    assert window.parts.listed.text() == f"{len(window.positions)} validation images, wrong"
    assert "untrained" in window.parts.strip.text
    first = int(window.positions[0])
    bench.selection.select(Split.VALIDATION, first)
    assert f"taken for {report.predicted[first]} with" in window.parts.image.text()
    assert window.parts.grid.marked == 0
    with_bars = window.parts.grid.grab().toImage()
    window.parts.bar.choose(Kept.RIGHT, Order.NUMBER)
    assert set(window.positions) == set(np.flatnonzero(report.labels == report.predicted))
    assert window.parts.grid.grab().toImage() != with_bars
    bench.selection.select(Split.VALIDATION, first)
    assert window.parts.image.text().endswith("not among those listed")


def test_a_part_of_which_nothing_is_wrong_says_so(
    window: BrowserWindow, bench: Workbench, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(bench.session.run_ended, timeout=30_000):
        bench.session.start(bench.document.spec, short_training(), bench.selection.dataset)
    arrange(qtbot, window, Kept.WRONG)
    window.parts.classes.choose(0)
    assert window.parts.grid.count == 0 or window.parts.listed.text().endswith("of 0, wrong")
    window.grab()


def test_old_answers_are_marked_and_asked_for_again_on_wish(
    window: BrowserWindow, bench: Workbench, qtbot: QtBot
) -> None:
    arrange(qtbot, window, Kept.ALL, Order.HARDEST)
    bench.document.set_loss(MulticlassSVM())
    assert window.parts.strip.text.startswith("Before the network changed")
    with qtbot.waitSignal(window.answers.answers_changed, timeout=30_000):
        window.parts.strip.button.click()
    assert not window.parts.strip.text.startswith("Before")


def test_when_training_ends_the_images_are_listed_anew(
    window: BrowserWindow, bench: Workbench, qtbot: QtBot
) -> None:
    arrange(qtbot, window, Kept.ALL, Order.HARDEST)
    before = window.positions.tolist()
    with qtbot.waitSignal(window.answers.answers_changed, timeout=30_000):
        bench.session.start(bench.document.spec, short_training(), bench.selection.dataset)
    assert window.positions.tolist() != before
    assert "epoch" in window.parts.strip.text


def test_test_images_are_asked_about_by_hand_and_it_counts(
    window: BrowserWindow, bench: Workbench, qtbot: QtBot
) -> None:
    window.parts.splits.setCurrentIndex(window.parts.splits.findData(Split.TEST))
    window.parts.bar.choose(Kept.ALL, Order.HARDEST)
    assert bench.judge.asked is None
    assert window.parts.strip.text == "", "nothing is asked behind the curtain"
    window.parts.curtain.action.trigger()
    assert bench.judge.asked is None
    assert window.parts.strip.text.endswith("a use of the test set: 1 so far.")
    with qtbot.waitSignal(window.answers.answers_changed, timeout=30_000):
        window.parts.strip.button.click()
    assert [use.is_look for use in bench.evaluator.test_uses] == [True, False]
    report = bench.judge.findings(Split.TEST).report
    assert window.positions.tolist() == report.hardest.tolist()


def test_what_was_given_up_can_be_asked_again(window: BrowserWindow, bench: Workbench, qtbot: QtBot) -> None:
    window.parts.bar.choose(Kept.WRONG, Order.NUMBER)
    assert window.parts.strip.bar.isVisible()
    window.parts.strip.button.click()
    assert bench.judge.asked is None
    assert window.parts.strip.text == "The network has not been asked about these images."
    with qtbot.waitSignal(window.answers.answers_changed, timeout=30_000):
        window.parts.strip.button.click()
    assert len(window.positions)


def test_why_there_are_no_answers_is_said(window: BrowserWindow, bench: Workbench, qtbot: QtBot) -> None:
    bench.document.insert_layer(Dense(units=3), 0)
    arrange(qtbot, window, Kept.WRONG)
    assert window.parts.strip.text
    assert window.parts.strip.button.isVisible()
    assert window.parts.grid.count == 0


def test_hidden_it_asks_nothing(window: BrowserWindow, bench: Workbench, qtbot: QtBot) -> None:
    window.parts.bar.choose(Kept.WRONG, Order.NUMBER)
    window.hide()
    assert bench.judge.asked is None
    with qtbot.waitSignal(bench.session.run_ended, timeout=30_000):
        bench.session.start(bench.document.spec, short_training(), bench.selection.dataset)
    assert bench.judge.asked is None


def test_of_images_nobody_has_asked_about_it_is_not_said_that_none_is_right() -> None:
    kept, part = Kept.RIGHT, Split.TEST
    assert nothing_listed(part, "7", kept, is_asking=False) == "No test image of 7 is right."
    unknown = nothing_listed(part, "7", kept, is_asking=False, is_known=False)
    assert unknown == "The network has not been asked about these images."
