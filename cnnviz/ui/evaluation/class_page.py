"""Classes: which are confused, how well each is found, and the images that are taken for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from cnnviz.training.class_report import ClassReport
from cnnviz.ui.evaluation.class_columns import ClassColumns
from cnnviz.ui.evaluation.class_table import ClassTable
from cnnviz.ui.evaluation.confusion_view import ConfusionView
from cnnviz.ui.evaluation.image_list import ImageList, why_button
from cnnviz.ui.evaluation.words import list_heading, nothing_chosen, short_headings
from cnnviz.ui.icons import icon
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, strong_font
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.app.evaluation.examination import Findings


class ClassPage(QWidget):
    """Matrix, table and images. A cell or a class that is chosen decides which images are shown.

    Signals
    -------
    image_chosen(int)
        An image was chosen; with its place in its split.
    images_chosen()
        Images of another cell or class, or all mistakes, were chosen to be shown.
    why_requested()
        Why the chosen image gets its class is wanted.
    """

    image_chosen = Signal(int)
    images_chosen = Signal()
    why_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._findings: Findings | None = None
        self._class_names: tuple[str, ...] = ()
        self._true: int | None = None
        self._predicted: int | None = None
        self.matrix, self.table, self.images = ConfusionView(self), ClassTable(self), ImageList(self)
        self._heading = ElidedLabel(parent=self)
        self.all_button, self.why_button = QToolButton(self), why_button(self)
        self.show_all = QAction("All Mistakes", self)  # a longer one would make the window wider
        self.show_all.setToolTip("Show the images of all classes that are taken for another")
        self.empty = EmptyState("", self.show_all, self)
        self._lists = QStackedLayout()
        self._lay_out()
        self.matrix.cell_chosen.connect(self._on_cell_chosen)
        self.table.class_chosen.connect(self._on_class_chosen)
        self.images.image_chosen.connect(self.image_chosen)
        self.images.why_requested.connect(self.why_requested)
        self.why_button.clicked.connect(self.why_requested)
        for asked in (self.all_button.clicked, self.show_all.triggered):
            asked.connect(self._on_all_clicked)

    @property
    def heading(self) -> str:
        """Which images are shown."""
        return self._heading.text()

    @property
    def choice(self) -> tuple[int | None, int | None]:
        """True and predicted class of the images that are shown; of all mistakes, both None."""
        return self._true, self._predicted

    def choose(self, true_class: int | None, predicted: int | None) -> None:
        """Show the images of a cell, the mistakes of a class, or all mistakes; no signal is sent."""
        findings = self._findings
        classes = len(findings.dataset.class_names) if findings is not None else 0
        if all(one is None or one < classes for one in (true_class, predicted)):
            self._choose(true_class, predicted)

    def show_findings(self, findings: Findings) -> None:
        """Show another report; what was chosen stays chosen where the classes are the same."""
        report = findings.report
        assert isinstance(report, ClassReport)
        names = findings.dataset.class_names
        if names != self._class_names:
            self._true = self._predicted = None
        self._findings, self._class_names = findings, names
        self.matrix.set_report(report)
        self.table.show_report(report)
        self.columns.share_out()
        self._show_images(report)

    def forget(self) -> None:
        """Hold the report and its images no longer; what was chosen stays chosen."""
        self._findings = None
        self.images.show_images(None)

    def _lay_out(self) -> None:
        self._heading.setFont(strong_font(self))
        self.all_button.setIcon(icon("close"))
        self.all_button.setToolTip("Show all mistakes again")
        self.all_button.setAccessibleName("Show all mistakes")
        head = QHBoxLayout()
        head.setSpacing(SPACE_4)
        head.addWidget(self._heading, 1)
        head.addWidget(self.all_button)
        head.addWidget(self.why_button)  # at the end, where it stays when the other comes and goes
        column = QWidget(self)
        images = QVBoxLayout(column)
        images.setContentsMargins(0, 0, 0, 0)
        images.setSpacing(SPACE_4)
        images.addLayout(head)
        for widget in (self.images, self.empty):
            self._lists.addWidget(widget)
        images.addLayout(self._lists, 1)
        self.columns = ClassColumns(self.matrix, self.table, column, head, self.why_button, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, 0, SPACE_8, SPACE_8)
        layout.addWidget(self.columns)

    def _places(self, report: ClassReport) -> NDArray[np.int64]:
        if self._true is None:
            return report.mistakes()
        if self._predicted is None:
            return report.mistakes_of(self._true)
        return report.cell(self._true, self._predicted)

    def _show_images(self, report: ClassReport) -> None:
        places = self._places(report)
        chosen = report, len(places), self._true, self._predicted
        self._heading.set_forms(list_heading(*chosen), *short_headings(*chosen))
        self.all_button.setVisible(self._true is not None)
        self.images.show_images(self._findings, places)
        self.empty.set_sentence(nothing_chosen(report, self._true, self._predicted))
        is_empty = self._true is not None and not len(places)
        self._lists.setCurrentWidget(self.empty if is_empty else self.images)

    def _choose(self, true_class: int | None, predicted: int | None) -> None:
        self._true, self._predicted = true_class, predicted
        cell = None if true_class is None or predicted is None else (true_class, predicted)
        self.matrix.set_chosen(cell)
        if cell is not None or true_class is None:
            self.table.select_class(None)
        if self._findings is not None and isinstance(self._findings.report, ClassReport):
            self._show_images(self._findings.report)
            self.images.scrollToTop()

    @Slot(int, int)
    def _on_cell_chosen(self, true_class: int, predicted: int) -> None:
        self._choose(true_class, predicted)
        self.columns.show_images()
        self.images_chosen.emit()

    @Slot(object)
    def _on_class_chosen(self, class_number: int | None) -> None:
        self._choose(class_number, None)
        self.images_chosen.emit()

    @Slot()
    def _on_all_clicked(self) -> None:
        self._choose(None, None)
        self.images_chosen.emit()
