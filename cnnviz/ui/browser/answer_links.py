"""The network's answers to the images of the browser: asked for, told, and grown old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cnnviz.data.dataset import Split
from cnnviz.ui.browser.words import asking, known, not_asked, old

if TYPE_CHECKING:
    from cnnviz.app.evaluation.evaluator import Evaluator
    from cnnviz.app.evaluation.image_judge import ImageJudge
    from cnnviz.training.evaluation import Report
    from cnnviz.ui.browser.work_strip import WorkStrip

_LOOK_MS = 100
_ASK, _AGAIN = "Ask the Network", "Ask Again"


class AnswerLinks(QObject):
    """Has the judge asked where images are to be arranged by answers, and says on a strip what it knows.

    Signals
    -------
    answers_changed()
        `report` is another one.
    """

    answers_changed = Signal()

    def __init__(self, judge: ImageJudge, evaluator: Evaluator, strip: WorkStrip) -> None:
        super().__init__(strip)
        self._judge, self._evaluator, self._strip = judge, evaluator, strip
        self._split: Split | None = None
        self._is_needed = False
        self._problem = ""
        self._is_refused = False
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._show)
        judge.judged.connect(self._on_judged)
        judge.failed.connect(self._on_failed)
        judge.changed.connect(self._show)
        strip.cancel_requested.connect(self._on_cancel_requested)
        strip.again_requested.connect(self._ask)

    @property
    def report(self) -> Report | None:
        """The answers to all images of the part in sight, old or not."""
        findings = self._judge.findings(self._split) if self._split is not None else None
        return findings.report if findings is not None else None

    @property
    def is_asking(self) -> bool:
        """Whether the answers to these images are on their way."""
        return self._split is not None and self._judge.asked is self._split

    def look_at(self, split: Split | None) -> None:
        """Say which part is in sight; with None nobody looks."""
        if split is not self._split:
            self._split, self._problem, self._is_refused = split, "", False
            self._judge.cancel()
        self._judge.watch(split)
        self._show()

    def need(self, needed: bool) -> None:
        """Say whether images are arranged by answers. Those are asked for; to test images by hand only."""
        self._is_needed = needed
        is_known = self.report is not None or self.is_asking or bool(self._problem)
        if needed and not is_known and not self._is_refused and self._split is not Split.TEST:
            self._ask()
        self._show()

    @Slot()
    def _ask(self) -> None:
        if self._split is not None:
            self._problem, self._is_refused = "", False
            self._judge.judge(self._split)

    @Slot()
    def _on_cancel_requested(self) -> None:
        self._is_refused = True
        self._judge.cancel()
        self.answers_changed.emit()

    @Slot(object)
    def _on_judged(self) -> None:
        self.answers_changed.emit()

    @Slot(str)
    def _on_failed(self, reason: str) -> None:
        self._problem = reason
        self.answers_changed.emit()

    @Slot()
    def _show(self) -> None:
        """Say how it stands with the answers."""
        split, judge, strip = self._split, self._judge, self._strip
        if self.is_asking is not self._look.isActive():
            (self._look.start if self.is_asking else self._look.stop)()
        findings = judge.findings(split) if split is not None else None
        if split is None or not (self._is_needed or findings is not None):
            strip.show_words("")
        elif self.is_asking:
            strip.show_work(asking(judge.share_done), judge.share_done)
        elif self._problem:
            strip.show_words(self._problem, _AGAIN)
        elif findings is None:
            strip.show_words(not_asked(split, len(self._evaluator.test_uses)), _ASK)
        elif judge.is_stale(split):
            strip.show_words(old(findings), _AGAIN)
        else:
            strip.show_words(known(findings))
