"""The work as PyTorch does it, eagerly, in its default layout or channels-last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from benchmarks._task import SEED, Task, Work
from tests.helpers.torch_twin import to_torch_images, torch_module

if TYPE_CHECKING:
    from collections.abc import Callable


def make_step(task: Task, layout: Any = torch.contiguous_format) -> Callable[[], object]:
    """Return the function that does the work once."""
    torch.set_num_threads(task.threads)
    torch.manual_seed(SEED)
    images, labels = task.batch_arrays()
    x, y = to_torch_images(torch, images).to(memory_format=layout), torch.from_numpy(labels)
    module = torch_module(torch, task.spec).to(memory_format=layout)
    if task.work is Work.TRAIN:
        return _training(module.train(), x, y)
    module.eval()
    return _looking(module, x) if task.work is Work.LOOK else _evaluating(module, x, y)


def make_channels_last_step(task: Task) -> Callable[[], object]:
    """Return the function that does the work once, with the channels of a pixel next to each other."""
    return make_step(task, torch.channels_last)


def _training(module: Any, x: Any, y: Any) -> Callable[[], object]:
    optimizer = torch.optim.Adam(module.parameters(), lr=0.001)

    def step() -> float:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(module(x), y)
        loss.backward()
        optimizer.step()
        return float(loss.item())

    return step


def _evaluating(module: Any, x: Any, y: Any) -> Callable[[], object]:
    def step() -> tuple[float, int]:
        with torch.inference_mode():
            scores = module(x)
            loss = torch.nn.functional.cross_entropy(scores, y, reduction="sum")
            return float(loss.item()), int((scores.argmax(1) == y).sum().item())

    return step


def _looking(module: Any, x: Any) -> Callable[[], object]:
    def step() -> list[Any]:
        outputs, value = [], x
        with torch.inference_mode():
            for layer in module:
                value = layer(value)
                outputs.append(value)
            outputs.append(torch.softmax(value, 1))
        return outputs

    return step
