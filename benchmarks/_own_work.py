"""The work as this program does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks._task import SEED, Task, Work
from cnnviz.data.dataset import Dataset, Split
from cnnviz.engine.build import build
from cnnviz.engine.optimizers import make_optimizer
from cnnviz.engine.parallel import Executor
from cnnviz.engine.workspace import Workspace
from cnnviz.spec.trace import trace
from cnnviz.spec.training import Adam, TrainingSpec
from cnnviz.training.events import Failed
from cnnviz.training.loop import train

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.engine.network import Network
    from cnnviz.engine.types import Array


def make_step(task: Task) -> Callable[[], object]:
    """Return the function that does the work once."""
    if task.work is Work.RUN:
        return _running(task)
    network = build(task.spec, np.random.default_rng(SEED))
    x, y = task.batch_arrays()
    if task.work is Work.LOOK:
        threadpool_limits(limits=1, user_api="blas")  # as the program does
        return _looking(network, x)
    executor = Executor(network, task.threads).__enter__()
    if task.work is Work.EVALUATE:
        return lambda: executor.evaluate([x], y)
    optimizer = make_optimizer(Adam(learning_rate=0.001), network.parameters)
    rng = np.random.default_rng(SEED)

    def step() -> None:
        optimizer.step(executor.step(x, y, rng).gradients)

    return step


def _looking(network: Network, x: Array) -> Callable[[], object]:
    """Return outputs that are valid until the next look."""
    workspace = Workspace()

    def look() -> dict[str, Array]:
        outputs: dict[str, Array] = {}
        network.record(x, taps=outputs.__setitem__, workspace=workspace)
        return outputs

    return look


def _running(task: Task) -> Callable[[], object]:
    count, image = 3 * task.batch, task.spec.input
    images = np.zeros((count + 258, image.height, image.width, image.channels), np.uint8)
    images[:] = np.random.default_rng(SEED).integers(0, 255, image.shape, np.uint8)
    classes = trace(task.spec).output_shape
    if classes is None:
        raise ValueError(f"{task.network} cannot be trained.")
    labels = np.arange(len(images)) % classes[0]
    names = tuple(str(number) for number in range(classes[0]))
    parts = np.split(np.arange(len(images)), (count, count + 256))
    dataset = Dataset("noise", "Noise", images, labels, names, dict(zip(Split, parts, strict=True)))
    training = TrainingSpec(epochs=1, batch_size=task.batch)

    def run() -> None:
        network = build(task.spec, np.random.default_rng(SEED))
        for event in train(network, dataset, training, threads=task.threads):
            if isinstance(event, Failed):
                raise RuntimeError(event.reason)

    return run
