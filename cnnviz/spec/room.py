"""An account of the buffers that one lane of the engine comes to hold."""

from __future__ import annotations

from collections import defaultdict

NUMBERS_IN_L2 = 1 << 18
"""Numbers of an intermediate result that the engine computes before it uses them up …"""
NUMBERS_OF_TERMS = 1 << 17
"""… when it adds up products …"""
NUMBERS_OF_A_BLOCK = 1 << 16
"""… and where several arrays are at work together."""


class Room:
    """What a workspace of the engine grows to, in numbers of four bytes.

    Every buffer keeps the size of its largest request. Those of a layer are kept for it alone; scratch
    buffers have a name only, and all layers share them.
    """

    def __init__(self) -> None:
        self._kept: dict[str, dict[str, float]] = defaultdict(dict)
        self._shared: dict[str, float] = {}

    def of(self, layer_id: str) -> LayerRoom:
        """Return the account of a layer's own buffers."""
        return LayerRoom(self, self._kept[layer_id], "")

    def kept(self, layer_id: str) -> float:
        """Return the numbers that are kept for a layer."""
        return sum(self._kept[layer_id].values())

    @property
    def total(self) -> float:
        """All numbers that are held."""
        return sum(map(self.kept, list(self._kept))) + sum(self._shared.values())

    def share(self, name: str, numbers: float) -> None:
        """Ask for a scratch buffer."""
        self._shared[name] = max(self._shared.get(name, 0), numbers)


class LayerRoom:
    """The buffers of one layer, or of a part of it that is computed like a layer of its own."""

    __slots__ = ("_own", "_part", "_room")

    def __init__(self, room: Room, own: dict[str, float], part: str) -> None:
        self._room = room
        self._own = own
        self._part = part

    def part(self, name: str) -> LayerRoom:
        """Return the account of a part of the layer."""
        return LayerRoom(self._room, self._own, f"{self._part}{name}/")

    def keep(self, name: str, numbers: float) -> None:
        """Ask for a buffer of the layer's own."""
        key = self._part + name
        self._own[key] = max(self._own.get(key, 0), numbers)

    def scratch(self, name: str, numbers: float) -> None:
        """Ask for a buffer that all layers share."""
        self._room.share(name, numbers)

    def flags(self, name: str, count: float, *, shared: bool = True) -> None:
        """Ask for truth values, a byte each, that all layers share, or of the layer's own."""
        (self.scratch if shared else self.keep)(f"flags {name}", count / 4)


def rows_at_once(rows: int, numbers: float, limit: int = NUMBERS_IN_L2) -> int:
    """Return how many of `rows` rows, each with so many numbers, are computed together."""
    return min(rows, max(1, int(limit // numbers)))
