"""The designs that come with the program."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.resource_files import resource_path
from cnnviz.spec import io
from cnnviz.spec.training import TrainingSpec

if TYPE_CHECKING:
    from pathlib import Path

    from cnnviz.spec.network import NetworkSpec

DEFAULT_DESIGN = "digits-cnn"


@dataclasses.dataclass(frozen=True, slots=True)
class BundledDesign:
    """A design by its file's name, such as `lenet5`, and the settings for its training."""

    name: str
    spec: NetworkSpec
    training: TrainingSpec


def bundled_designs() -> tuple[BundledDesign, ...]:
    """Return every design that comes with the program, the default first, the others by name."""
    paths = sorted(resource_path("networks").glob("*.json"), key=_order)
    return tuple(BundledDesign(path.stem, io.load(path), bundled_training(path.stem)) for path in paths)


def bundled_training(name: str) -> TrainingSpec:
    """Return the settings that come with the bundled design `name`; the default ones where it has none.

    A design says nothing of its training; so a linear SVM, which is the design of any linear classifier,
    gets its loss here.
    """
    folder = resource_path("training")
    path = folder / f"{name}.json"
    if name not in {file.stem for file in folder.glob("*.json")}:
        return TrainingSpec()
    return io.training_from_dict(io.parse_json(path.read_text("utf-8"), str(path)), str(path))


def default_design() -> NetworkSpec:
    """Return the design with which the program starts."""
    return io.load(resource_path("networks", f"{DEFAULT_DESIGN}.json"))


def _order(path: Path) -> tuple[bool, str]:
    return path.stem != DEFAULT_DESIGN, path.stem
