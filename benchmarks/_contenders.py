"""Whole training steps of one design in one program, measured in a process of its own.

Each contender waits in its own process while another one runs, so that no idle thread pool disturbs a turn.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import multiprocessing
import os
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.resource_files import resource_path
from cnnviz.spec.io import load
from cnnviz.spec.training import Adam

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from cnnviz.spec.network import NetworkSpec

CLASSES = 10
_SEED = 0
_WARM_UP_SECONDS = 0.15


@dataclasses.dataclass(frozen=True, slots=True)
class Task:
    """What is trained: a bundled design, images in a batch, threads."""

    network: str
    batch: int
    threads: int

    @property
    def spec(self) -> NetworkSpec:
        """The design."""
        return load(resource_path("networks", f"{self.network}.json"))


def available() -> tuple[str, ...]:
    """Return the contenders that can run here; `cnnviz` comes first."""
    torch = ("torch", "torch channels-last") if importlib.util.find_spec("torch") else ()
    return ("cnnviz", *torch)


class Contender:
    """One program with one task, ready to take its turns. Use it as a context manager."""

    def __init__(self, name: str, task: Task) -> None:
        context = multiprocessing.get_context("spawn")
        self.name = name
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, name, task), daemon=True)

    def __enter__(self) -> Contender:
        os.environ["OMP_NUM_THREADS"] = str(os.cpu_count())
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.send(None)
        self._process.join()

    def turn(self, seconds: float) -> float:
        """Train for about `seconds` and return images per second."""
        self._pipe.send(seconds)
        return float(self._pipe.recv())


def _serve(pipe: Connection, name: str, task: Task) -> None:
    step = _cnnviz_step(task) if name == "cnnviz" else _torch_step(task, "channels-last" in name)
    while (seconds := pipe.recv()) is not None:
        _repeat(step, _WARM_UP_SECONDS)
        pipe.send(_repeat(step, seconds) * task.batch)


def _repeat(step: Callable[[], object], seconds: float) -> float:
    """Return steps per second: the median over the steps, which a short disturbance does not move."""
    durations: list[float] = []
    start = now = time.perf_counter()
    while now - start < seconds or len(durations) < 2:
        step()
        before, now = now, time.perf_counter()
        durations.append(now - before)
    return float(1 / np.median(durations))


def _batch(task: Task) -> tuple[Any, Any]:
    """Return images (C, H, W, N) and labels (N,), the same for every contender."""
    rng = np.random.default_rng(_SEED)
    shape = (task.spec.input.channels, task.spec.input.height, task.spec.input.width, task.batch)
    return rng.random(shape, dtype=np.float32), rng.integers(0, CLASSES, task.batch)


def _cnnviz_step(task: Task) -> Callable[[], object]:
    from cnnviz.engine.build import build
    from cnnviz.engine.optimizers import make_optimizer
    from cnnviz.engine.parallel import Executor

    network = build(task.spec, np.random.default_rng(_SEED))
    optimizer = make_optimizer(Adam(learning_rate=0.001), network.parameters)
    executor = Executor(network, task.threads).__enter__()
    x, y = _batch(task)
    rng = np.random.default_rng(_SEED)

    def step() -> None:
        optimizer.step(executor.step(x, y, rng).gradients)

    return step


def _torch_step(task: Task, channels_last: bool) -> Callable[[], object]:
    import torch

    from tests.helpers.torch_twin import to_torch_images, torch_module

    torch.set_num_threads(task.threads)
    torch.manual_seed(_SEED)
    images, labels = _batch(task)
    x, y = to_torch_images(torch, images), torch.from_numpy(labels)
    module = torch_module(torch, task.spec).train()
    if channels_last:
        x = x.to(memory_format=torch.channels_last)
        module = module.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(module.parameters(), lr=0.001)

    def step() -> None:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(module(x), y)
        loss.backward()
        optimizer.step()
        loss.item()

    return step
