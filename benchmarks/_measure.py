"""Turns, ratios and tables, the same for every program that compares speeds."""

from __future__ import annotations

import argparse
import contextlib
import statistics
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks._contenders import KERAS_PYTHON, OWN, Contender
from benchmarks._task import Task, Work
from cnnviz.spec.trace import trace

if TYPE_CHECKING:
    from collections.abc import Sequence


def measure(
    task: Task,
    names: Sequence[str],
    turns: int,
    seconds: float,
    keras_python: str | None,
    cpu_time: bool = False,
) -> dict[str, Any]:
    """Return one row: images/s of each contender, and this program's ratio to each peer and to the best.

    Contenders take turns, so that a change in the machine's speed meets all of them.
    """
    speeds: dict[str, list[float]] = {name: [] for name in names}
    with contextlib.ExitStack() as stack:
        contenders = [stack.enter_context(Contender(name, task, keras_python)) for name in names]
        for contender in contenders:
            contender.turn(seconds / 2, cpu_time)
        for _ in range(turns):
            for contender in contenders:
                speeds[contender.name].append(contender.turn(seconds, cpu_time))
    own, peers = speeds[OWN], [name for name in names if name != OWN]
    row: dict[str, Any] = {
        "network": task.network,
        "batch": task.batch,
        "threads": task.threads,
        "images_per_second": {name: round(statistics.median(values), 1) for name, values in speeds.items()},
        "fastest_turn": {name: round(max(values), 1) for name, values in speeds.items()},
        "spread": {name: round(_spread(values), 3) for name, values in speeds.items()},
        "ratio": {name: round(_ratio(own, speeds[name]), 3) for name in peers},
        "ratio_of_best_turns_to": {name: round(max(own) / max(speeds[name]), 3) for name in peers},
    }
    if peers:
        best = [max(values) for values in zip(*(speeds[name] for name in peers), strict=True)]
        row["ratio_to_best"] = round(_ratio(own, best), 3)
        row["ratio_of_best_turns"] = round(max(own) / max(best), 3)
    return row


def flops(task: Task) -> float:
    """Return the multiplications and additions that one image costs by the definition of its layers.

    Forward, the gradient of the weights and that of the input cost the same; the first layer with weights
    needs no gradient of its input.
    """
    costs = [record.multiply_adds for record in trace(task.spec).layers if record.parameters]
    return 2.0 * (3 * sum(costs) - costs[0] if task.work is Work.TRAIN else sum(costs))


def sgemm_peak(threads: int) -> float:
    """Return how many GFLOP/s NumPy's matrix product reaches here at its best."""
    size = 1024
    a = np.random.default_rng(0).random((size, size), dtype=np.float32)
    out = np.empty_like(a)
    durations = []
    with threadpool_limits(limits=threads, user_api="blas"):
        for _ in range(100):
            start = time.perf_counter()
            np.matmul(a, a, out=out)
            durations.append(time.perf_counter() - start)
    return round(2 * size**3 / min(durations) / 1e9, 1)


def table(title: str, rows: Sequence[dict[str, Any]], names: Sequence[str]) -> str:
    """Return the rows as text, a figure for each contender and the ratios."""
    head = f"{'network':<14}{'batch':>6}" + "".join(f"{name:>22}" for name in names)
    lines = [title, head + f"{'ratio to best':>15}{'of best turns':>15}{'of sgemm':>10}"]
    for row in rows:
        speeds = ((row["images_per_second"][name], row["spread"][name]) for name in names)
        cells = "".join(f"{speed:>14,.0f} ±{spread:>5.1%}".rjust(22) for speed, spread in speeds)
        ratios = "".join(f"{row.get(key, '-'):>15}" for key in ("ratio_to_best", "ratio_of_best_turns"))
        share = f"{row['share_of_sgemm']:>10.0%}" if "share_of_sgemm" in row else f"{'-':>10}"
        lines.append(f"{row['network']:<14}{row['batch']:>6}{cells}{ratios}{share}")
    for name in names:
        if name != OWN:
            mean = statistics.geometric_mean(row["ratio"][name] for row in rows)
            best = statistics.geometric_mean(row["ratio_of_best_turns_to"][name] for row in rows)
            lines.append(f"geometric mean of the ratios to {name}: {mean:.2f} (of best turns: {best:.2f})")
    return "\n".join(lines)


def parser(program: str, description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options that all programs share."""
    result = argparse.ArgumentParser(prog=f"python -m benchmarks.{program}", description=description)
    result.formatter_class = argparse.RawDescriptionHelpFormatter
    result.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    result.add_argument("--quick", action="store_true", help="fewer and shorter turns")
    result.add_argument(
        "--keras-python",
        metavar="PATH",
        help=f"a Python that has Keras and TensorFlow (or set {KERAS_PYTHON}); measured too where given",
    )
    result.add_argument(
        "--cpu-time",
        action="store_true",
        help="measure the processor's time instead of that of the clock: for one thread on a busy machine",
    )
    result.add_argument("--contenders", nargs="+", default=(), metavar="NAME", help="only these")
    return result


def _ratio(own: list[float], other: list[float]) -> float:
    return statistics.median(mine / theirs for mine, theirs in zip(own, other, strict=True))


def _spread(values: list[float]) -> float:
    low, high = np.percentile(values, (25, 75))
    return float((high - low) / 2 / statistics.median(values))
