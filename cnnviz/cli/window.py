"""`cnnviz [FILE]`: open the window, or say why that cannot be."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.cli.arguments import COMMANDS
from cnnviz.cli.networks import exists
from cnnviz.errors import CnnvizError, FileError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

_NEEDS_DISPLAY = ("xcb", "wayland")


def run(options: argparse.Namespace) -> int:
    """Open the window and return when it is closed."""
    if options.file is not None and not exists(options.file):
        raise FileError(
            f"There is no file {options.file}. The commands are {', '.join(COMMANDS)}; see --help."
        )
    if not has_display(os.environ, sys.platform):
        if options.headless_if_no_display:
            from cnnviz.cli.headless import run_headless

            return run_headless(Path("cnnviz-output"))
        raise CnnvizError(
            "There is no display, so the window cannot open. These commands work without one: "
            f"{', '.join(f'cnnviz {name}' for name in COMMANDS)}."
        )
    from cnnviz.app.startup_check import startup_problem

    problem = startup_problem()
    if problem is not None:
        raise CnnvizError(problem)
    # Nothing that is made until the window is painted is garbage; from then on `Housekeeper` looks for it.
    gc.disable()
    try:
        from cnnviz.ui.launch import open_window

        status: int = open_window(options.file, exit_when_shown=options.exit_when_shown)
    finally:
        gc.enable()
    return status


def has_display(environment: Mapping[str, str], platform: str) -> bool:
    """Return whether a window can be shown; on Linux that takes X11, Wayland, or a Qt platform without."""
    if not platform.startswith(("linux", "freebsd", "openbsd", "netbsd")):
        return True
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return True
    chosen = environment.get("QT_QPA_PLATFORM", "")
    return bool(chosen) and not chosen.startswith(_NEEDS_DISPLAY)
