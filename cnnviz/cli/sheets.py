"""Pages for a report, as the window exports them: the options, and what writes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.errors import CnnvizError

if TYPE_CHECKING:
    import argparse

    from cnnviz.ui.export.sheet_writer import SheetWriter

FORMS = ("png", "svg")


def add_sheets(parser: argparse.ArgumentParser, what: str, *, required: bool) -> None:
    """Add where pages are written, in which form, and whether with their numbers."""
    group = parser.add_argument_group("for a report, as in the window")
    group.add_argument(
        "--out", type=Path, required=required, metavar="DIR", help=f"write pictures into this folder: {what}"
    )
    group.add_argument("--sheets", choices=FORMS, help="in which form (default: png)")
    group.add_argument(
        "--npz", action="store_true", help="write the arrays and the table behind each picture, too"
    )


def check_sheets(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """End in wrong usage where a form is asked for, but no folder."""
    if options.out is None and (options.sheets or options.npz):
        parser.error("--sheets and --npz need a folder: --out DIR")


def sheet_writer(options: argparse.Namespace, *, with_numbers: bool | None = None) -> SheetWriter:
    """Return what writes pages as the options say, where nothing else is said. It loads Qt.

    Raises
    ------
    CnnvizError
        Qt cannot be used on this machine.
    """
    from cnnviz.app.startup_check import startup_problem

    problem = startup_problem()
    if problem is not None:
        raise CnnvizError(problem)
    from cnnviz.ui.export.sheet_writer import SheetWriter

    numbers = options.npz if with_numbers is None else with_numbers
    return SheetWriter(options.out, f".{options.sheets or FORMS[0]}", with_numbers=numbers)
