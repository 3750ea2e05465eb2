"""Picture files decoded safely: upright, opaque, 8 bits, grey or colour, with a note of every step."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from PIL import Image, UnidentifiedImageError

from cnnviz.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"})
"""Endings, in lower case, of the files that are taken for pictures."""

MAX_PIXELS = 40_000_000
"""Larger pictures are refused before they are decoded."""

_T = TypeVar("_T")
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
_MAX_FILE_BYTES = 256 << 20
_DRAFT_FORMATS = ("JPEG", "MPO")
_READ_AT_ONCE_BYTES = 16 << 20
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_EXIF_ORIENTATION = 0x0112
_TAGGED_FORMATS = ("TIFF", "MPO")
_ORIENTATION_KEYS = frozenset({"exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif"})
"""Where a file says how it is turned; only then is it looked for, which takes as long as a small picture."""
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE = (5, 6, 7, 8)
_COMMON_MODES = ("L", "RGB")
_ALPHA_MODES = ("RGBA", "LA", "PA", "RGBa", "La")
_GREY_MODES = ("1", "L", "LA", "La")
_BYTES_PER_PIXEL, _BYTES_PER_CONVERTED, _BYTES_PER_WEBP = 8, 16, 24
"""Most that was measured for a pixel while it is decoded, turned and placed on white; by format and mode."""
_BYTES_PER_COEFFICIENT = 7  # a progressive JPEG file is kept whole, in frequencies, until its last pass


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded picture, in Pillow's mode ``L`` or ``RGB``, and what was done to get it, in plain words.

    `size` is how many pixels wide and high it is in its file, upright.
    """

    image: Image.Image
    steps: tuple[str, ...]
    size: tuple[int, int]


def decode(
    path: Path | str,
    *,
    at_least: tuple[int, int] | None = None,
    claim: Callable[[int], None] | None = None,
) -> Picture:
    """Read a PNG, JPEG, BMP, GIF, WebP or TIFF file; of a moving picture, the first frame.

    Where it is to be made smaller anyway, `at_least` says to how many pixels (width, height): a JPEG file
    much larger than that is decoded at a half, a quarter or an eighth of its size, which takes far less time
    and memory. `claim` is told how many bytes of memory decoding will take, before it begins, and may wait.

    Raises
    ------
    DataError
        The file is missing, is no picture of these kinds, is damaged or cut off, or is too large.
    """
    return _finished(path, at_least, claim, None, _described)


def decode_image(
    path: str, *, at_least: tuple[int, int], claim: Callable[[int], None], length: int
) -> Image.Image:
    """Read a file as `decode` does, and return the same image without a word on how it was made.

    Of ten thousand small pictures, the words would take a tenth of the time. `length` is how many bytes the
    file had when it was found; it may have others now.

    Raises
    ------
    DataError
        As for `decode`.
    """
    return _finished(path, at_least, claim, length, _image_alone)


def _finished(
    path: Path | str,
    at_least: tuple[int, int] | None,
    claim: Callable[[int], None] | None,
    length: int | None,
    finish: Callable[[Image.Image, Path | str, tuple[int, int]], _T],
) -> _T:
    """Decode a file and return what `finish` makes of the open image, its path and its size in the file."""
    try:
        with _opened(path, length) as file, Image.open(file, formats=_FORMATS) as image:
            size = image.size
            _check_size(image, path)
            if at_least is not None and image.format in _DRAFT_FORMATS:
                image.draft(None, (2 * max(at_least), 2 * max(at_least)))
            if claim is not None:
                claim(_bytes_needed(image, size))
            image.load()
            return finish(image, path, size)
    except DataError:
        raise
    except UnidentifiedImageError as error:
        raise DataError(f"{path} is not a picture that can be read ({', '.join(_FORMATS)}).") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DataError(f"{path} is too large: at most {MAX_PIXELS:,} pixels are allowed.") from error
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}.") from error
    except Exception as error:
        # Pillow's decoders raise a dozen types for damaged bytes (SyntaxError, struct.error, IndexError, …).
        reason = (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".")
        raise DataError(f"Cannot read the picture {path}: {reason}.") from error


def _opened(path: Path | str, expected: int | None = None) -> BinaryIO:
    """Return an open file, all of it in memory where it is small; `expected` is how long it should be.

    Of several threads, each loses Python's lock with every call of the system; so there are as few as can be.
    """
    number = os.open(path, _READ_FLAGS)
    try:
        content = b""
        if expected is not None and expected <= _READ_AT_ONCE_BYTES:
            content = os.read(number, expected + 1)
            if len(content) == expected:
                return io.BytesIO(content)
        length = os.fstat(number).st_size
        if length > _MAX_FILE_BYTES:
            raise DataError(f"{path} is too large: at most {_MAX_FILE_BYTES:,} bytes are allowed.")
        if length > _READ_AT_ONCE_BYTES:
            os.lseek(number, 0, os.SEEK_SET)
            return os.fdopen(os.dup(number), "rb")
        while len(content) < length:  # some file systems give less than was asked for
            more = os.read(number, length - len(content))
            if not more:
                break
            content += more
        return io.BytesIO(content)
    finally:
        os.close(number)


def opaque(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """Return `image` as 8-bit ``L`` or ``RGB`` on white, and the step in words if it was transparent."""
    if image.mode in _COMMON_MODES and "transparency" not in image.info:
        return image, ()
    grey = image.mode in _GREY_MODES
    steps: tuple[str, ...] = ()
    if image.mode in _ALPHA_MODES or "transparency" in image.info:
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema()[0] != 255:
            white = Image.new("RGBA", image.size, (255, 255, 255, 255))
            image = Image.alpha_composite(white, image)
            steps = ("Placed on white where it is transparent",)
        image = image.convert("RGB")
    return image.convert("L" if grey else "RGB"), steps


def _check_size(image: Image.Image, path: Path | str) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise DataError(
            f"{path} is too large: {width:,} × {height:,} pixels; at most {MAX_PIXELS:,} are allowed."
        )
    if not width * height:
        raise DataError(f"{path} has no pixels.")


def _bytes_needed(image: Image.Image, size: tuple[int, int]) -> int:
    """Return how much memory decoding takes at most, with what follows; `size` is that in the file."""
    each = _BYTES_PER_PIXEL
    if image.format == "WEBP":
        each = _BYTES_PER_WEBP
    elif image.mode in ("P", *_ALPHA_MODES) or "transparency" in image.info:
        each = _BYTES_PER_CONVERTED
    whole = size[0] * size[1] * _BYTES_PER_COEFFICIENT if "progressive" in image.info else 0
    return image.width * image.height * each + whole


def _image_alone(image: Image.Image, path: Path | str, size: tuple[int, int]) -> Image.Image:
    """Bring the pixels of an open file to the common form, which most have already."""
    info = image.info
    is_common = image.mode in _COMMON_MODES and "transparency" not in info
    if is_common and image.format not in _TAGGED_FORMATS and _ORIENTATION_KEYS.isdisjoint(info):
        return image
    return _described(image, path, size).image


def _described(image: Image.Image, path: Path | str, size: tuple[int, int]) -> Picture:
    """Bring the pixels of an open file to the common form, noting each step; `size` is that in the file."""
    source = f"Read {os.path.basename(path)}: {image.format}, {size[0]} wide, {size[1]} high"
    parts = [_reduction(image, size), _frames(image)]
    orientation = _orientation(image)
    reduced, reducing = _eight_bits(image, path)
    upright, turning = _turned(reduced, orientation)
    flat, placing = opaque(upright)
    steps = (source, *(part for part in parts if part), *reducing, *turning, *placing)
    return Picture(flat, steps, size[::-1] if orientation in _ON_ITS_SIDE else size)


def _reduction(image: Image.Image, size: tuple[int, int]) -> str:
    """Say that the file was decoded at a part of its size; nothing where it was not."""
    return "" if image.size == size else f"Decoded at 1/{round(size[0] / image.width)} of its size"


def _frames(image: Image.Image) -> str:
    # Frames are not counted: for that, Pillow would read the file to its end.
    return "Took the first of several frames" if getattr(image, "is_animated", False) else ""


def _orientation(image: Image.Image) -> int:
    """Return how the picture is turned, as its EXIF data have it; 1 is upright."""
    if image.format in _TAGGED_FORMATS or not _ORIENTATION_KEYS.isdisjoint(image.info):
        value = image.getexif().get(_EXIF_ORIENTATION, 1)
        return value if isinstance(value, int) else 1
    return 1


def _eight_bits(image: Image.Image, path: Path | str) -> tuple[Image.Image, tuple[str, ...]]:
    """Reduce 16 bits of grey to 8; Pillow itself would cut everything above 255 off."""
    if not image.mode.startswith(("I", "F")):
        return image, ()
    values = np.asarray(image)
    if values.dtype.kind not in "iu" or values.min() < 0 or values.max() > 0xFFFF:
        raise DataError(f"{path}: pixels are floating-point or 32-bit numbers; allowed are 8 or 16 bits.")
    return Image.fromarray((values // 257).astype(np.uint8)), ("Reduced from 16 to 8 bits per pixel",)


def _turned(image: Image.Image, orientation: int) -> tuple[Image.Image, tuple[str, ...]]:
    method = _UPRIGHT.get(orientation)
    if method is None:
        return image, ()
    return image.transpose(method), ("Turned upright, as its EXIF data say",)
