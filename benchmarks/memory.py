"""Peak memory of training, against PyTorch where it is installed and against the estimate shown to users.

    python -m benchmarks.memory [--json] [--quick] [--threads N] [--networks NAME …] [--batches N …]
    python -m benchmarks.memory --random N [--json] [--threads N]

Every figure comes from a process of its own and is the peak of its resident memory less what it had when its
imports were done. `step` columns repeat training steps with Adam. The `run` column is a whole run with an
evaluation and the copies of good weights it keeps, without the images of its data set; the estimate is for
that. Wanted: 1 to 1.25 times.
With `--random`, so many designs made up by chance take the place of the bundled ones, each with a batch of a
size of its own. With `--quick` PyTorch is left out.
"""

from __future__ import annotations

import itertools
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._contenders import OWN, TORCH, Contender, available
from benchmarks._measure import parser
from benchmarks._random_designs import random_batch, random_design
from benchmarks._task import Task, Work
from benchmarks.training_speed import BATCHES, NETWORKS
from cnnviz.engine.parallel import default_threads
from cnnviz.spec.io import save
from cnnviz.spec.memory import training_bytes
from cnnviz.spec.training import Adam

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

_MEGABYTE = 1e6
_STEPS = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every row, print the table, and with `--json` one JSON object as the last line."""
    options = _parse(arguments)
    has_torch = TORCH[0] in available() and not options.quick and not options.random
    print(f"Peak memory while training with Adam, MB, {options.threads} thread(s)")
    print(
        f"{'network':<16}{'batch':>6}{'step':>10}{'torch':>10}{'ratio':>8}{'run':>10}{'estimate':>10}{'ratio':>8}"
    )
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for task in _tasks(options, Path(folder)):
            row = _measure(task, has_torch)
            rows.append(row)
            print(_line(row), flush=True)
    ratios = [row["estimate"] / row["run"] for row in rows]
    print(f"estimate to run: {min(ratios):.2f} to {max(ratios):.2f}, median {statistics.median(ratios):.2f}")
    if options.json:
        print(json.dumps({"threads": options.threads, "rows": rows}))
    return 0


def _tasks(options: argparse.Namespace, folder: Path) -> list[Task]:
    if not options.random:
        pairs = itertools.product(options.networks, options.batches)
        return [Task(network, batch, options.threads) for network, batch in pairs]
    paths = [folder / f"random-{seed}.json" for seed in range(options.random)]
    for seed, path in enumerate(paths):
        save(random_design(seed), path)
    return [Task(str(path), random_batch(seed), options.threads) for seed, path in enumerate(paths)]


def _measure(task: Task, has_torch: bool) -> dict[str, Any]:
    run = Task(task.network, task.batch, task.threads, Work.RUN)
    estimate = training_bytes(task.spec, task.batch, task.threads, Adam())
    return {
        "network": Path(task.network).stem,
        "batch": task.batch,
        "step": _peak(OWN, task, _STEPS),
        "torch_step": _peak(TORCH[0], task, _STEPS) if has_torch else None,
        "run": _peak(OWN, run, 1),
        "estimate": estimate.total,
    }


def _peak(name: str, task: Task, steps: int) -> int:
    with Contender(name, task) as contender:
        answer = contender.memory(steps)
    print(f"{name}, {Path(task.network).stem}, batch {task.batch}, {task.work}: done", file=sys.stderr)
    return int(answer["peak"] - answer["imported"])


def _line(row: dict[str, Any]) -> str:
    torch = row["torch_step"]
    peer = f"{torch / _MEGABYTE:>10,.0f}{row['step'] / torch:>8.2f}" if torch else f"{'-':>10}{'-':>8}"
    return (
        f"{row['network']:<16}{row['batch']:>6}{row['step'] / _MEGABYTE:>10,.0f}{peer}"
        f"{row['run'] / _MEGABYTE:>10,.0f}{row['estimate'] / _MEGABYTE:>10,.0f}"
        f"{row['estimate'] / row['run']:>8.2f}"
    )


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    result = parser("memory", __doc__)
    result.add_argument("--threads", type=int, default=default_threads(), metavar="N")
    result.add_argument(
        "--networks", nargs="+", default=(*NETWORKS, "digits-cnn", "alexnet-small"), metavar="NAME"
    )
    result.add_argument("--batches", nargs="+", type=int, default=BATCHES, metavar="N")
    result.add_argument("--random", type=int, default=0, metavar="N", help="so many made-up designs")
    return result.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
