"""The palette with its search field above and a line of help below; it leaves the height to the layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QLineEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from cnnviz.ui.builder.palette_view import PaletteView
from cnnviz.ui.icons import icon
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font
from cnnviz.ui.widgets.undo_keys import left_to_window

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

_SMALLEST_SHARE = 0.4  # of the usual height: about one line of chips
_MOST_LINES = 12.5  # of text: about six lines of chips; half a line shows that there is more
_HELP_LINES = 2
_HINT = "Drag a layer into the list, or double-click it. Numbers show more of a group."


class SearchField(QLineEdit):
    """Takes what a kind of layer may be called.

    Undo and redo change the words while a search is being typed, and the design once it is settled or gone.

    Signals
    -------
    accepted()
        Enter: take the best hit.
    left()
        The down arrow: go on to the hits.
    """

    accepted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Search layers")
        self.setAccessibleName("Search layers")
        self.setAccessibleDescription("A name, another name such as fc or skip, a group, or what it does.")
        self.setToolTip(
            "Type a name, another name such as fc or skip, a group, or what a layer does.\n"
            "Enter adds the first hit behind the selected layer, Escape clears."
        )
        self.setClearButtonEnabled(True)
        self.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)

    @Slot()
    def settle(self) -> None:
        """Let undo take back the layer that the search has led to, no longer the words."""
        self.setModified(False)

    def event(self, event: QEvent) -> bool:
        is_typing = self.isModified() and bool(self.text())
        return (is_typing or not left_to_window(event)) and super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
            self.selectAll()  # what is typed next is another search
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class PaletteArea(QWidget):
    """Holds a palette, its search field and its help."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = SearchField(self)  # made first: the Tab key comes to it first
        self.palette_view = PaletteView(self)
        self.chip_scroll = _ChipScroll(self.palette_view, self)
        self._help = QLabel(_HINT, self)
        self._help.setWordWrap(True)
        self._help.setTextFormat(Qt.TextFormat.PlainText)
        self._help.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._help.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._help.setContentsMargins(SPACE_12, 0, SPACE_12, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_4, 0, SPACE_4)
        layout.setSpacing(SPACE_4)
        line = QVBoxLayout()
        line.setContentsMargins(SPACE_12, 0, SPACE_12, 0)
        line.addWidget(self.field)
        layout.addLayout(line)
        layout.addSpacing(SPACE_8 - SPACE_4)
        layout.addWidget(self.chip_scroll)
        layout.addWidget(self._help)
        self._adopt_look()
        self.field.textChanged.connect(self.palette_view.search)
        self.field.accepted.connect(self.palette_view.choose_first_hit)
        self.field.left.connect(self.palette_view.focus_first)
        self.palette_view.layer_chosen.connect(self.field.settle)
        self.palette_view.help_changed.connect(self._on_palette_view_help_changed)

    @property
    def help_text(self) -> str:
        """What the line of help says."""
        return self._help.text()

    @Slot()
    def focus_search(self) -> None:
        """Let a name be typed."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def hasHeightForWidth(self) -> bool:
        return False  # a wrapped label says otherwise, and then nothing in here could be shrunk

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._adopt_look()

    def _adopt_look(self) -> None:
        self._help.setFont(caption_font(self))
        self._help.setFixedHeight(_HELP_LINES * self._help.fontMetrics().lineSpacing())

    @Slot(str)
    def _on_palette_view_help_changed(self, text: str) -> None:
        self._help.setText(text or _HINT)


class _ChipScroll(QScrollArea):
    """Takes no more height than the palette needs at its width, nor more than its share."""

    def __init__(self, palette_view: PaletteView, parent: QWidget) -> None:
        super().__init__(parent)
        self._palette_view = palette_view
        self.setWidget(palette_view)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        palette_view.height_changed.connect(self._on_palette_view_height_changed)

    def sizeHint(self) -> QSize:
        hint = self._palette_view.sizeHint()
        most = round(_MOST_LINES * self.fontMetrics().height())
        return QSize(hint.width(), min(most, self._palette_view.heightForWidth(self.width())))

    def minimumSizeHint(self) -> QSize:
        width = self._palette_view.minimumSizeHint().width()
        return QSize(width, round(self.sizeHint().height() * _SMALLEST_SHARE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.updateGeometry()

    @Slot()
    def _on_palette_view_height_changed(self) -> None:
        self.updateGeometry()
