"""What differs between two designs, layer by layer over the tree."""

from __future__ import annotations

import dataclasses
import difflib
import enum
from typing import TYPE_CHECKING

from cnnviz.spec.differences import Difference, differences, settings_in_words
from cnnviz.spec.layers import Layer, Residual, type_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnnviz.spec.network import NetworkSpec


class Fate(enum.Enum):
    """What has become of a layer on the way from one design to the other."""

    SAME = "same"
    CHANGED = "changed"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"


_SIGNS = {Fate.SAME: " ", Fate.CHANGED: "~", Fate.MOVED: "↕", Fate.ADDED: "+", Fate.REMOVED: "−"}


@dataclasses.dataclass(frozen=True, slots=True)
class LayerFate:
    """One line of the comparison: a layer, how deep it stands in blocks, and what differs.

    A layer that was removed stands where it was before, every other one where it is now. One that has moved
    may have changed, too. `layer_id` is the id in the design at the right, at the left for one that is gone.
    `words` says what kind of layer it is, with its settings where it is on one side only.
    """

    fate: Fate
    layer_id: str
    depth: int
    words: str
    changes: tuple[Difference, ...] = ()

    @property
    def text(self) -> str:
        """The line as text, with its sign in front."""
        changes = f": {', '.join(change.text for change in self.changes)}" if self.changes else ""
        moved = " (moved)" if self.fate is Fate.MOVED else ""
        return f"{_SIGNS[self.fate]} {'  ' * self.depth}{self.layer_id} {self.words}{moved}{changes}"


@dataclasses.dataclass(frozen=True, slots=True)
class DesignDiff:
    """Two designs beside each other. `input` has the changes of the images that are taken."""

    input: tuple[Difference, ...]
    layers: tuple[LayerFate, ...]

    @property
    def is_same(self) -> bool:
        """Whether both compute the same, whatever they are called."""
        return not self.input and all(layer.fate is Fate.SAME for layer in self.layers)

    @property
    def summary(self) -> str:
        """How many layers were added, removed, changed and moved."""
        counts = {fate: sum(layer.fate is fate for layer in self.layers) for fate in Fate}
        parts = [f"{counts[fate]} {fate.value}" for fate in Fate if counts[fate] and fate is not Fate.SAME]
        parts = [*(["other images"] if self.input else []), *parts]
        return ", ".join(parts) or "the same design"


@dataclasses.dataclass(frozen=True, slots=True)
class _Node:
    layer: Layer
    depth: int
    parent: str | None


def diff_designs(left: NetworkSpec, right: NetworkSpec) -> DesignDiff:
    """Compare two designs.

    Layers are the same ones where they have the same id and kind; between these, layers of the same kind are
    taken for one that was made anew. The order comes from `difflib`, which finds what both have in common.
    """
    before, after = tuple(_nodes(left.layers)), tuple(_nodes(right.layers))
    return DesignDiff(differences(left.input, right.input), tuple(_Comparison(before, after).fates()))


def _nodes(layers: Iterable[Layer], depth: int = 0, parent: str | None = None) -> Iterator[_Node]:
    for layer in layers:
        yield _Node(layer, depth, parent)
        if isinstance(layer, Residual):
            yield from _nodes(layer.layers, depth + 1, layer.id)


class _Comparison:
    """Goes through both rows of layers at once."""

    def __init__(self, before: Sequence[_Node], after: Sequence[_Node]) -> None:
        self._before, self._after = before, after
        self._old = {_key(node): node for node in before}
        self._new = {_key(node) for node in after}
        self._renamed: dict[str | None, str | None] = {}

    def fates(self) -> Iterator[LayerFate]:
        places = [[(_key(node), node.parent) for node in row] for row in (self._before, self._after)]
        for is_equal, before, after in _stretches(*places):
            if is_equal:
                for old, new in zip(self._before[before], self._after[after], strict=True):
                    yield _compared(old, new, has_moved=False)
            else:
                yield from self._unlike(self._before[before], self._after[after])

    def _unlike(self, before: Sequence[_Node], after: Sequence[_Node]) -> Iterator[LayerFate]:
        """Pair layers of the same kind that have their ids on one side only; the rest came or went."""
        gone = [node for node in before if _key(node) not in self._new]
        kinds = [[self._kind(node) for node in row] for row in (gone, after)]
        for is_equal, left, right in _stretches(*kinds):
            if is_equal:
                for old, new in zip(gone[left], after[right], strict=True):
                    self._renamed[old.layer.id] = new.layer.id
                    yield _compared(old, new, has_moved=self._has_moved(old, new))
                continue
            yield from (_alone(node, Fate.REMOVED) for node in gone[left])
            yield from (self._arrived(node) for node in after[right])

    def _arrived(self, new: _Node) -> LayerFate:
        old = self._old.get(_key(new))
        if old is None:
            return _alone(new, Fate.ADDED)
        # The layers of a block that was made anew stay where they are.
        is_of_new_block = old.parent in self._renamed and not self._has_moved(old, new)
        return _compared(old, new, has_moved=not is_of_new_block)

    def _has_moved(self, old: _Node, new: _Node) -> bool:
        return self._renamed.get(old.parent, old.parent) != new.parent

    def _kind(self, node: _Node) -> str:
        """Return what pairs are made by; a layer that is on both sides pairs with nothing here."""
        return str(_key(node)) if _key(node) in self._old and _key(node) in self._new else node.layer.title


def _stretches(left: Sequence[object], right: Sequence[object]) -> Iterator[tuple[bool, slice, slice]]:
    """Yield stretches of two rows that are equal, or are not, by `difflib`."""
    for tag, i, j, k, m in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        yield tag == "equal", slice(i, j), slice(k, m)


def _compared(old: _Node, new: _Node, *, has_moved: bool) -> LayerFate:
    changes = differences(old.layer, new.layer)
    fate = Fate.MOVED if has_moved else Fate.CHANGED if changes else Fate.SAME
    return LayerFate(fate, new.layer.id, new.depth, new.layer.title, changes)


def _alone(node: _Node, fate: Fate) -> LayerFate:
    words = ", ".join(part for part in (node.layer.title, settings_in_words(node.layer)) if part)
    return LayerFate(fate, node.layer.id, node.depth, words)


def _key(node: _Node) -> tuple[str, str]:
    return node.layer.id, type_name(node.layer)
