"""How far a run is: a bar, the epoch, the speed and the time left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from cnnviz.app.training.progress import Progress
from cnnviz.app.training.session import SessionState
from cnnviz.ui.format import duration
from cnnviz.ui.preparing.words import said_of
from cnnviz.ui.theme import SPACE_12, with_tabular_figures
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.work_bar import WorkBar

if TYPE_CHECKING:
    from cnnviz.app.selection import Selection
    from cnnviz.app.training.session import Session

_WIDEST = ("epoch 888/888", "88,888 img/s", "88:88 computed")
_WIDEST_SHORT = ("888/888", "88.8k img/s", "88:88 left")
_WITH_DECIMAL = 10.0
"""Slower than that, a whole number of images would say too little."""
_TIP = (
    "While a run is on, images a second and the time left are by the clock, slow motion included. After it: "
    "the speed and the time of computing the steps, without validation, pauses and slow motion"
)


class ProgressStrip(QWidget):
    """Shows the progress of a session in one line whose parts do not jump as numbers change."""

    def __init__(self, session: Session, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._selection = session, selection
        self._bar = WorkBar("Progress of the run", self)
        self._epoch, self._rate, self._left = (self._label(widest) for widest in _WIDEST)
        self.setToolTip(_TIP)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_12, 0, SPACE_12, 0)
        layout.setSpacing(SPACE_12)
        for widget in (self._bar, self._epoch, self._rate, self._left):
            layout.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        session.progress_changed.connect(self._on_progress_changed)
        for changed in (session.state_changed, selection.dataset_changed):
            changed.connect(self._on_facts_changed)
        session.weights_changed.connect(self._on_weights_changed)
        self._show(session.progress)

    def text(self) -> str:
        """Return what the line says."""
        return " ".join(label.text() for label in (self._epoch, self._rate, self._left) if label.text())

    def set_narrow(self, is_narrow: bool) -> None:
        """Insist on room for the shorter forms of the words only."""
        labels = self._epoch, self._rate, self._left
        for label, widest in zip(labels, _WIDEST_SHORT if is_narrow else _WIDEST, strict=True):
            label.set_widest(widest)

    def _label(self, widest: str) -> ElidedLabel:
        label = ElidedLabel(parent=self, widest=widest)
        label.setFont(with_tabular_figures(label.font()))
        label.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        return label

    @Slot(object)
    def _on_progress_changed(self, progress: Progress) -> None:
        self._show(progress)

    @Slot()
    def _on_facts_changed(self) -> None:
        self._show(self._session.progress)

    @Slot()
    def _on_weights_changed(self) -> None:
        if self._session.is_idle:  # else they are news of a run, whose progress is told at its own pace
            self._on_facts_changed()

    def _show(self, progress: Progress) -> None:
        """Show how far the run is; where Train would begin a new one, on other images, from which it was."""
        other = self._other_images()
        side = Qt.AlignmentFlag.AlignRight if other else Qt.AlignmentFlag.AlignLeft
        self._rate.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)  # one sentence in two labels
        if other:
            self._show_parts(Progress())
            self._rate.setText("last run on")
            self._left.setText(other)
        else:
            self._show_parts(progress)
        self._bar.setAccessibleDescription(self.text())

    def _other_images(self) -> str:
        """Return what the last run learned from where that is not what is chosen now; else nothing."""
        result = self._session.result if self._session.is_idle else None
        if result is None or result.data.content_hash == self._selection.dataset.content_hash:
            return ""
        return said_of(result.data)

    def _show_parts(self, progress: Progress) -> None:
        self._bar.set_share(progress.fraction)
        of_all = f"{progress.epoch}/{progress.epochs}"
        words = (f"epoch {of_all}", of_all, str(progress.epoch)) if progress.epochs else ("not started",)
        self._epoch.set_forms(*words)
        self._rate.set_forms(*self._rate_words(progress))
        self._left.set_forms(*self._state_words(progress))

    def _rate_words(self, progress: Progress) -> tuple[str, ...]:
        """Return how fast the run learns by the clock, or was computed after it, and a shorter form."""
        state = self._session.state
        if state is SessionState.PAUSED:
            return ("",)  # nothing is learned
        rate = progress.speed(self._session.steering.delay if state is SessionState.RUNNING else 0.0)
        if not rate:
            return ("",)
        text = f"{rate:,.{1 if rate < _WITH_DECIMAL else 0}f}"
        if rate < 1000:
            return f"{text} img/s", f"{text}/s"
        thousands = rate / 1000
        return f"{text} img/s", f"{thousands:,.{1 if thousands < _WITH_DECIMAL else 0}f}k img/s"

    def _state_words(self, progress: Progress) -> tuple[str, ...]:
        """Return what the run does, or how long it has taken or will take, and a shorter form."""
        state = self._session.state
        if state is SessionState.STOPPING:
            return ("stopping…",)
        if state is SessionState.PAUSED:
            return ("paused",)
        if state is SessionState.RUNNING and progress.seconds_left is not None:
            waiting = (progress.steps - progress.step) * self._session.steering.delay
            left = duration(max(progress.seconds_left, waiting))
            return f"{left} left", left
        if not (progress.seconds and progress.step):
            return ("",)
        return f"{duration(progress.seconds)} computed", duration(progress.seconds)
