"""A block: layers whose result is added to what came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.ops.conv import conv2d
from cnnviz.engine.ops.dense import dense
from cnnviz.engine.stages import LayerBackward, LayerGradients, Run, Stage, Surroundings, compute, follow_back

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.engine.meeting import Meeting
    from cnnviz.engine.types import Array, Pair, ParameterBackward, Tap
    from cnnviz.engine.workspace import Memory


def residual(layer_id: str, body: Sequence[Stage], projection_stride: Pair | None) -> Run:
    """Return how y = body(x) + x is computed; with a stride x is projected first, by `<layer id>/weight`.

    The projection is a convolution of 1×1 for volumes (C, H, W, N) and a Dense layer for rows (K, N).
    """

    def run(x: Array, around: Surroundings) -> Meeting[tuple[Array, LayerBackward]]:
        memory = around.workspace.of(layer_id)
        past, project_back = x, None
        if projection_stride is not None:
            past, project_back = _project(layer_id, x, projection_stride, around)
        result, trail = yield from compute(body, x, around)
        y = memory.keep("y", result.shape, x.dtype)
        np.add(result, past, out=y)

        def backward(dy: Array, input_gradient: bool, taps: Tap | None) -> Meeting[LayerGradients]:
            dpast, own = _past_gradients(layer_id, dy, project_back, input_gradient, memory)
            dbody, inner = yield from follow_back(trail, dy, input_gradient, taps, around.go_on)
            if dpast is not None and dbody is not None:
                dpast += dbody
            return dpast, own | inner

        return y, backward

    return run


def _project(layer_id: str, x: Array, stride: Pair, around: Surroundings) -> tuple[Array, ParameterBackward]:
    weight, bias = around.arrays[f"{layer_id}/weight"], around.arrays[f"{layer_id}/bias"]
    memory = around.workspace.of(layer_id).part("projection")
    if weight.ndim == 2:
        return dense(x, weight, bias, memory)
    return conv2d(x, weight, bias, stride, (0, 0, 0, 0), memory)


def _past_gradients(
    layer_id: str, dy: Array, project_back: ParameterBackward | None, input_gradient: bool, memory: Memory
) -> LayerGradients:
    """Return the gradients of the way past the body, without touching dy."""
    if project_back is None:
        if not input_gradient:
            return None, {}
        copy = memory.keep("dx", dy.shape, dy.dtype)
        np.copyto(copy, dy)
        return copy, {}
    dx, dweight, dbias = project_back(dy, input_gradient)
    gradients = {f"{layer_id}/weight": dweight}
    if dbias is not None:
        gradients[f"{layer_id}/bias"] = dbias
    return dx, gradients
