"""`cnnviz inspect`: pictures of every convolution's filters and feature maps for one image."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.cli.arrays import write_arrays
from cnnviz.cli.downloads import open_or_download
from cnnviz.cli.filter_look import write_filter
from cnnviz.cli.networks import bundled_names, exists, load_design
from cnnviz.cli.output import print_json, say
from cnnviz.cli.pictures import write_pictures
from cnnviz.cli.runs import dataset_of, read_run
from cnnviz.cli.why import write_why
from cnnviz.data.fitting import Fit
from cnnviz.data.image_file import load_image
from cnnviz.data.importing.recipe import fit_of
from cnnviz.engine.build import build
from cnnviz.errors import DataError, FileError, SpecError
from cnnviz.interpret.activations import view_image
from cnnviz.interpret.filters import view_all_filters
from cnnviz.spec.shapes import format_shape
from cnnviz.spec.validate import check, in_words
from cnnviz.training.random_state import initial_rng

if TYPE_CHECKING:
    import argparse

    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.events import Parameters
    from cnnviz.training.result import DataFacts

_FRESH_SEED = 0
_MAX_INDEX_DIGITS = 18
"""More make no index of an image, and Python itself refuses to read thousands."""
_DEFAULT_DATASET = "digits"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is looked at. `data` is None for a design that has learned nothing."""

    spec: NetworkSpec
    parameters: Parameters
    data: DataFacts | None


def run(options: argparse.Namespace) -> int:
    """Write the pictures, and the arrays where they are wanted, and say where."""
    subject = _subject(options.source, options.weights)
    image = _image(options.image, subject, options.dataset)
    written = write_inspection(subject, image, options.out, arrays=options.npz)
    report: dict[str, Any] = {"out": str(options.out), "files": written}
    if options.why:
        files, report["why"] = write_why(subject.spec, subject.parameters, image, options)
        written += files
    if options.filter:
        looked_at = (_dataset(subject, options.dataset), options.filter, options.out)
        files, report["filter"] = write_filter(
            subject.spec, subject.parameters, *looked_at, arrays=options.npz
        )
        written += files
    if options.json:
        print_json(report)
    else:
        count = "1 file is" if len(written) == 1 else f"{len(written)} files are"
        print(f"{count} in {options.out}: {', '.join(written)}")
    return 0


def write_inspection(
    subject: Subject, image: NDArray[np.float32], folder: Path, *, arrays: bool
) -> list[str]:
    """Write pictures (and arrays) of one image (C, H, W) into `folder`; return the names of the files.

    Raises
    ------
    CnnvizError
        The image does not fit the design, or a file cannot be written.
    """
    view = view_image(subject.spec, subject.parameters, image)
    if view.problem is not None:
        raise DataError(view.problem.message)
    filters = view_all_filters(subject.spec, subject.parameters)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"Cannot make the folder {folder}: {error.strerror or error}.") from error
    written = write_pictures(view, filters, folder)
    return written + write_arrays(view, filters, folder) if arrays else written


def _subject(source: str, weights: str) -> Subject:
    """Return a run's design and weights, or a design with fresh ones."""
    path = Path(source)
    if source not in bundled_names() and exists(path) and not _is_text(path):
        run, parameters = read_run(path, weights)
        return Subject(run.spec, parameters, run.data)
    spec = load_design(source)
    problems = check(spec)
    if problems:
        raise SpecError(in_words(problems))
    say(f'"{spec.name}" is a design without training: its first weights are drawn with seed {_FRESH_SEED}.')
    return Subject(spec, build(spec, initial_rng(_FRESH_SEED)).arrays, None)


def _is_text(path: Path) -> bool:
    """Return whether a file begins like a design; a run begins with the length of its header."""
    try:
        with path.open("rb") as file:
            start = file.read(64).removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise FileError(f"Cannot read {path}: {error.strerror or error}.") from error
    return start.lstrip()[:1] == b"{" and b"\0" not in start


def _dataset(subject: Subject, named: str | None) -> Dataset:
    """Return the data set that is named, or that of the run, or the default one."""
    if subject.data is None:
        return open_or_download(named or _DEFAULT_DATASET)
    return dataset_of(subject.data, named)


def _image(text: str, subject: Subject, named: str | None) -> NDArray[np.float32]:
    """Return the picture at a path, or the image of this number in the data set, as (C, H, W)."""
    is_index = text.isascii() and text.isdecimal() and len(text) <= _MAX_INDEX_DIGITS
    if not is_index or exists(Path(text)):
        height, width, channels = subject.spec.input.shape
        fit = fit_of(subject.data.source) if subject.data is not None else Fit.PAD
        loaded = load_image(Path(text), height=height, width=width, channels=channels, fit=fit)
        for step in loaded.steps:
            say(step)
        return loaded.pixels
    dataset = _dataset(subject, named)
    wanted, received = format_shape(subject.spec.input.shape), format_shape(dataset.image_shape)
    if received != wanted:
        raise DataError(
            f'The images of the data set "{dataset.name}" are {received}, but the input is {wanted}. Name '
            "another data set with --dataset, or a picture file with --image."
        )
    return dataset.scaled_image(int(text))
