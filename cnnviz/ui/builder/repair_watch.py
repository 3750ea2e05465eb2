"""Which setting is being changed, and whether that breaks a layer further on. Pure: no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from cnnviz.spec.trace import Problem


class ChangeWatch:
    """Follows the changes of one setting from the first of them to the last."""

    def __init__(self) -> None:
        self._key = ""
        self._field = ""
        self._troubled: Collection[str | None] = ()

    @property
    def field(self) -> str:
        """The setting that is being changed; empty where none is."""
        return self._field

    def begin(self, key: str, field: str, troubled: Iterable[str | None]) -> None:
        """Remember who had problems (ids of layers) before the first change with this key."""
        if key != self._key:
            self._key, self._field, self._troubled = key, field, frozenset(troubled)

    def forget(self) -> None:
        """Nothing is being changed any more."""
        self._key = self._field = ""

    def broken(self, layer_id: str, problems: Iterable[Problem]) -> Problem | None:
        """Return the first problem of a layer other than `layer_id` that the changes have brought."""
        if not self._key:
            return None
        known = {None, layer_id, *self._troubled}
        return next((problem for problem in problems if problem.layer_id not in known), None)
