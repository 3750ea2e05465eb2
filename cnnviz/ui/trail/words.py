"""What places are called on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.app.navigation import Mistakes, Number, Picture, Reason
from cnnviz.interpret.attribution.grad_cam import map_layers, usual_layer
from cnnviz.interpret.attribution.methods import GradCAM
from cnnviz.ui.inspector.words import class_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.app.navigation import Path, Place
    from cnnviz.app.selection import Selected
    from cnnviz.spec.network import NetworkSpec


def place_text(place: Place, spec: NetworkSpec, class_names: Sequence[str]) -> str:
    """Return the name of a place: `4 taken for 9`, `image 1,183`, `Grad-CAM conv2`, `conv2 7 (3, 4)`."""
    match place:
        case Mistakes():
            return _mistakes_text(place, class_names)
        case Picture(selected):
            return _image_text(selected)
        case Reason(kind, _, layer_id):
            if kind is not GradCAM:
                return kind.title
            layer = layer_id if layer_id in map_layers(spec) else usual_layer(spec)
            return f"{kind.title} {layer}".rstrip()
        case Number(unit):
            if not unit.layer_id:
                return f"pixel ({unit.row}, {unit.column})"
            return f"{unit.layer_id} {unit.channel} ({unit.row}, {unit.column})"


def path_text(path: Path, spec: NetworkSpec, class_names: Sequence[str]) -> str:
    """Return all of a path, for the ear."""
    return ", ".join(place_text(place, spec, class_names) for place in path)


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
