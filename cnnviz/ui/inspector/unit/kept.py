"""What stays the same while one unit after the other is looked at: painted or computed once."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from PySide6.QtGui import QImage

    from cnnviz.interpret.explain.channel_maps import ChannelMaps
    from cnnviz.interpret.explain.place import Unit


@dataclasses.dataclass(slots=True, eq=False)
class Kept:
    """Pictures and sums for one image and one set of weights, in the fonts and colours of one widget.

    Attributes
    ----------
    images
        Maps, by layer, channel and size of a cell.
    added
        What the channels add to a map, by layer and map.
    """

    images: dict[tuple[str, int, float], QImage] = dataclasses.field(default_factory=dict)
    added: dict[tuple[str, int], ChannelMaps] = dataclasses.field(default_factory=dict)
    _kernels: dict[Hashable, QImage] = dataclasses.field(default_factory=dict)
    _kernels_of: tuple[str, int] | None = None

    def kernel(self, unit: Unit, key: Hashable, make: Callable[[], QImage]) -> QImage:
        """Return the picture of a kernel, the same for all units of a map; those of one map are kept.

        `key` tells one kernel from another, and one size of it.
        """
        owner = unit.layer_id, unit.channel
        if owner != self._kernels_of:
            self._kernels.clear()
            self._kernels_of = owner
        if key not in self._kernels:
            self._kernels[key] = make()
        return self._kernels[key]

    def without_pictures(self) -> Kept:
        """Return what stays in other colours and fonts.

        What is still shown in those of before may be painted once more, and its pictures are kept here.
        """
        return Kept(added=self.added)
