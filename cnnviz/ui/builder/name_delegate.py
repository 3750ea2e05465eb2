"""The names of layers on their cards: where they stand, and the field in which another one is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLineEdit, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cnnviz.spec.renaming import MAX_ID_LENGTH
from cnnviz.ui.builder.card_layout import right_edge, text_left
from cnnviz.ui.theme import SPACE_4, SPACE_8, caption_font, strong_font

if TYPE_CHECKING:
    from cnnviz.ui.builder.cards import Card
    from cnnviz.ui.builder.layer_list_model import LayerListModel

    Index = QModelIndex | QPersistentModelIndex

FRESH = "fresh"
"""What a card says between kind and name of a layer that has learned nothing yet."""


class NameDelegate(QStyledItemDelegate):
    """Lets the name of a layer be typed on its card; subclasses say how high the cards are."""

    def __init__(self, model: LayerListModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model

    def body_height(self, card: Card, widget: QWidget) -> int:
        """Return the height of a card without its problems and without what ends below it."""
        return super().sizeHint(QStyleOptionViewItem(), self._model.index(0)).height()

    def name_rect(self, index: Index, view: QListView) -> QRect:
        """Return where on a card its name stands, behind the kind of the layer; none on that of the input."""
        card, rect = self._model.card(index.row()), view.visualRect(index)
        caption = QFontMetrics(caption_font(view))
        title = caption if card.attached else QFontMetrics(strong_font(view))
        left = rect.left() + text_left(card.depth) + title.horizontalAdvance(card.title)
        if card.fresh and not card.attached:
            left += caption.horizontalAdvance(FRESH) + 2 * SPACE_8
        width = caption.horizontalAdvance(card.layer_id) + 2 * SPACE_8
        return QRect() if card.is_input else QRect(left, rect.top(), width, self.body_height(card, view))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setMaxLength(MAX_ID_LENGTH)
        editor.setAccessibleName("Name of the layer")
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        card = self._model.card(index.row())
        body = self.body_height(card, option.widget)
        left, right = text_left(card.depth) - SPACE_4, right_edge(option.rect.width())
        height = editor.sizeHint().height()  # of a slim card it covers a little of the cards around
        top = max(option.rect.top() + (body - height) // 2, 0)
        editor.setGeometry(option.rect.left() + left, top, right - left, height)
