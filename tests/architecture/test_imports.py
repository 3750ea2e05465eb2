"""The third guard of the rooms: what is really loaded, whoever imports it and however late."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "cnnviz"
WITH_QT = {"app", "ui", "__main__"}
QT = {"PySide6", "shiboken6", "pyqtgraph"}
HEAVY = {"numpy", "PIL", "rich", "safetensors", "platformdirs", "threadpoolctl"}

_LIST_LOADED = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted(sys.modules)))
"""


def _modules(top: Path) -> list[str]:
    """Return the dotted names of the module or package at `top` and all below it."""
    files = [top] if top.suffix == ".py" else sorted(top.rglob("*.py"))
    names = [".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts) for file in files]
    return [name.removesuffix(".__init__") for name in names]


def _loaded_by(modules: list[str]) -> set[str]:
    """Return the names of all modules in a fresh process that has imported `modules`."""
    command = [sys.executable, "-c", _LIST_LOADED, *modules]
    result = subprocess.run(
        command, cwd=PACKAGE.parent, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stdout))


def test_rooms_without_qt_load_no_qt() -> None:
    """This holds for `cli` as well: it loads Qt only to open the window."""
    rooms = [entry for entry in PACKAGE.iterdir() if entry.stem not in WITH_QT]
    modules = [name for room in rooms for name in _modules(room)]
    assert "cnnviz.spec.network" in modules
    assert not _loaded_by(modules) & QT


@pytest.mark.parametrize("room", ["spec", "errors.py", "files.py"])
def test_what_was_designed_loads_the_standard_library_only(room: str) -> None:
    assert not _loaded_by(_modules(PACKAGE / room)) & HEAVY


def test_app_loads_neither_widgets_nor_plots() -> None:
    assert not _loaded_by(_modules(PACKAGE / "app")) & {"PySide6.QtWidgets", "pyqtgraph"}


def test_the_probe_sees_qt_where_it_is() -> None:
    """Without this, the checks above could pass because they look at nothing."""
    assert QT - {"pyqtgraph"} <= _loaded_by(["PySide6.QtCore"])
