"""Reading safetensors files that may come from anyone: nothing is trusted, nothing is executed.

The format (github.com/huggingface/safetensors): eight bytes with the length of the header, the header in
JSON, then the bytes of the tensors one after another. The reader is our own because a library that raises
for damaged files in its own ways, or allows duplicate keys, would not give one clear sentence.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.errors import FileError
from cnnviz.spec.io import parse_json

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MAX_HEADER_BYTES = 100_000_000
"""What the format allows; the curves of 100,000 epochs take a seventh of it."""
MAX_TENSORS = 10_000
_MAX_DIMENSIONS = 8
_LENGTH_BYTES = 8
_DTYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8"), "I64": np.dtype("<i8")}


@dataclasses.dataclass(frozen=True, slots=True)
class TensorFile:
    """What a safetensors file holds; the arrays are read-only."""

    metadata: dict[str, str]
    tensors: dict[str, NDArray[Any]]


def read_tensors(content: bytes, origin: str) -> TensorFile:
    """Read the bytes of a safetensors file.

    Tensors may be float32, float64 or int64; together they must fill the file exactly.

    Raises
    ------
    FileError
        The bytes are not a safetensors file, are damaged, or go beyond a limit; the message begins with
        `origin`.
    """
    header, data = _split(content, origin)
    entries = parse_json(header, origin)
    if not isinstance(entries, dict):
        raise _damaged(origin, "its header is not an object")
    metadata = _metadata(entries.pop("__metadata__", {}), origin)
    if len(entries) > MAX_TENSORS:
        raise _damaged(origin, f"it lists {len(entries):,} tensors; at most {MAX_TENSORS:,} are allowed")
    tensors = {}
    spans = []
    for name, entry in entries.items():
        dtype, shape, begin, end = _described(name, entry, len(data), origin)
        spans.append((begin, end))
        tensors[name] = np.frombuffer(data[begin:end], dtype).reshape(shape)
    _check_filled(spans, len(data), origin)
    return TensorFile(metadata, tensors)


def read_metadata(path: Path) -> dict[str, str]:
    """Read the texts of a safetensors file and nothing of its tensors, however large they are.

    Raises
    ------
    FileError
        There is no such file, it cannot be read, or its beginning is damaged.
    """
    origin = str(path)
    try:
        with path.open("rb") as file:
            start = file.read(_LENGTH_BYTES)
            length = int.from_bytes(start, "little")
            header, _ = _split(start + file.read(min(length, MAX_HEADER_BYTES)), origin)
    except OSError as error:
        raise FileError(f"Cannot read {path}: {error.strerror or error}.") from error
    entries = parse_json(header, origin)
    if not isinstance(entries, dict):
        raise _damaged(origin, "its header is not an object")
    return _metadata(entries.get("__metadata__", {}), origin)


def _split(content: bytes, origin: str) -> tuple[str, memoryview]:
    length = int.from_bytes(content[:_LENGTH_BYTES], "little")
    start = _LENGTH_BYTES + length
    if len(content) < _LENGTH_BYTES or length > MAX_HEADER_BYTES:
        raise _damaged(origin, "it does not begin with the length of a header")
    if start > len(content):
        raise _damaged(origin, "it ends before its header does")
    try:
        header = content[_LENGTH_BYTES:start].decode("utf-8")
    except UnicodeDecodeError as error:
        raise _damaged(origin, "its header is not text") from error
    return header, memoryview(content)[start:]


def _metadata(value: Any, origin: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise _damaged(origin, "its metadata are not texts by name")
    return value


def _described(
    name: str, entry: Any, data_bytes: int, origin: str
) -> tuple[np.dtype[Any], tuple[int, ...], int, int]:
    """Return type, shape, begin and end of one tensor, after checking them against each other."""
    where = f'the tensor "{name[:80]}"'
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise _damaged(origin, f"{where} needs dtype, shape and data_offsets")
    dtype = _DTYPES.get(entry["dtype"]) if isinstance(entry["dtype"], str) else None
    if dtype is None:
        raise _damaged(origin, f"{where} must be of type {', '.join(_DTYPES)}")
    shape, offsets = entry["shape"], entry["data_offsets"]
    if not _are_sizes(shape) or len(shape) > _MAX_DIMENSIONS or not _are_sizes(offsets) or len(offsets) != 2:
        raise _damaged(origin, f"{where} has an impossible shape or place")
    begin, end = offsets
    if not begin <= end <= data_bytes:
        raise _damaged(origin, f"{where} lies outside the file")
    if end - begin != math.prod(shape) * dtype.itemsize:
        raise _damaged(origin, f"{where} has not the number of bytes that its shape needs")
    return dtype, tuple(shape), begin, end


def _are_sizes(value: Any) -> bool:
    return isinstance(value, list) and all(type(item) is int and 0 <= item < 2**48 for item in value)


def _check_filled(spans: list[tuple[int, int]], data_bytes: int, origin: str) -> None:
    position = 0
    for begin, end in sorted(spans):
        if begin != position:
            raise _damaged(origin, "its tensors overlap or leave a gap")
        position = end
    if position != data_bytes:
        raise _damaged(origin, f"it has {data_bytes - position:,} bytes that belong to no tensor")


def _damaged(origin: str, reason: str) -> FileError:
    return FileError(f"{origin} is damaged or is no run file: {reason}.")
