"""Where the files that come with the program lie: designs, icons, styles, bundled images."""

from __future__ import annotations

from pathlib import Path

from cnnviz.errors import FileError

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_resources"
_CHECKOUT = _PACKAGE.parent / "resources"


def resource_path(*parts: str) -> Path:
    """Return the file or folder `parts` below the resources: in an installed wheel, else in the checkout.

    Raises
    ------
    FileError
        There is no such resource, so the installation is incomplete.
    """
    root = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    path = root.joinpath(*parts)
    if not path.exists():
        raise FileError(
            f"The program's own file {'/'.join(parts)} is missing from {root}. Please install cnnviz again."
        )
    return path
