"""The options of `cnnviz inspect`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.interpret.attribution.methods import METHOD_NAMES

if TYPE_CHECKING:
    import argparse


def add_inspect(parser: argparse.ArgumentParser, network_help: str, dataset_help: str) -> None:
    """Add what is looked at, and what is written of it."""
    parser.add_argument("source", metavar="RUN|NETWORK", help=f"a run file; or a {network_help}, untrained")
    parser.add_argument(
        "--image",
        required=True,
        metavar="PATH|INDEX",
        help="a picture file, or the number of an image, from 0",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the pictures")
    parser.add_argument("--npz", action="store_true", help="write the arrays behind all pictures, too")
    parser.add_argument(
        "--dataset",
        metavar="D",
        help=f"where INDEX counts: {dataset_help} (default: the one of the run, or digits)",
    )
    _add_near(parser)
    _add_why(parser)


def _add_near(parser: argparse.ArgumentParser) -> None:
    near = parser.add_argument_group("from near, as in the window")
    near.add_argument(
        "--unit",
        dest="units",
        action="append",
        default=[],
        metavar="ID:MAP:ROW:COLUMN",
        help="write how one number was made, and what it sees; ID:UNIT in a row, input for the image",
    )
    near.add_argument(
        "--study", action="store_true", help="measure the filters of each layer: dead, saturated, alike"
    )
    near.add_argument(
        "--sheets",
        choices=("png", "svg"),
        help="lay out network, answer and layers for a report; numbers are drawn in the same form",
    )


def _add_why(parser: argparse.ArgumentParser) -> None:
    why = parser.add_argument_group("why this class")
    why.add_argument(
        "--why",
        nargs="+",
        choices=("all", *METHOD_NAMES),
        default=(),
        metavar="METHOD",
        help=f"write which parts speak for a class, too: {', '.join(METHOD_NAMES)}, or all",
    )
    why.add_argument(
        "--class", type=int, dest="explained_class", metavar="N", help="from 0 (default: the predicted one)"
    )
    why.add_argument(
        "--against",
        type=int,
        metavar="N",
        help="explain by how much the class is ahead of this one (default: its own score)",
    )
    why.add_argument("--layer", metavar="ID", help="for grad-cam (default: the last convolution or block)")
    why.add_argument(
        "--setting",
        dest="settings",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="of a method, such as steps=100 or patch=4; may be given again",
    )
    parser.add_argument(
        "--filter", metavar="ID:N", help="write the training images that excite filter N of a layer most, too"
    )
