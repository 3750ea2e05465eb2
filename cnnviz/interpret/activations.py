"""What every layer makes of one image."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.network import Network, scores_to_probabilities
from cnnviz.engine.workspace import Workspace
from cnnviz.errors import SpecError
from cnnviz.interpret.atlas import Atlas, Scale, build_atlas, build_row_atlas, read_only
from cnnviz.spec.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Layer,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
    type_name,
)
from cnnviz.spec.losses import end_left_to_loss
from cnnviz.spec.shapes import format_shape
from cnnviz.spec.trace import NetworkTrace, Problem, trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from cnnviz.spec.network import NetworkSpec


_BEYOND = 1e-3
"""Numbers so far beyond [0, 1] are not there by rounding."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class LayerView:
    """One layer's output for one image, read-only.

    `values` is float32 (C, H, W), or (units,) for a row of numbers; `atlas` paints its maps (or units) in the
    same order. `signed` tells values that can be below zero, which belong to the diverging table. `block` is
    the block of the network that the layer stands in, empty for the layers of the network itself; `parent` is
    the innermost one, where blocks stand in blocks. `groups` is into how many groups a convolution cuts its
    channels.
    """

    layer_id: str
    type_name: str
    title: str
    values: NDArray[np.float32]
    atlas: Atlas
    signed: bool
    block: str = ""
    parent: str = ""
    groups: int = 1


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class ImageView:
    """Everything there is to see of one image in a network, from one snapshot of the weights, read-only.

    Attributes
    ----------
    step, epoch
        When the weights were taken; 0 before training.
    image
        float32 (C, H, W) in [0, 1], as the network gets it.
    picture
        uint8 (H, W, 3), the image as people see it.
    input
        The image in the place of a layer's output; its id is empty.
    layers
        In the order of the design, up to the first layer that cannot be computed.
    inner
        The layers inside of blocks, depth first.
    probabilities
        float32 (K,), one per class; None where the design does not end in a row of scores.
    problem
        Why and at which layer the view stops; None where all layers are there.
    """

    step: int
    epoch: int
    image: NDArray[np.float32]
    picture: NDArray[np.uint8]
    input: LayerView
    layers: tuple[LayerView, ...]
    inner: tuple[LayerView, ...]
    probabilities: NDArray[np.float32] | None
    problem: Problem | None

    def layer(self, layer_id: str) -> LayerView | None:
        """Return the view of this layer, or None where it could not be computed; an empty id is the input."""
        views = (self.input, *self.layers, *self.inner)
        return next((view for view in views if view.layer_id == layer_id), None)


def view_image(
    spec: NetworkSpec,
    parameters: Mapping[str, NDArray[np.floating]],
    image: NDArray[np.floating],
    *,
    step: int = 0,
    epoch: int = 0,
    scale: Scale = Scale.PER_LAYER,
    lens: Lens | None = None,
    units: NDArray[np.floating] | None = None,
) -> ImageView:
    """Run one image (C, H, W) through a design, as far as it can be computed.

    `parameters` holds at least those of the layers before the first problem; others are left alone. Numbers
    that are not finite are shown as such. Who looks again and again brings a `lens` of its own. `units` is
    the image in [0, 1] as people are to see it, where the network gets other numbers.

    Raises
    ------
    SpecError
        Weights of a layer are missing or have another shape.
    """
    lens = lens or Lens()
    sight, first = lens.sight(spec), lens.first(image, units, scale)
    image = first.view.values
    part, problem = sight.part, sight.problem
    mismatch = _image_problem(spec, image)
    if mismatch is not None:
        part, problem = dataclasses.replace(part, layers=()), mismatch
    outputs = sight.outputs(parameters, image) if part.layers else {}
    views = _Views(outputs, sight.signs[first.view.signed], scale)
    layers = tuple(views.of(layer) for layer in part.layers)
    inner = tuple(views.inside(part.layers))
    probabilities = None
    if problem is None and layers and layers[-1].values.ndim == 1:
        probabilities = _probabilities(part, layers[-1].values)
    return ImageView(step, epoch, image, first.picture, first.view, layers, inner, probabilities, problem)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _First:
    """An image as it was given, in the place of a layer's output, and as people see it."""

    image: NDArray[np.floating]
    units: NDArray[np.floating] | None
    scale: Scale
    view: LayerView
    picture: NDArray[np.uint8]


class Lens:
    """Remembers the design and the image of the last look: while a network learns, only its weights change.

    It serves one thread. Nobody may write an image after it was looked at.
    """

    def __init__(self) -> None:
        self._spec: NetworkSpec | None = None
        self._sight: Sight | None = None
        self._first: _First | None = None

    def first(self, image: NDArray[np.floating], units: NDArray[np.floating] | None, scale: Scale) -> _First:
        """Return what is to be seen of an image (C, H, W) before the first layer."""
        first = self._first
        if first is None or first.image is not image or first.units is not units or first.scale is not scale:
            numbers = np.ascontiguousarray(image, np.float32)
            view = _input_view(numbers, scale, signed=bool((numbers < 0).any()))
            picture = picture_of(numbers if units is None else units)
            self._first = first = _First(image, units, scale, view, picture)
        return first

    def sight(self, spec: NetworkSpec) -> Sight:
        """Return what it takes to look through `spec`."""
        if self._sight is None or spec != self._spec:
            self._spec, self._sight = spec, Sight(spec)
        return self._sight


class Sight:
    """A design, ready to be computed for one image as far as it can be: `part` is that far, then `problem`.

    `signs` tells of each layer by its id whether its output can be below zero, for images that cannot and for
    images that can.
    """

    def __init__(self, spec: NetworkSpec) -> None:
        traced = trace(spec)
        self.problem = next(iter(traced.problems), None)
        self.part = _computable(spec, traced)
        self.signs = {signed: dict(_signs_of(self.part.layers, signed=signed)) for signed in (False, True)}
        self._network = Network(self.part, {})
        self._workspace = Workspace()

    def outputs(
        self, parameters: Mapping[str, NDArray[np.floating]], image: NDArray[np.float32]
    ) -> Mapping[str, NDArray[np.floating]]:
        """Return every layer's output without the batch axis, valid until the next call."""
        network = self._network.with_arrays(_needed(self._network.array_shapes, parameters))
        outputs: dict[str, NDArray[np.floating]] = {}
        with np.errstate(all="ignore"):  # diverged weights give numbers that are not finite, shown as such
            network.record(image[..., None], taps=outputs.__setitem__, workspace=self._workspace)
        return {layer_id: output[..., 0] for layer_id, output in outputs.items()}


def computable_part(spec: NetworkSpec, traced: NetworkTrace | None = None) -> NetworkSpec:
    """Return the design up to its first layer with a problem; `traced` is its trace, where that is known."""
    return _computable(spec, trace(spec) if traced is None else traced)


def _computable(spec: NetworkSpec, traced: NetworkTrace) -> NetworkSpec:
    records = traced.layers
    count = next((index for index, record in enumerate(records) if record.output_shape is None), len(records))
    return spec if count == len(records) else dataclasses.replace(spec, layers=spec.layers[:count])


def picture_of(image: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return an image (C, H, W) in [0, 1] as uint8 (H, W, 3): gray, colours, or a first channel.

    Of an image that was prepared, with numbers beyond that, the least becomes black and the greatest white.
    """
    channels = image if image.shape[0] == 3 else np.repeat(image[:1], 3, axis=0)
    low, high = float(channels.min()), float(channels.max())
    if low < -_BEYOND or high > 1 + _BEYOND:
        channels = (channels - low) / max(high - low, _BEYOND)
    levels = np.rint(np.clip(channels, 0, 1) * 255).astype(np.uint8)
    return read_only(np.ascontiguousarray(levels.transpose(1, 2, 0)))


def is_signed(spec: NetworkSpec, layer_id: str) -> bool:
    """Return whether this layer's output can be below zero, given that images cannot."""
    return dict(_signs_of(spec.layers, signed=False))[layer_id]


def _signs_of(layers: Iterable[Layer], *, signed: bool) -> Iterator[tuple[str, bool]]:
    for layer in layers:
        if isinstance(layer, Residual):
            yield from _signs_of(layer.layers, signed=signed)
        signed = _gives_signed(layer, signed)
        yield layer.id, signed


def _gives_signed(layer: Layer, signed: bool) -> bool:
    """Return whether a layer's output can be below zero, where its input can be if `signed`."""
    match layer:
        case Conv2D() | Dense() | Tanh() | BatchNorm():
            return True
        case ReLU() | Sigmoid() | Softmax():
            return False
        case Residual():
            return True  # a projection may be signed, and so may the body
        case _:
            return signed  # pooling, dropout, padding and the others keep the sign of what they are given


def _image_problem(spec: NetworkSpec, image: NDArray[np.float32]) -> Problem | None:
    height, width, channels = spec.input.shape
    if image.shape == (channels, height, width):
        return None
    received = format_shape((*image.shape[1:], image.shape[0]))
    return Problem(f"The image is {received}, but the input is {format_shape(spec.input.shape)}.")


def _needed(
    shapes: Mapping[str, tuple[int, ...]], parameters: Mapping[str, NDArray[np.floating]]
) -> dict[str, NDArray[np.floating]]:
    needed = {}
    for name, shape in shapes.items():
        array = parameters.get(name)
        if array is None or array.shape != shape:
            received = "none" if array is None else f"an array of shape {array.shape}"
            raise SpecError(f'Weights "{name}" of shape {shape} are needed; received {received}.')
        needed[name] = array
    return needed


def _body(block: Residual) -> Iterator[tuple[Layer, str]]:
    """Yield what is inside of a block, depth first, each layer with the id of its innermost block."""
    for layer in block.layers:
        yield layer, block.id
        if isinstance(layer, Residual):
            yield from _body(layer)


def _largest(outputs: Iterable[NDArray[np.floating]]) -> float:
    """Return the size of the largest finite number of all layers; 0 where there is none."""
    return max((float(np.abs(values[np.isfinite(values)]).max(initial=0)) for values in outputs), default=0.0)


class _Views:
    """Makes the views of layers from their outputs, on the scale that was asked for."""

    def __init__(
        self, outputs: Mapping[str, NDArray[np.floating]], signs: Mapping[str, bool], scale: Scale
    ) -> None:
        self._outputs, self._signs, self._scale = outputs, signs, scale
        self._largest = _largest(outputs.values()) if scale is Scale.PER_NETWORK else None

    def of(self, layer: Layer) -> LayerView:
        """Return the view of a layer; what is in it stays when the network uses its buffer again."""
        values = read_only(np.array(self._outputs[layer.id], np.float32))
        return _view(
            layer.id,
            type_name(layer),
            layer.title,
            values,
            signed=self._signs[layer.id],
            scale=self._scale,
            largest=self._largest,
            groups=layer.groups if isinstance(layer, Conv2D) else 1,
        )

    def inside(self, layers: Iterable[Layer]) -> Iterator[LayerView]:
        """Yield the views of what is inside of blocks."""
        for block in layers:
            if isinstance(block, Residual):
                for layer, parent in _body(block):
                    yield dataclasses.replace(self.of(layer), block=block.id, parent=parent)


def _input_view(image: NDArray[np.float32], scale: Scale, *, signed: bool) -> LayerView:
    own = Scale.PER_LAYER if scale is Scale.PER_NETWORK else scale  # the image is no activation
    view = _view("", "Input", "Input", read_only(image), signed=signed, scale=own)
    return dataclasses.replace(view, atlas=dataclasses.replace(view.atlas, is_image=True))


def _view(
    layer_id: str,
    kind: str,
    title: str,
    values: NDArray[np.float32],
    *,
    signed: bool,
    scale: Scale,
    largest: float | None = None,
    groups: int = 1,
) -> LayerView:
    """Return a view; `largest` is the end of the scale where all layers share one."""
    limits = None if largest is None else (-largest if signed else 0.0, largest)
    if values.ndim == 1:
        atlas = build_row_atlas(values, signed=signed, limits=limits)
    else:
        atlas = build_atlas(values, signed=signed, scale=scale, limits=limits)
    return LayerView(layer_id, kind, title, values, atlas, signed, groups=groups)


def _probabilities(part: NetworkSpec, scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the probabilities of the classes; a design that ends in Softmax gives them already.

    A design that ends in one unit with a Sigmoid gives that of the second of two classes.
    """
    end = end_left_to_loss(part)
    if end is Softmax:
        return scores
    if end is Sigmoid:
        return read_only(np.concatenate([1 - scores, scores]))
    with np.errstate(all="ignore"):
        probabilities = scores_to_probabilities(scores[:, None])[:, 0]
    return read_only(np.asarray(probabilities, np.float32))
