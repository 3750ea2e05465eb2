"""`cnnviz train`: train a network without a window."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import math
import signal
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.app.designs.bundled import bundled_training
from cnnviz.cli.arguments import BEST_BY, LOSSES, OPTIMIZERS, SCHEDULES
from cnnviz.cli.networks import load_design
from cnnviz.cli.output import print_json, say
from cnnviz.cli.progress import reporter
from cnnviz.cli.resume import check_no_checkpoints, clear_checkpoints, run_file_of, run_to_resume, with_epochs
from cnnviz.cli.run_claim import claimed
from cnnviz.cli.runs import dataset_of, figures, measure, open_prepared, share_right
from cnnviz.cli.test_use import with_use
from cnnviz.data.dataset import Dataset, Split
from cnnviz.engine.build import build
from cnnviz.errors import FileError, TrainingError
from cnnviz.files import check_writable
from cnnviz.spec.preparing import Preparing
from cnnviz.spec.trace import trace
from cnnviz.spec.words import counted
from cnnviz.training.checkpoints import CheckpointWriter, checkpoints_of
from cnnviz.training.control import RunControl
from cnnviz.training.events import Ending, Failed, Finished, Stopped
from cnnviz.training.loop import check_run, train
from cnnviz.training.random_state import initial_rng
from cnnviz.training.runfile import save_run

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from cnnviz.engine.parallel import Evaluation
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.training.result import RunResult

INTERRUPTED = 130
_PLAIN_SETTINGS = ("epochs", "batch_size", "seed", "l1", "l2", "patience", "final_weights")
DEFAULT_DATASET = "digits"


def run(options: argparse.Namespace) -> int:
    """Train, report, and keep the run where `--out` says so."""
    started = time.perf_counter()
    out = options.out if options.resume is None else options.out or run_file_of(options.resume)
    if out is not None:
        check_writable(out)
    with claimed(out, run_file_of(options.resume) if options.resume is not None else None):
        dataset, ending = _go_on(options, out) if options.resume is not None else _begin(options, out)
        result = ending.result if isinstance(ending, Failed) else with_use(ending.result)
        not_saved = keep(result, out) if out is not None else None
        if not_saved is None:
            clear_checkpoints(out, options.resume)
    check_success(ending)
    test = measure(result, result.shown_parameters, dataset, Split.TEST)
    seconds = time.perf_counter() - started
    if options.json:
        print_json(_to_dict(result, test, stopped=isinstance(ending, Stopped), seconds=seconds))
    else:
        print_result(result, test)
    if not_saved is not None:
        raise not_saved
    return INTERRUPTED if isinstance(ending, Stopped) else 0


def _begin(options: argparse.Namespace, out: Path | None) -> tuple[Dataset, Ending]:
    check_no_checkpoints(out)
    spec = load_design(options.network)
    preparing = Preparing(**dict(options.prepare or ()))
    dataset = open_prepared(options.dataset or DEFAULT_DATASET, preparing)
    return dataset, train_headless(spec, dataset, settings(options), threads=options.threads, out=out)


def _go_on(options: argparse.Namespace, out: Path) -> tuple[Dataset, Ending]:
    earlier = run_to_resume(options.resume)
    training = with_epochs(earlier, options.epochs)
    dataset = dataset_of(earlier.data, options.dataset)
    say(f"Going on after step {earlier.state.step:,} of {earlier.spec.name}.")
    ending = train_headless(
        earlier.spec, dataset, training, threads=earlier.threads, out=out, earlier=earlier
    )
    return dataset, ending


def settings(options: argparse.Namespace) -> TrainingSpec:
    """Return the settings of the bundled design, or the default ones, changed as the command line says."""
    defaults = bundled_training(options.network)
    optimizer: Any = defaults.optimizer
    if options.optimizer is not None and OPTIMIZERS[options.optimizer] is not type(optimizer):
        optimizer = OPTIMIZERS[options.optimizer]()
    if options.lr is not None:
        optimizer = dataclasses.replace(optimizer, learning_rate=options.lr)
    named = {name: getattr(options, name) for name in _PLAIN_SETTINGS}
    given: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    if options.loss is not None and LOSSES[options.loss] is not type(defaults.loss):
        given["loss"] = LOSSES[options.loss]()
    if options.schedule is not None:
        given["schedule"] = SCHEDULES[options.schedule]()
    if options.best_by is not None:
        given["best_by"] = BEST_BY[options.best_by]
    if options.augment is not None:
        given["augmenting"] = dataclasses.replace(defaults.augmenting, **dict(options.augment))
    if options.freeze is not None:
        given["frozen"] = tuple(dict.fromkeys(options.freeze))
    return dataclasses.replace(defaults, optimizer=optimizer, **given)


def train_headless(
    spec: NetworkSpec,
    dataset: Dataset,
    training: TrainingSpec,
    *,
    threads: int | None = None,
    out: Path | None = None,
    earlier: RunResult | None = None,
) -> Ending:
    """Train a network to its end and show the progress on standard error; Ctrl-C stops the run.

    It is a new one where there is no `earlier` run to go on with. Where `out` names a file for the run,
    checkpoints are kept beside it.

    Raises
    ------
    TrainingError
        The design does not fit the data set, or the run not into the memory that is free.
    """
    check_run(spec, dataset, training, threads)
    network = build(spec, initial_rng(training.seed))
    control = RunControl()
    events = train(network, dataset, training, threads=threads, control=control, resume_from=earlier)
    if out is not None:
        events = CheckpointWriter(checkpoints_of(out), say).kept(events, control)
    with _stopped_by_ctrl_c(control), reporter() as progress:
        for event in events:
            progress.show(event)
    assert isinstance(event, Finished | Stopped | Failed)  # every run ends so
    return event


def keep(result: RunResult, path: Path) -> FileError | None:
    """Write a run to `path` and say so; where that fails, put it elsewhere and return what was wrong.

    The work of hours is not thrown away because a disk has filled up meanwhile.
    """
    try:
        save_run(path, result)
        say(f"The run is in {path}.")
    except FileError as error:
        for folder in (Path.cwd(), Path(tempfile.gettempdir())):
            with contextlib.suppress(FileError):
                spare = _unused(folder / path.name)
                save_run(spare, result)
                return FileError(f"{error} The run is in {spare} instead.")
        return FileError(f"{error} There was no other place to put the run, so it is lost.")
    return None


def check_success(ending: Ending) -> None:
    """Raise `TrainingError` where a run failed, after printing what helps to find a defect of the program."""
    if isinstance(ending, Failed):
        if ending.details:
            say(ending.details)
        raise TrainingError(ending.reason)


@contextlib.contextmanager
def _stopped_by_ctrl_c(control: RunControl) -> Iterator[None]:
    """Let the first Ctrl-C stop the run, giving up the batch under way; a second one ends the program.

    Where it is ignored, as in the background of a shell, it stays so: it is meant for another program.
    """
    before = signal.getsignal(signal.SIGINT)
    is_ours = before not in (signal.SIG_IGN, None)  # None: code other than Python takes it
    if not is_ours or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, before)
        control.request_stop()
        with contextlib.suppress(RuntimeError):  # where the signal came in the middle of another remark
            say("Stopping …")

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _unused(path: Path) -> Path:
    """Return `path`, or the same with a number behind its name, where nothing is yet."""
    numbered = (path.with_stem(f"{path.stem}-{number}") for number in itertools.count(2))
    return next(one for one in itertools.chain([path], numbered) if not one.exists())


def _to_dict(result: RunResult, test: Evaluation, *, stopped: bool, seconds: float) -> dict[str, Any]:
    epochs = result.history.epochs
    last = {
        name: _measured(getattr(epochs, name)[-1]) if len(epochs) else None
        for name in ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
    }
    numbers = ("mean_absolute_error", "r_squared") if test.mean_absolute_error is not None else ()
    return {
        "network": result.spec.name,
        "dataset": result.data.name,
        "ended": "stopped" if stopped else "finished",
        **last,
        "test_loss": test.loss,
        "test_accuracy": share_right(test),
        **{f"test_{name}": getattr(test, name) for name in numbers},
        "best_epoch": result.best_epoch,
        "epochs": result.state.epoch,
        "steps": result.state.step,
        "images_per_second": result.images_per_second,
        "parameters": trace(result.spec).parameters,
        "seconds": seconds,
        "training_seconds": result.seconds,
        "seed": result.training.seed,
        "threads": result.threads,
    }


def _measured(value: float) -> float | None:
    """Return a number for JSON, which has none for what was not measured."""
    return None if math.isnan(value) else float(value)


def print_result(result: RunResult, test: Evaluation) -> None:
    """Print in two lines how a run went."""
    epochs, seconds = result.state.epoch, result.seconds
    done = f"{counted(epochs, 'epoch')}, {seconds:.1f} s of training"
    print(f'"{result.spec.name}" on {result.data.plain_name}: {done}')
    print(f"test {figures(test)}, over {counted(test.images, 'image')}")
