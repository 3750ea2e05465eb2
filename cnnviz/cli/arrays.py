"""Views as NumPy archives, for a look with other tools."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.errors import SpecError
from cnnviz.files import write_atomic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

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
    activations = {"input": view.image}
    if view.probabilities is not None:
        activations["probabilities"] = view.probabilities
    for layer in view.layers:
        if layer.layer_id in activations:
            raise SpecError(f'A layer cannot be called "{layer.layer_id}" in {ACTIVATIONS}: rename it.')
        activations[layer.layer_id] = layer.values
    kernels = {filter_view.layer_id: filter_view.weight for filter_view in filters}
    kernels |= {f"{filter_view.layer_id}/bias": filter_view.bias for filter_view in filters}
    write_atomic(folder / ACTIVATIONS, npz(activations))
    write_atomic(folder / FILTERS, npz(kernels))
    return [ACTIVATIONS, FILTERS]


def npz(arrays: Mapping[str, NDArray[np.float32]]) -> bytes:
    """Return an archive of arrays by their names."""
    # Not np.savez: it cannot store an array whose name is that of its own first parameter.
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
    return buffer.getvalue()
