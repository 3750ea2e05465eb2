"""Looks at random images in designs with random weights, for tests of what explains their numbers."""

from __future__ import annotations

import numpy as np

from cnnviz.engine.network import network_array_shapes
from cnnviz.interpret.activations import view_image
from cnnviz.interpret.explain.place import Look
from cnnviz.spec.layers import Layer
from cnnviz.spec.network import InputSpec, NetworkSpec


def design_of(*layers: Layer, size: tuple[int, int] = (7, 6), channels: int = 2) -> NetworkSpec:
    return NetworkSpec(
        name="", input=InputSpec(height=size[0], width=size[1], channels=channels), layers=layers
    )


def look_of(spec: NetworkSpec, *, seed: int = 0) -> Look:
    """Return a look with weights, biases and statistics that are all drawn at random."""
    rng = np.random.default_rng(seed)
    arrays = {}
    for name, shape in network_array_shapes(spec).items():
        drawn = rng.normal(0, 0.5, shape).astype(np.float32)
        arrays[name] = np.abs(drawn) + np.float32(0.1) if name.endswith("running_var") else drawn
    height, width, channels = spec.input.shape
    image = rng.random((channels, height, width)).astype(np.float32)
    return Look(spec, arrays, view_image(spec, arrays, image))
