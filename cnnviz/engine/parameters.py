"""All the parameters of a network, or one number for each of them, in a single block of memory."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from cnnviz.engine.pages import aligned_empty
from cnnviz.engine.types import Array

_ALIGNMENT = 16
"""Every array begins at a multiple of this many numbers, which is a cache line of float32."""


class ParameterSet(Mapping[str, Array]):
    """Arrays by `<layer id>/<name>`, all of them views of `flat`.

    `flat` (size,) lets an optimizer treat every parameter in one pass. The gaps between the arrays are zero.
    """

    def __init__(
        self, shapes: Mapping[str, tuple[int, ...]], dtype: np.dtype[np.floating] | type[np.floating]
    ) -> None:
        starts, size = {}, 0
        for name, shape in shapes.items():
            starts[name] = size
            size += -(-math.prod(shape) // _ALIGNMENT) * _ALIGNMENT
        self.flat = aligned_empty(size * np.dtype(dtype).itemsize).view(dtype)
        self.flat[:] = 0
        self.shapes = dict(shapes)
        self._views = {
            name: self.flat[start : start + math.prod(shapes[name])].reshape(shapes[name])
            for name, start in starts.items()
        }

    def __getitem__(self, name: str) -> Array:
        return self._views[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._views)

    def __len__(self) -> int:
        return len(self._views)

    def zeros_like(self) -> ParameterSet:
        """Return a set of the same names and shapes, all zero."""
        return ParameterSet(self.shapes, self.flat.dtype)

    def copy_from(self, arrays: Mapping[str, Array]) -> None:
        """Overwrite every array with the one of the same name."""
        for name, view in self._views.items():
            np.copyto(view, arrays[name])

    def add(self, arrays: Mapping[str, Array]) -> None:
        """Add to every array the one of the same name."""
        for name, view in self._views.items():
            view += arrays[name]
