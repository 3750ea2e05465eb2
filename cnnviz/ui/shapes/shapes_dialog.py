"""The dialog of the data set Shapes: a few settings, and at once the pictures that come of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cnnviz.app.data.shape_plan import PicturesWish, ShapePlan
from cnnviz.app.threads.latest_wish import LatestWish
from cnnviz.data.shapes import ShapesTask
from cnnviz.ui.forms.field_rows import FieldRows
from cnnviz.ui.shapes.shape_pictures import COLUMNS, ROWS, ShapePictures
from cnnviz.ui.shapes.words import TASKS, meaning, summary
from cnnviz.ui.theme import SPACE_8, SPACE_12, SPACE_16, caption_font

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from cnnviz.data.shapes import SomeShapes

_FORM_WIDTH_PX = 300
_PICTURES = COLUMNS * ROWS


class ShapesDialog(QDialog):
    """Asks what is to be learned and how the pictures look.

    Signals
    -------
    dataset_requested(str)
        The data set of this name is to be used.
    pictures_shown()
        The pictures are those of the settings in the form.
    """

    dataset_requested = Signal(str)
    pictures_shown = Signal()

    def __init__(self, plan: ShapePlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan = plan
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Shapes")
        self.task = QComboBox(self)
        for task in ShapesTask:
            self.task.addItem(TASKS[task], task)
        self.task.setAccessibleName("What is learned")
        self.rows = FieldRows(plan.settings, self)
        self.pictures = ShapePictures(self)
        self.summary = QLabel(self)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.usual_button = QPushButton("Usual &Settings", self)
        self.use_button = QPushButton("&Use", self)
        self.use_button.setProperty("primary", True)
        self._buttons.addButton(self.usual_button, QDialogButtonBox.ButtonRole.ResetRole)
        self._buttons.addButton(self.use_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.use_button.setDefault(True)
        self._wishes = LatestWish("cnnviz-shapes", self)
        self._lay_out()
        self._connect()
        self._show_plan()

    @property
    def plan(self) -> ShapePlan:
        """The settings as they are in the form."""
        return self._plan

    def accept(self) -> None:
        if self._plan.problem is None:
            self.dataset_requested.emit(self._plan.name)
            super().accept()

    def done(self, result: int) -> None:
        self._wishes.close()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._wishes.close()
        super().closeEvent(event)

    def _lay_out(self) -> None:
        question = QLabel("&What is learned", self)
        question.setBuddy(self.task)
        form = QWidget(self)
        form.setFixedWidth(_FORM_WIDTH_PX)
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_8)
        column.addWidget(question)
        column.addWidget(self.task)
        column.addWidget(self.rows)
        column.addStretch(1)
        self.summary.setFont(caption_font(self.summary))
        self.summary.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.summary.setWordWrap(True)
        self.summary.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        right = QVBoxLayout()
        right.setSpacing(SPACE_12)
        right.addWidget(self.pictures, 1)
        right.addWidget(self.summary)
        columns = QHBoxLayout()
        columns.setSpacing(SPACE_16)
        columns.addWidget(form)
        columns.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        layout.setSpacing(SPACE_12)
        layout.addLayout(columns, 1)
        layout.addWidget(self._buttons)

    def _connect(self) -> None:
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.usual_button.clicked.connect(self._on_usual_clicked)
        self.rows.change_requested.connect(self._on_change_requested)
        self.task.currentIndexChanged.connect(self._on_task_chosen)
        self._wishes.found.connect(self._on_found)
        self._wishes.failed.connect(self._on_failed)

    def _show_plan(self) -> None:
        plan = self._plan
        self.task.setCurrentIndex(self.task.findData(plan.task))
        self.rows.show_problems([plan.problem] if plan.problem is not None else [])
        self.usual_button.setEnabled(not plan.is_usual)
        self.use_button.setEnabled(plan.problem is None)
        self.summary.setText(summary(plan))
        self._wishes.request(PicturesWish(plan, _PICTURES))

    def _take(self, plan: ShapePlan) -> None:
        """Show a plan that was not made in the form."""
        self._plan = plan
        self.rows.show_values(plan.settings, None)
        self.rows.start_over()  # what was wrong with a number typed before is over, too
        self._show_plan()

    @Slot(str, object)
    def _on_change_requested(self, name: str, value: Any) -> None:
        self._plan = self._plan.with_setting(name, value)
        self._show_plan()

    @Slot(int)
    def _on_task_chosen(self) -> None:
        if self.task.currentData() is not self._plan.task:
            self._take(self._plan.with_task(self.task.currentData()))

    @Slot()
    def _on_usual_clicked(self) -> None:
        self._take(self._plan.as_usual())

    @Slot(object, object)
    def _on_found(self, wish: PicturesWish, some: SomeShapes) -> None:
        self.pictures.show_pictures(some, [meaning(some, place) for place in range(len(some.images))])
        self.pictures_shown.emit()

    @Slot(object, str)
    def _on_failed(self, _wish: PicturesWish, reason: str) -> None:
        self.summary.setText(reason)
