"""What varying the training images costs: whole training steps with and without it, on the two-conv network.

    python -m benchmarks.augmenting_cost [--json] [--turns N] [--steps N] [--batch N]

Images are 28×28×1, made from a seed. The ways to vary them take turns, so that a change in the machine's
speed meets all of them; the share of the throughput that is lost is the median over the turns, against the
plain steps of the same turn, and once more that of the fastest turns, which other programs on the machine
disturbed least. The goal is at most 15 %.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.cli.networks import load_design
from cnnviz.data.dataset import Dataset, Split
from cnnviz.engine.build import build
from cnnviz.spec.augmenting import Augmenting
from cnnviz.spec.training import TrainingSpec
from cnnviz.training.events import StepDone
from cnnviz.training.loop import train
from cnnviz.training.random_state import initial_rng

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PLAIN = "off"
WAYS = {
    PLAIN: Augmenting(),
    "shift and rotate": Augmenting(shift=0.1, rotate=15),
    "all": Augmenting(
        shift=0.1,
        rotate=15,
        scale=0.1,
        shear=10,
        elastic=0.05,
        flip_horizontal=True,
        flip_vertical=True,
        contrast=0.3,
        brightness=0.1,
        noise=0.05,
        cutout=0.3,
    ),
}
_IMAGES = 8_192


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a line for each way, and with `--json` one JSON object as the last line."""
    options = _parse(arguments)
    times = _measure(options)
    rows: dict[str, Any] = {}
    for name, seconds in times.items():
        slower = statistics.median(own / plain for own, plain in zip(seconds, times[PLAIN], strict=True))
        best = min(seconds) / min(times[PLAIN])
        speed = options.batch * options.steps / statistics.median(seconds)
        lost, least = 1 - 1 / slower, 1 - 1 / best
        rows[name] = {
            "images_per_second": round(speed),
            "throughput_lost": round(lost, 4),
            "lost_of_best_turns": round(least, 4),
        }
        print(f"{name:<18}{speed:>8,.0f} images/s{lost:>8.1%} lost{least:>8.1%} of the best turns")
    if options.json:
        print(json.dumps(rows))
    return 0


def _measure(options: argparse.Namespace) -> dict[str, list[float]]:
    """Return the seconds that `options.steps` steps took in each turn, by the way images were varied."""
    dataset = _dataset()
    runs = {name: _steps(dataset, way, options.batch) for name, way in WAYS.items()}
    times: dict[str, list[float]] = {name: [] for name in WAYS}
    for run in runs.values():
        _take(run, options.steps)
    for _ in range(options.turns):
        for name, run in runs.items():
            times[name].append(_take(run, options.steps))
    return times


def _steps(dataset: Dataset, way: Augmenting, batch: int) -> Iterator[object]:
    spec = load_design("two-conv")
    training = TrainingSpec(batch_size=batch, epochs=1_000, augmenting=way)
    events = train(build(spec, initial_rng(0)), dataset, training)
    return (event for event in events if isinstance(event, StepDone))


def _take(run: Iterator[object], steps: int) -> float:
    """Return the time of so many steps, by the clock."""
    start = time.perf_counter()
    for _ in itertools.islice(run, steps):
        pass
    return time.perf_counter() - start


def _dataset() -> Dataset:
    rng = np.random.default_rng(0)
    order = np.arange(_IMAGES + 20)
    return Dataset(
        name="noise",
        title="Noise",
        images=rng.integers(0, 256, (len(order), 28, 28, 1), dtype=np.uint8),
        labels=rng.integers(0, 10, len(order)),
        class_names=tuple("0123456789"),
        splits={Split.TRAIN: order[20:], Split.VALIDATION: order[:10], Split.TEST: order[10:20]},
    )


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.augmenting_cost", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--turns", type=int, default=15, metavar="N")
    parser.add_argument("--steps", type=int, default=20, metavar="N", help="in each turn (default: 20)")
    parser.add_argument("--batch", type=int, default=128, metavar="N")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
