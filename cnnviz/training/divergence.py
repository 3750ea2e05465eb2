"""Noticing that training has gone astray, and where."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.network import Network, first_non_finite

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def check_step(outcome: StepResult, network: Network, images: NDArray[np.float32], step: int) -> None:
    """Raise `Diverged` where the loss or a gradient of a step is not finite.

    Called before the optimizer moves the weights by it. `images` (C, H, W, N) is the batch of the step.
    """
    _check_loss(outcome.loss, f"At step {step} the loss", network, images, step)
    _check_arrays(outcome.gradients, f"At step {step} the gradient of", step)


def check_validation(loss: float, network: Network, images: NDArray[np.float32], step: int) -> None:
    """Raise `Diverged` where the validation loss after `step` is not finite; `images` are some of them."""
    _check_loss(loss, f"After step {step} the validation loss", network, images, step)


def check_weights(network: Network, step: int) -> None:
    """Raise `Diverged` where a weight after `step` is not finite, before it is kept as a good one."""
    _check_arrays(network.arrays, f"After step {step}", step)


def _check_loss(loss: float, what: str, network: Network, images: NDArray[np.float32], step: int) -> None:
    if math.isfinite(loss):
        return
    with np.errstate(all="ignore"):
        layer_id = first_non_finite(network, images)
    where = f'; the first layer with such an output is "{layer_id}"' if layer_id else ""
    raise Diverged(f"{what} is infinite or not a number{where}. {_ADVICE}", step, layer_id)


def _check_arrays(arrays: Mapping[str, NDArray[np.floating]], what: str, step: int) -> None:
    """Blame the parameter nearest to the output that is not finite: there it went wrong first."""
    for name in reversed(list(arrays)):
        if not _is_finite(arrays[name]):
            reason = f'{what} "{name}" is infinite or not a number. {_ADVICE}'
            raise Diverged(reason, step, name.partition("/")[0])


def _is_finite(array: NDArray[np.floating]) -> bool:
    row = array.reshape(-1)
    # The square is one pass without a temporary array; only where it overflows is every number looked at.
    with np.errstate(all="ignore"):
        square = float(np.dot(row, row))
    return math.isfinite(square) or bool(np.isfinite(row).all())
