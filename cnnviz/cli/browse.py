"""`cnnviz browse`: what the window's browser shows of a data set, as pictures and arrays."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.cli.downloads import open_or_download
from cnnviz.cli.output import print_files, print_json, say
from cnnviz.cli.runs import dataset_of, read_run
from cnnviz.cli.sheets import sheet_writer
from cnnviz.cli.test_use import note_test_use, weights_at
from cnnviz.data.dataset import Split
from cnnviz.data.summary import class_counts
from cnnviz.errors import DataError, SpecError
from cnnviz.interpret.layer_rows import layers_with_rows
from cnnviz.spec.training import LAST

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from cnnviz.app.data.image_maps import LayerOfNetwork
    from cnnviz.data.dataset import Dataset
    from cnnviz.training.result import RunResult

_MOST_FIGURES = 18
_MOST_NAMES = 12
"""So many names of classes are told in a sentence."""


def run(options: argparse.Namespace) -> int:
    """Write the pictures, and the arrays where they are wanted, and say where."""
    split = Split(options.split)
    dataset, layer, known_by = _subject(options)
    label = _label(options.label, dataset)
    writer = sheet_writer(options)
    from cnnviz.ui.export.headless_data import browser_reports

    say(f"Looking through the {split.value} images of {dataset.plain_name} …")
    written = writer.write(*browser_reports(dataset, split, label, layer))
    if split is Split.TEST and known_by is not None and known_by.data.content_hash == dataset.content_hash:
        note_test_use(Path(options.by[0]), known_by, LAST)
    if options.json:
        counts = class_counts(dataset, split).tolist() if dataset.targets is None else None
        print_json(
            {
                "dataset": dataset.name,
                "split": split.value,
                "images": len(dataset.indices(split)),
                "classes": None if counts is None else dict(zip(dataset.class_names, counts, strict=True)),
                "out": str(options.out),
                "files": written,
            }
        )
    else:
        print_files(written, options.out)
    return 0


def _subject(options: argparse.Namespace) -> tuple[Dataset, LayerOfNetwork | None, RunResult | None]:
    """Return the data set, and by which layer of which run its images are compared, prepared as for it."""
    if options.by is None:
        return open_or_download(options.dataset), None, None
    from cnnviz.app.data.image_maps import LayerOfNetwork

    path, layer_id = options.by
    result, parameters = read_run(Path(path), LAST)
    offered = layers_with_rows(result.spec)
    if layer_id not in offered:
        raise SpecError(
            f'Images cannot be compared by "{layer_id}" of {path}; allowed are: {", ".join(offered)}.'
        )
    dataset = dataset_of(result.data, options.dataset)
    return dataset, LayerOfNetwork(result.spec, parameters, layer_id, *weights_at(result, LAST)), result


def _label(wanted: str | None, dataset: Dataset) -> int | None:
    """Return a class by its name, or else by its number from 0.

    Where all names are numbers, a number is a name, however many zeros stand before it: of classes that are
    called 1, 2 and 3, the class 2 is not the third.
    """
    if wanted is None:
        return None
    if dataset.targets is not None:
        raise DataError(f'The images of "{dataset.plain_name}" have no classes: leave out --class.')
    names = dataset.class_names
    if wanted in names:
        return names.index(wanted)
    are_numbers = all(map(_is_number, names))
    if _is_number(wanted):
        numbers = [int(name) for name in names] if are_numbers else list(range(len(names)))
        if numbers.count(int(wanted)) == 1:
            return numbers.index(int(wanted))
    allowed = f'such as "{names[0]}", and the numbers 0 to {len(names) - 1}'
    if are_numbers:
        allowed = _numbers_in_words(names)
    raise DataError(f'"{dataset.plain_name}" has no class "{wanted[:80]}"; allowed are its names, {allowed}.')


def _numbers_in_words(names: Sequence[str]) -> str:
    """Return names that are numbers: a range where nothing is missing in it, or else one by one."""
    numbers = [int(name) for name in names]
    if len(names) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        return f'"{names[0]}" to "{names[-1]}"'
    quoted = [f'"{name}"' for name in names]
    if len(quoted) > _MOST_NAMES:
        return f"{', '.join(quoted[: _MOST_NAMES - 1])}, … {quoted[-1]}"
    return " and ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_FIGURES
