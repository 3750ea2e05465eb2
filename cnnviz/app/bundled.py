"""The designs that come with the program."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.resource_files import resource_path
from cnnviz.spec import io

if TYPE_CHECKING:
    from pathlib import Path

    from cnnviz.spec.network import NetworkSpec

DEFAULT_DESIGN = "digits-cnn"


@dataclasses.dataclass(frozen=True, slots=True)
class BundledDesign:
    """A design by its file's name, such as `lenet5`."""

    name: str
    spec: NetworkSpec


def bundled_designs() -> tuple[BundledDesign, ...]:
    """Return every design that comes with the program, the default first, the others by name."""
    paths = sorted(resource_path("networks").glob("*.json"), key=_order)
    return tuple(BundledDesign(path.stem, io.load(path)) for path in paths)


def default_design() -> NetworkSpec:
    """Return the design with which the program starts."""
    return io.load(resource_path("networks", f"{DEFAULT_DESIGN}.json"))


def _order(path: Path) -> tuple[bool, str]:
    return path.stem != DEFAULT_DESIGN, path.stem
