"""`cnnviz inspect --why`: which parts of the image speak for a class, as pictures and arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.cli.output import say
from cnnviz.cli.pictures import enlarged, png
from cnnviz.engine.network import Network
from cnnviz.errors import DataError, SpecError
from cnnviz.files import write_atomic
from cnnviz.interpret.activations import picture_of
from cnnviz.interpret.attribution.difference import difference
from cnnviz.interpret.attribution.explain import explain
from cnnviz.interpret.attribution.grad_cam import usual_layer
from cnnviz.interpret.attribution.methods import METHOD_NAMES, METHODS, Occlusion, method_name
from cnnviz.interpret.attribution.overlay import colored, overlaid
from cnnviz.interpret.number_files import npz_bytes
from cnnviz.spec.fields import FieldKind, field_infos

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cnnviz.data.treatment import Treatment
    from cnnviz.interpret.attribution.methods import Method
    from cnnviz.interpret.attribution.result import Attribution
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.events import Parameters

ARRAYS = "why.npz"
_GAP_SHARE = 16
_BACKGROUND = 200


def write_why(
    spec: NetworkSpec,
    parameters: Parameters,
    image: NDArray[np.float32],
    options: argparse.Namespace,
    treatment: Treatment,
) -> tuple[list[str], list[dict[str, Any]]]:
    """Write a picture for each method of `options.why`, and the arrays where they are wanted.

    A picture shows the image (C, H, W), the map, and the map over the image; `treatment` is what was done to
    it. Returns the names of the files and, for each method, what is to be known of it.

    Raises
    ------
    CnnvizError
        There is no such class, layer or setting, the scores are not numbers, or a file cannot be written.
    """
    network = Network.wrapping(spec, parameters)
    scores = network.forward(image[..., None])[:, 0]
    if not np.isfinite(scores).all():
        raise DataError("The scores are not numbers: the weights have left the range of numbers.")
    best = int(scores[0] > 0) if len(scores) == 1 else int(np.argmax(scores))
    class_index = best if options.explained_class is None else options.explained_class
    methods = _methods(options.why, options.settings, image)
    number = _number(network, image, class_index, options)
    written: list[str] = []
    facts: list[dict[str, Any]] = []
    arrays: dict[str, NDArray[np.float32]] = {}
    for method in methods:
        say(f"{method.title} …")
        found = explain(
            network,
            image,
            class_index,
            method,
            against=options.against,
            layer_id=options.layer or "",
            treatment=treatment,
        )
        name = method_name(type(method))
        write_atomic(options.out / f"why-{name}.png", png(_side_by_side(treatment.units(image), found)))
        written.append(f"why-{name}.png")
        arrays |= {name: found.map, f"{name}/values": found.values}
        facts.append(_facts(name, found) | number)
    if options.npz:
        write_atomic(options.out / ARRAYS, npz_bytes(arrays))
        written.append(ARRAYS)
    return written, facts


def _number(
    network: Network, image: NDArray[np.float32], class_index: int, options: argparse.Namespace
) -> dict[str, Any]:
    """Return which number of the layer adds most to the score, or to its lead; nothing where none has maps.

    `--unit` takes its name, and writes its sum.
    """
    layer_id = options.layer or usual_layer(network.spec)
    if not layer_id:
        return {}
    found = difference(network, image, class_index, options.against, layer_id)
    place = found.strongest()
    unit = ":".join([layer_id, *map(str, place)])
    return {"number": {"unit": unit, "share": float(found.shares[place]), "of": found.value}}


def _methods(names: Sequence[str], settings: Sequence[str], image: NDArray[np.float32]) -> list[Method]:
    kinds = METHODS if "all" in names else [METHOD_NAMES[name] for name in dict.fromkeys(names)]
    given = dict(_split(setting) for setting in settings)
    known = {name for kind in kinds for name in field_infos(kind)}
    for name in given:
        if name not in known:
            allowed = ", ".join(sorted(known)) or "none"
            raise SpecError(f'There is no setting "{name}" for this; allowed are: {allowed}.')
    return [_method(kind, given, image) for kind in kinds]


def _split(setting: str) -> tuple[str, str]:
    name, sign, value = setting.partition("=")
    if not sign:
        raise SpecError(f'A setting is written as NAME=VALUE, such as steps=100; received "{setting}".')
    return name, value


def _method(kind: type[Method], given: dict[str, str], image: NDArray[np.float32]) -> Method:
    first = Occlusion.suited_to(image.shape[1], image.shape[2]) if kind is Occlusion else kind()
    infos = field_infos(kind)
    values = {name: getattr(first, name) for name in infos}
    for name, text in given.items():
        if name in infos:
            values[name] = _parsed(infos[name].kind, text)
    return kind(**values)


def _parsed(kind: FieldKind, text: str) -> int | float | str:
    """Return a value as its setting takes it; what is no number stays text, and is refused by name later."""
    try:
        return int(text) if kind is FieldKind.INTEGER else float(text) if kind is FieldKind.NUMBER else text
    except ValueError:
        return text


def _side_by_side(image: NDArray[np.float32], found: Attribution) -> NDArray[np.uint8]:
    """Return the image, the map and both on top of each other, with gaps, as uint8 (rows, columns, 3)."""
    atlas, picture = found.atlas(), picture_of(image)
    panels = [enlarged(pixels) for pixels in (picture, colored(atlas), overlaid(picture, atlas))]
    height, width, _ = panels[0].shape
    gap = np.full((height, max(1, width // _GAP_SHARE), 3), _BACKGROUND, np.uint8)
    return np.concatenate([panels[0], gap, panels[1], gap, panels[2]], axis=1)


def _facts(name: str, found: Attribution) -> dict[str, Any]:
    facts: dict[str, Any] = {"method": name, "class": found.class_index, "score": found.score}
    if found.against is not None:
        facts["against"] = found.against
    if found.layer_id:
        facts["layer"] = found.layer_id
    if found.completeness is not None:
        facts |= {"sum": found.completeness.total, "missed": found.completeness.error}
    return facts
