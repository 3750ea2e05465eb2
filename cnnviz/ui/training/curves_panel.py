"""Loss and accuracy of the run under way, or of the last one, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from cnnviz.app.session import SessionState
from cnnviz.training.history import best_epoch
from cnnviz.ui.format import number, share
from cnnviz.ui.plots.curve_plot import CurvePlot, Curves
from cnnviz.ui.plots.smoothing import TrailingMean
from cnnviz.ui.theme import SPACE_8, SPACE_12, caption_font, strong_font
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QShowEvent

    from cnnviz.app.session import Session
    from cnnviz.training.history import History, Values

MEAN_OF_STEPS = 20
"""Single batches jump; their mean over this many steps shows where they go."""

SECOND_TURN_MS = 12
"""Time between the two plots of one change: time for whatever else waits."""


class CurvesPanel(QWidget):
    """Draws the history of a session. While it is hidden it does nothing.

    As long as there is no history it offers the command `train`.
    """

    def __init__(self, session: Session, train: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._loss_means, self._accuracy_means = TrailingMean(MEAN_OF_STEPS), TrailingMean(MEAN_OF_STEPS)
        self.loss_plot = CurvePlot("Loss", number, parent=self)
        self.accuracy_plot = CurvePlot("Accuracy", share, top=1.0, axis_scale=100.0, parent=self)
        self._empty = EmptyState("Loss and accuracy are drawn here while the network learns.", train, self)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._plots_page())
        # While a run is on, the plots are drawn in two turns of the event loop, so that neither is long.
        self._accuracy_later = QTimer(self, singleShot=True, interval=SECOND_TURN_MS)
        self._accuracy_later.timeout.connect(self._show_accuracy)
        session.history_changed.connect(self._on_history_changed)
        self._on_history_changed()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_history_changed()

    def _plots_page(self) -> QWidget:
        page = QWidget(self)
        layout = QHBoxLayout(page)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_8)
        layout.setSpacing(SPACE_12)
        captions = (
            ("Loss", "cross-entropy over steps"),
            ("Accuracy", "% right over steps"),
        )
        for plot, (title, unit) in zip((self.loss_plot, self.accuracy_plot), captions, strict=True):
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addLayout(self._caption(title, unit))
            column.addWidget(plot, 1)
            layout.addLayout(column, 1)
        return page

    def _caption(self, title: str, unit: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE_8)
        heading = QLabel(title, self)
        heading.setFont(strong_font(heading))
        note = ElidedLabel(f"{unit}; training: mean of {MEAN_OF_STEPS} batches", self)
        note.setFont(caption_font(note))
        note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        note.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(heading)
        row.addWidget(note, 1)
        return row

    @Slot()
    def _on_history_changed(self) -> None:
        if not self.isVisible():
            return
        history = self._session.history
        self._pages.setCurrentIndex(1 if len(history.steps) else 0)
        self.loss_plot.set_curves(
            _curves(history, history.steps.loss, history.epochs.val_loss, self._loss_means)
        )
        if self._session.state is SessionState.RUNNING:
            self._accuracy_later.start()
        else:
            self._show_accuracy()

    @Slot()
    def _show_accuracy(self) -> None:
        history = self._session.history
        self.accuracy_plot.set_curves(
            _curves(history, history.steps.accuracy, history.epochs.val_accuracy, self._accuracy_means)
        )


def _curves(history: History, batches: Values, validation: Values, means: TrailingMean) -> Curves:
    x, validation_x = history.steps.step, history.epochs.step
    return Curves(x, batches, means.extended(batches), validation_x, validation, best_epoch(history.epochs))
