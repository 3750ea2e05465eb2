"""Runs as the command line names them: a file, and which of its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.cli.downloads import open_or_download
from cnnviz.cli.picture_folders import watching
from cnnviz.data.class_order import in_order_of
from cnnviz.data.fitting import Fit
from cnnviz.data.image_file import LoadedImage, load_image
from cnnviz.data.importing.recipe import fit_of
from cnnviz.data.preparing import prepared, prepared_as
from cnnviz.data.refitting import treated_image
from cnnviz.data.treatment import Treatment
from cnnviz.engine.network import Network
from cnnviz.engine.parallel import Evaluation, Executor, default_threads
from cnnviz.errors import DataError, FileError
from cnnviz.training.evaluation import evaluate, examine
from cnnviz.training.runfile import load_run

if TYPE_CHECKING:
    from pathlib import Path

    from cnnviz.data.dataset import Dataset, Split
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.preparing import Preparing
    from cnnviz.training.evaluation import Report
    from cnnviz.training.events import Parameters
    from cnnviz.training.result import DataFacts, RunResult


def own_picture(path: Path, spec: NetworkSpec, data: DataFacts | None) -> LoadedImage:
    """Read a picture file as the network gets it: fitted, and prepared as the images of its run.

    Without `data`, as the design has learned from none, it is fitted only.

    Raises
    ------
    DataError
        It cannot be read as a picture.
    """
    treatment, fit = (Treatment(), Fit.PAD) if data is None else (data.treatment, fit_of(data.source))
    shape = treatment.original_shape if treatment.preparing.changes_images else None
    height, width, channels = shape or spec.input.shape
    loaded = load_image(path, height=height, width=width, channels=channels, fit=fit)
    fitted = treated_image(loaded, treatment)
    return LoadedImage(treatment.numbers(fitted.pixels.copy()), (*fitted.steps, *treatment.in_words()))


def read_run(path: Path, weights: str) -> tuple[RunResult, Parameters]:
    """Return a run and its "last" or "best" weights.

    Raises
    ------
    FileError
        The file cannot be read, or the run has no best weights because it did not finish an epoch.
    """
    run = load_run(path).result
    if weights == "last":
        return run, run.shown_parameters
    if run.best_parameters is None:
        raise FileError(f"{path} has no best weights: the run did not finish an epoch.")
    return run, run.best_parameters


def measure(result: RunResult, parameters: Parameters, dataset: Dataset, split: Split) -> Evaluation:
    """Return how well some weights of a run do on a part of a data set.

    As many threads work as in the run where there are so many cores; the last bits of the loss depend on it.
    """
    network = Network.with_parameters(result.spec, parameters)
    threads = min(result.threads, default_threads())
    with Executor(network, threads, result.training.loss) as executor:
        measured = evaluate(executor, dataset, dataset.indices(split))
    assert measured is not None  # nobody stops it
    return measured


def report_on(result: RunResult, parameters: Parameters, dataset: Dataset, split: Split) -> Report:
    """Return all there is to know of what some weights of a run make of a part of a data set."""
    network = Network.with_parameters(result.spec, parameters)
    with Executor(network, min(result.threads, default_threads()), result.training.loss) as executor:
        report = examine(executor, dataset, dataset.indices(split))
    assert report is not None  # nobody stops it
    return report


def figures(measured: Evaluation) -> str:
    """Return what was measured in words: accuracy and loss, or how far learned numbers are off."""
    if measured.mean_absolute_error is not None:
        share = f"R² {measured.r_squared:.4f}"
        return f"mean absolute error {measured.mean_absolute_error:.4f}, {share}, loss {measured.loss:.4f}"
    return f"accuracy {measured.accuracy:.2%}, loss {measured.loss:.4f}"


def share_right(measured: Evaluation) -> float | None:
    """Return the accuracy, which there is only where classes were learned."""
    return measured.accuracy if measured.mean_absolute_error is None else None


def open_prepared(named: str, preparing: Preparing) -> Dataset:
    """Open a data set and prepare it, with the progress of both on a terminal.

    Raises
    ------
    DataError
        It cannot be opened, or prepared so.
    """
    dataset = open_or_download(named)
    with watching() as watch:
        return prepared(dataset, preparing, watch)


def dataset_of(data: DataFacts, named: str | None) -> Dataset:
    """Open the data set that was named on the command line, or else the one a run learned from.

    Its images are prepared as those of the run, with the same numbers, and classes of the same names have
    the same order. Pictures in a folder that is named without settings are fitted to the size of the run's.

    Raises
    ------
    DataError
        It cannot be opened, or prepared so.
    """

    def opened(source: str) -> Dataset:
        dataset = open_or_download(data.suited(source))
        with watching() as watch:
            return prepared_as(in_order_of(dataset, data.class_names), data.treatment, watch)

    if named is not None:
        return opened(named)
    try:
        return opened(data.source or data.name)
    except DataError as error:
        raise DataError(
            f'The run learned from "{data.plain_name}", which cannot be opened: {error} '
            "Name it with --dataset."
        ) from error
