"""How training grows: images/s against batch size, and time of a step against image size.

    python -m benchmarks.growth [--json] [--quick] [--threads N] [--contenders NAME …] [--pictures FOLDER]

Tables go to standard output; with `--pictures` they are also drawn, as growth-batch-N.png and
growth-size-N.png for N threads. Each figure is the fastest of a few turns: other programs on the machine only
ever make one slower. Below each line stands how this program cuts the batch (lanes × shards × images) and how
it computes each convolution: w over the whole image, r by rows, T by Winograd's transforms. Without
`--contenders` PyTorch channels-last is measured beside this program, where it is installed. A number of
threads takes about three minutes on two cores.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._chart import Chart
from benchmarks._contenders import OWN, TORCH, Contender, available
from benchmarks._measure import parser
from benchmarks._task import Task
from cnnviz.engine.parallel import cut, default_threads
from cnnviz.spec.conv_buffers import Method, convolution_method
from cnnviz.spec.layers import Conv2D
from cnnviz.spec.trace import trace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

NETWORKS = ("two-conv-rgb", "vgg-small")
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
SIZES = (16, 24, 32, 48, 64, 96, 128)
SIZE_BATCH = 32
_LETTERS = {Method.WHOLE: "w", Method.ROWS: "r", Method.WINOGRAD: "T"}

Line = list[tuple[float, float]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print two tables, and draw them where that is wanted."""
    options = _parse(arguments)
    names = available(options.keras_python, options.contenders or (OWN, TORCH[1]))
    by_batch = [Task(network, batch, options.threads) for network in NETWORKS for batch in BATCHES]
    by_size = [Task(NETWORKS[-1], SIZE_BATCH, options.threads, size=size) for size in SIZES]
    with contextlib.ExitStack() as stack:
        contenders = [
            stack.enter_context(Contender(name, by_batch[0], options.keras_python)) for name in names
        ]
        speeds = {task: _speeds(task, contenders, options) for task in (*by_batch, *by_size)}
    batch_lines: dict[str, Line] = {
        f"{name}, {network}": [
            (task.batch, speeds[task][name]) for task in by_batch if task.network == network
        ]
        for network in NETWORKS
        for name in names
    }
    size_lines: dict[str, Line] = {
        name: [(task.size or 0, 1000 * task.batch / speeds[task][name]) for task in by_size] for name in names
    }
    print(f"{options.threads} thread(s)")
    print(_table("Training with Adam, images/s against batch size", BATCHES, batch_lines))
    for network in NETWORKS:
        print(_plans(network, [task for task in by_batch if task.network == network]))
    title = f"{NETWORKS[-1]}, batch {SIZE_BATCH}: ms for a step against image size"
    print(_table(title, SIZES, size_lines))
    print(_plans(NETWORKS[-1], by_size))
    if options.pictures is not None:
        _draw(options, title, batch_lines, size_lines)
    if options.json:
        print(json.dumps({"threads": options.threads, "batch": batch_lines, "size": size_lines}))
    return 0


def _speeds(task: Task, contenders: Sequence[Contender], options: argparse.Namespace) -> dict[str, float]:
    turns, seconds = (2, 0.2) if options.quick else (3, 0.3)
    speeds = {contender.name: 0.0 for contender in contenders}
    for contender in contenders:
        contender.take(task)
    for _ in range(turns):
        for contender in contenders:
            speed = contender.turn(seconds, options.cpu_time)
            speeds[contender.name] = max(speeds[contender.name], speed)
    print(f"{task.network}, batch {task.batch}, size {task.size or 'own'}: done", file=sys.stderr)
    return speeds


def _draw(
    options: argparse.Namespace, title: str, batch_lines: dict[str, Line], size_lines: dict[str, Line]
) -> None:
    threads = f"{options.threads} thread{'' if options.threads == 1 else 's'}"
    chart = Chart(f"Training with Adam, {threads}", "images in a batch", "images/s", batch_lines)
    chart.save(options.pictures / f"growth-batch-{options.threads}.png")
    chart = Chart(f"{title}, {threads}", "height and width of the images", "ms for a step", size_lines)
    chart.save(options.pictures / f"growth-size-{options.threads}.png")


def _table(title: str, places: Sequence[int], lines: dict[str, Line]) -> str:
    rows = [title, f"{'':<34}" + "".join(f"{place:>9,}" for place in places)]
    rows.extend(
        f"{name:<34}" + "".join(f"{value:>9,.1f}" for _, value in line) for name, line in lines.items()
    )
    return "\n".join(rows)


def _plans(network: str, tasks: Sequence[Task]) -> str:
    """Return two rows: how each batch is cut, and how its convolutions are computed."""
    cuts, methods = [], []
    for task in tasks:
        traced = trace(task.spec)
        lanes = cut(task.batch, task.threads, traced.multiply_adds)
        images = max(shard.stop - shard.start for lane in lanes for shard in lane)
        cuts.append(f"{len(lanes)}×{len(lanes[0])}×{images}")
        methods.append(
            "".join(
                _LETTERS[convolution_method(record.layer, record.input_shape, images)]
                for record in traced.walk()
                if isinstance(record.layer, Conv2D) and record.input_shape is not None
            )
        )
    head = f"  {network}: "
    return "\n".join(
        f"{head + what:<34}" + "".join(f"{cell:>9}" for cell in cells)
        for what, cells in (("lanes×shards×images", cuts), ("convolutions", methods))
    )


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    result = parser("growth", __doc__)
    result.add_argument("--threads", type=int, default=default_threads(), metavar="N")
    result.add_argument("--pictures", type=Path, metavar="FOLDER", help="draw the tables there")
    return result.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
