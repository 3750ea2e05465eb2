"""Layers as they are computed one after the other, forward and back again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from cnnviz.engine.meeting import Meeting
from cnnviz.engine.types import Array, Tap

if TYPE_CHECKING:
    from cnnviz.engine.noise import Noise
    from cnnviz.engine.workspace import Workspace

GoOn = Callable[[], None]
"""Asked before every layer, on the way back too; raises `BrokenOff` where nobody wants the result."""
LayerGradients = tuple[Array | None, dict[str, Array]]
"""dx where it was wanted, and the gradient of each parameter by `<layer id>/<name>`."""
LayerBackward = Callable[[Array, bool, Tap | None], Meeting[LayerGradients]]
"""Takes dy, which it may overwrite, whether dx is wanted, and a tap for the gradients inside of it."""


class BrokenOff(Exception):
    """Ends a computation between two layers, as it was asked to."""


@dataclasses.dataclass(frozen=True, slots=True)
class Surroundings:
    """What the layers of one pass may need besides their input.

    `arrays` has parameters and states by `<layer id>/<name>`. `noise` is None where nothing is random. What
    the states become by this pass is written to `new_states`. `go_on` is None where nobody breaks off.
    """

    arrays: Mapping[str, Array]
    workspace: Workspace
    training: bool
    noise: Noise | None
    taps: Tap | None
    new_states: dict[str, Array]
    go_on: GoOn | None = None


Run = Callable[[Array, Surroundings], Meeting[tuple[Array, LayerBackward]]]
"""Takes x; returns y and the way back."""


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    """One layer as it is computed. `parameter_names` are whole names, those inside a block included."""

    layer_id: str
    parameter_names: tuple[str, ...]
    run: Run


Trail = list[tuple[Stage, LayerBackward]]
"""The way that a pass took, to be gone back once."""


def compute(stages: Iterable[Stage], x: Array, around: Surroundings) -> Meeting[tuple[Array, Trail]]:
    """Carry x through the stages, and tell the tap each layer's output."""
    trail: Trail = []
    for stage in stages:
        if around.go_on is not None:
            around.go_on()
        x, back = yield from stage.run(x, around)
        trail.append((stage, back))
        if around.taps is not None:
            around.taps(stage.layer_id, x)
    return x, trail


def follow_back(
    trail: Trail, dy: Array, input_gradient: bool, taps: Tap | None, go_on: GoOn | None = None
) -> Meeting[LayerGradients]:
    """Run the closures of a trail in reverse, no further than something is wanted.

    `taps` is told each layer's id and the gradient of its output.
    """
    with_parameters = [place for place, (stage, _) in enumerate(trail) if stage.parameter_names]
    everywhere = input_gradient or taps is not None or not with_parameters
    first = 0 if everywhere else with_parameters[0]
    parameters: dict[str, Array] = {}
    gradient: Array | None = dy
    for place in range(len(trail) - 1, first - 1, -1):
        stage, back = trail[place]
        if gradient is None:
            break
        if go_on is not None:
            go_on()
        if taps is not None:
            taps(stage.layer_id, gradient)
        gradient, own = yield from back(gradient, input_gradient or place > first, taps)
        parameters.update(own)
    return gradient if input_gradient else None, parameters
