"""How smooth the window stays while it trains with curves and maps live, and what that costs the training.

A heartbeat timer asks for its turn every 4 ms; the time between two beats is how long the event loop let
someone wait. Rounds of training in the window alternate with rounds of the same training without one, in a
child process on the same machine, so that both see the same noise.

Usage: python -m benchmarks.ui_latency [--seconds 60] [--design digits-cnn] [--dataset digits] [--json]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.catalog import open_dataset
from cnnviz.engine.build import build
from cnnviz.resource_files import resource_path
from cnnviz.spec.io import load
from cnnviz.spec.training import TrainingSpec
from cnnviz.training.events import StepDone
from cnnviz.training.loop import train
from cnnviz.training.random_state import initial_rng

if TYPE_CHECKING:
    from cnnviz.spec.network import NetworkSpec

ROUNDS = 4
BEAT_MS = 8
WARM_UP_SECONDS = 1.0
GOAL_P99_MS, GOAL_WORST_MS, GOAL_RATIO, GOAL_START_S = 17.0, 60.0, 0.85, 2.0


def main() -> int:
    """Measure, print, and return 0 where every goal is reached."""
    arguments = _parse()
    if arguments.headless:
        print(headless_rate(arguments, arguments.seconds))
        return 0
    figures, goals = measure(arguments)
    if arguments.json:
        print(json.dumps({**figures, "goals": goals}))
    return 0 if all(goals.values()) else 1


def measure(arguments: argparse.Namespace) -> tuple[dict[str, float], dict[str, bool]]:
    """Measure start, gaps and throughput, print them, and return them with the goals reached."""
    start = window_start_seconds()
    print(f"window shown {start:.2f} s after the start of the process (goal {GOAL_START_S:g} s)", flush=True)
    gaps, rates = measure_window(arguments)
    p50, p99, worst = (float(np.percentile(gaps, share)) for share in (50, 99, 100))
    inside, outside = (float(np.median(values)) for values in zip(*rates, strict=True))
    ratio = float(np.median([window / headless for window, headless in rates]))
    print(f"event-loop gap over {gaps.sum() / 1000:.0f} s, a beat every {BEAT_MS} ms:")
    print(f"  p50 {p50:.1f} ms, p99 {p99:.1f} ms (goal {GOAL_P99_MS:g}), ", end="")
    print(f"worst {worst:.1f} ms (goal {GOAL_WORST_MS:g})")
    print(f"training: {inside:,.0f} img/s in the window, {outside:,.0f} img/s headless: ", end="")
    print(f"{ratio:.1%} (goal {GOAL_RATIO:.0%})")
    goals = {
        "start": start <= GOAL_START_S,
        "p99": p99 <= GOAL_P99_MS,
        "worst": worst <= GOAL_WORST_MS,
        "ratio": ratio >= GOAL_RATIO,
    }
    figures = {"start_s": start, "p50_ms": p50, "p99_ms": p99, "worst_ms": worst, "ratio": ratio}
    return {**figures, "window_images_per_second": inside, "headless_images_per_second": outside}, goals


def window_start_seconds() -> float:
    """Return the time from the start of a process to its painted window; the second start of two is warm."""
    command = [sys.executable, "-m", "cnnviz", "--exit-when-shown"]
    return [_seconds_until_shown(command) for _ in range(2)][-1]


def _seconds_until_shown(command: list[str]) -> float:
    began = time.perf_counter()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None  # a pipe was asked for
        for line in process.stderr:
            if "window shown" in line:
                return time.perf_counter() - began
    raise SystemExit("The window did not open.")


def headless_rate(arguments: argparse.Namespace, seconds: float) -> float:
    """Train without a window and return the images per second of wall-clock time, validation included."""
    dataset = open_dataset(arguments.dataset)
    network = build(design_of(arguments), initial_rng(0))
    started = time.perf_counter()
    began, first = 0.0, 0
    for event in train(network, dataset, settings_of(arguments)):
        if not isinstance(event, StepDone):
            continue
        now = time.perf_counter()
        if not began and now - started >= WARM_UP_SECONDS:
            began, first = now, event.images
        if began and now - began >= seconds:
            return (event.images - first) / (now - began)
    raise SystemExit("The run ended too early.")


def measure_window(arguments: argparse.Namespace) -> tuple[np.ndarray, list[tuple[float, float]]]:
    """Return the gaps in ms, and (window, headless) images per second of each round."""
    from PySide6.QtWidgets import QApplication

    from cnnviz.app.settings import Settings
    from cnnviz.app.startup import tune_threads
    from cnnviz.ui.dialogs import Dialogs
    from cnnviz.ui.launch import make_window

    app = QApplication(sys.argv[:1])
    tune_threads()
    with tempfile.TemporaryDirectory() as folder:
        window = make_window(app, Settings(Path(folder) / "settings.ini"), Dialogs())
        window.show()
        bench = window.workbench
        bench.selection.set_dataset(open_dataset(arguments.dataset))
        bench.document.new(design_of(arguments))
        window.training_form.set_training(settings_of(arguments))
        window.commands["train"].trigger()
        gaps, rates = [], []
        for _ in range(ROUNDS):
            bench.session.pause()
            _run_loop(app, 0.3)
            headless = _rate_of_child(arguments)
            bench.session.resume()
            _run_loop(app, WARM_UP_SECONDS)
            first, began = bench.session.history.steps.images[-1], time.perf_counter()
            gaps.append(_run_loop(app, arguments.seconds / ROUNDS))
            images = bench.session.history.steps.images[-1] - first
            rates.append((float(images / (time.perf_counter() - began)), headless))
        bench.session.close()
        bench.close()
    return np.concatenate(gaps), rates


def _run_loop(app: object, seconds: float) -> np.ndarray:
    """Run the event loop for a while and return the times between beats, in ms."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    loop, beats = QEventLoop(), []
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=BEAT_MS)
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    timer.start()
    loop.exec()
    timer.stop()
    return np.diff(beats) * 1000


def _rate_of_child(arguments: argparse.Namespace) -> float:
    seconds = min(arguments.seconds / ROUNDS, 10.0)
    command = [sys.executable, "-m", "benchmarks.ui_latency", "--headless", "--seconds", str(seconds)]
    command += ["--design", arguments.design, "--dataset", arguments.dataset]
    command += ["--batch-size", str(arguments.batch_size)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def design_of(arguments: argparse.Namespace) -> NetworkSpec:
    """Return the bundled design that is trained."""
    return load(resource_path("networks", f"{arguments.design}.json"))


def settings_of(arguments: argparse.Namespace) -> TrainingSpec:
    """Return settings of a run that lasts longer than any measurement."""
    return TrainingSpec(epochs=100_000, batch_size=arguments.batch_size)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Event-loop gaps and throughput while training in the window."
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="time measured in the window, in all")
    parser.add_argument("--design", default="digits-cnn", help="a bundled design")
    parser.add_argument("--dataset", default="digits", help="a data set's name or path")
    parser.add_argument("--batch-size", type=int, default=TrainingSpec().batch_size)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--headless", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
