"""The way from the network to one number and back: both share the middle of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from cnnviz.interpret.explain.place import Look, Unit
from cnnviz.interpret.explain.way import way_to_sum
from cnnviz.ui.inspector.unit.unit_page import UnitPage
from cnnviz.ui.inspector.unit.unit_path import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.app.looking.inspection import Inspection
    from cnnviz.app.workbench import Workbench
    from cnnviz.ui.inspector.layer_panel import LayerPanel
    from cnnviz.ui.inspector.network_view import NetworkView


class Stage(QStackedWidget):
    """Shows the network, or one number of it in its place.

    A number is opened by clicking a map a second time, and left with the escape key. Another layer or map
    that is chosen meanwhile, in the builder or the layer panel, is shown in the place of the one before.

    Signals
    -------
    map_chosen(str, int)
        The number that is shown belongs to another layer or map.
    hover_text_changed(str)
        What is under the mouse, in words; empty when it leaves.
    """

    map_chosen = Signal(str, int)
    hover_text_changed = Signal(str)

    def __init__(
        self,
        bench: Workbench,
        network_view: NetworkView,
        layer_panel: LayerPanel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._selection = bench.session, bench.selection
        self._network_view = network_view
        self._inspection: Inspection | None = None
        self.unit_page = UnitPage(self)
        self.addWidget(network_view)
        self.addWidget(self.unit_page)
        for view in (network_view.unit_clicked, layer_panel.unit_chosen):
            view.connect(self._on_unit_chosen)
        self.unit_page.left.connect(self.show_network)
        self.unit_page.unit_changed.connect(self._on_unit_changed)
        self.unit_page.hover_text_changed.connect(self.hover_text_changed)
        self.unit_page.field_requested.connect(bench.fields.request)
        bench.fields.found.connect(self.unit_page.show_field)
        bench.inspector.inspected.connect(self._on_inspected)

    @property
    def is_at_unit(self) -> bool:
        """Whether one number is shown."""
        return self.currentWidget() is self.unit_page

    def take_focus(self) -> None:
        """Let the keyboard go on here, in what is shown."""
        (self.unit_page if self.is_at_unit else self._network_view.canvas).setFocus()

    @Slot()
    def show_network(self) -> None:
        """Go back to the whole network."""
        if self.is_at_unit:
            self.setCurrentWidget(self._network_view)
            self._network_view.canvas.setFocus()

    @Slot(str, int, int, int)
    def open_sum(self, layer_id: str, channel: int, row: int, column: int) -> None:
        """Show the sum that a number is made of; Esc leads back to the number itself."""
        if self._inspection is not None:
            inspection = self._inspection
            look = Look(inspection.spec, inspection.parameters, inspection.image_view)
            unit = nearest(look, Unit(layer_id, channel, row, column))
            self.open_way(way_to_sum(look, unit) if unit is not None else ())

    def open_way(self, way: Sequence[Unit]) -> None:
        """Show the last of some numbers; the others are on the way there."""
        if self._inspection is None or not way:
            return
        if not self.is_at_unit:
            self.unit_page.set_inspection(self._inspection, self._selection.dataset.class_names)
        self.unit_page.open_unit(*way)
        if self.unit_page.unit is not None:
            self.setCurrentWidget(self.unit_page)
            self.unit_page.setFocus()

    @Slot(str, int)
    def show_map(self, layer_id: str, channel: int) -> None:
        """Show another map, where a number is shown."""
        if self.is_at_unit:
            self.unit_page.show_map(layer_id, channel)

    @Slot(str, int, int, int)
    def _on_unit_chosen(self, layer_id: str, channel: int, row: int, column: int) -> None:
        self.open_way((Unit(layer_id, channel, row, column),))

    @Slot(object)
    def _on_unit_changed(self, unit: Unit) -> None:
        self.map_chosen.emit(unit.layer_id, unit.channel)

    @Slot(object)
    def _on_inspected(self, inspection: Inspection) -> None:
        self._inspection = inspection
        if self.is_at_unit:
            with self._session.turns.drawing():
                self.unit_page.set_inspection(inspection, self._selection.dataset.class_names)
