"""What a sheet is made of: one explanation, the maps around it, and the room there is."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.interpret.explain.place import ExplainError, Unit
from cnnviz.ui.format import number
from cnnviz.ui.inspector.unit.blocks import CellSpot, MapTile, enlarged, map_cell
from cnnviz.ui.inspector.unit.figures import Spot
from cnnviz.ui.inspector.unit.kept import Kept
from cnnviz.ui.inspector.unit.pens import Pens, Ramp, Scaling

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.interpret.activations import LayerView
    from cnnviz.interpret.explain.explain import Explanation
    from cnnviz.interpret.explain.place import Look

_MOST_GROWTH = 2.0
COLOR_NAMES = ("red", "green", "blue")


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """An explanation, all that can be seen around it, and `width` device pixels of room for it.

    `height` is the room that can be seen at once, 0 where nobody knows: then figures have their usual size.

    `linked` is the (channel, row, column) of the product under the mouse. `kept` is what stays while the unit
    moves.
    """

    look: Look
    explanation: Explanation
    pens: Pens
    width: int
    class_names: tuple[str, ...] = ()
    linked: tuple[int, int, int] | None = None
    height: int = 0
    kept: Kept = dataclasses.field(default_factory=Kept)

    @property
    def unit(self) -> Unit:
        """The unit that is explained."""
        return self.explanation.unit

    def growth(self, width: int, height: int) -> float:
        """Return by how much a figure of a usual size, in logical pixels, may grow in the room: 1 to 2."""
        fits = min(self.width / self.pens.px(width), self.height / self.pens.px(height))
        return min(max(fits, 1.0), _MOST_GROWTH)

    @property
    def source_id(self) -> str:
        """The layer before; empty for the image."""
        return self.explanation.place.source_id if self.explanation.place is not None else ""

    def view(self, layer_id: str) -> LayerView:
        """Return what comes out of a layer."""
        view = self.look.view.layer(layer_id)
        if view is None:
            raise ExplainError(f'Nothing is known of the output of layer "{layer_id}".')
        return view

    def scaling(self, layer_id: str, channel: int = 0) -> Scaling:
        """Return the colours that numbers of a layer have everywhere in the program."""
        view = self.view(layer_id)
        low, high = (float(end) for end in view.atlas.ranges[channel])
        if view.signed:
            return Scaling(Ramp.SIGNED, low, high)
        return Scaling(Ramp.IMAGE, 0.0, max(1.0, high)) if not layer_id else Scaling(Ramp.AMOUNT, low, high)

    def tile(
        self,
        layer_id: str,
        channel: int,
        room: tuple[int, int],
        *,
        window: tuple[int, int, int, int] | None = None,
        cell: tuple[int, int] | None = None,
        most: int = 24,
        at: CellSpot | None = None,
    ) -> MapTile:
        """Return a map of a layer as large as fits into (width, height)."""
        values = self.map_of(layer_id, channel)
        shape = (values.shape[0], values.shape[1])
        side = map_cell(shape, room, self.pens.px(most))
        key = (layer_id, channel, side)
        images = self.kept.images
        if key not in images:
            images[key] = enlarged(self.pens.image(values, self.scaling(layer_id, channel)), side, self.pens)
        return MapTile(
            images[key], shape, side, self.pens, window, cell, at or self._spots(layer_id, channel)
        )

    def map_of(self, layer_id: str, channel: int) -> NDArray[np.float32]:
        """Return the numbers (rows, columns) of a map; of a row of numbers all of them, as one row."""
        values = self.view(layer_id).values
        return values[channel] if values.ndim == 3 else values[None, :]

    def name(self, layer_id: str) -> str:
        """Return what a layer is called."""
        return layer_id or "input"

    def map_name(self, layer_id: str, channel: int) -> str:
        """Return what a map or unit is called: `map 3`, `red`, `unit 7`."""
        values = self.view(layer_id).values
        if values.ndim == 1:
            return f"unit {channel}"
        if not layer_id:
            if len(values) == len(COLOR_NAMES):
                return COLOR_NAMES[channel]
            return "gray" if len(values) == 1 else f"channel {channel}"
        return f"map {channel}"

    def way(self, unit: Unit) -> tuple[str, ...]:
        """Return where a unit stands, from the layer inwards: `relu1`, `map 3`, `(0, 5)`."""
        way = self.name(unit.layer_id), self.map_name(unit.layer_id, unit.channel)
        is_row = self.view(unit.layer_id).values.ndim == 1
        return way if is_row else (*way, f"({unit.row}, {unit.column})")

    def place_name(self, unit: Unit) -> str:
        """Return where a unit stands: `relu1, map 3, row 0, column 5`."""
        where = f"{self.name(unit.layer_id)}, {self.map_name(unit.layer_id, unit.channel)}"
        if self.view(unit.layer_id).values.ndim == 1:
            return where
        return f"{where}, row {unit.row}, column {unit.column}"

    def spot(self, unit: Unit, moves_to: Unit | None = None) -> Spot:
        """Return what is said of a unit under the mouse."""
        return Spot(f"{self.place_name(unit)}: {number(self.look.value(unit))}", unit, moves_to)

    def _spots(self, layer_id: str, channel: int) -> CellSpot:
        return lambda row, column: self.spot(Unit(layer_id, channel, row, column))
