"""What a run that goes on takes over from an earlier one, and whether it can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.errors import TrainingError
from cnnviz.training.history import best_epoch

if TYPE_CHECKING:
    from cnnviz.data.dataset import Dataset
    from cnnviz.engine.network import Network
    from cnnviz.training.events import Parameters
    from cnnviz.training.result import RunResult


def check_resumable(earlier: RunResult, network: Network, dataset: Dataset) -> None:
    """Raise `TrainingError` where a run with this network cannot go on from an earlier one."""
    if earlier.data.content_hash != dataset.content_hash:
        raise TrainingError(
            f'The earlier run learned from other images: its data set is "{earlier.data.plain_name}", with '
            f'another content than "{dataset.plain_name}".'
        )
    if earlier.spec.layers != network.spec.layers or earlier.spec.input != network.spec.input:
        raise TrainingError("The earlier run has another design.")


def best_until(earlier: RunResult | None, best_by: str) -> tuple[int | None, Parameters | None]:
    """Return the best epoch so far and its weights; none where another one is the best by `best_by`.

    The weights of that one were not kept then, so that there are none until a better epoch comes.
    """
    if earlier is None or earlier.best_epoch is None:
        return None, None
    best = best_epoch(earlier.history_until_state().epochs, best_by)
    same = best is not None and best + 1 == earlier.best_epoch
    return (earlier.best_epoch, earlier.best_parameters) if same else (None, None)
