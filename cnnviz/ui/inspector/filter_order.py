"""In which order the filters and maps of a layer stand, and which page of them is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from cnnviz.interpret.layer_study import Order
from cnnviz.ui.icons import icon
from cnnviz.ui.theme import SPACE_4
from cnnviz.ui.widgets.pager import Pager

if TYPE_CHECKING:
    from cnnviz.interpret.layer_study import LayerStudy

PAGE = 64
"""So many filters and maps are shown at once."""
_WORDS = {
    Order.DESIGN: ("As they are", "In the order of the design"),
    Order.NORM: ("By norm", "The longest kernels first"),
    Order.ACTIVITY: ("By mean activation", "The most active first, over many images"),
    Order.LIKENESS: ("By likeness", "Each beside the one whose kernel has the most similar direction"),
}


class FilterOrder:
    """Puts filters in order and cuts them in pages. They stay as they stand until they are sorted again."""

    def __init__(self) -> None:
        self.page = 0
        self._kind = Order.DESIGN
        self._places: tuple[int, ...] = ()
        self._wanted: tuple[int, ...] = ()
        self._study: LayerStudy | None = None

    @property
    def kind(self) -> Order:
        """The order that was chosen, which stays from layer to layer."""
        return self._kind

    @property
    def count(self) -> int:
        """How many filters there are."""
        return len(self._places)

    @property
    def all(self) -> tuple[int, ...]:
        """Every filter in order."""
        return self._places

    @property
    def shown(self) -> tuple[int, ...]:
        """Those of the page."""
        return self._places[self.page * PAGE : (self.page + 1) * PAGE]

    @property
    def is_plain(self) -> bool:
        """Whether all filters stand as they are in the design."""
        return self._places == tuple(range(self.count))

    @property
    def is_stale(self) -> bool:
        """Whether the filters would stand in another order if they were sorted now."""
        return self._wanted != self._places

    def begin(self, count: int) -> None:
        """Take up a layer of so many filters, as they are."""
        self._places = self._wanted = tuple(range(count))
        self.page = 0

    def forget(self) -> None:
        """Forget what is known of the filters."""
        self._study = None
        self.begin(0)

    def learn(self, study: LayerStudy) -> None:
        """Take notice of what is known of the filters; they stay as they stand."""
        self._study = study
        self._find_wanted()

    def choose(self, kind: Order) -> None:
        """Sort in another way."""
        self._kind = kind
        self._find_wanted()
        self.sort()

    def sort(self) -> None:
        """Put the filters in the chosen order, with what is known of them."""
        self._places = self._wanted

    def turn_to(self, filter_index: int) -> None:
        """Turn to the page that a filter is on."""
        if filter_index in self._places:
            self.page = self._places.index(filter_index) // PAGE

    def _find_wanted(self) -> None:
        if self._study is not None and len(self._study.norms) == self.count:
            self._wanted = self._study.in_order(self._kind)
        else:
            self._wanted = tuple(range(self.count)) if self._kind is Order.DESIGN else self._places


class OrderBar(QWidget):
    """Lets a person choose the order, sort anew, and turn pages.

    Signals
    -------
    order_chosen(Order)
    sort_requested()
        The filters are to be sorted again, with what is known of them now.
    page_requested(int)
    """

    order_chosen = Signal(object)
    sort_requested = Signal()
    page_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = QComboBox(self)
        for order, (words, tip) in _WORDS.items():
            self.choice.addItem(words, order)
            self.choice.setItemData(self.choice.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.choice.setAccessibleName("Order of filters and maps")
        self.choice.setToolTip("The order of filters and maps")
        self.again = QToolButton(self)
        self.again.setIcon(icon("sort"))
        self.again.setToolTip("Sort again with the newest weights")
        self.again.setAccessibleName(self.again.toolTip())
        self.pager = Pager("maps", self)
        self._line = QWidget(self)
        line = QHBoxLayout(self._line)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_4)
        line.addWidget(self.choice)
        line.addWidget(self.again)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_4)
        column.addWidget(self._line)
        column.addWidget(self.pager)
        self.choice.activated.connect(self._on_activated)
        self.again.clicked.connect(self.sort_requested)
        self.pager.page_requested.connect(self.page_requested)

    def show_order(self, order: FilterOrder, *, can_sort: bool, is_paged: bool) -> None:
        """Show the order there is, and the page where there are pages."""
        self._line.setVisible(can_sort)
        self.choice.setCurrentIndex(self.choice.findData(order.kind))
        self.again.setVisible(order.is_stale)
        self.pager.set_page(order.page, PAGE, order.count if is_paged else 1)
        self.setVisible(can_sort or (is_paged and order.count > PAGE))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.order_chosen.emit(self.choice.itemData(index))
