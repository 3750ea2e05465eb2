"""What is done to the ink of a drawing, one step at a time; all arrays are uint8 or bool, (H, W)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

INK = 255
_HALF = 128


def ink_box(canvas: NDArray[np.uint8], least: int = _HALF) -> tuple[slice, slice] | None:
    """Return the rows and columns between the outermost ink of at least this strength; None without any."""
    inked = canvas >= least
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not rows.size:
        return None
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def resized(canvas: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """Return the canvas at another size; each new pixel is the mean of the old ones it covers."""
    if canvas.shape == (height, width):
        return canvas
    return np.asarray(Image.fromarray(canvas).resize((width, height), Image.Resampling.BOX))


def bitmap(canvas: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return where there is more ink than paper."""
    return np.asarray(canvas >= _HALF)


def stretched_to_box(
    canvas: NDArray[np.uint8], frame: int, height: int, width: int, most_stretch: float
) -> NDArray[np.uint8]:
    """Stretch the ink to `height` × `width`, in the middle of a square frame.

    The width is stretched at most `most_stretch` times as much as the height: an upright stroke stays one.
    """
    box = ink_box(canvas)
    result = np.zeros((frame, frame), np.uint8)
    if box is None:
        return result
    ink = canvas[box]
    own_width = round(ink.shape[1] * most_stretch * height / ink.shape[0])
    return _placed(resized(ink, height, min(max(own_width, 1), width)), result)


def fitted_to_box(canvas: NDArray[np.uint8], frame: int, side: int) -> NDArray[np.uint8]:
    """Make the longer side of the ink `side` pixels, keep its proportions, and put it into the middle.

    All ink counts, the faintest, too: an image that was made so comes out as it is.
    """
    box = ink_box(canvas, least=1)
    result = np.zeros((frame, frame), np.uint8)
    if box is None:
        return result
    ink = canvas[box]
    scale = side / max(ink.shape)
    height, width = (max(1, round(length * scale)) for length in ink.shape)
    return _placed(resized(ink, height, width), result)


def _placed(ink: NDArray[np.uint8], frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    top, left = ((all_ - own) // 2 for all_, own in zip(frame.shape, ink.shape, strict=True))
    frame[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return frame


def with_ink(image: NDArray[np.bool_], wanted: int, most_turns: int = 8) -> NDArray[np.bool_]:
    """Make strokes thicker or thinner by a pixel, again and again, while that comes closer to `wanted`.

    `wanted` is a number of pixels with ink. What touches the upper or lower edge goes on touching it.
    """
    if not image.any():
        return image
    change = thicker if np.count_nonzero(image) < wanted else thinner
    for _ in range(most_turns):
        other = change(image)
        if not other.any() or abs(np.count_nonzero(other) - wanted) >= abs(np.count_nonzero(image) - wanted):
            break
        image = other
    return image


def thicker(image: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Give ink to the four neighbours of every pixel that has it."""
    result = image.copy()
    result[1:] |= image[:-1]
    result[:-1] |= image[1:]
    result[:, 1:] |= image[:, :-1]
    result[:, :-1] |= image[:, 1:]
    return result


def thinner(image: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Take the ink from every pixel that has a neighbour without; beyond the edges all is as at the edge."""
    result = image.copy()
    result[1:] &= image[:-1]
    result[:-1] &= image[1:]
    result[:, 1:] &= image[:, :-1]
    result[:, :-1] &= image[:, 1:]
    return result


def upright(image: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Shift the rows so that the leftmost ink of the first and of the last row with ink is in one column.

    Rows between are shifted in proportion. The result stands in the middle of the frame; ink that is pushed
    over its edge is lost.
    """
    rows = np.flatnonzero(image.any(axis=1))
    if rows.size < 2:
        return image
    first, last = int(rows[0]), int(rows[-1])
    slant = int(image[first].argmax()) - int(image[last].argmax())
    result = np.zeros_like(image)
    width = image.shape[1]
    wide = np.zeros((image.shape[0], 3 * width), bool)
    for row in rows:
        shift = round(slant * (int(row) - first) / (last - first))
        wide[row, width + shift : 2 * width + shift] = image[row]
    columns = np.flatnonzero(wide.any(axis=0))
    left = (int(columns[0]) + int(columns[-1]) + 2 - width) // 2
    result[:] = wide[:, left : left + width]
    return result


def block_counts(image: NDArray[np.bool_], block: int) -> NDArray[np.uint8]:
    """Return how many pixels of each `block` × `block` square have ink."""
    rows, columns = image.shape
    blocks = image.reshape(rows // block, block, columns // block, block)
    return np.asarray(blocks.sum(axis=(1, 3), dtype=np.uint8))


def centred_by_mass(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Move the ink by whole pixels until its centre of mass is in the middle, and no ink beyond the edge."""
    total = float(image.sum())
    if not total:
        return image
    result = np.zeros_like(image)
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    ink = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    places = []
    for axis, length in enumerate(ink.shape):
        weights = ink.sum(axis=1 - axis, dtype=np.float64)
        centre = float(weights @ np.arange(length)) / total
        place = round(image.shape[axis] / 2 - centre)
        places.append(min(max(place, 0), image.shape[axis] - length))
    top, left = places
    result[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return result
