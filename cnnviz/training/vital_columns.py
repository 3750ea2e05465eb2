"""The vitals of a run as plain columns, for files."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.training.events import LayerVitals, Vitals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

MEASURES = tuple(field.name for field in dataclasses.fields(LayerVitals) if field.name != "layer")
"""What is measured of a layer, by the names of the fields of `LayerVitals`."""
SHARES = ("dead_share", "saturated_share")


def vital_layers(vitals: Sequence[Vitals]) -> tuple[str, ...]:
    """Return the ids of all layers of which something was measured, in the order in which they come."""
    return tuple(dict.fromkeys(layer.layer for one in vitals for layer in one.layers))


def vital_steps(vitals: Sequence[Vitals]) -> NDArray[np.int64]:
    """Return the steps (V,) of V vitals."""
    return np.array([one.step for one in vitals], np.int64)


def vital_columns(vitals: Sequence[Vitals]) -> dict[str, NDArray[np.float64]]:
    """Return every measure (V, L) of V vitals and the L layers of `vital_layers`.

    What was not measured is NaN.
    """
    layers = [layer for one in vitals for layer in one.layers]
    places = {layer_id: place for place, layer_id in enumerate(vital_layers(vitals))}
    rows = np.repeat(np.arange(len(vitals)), [len(one.layers) for one in vitals])
    columns = {name: np.full((len(vitals), len(places)), np.nan) for name in MEASURES}
    for name, column in columns.items():
        values = np.array([getattr(layer, name) for layer in layers], np.float64)  # None becomes NaN
        column[rows, [places[layer.layer] for layer in layers]] = values
    return columns


def vitals_of(
    layers: Sequence[str], steps: NDArray[np.int64], columns: Mapping[str, NDArray[np.float64]]
) -> tuple[Vitals, ...]:
    """Return the vitals of which `vital_layers`, `vital_steps` and `vital_columns` gave this."""
    lists = [columns[name].tolist() for name in MEASURES]
    return tuple(
        Vitals(
            step,
            tuple(
                LayerVitals(layer, *(_known(values[row][place]) for values in lists))
                for place, layer in enumerate(layers)
            ),
        )
        for row, step in enumerate(steps.tolist())
    )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
