"""How long the window takes from a press of Stop to the end of the run, its result kept.

Runs are stopped at moments drawn from a seed: within batches, validations and the writing of checkpoints.
Also measured is how long the press itself holds the window, which shows "stopping…" before it returns.

Usage: python -m benchmarks.stop_latency [--stops 20] [--design digits-cnn --dataset digits --batch-size 32]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.ui_latency import design_of, settings_of
from cnnviz.data.catalog import open_dataset
from cnnviz.spec.training import TrainingSpec

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication

    from cnnviz.app.training.session import Session
    from cnnviz.ui.main_window import MainWindow

GOAL_MS = 200.0
_SHORTEST_S, _LONGEST_S = 0.3, 1.5
_PATIENCE_S = 20.0


def main() -> int:
    """Measure, print, and return 0 where the slowest stop is within the goal."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    arguments = _parse()
    ends, presses = measure(arguments)
    middle = sorted(ends)[len(ends) // 2]
    print(f"{arguments.design}, batches of {arguments.batch_size}: from Stop to the end of the run")
    print(f"  median {middle:.0f} ms, worst {max(ends):.0f} ms (goal {GOAL_MS:g}); ", end="")
    print(f"the press itself: worst {max(presses):.1f} ms")
    if arguments.json:
        print(json.dumps({"ends_ms": ends, "presses_ms": presses}))
    return 0 if max(ends) <= GOAL_MS else 1


def measure(arguments: argparse.Namespace) -> tuple[list[float], list[float]]:
    """Return the ms from each press to the end of its run, and those of the press alone."""
    from PySide6.QtWidgets import QApplication

    from cnnviz.app.heap import tune_heap
    from cnnviz.app.settings import Settings
    from cnnviz.app.startup import tune_threads
    from cnnviz.ui.dialogs import Dialogs
    from cnnviz.ui.launch import make_window

    app, chance = QApplication(sys.argv[:1]), random.Random(0)
    tune_heap()
    tune_threads()
    with tempfile.TemporaryDirectory() as folder:
        window = make_window(app, Settings(Path(folder) / "settings.ini"), Dialogs())
        window.show()
        bench = window.workbench
        bench.selection.set_dataset(open_dataset(arguments.dataset))
        bench.document.new(design_of(arguments))
        window.training_form.set_training(settings_of(arguments))
        pairs = [_stop_once(app, window, chance) for _ in range(arguments.stops)]
        bench.close()
    return [end for end, _ in pairs], [press for _, press in pairs]


def _stop_once(app: QApplication, window: MainWindow, chance: random.Random) -> tuple[float, float]:
    session = window.workbench.session
    first = session.weights_step
    window.commands["train"].trigger()
    _run(app, lambda: not session.is_idle and len(session.history.steps) > first)
    until = time.perf_counter() + chance.uniform(_SHORTEST_S, _LONGEST_S)
    _run(app, lambda: time.perf_counter() >= until)
    began = time.perf_counter()
    window.commands["stop"].trigger()
    pressed = time.perf_counter()
    _run(app, lambda: session.is_idle)
    ended = time.perf_counter()
    _check(session)
    return 1000 * (ended - began), 1000 * (pressed - began)


def _check(session: Session) -> None:
    result = session.result
    if result is None or result.state.step != session.history.steps.step[-1]:
        raise SystemExit("A stopped run has lost its result.")


def _run(app: QApplication, done: Callable[[], bool]) -> None:
    from PySide6.QtCore import QEventLoop

    latest = time.perf_counter() + _PATIENCE_S
    while not done():
        if time.perf_counter() > latest:
            raise SystemExit("The run neither began nor ended.")
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time from a press of Stop to the end of the run.")
    parser.add_argument("--stops", type=int, default=20)
    parser.add_argument("--design", default="digits-cnn", help="a bundled design")
    parser.add_argument("--dataset", default="digits", help="a data set's name or path")
    parser.add_argument("--batch-size", type=int, default=TrainingSpec().batch_size)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
