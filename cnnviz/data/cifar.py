"""The binary version of CIFAR-10 and CIFAR-100: a tar.gz archive of records, never unpacked to files.

A record of CIFAR-10 is one byte of label and 3,072 bytes of pixels: the red plane, the green one and the blue
one, row by row. CIFAR-100 has a byte of the coarse label in front of the fine one. Source: A. Krizhevsky,
https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version".
"""

from __future__ import annotations

import gzip
import tarfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import numpy as np

from cnnviz.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SIDE = 32
_COLOURS = 3
_PIXELS = SIDE * SIDE * _COLOURS
_MAX_RECORDS = 60_000
_SLACK_BYTES = 4 << 20  # headers, names of classes, a page of text
_MAX_MEMBERS = 64
_CHUNK_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class CifarLayout:
    """Where the records are and how they begin.

    Attributes
    ----------
    label_bytes
        Bytes before the pixels; the last of them is the label.
    train, test
        Names of the files in the archive, in order.
    """

    label_bytes: int
    train: tuple[str, ...]
    test: tuple[str, ...]

    @property
    def record_bytes(self) -> int:
        """Length of a record."""
        return self.label_bytes + _PIXELS


CIFAR_10 = CifarLayout(
    1,
    tuple(f"cifar-10-batches-bin/data_batch_{number}.bin" for number in range(1, 6)),
    ("cifar-10-batches-bin/test_batch.bin",),
)
CIFAR_100 = CifarLayout(2, ("cifar-100-binary/train.bin",), ("cifar-100-binary/test.bin",))


@dataclass(frozen=True, slots=True, eq=False)
class CifarImages:
    """What an archive holds: images uint8 (N, 32, 32, 3), labels int64 (N,), the training part first."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    train_count: int


def read_cifar(path: Path, layout: CifarLayout) -> CifarImages:
    """Read the records of an archive.

    Members of other names are passed over and none is ever written anywhere. No more is decompressed than
    60,000 records need.

    Raises
    ------
    DataError
        The file cannot be read, is damaged or too large, or lacks a member; or a member is no file of whole
        records.
    """
    try:
        with path.open("rb") as file, gzip.GzipFile(fileobj=file) as stream:
            parts = _read_members(_Bounded(stream, layout, path), layout, path)
    except DataError:
        raise
    except OSError as error:  # gzip's own errors are among these
        raise DataError(f"Cannot read {path}: {error.strerror or error}.") from error
    except Exception as error:
        # tarfile and zlib raise about a dozen types for damaged bytes; all mean this.
        raise DataError(
            f"{path} is damaged or cut off: {str(error).rstrip('.') or type(error).__name__}."
        ) from error
    missing = [name for name in (*layout.train, *layout.test) if name not in parts]
    if missing:
        raise DataError(f"{path} lacks {', '.join(missing)}; it is no binary version of CIFAR.")
    return _joined(parts, layout)


class _Bounded:
    """A stream that ends in an error before it fills the memory: a small archive can promise anything."""

    def __init__(self, stream: gzip.GzipFile, layout: CifarLayout, path: Path) -> None:
        self._stream = stream
        self._left = _MAX_RECORDS * layout.record_bytes + _SLACK_BYTES
        self._path = path

    def read(self, size: int) -> bytes:
        content = self._stream.read(min(size, _CHUNK_BYTES))
        self._left -= len(content)
        if self._left < 0:
            raise DataError(f"{self._path} is larger than {_MAX_RECORDS:,} images can be. It is not opened.")
        return content


def _read_members(stream: _Bounded, layout: CifarLayout, path: Path) -> dict[str, NDArray[np.uint8]]:
    """Return the records of every wanted member as uint8 (N, record bytes), by the member's name."""
    wanted = {*layout.train, *layout.test}
    parts: dict[str, NDArray[np.uint8]] = {}
    with tarfile.open(fileobj=stream, mode="r|", bufsize=_CHUNK_BYTES) as archive:  # type: ignore[call-overload]
        for number, member in enumerate(archive):
            if number >= _MAX_MEMBERS:
                raise DataError(f"{path} holds more than {_MAX_MEMBERS} files, which CIFAR does not.")
            name = member.name.removeprefix("./")
            if name in wanted and name not in parts:
                parts[name] = _records(archive, member, layout, path)
            if len(parts) == len(wanted):
                break
    return parts


def _records(
    archive: tarfile.TarFile, member: tarfile.TarInfo, layout: CifarLayout, path: Path
) -> NDArray[np.uint8]:
    size = member.size
    is_plain = member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse()
    most = _MAX_RECORDS * layout.record_bytes
    if not is_plain or size % layout.record_bytes or not 0 < size <= most:
        raise DataError(
            f"{path}: {member.name} must be a file of records of {layout.record_bytes:,} bytes, "
            f"{most:,} bytes at most; received {size:,} bytes."
        )
    stream: IO[bytes] | None = archive.extractfile(member)
    content, filled = np.empty(size, np.uint8), 0  # what grows is copied again and again, and all wait for it
    while stream is not None and (chunk := stream.read(min(_CHUNK_BYTES, size - filled))):
        content[filled : filled + len(chunk)] = np.frombuffer(chunk, np.uint8)
        filled += len(chunk)
    if filled != size:
        raise DataError(f"{path} is cut off inside {member.name}.")
    return content.reshape(-1, layout.record_bytes)


def _joined(parts: dict[str, NDArray[np.uint8]], layout: CifarLayout) -> CifarImages:
    """Put the members behind each other and the colours of each pixel together."""
    count = sum(len(part) for part in parts.values())
    images = np.empty((count, SIDE, SIDE, _COLOURS), np.uint8)
    labels = np.empty(count, np.int64)
    start = 0
    for name in (*layout.train, *layout.test):
        records = parts.pop(name)  # its memory is given back as soon as it is copied
        rows = slice(start, start + len(records))
        labels[rows] = records[:, layout.label_bytes - 1]
        planes = records[:, layout.label_bytes :].reshape(-1, _COLOURS, SIDE, SIDE)
        images[rows] = planes.transpose(0, 2, 3, 1)
        start += len(records)
        if name == layout.train[-1]:
            train_count = start
    return CifarImages(images, labels, train_count)
