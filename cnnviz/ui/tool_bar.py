"""The tool bar: the run, its progress, the data set, and the image looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from cnnviz.ui.dataset_chooser import DatasetChooser
from cnnviz.ui.theme import ICON_PX, SPACE_8, SPACE_12, with_tabular_figures
from cnnviz.ui.training.progress import ProgressStrip
from cnnviz.ui.training.slow_motion import SlowMotionButton
from cnnviz.ui.widgets.action_button import ActionButton

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QResizeEvent

    from cnnviz.app.data.recent_data import RecentDatasets
    from cnnviz.app.selection import Selection
    from cnnviz.app.training.session import Session
    from cnnviz.ui.actions import Actions


_PLAIN_DIGITS = QLocale(QLocale.Language.C)
_PLAIN_DIGITS.setNumberOptions(QLocale.NumberOption.RejectGroupSeparator)
"""Whatever the language of the system, a number that may be typed is one that `int` reads."""
_WORDS_FROM_CHARACTERS = 205
"""In a tool bar with room for less, the commands beside Train are icons only, so that all is in reach."""


class _NearestImage(QIntValidator):
    """Takes a number outside of the split for the nearest image, and no number for that of `shown`."""

    shown = ""

    def fixup(self, text: str) -> str:
        return str(min(max(int(text), self.bottom()), self.top())) if text.isdecimal() else self.shown


class ImageNumber(QLineEdit):
    """The place of the selected image in its split, from 1; another number selects another image."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self._validator = _NearestImage(self)
        self._validator.setLocale(_PLAIN_DIGITS)
        self.setValidator(self._validator)
        self.setAccessibleName("Image number")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFont(with_tabular_figures(self.font()))
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("888,888") + 2 * SPACE_8)
        self.editingFinished.connect(self._on_editing_finished)
        selection.image_changed.connect(self._on_image_changed)
        self._on_image_changed()

    @Slot()
    def _on_editing_finished(self) -> None:
        if self.text() != self._validator.shown:
            self._selection.select(self._selection.split, int(self.text()) - 1)

    @Slot()
    def _on_image_changed(self) -> None:
        selection = self._selection
        self._validator.setRange(1, selection.count)
        self._validator.shown = "own" if selection.is_own else str(selection.position + 1)
        self.setText(self._validator.shown)
        self.setToolTip(
            f"Image {selection.position + 1:,} of {selection.count:,} of the {selection.split.value} images"
        )


class MainToolBar(QToolBar):
    """Train, pause, step, stop; slow motion; progress; data set; image.

    Signals
    -------
    dataset_requested(str)
    recent_requested(RecentData)
    catalog_requested()
    shapes_requested()
    """

    dataset_requested = Signal(str)
    recent_requested = Signal(object)
    catalog_requested = Signal()
    shapes_requested = Signal()

    def __init__(
        self,
        actions: Actions,
        session: Session,
        selection: Selection,
        recent: RecentDatasets,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Tool Bar", parent)
        self.setObjectName("tool-bar")
        self.setMovable(False)
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        self.train_button = ActionButton(actions["train"], self, is_primary=True)
        self.train_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.addWidget(self.train_button)
        self.addWidget(_gap(SPACE_8, self))
        self._worded = [self._add_command(actions[command_id]) for command_id in ("pause", "step", "stop")]
        self.more_steps = self._menu_of_step(actions)
        self.slow_motion = SlowMotionButton(session.steering, self)
        self.addWidget(self.slow_motion)
        self._worded.append(self.slow_motion)
        self._progress = ProgressStrip(session, selection, self)
        self.addWidget(self._progress)
        self.addWidget(_spring(self))
        self._dataset_chooser = DatasetChooser(selection, recent, self)
        self._dataset_chooser.dataset_requested.connect(self.dataset_requested)
        self._dataset_chooser.recent_requested.connect(self.recent_requested)
        self._dataset_chooser.catalog_requested.connect(self.catalog_requested)
        self._dataset_chooser.shapes_requested.connect(self.shapes_requested)
        self.addWidget(self._dataset_chooser)
        self._add_command(actions["browse_data"])
        self.addWidget(_gap(SPACE_12, self))
        self._image_word = self.addWidget(QLabel("Image ", self))
        self._add_command(actions["previous_image"])
        self.addWidget(ImageNumber(selection, self))
        self._add_command(actions["next_image"])

    def set_dataset_enabled(self, enabled: bool) -> None:
        """Forbid another data set while a run learns from this one."""
        self._dataset_chooser.setEnabled(enabled)

    @Slot()
    def offer_datasets(self) -> None:
        """List the data sets that are on this computer now."""
        self._dataset_chooser.offer_datasets()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = event.size().width() >= _WORDS_FROM_CHARACTERS * self.fontMetrics().averageCharWidth()
        style = (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon if is_wide else Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        for button in self._worded:
            button.setProperty("toolButtonStyle", style.value)
        self._image_word.setVisible(is_wide)
        self._dataset_chooser.set_narrow(not is_wide)
        self._progress.set_narrow(not is_wide)

    def _menu_of_step(self, actions: Actions) -> QMenu:
        """Give the button of a step the longer steps, too."""
        menu = QMenu("Other Steps", self)
        menu.setToolTipsVisible(True)
        for command_id in ("step_epoch", "one_more_epoch", "restart"):
            menu.addAction(actions[command_id])
        button = self.widgetForAction(actions["step"])
        assert isinstance(button, QToolButton)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        return menu

    def _add_command(self, action: QAction) -> QWidget:
        self.addAction(action)
        button = self.widgetForAction(action)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text())
        return button


def _gap(width: int, parent: QWidget) -> QWidget:
    gap = QWidget(parent)
    gap.setFixedWidth(width)
    return gap


def _spring(parent: QWidget) -> QWidget:
    spring = QWidget(parent)
    spring.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return spring
