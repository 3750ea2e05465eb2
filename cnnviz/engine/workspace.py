"""Buffers that are kept from step to step, because fresh large arrays cost page faults."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np

from cnnviz.engine.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cnnviz.engine.types import Array

T = TypeVar("T")


class Workspace:
    """Named buffers for one shard at a time; used by one thread at a time.

    A buffer grows to the largest request and is then reused, so its content is undefined when it is handed
    out. `owner` is the layer whose buffers are asked for; scratch buffers are shared by all layers and hold
    their content only until the next operation. What was prepared with buffers is forgotten when one of them
    grows, so that nothing keeps an outgrown one alive.
    """

    def __init__(self) -> None:
        self._growths = 0
        self._pages = Pages()
        self._prepared: dict[tuple[str, str], tuple[tuple[object, ...], object]] = {}
        self._buffers: dict[tuple[str, str], Array] = {}
        self._views: dict[tuple[str, str], Array] = {}
        self._flags: dict[str, NDArray[np.bool_]] = {}

    @property
    def nbytes(self) -> int:
        """Memory held, in bytes."""
        kept = (*self._buffers.values(), *self._flags.values())
        return sum(buffer.nbytes for buffer in kept)

    def of(self, owner: str) -> Memory:
        """Return the buffers of one layer."""
        return Memory(self, owner)

    def array(self, owner: str, name: str, shape: tuple[int, ...], dtype: np.dtype[np.floating]) -> Array:
        """Return the buffer `name` of `owner` as an array of this shape, content undefined."""
        key = (owner, name)
        view = self._views.get(key)
        if view is not None and view.shape == shape and view.dtype == dtype:
            return view
        size = math.prod(shape)
        buffer = self._buffers.get(key)
        if buffer is None or buffer.size < size or buffer.dtype != dtype:
            self._forget_prepared()
            buffer = self._buffers[key] = self._pages.empty(size * dtype.itemsize).view(dtype)
        view = self._views[key] = buffer[:size].reshape(shape)
        return view

    def copy_of_input(self, x: Array) -> Array:
        """Return a contiguous copy of x at the place of the last one, for which programs are prepared."""
        own = self.array("", "input", x.shape, x.dtype)
        np.copyto(own, x)
        return own

    def flags(self, name: str, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Return the shared truth values `name` as an array of this shape, content undefined."""
        size = math.prod(shape)
        buffer = self._flags.get(name)
        if buffer is None or buffer.size < size:
            self._forget_prepared()
            buffer = self._flags[name] = self._pages.empty(size).view(np.bool_)
        return buffer[:size].reshape(shape)

    def prepared(self, owner: str, name: str, sources: tuple[object, ...], make: Callable[[], T]) -> T:
        """Return what `make` returns, made anew only where `sources` are not the objects of the last time.

        `make` may depend on `sources`, on buffers of this workspace, and on what never changes for `owner`.
        """
        key = (owner, name)
        entry = self._prepared.get(key)
        if entry is not None and all(map(operator.is_, entry[0], sources)):
            return cast("T", entry[1])
        growths = self._growths
        value = make()
        if self._growths == growths:
            self._prepared[key] = (sources, value)
        return value

    def _forget_prepared(self) -> None:
        self._growths += 1
        self._prepared.clear()


class Memory:
    """What an operation takes its arrays from: the buffers of its own layer, and shared scratch."""

    __slots__ = ("_owner", "_workspace")

    def __init__(self, workspace: Workspace, owner: str) -> None:
        self._workspace = workspace
        self._owner = owner

    def part(self, name: str) -> Memory:
        """Return the buffers of a part of this layer that is computed like a layer of its own."""
        return Memory(self._workspace, f"{self._owner}/{name}")

    def keep(self, name: str, shape: tuple[int, ...], dtype: np.dtype[np.floating]) -> Array:
        """Return an array of this layer's own, untouched by others until the layer is computed again."""
        return self._workspace.array(self._owner, name, shape, dtype)

    def scratch(self, name: str, shape: tuple[int, ...], dtype: np.dtype[np.floating]) -> Array:
        """Return an array shared by all layers, to be used up before the operation returns."""
        return self._workspace.array("", name, shape, dtype)

    def keep_flags(self, name: str, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Return an array of truth values of this layer's own."""
        return self._workspace.flags(f"{self._owner}/{name}", shape)

    def prepared(self, name: str, sources: tuple[object, ...], make: Callable[[], T]) -> T:
        """Return what `make` made of these very `sources` before, or let it make that now."""
        return self._workspace.prepared(self._owner, name, sources, make)

    def flags(self, name: str, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Return a scratch array of truth values."""
        return self._workspace.flags(name, shape)
