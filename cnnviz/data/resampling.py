"""Turning, moving and bending a batch of images in one bilinear resampling."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

BEND_CELLS = 4
BEND_POINTS = BEND_CELLS + 3
"""A bend is given by so many points along each side; a cubic spline has three more than it has pieces."""
_BLOCK = 1 << 16
"""Pixels that are computed at a time: few enough to stay in the caches."""


def inverse_maps(
    height: int,
    width: int,
    *,
    shift: NDArray[np.float64],
    degrees: NDArray[np.float64],
    scale: NDArray[np.float64],
    slant: NDArray[np.float64],
    mirror: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return where each pixel of N new images comes from: (2, 3, N) matrices for (column, row, 1).

    A picture is mirrored, scaled, slanted, turned clockwise about its middle and then moved.

    Parameters
    ----------
    shift
        Columns to the right and rows downwards, (2, N).
    degrees, scale, slant
        Turn and slant in degrees, and how many times as large, (N,).
    mirror
        1, or -1 where columns or rows are mirrored, (2, N).
    """
    turn, tangent = np.deg2rad(degrees), np.tan(np.deg2rad(slant))
    cos, sin = np.cos(turn), np.sin(turn)
    maps = np.empty((2, 3, shift.shape[1]))
    maps[0, 0], maps[0, 1] = cos + tangent * sin, sin - tangent * cos
    maps[1, 0], maps[1, 1] = -sin, cos
    maps[:, :2] *= (mirror / scale)[:, None]
    middle = np.array([(width - 1) / 2, (height - 1) / 2])[:, None]
    moved = middle + shift
    maps[:, 2] = middle - (maps[:, 0] * moved[0] + maps[:, 1] * moved[1])
    return maps


class Resampling:
    """New images (C, H, W, N) from old ones of that shape, C-contiguous, rows by rows.

    Beyond its border an image goes on as it is at the border. Each image comes out the same whichever others
    are in the batch, and each row whichever others are asked for.
    """

    def __init__(
        self, images: NDArray[np.float32], maps: NDArray[np.float64], bends: NDArray[np.float32] | None
    ) -> None:
        """Prepare what all rows need.

        Parameters
        ----------
        images
            The old images.
        maps
            Where pixels come from, (2, 3, N) for (column, row, 1).
        bends
            By how much more, in columns and rows, (2, `BEND_POINTS`, `BEND_POINTS`, N): points of a cubic
            B-spline over the image, which never goes beyond them (Rueckert and others 1999). None: not at
            all.
        """
        _, height, width, _ = images.shape
        along, down = np.arange(width)[:, None], np.arange(height)[:, None]
        self._images = images
        self._by_column = (maps[:, 0][:, None] * along + maps[:, 2][:, None]).astype(np.float32)
        self._by_row = (maps[:, 1][:, None] * down).astype(np.float32)
        self._bent = None if bends is None else _along_rows(bends, width)

    def write(self, rows: slice, out: NDArray[np.float32], room: Room) -> None:
        """Write some rows of the new images to those of `out` (C, H, W, N). Threads need a room each."""
        _, height, width, count = self._images.shape
        for block in _blocks(rows, width * count):
            shape = (2, block.stop - block.start, width, count)
            floats, places = room.of(shape[1] * width * count)
            where = floats[:2].reshape(shape)
            np.add(self._by_column[:, None], self._by_row[:, block, None], out=where)
            if self._bent is not None:
                _bend(where, self._bent, block, height, floats[2].reshape(shape[1:]))
            _find(where, self._images.shape, floats[2:4].reshape(shape), places.reshape(shape[1:]))
            for channel, plane in enumerate(self._images):
                _mix(plane, floats, places, out[channel, block].reshape(-1))


class Room(threading.local):
    """Buffers that are kept from batch to batch; every thread has its own."""

    def __init__(self) -> None:
        self._floats = np.empty((0, 0), np.float32)
        self._places = np.empty(0, np.intp)

    def of(self, size: int) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
        """Return room for numbers, float32 (6, size), and for places, (size,)."""
        if self._floats.shape[1] < size:
            self._floats, self._places = np.empty((6, size), np.float32), np.empty(size, np.intp)
        return self._floats[:, :size], self._places[:size]


def _blocks(rows: slice, row: int) -> Iterator[slice]:
    """Cut rows of `row` pixels each so that little room is needed."""
    step = max(1, _BLOCK // row)
    for start in range(rows.start, rows.stop, step):
        yield slice(start, min(start + step, rows.stop))


def _find(
    where: NDArray[np.float32],
    shape: tuple[int, ...],
    whole: NDArray[np.float32],
    places: NDArray[np.intp],
) -> None:
    """Split columns and rows `where` (2, h, W, N) in shares of a pixel, left there, and `places` (h, W, N).

    A place is that of the upper left of the four pixels around it, in a channel's plane (H, W, N).
    """
    _, height, width, count = shape
    for axis, side in enumerate((width, height)):
        np.maximum(where[axis], np.float32(0), out=where[axis])
        np.minimum(where[axis], np.float32(side - 1), out=where[axis])
        np.floor(where[axis], out=whole[axis])
        np.subtract(where[axis], whole[axis], out=where[axis])
    whole[1] *= np.float32(width)
    whole[0] += whole[1]  # exact: images have no more than 2^24 pixels
    places[...] = whole[0]
    places *= count
    places += np.arange(count)


def _mix(
    plane: NDArray[np.float32],
    floats: NDArray[np.float32],
    places: NDArray[np.intp],
    out: NDArray[np.float32],
) -> None:
    """Write the mean of four neighbours in `plane` (H, W, N), by their nearness, to `out`, flat."""
    height, width, count = plane.shape
    right, down = count * (width > 1), width * count * (height > 1)
    flat = plane.reshape(-1)
    across, downwards, *parts = floats
    upper, lower, other = out, *parts[:2]
    # At the lower right border there is no neighbour, and what is taken for it has no weight.
    np.take(flat, places, out=upper, mode="clip")
    np.take(flat[right:], places, out=other, mode="clip")
    _blend(upper, other, across)
    np.take(flat[down:], places, out=lower, mode="clip")
    np.take(flat[down + right :] if down + right < flat.size else flat, places, out=other, mode="clip")
    _blend(lower, other, across)
    _blend(upper, lower, downwards)


def _blend(one: NDArray[np.float32], other: NDArray[np.float32], share: NDArray[np.float32]) -> None:
    """Move `one` towards `other` by `share`; `other` is used up."""
    np.subtract(other, one, out=other)
    np.multiply(other, share, out=other)
    np.add(one, other, out=one)


def spline_weights(size: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return for each of `size` pixels its piece of the spline, and the weights (size, 4) of its points."""
    position = (np.arange(size) + 0.5) * (BEND_CELLS / size)
    cell = np.minimum(position.astype(np.int64), BEND_CELLS - 1)
    t = position - cell
    weights = (1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3
    return cell, (np.stack(weights, axis=1) / 6).astype(np.float32)


def _along_rows(bends: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Return the spline's points (2, K, K, N) laid out along rows of `width` pixels: (2, K, width, N)."""
    cells, weights = spline_weights(width)
    rows = np.empty((2, BEND_POINTS, width, bends.shape[-1]), np.float32)
    for cell in np.unique(cells):
        columns = np.flatnonzero(cells == cell)
        pixels = slice(columns[0], columns[-1] + 1)
        rows[:, :, pixels] = bends[:, :, cell, None] * weights[pixels, 0, None]
        for point in range(1, 4):
            rows[:, :, pixels] += bends[:, :, cell + point, None] * weights[pixels, point, None]
    return rows


def _bend(
    where: NDArray[np.float32],
    bent: NDArray[np.float32],
    rows: slice,
    height: int,
    room: NDArray[np.float32],
) -> None:
    """Add the bend of `rows` to columns and rows `where` (2, h, W, N)."""
    cells, weights = spline_weights(height)
    cells, weights = cells[rows], weights[rows]
    for cell in np.unique(cells):
        own = np.flatnonzero(cells == cell)
        piece = slice(own[0], own[-1] + 1)
        for axis in range(2):
            for point in range(4):
                np.multiply(bent[axis, cell + point], weights[piece, point, None, None], out=room[piece])
                where[axis, piece] += room[piece]
