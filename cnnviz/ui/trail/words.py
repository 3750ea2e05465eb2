"""What places are called on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.app.navigation import Mistakes, Number, Picture, Reason
from cnnviz.interpret.attribution.grad_cam import map_layers, usual_layer
from cnnviz.interpret.attribution.methods import GradCAM
from cnnviz.spec.trace import trace
from cnnviz.ui.inspector.words import class_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.app.navigation import Path, Place
    from cnnviz.app.selection import Selected
    from cnnviz.spec.network import NetworkSpec


def place_text(place: Place, spec: NetworkSpec, class_names: Sequence[str]) -> str:
    """Return the name of a place: `4 taken for 9`, `why: Grad-CAM at relu2`, `dense1 unit 7`."""
    match place:
        case Mistakes():
            return _mistakes_text(place, class_names)
        case Picture(selected):
            return _image_text(selected)
        case Reason(kind, _, layer_id):
            if kind is not GradCAM:
                return f"why: {kind.title}"
            layer = layer_id if layer_id in map_layers(spec) else usual_layer(spec)
            return f"why: {kind.title} at {layer}" if layer else f"why: {kind.title}"
        case Number(unit):
            if not unit.layer_id:
                return f"pixel ({unit.row}, {unit.column})"
            if unit.layer_id in _rows(spec):
                return f"{unit.layer_id} unit {unit.channel}"
            return f"{unit.layer_id} map {unit.channel} ({unit.row}, {unit.column})"


def next_text(place: Place, *, has_images: bool = True) -> str:
    """Return what leads on from a place, in a few words; of a cell without images, nothing does."""
    match place:
        case Mistakes(true_class) if true_class is not None and not has_images:
            return "No image is here. Click another cell of the matrix."
        case Mistakes(None):
            return "Click a cell of the matrix to see its images."
        case Mistakes():
            return "Click an image, then Why?"
        case Picture():
            return "Why? shows what counts, a click on a map its numbers."
        case Reason():
            return "Click a pixel for the number behind it."
        case Number():
            return "Click a place to go back there."


def path_text(path: Path, spec: NetworkSpec, class_names: Sequence[str]) -> str:
    """Return all of a path, for the ear."""
    return ", ".join(place_text(place, spec, class_names) for place in path)


def _rows(spec: NetworkSpec) -> set[str]:
    """Return the ids of layers whose numbers stand in a row, not in maps."""
    return {one.layer.id for one in trace(spec).walk() if len(one.output_shape or ()) == 1}


def _mistakes_text(place: Mistakes, class_names: Sequence[str]) -> str:
    if place.true_class is None:
        return "Evaluation"
    true = class_name(class_names, place.true_class)
    if place.predicted is None:
        return f"{true} taken for others"
    if place.predicted == place.true_class:
        return f"{true} found"
    return f"{true} taken for {class_name(class_names, place.predicted)}"


def _image_text(selected: Selected) -> str:
    return selected.name if selected.own is not None else f"image {selected.position + 1:,}"
