"""Pictures that were decoded and fitted once, kept on disk and mapped into memory when wanted again.

An entry is a folder with `pixels.npy`, `digests.npy` and `facts.json`. It is made under another name and
renamed when it is whole. What is read from it is checked; where anything is wrong it counts as not there.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import shutil
import tempfile
import time
import uuid
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import PIL
import platformdirs

from cnnviz.data.dataset import begun_content_hash
from cnnviz.data.importing.decoding import digests_of
from cnnviz.errors import FileError
from cnnviz.files import read_limited, write_atomic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from cnnviz.data.fitting import Fitting
    from cnnviz.data.importing.decoding import Block

MAX_BYTES = 12 << 30
"""Room that all entries together may take; those not used for longest go first."""

_FORMAT = 1
_PART = ".part-"
_PIXELS, _DIGESTS, _FACTS = "pixels.npy", "digests.npy", "facts.json"
_MAX_FACTS_BYTES = 256 << 20
_MAX_CONTENTS = 16
_CHECKED_AT_ONCE = 256
_DAY_SECONDS = 86_400.0
STILL_SECONDS = 600.0
"""An entry that is being made is written on within this time."""


@dataclass(frozen=True, slots=True)
class CacheKey:
    """What an entry was made of: which pictures, as they were then, and what was done to them."""

    folder: str
    pictures: str
    fitting: Fitting

    @property
    def place(self) -> str:
        """Name that entries of this folder and this fitting begin with."""
        made = (_FORMAT, PIL.__version__, self.folder, *self.fitting.shape, self.fitting.fit.value)
        return hashlib.sha256(repr(made).encode("utf-8", "surrogatepass")).hexdigest()[:24]

    @property
    def name(self) -> str:
        """Name of the entry."""
        return f"{self.place}-{self.pictures}"


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Pictures ready for a data set: those of a cache entry, or in memory.

    Attributes
    ----------
    pixels
        uint8 (N, H, W, C), read-only where they are mapped from a file.
    digests
        uint64 (N,).
    skipped
        Pictures that could not be read: their places in the listing, and why.
    colored
        How many were in colour and were made grey.
    entry
        The folder of the cache entry; None where they are in memory only.
    contents
        Hashes of data sets made of them, by what was added to the pixels.
    begun_hash
        The beginning of such a hash, with the pixels in it; None where it was not computed on the way.
    """

    pixels: NDArray[np.uint8]
    digests: NDArray[np.uint64]
    skipped: tuple[tuple[int, str], ...]
    colored: int
    entry: Path | None = None
    contents: tuple[tuple[str, str], ...] = ()
    begun_hash: hashlib._Hash | None = None


def default_cache_folder() -> Path:
    """Return the folder of prepared pictures of this user; it may not be there yet."""
    return Path(platformdirs.user_cache_dir("cnnviz", appauthor=False)) / "pictures"


class PictureCache:
    """Finds, makes and removes entries. All entries together are at most `max_bytes` large."""

    def __init__(self, folder: Path | None = None, max_bytes: int = MAX_BYTES) -> None:
        self.folder = folder or default_cache_folder()
        self.max_bytes = max_bytes

    def find(self, key: CacheKey, is_stopping: Callable[[], bool] = lambda: False) -> Prepared | None:
        """Return what is kept under a key, or None where nothing is, or something else, or it is damaged.

        All of it is read. None, too, where `is_stopping` says meanwhile that nobody wants it any more.
        """
        entry = self.folder / key.name
        try:
            facts = _read_facts(entry, key)
            prepared = _read(entry, key, facts)
            if not _is_whole(prepared, facts, is_stopping):
                return None
            with contextlib.suppress(OSError):  # where it may be read, but not written
                os.utime(entry / _FACTS)
        except Exception:  # the parsers of JSON and of headers raise a dozen types for damaged bytes
            return None
        return prepared

    def room(self) -> int:
        """Return how many bytes an entry may take now: the disk keeps a tenth of what is free."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            return min(self.max_bytes, shutil.disk_usage(self.folder).free * 9 // 10)
        return 0

    def store(self, key: CacheKey, blocks: Iterable[Block], most: int) -> Prepared:
        """Write blocks of pictures, `most` at most, as an entry, and return it.

        Raises
        ------
        OSError
            The disk is full, or may not be written.
        """
        part = Path(tempfile.mkdtemp(prefix=_PART, dir=self.folder))
        try:
            facts, begun = _write_arrays(part, blocks, key, most)
            entry = self.folder / key.name
            _write_facts(part, facts)
            self._put(part, entry)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        self._trim(entry, key.place)
        try:
            return dataclasses.replace(_read(entry, key, facts), begun_hash=begun)
        except ValueError as error:
            raise OSError(f"what was written to {entry} is not what is there: {error}") from error

    def remember(self, prepared: Prepared, made: str, content_hash: str) -> None:
        """Note the hash of a data set, so that it need not be computed again. Where that fails, it is not."""
        if prepared.entry is None:
            return
        with contextlib.suppress(OSError, FileError, ValueError, LookupError, TypeError):
            facts = json.loads(read_limited(prepared.entry / _FACTS, _MAX_FACTS_BYTES))
            facts["contents"] = [*facts["contents"][1 - _MAX_CONTENTS :], [made, content_hash]]
            _write_facts(prepared.entry, facts)

    def bytes_used(self) -> int:
        """Return how much room all entries take."""
        return sum(_size(entry) for entry in self._entries())

    def bytes_unfinished(self) -> int:
        """Return how much room entries take that are being made, or were until the program ended."""
        return sum(_size(entry) for entry in self._entries(unfinished=True) if _is_part(entry))

    def clear(self) -> int:
        """Remove all entries and return how many bytes they took.

        What is mapped from one stays usable until it is let go of. Where the system does not allow that, as
        Windows does not, the entry stays as it is. One that is being made now stays, too.
        """
        freed = 0
        for entry in self._entries():
            size, name = _size(entry), f"{_PART}removed-{uuid.uuid4().hex}"  # no other is on its way out
            with contextlib.suppress(OSError):
                os.rename(entry, self.folder / name)  # all of it, or nothing
                shutil.rmtree(self.folder / name, ignore_errors=True)
                freed += size
        for entry in self._abandoned(STILL_SECONDS):
            freed += _size(entry)
            shutil.rmtree(entry, ignore_errors=True)
        return freed

    def _put(self, part: Path, entry: Path) -> None:
        if entry.exists():  # it is damaged, or another window has just made the same
            shutil.rmtree(entry, ignore_errors=True)
        os.replace(part, entry)

    def _trim(self, newest: Path, place: str) -> None:
        """Remove what the newest entry replaces, what broke off long ago, and the oldest of too much."""
        others = [entry for entry in self._entries() if entry != newest]
        stale = [entry for entry in others if entry.name.startswith(place)]
        for entry in (*stale, *self._abandoned()):
            shutil.rmtree(entry, ignore_errors=True)
        kept = sorted((entry for entry in others if entry not in stale), key=_last_used, reverse=True)
        used = _size(newest)
        for entry in kept:
            used += _size(entry)
            if used > self.max_bytes:
                shutil.rmtree(entry, ignore_errors=True)

    def _abandoned(self, seconds: float = _DAY_SECONDS) -> list[Path]:
        parts = filter(_is_part, self._entries(unfinished=True))
        return [part for part in parts if time.time() - _last_used(part) > seconds]

    def _entries(self, *, unfinished: bool = False) -> list[Path]:
        """Return the folders that are entries by their look; nothing else is ever removed."""
        try:
            folders = [path for path in self.folder.iterdir() if path.is_dir()]
        except OSError:
            return []
        return [path for path in folders if (unfinished if _is_part(path) else (path / _FACTS).is_file())]


def _write_arrays(
    part: Path, blocks: Iterable[Block], key: CacheKey, most: int
) -> tuple[dict[str, Any], hashlib._Hash | None]:
    """Write the pixels as they come, never more than a block in memory.

    Return what is known of them, and the beginning of a content hash: it begins with their number, so there
    is none where some could not be read.
    """
    begun = begun_content_hash((most, *key.fitting.shape))
    skipped: list[tuple[int, str]] = []
    digests = []
    count = colored = 0
    with (part / _PIXELS).open("wb") as file:
        _write_header(file, (most, *key.fitting.shape))
        start = file.tell()
        for block in blocks:
            file.write(block.pixels.data)
            begun.update(block.pixels.data)
            digests.append(block.digests)
            skipped.extend(block.skipped)
            colored += block.colored
            count += len(block.pixels)
        file.seek(0)
        _write_header(file, (count, *key.fitting.shape))
        if file.tell() != start:
            raise OSError("the header of the pixels changed its length")
    joined = np.concatenate([np.empty(0, "<u8"), *digests])
    np.save(part / _DIGESTS, joined)
    facts = {
        "format": _FORMAT,
        "folder": key.folder.encode("utf-8", "replace").decode(),
        "key": key.name,
        "count": count,
        "digest_check": zlib.crc32(joined.data),
        "skipped": skipped,
        "colored": colored,
        "contents": [],
    }
    return facts, begun if count == most else None


def _write_header(file: Any, shape: tuple[int, ...]) -> None:
    """Write the header of an .npy file. NumPy leaves room in it for a longer first number."""
    np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})


def _write_facts(entry: Path, facts: dict[str, Any]) -> None:
    facts = {name: value for name, value in facts.items() if name != "seal"}
    write_atomic(entry / _FACTS, json.dumps({**facts, "seal": _seal(facts)}).encode())


def _seal(facts: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _read_facts(entry: Path, key: CacheKey) -> dict[str, Any]:
    """Return what is known of an entry; an error of any kind where it is not what it should be."""
    facts = json.loads(read_limited(entry / _FACTS, _MAX_FACTS_BYTES))
    seal = facts.pop("seal")
    if seal != _seal(facts) or facts["format"] != _FORMAT or facts["key"] != key.name:
        raise ValueError("the facts are damaged, or of something else")
    return dict(facts)


def _read(entry: Path, key: CacheKey, facts: dict[str, Any]) -> Prepared:
    """Map an entry into memory; an error of any kind where its files are not as long as they must be."""
    return Prepared(
        pixels=_mapped(entry / _PIXELS, (facts["count"], *key.fitting.shape), np.dtype(np.uint8)),
        digests=np.array(_mapped(entry / _DIGESTS, (facts["count"],), np.dtype("<u8"))),
        skipped=tuple((place, reason) for place, reason in facts["skipped"]),
        colored=facts["colored"],
        entry=entry,
        contents=tuple((made, content) for made, content in facts["contents"]),
    )


def _mapped(path: Path, shape: tuple[int, ...], kind: np.dtype[Any]) -> NDArray[Any]:
    """Map an array into memory; an error where the file is not exactly as long as it must be."""
    if 0 in shape:
        return np.empty(shape, kind)
    array = np.lib.format.open_memmap(path, mode="r")
    if array.dtype != kind or array.shape != shape or not array.flags.c_contiguous:
        raise ValueError("another array")
    if path.stat().st_size != array.offset + array.nbytes:
        raise ValueError("another length")
    return array


def _is_whole(prepared: Prepared, facts: dict[str, Any], is_stopping: Callable[[], bool]) -> bool:
    """Compare the digests with their check, and the pixels with their digests, on several threads."""
    pixels, digests = prepared.pixels, prepared.digests
    if zlib.crc32(digests.data) != facts["digest_check"]:
        return False

    def is_right(start: int) -> bool:
        some = slice(start, start + _CHECKED_AT_ONCE)
        return not is_stopping() and np.array_equal(digests_of(pixels[some]), digests[some])

    with ThreadPoolExecutor(min(4, os.cpu_count() or 1), thread_name_prefix="cnnviz-check") as pool:
        return all(pool.map(is_right, range(0, len(pixels), _CHECKED_AT_ONCE)))


def _is_part(entry: Path) -> bool:
    """Return whether an entry is still being made, or on its way out, and not yet or no more one of them."""
    return entry.name.startswith(_PART)


def _size(entry: Path) -> int:
    with contextlib.suppress(OSError):
        return sum(path.stat().st_size for path in entry.iterdir())
    return 0


def _last_used(entry: Path) -> float:
    for path in (entry / _FACTS, entry / _PIXELS, entry):
        with contextlib.suppress(OSError):
            return path.stat().st_mtime
    return 0.0
