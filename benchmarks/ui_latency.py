"""How smooth the window stays while it trains with curves and maps live, and what that costs the training.

A heartbeat timer asks for its turn every 8 ms; the time between two beats is how long the event loop let
someone wait. Speed is measured without the heartbeat, which is no part of the program but takes the
interpreter from the run 125 times a second: rounds of training in the window alternate with rounds of the
same training without one, in a child process on the same machine, so that both see the same noise. Each
round is measured once more, gaps and speed, while nobody looks inside the network: the difference is what
looking costs. How often curves and maps were drawn is counted too, and the processor time of all threads that
are not the run's: that of machines with noisy neighbours can be trusted more than the ratio of two speeds.

Where the memory of a process happens to lie, and what else the machine does meanwhile, moves the ratio of one
process by several points. `--processes` measures in so many, one after the other, and puts their rounds
together; each ratio is then told with the range in which its median lies in 95 of 100 draws of processes and
rounds.

Usage: python -m benchmarks.ui_latency [--seconds 60] [--processes 1] [--design digits-cnn] [--dataset digits]
       [--smooth] [--json]
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks._pooled import Measured, median_and_range, save
from cnnviz.data.catalog import open_dataset
from cnnviz.engine.build import build
from cnnviz.resource_files import resource_path
from cnnviz.spec.io import load
from cnnviz.spec.training import TrainingSpec
from cnnviz.training.events import StepDone
from cnnviz.training.loop import train
from cnnviz.training.random_state import initial_rng

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from cnnviz.app.training.session import Session
    from cnnviz.app.workbench import Workbench
    from cnnviz.spec.network import NetworkSpec

ROUNDS = 10
BEAT_MS = 8
WARM_UP_SECONDS, SETTLE_SECONDS = 1.0, 0.3
_OF_THE_RUN = ("cnnviz-run", "cnnviz-lane")
GOAL_P99_MS, GOAL_WORST_MS, GOAL_RATIO, GOAL_START_S, GOAL_HZ = 17.0, 60.0, 0.85, 2.0, 5.0
GOAL_LOOKING = 0.10
"""Looking inside takes no more than this from a run."""


def main() -> int:
    """Measure, print, and return 0 where every goal is reached."""
    arguments = _parse()
    if arguments.headless:
        print(headless_rate(arguments, arguments.seconds))
        return 0
    if arguments.keep is not None:
        save(measure_window(arguments), arguments.keep)
        return 0
    figures, goals = measure(arguments)
    if arguments.json:
        print(json.dumps({**figures, "goals": goals}))
    return 0 if all(goals.values()) else 1


def measure(arguments: argparse.Namespace) -> tuple[dict[str, float], dict[str, bool]]:
    """Measure start, gaps and throughput, print them, and return them with the goals reached."""
    start = window_start_seconds()
    print(f"window shown {start:.2f} s after the start of the process (goal {GOAL_START_S:g} s)", flush=True)
    measured = measure_window(arguments) if arguments.processes == 1 else measure_processes(arguments)
    gaps = np.concatenate(measured.gaps)
    p50, p99, worst = (float(np.percentile(gaps, share)) for share in (50, 99, 100))
    p99_unseen = float(np.percentile(np.concatenate(measured.gaps_unseen), 99))
    inside, unseen, outside = np.median(np.concatenate(measured.rates), axis=0)
    ratio, plain, seen = (median_and_range(measured.ratios(*pair)) for pair in ((0, 2), (1, 2), (0, 1)))
    curves, maps = np.median(measured.drawn, axis=0)
    print(f"event-loop gap over {gaps.sum() / 1000:.0f} s, a beat every {BEAT_MS} ms:")
    print(f"  p50 {p50:.1f} ms, p99 {p99:.1f} ms (goal {GOAL_P99_MS:g}), ", end="")
    print(f"worst {worst:.1f} ms (goal {GOAL_WORST_MS:g}); p99 while nobody looks inside {p99_unseen:.1f} ms")
    print(f"training: {inside:,.0f} img/s in the window, {outside:,.0f} img/s headless: ", end="")
    print(f"{ratio[0]:.1%} (goal {GOAL_RATIO:.0%}; {ratio[1]:.1%} to {ratio[2]:.1%})")
    print(f"  while nobody looks inside: {unseen:,.0f} img/s, {plain[0]:.1%} of headless ", end="")
    print(f"({plain[1]:.1%} to {plain[2]:.1%})")
    print(
        f"  looking takes {1 - seen[0]:.1%} (goal {GOAL_LOOKING:.0%}; {1 - seen[2]:.1%} to {1 - seen[1]:.1%})"
    )
    beside = float(np.median(measured.busy))
    print(f"processor time beside the run: {beside:.1%} of one core")
    print(f"drawn a second: curves {curves:.1f}, maps {maps:.1f} (goal {GOAL_HZ:g})")
    goals = {
        "hz": min(curves, maps) >= GOAL_HZ,
        "start": start <= GOAL_START_S,
        "p99": p99 <= GOAL_P99_MS,
        "worst": worst <= GOAL_WORST_MS,
        "ratio": ratio[0] >= GOAL_RATIO,
        "looking": 1 - seen[0] <= GOAL_LOOKING,
    }
    figures = {"start_s": start, "p50_ms": p50, "p99_ms": p99, "worst_ms": worst}
    figures |= {
        "p99_unseen_ms": p99_unseen,
        "ratio": ratio[0],
        "beside_the_run": beside,
        "ratio_unseen": plain[0],
        "looking": 1 - seen[0],
    }
    figures |= {"window_images_per_second": float(inside), "headless_images_per_second": float(outside)}
    return figures, {goal: bool(reached) for goal, reached in goals.items()}


def measure_processes(arguments: argparse.Namespace) -> Measured:
    """Measure in processes one after the other, and say of each what it found."""
    found = []
    for number in range(1, arguments.processes + 1):
        with tempfile.TemporaryDirectory() as folder:
            kept = Path(folder) / "measured.npz"
            subprocess.run([*_command(arguments), "--keep", str(kept)], check=True)
            with np.load(kept) as arrays:
                gaps, quiet, rates, drawn, busy = (arrays[one.name] for one in dataclasses.fields(Measured))
        found.append(Measured((gaps,), (quiet,), (rates,), drawn, busy))
        ratio, plain = (np.median(found[-1].ratios(over, 2)) for over in (0, 1))
        print(f"process {number}: {np.median(rates[:, 2]):,.0f} img/s headless, window {ratio:.1%}, ", end="")
        print(f"nobody looks {plain:.1%}, maps {drawn[0, 1]:.1f}/s, ", end="")
        print(f"p99 {np.percentile(gaps, 99):.1f} ms, {np.percentile(quiet, 99):.1f} unseen", flush=True)
    every = [tuple(getattr(one, field.name) for one in found) for field in dataclasses.fields(Measured)]
    return Measured(
        tuple(gaps for (gaps,) in every[0]),
        tuple(gaps for (gaps,) in every[1]),
        tuple(rates for (rates,) in every[2]),
        np.concatenate(every[3]),
        np.concatenate(every[4]),
    )


def window_start_seconds() -> float:
    """Return the time from the start of a process to its painted window; the second start of two is warm."""
    command = [sys.executable, "-m", "cnnviz", "--exit-when-shown"]
    return [_seconds_until_shown(command) for _ in range(2)][-1]


def _seconds_until_shown(command: list[str]) -> float:
    # Where Python must not keep what it compiled, no start is ever warm.
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=surroundings) as process:
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


def measure_window(arguments: argparse.Namespace) -> Measured:
    """Measure in a window of this process."""
    from PySide6.QtWidgets import QApplication

    from cnnviz.app.heap import tune_heap
    from cnnviz.app.settings import Settings
    from cnnviz.app.startup import tune_threads
    from cnnviz.ui.dialogs import Dialogs
    from cnnviz.ui.launch import make_housekeeper, make_window
    from cnnviz.ui.overrides import guard_overrides

    app = QApplication(sys.argv[:1])
    tune_heap()
    tune_threads()
    guard_overrides()
    with tempfile.TemporaryDirectory() as folder:
        window = make_window(app, Settings(Path(folder) / "settings.ini"), Dialogs())
        window.show()
        keeper = make_housekeeper(window)
        keeper.begin()
        bench = window.workbench
        bench.selection.set_dataset(open_dataset(arguments.dataset))
        bench.document.new(design_of(arguments))
        window.training_form.set_training(settings_of(arguments))
        bench.session.turns.is_smooth = arguments.smooth
        window.commands["train"].trigger()
        drawn = _Counter(bench)
        rounds = [_round(app, bench, drawn, arguments) for _ in range(ROUNDS)]
        bench.session.close()
        window.hide()  # else PySide paints it while it takes it down
        bench.close()
        keeper.end()
    gaps, quiet, rates, busy = zip(*rounds, strict=True)
    every = (np.concatenate(gaps),), (np.concatenate(quiet),), (np.array(rates),)
    return Measured(*every, np.array([drawn.a_second]), np.array(busy))


def _round(
    app: QApplication, bench: Workbench, drawn: _Counter, arguments: argparse.Namespace
) -> tuple[np.ndarray, np.ndarray, tuple[float, float, float], float]:
    """Return the gaps of one round, those while nobody looks inside, the speeds, and the share of a core."""
    seconds = _rate_seconds(arguments)
    bench.session.pause()
    _run_loop(app, SETTLE_SECONDS)
    headless = _rate_of_child(arguments)
    bench.session.resume()
    _run_loop(app, WARM_UP_SECONDS)
    drawn.begin()
    gaps = _gaps(app, arguments.seconds / ROUNDS)
    drawn.end()
    before = _seconds_beside_the_run()
    inside = _rate_in_window(app, bench.session, seconds)
    busy = (_seconds_beside_the_run() - before) / seconds
    bench.live_view.set_watched(False)  # maps and filters are as if hidden
    _run_loop(app, SETTLE_SECONDS)
    unseen = _rate_in_window(app, bench.session, seconds)
    quiet = _gaps(app, arguments.seconds / ROUNDS)
    bench.live_view.set_watched(True)
    return gaps, quiet, (inside, unseen, headless), busy


class _Counter:
    """Counts how often curves and maps are drawn."""

    def __init__(self, bench: Workbench) -> None:
        self._counts, self._seconds, self._began = [0, 0], 0.0, 0.0
        bench.session.history_changed.connect(self._on_curves)
        bench.inspector.inspected.connect(self._on_maps)

    @property
    def a_second(self) -> tuple[float, float]:
        """Curves and maps drawn in a second."""
        curves, maps = self._counts
        return curves / self._seconds, maps / self._seconds

    def begin(self) -> None:
        """Count from now on."""
        self._began = time.perf_counter()

    def end(self) -> None:
        """Count no longer."""
        self._seconds += time.perf_counter() - self._began
        self._began = 0.0

    def _on_curves(self) -> None:
        self._counts[0] += self._began > 0

    def _on_maps(self) -> None:
        self._counts[1] += self._began > 0


def _gaps(app: QApplication, seconds: float) -> np.ndarray:
    """Run the event loop for a while and return the times between beats, in ms."""
    from PySide6.QtCore import Qt, QTimer

    beats: list[float] = []
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=BEAT_MS)
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    timer.start()
    _run_loop(app, seconds)
    timer.stop()
    return np.diff(beats) * 1000


def _rate_in_window(app: QApplication, session: Session, seconds: float) -> float:
    """Run the event loop for a while and return the images per second that the run learned from.

    They are counted when the window hears of them, which is several times a second.
    """
    heard: list[tuple[float, int]] = []

    def hear() -> None:
        heard.append((time.perf_counter(), int(session.history.steps.images[-1])))

    session.history_changed.connect(hear)
    _run_loop(app, seconds)
    session.history_changed.disconnect(hear)
    if len(heard) < 2:
        raise SystemExit(
            f"In {seconds:g} s the window heard of the run {len(heard)} times: measure for longer."
        )
    (began, first), (ended, last) = heard[0], heard[-1]
    return (last - first) / (ended - began)


def _seconds_beside_the_run() -> float:
    """Return the processor time of all of this program's threads but those that learn."""
    threads = [one for one in threading.enumerate() if not one.name.startswith(_OF_THE_RUN)]
    clocks = (time.pthread_getcpuclockid(one.ident) for one in threads if one.ident is not None)
    return sum(time.clock_gettime(clock) for clock in clocks)


def _run_loop(app: QApplication, seconds: float) -> None:
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop(app)
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def _rate_seconds(arguments: argparse.Namespace) -> float:
    return min(float(arguments.seconds) / ROUNDS, 10.0)


def _rate_of_child(arguments: argparse.Namespace) -> float:
    command = [*_command(arguments), "--headless", "--seconds", str(_rate_seconds(arguments))]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _command(arguments: argparse.Namespace) -> list[str]:
    """Return how to start this program once more; what is added to it counts."""
    command = [sys.executable, "-m", "benchmarks.ui_latency", "--seconds", str(arguments.seconds)]
    command += ["--design", arguments.design, "--dataset", arguments.dataset]
    return [*command, "--batch-size", str(arguments.batch_size), *(["--smooth"] * arguments.smooth)]


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
    parser.add_argument("--processes", type=int, default=1, help="measure in so many, one after the other")
    parser.add_argument("--design", default="digits-cnn", help="a bundled design")
    parser.add_argument("--dataset", default="digits", help="a data set's name or path")
    parser.add_argument("--batch-size", type=int, default=TrainingSpec().batch_size)
    parser.add_argument("--smooth", action="store_true", help="draw maps ten times a second in any case")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--headless", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--keep", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.processes < 1:
        parser.error(f"--processes must be 1 or more; received {arguments.processes}")
    return arguments


if __name__ == "__main__":
    raise SystemExit(main())
