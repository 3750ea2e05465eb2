"""The numbers behind views of a network, of one layer and of its filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.number_files import NumberSet, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.interpret.activations import ImageView, LayerView
    from cnnviz.interpret.filters import FilterView
    from cnnviz.interpret.layer_study import LayerStudy
    from cnnviz.interpret.number_files import Cell

INPUT, PROBABILITIES = "input", "probabilities"


def activations_of(view: ImageView) -> dict[str, NDArray[np.float32]]:
    """Return the image, the probabilities and what comes out of each layer, (C, H, W) or (units,).

    A layer that is called like one of the first two is written as `layer_input` or `layer_probabilities`.
    """
    arrays = {INPUT: view.image}
    if view.probabilities is not None:
        arrays[PROBABILITIES] = view.probabilities
    for layer in (*view.layers, *view.inner):
        is_taken = layer.layer_id in (INPUT, PROBABILITIES)
        arrays[f"layer_{layer.layer_id}" if is_taken else layer.layer_id] = layer.values
    return arrays


def network_numbers(view: ImageView) -> NumberSet:
    """Return the output of every layer, and a table of how large the numbers of each are."""
    headings = ("layer", "type", "shape", "least", "largest", "mean", "deviation", "zero_share")
    rows: list[tuple[Cell, ...]] = [
        (layer.layer_id, layer.type_name, "x".join(map(str, layer.values.shape)), *_extent(layer.values))
        for layer in (*view.layers, *view.inner)
    ]
    return NumberSet(activations_of(view), Table(headings, rows))


def layer_numbers(view: LayerView | None, filters: FilterView | None, study: LayerStudy | None) -> NumberSet:
    """Return maps, kernels and what was measured of each filter; the table has a row for each of them."""
    arrays: dict[str, NDArray[np.generic]] = {}
    if view is not None:
        arrays["maps" if view.values.ndim == 3 else "outputs"] = view.values
    if filters is not None:
        arrays |= {"filters": filters.weight, "bias": filters.bias}
    if study is not None:
        arrays |= {
            "norms": study.norms,
            "mean_activations": study.activities,
            "dead_shares": study.dead_shares,
            "saturated_shares": study.saturated_shares,
            "weight_edges": study.weights.edges,
            "weight_counts": study.weights.counts,
            "activation_edges": study.outputs.edges,
            "activation_counts": study.outputs.counts,
        }
    return NumberSet(arrays, _layer_table(view, study))


def study_table(study: LayerStudy) -> Table:
    """Return norm, activity and what is wrong with each filter, the one most like it included."""
    headings = ("filter", "norm", "mean_activation", "dead_share", "saturated_share", "most_alike", "cosine")
    return Table(headings, [(index, *_measured(study, index)) for index in range(len(study.norms))])


def _layer_table(view: LayerView | None, study: LayerStudy | None) -> Table | None:
    """Return a row for each map or unit; the measures of its filter stand behind those of its numbers."""
    if view is None:
        return None if study is None else study_table(study)
    headings: tuple[str, ...] = ("map", "least", "largest", "mean", "deviation", "zero_share")
    rows: list[tuple[Cell, ...]] = [(index, *_extent(values)) for index, values in enumerate(view.values)]
    if study is not None and len(study.norms) == len(rows):
        headings += study_table(study).headings[1:]
        rows = [(*row, *_measured(study, index)) for index, row in enumerate(rows)]
    return Table(headings, rows)


def _measured(study: LayerStudy, index: int) -> tuple[Cell, ...]:
    """Return what was measured of a filter; nothing where a measure does not apply to its layer."""
    shares = (study.dead_shares, study.saturated_shares)
    measures = [float(study.norms[index]), float(study.activities[index])]
    found = [_written(float(share[index])) for share in shares]
    nearest, cosine = _nearest(study, index)
    return (*measures, *found, nearest, cosine)


def _nearest(study: LayerStudy, index: int) -> tuple[Cell, Cell]:
    if study.cosines is None or len(study.cosines) < 2:
        return "", ""
    others = study.cosines[index].copy()
    others[index] = -np.inf
    nearest = int(others.argmax())
    return nearest, float(others[nearest])


def _written(value: float) -> Cell:
    return "" if np.isnan(value) else value


def _extent(values: NDArray[np.floating]) -> tuple[float, ...]:
    """Return least, largest, mean, standard deviation and the share of zeros."""
    exact = np.asarray(values, np.float64)
    with np.errstate(all="ignore"):
        ends = float(exact.min()), float(exact.max())
        return (*ends, float(exact.mean()), float(exact.std()), float((exact == 0).mean()))
