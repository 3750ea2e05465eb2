"""What a session had to show before a run."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnviz.app.weights import WeightStore
    from cnnviz.training.events import RunStarted
    from cnnviz.training.history import History


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Weights, when they were taken, curves, and whether they are unsaved; for a run that learns nothing."""

    store: WeightStore
    weights_at: tuple[int, int]
    history: History
    started: RunStarted | None
    unsaved: bool
