"""Which images the browser lists, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from cnnviz.app.data.arrangement import Arrangement, Kept, Order
from cnnviz.ui.theme import SPACE_8

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEPT = ((Kept.ALL, "right and wrong"), (Kept.RIGHT, "right only"), (Kept.WRONG, "wrong only"))
_ORDERS = (
    (Order.NUMBER, "by number"),
    (Order.CLASS, "by class"),
    (Order.HARDEST, "highest loss first"),
    (Order.EASIEST, "lowest loss first"),
    (Order.UNSURE, "least confident first"),
    (Order.SURE, "most confident first"),
)
_KEPT_TIP = (
    "Which images are listed: those whose class the network names, those it takes for another, or both"
)
_ORDER_TIP = (
    "In which order images stand. Confidence is the probability of the class that the network names; of "
    "scores, how far the highest is above the next."
)
_NO_CLASSES = "Where numbers are learned, an image is neither right nor wrong."


class ArrangeBar(QWidget):
    """Two choices side by side.

    Signals
    -------
    changed()
        Other images are wanted, or another order.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kept = _choice(_KEPT, "Right or wrong", _KEPT_TIP, self)
        self.order = _choice(_ORDERS, "Order of the images", _ORDER_TIP, self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self.kept)
        layout.addWidget(self.order)
        self.kept.activated.connect(self._on_chosen)
        self.order.activated.connect(self._on_chosen)

    def arrangement(self, label: int | None) -> Arrangement:
        """Return what is chosen, of a class or with None of all."""
        return Arrangement(label, self.kept.currentData(), self.order.currentData())

    def choose(self, kept: Kept, order: Order) -> None:
        """Choose as a person would."""
        self.kept.setCurrentIndex(self.kept.findData(kept))
        self.order.setCurrentIndex(self.order.findData(order))
        self.changed.emit()

    def reset(self, *, has_classes: bool) -> None:
        """List all images by number again, and offer what there is with classes or without."""
        self.kept.setCurrentIndex(0)
        self.order.setCurrentIndex(0)
        self.kept.setEnabled(has_classes)
        self.kept.setToolTip(_KEPT_TIP if has_classes else _NO_CLASSES)
        offered = [(order, text) for order, text in _ORDERS if has_classes or not order.needs_classes]
        if len(offered) != self.order.count():
            self.order.clear()
            for order, text in offered:
                self.order.addItem(text, order)

    @Slot()
    def _on_chosen(self) -> None:
        self.changed.emit()


def _choice(offered: Sequence[tuple[Kept | Order, str]], name: str, tip: str, parent: QWidget) -> QComboBox:
    choice = QComboBox(parent)
    for data, text in offered:
        choice.addItem(text, data)
    choice.setAccessibleName(name)
    choice.setToolTip(tip)
    choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return choice
