"""The moments of a run: its weights at the start, at early steps and after each epoch, to look back at.

They lie in the folder `moments` beside the run, one safetensors file each:

```
moments/step-000000000064-epoch-000002.safetensors
```

There are only so many, in memory and on disk. Beyond that, the one is given up that leaves the smallest gap,
where a gap counts by half on the steps and by half on their logarithm: a run learns most at its beginning.
"""

from __future__ import annotations

import dataclasses
import re
import threading
from typing import TYPE_CHECKING

import numpy as np
import safetensors.numpy

from cnnviz.engine.network import network_array_shapes
from cnnviz.errors import FileError
from cnnviz.files import read_limited, write_atomic
from cnnviz.training.safetensors_reader import read_tensors

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.events import Parameters

MEMORY_BYTES = 64 * 2**20
"""So much of the moments is in memory; a network with more weights than that keeps none."""
DISK_BYTES = 512 * 2**20
MOST_MOMENTS = 300
"""More would be closer together on a slider than a hand can move it."""
_MAX_FILE_BYTES = MEMORY_BYTES + 2**24
_NAME = re.compile(r"step-(\d{12,})-epoch-(\d{6,})\.safetensors")


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Moment:
    """After which step, and in which epoch from 1, weights were taken; both are 0 before training."""

    step: int
    epoch: int


def is_early_step(step: int) -> bool:
    """Return whether the weights after a step are kept wherever it is in its epoch: 0, 1, 2, 4, 8 …."""
    return step & (step - 1) == 0


@dataclasses.dataclass(slots=True, eq=False)
class _Kept:
    moment: Moment
    size: int
    arrays: Parameters | None
    path: Path | None = None


class MomentStore:
    """The moments of one run, in memory and in a folder where there is one.

    Any thread may call any method. The folder is only written by `write`, whose files its owner can put off.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        memory_bytes: int = MEMORY_BYTES,
        disk_bytes: int = DISK_BYTES,
        most: int = MOST_MOMENTS,
    ) -> None:
        """Begin with the moments that lie in the folder, which is made when there is something to write."""
        self.folder = folder
        self._memory_bytes = memory_bytes
        self._bytes = memory_bytes if folder is None else disk_bytes
        self._most = most
        self._lock = threading.Lock()
        self._writing = threading.Lock()  # a run goes on while the one before is still being written
        self._kept: dict[int, _Kept] = {}  # in the order of the steps
        self._total = 0
        self._gone: list[Path] = []
        self._recent: dict[int, None] = {}  # the steps that are in memory, the one used last at the end
        self._moments: tuple[Moment, ...] = ()
        self._best: int | None = None
        self._held: int | None = None
        if folder is not None:
            self._list(folder)

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Every moment, the first one first. It is the same object as long as there is no other moment."""
        return self._moments

    @property
    def best(self) -> int | None:
        """The step after the best epoch, which is never given up; None where none is known."""
        return self._best

    @property
    def total_bytes(self) -> int:
        """How much all moments take, wherever they are."""
        return self._total

    @property
    def unwritten_bytes(self) -> int:
        """How much is only in memory although there is a folder."""
        with self._lock:
            return self._unwritten()

    def set_best(self, step: int | None) -> None:
        """Say after which step the best epoch ended."""
        with self._lock:
            self._best = step

    def hold(self, step: int | None) -> None:
        """Keep the moment of this step whatever comes: somebody looks at it."""
        with self._lock:
            self._held = step

    def add(self, moment: Moment, arrays: Parameters) -> bool:
        """Keep weights, which are never written again, and return whether there is room.

        There is none for a network larger than the memory, nor while the disk is so slow that what waits for
        it fills the memory.
        """
        size = sum(array.nbytes for array in arrays.values())
        with self._lock:
            if size > self._memory_bytes:
                return False
            is_tight = self.folder is not None and self._total + size > self._memory_bytes
            if is_tight and self._unwritten() + size > self._memory_bytes:
                return False
            if moment.step in self._kept:
                self._drop(moment.step)
            self._kept[moment.step] = _Kept(moment, size, arrays)
            self._total += size
            self._recent[moment.step] = None
            if self._moments and moment < self._moments[-1]:
                self._kept = dict(sorted(self._kept.items()))
            self._thin()
            self._forget_written()
            self._renew()
        return True

    def parameters(self, moment: Moment) -> Parameters:
        """Return the weights of a moment, from the disk where they are not in memory.

        Raises
        ------
        FileError
            The moment was given up meanwhile, or its file is gone or damaged.
        """
        found = self.remembered(moment)
        if found is not None:
            return found
        with self._lock:
            kept = self._kept.get(moment.step)
            path = kept.path if kept is not None else None
        if path is None:
            raise FileError(f"The weights of step {moment.step:,} are kept no more.")
        arrays = read_tensors(read_limited(path, _MAX_FILE_BYTES), str(path)).tensors
        with self._lock:
            if kept is not None and self._kept.get(moment.step) is kept:
                kept.arrays = arrays
                self._recent[moment.step] = None
                self._forget_written()
        return arrays

    def remembered(self, moment: Moment) -> Parameters | None:
        """Return the weights of a moment if they are in memory."""
        with self._lock:
            kept = self._kept.get(moment.step)
            if kept is None or kept.arrays is None:
                return None
            self._recent.pop(moment.step, None)
            self._recent[moment.step] = None
            return kept.arrays

    def forget_after(self, step: int) -> None:
        """Give up what a run did after the step from which it goes on."""
        with self._lock:
            for late in [other for other in self._kept if other > step]:
                self._drop(late)
            self._renew()

    def release(self) -> None:
        """Let go of what is in memory and on disk as well."""
        with self._lock:
            self._forget_written(down_to=0)

    def write(self) -> None:
        """Bring the folder to what is kept; what is in memory alone, while it is written, is read from there.

        Raises
        ------
        FileError
            The disk is full or read-only, or the run was deleted. What is not written stays in memory.
        """
        if self.folder is None:
            return
        with self._writing:
            while (next_one := self._next_unwritten()) is not None:
                self._write_one(self.folder, *next_one)
            self._remove_gone()

    def _write_one(self, folder: Path, kept: _Kept, arrays: Parameters) -> None:
        moment = kept.moment
        path = folder / f"step-{moment.step:012}-epoch-{moment.epoch:06}.safetensors"
        content = safetensors.numpy.save({name: np.ascontiguousarray(a) for name, a in arrays.items()})
        self._make(folder)
        write_atomic(path, content)
        with self._lock:
            kept.path = path
            if self._kept.get(moment.step) is not kept:
                self._gone.append(path)
            self._forget_written()

    def _list(self, folder: Path) -> None:
        try:
            found = {path: _NAME.fullmatch(path.name) for path in folder.iterdir()}
            sizes = {path: path.stat().st_size for path, match in found.items() if match}
        except OSError:
            return  # there is no such folder yet
        for path in sorted(sizes):
            match = found[path]
            assert match is not None  # only such files have a size here
            moment = Moment(int(match[1]), int(match[2]))
            self._kept[moment.step] = _Kept(moment, sizes[path], None, path)
        self._total = sum(sizes.values())
        self._renew()

    def _next_unwritten(self) -> tuple[_Kept, Parameters] | None:
        with self._lock:
            for kept in self._kept.values():
                if kept.path is None and kept.arrays is not None:
                    return kept, kept.arrays
        return None

    def _remove_gone(self) -> None:
        with self._lock:
            gone, self._gone = self._gone, []
            kept = {one.path for one in self._kept.values()}
        for path in gone:
            if path not in kept:
                _unlink(path)

    def _thin(self) -> None:
        while len(self._kept) > 2 and (len(self._kept) > self._most or self._total > self._bytes):
            least = least_missed(list(self._kept), {self._best, self._held})
            if least is None:
                return
            self._drop(least)

    def _drop(self, step: int) -> None:
        kept = self._kept.pop(step)
        self._total -= kept.size
        self._recent.pop(step, None)
        if kept.path is not None:
            self._gone.append(kept.path)

    def _unwritten(self) -> int:
        return sum(kept.size for kept in self._kept.values() if kept.path is None)

    def _forget_written(self, down_to: int | None = None) -> None:
        """Let the longest unused arrays go that the disk has as well, until the rest fits the memory."""
        most = self._memory_bytes if down_to is None else down_to
        if self._total <= most:
            return
        used = sum(self._kept[step].size for step in self._recent)
        for step in list(self._recent):
            if used <= most:
                return
            kept = self._kept[step]
            if kept.path is not None:
                kept.arrays = None
                del self._recent[step]
                used -= kept.size

    def _renew(self) -> None:
        moments = tuple([kept.moment for kept in self._kept.values()])
        is_same = len(moments) == len(self._moments) and moments == self._moments
        self._moments = self._moments if is_same else moments

    @staticmethod
    def _make(folder: Path) -> None:
        try:
            folder.mkdir(exist_ok=True)  # not its parents: a run that was deleted stays so
        except OSError as error:
            raise FileError(f"Cannot make the folder {folder}: {error.strerror or error}.") from error


def least_missed(steps: list[int], protected: Collection[int | None]) -> int | None:
    """Return the step whose moment leaves the smallest gap; never the first or the last, or a protected one.

    `steps` rise. None is returned where all are protected.
    """
    numbers = np.array(steps, np.float64)
    last = max(numbers[-1], 1.0)
    places = numbers / last + np.log1p(numbers) / np.log1p(last)
    gaps = places[2:] - places[:-2]
    for step in protected:
        if step in steps[1:-1]:
            gaps[steps.index(step) - 1] = np.inf
    if not len(gaps) or not np.isfinite(gaps.min()):
        return None
    return steps[int(gaps.argmin()) + 1]


def check_fits(arrays: Parameters, spec: NetworkSpec, place: str) -> None:
    """Raise `FileError` where arrays are not those of a design; `place` is where they were found."""
    expected = network_array_shapes(spec)
    for name in (*expected, *arrays):
        if name not in arrays or name not in expected or arrays[name].shape != expected[name]:
            raise FileError(f'{place} are damaged: "{name[:80]}" is not as the design needs it.')


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # the run was deleted, or the disk is read-only: then it stays where it is
