"""Noticing that training has gone astray, and where."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.network import Network, first_non_finite

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from cnnviz.engine.parallel import StepResult

_ADVICE = "The weights from before this epoch are kept. A lower learning rate usually helps."


class Diverged(Exception):
    """Numbers are no longer finite; caught by the run, which reports it as its end."""

    def __init__(self, reason: str, step: int, layer_id: str | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.step = step
        self.layer_id = layer_id


def check_step(
    outcome: StepResult, network: Network, images: NDArray[np.float32], step: int
) -> dict[str, float]:
    """Return the sum of the squared gradients of each parameter that is not frozen.

    Called before the optimizer moves the weights by it. `images` (C, H, W, N) is the batch of the step. The
    squares cost nothing: they are how the gradients are looked at.

    Raises
    ------
    Diverged
        The loss or a gradient is not finite.
    """
    if not math.isfinite(outcome.loss):
        raise _diverged(f"At step {step} the loss", network, images, step, training=True)
    squares = _checked_squares(outcome.gradients, f"At step {step} the gradient of", step)
    return {name: square for name, square in squares.items() if name not in network.frozen}


def check_validation(
    loss: float, network: Network, batches: Iterable[NDArray[np.float32]], step: int
) -> None:
    """Raise `Diverged` where the validation loss after `step` is not finite.

    `batches` give the images (C, H, W, N) again; they are asked for only where something is wrong.
    """
    if math.isfinite(loss):
        return
    what = f"After step {step} the validation loss"
    for images in batches:
        problem = _diverged(what, network, images, step, training=False)
        if problem.layer_id is not None:
            raise problem
    raise Diverged(f"{what} is infinite or not a number. {_ADVICE}", step, None)


def check_weights(network: Network, step: int) -> None:
    """Raise `Diverged` where a weight after `step` is not finite, before it is kept as a good one."""
    _checked_squares(network.arrays, f"After step {step}", step)


def check_optimizer(state: Mapping[str, NDArray[np.floating]], step: int) -> None:
    """Raise `Diverged` where a number that the optimizer remembers after `step` is not finite.

    That happens to gradients whose square is beyond what 32 bits can hold. `state` has the arrays by
    `<optimizer>/<slot>/<layer id>/<name>`.
    """
    for name in reversed(list(state)):
        if not np.isfinite(state[name]).all():
            parameter = name.split("/", 2)[2]
            reason = (
                f'After step {step} the optimizer\'s memory of "{parameter}" is infinite or not a number.'
            )
            raise Diverged(f"{reason} {_ADVICE}", step, parameter.partition("/")[0])


def _diverged(
    what: str, network: Network, images: NDArray[np.float32], step: int, *, training: bool
) -> Diverged:
    """Return what to raise, with the first layer that has such an output where one is found."""
    with np.errstate(all="ignore"):
        layer_id = first_non_finite(network, images, training=training)
    where = f'; the first layer with such an output is "{layer_id}"' if layer_id else ""
    return Diverged(f"{what} is infinite or not a number{where}. {_ADVICE}", step, layer_id)


def _checked_squares(arrays: Mapping[str, NDArray[np.floating]], what: str, step: int) -> dict[str, float]:
    """Return the sum of the squares of each array.

    Where one is not finite, blame the parameter nearest to the output: there it went wrong first.
    """
    squares = {}
    for name in reversed(list(arrays)):
        squares[name] = sum_of_squares(arrays[name])
        if not math.isfinite(squares[name]):
            reason = f'{what} "{name}" is infinite or not a number. {_ADVICE}'
            raise Diverged(reason, step, name.partition("/")[0])
    return squares


def sum_of_squares(array: NDArray[np.floating]) -> float:
    """Return Σ a²: finite as long as every number is, and infinite or NaN where one is not."""
    row = array.reshape(-1)
    # One pass without a temporary array; only where it overflows is it done again with more room.
    with np.errstate(all="ignore"):
        square = float(np.dot(row, row))
        return square if math.isfinite(square) else float(np.sum(np.square(row, dtype=np.float64)))
