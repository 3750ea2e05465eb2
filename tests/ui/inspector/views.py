"""Views of images in small and bundled designs, for tests of what shows them."""

from __future__ import annotations

import dataclasses

import numpy as np

from cnnviz.engine.build import build
from cnnviz.engine.network import network_array_shapes
from cnnviz.interpret.activations import ImageView, computable_part, view_image
from cnnviz.interpret.atlas import Scale
from cnnviz.spec.layers import Conv2D, Dense, Flatten, Layer, MaxPool2D, ReLU, Softmax
from cnnviz.spec.network import InputSpec, NetworkSpec
from tests.helpers.designs import bundled_design

DIGITS = tuple("0123456789")
SMALL: tuple[Layer, ...] = (
    Conv2D(filters=4, padding="same"),
    ReLU(),
    MaxPool2D(),
    Flatten(),
    Dense(units=10),
    Softmax(),
)


def make_view(
    *layers: Layer, size: int = 8, channels: int = 1, seed: int = 0, scale: Scale = Scale.PER_LAYER
) -> ImageView:
    """Return the view of a random image in a design of these layers, or of the small one."""
    spec = NetworkSpec(
        name="", input=InputSpec(height=size, width=size, channels=channels), layers=layers or SMALL
    )
    return view_of(spec, seed=seed, scale=scale)


def bundled_view(name: str) -> ImageView:
    return view_of(bundled_design(name))


def view_of(spec: NetworkSpec, *, seed: int = 0, scale: Scale = Scale.PER_LAYER) -> ImageView:
    rng = np.random.default_rng(seed)
    part = computable_part(spec)
    if part == spec and spec.layers:
        parameters = dict(build(spec, rng).arrays)
    else:
        shapes = network_array_shapes(part)
        parameters = {key: rng.normal(size=shape).astype(np.float32) for key, shape in shapes.items()}
    height, width, channels = spec.input.shape
    image = rng.random((channels, height, width)).astype(np.float32)
    return view_image(spec, parameters, image, step=seed, epoch=seed, scale=scale)


def with_probabilities(view: ImageView, probabilities: np.ndarray) -> ImageView:
    return dataclasses.replace(view, probabilities=probabilities.astype(np.float32))
