"""Networks as the command line names them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.errors import FileError
from cnnviz.resource_files import resource_path
from cnnviz.spec import io

if TYPE_CHECKING:
    from cnnviz.spec.network import NetworkSpec


def bundled_names() -> tuple[str, ...]:
    """Return the names of the designs that come with the program, sorted."""
    return tuple(sorted(path.stem for path in resource_path("networks").glob("*.json")))


def load_design(name_or_path: str) -> NetworkSpec:
    """Return the bundled design of this name, or read the design file at this path.

    Raises
    ------
    FileError
        There is neither, or the file holds no design.
    """
    if name_or_path in bundled_names():
        return io.load(resource_path("networks", f"{name_or_path}.json"))
    path = Path(name_or_path)
    if not name_or_path or not exists(path):
        names = ", ".join(bundled_names())
        raise FileError(
            f'There is no network "{name_or_path}". Allowed are {names}, or the path of a design file.'
        )
    return io.load(path)


def exists(path: Path) -> bool:
    """Return whether there is anything at `path`; an impossible path has nothing."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
