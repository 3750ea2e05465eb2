"""From the words on the command line to an exit status."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TYPE_CHECKING

from cnnviz.cli.arguments import parse
from cnnviz.errors import CnnvizError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

EXIT_OK = 0
EXIT_ERROR = 1
EXIT_INTERRUPTED = 130
"""What shells expect of a program that was ended by Ctrl-C: 128 + SIGINT."""
_FULL = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status.

    0: all is well. 1: an error, named in one sentence on standard error. 130: interrupted by Ctrl-C. Wrong
    usage ends in `SystemExit(2)`, as argparse does it.
    """
    _make_outputs_safe()
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        status = _run(options)
        sys.stdout.flush()  # here, so that a reader that has gone is noticed where it is dealt with
        return status
    except CnnvizError as error:
        return _refuse(str(error))
    except MemoryError:
        return _refuse("There is not enough memory for this.")
    except BrokenPipeError:  # the reader of a pipe (such as `head`) has gone
        _give_up_output()
        return EXIT_ERROR
    except OSError as error:
        if error.errno not in _FULL or error.filename is not None:
            raise
        _give_up_output()
        return _refuse(f"The output cannot be written: {error.strerror}.")
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return EXIT_INTERRUPTED


def _run(options: argparse.Namespace) -> int:
    """Load the module of the command, and no other, and run it."""
    match options.command:
        case "train":
            from cnnviz.cli import train

            return train.run(options)
        case "evaluate":
            from cnnviz.cli import evaluate

            return evaluate.run(options)
        case "predict":
            from cnnviz.cli import predict

            return predict.run(options)
        case "inspect":
            from cnnviz.cli import inspect

            return inspect.run(options)
        case "summary":
            from cnnviz.cli import summary

            return summary.run(options)
        case "doctor":
            from cnnviz.cli import doctor

            return doctor.run(options)
        case "baselines":
            from cnnviz.cli import baselines

            return baselines.run(options)
        case "datasets":
            from cnnviz.cli import datasets

            return datasets.run(options)
        case "browse":
            from cnnviz.cli import browse

            return browse.run(options)
        case _:
            from cnnviz.cli import window

            return window.run(options)


def _make_outputs_safe() -> None:
    """Write a question mark for a sign that the terminal does not have, and nothing where there is no output.

    Python has no stream where the program was started with an output closed (`>&-`), or without a console.
    """
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _give_up_output() -> None:
    """Send what is still to be written nowhere, or Python complains again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refuse(sentence: str) -> int:
    print(f"cnnviz: {sentence}", file=sys.stderr)
    return EXIT_ERROR
