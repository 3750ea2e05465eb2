"""Folders of pictures on the command line: how they are fitted, and what is said about them."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING

from cnnviz.cli.output import console, say
from cnnviz.errors import DataError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from cnnviz.data.dataset import Dataset
    from cnnviz.data.importing.recipe import Recipe
    from cnnviz.data.importing.watch import Stage, Watch

_FIT_OPTIONS = ("image_size", "color", "fit")
_ALL_OPTIONS = "--image-size, --color and --fit"
_MOST_NAMES = 5


def add_fitting(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what the pictures of a folder are made into."""
    group = parser.add_argument_group("folders of pictures (kept with the run)")
    group.add_argument(
        "--image-size",
        metavar="N|HxW",
        help="height and width of the images in pixels (default: what suits the pictures, at most 96)",
    )
    group.add_argument("--color", choices=("gray", "rgb"), help="default: rgb where a picture is in colour")
    group.add_argument(
        "--fit",
        choices=("crop", "pad", "stretch"),
        help="for other proportions: keep the middle, keep all on the colour of the border, or give them up "
        "(default: pad)",
    )


def settle_fitting(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Put the options behind the path of the data set, which is how a data set is named with its settings."""
    given = {name: getattr(options, name, None) for name in _FIT_OPTIONS}
    if all(value is None for value in given.values()):
        return
    if options.dataset is None:
        parser.error(f"{_ALL_OPTIONS} say how a folder of pictures is read: name it by --dataset")
    from cnnviz.data.fitting import Color, Fit
    from cnnviz.data.importing.recipe import Recipe, read_size, read_source, to_source
    from cnnviz.data.table_names import TABLE_SUFFIXES

    try:
        folder, recipe = read_source(options.dataset)
        folder = folder.expanduser()
        if folder.suffix.lower() in TABLE_SUFFIXES and folder.is_file():
            folder, recipe = folder.parent, dataclasses.replace(recipe or Recipe(), table=folder.name)
        changes = {
            "size": read_size(given["image_size"]) if given["image_size"] else None,
            "color": Color(given["color"]) if given["color"] else None,
            "fit": Fit(given["fit"]) if given["fit"] else None,
        }
        wanted = {name: value for name, value in changes.items() if value is not None}
        recipe = dataclasses.replace(recipe or Recipe(), **wanted)  # type: ignore[arg-type]
    except (ValueError, DataError) as error:
        parser.error(str(error))
    if not folder.is_dir():
        parser.error(f"{_ALL_OPTIONS} are for folders of pictures; received {options.dataset}")
    options.dataset = to_source(folder, recipe)


def open_pictures(folder: Path, recipe: Recipe | None) -> Dataset:
    """Open a folder of pictures, show the progress, and say what was left out.

    Raises
    ------
    DataError
        It cannot be opened.
    """
    from cnnviz.data.importing.opening import import_folder

    with watching() as watch:
        imported = import_folder(folder, recipe, watch)
    for remark in imported.remarks:
        say(f"Note: {remark.sentence}.")
        for name in remark.names[:_MOST_NAMES]:
            say(f"  {name}")
        if len(remark.names) > _MOST_NAMES:
            say(f"  … and {len(remark.names) - _MOST_NAMES:,} more")
    return imported.dataset


@contextlib.contextmanager
def watching() -> Iterator[Watch]:
    """Yield what shows the progress of an import or a preparation: a bar on a terminal, nothing elsewhere."""
    from cnnviz.data.importing.watch import Watch

    terminal = console(to_stderr=True)
    if not terminal.is_terminal:
        yield Watch()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=terminal, transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(stage: Stage, done: int, total: int) -> None:
            bar.update(task, description=stage.value, completed=done, total=total or None)

        yield Watch(tell)
