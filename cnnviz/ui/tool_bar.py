"""The tool bar: the run, its progress, the data set, and the image looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolBar,
    QToolButton,
    QWidget,
)

from cnnviz.data.catalog import known_datasets
from cnnviz.ui.preparing.words import marked, steps_text
from cnnviz.ui.theme import ICON_PX, SPACE_8, SPACE_12, with_tabular_figures
from cnnviz.ui.training.progress import ProgressStrip
from cnnviz.ui.training.slow_motion import SlowMotionButton
from cnnviz.ui.widgets.action_button import ActionButton

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QPaintEvent, QResizeEvent

    from cnnviz.app.selection import Selection
    from cnnviz.app.training.session import Session
    from cnnviz.ui.actions import Actions


_PLAIN_DIGITS = QLocale(QLocale.Language.C)
_PLAIN_DIGITS.setNumberOptions(QLocale.NumberOption.RejectGroupSeparator)
"""Whatever the language of the system, a number that may be typed is one that `int` reads."""
_DATA_TIP = "The images to train on and to look at. Images of your own: File > Open Data Set"
_TEXT_INSET_PX = 2
_MORE, _SHAPES = "Get More Data Sets…", "Shapes with Other Settings…"
_WORDS_FROM_CHARACTERS = 205
"""In a tool bar with room for less, the commands beside Train are icons only, so that all is in reach."""


_NARROW_CHARACTERS = 20
QWIDGETSIZE_MAX = (1 << 24) - 1  # Qt's own name and number for no limit


class DatasetChooser(QComboBox):
    """Shows the data set in use and offers the known ones.

    Signals
    -------
    dataset_requested(str)
        A known data set was chosen; with its name.
    catalog_requested()
        More data sets are wanted than are on this computer.
    shapes_requested()
        Shapes are wanted with settings of one's own.
    """

    dataset_requested = Signal(str)
    catalog_requested = Signal()
    shapes_requested = Signal()

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self.setAccessibleName("Data set")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(self._on_activated)
        selection.dataset_changed.connect(self.offer_datasets)
        self.offer_datasets()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """End a name that has no room in an ellipsis; Qt cuts it in the middle of a letter."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        kind, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(kind, option, part, self).width() - _TEXT_INSET_PX
        option.currentText = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room
        )
        painter.drawComplexControl(kind, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def set_narrow(self, is_narrow: bool) -> None:
        """Take no more room than a name needs to be told from others; the list has all of each."""
        room = _NARROW_CHARACTERS * self.fontMetrics().averageCharWidth()
        self.setMaximumWidth(room if is_narrow else QWIDGETSIZE_MAX)
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        name, text = self.itemData(index), self.itemText(index)
        if name == self._selection.dataset.name:
            return
        self.offer_datasets()  # until it is there, what is shown stays what is in use
        if text == _SHAPES:
            self.shapes_requested.emit()
        elif name is None:
            self.catalog_requested.emit()
        else:
            self.dataset_requested.emit(name)

    @Slot()
    def offer_datasets(self) -> None:
        """List the data sets that are on this computer now, and the way to more."""
        dataset = self._selection.dataset
        offered = {info.name: info.title for info in known_datasets() if info.on_disk}
        offered.setdefault(dataset.name, dataset.title)
        self.clear()
        for name, title in offered.items():
            self.addItem(marked(title, dataset) if name == dataset.name else title, name)
        self.insertSeparator(self.count())
        self.addItem(_SHAPES)
        self.addItem(_MORE)
        self.setCurrentIndex(self.findData(dataset.name))
        self.setToolTip("\n\n".join(filter(None, (_DATA_TIP, steps_text(dataset)))))


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
    catalog_requested()
    shapes_requested()
    """

    dataset_requested = Signal(str)
    catalog_requested = Signal()
    shapes_requested = Signal()

    def __init__(
        self, actions: Actions, session: Session, selection: Selection, parent: QWidget | None = None
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
        self.addWidget(ProgressStrip(session, selection, self))
        self.addWidget(_spring(self))
        self._dataset_chooser = DatasetChooser(selection, self)
        self._dataset_chooser.dataset_requested.connect(self.dataset_requested)
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
