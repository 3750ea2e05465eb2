"""What is done to the gradients of a batch before the optimizer gets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.engine.penalties import add_penalties, clip_by_norm, clip_by_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.engine.network import Network
    from cnnviz.spec.training import TrainingSpec


def penalise_and_clip(
    gradients: Mapping[str, NDArray[np.floating]], network: Network, training: TrainingSpec
) -> None:
    """Add the penalties of the settings to `gradients`, then clip those of weights that move, in place."""
    add_penalties(gradients, network.parameters, training.l1, training.l2)
    moving = [array for name, array in gradients.items() if name not in network.frozen]
    if training.clip_value:
        clip_by_value(moving, training.clip_value)
    if training.clip_norm:
        clip_by_norm(moving, training.clip_norm)
