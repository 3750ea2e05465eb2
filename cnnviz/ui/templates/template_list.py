"""The list of templates: groups with headings, a name and a line for each design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cnnviz.ui.theme import (
    FOCUS_RING_PX,
    RADIUS,
    SPACE_4,
    SPACE_8,
    SPACE_12,
    Colors,
    caption_font,
    colors_of,
    strong_font,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.app.designs.templates import Template, TemplateGroup

_TEMPLATE_ROLE = Qt.ItemDataRole.UserRole
_SUMMARY_ROLE = Qt.ItemDataRole.UserRole + 1
_WIDTH_PX = 284
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class TemplateList(QListWidget):
    """Offers templates; the arrow keys pass over the headings.

    Signals
    -------
    template_selected(Template)
        Another template was chosen, to be looked at.
    opened()
        The chosen template was double-clicked.
    """

    template_selected = Signal(object)
    opened = Signal()

    def __init__(self, groups: Sequence[TemplateGroup], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Templates")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_Delegate(self))
        for group in groups:
            self._add_heading(group.title)
            for template in group.templates:
                self._add_template(template)
        self.currentItemChanged.connect(self._on_current_item_changed)
        self.itemDoubleClicked.connect(self._on_item_double_clicked)

    @property
    def selected(self) -> Template | None:
        """The chosen template."""
        template: Template | None = self.currentIndex().data(_TEMPLATE_ROLE)
        return template

    def select(self, name: str) -> None:
        """Choose the template with this name; an unknown one changes nothing."""
        for row in range(self.count()):
            template = self.item(row).data(_TEMPLATE_ROLE)
            if template is not None and template.name == name:
                self.setCurrentRow(row)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH_PX, super().sizeHint().height())

    def _add_heading(self, title: str) -> None:
        item = QListWidgetItem(title, self)
        item.setFlags(Qt.ItemFlag.NoItemFlags)

    def _add_template(self, template: Template) -> None:
        item = QListWidgetItem(template.spec.name, self)
        item.setData(_TEMPLATE_ROLE, template)
        item.setData(_SUMMARY_ROLE, template.summary)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{template.spec.name}. {template.summary}.")

    @Slot()
    def _on_current_item_changed(self) -> None:
        if self.selected is not None:
            self.template_selected.emit(self.selected)

    @Slot(QListWidgetItem)
    def _on_item_double_clicked(self, item: QListWidgetItem) -> None:
        if item.data(_TEMPLATE_ROLE) is not None:
            self.opened.emit()


class _Delegate(QStyledItemDelegate):
    """Paints headings as captions, and templates with their line underneath."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        view = self._view
        caption = QFontMetrics(caption_font(view)).height()
        if index.data(_TEMPLATE_ROLE) is None:
            return QSize(0, caption + SPACE_12)
        return QSize(0, QFontMetrics(strong_font(view)).height() + caption + SPACE_12)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        if index.data(_TEMPLATE_ROLE) is None:
            self._paint_heading(painter, rect, index.data())
        else:
            state: QStyle.StateFlag = option.state
            self._paint_ground(painter, rect, state)
            self._paint_words(painter, rect, index)
        painter.restore()

    @property
    def _view(self) -> QWidget:
        view = self.parent()
        assert isinstance(view, QWidget)
        return view

    def _paint_heading(self, painter: QPainter, rect: QRect, title: str) -> None:
        painter.setFont(caption_font(self._view))
        painter.setPen(colors_of(self._view).muted)
        place = rect.adjusted(SPACE_12, SPACE_4, -SPACE_8, 0)
        painter.drawText(place, _LEFT, title)

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        colors = colors_of(self._view)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        if not selected and not hovered:
            return
        painter.setPen(_ring(colors) if selected and self._view.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(colors.selection if selected else colors.hover)
        painter.drawRoundedRect(rect.adjusted(SPACE_4, 1, -SPACE_4, -1), RADIUS, RADIUS)

    def _paint_words(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colors, view = colors_of(self._view), self._view
        place = rect.adjusted(SPACE_12, SPACE_12 // 2, -SPACE_8, 0)
        for font, color, text in (
            (strong_font(view), colors.text, index.data()),
            (caption_font(view), colors.muted, index.data(_SUMMARY_ROLE)),
        ):
            metrics = QFontMetrics(font)
            place.setHeight(metrics.height())
            painter.setFont(font)
            painter.setPen(color)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, _LEFT, shown)
            place.translate(0, metrics.height())


def _ring(colors: Colors) -> QPen:
    return QPen(colors.accent, FOCUS_RING_PX)
