"""One finding from near: the number, what is healthy, what it means, and what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEvent, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cnnviz.training.doctor_fixes import applied
from cnnviz.training.findings import Kind
from cnnviz.ui.doctor.findings_model import VERDICTS, verdict_icon
from cnnviz.ui.doctor.rate_plot import RatePlot
from cnnviz.ui.theme import ICON_PX, LOOK_CHANGES, SPACE_4, SPACE_8, SPACE_12, caption_font, strong_font
from cnnviz.ui.widgets.breakable import with_shares, without_breaks
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from cnnviz.spec.training import TrainingSpec
    from cnnviz.training.findings import Case, Finding, Fix

_SECOND = " and Restart"
"""What stands in a second line of a button where there is no room in the first."""
CHANGED = "Something was changed since. Train again to see whether it helped."


class FindingDetails(QScrollArea):
    """Shows one finding.

    Signals
    -------
    fix_requested(Fix)
    """

    fix_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finding: Finding | None = None
        self._fixes: tuple[Fix, ...] = ()
        self._words: tuple[str, ...] = ()
        self._since_click = QElapsedTimer()
        content = self._content = QWidget(self)
        self._sign = QLabel(content)
        self._title = ElidedLabel(parent=content)
        self._title.setFont(strong_font(self._title))  # later, a new style sheet undoes it
        self._number, self._threshold, self._meaning, self.note = (QLabel(content) for _ in range(4))
        for label in (self._number, self._threshold, self._meaning, self.note):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for label in (self._threshold, self.note):
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            label.setFont(caption_font(label))
        self.buttons = tuple(QPushButton("Fix", content) for _ in range(2))
        for button in self.buttons:
            button.hide()
            button.clicked.connect(self._on_button_clicked)
        self.plot = RatePlot(content)
        self._lay_out(content)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("The finding from near")

    @property
    def text(self) -> str:
        """All that is said, line by line."""
        labels = (self._title, self._number, self._threshold, self._meaning, self.note)
        return without_breaks("\n".join(label.text() for label in labels if label.text()))

    def show_finding(
        self,
        finding: Finding | None,
        case: Case,
        *,
        can_edit: bool,
        now: TrainingSpec,
        is_running: bool = False,
    ) -> None:
        """Show a finding of a case.

        `can_edit` says whether the design on screen is that of the case; `now` are the settings on screen.
        Where a run `is_running`, what begins anew says that it stops the run before.
        """
        self._finding = finding
        self._content.setVisible(finding is not None)
        if finding is None:
            return
        where = f" in {finding.layer}" if finding.layer else ""
        self._title.setText(f"{VERDICTS[finding.severity]}: {finding.kind.value.lower()}{where}")
        self._number.setText(with_shares(finding.number))
        self._threshold.setText(with_shares(f"Healthy: {finding.threshold}."))
        self._meaning.setText(with_shares(finding.meaning))
        self._meaning.setVisible(bool(finding.meaning))
        open_ = tuple(fix for fix in finding.fixes if can_edit or fix.spec is None)
        open_ = tuple(fix for fix in open_ if fix.spec or fix.preparing or applied(fix, now) != now)
        self.note.setText(CHANGED if len(open_) < len(finding.fixes) else "")
        self.note.setVisible(bool(self.note.text()))
        self._show_fixes(open_, is_running=is_running)
        test = case.rate_test if finding.kind is Kind.RATE else None
        if test is not None:
            self.plot.set_test(test, now.optimizer.learning_rate)
        self.plot.setVisible(test is not None)
        self._show_sign()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_buttons()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self._show_sign()

    def _lay_out(self, content: QWidget) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_8)
        head.addWidget(self._sign)
        head.addWidget(self._title, 1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(SPACE_8)
        for button in self.buttons:
            self._row.addWidget(button)
        self._row.addStretch(1)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_8)
        layout.setSpacing(SPACE_4)
        layout.addLayout(head)
        layout.addWidget(self._number)
        layout.addWidget(self._meaning)
        layout.addLayout(self._row)
        for label in (self.note, self._threshold):
            layout.addWidget(label)
        layout.addWidget(self.plot)
        layout.addStretch(1)

    def _fit_buttons(self) -> None:
        """Put buttons below each other where there is no room side by side, and long words in two lines."""
        room = self.viewport().width() - 2 * SPACE_12
        shown = []
        for button, words in zip(self.buttons, self._words, strict=False):
            button.setText(words)
            shown.append(button.sizeHint().width())
            if shown[-1] > room:
                button.setText(words.replace(_SECOND, f"\n{_SECOND.lstrip()}"))
        direction = QBoxLayout.Direction
        is_wide = sum(shown) + SPACE_8 * (len(shown) - 1) <= room
        self._row.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)

    def _show_fixes(self, fixes: tuple[Fix, ...], *, is_running: bool) -> None:
        self._fixes = fixes
        stops = [fix.restarts and is_running for fix in fixes]
        self._words = tuple(
            f"Stop, {fix.label}" if stop else fix.label for fix, stop in zip(fixes, stops, strict=True)
        )
        for number, button in enumerate(self.buttons):
            is_there = number < len(fixes)
            button.setVisible(is_there)
            if is_there:
                fix = fixes[number]
                button.setToolTip(_tip_of(fix, stops=stops[number]))
        self._fit_buttons()

    def _show_sign(self) -> None:
        if self._finding is not None:
            self._sign.setPixmap(verdict_icon(self._finding.severity).pixmap(ICON_PX, ICON_PX))

    @Slot()
    def _on_button_clicked(self) -> None:
        """Ask for a fix. The second click of two comes too late: another finding may stand there by then."""
        is_second = self._since_click.isValid() and not self._since_click.hasExpired(
            QGuiApplication.styleHints().mouseDoubleClickInterval()
        )
        self._since_click.start()
        if is_second:
            return
        button = self.sender()
        number = next(number for number, other in enumerate(self.buttons) if other is button)
        self.fix_requested.emit(self._fixes[number])


def _tip_of(fix: Fix, *, stops: bool) -> str:
    before = "The run under way is stopped, and kept in the list of runs. " if stops else ""
    then = " Then it trains again from the first weights." if fix.restarts else ""
    return f"{before}{_kind_of(fix)}: {fix.label}. It can be undone.{then}"


def _kind_of(fix: Fix) -> str:
    """Return what a fix changes, as a button tells it."""
    if fix.spec is not None:
        return "Edit the design"
    return "Change the settings" if fix.preparing is None else "Prepare all images otherwise"
