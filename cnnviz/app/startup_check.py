"""Refuse a pair of Qt and Python that is known to crash, before the first call into Qt."""

from __future__ import annotations

import dataclasses
import re
import sys
from importlib import metadata

_PROBE_CALLS = 200
_TESTED_VERSION = "6.11.3"
_OLDEST_VERSION = (6, 8, 3)
_IMMORTAL_NONE_SINCE = (3, 12)
"""From here on CPython does not count references of None, so Qt cannot lose any."""


@dataclasses.dataclass(frozen=True, slots=True)
class _BadRelease:
    """Releases of PySide6 whose version begins with `prefix`, bad on any Python or before `python_below`."""

    prefix: tuple[int, ...]
    reason: str
    python_below: tuple[int, int] | None = None


# Reports: angr-management 1243; qtpy 495 and PYSIDE-2898; PYSIDE-3071; pyqtgraph 3326, 3328 and 3357;
# Spine-Toolbox 3224. The last row was measured: -1 reference of None for every void call.
_BAD_RELEASES = (
    _BadRelease((6, 7, 0), "crashes when a class is created"),
    _BadRelease((6, 8, 0), "cannot load pyqtgraph, which draws the curves"),
    _BadRelease((6, 9, 0), "crashes on Windows"),
    _BadRelease((6, 9, 1), "draws no curves: plots repaint without end"),
    _BadRelease((6, 9, 2), "crashes in plots"),
    _BadRelease((6, 10, 0), "was never tested, and 6.10.1 beside it crashes"),
    _BadRelease((6, 10, 1), "crashes when a list reports that a row changed"),
    _BadRelease((6, 12), "ends the whole program after a few hundred drawings", python_below=(3, 12)),
)


def startup_problem() -> str | None:
    """Return why this Python and Qt must not open the window, and what to install; None if all is well.

    The version is read from the installed package's metadata. Only a version that is not known to be bad is
    loaded and then tried, without a QApplication.
    """
    installed = installed_pyside_version()
    problem = find_problem(sys.version_info[:2], installed)
    if problem is None and refcounts_leak():
        return (
            f"PySide6 {installed} loses references of None on Python {_dotted(sys.version_info[:2])}, "
            f"which ends the program sooner or later. {_advice()}"
        )
    return problem


def find_problem(python_version: tuple[int, int], pyside_version: str | None) -> str | None:
    """Say what is wrong with a pair of versions and what to install instead; None for a good pair.

    Parameters
    ----------
    python_version
        Major and minor version of Python.
    pyside_version
        Version of the package PySide6-Essentials, or None if it is not installed.
    """
    if pyside_version is None:
        return f"PySide6, which draws the window, is not installed. {_advice()}"
    numbers = _numbers(pyside_version)
    for bad in _BAD_RELEASES:
        old_python = bad.python_below is None or python_version < bad.python_below
        if numbers[: len(bad.prefix)] == bad.prefix and old_python:
            where = f" on Python {_dotted(python_version)}" if bad.python_below else ""
            return f"PySide6 {pyside_version}{where} cannot be used: it {bad.reason}. {_advice()}"
    if numbers < _OLDEST_VERSION:
        return (
            f"PySide6 {pyside_version} is too old: {_dotted(_OLDEST_VERSION)} or newer is needed. {_advice()}"
        )
    return None


def installed_pyside_version() -> str | None:
    """Return the version of the installed PySide6 without importing it, or None if there is none."""
    for package in ("PySide6-Essentials", "PySide6"):
        try:
            return metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return None


def refcounts_leak() -> bool:
    """Return whether void calls into Qt lose references of None, as PySide6 6.12.0 did on Python < 3.12.

    Loads QtCore and needs no QApplication. A loss of one per call is found; a few references more or fewer,
    which other threads may take meanwhile, are not mistaken for it.
    """
    if sys.version_info >= _IMMORTAL_NONE_SINCE:
        return False
    from PySide6.QtCore import QObject

    probe = QObject()
    before = sys.getrefcount(None)
    for _ in range(_PROBE_CALLS):
        probe.setObjectName("probe")
    return before - sys.getrefcount(None) > _PROBE_CALLS // 2


def _advice() -> str:
    command = f'{sys.executable} -m pip install "PySide6-Essentials=={_TESTED_VERSION}"'
    return f"Install a tested version: {command}"


def _numbers(version: str) -> tuple[int, ...]:
    """Return the leading numbers of a version: ``"6.8.0.2"`` gives ``(6, 8, 0, 2)``."""
    leading = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in leading.group().split(".")) if leading else ()


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)
