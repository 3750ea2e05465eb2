"""Views as NumPy archives, for a look with other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.errors import SpecError
from cnnviz.files import write_atomic
from cnnviz.interpret.number_files import npz_bytes
from cnnviz.interpret.number_sets import INPUT, PROBABILITIES, activations_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cnnviz.interpret.activations import ImageView
    from cnnviz.interpret.filters import FilterView

ACTIVATIONS = "activations.npz"
FILTERS = "filters.npz"


def write_arrays(view: ImageView, filters: Sequence[FilterView], folder: Path) -> list[str]:
    """Write two archives of float32 arrays; return their names.

    `activations.npz` has every layer's output by its id, (C, H, W) or (units,), the image as `input` and the
    probabilities of the classes as `probabilities`. `filters.npz` has the kernels of every convolution by its
    id, (F, C, KH, KW), and its biases as `<id>/bias`, (F,).

    Raises
    ------
    SpecError
        A layer has one of the two reserved names.
    """
    for layer in (*view.layers, *view.inner):
        if layer.layer_id in (INPUT, PROBABILITIES):
            raise SpecError(f'A layer cannot be called "{layer.layer_id}" in {ACTIVATIONS}: rename it.')
    kernels = {filter_view.layer_id: filter_view.weight for filter_view in filters}
    kernels |= {f"{filter_view.layer_id}/bias": filter_view.bias for filter_view in filters}
    write_atomic(folder / ACTIVATIONS, npz_bytes(activations_of(view)))
    write_atomic(folder / FILTERS, npz_bytes(kernels))
    return [ACTIVATIONS, FILTERS]
