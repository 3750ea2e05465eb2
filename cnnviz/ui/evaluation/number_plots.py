"""What is predicted against what is true, and how far apart they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QPalette, QPen
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cnnviz.ui.evaluation.words import angle_figures, number_figures
from cnnviz.ui.plots.labelled_plot import adopt_menu
from cnnviz.ui.plots.number_axis import NumberAxis
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font, colors_of, mixed, strong_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.training.number_report import NumberReport
    from cnnviz.ui.theme import Colors

MOST_POINTS = 2_000
"""More points cannot be told apart, and take longer to draw than a run can wait."""
_ANGLE = "angle (degrees)"
_SCATTER, _RESIDUALS = "Predicted against true", "Residuals"
_BINS = 31
_POINT_PX = 6


class NumberPlots(QWidget):
    """A point for each image, and a histogram of output minus target, of one of the numbers.

    Signals
    -------
    image_chosen(int)
        The point of an image was clicked; with its place in the report.
    """

    image_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: NumberReport | None = None
        self.choice = QComboBox(self)
        self.choice.setAccessibleName("Which number of the network")
        self.choice.setToolTip("Which of the network's numbers is drawn")
        self._note = ElidedLabel(parent=self)
        self.scatter_plot, self.histogram_plot = _QuietPlot(self), _QuietPlot(self)
        self._diagonal = pg.PlotCurveItem()
        self._points = pg.ScatterPlotItem(size=_POINT_PX, pxMode=True, hoverable=True, tip=None)
        self._bars = pg.BarGraphItem(x=[], height=[], width=1.0)
        self._zero = pg.InfiniteLine(pos=0, angle=90)
        for plot, items, words, name in (
            (
                self.scatter_plot,
                (self._diagonal, self._points),
                ("true", "predicted"),
                "Predicted against true",
            ),
            (self.histogram_plot, (self._bars, self._zero), ("predicted − true", "images"), _RESIDUALS),
        ):
            for item in items:
                plot.addItem(item)
            plot.setLabel("bottom", words[0])
            plot.setLabel("left", words[1])
            plot.setAccessibleName(name)
        self._lay_out()
        self.choice.activated.connect(self._on_number_chosen)
        self._points.sigClicked.connect(self._on_point_clicked)
        self._apply_colors()

    @property
    def note(self) -> str:
        """The figures of the number that is drawn."""
        return self._note.text()

    @property
    def drawn(self) -> int:
        """How many images have a point."""
        return len(self._points.data)

    def set_report(self, report: NumberReport) -> None:
        """Draw another report."""
        names = [what.title for what in report.quantities] or list(report.names)
        if report.angles() is not None:
            names.insert(0, _ANGLE)
        if names != [self.choice.itemText(place) for place in range(self.choice.count())]:
            self.choice.clear()
            self.choice.addItems(names)
        self.choice.setVisible(len(names) > 1 or bool(report.quantities))
        self._report = report
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange:
            self._apply_colors()
        super().changeEvent(event)

    def _lay_out(self) -> None:
        self._note.setFont(caption_font(self))
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        head = QHBoxLayout()
        head.setSpacing(SPACE_8)
        head.addWidget(self.choice)
        head.addWidget(self._note, 1)
        plots = QHBoxLayout()
        plots.setSpacing(SPACE_12)
        for title, plot in (
            (_SCATTER, self.scatter_plot),
            (_RESIDUALS, self.histogram_plot),
        ):
            heading = QLabel(title, self)
            heading.setFont(strong_font(heading))
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(heading)
            column.addWidget(plot, 1)
            plots.addLayout(column, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        layout.addLayout(head)
        layout.addLayout(plots, 1)

    def _draw(self) -> None:
        report = self._report
        if report is None:
            return
        all_said, all_true, figures = self._chosen(report)
        places = some_places(report.images)
        said, true = all_said[places], all_true[places]
        known = np.isfinite(said)
        self._points.setData(true[known], said[known], data=places[known].tolist())
        ends = _span(np.concatenate([true, said[known]]))
        self._diagonal.setData(ends, ends)
        self.scatter_plot.setRange(xRange=tuple(ends), yRange=tuple(ends), padding=0.03)
        self._draw_residuals(all_said - all_true)
        few = f"; {len(places):,} of {report.images:,} images drawn" if len(places) < report.images else ""
        self._note.setText(figures + few)

    def _chosen(self, report: NumberReport) -> tuple[NDArray[np.float64], NDArray[np.float64], str]:
        """Return what is said and what is true of the chosen number, and its figures in words."""
        which, angles = max(0, self.choice.currentIndex()), report.angles()
        if angles is not None:
            if which == 0:
                return *angles, angle_figures(*angles)
            which -= 1
        said, true = (column[:, which].astype(np.float64) for column in (report.outputs, report.targets))
        return said, true, number_figures(report, which)

    def _draw_residuals(self, residuals: NDArray[np.float64]) -> None:
        values = residuals[np.isfinite(residuals)]
        reach = float(np.abs(values).max(initial=0.0)) or 1.0
        counts, edges = np.histogram(values, _BINS, (-reach, reach))
        self._bars.setOpts(x0=edges[:-1], x1=edges[1:], height=counts, width=None)
        most = int(counts.max(initial=1))
        self.histogram_plot.setRange(xRange=(-reach, reach), yRange=(0, most), padding=0.03)

    def _apply_colors(self) -> None:
        colors = colors_of(self)
        for plot in (self.scatter_plot, self.histogram_plot):
            plot.apply_colors(colors)
        self._diagonal.setPen(QPen(colors.muted, 0, Qt.PenStyle.DashLine))
        self._zero.setPen(QPen(colors.muted, 0, Qt.PenStyle.DashLine))
        hue = colors.plot_train
        self._points.setPen(QPen(colors.base, 0))
        self._points.setBrush(hue)
        self._bars.setOpts(brush=mixed(hue, colors.base, 0.75), pen=QPen(colors.base, 0))

    @Slot()
    def _on_number_chosen(self) -> None:
        self._draw()

    @Slot(object, object, object)
    def _on_point_clicked(self, item: object, points: NDArray[np.object_], event: object) -> None:
        if len(points):
            self.image_chosen.emit(int(points[0].data()))


class _QuietPlot(pg.PlotWidget):
    """A plot without buttons and menus, that shows all there is."""

    def __init__(self, parent: QWidget) -> None:
        axes = {name: NumberAxis(name) for name in ("left", "bottom")}
        super().__init__(parent, axisItems=axes, enableMenu=False)
        self.hideButtons()
        adopt_menu(self)
        self.setMouseEnabled(x=False, y=False)
        self.getViewBox().disableAutoRange()
        self.showGrid(x=True, y=True, alpha=0.12)
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for name in ("left", "bottom"):
            self.getAxis(name).enableAutoSIPrefix(False)

    def apply_colors(self, colors: Colors) -> None:
        self.setBackground(colors.base)
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setPen(QPen(colors.hairline, 0))
            axis.setTextPen(QPen(colors.muted))
            axis.setTickFont(caption_font(self))
            axis.label.setFont(caption_font(self))


def some_places(images: int) -> NDArray[np.int64]:
    """Return the places of at most `MOST_POINTS` images, spread evenly."""
    count = min(images, MOST_POINTS)
    return np.arange(count, dtype=np.int64) * images // count


def _span(values: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = float(values.min()), float(values.max())
    return np.array([low, high]) if high > low else np.array([low - 0.5, high + 0.5])
