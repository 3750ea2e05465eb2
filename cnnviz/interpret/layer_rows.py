"""All that a layer makes of many images, a row of numbers for each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.network import Network
from cnnviz.engine.workspace import Workspace
from cnnviz.errors import SpecError
from cnnviz.interpret.activations import computable_part
from cnnviz.interpret.layer_sample import design_up_to, images_at_a_time
from cnnviz.spec.layers import Flatten
from cnnviz.spec.regularising_layers import Dropout, SpatialDropout
from cnnviz.spec.trace import trace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from cnnviz.spec.network import NetworkSpec


def layers_with_rows(spec: NetworkSpec) -> dict[str, int]:
    """Return how many numbers each layer makes of an image, by its id, in the order of the design.

    Layers that change no number while images are only looked at are left out: they make the same rows as the
    layer before them.
    """
    part = computable_part(spec)
    idle = {layer.id for layer in part.walk() if isinstance(layer, Dropout | SpatialDropout | Flatten)}
    return {
        record.layer.id: math.prod(record.output_shape)
        for record in trace(part).walk()
        if record.output_shape is not None and record.layer.id not in idle
    }


def layer_rows(
    spec: NetworkSpec,
    parameters: Mapping[str, NDArray[np.floating]],
    layer_id: str,
    scaled: Callable[[slice], NDArray[np.float32]],
    count: int,
    *,
    is_stopping: Callable[[], bool] = lambda: False,
) -> NDArray[np.float32] | None:
    """Return all numbers that a layer makes of each of `count` images, float32 (count, numbers).

    `scaled` gives some of the images as the engine takes them, (C, H, W, n). None where `is_stopping`, which
    is asked before every few images, said so.

    Raises
    ------
    SpecError
        The layer is not there, or cannot be computed.
    """
    part = computable_part(spec)
    if layer_id not in {layer.id for layer in part.walk()}:
        raise SpecError(f'"{layer_id}" cannot be computed now.')
    part = design_up_to(part, layer_id)
    network = Network(part, {name: parameters[name] for name in Network(part, {}).array_shapes})
    workspace, size = Workspace(), images_at_a_time(part)
    rows: NDArray[np.float32] | None = None
    for first in range(0, count, size):
        if is_stopping():
            return None
        some = slice(first, min(first + size, count))
        taken: list[NDArray[np.float32]] = []

        def take(name: str, outputs: NDArray[np.floating], taken: list[NDArray[np.float32]] = taken) -> None:
            if name == layer_id:
                taken.append(np.array(outputs.reshape(-1, outputs.shape[-1]).T, np.float32))

        with np.errstate(all="ignore"):
            network.record(scaled(some), taps=take, workspace=workspace)
        if rows is None:
            rows = np.empty((count, taken[0].shape[1]), np.float32)
        rows[some] = taken[0]
    return rows
