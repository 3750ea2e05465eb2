"""What a view of the network shows, and how, as plain data."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.ui.inspector.network_pages import Pages

if TYPE_CHECKING:
    from cnnviz.interpret.activations import ImageView
    from cnnviz.ui.inspector.answers import Answers

_USUAL_PX = (1120, 420)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class NetworkShown:
    """A network: which blocks are open, which pages of maps, and in how much room.

    Without `answers` they are the view's probabilities.
    """

    view: ImageView
    class_names: tuple[str, ...]
    opened: frozenset[str] = frozenset()
    pages: Pages = dataclasses.field(default_factory=Pages)
    size_px: tuple[int, int] = _USUAL_PX
    answers: Answers | None = None
