"""The work as this program does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks._task import SEED, Task, Work
from cnnviz.engine.build import build
from cnnviz.engine.optimizers import make_optimizer
from cnnviz.engine.parallel import Executor
from cnnviz.spec.training import Adam

if TYPE_CHECKING:
    from collections.abc import Callable


def make_step(task: Task) -> Callable[[], object]:
    """Return the function that does the work once."""
    network = build(task.spec, np.random.default_rng(SEED))
    x, y = task.batch_arrays()
    if task.work is Work.LOOK:
        threadpool_limits(limits=task.threads, user_api="blas")
        return lambda: network.activations(x)
    executor = Executor(network, task.threads).__enter__()
    if task.work is Work.EVALUATE:
        return lambda: executor.evaluate([x], y)
    optimizer = make_optimizer(Adam(learning_rate=0.001), network.parameters)
    rng = np.random.default_rng(SEED)

    def step() -> None:
        optimizer.step(executor.step(x, y, rng).gradients)

    return step
