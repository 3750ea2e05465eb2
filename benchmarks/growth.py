"""How training grows: images/s against batch size, and time of a step against image size.

    python -m benchmarks.growth [--json] [--quick] [--threads N] [--contenders NAME …] [--pictures FOLDER]

Tables go to standard output; with `--pictures` they are also drawn, as growth-batch.png and growth-size.png.
Each figure is the fastest of a few turns: other programs on the machine only ever make one slower.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._chart import Chart
from benchmarks._contenders import Contender, available
from benchmarks._measure import parser
from benchmarks._task import Task
from cnnviz.engine.parallel import default_threads

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

NETWORKS = ("two-conv-rgb", "vgg-small")
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
SIZES = (16, 24, 32, 48, 64, 96, 128)
_SIZE_BATCH = 32

Line = list[tuple[float, float]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print two tables, and draw them where that is wanted."""
    options = _parse(arguments)
    names = available(options.keras_python, options.contenders)
    batch_lines: dict[str, Line] = {f"{name}, {net}": [] for net in NETWORKS for name in names}
    for network in NETWORKS:
        for batch in BATCHES:
            for name, speed in _speeds(Task(network, batch, options.threads), names, options).items():
                batch_lines[f"{name}, {network}"].append((batch, speed))
    print(_table("Training, images/s against batch size", BATCHES, batch_lines), flush=True)
    size_lines: dict[str, Line] = {name: [] for name in names}
    for size in SIZES:
        task = Task(NETWORKS[-1], _SIZE_BATCH, options.threads, size=size)
        for name, speed in _speeds(task, names, options).items():
            size_lines[name].append((size, 1000 * _SIZE_BATCH / speed))
    title = f"{NETWORKS[-1]}, batch {_SIZE_BATCH}: ms for a step against image size"
    print(_table(title, SIZES, size_lines), flush=True)
    if options.pictures is not None:
        chart = Chart("Training with Adam", "images in a batch", "images/s", batch_lines)
        chart.save(options.pictures / "growth-batch.png")
        chart = Chart(title, "height and width of the images", "ms for a step", size_lines)
        chart.save(options.pictures / "growth-size.png")
    if options.json:
        print(json.dumps({"threads": options.threads, "batch": batch_lines, "size": size_lines}))
    return 0


def _speeds(task: Task, names: Sequence[str], options: argparse.Namespace) -> dict[str, float]:
    turns, seconds = (2, 0.2) if options.quick else (5, 0.5)
    speeds = dict.fromkeys(names, 0.0)
    with contextlib.ExitStack() as stack:
        contenders = [stack.enter_context(Contender(name, task, options.keras_python)) for name in names]
        for _ in range(turns):
            for contender in contenders:
                speeds[contender.name] = max(
                    speeds[contender.name], contender.turn(seconds, options.cpu_time)
                )
    print(f"{task.network}, batch {task.batch}, size {task.size or 'own'}: done", file=sys.stderr)
    return speeds


def _table(title: str, places: Sequence[int], lines: dict[str, Line]) -> str:
    rows = [title, f"{'':<34}" + "".join(f"{place:>9,}" for place in places)]
    rows.extend(
        f"{name:<34}" + "".join(f"{value:>9,.1f}" for _, value in line) for name, line in lines.items()
    )
    return "\n".join(rows)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    result = parser("growth", __doc__)
    result.add_argument("--threads", type=int, default=default_threads(), metavar="N")
    result.add_argument("--pictures", type=Path, metavar="FOLDER", help="draw the tables there")
    return result.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
