"""`cnnviz inspect`: pictures of every convolution's filters and feature maps for one image."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.cli.arrays import write_arrays
from cnnviz.cli.downloads import open_or_download
from cnnviz.cli.filter_look import write_filter
from cnnviz.cli.networks import bundled_names, exists, load_design
from cnnviz.cli.output import print_files, print_json, say
from cnnviz.cli.pictures import write_pictures
from cnnviz.cli.runs import dataset_of, own_picture, read_run
from cnnviz.cli.sheets import sheet_writer
from cnnviz.cli.study import print_studies, studied_facts, studies_of, write_studies
from cnnviz.cli.units import parsed_unit, write_unit
from cnnviz.cli.why import write_why
from cnnviz.data.quantities import told, told_ranges
from cnnviz.data.treatment import Treatment
from cnnviz.engine.build import build
from cnnviz.errors import DataError, FileError, SpecError
from cnnviz.interpret.activations import view_image
from cnnviz.interpret.explain.place import Look
from cnnviz.interpret.filters import view_all_filters
from cnnviz.spec.losses import CrossEntropy
from cnnviz.spec.shapes import format_shape
from cnnviz.spec.training import BEST
from cnnviz.spec.validate import check, in_words
from cnnviz.training.random_state import initial_rng

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.cli.study import Studies
    from cnnviz.data.dataset import Dataset
    from cnnviz.interpret.activations import ImageView
    from cnnviz.interpret.explain.place import Unit
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.events import Parameters
    from cnnviz.training.result import DataFacts, RunResult

_FRESH_SEED = 0
_MAX_INDEX_DIGITS = 18
"""More make no index of an image, and Python itself refuses to read thousands."""
_DEFAULT_DATASET = "digits"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is looked at. `data` is None for a design that has learned nothing; `weights` names them."""

    spec: NetworkSpec
    parameters: Parameters
    data: DataFacts | None
    weights: str = "untrained"
    loss: Loss = dataclasses.field(default_factory=CrossEntropy)

    @property
    def treatment(self) -> Treatment:
        """What was done to the images that it has learned from."""
        return Treatment() if self.data is None else self.data.treatment


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """An image as the network gets it, (C, H, W), what it is called, and its class where that is known.

    `class_names` are those of the data set that it is from. Where that has numbers instead, `targets` are the
    right ones (K,), and `ranges` the least and the largest in it (2, K), in their own units.
    """

    pixels: NDArray[np.float32]
    name: str
    true_class: int | None = None
    class_names: tuple[str, ...] = ()
    targets: NDArray[np.float32] | None = None
    ranges: NDArray[np.float32] | None = None


def run(options: argparse.Namespace) -> int:
    """Write the pictures, and the arrays where they are wanted, and say where."""
    subject = _subject(options.source, options.weights)
    looked = _image(options.image, subject, options.dataset)
    view = _viewed(subject, looked.pixels)
    look = Look(subject.spec, subject.parameters, view)
    units = [parsed_unit(wanted, look) for wanted in options.units]
    written = _write_view(subject, view, options.out, arrays=options.npz)
    report: dict[str, Any] = {"out": str(options.out), "files": written}
    studies = _studies(subject, options)
    if studies:
        written += write_studies(studies, options.out)
        report["study"] = studied_facts(studies)
    if units:
        report["units"] = []
    for unit in units:
        files, facts = write_unit(look, unit, options.out, arrays=options.npz)
        written += files
        report["units"].append(facts)
    if units or options.sheets:
        written += _draw(subject, looked, look, units, studies, options)
    _write_reasons(subject, looked.pixels, options, report)
    if options.json:
        print_json(report)
    else:
        _print_report(report, studies)
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
    return _write_view(subject, _viewed(subject, image), folder, arrays=arrays)


def _viewed(subject: Subject, image: NDArray[np.float32]) -> ImageView:
    units = subject.treatment.units(image)
    view = view_image(subject.spec, subject.parameters, image, units=units)
    if view.problem is not None:
        raise DataError(view.problem.message)
    return view


def _write_view(subject: Subject, view: ImageView, folder: Path, *, arrays: bool) -> list[str]:
    filters = view_all_filters(subject.spec, subject.parameters)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"Cannot make the folder {folder}: {error.strerror or error}.") from error
    written = write_pictures(view, filters, folder)
    return written + write_arrays(view, filters, folder) if arrays else written


def _studies(subject: Subject, options: argparse.Namespace) -> Studies:
    if not options.study:
        return {}
    return studies_of(subject.spec, subject.parameters, _dataset(subject, options.dataset))


def _write_reasons(
    subject: Subject, image: NDArray[np.float32], options: argparse.Namespace, report: dict[str, Any]
) -> None:
    """Write why the class is answered and what a filter looks for, where that is wanted."""
    if options.why:
        files, report["why"] = write_why(subject.spec, subject.parameters, image, options, subject.treatment)
        report["files"] += files
    if options.filter:
        looked_at = (_dataset(subject, options.dataset), options.filter, options.out)
        files, report["filter"] = write_filter(
            subject.spec, subject.parameters, *looked_at, arrays=options.npz
        )
        report["files"] += files


def _draw(
    subject: Subject,
    looked: Looked,
    look: Look,
    units: Sequence[Unit],
    studies: Studies,
    options: argparse.Namespace,
) -> list[str]:
    """Write what the window would export, with Qt, which no other part of the command loads."""
    writer = sheet_writer(options)
    from cnnviz.ui.export.headless import Studio

    data = subject.data
    about = " · ".join((subject.spec.name, looked.name, subject.weights))
    names = data.class_names if data is not None else looked.class_names
    drawings = sheet_writer(options, with_numbers=False)  # those of a unit are written already
    written = [file for unit in units for file in Studio(drawings, look, about, names).write_unit(unit)]
    studio = Studio(writer, look, about, names)
    if options.sheets:
        quantities = data.quantities if data is not None else ()
        written += studio.write_sheets(
            subject.loss,
            quantities,
            looked.true_class,
            studies,
            targets=looked.targets,
            ranges=looked.ranges,
        )
    return written


def _print_report(report: dict[str, Any], studies: Studies) -> None:
    for unit in report.get("units", ()):
        print(unit["text"])
    if studies:
        print_studies(studies)
    print_files(report["files"], report["out"])


def _subject(source: str, weights: str) -> Subject:
    """Return a run's design and weights, or a design with fresh ones."""
    path = Path(source)
    if source not in bundled_names() and exists(path) and not _is_text(path):
        run, parameters = read_run(path, weights)
        return Subject(run.spec, parameters, run.data, _weights_words(run, weights), run.training.loss)
    spec = load_design(source)
    problems = check(spec)
    if problems:
        raise SpecError(in_words(problems))
    say(f'"{spec.name}" is a design without training: its first weights are drawn with seed {_FRESH_SEED}.')
    return Subject(spec, build(spec, initial_rng(_FRESH_SEED)).arrays, None)


def _weights_words(run: RunResult, weights: str) -> str:
    if BEST in (weights, run.training.final_weights) and run.best_epoch is not None:
        return f"weights of the best epoch, {run.best_epoch:,}"
    return f"weights of epoch {run.state.current_epoch:,}, step {run.state.step:,}"


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


def _image(text: str, subject: Subject, named: str | None) -> Looked:
    """Return the picture at a path, or the image of this number in the data set."""
    is_index = text.isascii() and text.isdecimal() and len(text) <= _MAX_INDEX_DIGITS
    if not is_index or exists(Path(text)):
        loaded = own_picture(Path(text), subject.spec, subject.data)
        for step in loaded.steps:
            say(step)
        return Looked(loaded.pixels, f"image {Path(text).name}")
    dataset = _dataset(subject, named)
    wanted, received = format_shape(subject.spec.input.shape), format_shape(dataset.image_shape)
    if received != wanted:
        raise DataError(
            f'The images of the data set "{dataset.plain_name}" are {received}, but the input is {wanted}. '
            "Name another data set with --dataset, or a picture file with --image."
        )
    index = int(text)
    pixels = dataset.scaled_image(index)
    name, targets = f"image {index:,} of {dataset.plain_name}", dataset.targets
    if targets is None:
        return Looked(pixels, name, int(dataset.labels[index]), dataset.class_names)
    right = told(dataset.quantities, targets[index])
    ranges = told_ranges(dataset.quantities, targets)
    return Looked(pixels, name, None, dataset.class_names, right, ranges)
