"""What may stand on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import cnnviz
from cnnviz.cli.inspect_arguments import add_inspect
from cnnviz.cli.named_settings import add_augment, add_prepare
from cnnviz.cli.picture_folders import add_fitting, settle_fitting
from cnnviz.cli.sheets import add_sheets, check_sheets
from cnnviz.spec.fields import field_infos, value_problem
from cnnviz.spec.losses import BinaryCrossEntropy, CrossEntropy, Loss, MeanSquaredError, MulticlassSVM
from cnnviz.spec.schedules import (
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    ReduceOnPlateau,
    Schedule,
    StepDecay,
)
from cnnviz.spec.training import BEST, LAST, OPTIMIZER_TYPES, VAL_ACCURACY, VAL_LOSS, Adam, TrainingSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COMMANDS = ("train", "evaluate", "predict", "inspect", "summary", "doctor", "baselines", "datasets", "browse")
LOSSES: dict[str, type[Loss]] = {
    "cross-entropy": CrossEntropy,
    "svm": MulticlassSVM,
    "binary": BinaryCrossEntropy,
    "squares": MeanSquaredError,
}
SCHEDULES: dict[str, type[Schedule]] = {
    "constant": Constant,
    "steps": StepDecay,
    "exponential": Exponential,
    "cosine": Cosine,
    "one-cycle": OneCycle,
    "plateau": ReduceOnPlateau,
}
BEST_BY = {"val-accuracy": VAL_ACCURACY, "val-loss": VAL_LOSS}
OPTIMIZERS = {kind.__name__.lower(): kind for kind in OPTIMIZER_TYPES}
MAX_THREADS = 1024
_SETTINGS = (
    *("batch_size", "seed", "optimizer", "lr", "loss", "schedule"),
    *("l1", "l2", "patience", "best_by", "final_weights", "augment", "prepare", "freeze", "threads"),
)
"""Options of a new run that a resumed one has already."""

_DESCRIPTION = "Build a convolutional network by hand, train it, and look inside while it learns."
_WINDOW_HELP = """\
cnnviz [FILE] opens the window, with a design (*.json) or a run (*.cnnviz) where one is named.
The commands below work without a display. A NETWORK is the name of a bundled design, such as
digits-cnn or lenet5, or the path of a design file. A RUN is a file that `train --out` has written.

exit status: 0 all is well, 1 an error (named in one sentence), 2 wrong usage, 130 ended by Ctrl-C
"""
_NETWORK_HELP = "name of a bundled design, or path of a design file"
_DATASET_HELP = "a known name (see `cnnviz datasets`), or a folder of IDX files or pictures, or an .npz file"


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options of a command; `command` is one of `COMMANDS`, or "window".

    Help, version and wrong usage end in `SystemExit`, as argparse does it.
    """
    first = next((word for word in arguments if not word.startswith("-")), None)
    if first in COMMANDS:
        parser = _command_parser()
        options = parser.parse_args(arguments)
        if options.command == "train":
            _check_train(parser, options)
        if options.command == "evaluate":
            check_sheets(parser, options)
        settle_fitting(parser, options)
        return options
    if "-h" in arguments or "--help" in arguments:
        return _command_parser().parse_args(["--help"])
    return _window_parser().parse_args(arguments)


def _window_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cnnviz", usage=f"cnnviz [FILE] | cnnviz {{{','.join(COMMANDS)}}} ..."
    )
    _add_version(parser)
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE")
    # For programs, not for people: the first closes the window as soon as it is shown, the second trains
    # the default design where there is no display.
    parser.add_argument("--exit-when-shown", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--headless-if-no-display", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(command="window")
    return parser


def _command_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cnnviz",
        usage="cnnviz [FILE] | cnnviz COMMAND ...",
        description=_DESCRIPTION,
        epilog=_WINDOW_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_version(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, prog="cnnviz")
    _add_train(commands.add_parser("train", help="train a network"))
    _add_evaluate(commands.add_parser("evaluate", help="measure a trained network on a data set"))
    _add_predict(commands.add_parser("predict", help="classify pictures with a trained network"))
    inspect = commands.add_parser("inspect", help="write pictures of filters and feature maps")
    add_inspect(inspect, _NETWORK_HELP, _DATASET_HELP)
    add_fitting(inspect)
    _add_weights(inspect)
    _add_json(inspect)
    _add_summary(commands.add_parser("summary", help="list the layers of a network and their sizes"))
    _add_doctor(commands.add_parser("doctor", help="say what is wrong with a run, and what helps"))
    _add_baselines(commands.add_parser("baselines", help="measure simple classifiers on a data set"))
    _add_datasets(commands.add_parser("datasets", help="list, download or remove known data sets"))
    _add_browse(commands.add_parser("browse", help="write pictures of a data set: images, classes, map"))
    return parser


def _add_train(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("network", metavar="NETWORK", nargs="?", help=_NETWORK_HELP)
    parser.add_argument("--dataset", metavar="D", help=f"{_DATASET_HELP} (default: digits)")
    add_fitting(parser)
    defaults = TrainingSpec()
    for option, field in (("--epochs", "epochs"), ("--batch-size", "batch_size"), ("--seed", "seed")):
        parser.add_argument(
            option,
            type=_setting(TrainingSpec, field, int),
            metavar="N",
            help=f"{_meaning(TrainingSpec, field)} (default: {getattr(defaults, field)})",
        )
    _add_optimizer(parser, defaults)
    parser.add_argument(
        "--loss",
        choices=tuple(LOSSES),
        help="what is made small (default: that of the network, which is cross-entropy but for linear-svm)",
    )
    parser.add_argument(
        "--schedule", choices=tuple(SCHEDULES), help="how the learning rate changes (default: constant)"
    )
    for option, field in (("--l1", "l1"), ("--l2", "l2")):
        parser.add_argument(
            option, type=_setting(TrainingSpec, field, float), metavar="X", help=_meaning(TrainingSpec, field)
        )
    _add_end(parser)
    add_augment(parser)
    add_prepare(parser)
    parser.add_argument(
        "--freeze",
        action="extend",
        nargs="+",
        metavar="LAYER",
        help="ids of layers whose weights stay as they are",
    )
    parser.add_argument(
        "--threads", type=_threads, metavar="N", help="how many work at once (default: one for each core)"
    )
    _add_run_files(parser)
    _add_json(parser)


def _add_optimizer(parser: argparse.ArgumentParser, defaults: TrainingSpec) -> None:
    default_optimizer = type(defaults.optimizer).__name__.lower()
    parser.add_argument(
        "--optimizer", choices=tuple(OPTIMIZERS), help=f"how weights move (default: {default_optimizer})"
    )
    parser.add_argument(
        "--lr",
        type=_setting(Adam, "learning_rate", float),
        metavar="X",
        help=f"learning rate (default: {defaults.optimizer.learning_rate} for {default_optimizer})",
    )


def _add_end(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--patience",
        type=_setting(TrainingSpec, "patience", int),
        metavar="N",
        help=_meaning(TrainingSpec, "patience"),
    )
    parser.add_argument(
        "--best-by",
        choices=tuple(BEST_BY),
        help="what tells which epoch was the best one (default: val-accuracy)",
    )
    parser.add_argument(
        "--final-weights",
        choices=(LAST, BEST),
        help="those that are measured on the test images: of the last step, or of the best epoch "
        "(default: last)",
    )


def _add_run_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, metavar="RUN.cnnviz", help="write the run to this file, and checkpoints beside it"
    )
    parser.add_argument(
        "--resume",
        type=Path,
        metavar="RUN",
        help="go on with a run, from its newest checkpoint where it was interrupted, to the end of its "
        "epochs or to --epochs in all; takes no NETWORK and no settings",
    )


def _check_train(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """End in wrong usage unless there is either a network, or a run to go on with and nothing against it."""
    if options.network is None and options.resume is None:
        parser.error("train needs either a NETWORK or --resume RUN")
    if options.network is not None and options.resume is not None:
        parser.error("train takes a NETWORK or --resume RUN, and was given both: a run has its own network")
    given = [name for name in _SETTINGS if getattr(options, name) is not None]
    if options.resume is not None and given:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        parser.error(f"a run that is resumed keeps its settings: leave out {named}")


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", type=Path, metavar="RUN", help="a file that `train --out` has written")
    parser.add_argument("--dataset", metavar="D", help=f"{_DATASET_HELP} (default: the one of the run)")
    add_fitting(parser)
    parser.add_argument(
        "--split",
        choices=("train", "validation", "test"),
        default="test",
        help="part of the data set (default: test)",
    )
    add_sheets(parser, "confusion matrix, classes, mistakes", required=False)
    _add_weights(parser)
    _add_json(parser)


def _add_predict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", type=Path, metavar="RUN", help="a file that `train --out` has written")
    parser.add_argument("images", type=Path, nargs="+", metavar="IMAGE", help="a picture file")
    _add_weights(parser)
    _add_json(parser)


def _add_summary(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("network", metavar="NETWORK", help=_NETWORK_HELP)
    parser.add_argument(
        "--diagram", type=Path, metavar="FILE", help="write a picture of the network, .svg or .png, as well"
    )
    _add_json(parser)


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", type=Path, metavar="RUN", help="a file that `train --out` has written")
    parser.add_argument("--dataset", metavar="D", help=f"{_DATASET_HELP} (default: the one of the run)")
    add_fitting(parser)
    parser.add_argument(
        "--tests",
        action="store_true",
        help="try out whether the design learns one batch by heart, and which learning rates suit it",
    )
    parser.add_argument(
        "--threads", type=_threads, metavar="N", help="how many work at once (default: one for each core)"
    )
    _add_json(parser)


def _add_baselines(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dataset", default="digits", metavar="D", help=f"{_DATASET_HELP} (default: digits)")
    add_fitting(parser)
    add_prepare(parser)
    parser.add_argument("--test", action="store_true", help="measure the test images, too")
    parser.add_argument(
        "--seed",
        type=_setting(TrainingSpec, "seed", int),
        default=TrainingSpec().seed,
        metavar="N",
        help=f"{_meaning(TrainingSpec, 'seed')} (default: {TrainingSpec().seed})",
    )
    parser.add_argument(
        "--threads", type=_threads, metavar="N", help="how many work at once (default: one for each core)"
    )
    _add_json(parser)


def _add_datasets(parser: argparse.ArgumentParser) -> None:
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--get", metavar="NAME", help="download a data set")
    either.add_argument(
        "--remove",
        metavar="NAME",
        help="delete the downloaded files of a data set, or what was prepared of all folders of pictures: "
        "imported",
    )
    _add_json(parser)


def _add_browse(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="D", help=_DATASET_HELP)
    add_fitting(parser)
    parser.add_argument(
        "--split",
        choices=("train", "validation", "test"),
        default="train",
        help="part of the data set (default: train)",
    )
    parser.add_argument("--class", dest="label", metavar="NAME|N", help="images of this class only")
    parser.add_argument(
        "--by",
        nargs=2,
        metavar=("RUN", "LAYER"),
        help="on the map, images lie together that are alike in what a layer of a trained network makes of "
        "them (default: in their pixels)",
    )
    add_sheets(parser, "images, classes with their means, map, pixels", required=True)
    _add_json(parser)


def _add_version(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--version", action="version", version=f"cnnviz {cnnviz.__version__}")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")


def _add_weights(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--weights",
        choices=("last", "best"),
        default="last",
        help="those of the last step, or of the epoch with the best validation accuracy (default: last)",
    )


def _meaning(cls: type, field: str) -> str:
    text = field_infos(cls)[field].meaning.rstrip(".")
    return text[0].lower() + text[1:]


def _setting(cls: type, field: str, kind: type[int] | type[float]) -> Callable[[str], int | float]:
    """Return a reader of one setting that refuses what a design form would refuse, in the same words."""
    info = field_infos(cls)[field]

    def read(text: str) -> int | float:
        try:
            value = kind(text)
        except ValueError:
            wanted = "a whole number" if kind is int else "a number"
            raise argparse.ArgumentTypeError(f"{info.label} must be {wanted}; received {text!r}.") from None
        problem = value_problem(info, value)
        if problem is not None:
            raise argparse.ArgumentTypeError(problem)
        return value

    return read


def _threads(text: str) -> int:
    # The length first: Python itself refuses to read thousands of digits.
    if text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= MAX_THREADS:
        return int(text)
    raise argparse.ArgumentTypeError(
        f"Threads must be a whole number from 1 to {MAX_THREADS}; received {text!r}."
    )
