"""One image, one class, one method: an attribution."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.errors import DataError, SpecError
from cnnviz.interpret.attribution.grad_cam import cells_of, grad_cam, usual_layer
from cnnviz.interpret.attribution.gradients import (
    image_gradient,
    integrated_gradients,
    smooth_grad,
    strongest,
    summed,
)
from cnnviz.interpret.attribution.methods import (
    Deconvolution,
    GradCAM,
    GuidedBackpropagation,
    IntegratedGradients,
    Occlusion,
    Saliency,
    SmoothGrad,
)
from cnnviz.interpret.attribution.occlusion import occlusion
from cnnviz.interpret.attribution.result import Attribution
from cnnviz.interpret.attribution.score import ClassScore, ReluRule
from cnnviz.interpret.attribution.telling import tell_nobody
from cnnviz.spec.fields import field_infos, value_problem
from cnnviz.spec.shapes import format_shape

if TYPE_CHECKING:
    from cnnviz.data.treatment import Treatment
    from cnnviz.engine.network import Network
    from cnnviz.engine.types import Array
    from cnnviz.interpret.attribution.methods import Method
    from cnnviz.interpret.attribution.telling import Tell


def explain(
    network: Network,
    image: Array,
    class_index: int,
    method: Method,
    *,
    against: int | None = None,
    layer_id: str = "",
    tell: Tell = tell_nobody,
    treatment: Treatment | None = None,
) -> Attribution:
    """Say why `network` gives an image (C, H, W) the score of a class that it does.

    With `against` it says why that score is so far above the score of another class, or below it.
    `layer_id` is for Grad-CAM; where it is empty, the usual layer is taken. `tell` hears how far the work is,
    and ends it by raising. `treatment` is what was done to the image, so that black is black for the network.

    Raises
    ------
    SpecError
        There is no such class or layer, or a setting is out of its range.
    DataError
        The image has another size than the network's input.
    """
    check_settings(method)
    _check_image(network, image)
    image = np.ascontiguousarray(image, network.dtype)
    rule = _RULES.get(type(method), ReluRule.GRADIENT)
    score = ClassScore(network, class_index, rule, against=against)
    tell(0, 1)
    found = _ask(score, image, method, layer_id, tell, treatment)
    return found if against is None else dataclasses.replace(found, against=against)


def _ask(
    score: ClassScore,
    image: Array,
    method: Method,
    layer_id: str,
    tell: Tell,
    treatment: Treatment | None,
) -> Attribution:
    class_index = score.class_index
    match method:
        case SmoothGrad():
            value, values = smooth_grad(score, image, method, tell)
            return _made(method, score, value, values, signed=False)
        case IntegratedGradients():
            shares, completeness = integrated_gradients(score, image, method, tell, treatment)
            made = summed(shares)
            return Attribution(
                method, class_index, completeness.score, _single(shares), made, True, "", completeness
            )
        case GradCAM():
            layer_id = layer_id or usual_layer(score.network.spec)
            value, parts, by_pixel = grad_cam(score, image, layer_id)
            cells, painted, added = _single(cells_of(parts)[None]), _single(by_pixel), _single(parts)
            return Attribution(method, class_index, value, cells, painted, False, layer_id, parts=added)
        case Occlusion():
            value, by_place, lost = occlusion(score, image, method, tell, treatment)
            return Attribution(method, class_index, value, _single(by_place[None]), _single(lost), True)
        case Saliency() | GuidedBackpropagation() | Deconvolution():
            value, values = image_gradient(score, image)
            return _made(method, score, value, values, signed=not isinstance(method, Saliency))


_RULES = {
    GuidedBackpropagation: ReluRule.GUIDED,
    Deconvolution: ReluRule.DECONVOLUTION,
}


def check_settings(settings: object) -> None:
    """Raise a `SpecError` where a described field of a record has a value that is not allowed."""
    for name, info in field_infos(type(settings)).items():
        problem = value_problem(info, getattr(settings, name))
        if problem is not None:
            raise SpecError(problem)


def _check_image(network: Network, image: Array) -> None:
    height, width, channels = network.spec.input.shape
    if image.shape != (channels, height, width):
        received = format_shape((*image.shape[1:], image.shape[0])) if image.ndim == 3 else str(image.shape)
        wanted = format_shape(network.spec.input.shape)
        raise DataError(f"The image is {received}, but the network takes {wanted}.")


def _made(method: Method, score: ClassScore, value: float, values: Array, *, signed: bool) -> Attribution:
    painted = summed(values) if signed else strongest(values)
    return Attribution(method, score.class_index, value, _single(values), painted, signed)


def _single(values: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.asarray(values, np.float32)
