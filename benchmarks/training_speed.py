"""Images per second of whole training steps with Adam, against PyTorch and Keras where they are installed.

    python -m benchmarks.training_speed [--json] [--quick] [--threads N …] [--networks NAME …] [--batches N …]
                                        [--keras-python PATH] [--contenders NAME …]

The contenders take turns. Each figure is the median over the turns, ± half of the middle 50 %; a ratio is the
median of the turns' own ratios, and once more that of the fastest turns, which other programs on the machine
disturbed least. Without `--threads` everything is measured with all cores and then with one. Progress goes to
standard error.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from benchmarks._contenders import OWN, available
from benchmarks._measure import flops, measure, parser, sgemm_peak, table
from benchmarks._task import Task
from cnnviz.engine.parallel import default_threads

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

NETWORKS = ("lenet5", "two-conv", "two-conv-rgb", "vgg-small")
BATCHES = (32, 128)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every row, print a table for each number of threads, and with `--json` one JSON object."""
    options = _parse(arguments)
    names = available(options.keras_python, options.contenders)
    results: list[dict[str, Any]] = []
    peaks: dict[int, float] = {}
    for threads in options.threads:
        peaks[threads] = sgemm_peak(threads)
        rows = [
            _row(Task(network, batch, threads), names, peaks[threads], options)
            for network in options.networks
            for batch in options.batches
        ]
        title = f"Training with Adam, images/s, {threads} thread(s), sgemm {peaks[threads]} GFLOP/s"
        print(table(title, rows, names), flush=True)
        results.extend(rows)
    if options.json:
        print(json.dumps({"sgemm_gflops": peaks, "rows": results}))
    return 0


def _row(task: Task, names: Sequence[str], peak: float, options: argparse.Namespace) -> dict[str, Any]:
    turns, seconds = (3, 0.4) if options.quick else (options.turns, 1.0)
    row = measure(task, names, turns, seconds, options.keras_python, options.cpu_time)
    row["share_of_sgemm"] = round(row["images_per_second"][OWN] * flops(task) / peak / 1e9, 3)
    print(f"{task.network}, batch {task.batch}, {task.threads} thread(s): done", file=sys.stderr)
    return row


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    result = parser("training_speed", __doc__)
    all_cores = default_threads()
    threads = (all_cores, 1) if all_cores > 1 else (1,)
    result.add_argument("--threads", nargs="+", type=int, default=threads, metavar="N")
    result.add_argument("--turns", type=int, default=9, metavar="N")
    result.add_argument("--networks", nargs="+", default=NETWORKS, metavar="NAME")
    result.add_argument("--batches", nargs="+", type=int, default=BATCHES, metavar="N")
    return result.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
