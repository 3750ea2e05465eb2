"""The line above an evaluation keeps its words: what is no longer beside the figures stands below them."""

from __future__ import annotations

import dataclasses

import pytest

from cnnviz.ui.evaluation.evaluation_head import EvaluationHead
from cnnviz.ui.widgets.elided_label import ElidedLabel
from tests.ui.evaluation.reports import findings_of, report_of

SUBJECT = "20 validation images, epoch 1, step 7"


@pytest.fixture
def head(qtbot):
    head = EvaluationHead()
    qtbot.addWidget(head)
    head.set_findings(findings_of(report_of(said={3: 5})))
    return head


def shown(head):
    """Return what can be read beside and below the headline."""
    labels = [label for label in head.findChildren(ElidedLabel) if label is not head._headline]
    texts = [label.shown_text for label in labels if label.isVisible()]
    return [text for text in texts if text]


def show(qtbot, head, width):
    head.resize(width, head.sizeHint().height())
    with qtbot.waitExposed(head):
        head.show()
    qtbot.waitUntil(lambda: not any(text.endswith("…") for text in shown(head)))


@pytest.mark.parametrize(("width", "lines"), [(1200, 1), (620, 2), (400, 2), (330, 2)])
def test_all_words_can_be_read(width, lines, head, qtbot):
    show(qtbot, head, width)
    texts = shown(head)
    assert len(texts) == lines
    assert texts[-1].endswith(SUBJECT)
    assert head.text.endswith(SUBJECT)


def test_the_second_line_goes_with_the_room(head, qtbot):
    show(qtbot, head, 620)
    head.resize(1200, head.height())
    qtbot.waitUntil(lambda: len(shown(head)) == 1)
    head.resize(620, head.height())
    qtbot.waitUntil(lambda: len(shown(head)) == 2)


def test_while_the_test_set_is_evaluated_nothing_else_is_said(head, qtbot):
    show(qtbot, head, 620)
    head.set_busy(True)
    assert shown(head) == ["evaluating the test set…"]


def test_an_earlier_moment_takes_no_room_that_a_small_window_lacks(head, qtbot):
    """With Live beside it, while a run was on, the words made a window of 1024 pixels wider."""
    head.set_run_on(True)
    show(qtbot, head, 360)
    head.layout().activate()
    least = head.minimumSizeHint().width()
    head.set_findings(dataclasses.replace(findings_of(report_of(said={3: 5})), is_past=True, step=304))
    head.layout().activate()
    assert head.minimumSizeHint().width() == least
    show(qtbot, head, least)
    assert head._headline.shown_text.endswith("% right")
    show(qtbot, head, least + 200)
    qtbot.waitUntil(lambda: head._headline.shown_text.endswith("% right at step 304"))
