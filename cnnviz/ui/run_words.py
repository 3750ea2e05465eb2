"""A trained run in a few words, for menus and titles."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cnnviz.spec.words import counted
from cnnviz.ui.format import number, share

if TYPE_CHECKING:
    from cnnviz.training.result import RunResult


def run_words(result: RunResult) -> str:
    """Return a run's design, length and success: `LeNet-5: 12 epochs, 98.2 % right in validation`.

    The success is that of its best epoch.
    """
    epochs = result.history.epochs
    name = result.spec.name or "Untitled"
    best = result.history.best_epoch
    if best is None:
        return f"{name}: {counted(result.state.step, 'step')}"
    accuracy = float(epochs.val_accuracy[best])
    loss = f"validation loss {number(float(epochs.val_loss[best]))}"
    success = loss if math.isnan(accuracy) else f"{share(accuracy)} right in validation"
    return f"{name}: {counted(len(epochs), 'epoch')}, {success}"
