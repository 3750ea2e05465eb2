"""What a pass through a network gives: scores, and a way back with the gradients."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cnnviz.engine.meeting import Meeting
    from cnnviz.engine.types import Array, Tap


@dataclasses.dataclass(frozen=True, slots=True)
class Gradients:
    """What the way back gives: the gradient of each parameter, and of the input where it was wanted."""

    parameters: dict[str, Array]
    input: Array | None


class Backward(Protocol):
    """The way back of one forward pass, to be taken once."""

    def __call__(self, dscores: Array, input_gradient: bool = False, taps: Tap | None = None) -> Gradients:
        """Return the gradients, given that of the scores (K, N). They live in the workspace of the pass.

        `taps` is called with each layer's id and the gradient of its output, from the last layer to the
        first, except for an end that is left to the loss. Where layers are to be told apart, the pass forward
        must have been watched too.
        """


class ShardBackward(Protocol):
    """The way back of a shard, which may have to meet others on it."""

    def __call__(
        self, dscores: Array, input_gradient: bool = False, taps: Tap | None = None
    ) -> Meeting[Gradients]:
        """Do what `Backward` does."""


@dataclasses.dataclass(frozen=True, slots=True)
class ShardPass:
    """One shard's way forward: its scores (K, N), the way back, and what the states become by this pass."""

    scores: Array
    backward: ShardBackward
    new_states: dict[str, Array]
