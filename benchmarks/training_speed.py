"""Images per second of whole training steps with Adam, against PyTorch where it is installed.

    python -m benchmarks.training_speed [--json] [--quick] [--threads N] [--networks NAME …] [--batches N …]

The contenders take turns, so that a change in the machine's speed meets all of them. Each figure is the
median over the turns; a ratio is the median of the turns' own ratios, and once more that of the best turns,
which other programs on the machine disturbed least. Progress goes to standard error.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks._contenders import Contender, Task, available
from cnnviz.engine.parallel import default_threads
from cnnviz.spec.trace import trace

if TYPE_CHECKING:
    from collections.abc import Sequence

NETWORKS = ("lenet5", "two-conv", "two-conv-rgb", "vgg-small")
BATCHES = (32, 128)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every row, print the table, and with `--json` one JSON object as the last line."""
    options = _parse(arguments)
    turns, seconds = (3, 0.4) if options.quick else (9, 1.0)
    peak = sgemm_peak(options.threads)
    rows = []
    for network in options.networks:
        for batch in options.batches:
            task = Task(network, batch, options.threads)
            rows.append(measure(task, turns, seconds, peak))
            print(f"{network}, batch {batch}: done", file=sys.stderr)
    print(table(rows, options.threads, peak))
    if options.json:
        print(json.dumps({"threads": options.threads, "sgemm_gflops": peak, "rows": rows}))
    return 0


def measure(task: Task, turns: int, seconds: float, peak: float) -> dict[str, Any]:
    """Return one row: images/s of each contender, and this program's ratio to each peer and to the best."""
    names = available()
    speeds: dict[str, list[float]] = {name: [] for name in names}
    with contextlib.ExitStack() as stack:
        contenders = [stack.enter_context(Contender(name, task)) for name in names]
        for contender in contenders:
            contender.turn(seconds / 2)
        for _ in range(turns):
            for contender in contenders:
                speeds[contender.name].append(contender.turn(seconds))
    own = speeds[names[0]]
    row: dict[str, Any] = {
        "network": task.network,
        "batch": task.batch,
        "images_per_second": {name: round(statistics.median(values), 1) for name, values in speeds.items()},
        "spread": {name: round(_spread(values), 3) for name, values in speeds.items()},
        "ratio": {name: round(_ratio(own, speeds[name]), 3) for name in names[1:]},
        "share_of_sgemm": round(statistics.median(own) * flops(task) / (peak * 1e9), 3),
    }
    if names[1:]:
        best = [max(values) for values in zip(*(speeds[name] for name in names[1:]), strict=True)]
        row["ratio_to_best"] = round(_ratio(own, best), 3)
        row["ratio_of_best_turns"] = round(max(own) / max(best), 3)
    return row


def flops(task: Task) -> float:
    """Return the multiplications and additions of one image's training step.

    Forward, the gradient of the weights and that of the input cost the same; the first layer with weights
    needs no gradient of its input.
    """
    costs = [record.multiply_adds for record in trace(task.spec).layers if record.parameters]
    return 2.0 * (3 * sum(costs) - costs[0])


def sgemm_peak(threads: int) -> float:
    """Return how many GFLOP/s NumPy's matrix product reaches here."""
    size = 1024
    a = np.random.default_rng(0).random((size, size), dtype=np.float32)
    out = np.empty_like(a)
    durations = []
    with threadpool_limits(limits=threads, user_api="blas"):
        for _ in range(40):
            start = time.perf_counter()
            np.matmul(a, a, out=out)
            durations.append(time.perf_counter() - start)
    return round(2 * size**3 / statistics.median(durations) / 1e9, 1)


def table(rows: list[dict[str, Any]], threads: int, peak: float) -> str:
    """Return the rows as text."""
    names = available()
    head = f"{'network':<14}{'batch':>6}" + "".join(f"{name:>22}" for name in names)
    lines = [
        f"Training with Adam, images/s (± half of the middle 50 %), {threads} threads, sgemm {peak} GFLOP/s",
        head + f"{'ratio to best':>15}{'of best turns':>15}{'of sgemm':>10}",
    ]
    for row in rows:
        speeds = ((row["images_per_second"][name], row["spread"][name]) for name in names)
        cells = "".join(f"{speed:>14,.0f} ±{spread:>5.1%}".rjust(22) for speed, spread in speeds)
        ratios = "".join(f"{row.get(key, '-'):>15}" for key in ("ratio_to_best", "ratio_of_best_turns"))
        lines.append(f"{row['network']:<14}{row['batch']:>6}{cells}{ratios}{row['share_of_sgemm']:>10.0%}")
    for name in names[1:]:
        mean = statistics.geometric_mean(row["ratio"][name] for row in rows)
        lines.append(f"geometric mean of the ratios to {name}: {mean:.2f}")
    return "\n".join(lines)


def _ratio(own: list[float], other: list[float]) -> float:
    return statistics.median(mine / theirs for mine, theirs in zip(own, other, strict=True))


def _spread(values: list[float]) -> float:
    low, high = np.percentile(values, (25, 75))
    return float((high - low) / 2 / statistics.median(values))


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training_speed", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter turns")
    parser.add_argument("--threads", type=int, default=default_threads(), help="threads of every contender")
    parser.add_argument("--networks", nargs="+", default=NETWORKS, metavar="NAME")
    parser.add_argument("--batches", nargs="+", type=int, default=BATCHES, metavar="N")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
