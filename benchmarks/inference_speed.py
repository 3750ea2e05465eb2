"""Looking at one image through all layers, and evaluating many, against PyTorch and Keras where installed.

    python -m benchmarks.inference_speed [--json] [--quick] [--threads N] [--networks NAME …]
                                         [--keras-python PATH] [--contenders NAME …]

The first table is what the inspector needs: one image forward with the outputs of all layers kept. The second
is the evaluation of a data set in batches of 256, with loss and right answers; its last column is the time
for 10,000 images. Medians and ratios are those of `benchmarks.training_speed`.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from benchmarks._contenders import OWN, available
from benchmarks._measure import flops, measure, parser, sgemm_peak, table
from benchmarks._task import Task, Work
from benchmarks.training_speed import NETWORKS
from cnnviz.engine.parallel import default_threads

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

_IMAGES = 10_000
_TITLES = {
    Work.LOOK: "One image forward with the outputs of all layers, images/s",
    Work.EVALUATE: "Evaluation in batches of 256, images/s",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every row, print two tables, and with `--json` one JSON object as the last line."""
    options = _parse(arguments)
    names = available(options.keras_python, options.contenders)
    peak = sgemm_peak(options.threads)
    results: dict[str, list[dict[str, Any]]] = {}
    for work, batch in ((Work.LOOK, 1), (Work.EVALUATE, 256)):
        rows = results[work.value] = [
            _row(Task(network, batch, options.threads, work), names, peak, options)
            for network in options.networks
        ]
        title = f"{_TITLES[work]}, {options.threads} thread(s), sgemm {peak} GFLOP/s"
        print(table(title, rows, names), flush=True)
    for row in results[Work.EVALUATE.value]:
        times = ", ".join(f"{name} {_IMAGES / row['images_per_second'][name]:.2f} s" for name in names)
        print(f"{_IMAGES:,} images through {row['network']}: {times}")
    if options.json:
        print(json.dumps({"sgemm_gflops": peak, **results}))
    return 0


def _row(task: Task, names: Sequence[str], peak: float, options: argparse.Namespace) -> dict[str, Any]:
    turns, seconds = (3, 0.3) if options.quick else (9, 0.6)
    row = measure(task, names, turns, seconds, options.keras_python, options.cpu_time)
    row["share_of_sgemm"] = round(row["images_per_second"][OWN] * flops(task) / peak / 1e9, 3)
    print(f"{task.network}, {task.work.value}: done", file=sys.stderr)
    return row


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    result = parser("inference_speed", __doc__)
    result.add_argument("--threads", type=int, default=default_threads(), metavar="N")
    result.add_argument("--networks", nargs="+", default=(*NETWORKS, "digits-cnn", "alexnet"), metavar="NAME")
    return result.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
