"""Two runs beside each other: what differs, the key figures, the curves and their difference."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from cnnviz.training.run_comparison import Axis, Measure, compare_runs, comparison_csv, difference_line, line
from cnnviz.ui.icons import icon
from cnnviz.ui.runs.comparison_plot import ComparisonPlot
from cnnviz.ui.runs.comparison_table import ComparisonTable
from cnnviz.ui.runs.comparison_words import AXES, MEASURES, comparison_text, rows_of, signed
from cnnviz.ui.theme import SPACE_8, SPACE_12, SPACE_16
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.empty_state import EmptyState
from cnnviz.ui.widgets.file_export import FileExport, FileKind

if TYPE_CHECKING:
    from cnnviz.app.settings import Settings
    from cnnviz.training.run_metadata import RunMetadata
    from cnnviz.ui.dialogs import Questions

_SIZE_PX, _LEAST_SIZE_PX = (1080, 680), (820, 480)
_TABLE_WIDTH_PX = 400
_SPLIT_PX = [560, 520]
_PERCENT = 100.0
_SHARES = (Measure.ACCURACY, Measure.TRAIN_ACCURACY)
_NO_CURVES = "Curves are compared once both runs have done a whole epoch."


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Contender:
    """A run that is compared: its name, its colour, and what its file says."""

    name: str
    color: str
    facts: RunMetadata


class ComparisonDialog(QDialog):
    """Stays open beside the window, which goes on meanwhile."""

    def __init__(
        self,
        left: Contender,
        right: Contender,
        questions: Questions,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._left, self._right = left, right
        self._export = FileExport(self, questions, settings)
        self._comparison = compare_runs(left.facts, right.facts)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.notes = QLabel(self)
        self.notes.setWordWrap(True)
        self.notes.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.table = ComparisonTable(self)
        self.measure, self.axis = QComboBox(self), QComboBox(self)
        self.overlay, self.difference = (
            ComparisonPlot(parent=self),
            ComparisonPlot(has_zero=True, parent=self),
        )
        self.told = ElidedLabel(parent=self)
        self.copy_button = QPushButton(icon("copy"), "Copy as Text", self)
        self.export_button = QPushButton(icon("export"), "Export CSV…", self)
        self.swap_button = QPushButton(icon("convert"), "Swap", self)
        self.close_button = QPushButton("Close", self)
        self._fill_choices()
        self._lay_out()
        self._connect()
        self._show()
        self.resize(*_SIZE_PX)
        self.setMinimumSize(*_LEAST_SIZE_PX)

    def _fill_choices(self) -> None:
        self.measure.setAccessibleName("What is compared")
        self.axis.setAccessibleName("Where it is compared")
        for measure in self._comparison.measures:
            self.measure.addItem(MEASURES[measure][0], measure)
        if Measure.ACCURACY in self._comparison.measures:
            self.measure.setCurrentIndex(self._comparison.measures.index(Measure.ACCURACY))
        for axis, words in AXES.items():
            self.axis.addItem(words, axis)

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal, self)
        self.table.setMinimumWidth(_TABLE_WIDTH_PX)
        split.addWidget(self.table)
        split.addWidget(self._plots())
        split.setChildrenCollapsible(False)
        split.setSizes(_SPLIT_PX)
        self.copy_button.setToolTip("Put all that differs on the clipboard")
        self.export_button.setToolTip("Write the curves of both and their difference to a file")
        self.swap_button.setToolTip("Change which run is the first one")
        self.told.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_8)
        for button in (self.swap_button, self.copy_button, self.export_button):
            buttons.addWidget(button)
        buttons.addWidget(self.told, 1)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_12, SPACE_16, SPACE_12)
        layout.setSpacing(SPACE_12)
        layout.addWidget(self.notes)
        layout.addWidget(split, 1)
        layout.addLayout(buttons)

    def _plots(self) -> QWidget:
        choices = QHBoxLayout()
        choices.setSpacing(SPACE_8)
        choices.addWidget(self.measure)
        choices.addWidget(self.axis)
        choices.addStretch(1)
        curves = QWidget(self)
        column = QVBoxLayout(curves)
        column.setContentsMargins(SPACE_8, 0, 0, 0)
        column.setSpacing(SPACE_8)
        column.addLayout(choices)
        column.addWidget(self.overlay, 3)
        column.addWidget(self.difference, 2)
        pages = QWidget(self)
        stack = QStackedLayout(pages)
        stack.addWidget(curves)
        stack.addWidget(EmptyState(_NO_CURVES, parent=pages))
        stack.setCurrentIndex(0 if self._comparison.measures else 1)
        return pages

    def _connect(self) -> None:
        self.measure.currentIndexChanged.connect(self._show_curves)
        self.axis.currentIndexChanged.connect(self._show_curves)
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.export_button.clicked.connect(self._on_export_clicked)
        self.swap_button.clicked.connect(self._on_swap_clicked)
        self.close_button.clicked.connect(self.close)
        self.export_button.setEnabled(bool(self._comparison.measures))
        for plot in (self.overlay, self.difference):
            plot.pointed.connect(self._on_pointed)
        for outcome in (self._export.told, self._export.failed):
            outcome.connect(self.told.setText)

    @property
    def names(self) -> tuple[str, str]:
        """The names of both runs, the first one first."""
        return self._left.name, self._right.name

    def _show(self) -> None:
        self.setWindowTitle(f"{self._left.name} and {self._right.name}")
        self.notes.setText("\n".join(self._comparison.notes))
        self.notes.setVisible(bool(self._comparison.notes))
        self.table.show_rows(rows_of(self._comparison), self.names, (self._left.color, self._right.color))
        self._show_curves()

    @Slot()
    def _show_curves(self) -> None:
        measure: Measure | None = self.measure.currentData()
        axis: Axis = self.axis.currentData()
        if measure is None:
            return
        title, written, changed = MEASURES[measure]
        left, right = (line(one.facts, measure, axis) for one in (self._left, self._right))
        scale = _PERCENT if measure in _SHARES else 1.0
        both = [(self._left.name, self._left.color, left), (self._right.name, self._right.color, right)]
        counted = axis is not Axis.SECONDS
        self.overlay.show_lines(title, both, written, axis.value, scale, is_counted=counted)
        self.difference.show_lines(
            f"Difference: {self._right.name} − {self._left.name}",
            [("", "", difference_line(left, right))],
            lambda value: signed(value, changed),
            axis.value,
            scale,
            is_counted=counted,
        )

    @Slot(object)
    def _on_pointed(self, x: float | None) -> None:
        for plot in (self.overlay, self.difference):
            plot.set_pointed(x)

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(comparison_text(self._comparison, self.names))
        self.told.setText("Copied.")

    @Slot()
    def _on_swap_clicked(self) -> None:
        self._left, self._right = self._right, self._left
        self._comparison = compare_runs(self._left.facts, self._right.facts)
        self._show()

    @Slot()
    def _on_export_clicked(self) -> None:
        table = FileKind(".csv", "Table", self._csv)
        self._export.ask("Export Comparison", "comparison.csv", [table], subject="Comparison")

    def _csv(self) -> bytes:
        axis: Axis = self.axis.currentData()
        return comparison_csv(self._left.facts, self._right.facts, axis, self.names).encode()
