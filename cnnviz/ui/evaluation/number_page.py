"""Numbers: predicted against true, and the images that are farthest off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from cnnviz.training.number_report import NumberReport
from cnnviz.ui.evaluation.image_list import ImageList, why_button
from cnnviz.ui.evaluation.number_plots import NumberPlots
from cnnviz.ui.evaluation.words import list_heading
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, strong_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from cnnviz.app.evaluation.examination import Findings

_WIDTHS = (520, 300)


class NumberPage(QWidget):
    """Plots and images side by side.

    Signals
    -------
    image_chosen(int)
        An image or its point was chosen; with its place in its split.
    why_requested()
        Why the network gives the chosen image its number is wanted.
    """

    image_chosen = Signal(int)
    why_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plots, self.images = NumberPlots(self), ImageList(self)
        self._heading, self.why_button = ElidedLabel(parent=self), why_button(self)
        self._heading.setFont(strong_font(self))
        column = QWidget(self)
        images = QVBoxLayout(column)
        images.setContentsMargins(0, 0, 0, 0)
        images.setSpacing(SPACE_4)
        head = QHBoxLayout()
        head.setSpacing(SPACE_4)
        head.addWidget(self._heading, 1)
        head.addWidget(self.why_button)
        images.addLayout(head)
        images.addWidget(self.images, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(self.plots)
        splitter.addWidget(column)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(SPACE_12)
        splitter.setSizes(list(_WIDTHS))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, 0, SPACE_8, SPACE_8)
        layout.addWidget(splitter)
        self.plots.image_chosen.connect(self.image_chosen)
        self.images.image_chosen.connect(self.image_chosen)
        self.images.why_requested.connect(self.why_requested)
        self.why_button.clicked.connect(self.why_requested)

    def show_findings(self, findings: Findings) -> None:
        """Show another report."""
        report = findings.report
        assert isinstance(report, NumberReport)
        self.plots.set_report(report)
        self._heading.setText(list_heading(report, report.images, None, None))
        self.images.show_images(findings, report.hardest)

    def forget(self) -> None:
        """Hold the images of the report no longer."""
        self.images.show_images(None)
