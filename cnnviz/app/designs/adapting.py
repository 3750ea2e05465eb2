"""Making a design fit the data set it stands in front of."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.spec.layers import Dense, Softmax
from cnnviz.spec.losses import CrossEntropy, MeanSquaredError
from cnnviz.spec.network import InputSpec
from cnnviz.spec.validate import units_needed

if TYPE_CHECKING:
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.validate import DataShape


def adapted(spec: NetworkSpec, data: DataShape, loss: Loss | None = None) -> NetworkSpec:
    """Return the design with the input of the data set's images, and as many last units as `loss` needs.

    Without a loss that is one unit for each class. Where numbers are learned, a Softmax at the end goes: it
    would make probabilities of them.

    Nothing else is changed, so the design may still have a problem, or another one.
    """
    spec = spec.with_input(InputSpec(height=data.height, width=data.width, channels=data.channels))
    if isinstance(loss, MeanSquaredError) and spec.layers and isinstance(spec.layers[-1], Softmax):
        spec = spec.remove(spec.layers[-1].id)
    last = next((layer for layer in reversed(spec.layers) if isinstance(layer, Dense)), None)
    if last is None:
        return spec
    return spec.replace(dataclasses.replace(last, units=units_needed(data, loss or CrossEntropy())))
