"""The doctor's findings as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import QApplication

from cnnviz.training.findings import Severity
from cnnviz.ui.icons import tinted_pixmap
from cnnviz.ui.theme import ICON_PX, colors_of_palette

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from cnnviz.training.findings import Finding
    from cnnviz.ui.theme import Colors

Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_ROOT = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
HEADINGS = ("Verdict", "Examined", "Layer", "Measured")
VERDICTS = {
    Severity.PROBLEM: "Problem",
    Severity.NOTICE: "Worth a look",
    Severity.FINE: "Fine",
    Severity.UNKNOWN: "Not measured",
}
ICONS = {
    Severity.PROBLEM: "warning",
    Severity.NOTICE: "info",
    Severity.FINE: "check",
    Severity.UNKNOWN: "help",
}
_RATIO = 2.0
"""Drawn for the sharpest usual screen."""


class FindingsModel(QAbstractTableModel):
    """One row for each finding; its verdict has an icon and a word, so that it needs no colour."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._findings: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is shown."""
        return self._findings

    def show(self, findings: tuple[Finding, ...]) -> None:
        """Show other findings; where they are about the same things, what is chosen stays."""
        same = [_subject(one) for one in findings] == [_subject(one) for one in self._findings]
        if not same:
            self.beginResetModel()
        self._findings = findings
        if not same:
            self.endResetModel()
        elif findings:
            self.dataChanged.emit(self.index(0, 0), self.index(len(findings) - 1, len(HEADINGS) - 1))

    def row_of(self, finding: Finding) -> int | None:
        """Return the row with what was examined of the same thing."""
        subjects = [_subject(one) for one in self._findings]
        return subjects.index(_subject(finding)) if _subject(finding) in subjects else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._findings)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(HEADINGS)

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        finding, column = self._findings[index.row()], index.column()
        match role:
            case _Role.DisplayRole:
                return cell_text(finding, column)
            case _Role.ToolTipRole:
                return f"{finding.number}\nHealthy: {finding.threshold}"
            case _Role.DecorationRole if column == 0:
                return verdict_icon(finding.severity)
            case _Role.ForegroundRole if not finding.is_trouble:
                return QApplication.palette().color(QPalette.ColorRole.PlaceholderText)
            case _Role.TextAlignmentRole:
                return _LEFT
            case _Role.AccessibleTextRole:
                return f"{VERDICTS[finding.severity]}: {finding.kind.value}, {cell_text(finding, column)}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == _Role.DisplayRole:
            return HEADINGS[section]
        return _LEFT if role == _Role.TextAlignmentRole else None


def cell_text(finding: Finding, column: int) -> str:
    """Return what stands in a cell."""
    return (VERDICTS[finding.severity], finding.kind.value, finding.layer or "–", finding.number)[column]


def verdict_icon(severity: Severity) -> QIcon:
    """Return the sign of a verdict in its colour."""
    colors = colors_of_palette(QApplication.palette())
    result = QIcon()
    for mode, color in (
        (QIcon.Mode.Normal, verdict_color(severity, colors)),
        (QIcon.Mode.Selected, colors.on_accent),
    ):
        result.addPixmap(tinted_pixmap(ICONS[severity], color, ICON_PX, _RATIO), mode)
    return result


def verdict_color(severity: Severity, colors: Colors) -> QColor:
    """Return the colour of a verdict."""
    match severity:
        case Severity.PROBLEM:
            return colors.problem
        case Severity.NOTICE:
            return colors.plot_validation
        case Severity.FINE:
            return colors.success
        case Severity.UNKNOWN:
            return colors.muted


def _subject(finding: Finding) -> tuple[object, ...]:
    return finding.kind, finding.layer, finding.severity
