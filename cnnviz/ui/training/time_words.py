"""What a moment of a run is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnviz.training.moments import Moment

NOW = "now"


def moment_text(moment: Moment | None) -> str:
    """Return a moment as a slider says it: `step 64, epoch 2`, `first weights`, or `now` for None."""
    if moment is None:
        return NOW
    return f"step {moment.step:,}, epoch {moment.epoch:,}" if moment.step else "first weights"


def badge_text(step: int, epoch: int) -> str:
    """Return what is said over the network while earlier weights are shown."""
    return f"Weights of step {step:,}, epoch {epoch:,}" if step else "First weights, before training"


def short_badge_text(step: int) -> str:
    """Return the same for a panel with little room."""
    return f"step {step:,}" if step else "first weights"


def caption(moment: Moment) -> str:
    """Return what stands under a picture of a film: `step 64 · epoch 2`."""
    return f"step {moment.step:,} · epoch {moment.epoch:,}"
