"""The curves of the run under way, or of the last one, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from cnnviz.ui.plots.curve_plot import CurvePlot
from cnnviz.ui.plots.smoothing import TrailingMean
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font, strong_font
from cnnviz.ui.training.plot_options import PlotOptions
from cnnviz.ui.training.quantities import WORDS, Quantity, curves_of, fitting, steps_per_epoch
from cnnviz.ui.training.ratio_curves import RatioCurves
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QShowEvent

    from cnnviz.app.training.session import Session
    from cnnviz.ui.plots.curves import Curves
    from cnnviz.ui.training.overlays import Overlay

_NOT_MEASURED = "not measured in this run"


class CurvesPanel(QWidget):
    """Draws the history of a session. While it is hidden it does nothing.

    As long as there is no history it offers the command `train`. The line under the mouse stands at the same
    step in every plot.

    Signals
    -------
    export_requested()
        The curves are to be written to a file.
    """

    export_requested = Signal()

    def __init__(self, session: Session, train: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.options = PlotOptions(self)
        self._columns: dict[Quantity, _PlotColumn] = {}  # those that were ever asked for: few are
        self._shown: list[Quantity] = []
        self._overlays: tuple[Overlay, ...] = ()
        self._moment: int | None = None
        self._row = QHBoxLayout()
        self._empty = EmptyState("Loss and accuracy are drawn here while the network learns.", train, self)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._page = self._plots_page()
        self._pages.addWidget(self._page)
        self.options.changed.connect(self._on_options_changed)
        self.options.fit_requested.connect(self._on_fit_requested)
        self.options.export_requested.connect(self.export_requested)
        session.history_changed.connect(self._on_history_changed)
        self._on_options_changed()

    def plot(self, quantity: Quantity) -> CurvePlot:
        """Return the plot of a quantity."""
        return self._column(quantity).plot

    @property
    def shown_plots(self) -> list[CurvePlot]:
        """The plots there are, from left to right."""
        return [self.plot(quantity) for quantity in self._shown]

    def set_overlays(self, overlays: tuple[Overlay, ...]) -> None:
        """Draw other runs beside the one on screen."""
        self._overlays = overlays
        self._on_history_changed()

    def set_moment(self, step: int | None) -> None:
        """Mark the step whose weights are in sight; None where they are the newest."""
        self._moment = step
        for column in self._columns.values():
            column.plot.set_moment(step)

    def add_below(self, widget: QWidget) -> None:
        """Put a widget under the plots."""
        layout = self._page.layout()
        assert layout is not None  # made in _plots_page
        layout.addWidget(widget)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_history_changed()

    def _plots_page(self) -> QWidget:
        page = QWidget(self)
        self._row.setContentsMargins(SPACE_12, 0, SPACE_12, SPACE_8)
        self._row.setSpacing(SPACE_12)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        layout.addWidget(self.options)
        layout.addLayout(self._row, 1)
        return page

    def _column(self, quantity: Quantity) -> _PlotColumn:
        column = self._columns.get(quantity)
        if column is None:
            column = self._columns[quantity] = _PlotColumn(quantity, self._page)
            column.hide()
            column.plot.step_pointed.connect(self._on_step_pointed)
            column.plot.set_moment(self._moment)
            self._apply_options(quantity, column)
            before = list(Quantity)[: list(Quantity).index(quantity)]
            self._row.insertWidget(sum(other in self._columns for other in before), column, 1)
        return column

    def _apply_options(self, quantity: Quantity, column: _PlotColumn) -> None:
        words = WORDS[quantity]
        column.set_window(self.options.mean_of)
        column.plot.set_hidden(self.options.hidden)
        column.plot.set_log(words.of_layers or (self.options.is_log and words.top is None))

    @Slot()
    def _on_history_changed(self) -> None:
        if not self.isVisible():
            return
        self._pages.setCurrentIndex(1 if len(self._session.history.steps) or self._overlays else 0)
        shown = fitting(self.options.shown, self._session.history)
        if shown != self._shown:
            self._shown = shown
            for quantity in shown:
                self._column(quantity)
            for quantity, column in self._columns.items():
                column.setVisible(quantity in shown)
        for quantity in shown:
            self._show(quantity)

    def _show(self, quantity: Quantity) -> None:
        history = self._session.history
        column = self._column(quantity)
        column.plot.set_steps_per_epoch(steps_per_epoch(history) if self.options.counts_epochs else 0)
        curves = curves_of(quantity, history, column.means, column.ratios)
        if WORDS[quantity].of_layers:
            self.options.layers.set_curves(curves.curves)
            column.set_missing(len(history.steps) > 0 and not curves.curves)
            if column.shows(curves):  # looks are seldom, and there may be many curves to paint
                return
        for overlay in self._overlays:
            curves = overlay.added_to(curves, quantity)
        column.plot.set_curves(curves)

    @Slot()
    def _on_options_changed(self) -> None:
        for quantity, column in self._columns.items():
            self._apply_options(quantity, column)
        self._on_history_changed()

    @Slot()
    def _on_fit_requested(self) -> None:
        for plot in self.shown_plots:
            plot.fit()

    @Slot(object)
    def _on_step_pointed(self, step: float | None) -> None:
        for plot in self.shown_plots:
            plot.set_pointed(step)


class _PlotColumn(QWidget):
    """A plot under its caption, and the smoothing of its curves."""

    def __init__(self, quantity: Quantity, parent: QWidget) -> None:
        super().__init__(parent)
        words = WORDS[quantity]
        self.means, self.ratios = TrailingMean(1), RatioCurves()
        self.plot = CurvePlot(
            quantity.value,
            words.written,
            top=words.top,
            axis_scale=words.axis_scale,
            guide=words.guide,
            parent=self,
        )
        heading = QLabel(quantity.value, self)
        heading.setFont(strong_font(heading))
        self._note, self._words = ElidedLabel(words.note, self), words
        note = self._note
        note.setFont(caption_font(note))
        note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        note.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        caption = QHBoxLayout()
        caption.setSpacing(SPACE_8)
        caption.addWidget(heading)
        caption.addWidget(note, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(caption)
        layout.addWidget(self.plot, 1)

    def shows(self, curves: Curves) -> bool:
        """Return whether the plot has these very curves already."""
        shown = self.plot.curves
        return shown.curves is curves.curves and shown.changes == curves.changes

    def set_missing(self, missing: bool) -> None:
        """Say that the run has nothing of this, or not."""
        self._note.setText(_NOT_MEASURED if missing else self._words.note)

    def set_window(self, count: int) -> None:
        """Draw the mean of so many batches."""
        if count != self.means.window:
            self.means = TrailingMean(count)
