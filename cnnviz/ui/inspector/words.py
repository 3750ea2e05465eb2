"""What views of the inspector say of a number, a layer or a prediction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.quantities import degrees, quantity_name
from cnnviz.spec.shapes import format_shape
from cnnviz.spec.words import counted
from cnnviz.ui.format import number, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cnnviz.data.quantities import Quantity
    from cnnviz.interpret.activations import ImageView, LayerView

_COLOR_NAMES = ("red", "green", "blue")


def numbers_text(quantities: Sequence[Quantity], values: NDArray[np.float32]) -> str:
    """Return the numbers that are to be learned of an image, an angle in degrees: `size 0.6200`, `37°`."""
    angle = degrees(quantities, values)
    if angle is not None:
        return f"{float(angle):.0f}°"
    return ", ".join(
        f"{quantity_name(quantities, place)} {number(value)}" for place, value in enumerate(values.tolist())
    )


def tile_name(view: LayerView, tile: int) -> str:
    """Return what a map or unit of a layer is called, counted from 0 as arrays are: `map 2`, `unit 7`."""
    return f"unit {tile}" if view.values.ndim == 1 else f"map {tile}"


def layer_place(view: LayerView, tile: int, row: int, column: int) -> str:
    """Return where a number of a layer stands: `map 2, row 0, column 5`, or `unit 7`."""
    name = tile_name(view, tile)
    return name if view.values.ndim == 1 else f"{name}, row {row}, column {column}"


def layer_value(view: LayerView, tile: int, row: int, column: int) -> float:
    """Return a number of a layer."""
    return float(view.values[tile] if view.values.ndim == 1 else view.values[tile, row, column])


def image_value_text(image: NDArray[np.float32], row: int, column: int) -> str:
    """Return what an image (C, H, W) holds at a place; the names of the colours where it has them."""
    values = [number(float(value)) for value in image[:, row, column]]
    if len(values) != len(_COLOR_NAMES):
        return ", ".join(values)
    return ", ".join(f"{name} {value}" for name, value in zip(_COLOR_NAMES, values, strict=True))


def shown_shape(values: NDArray[np.float32]) -> str:
    """Return the shape of (C, H, W) or (units,) as people write it: `8×8×16`."""
    shape = values.shape
    return format_shape((shape[1], shape[2], shape[0]) if len(shape) == 3 else (shape[0],))


def class_name(class_names: Sequence[str], index: int) -> str:
    """Return the name of a class; its number where the design has more outputs than there are names."""
    return class_names[index] if index < len(class_names) else str(index)


def prediction(probabilities: NDArray[np.float32]) -> int | None:
    """Return the most likely class; None where the numbers are not finite."""
    return int(np.argmax(probabilities)) if np.isfinite(probabilities).all() else None


def prediction_text(
    probabilities: NDArray[np.float32], class_names: Sequence[str], true_class: int | None
) -> str:
    """Return the prediction as a sentence: `3 with 98.2 %; correct`."""
    predicted = prediction(probabilities)
    if predicted is None:
        return "No prediction: the probabilities are not numbers."
    said = f"{class_name(class_names, predicted)} with {share(float(probabilities[predicted]))}"
    if true_class is None:
        return said
    if predicted == true_class:
        return f"{said}; correct"
    return f"{said}; wrong, it is {class_name(class_names, true_class)}"


def problem_text(view: ImageView) -> str:
    """Return where and why the view stops; empty where all of the design can be computed."""
    if view.problem is None:
        return ""
    where = f"Stops at {view.problem.layer_id}. " if view.problem.layer_id else ""
    return where + view.problem.message


def problem_mark(view: ImageView) -> str:
    """Return where the view stops, for places that lead to the card with the reason; empty as above."""
    if view.problem is None:
        return ""
    return f"Stops at {view.problem.layer_id or 'the input'}. Show why."


def weights_text(view: ImageView, fresh: int = 0) -> str:
    """Return from when the weights are: `epoch 3, step 1,234`; and how many layers have `fresh` ones."""
    if not view.step:
        return "untrained"
    trained = f"epoch {view.epoch:,}, step {view.step:,}"
    return f"{trained}; {counted(fresh, 'layer')} fresh" if fresh else trained


def short_weights_text(view: ImageView) -> str:
    """Return the step that the weights are of, for where there is no room for more."""
    return f"step {view.step:,}" if view.step else "untrained"
