"""A data set: labelled images of one size, divided into fixed splits."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from cnnviz.data.importing.watch import Stage, Watch
from cnnviz.data.plain_names import plain_name
from cnnviz.data.treatment import Treatment
from cnnviz.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cnnviz.data.quantities import Quantity

MAX_CLASSES = 1_000
"""More classes than this are taken for a damaged label, not for a wish."""

MAX_CLASS_NAME = 255
"""Characters; as long as the name of a folder can be."""

_T = TypeVar("_T", bound=np.generic)
_HASHED_BYTES = 64 << 20  # at once: a twentieth of a second, or a fifth
_BLOCK_IMAGES = 32  # images transposed at a time: measured fastest from 8x8x1 to 64x64x3


class Split(enum.Enum):
    """The part of a data set that an image belongs to."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Labelled images of one size, with class names and fixed splits; read-only.

    The arrays are taken over, not copied: whoever builds a `Dataset` no longer writes them. Data sets of the
    same content have the same `content_hash`; `==` is identity.

    Attributes
    ----------
    name
        Short identifier, for example ``digits`` or ``idx:mnist-t10k``.
    title
        What the user reads.
    images
        uint8 (N, H, W, C), C-contiguous; C is 1 (grey) or 3 (red, green, blue).
    labels
        int64 (N,), the class of each image, 0 to `class_count` - 1.
    class_names
        One name per class, in label order.
    splits
        For every `Split` the int64 indices of its images; none is empty and no image is in two.
    max_value
        The pixel value that becomes 1.0: 255, or 16 for the bundled digits.
    credit, licence
        Who made the images, and the terms of their use; empty where they are not known.
    source
        What opens the data set again: a catalog name, or an absolute path; empty where nothing does.
    targets
        float32 (N, K), finite: the numbers to be learned for each image, where numbers are learned instead of
        classes. None where there are classes only.
    quantities
        What the K numbers are; empty where nobody has said it. They are not part of the `content_hash`.
    treatment
        What was done to the images, and how their pixels become numbers; nothing but a division at first.
    unprepared
        The data set before that was done; None where nothing was. See `cnnviz.data.preparing`.

    Raises
    ------
    DataError
        An array has another type or shape, a label or an index is out of range, or splits overlap.
    """

    name: str
    title: str
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    splits: Mapping[Split, NDArray[np.int64]]
    max_value: int = 255
    credit: str = ""
    licence: str = ""
    source: str = ""
    targets: NDArray[np.float32] | None = None
    quantities: tuple[Quantity, ...] = ()
    treatment: Treatment = field(default=Treatment())
    unprepared: Dataset | None = None
    _content_hash: str | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        """Check everything once, so that nobody downstream has to."""
        self._check_images()
        self._check_labels()
        self._check_targets()
        splits = self._checked_splits()
        set_field = object.__setattr__
        set_field(self, "images", _read_only(np.ascontiguousarray(self.images)))
        set_field(self, "labels", _read_only(np.ascontiguousarray(self.labels)))
        if self.targets is not None:
            set_field(self, "targets", _read_only(np.ascontiguousarray(self.targets)))
        set_field(self, "class_names", tuple(self.class_names))
        set_field(self, "splits", MappingProxyType(splits))

    def __len__(self) -> int:
        """Return the number of images in all splits."""
        return len(self.labels)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Height, width and channels of every image."""
        _, height, width, channels = self.images.shape
        return height, width, channels

    @property
    def plain_name(self) -> str:
        """The name as people say it: that of the folder alone, say."""
        return plain_name(self.name)

    @property
    def original(self) -> Dataset:
        """The data set as it was before it was prepared."""
        return self if self.unprepared is None else self.unprepared

    @property
    def class_count(self) -> int:
        """Number of classes."""
        return len(self.class_names)

    @property
    def target_count(self) -> int:
        """How many numbers there are to be learned for each image; 0 where there are classes only."""
        return 0 if self.targets is None else self.targets.shape[1]

    @property
    def content_hash(self) -> str:
        """SHA-256 (hexadecimal) of shape, scale, images, labels, splits, treatment and targets, on demand."""
        return self.take_content_hash(Watch())

    def take_content_hash(self, watch: Watch) -> str:
        """Return the content hash, which takes a while where there are many images and nobody knows it yet.

        Raises
        ------
        ImportCancelled
            Nobody wants it any more.
        """
        if self._content_hash is None:
            object.__setattr__(self, "_content_hash", self._compute_hash(watch))
        assert self._content_hash is not None
        return self._content_hash

    def remember_content_hash(self, content_hash: str) -> None:
        """Take over the hash of this very content where it was computed before."""
        object.__setattr__(self, "_content_hash", content_hash)

    def finish_content_hash(self, begun: hashlib._Hash) -> None:
        """Compute the content hash from its beginning, into which the bytes of these very images went."""
        object.__setattr__(self, "_content_hash", self._finished_hash(begun.copy()))

    def indices(self, split: Split) -> NDArray[np.int64]:
        """Return the indices of the images of `split`, ascending as the reader stored them."""
        return self.splits[split]

    def scaled(
        self, indices: NDArray[np.int64], out: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Return the images `indices` as the network gets them: float32 (C, H, W, N), the engine's layout.

        They are in [0, 1] where the data set was not prepared otherwise. `out` of that shape and type is
        filled and returned instead of a new array.

        Raises
        ------
        DataError
            `out` has another shape or type.
        """
        return self.treatment.numbers(self.units(indices, out))

    def units(
        self, indices: NDArray[np.int64], out: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Return the images `indices` as float32 (C, H, W, N) in [0, 1], before they become numbers.

        `out` of that shape and type is filled and returned instead of a new array.

        Raises
        ------
        DataError
            `out` has another shape or type.
        """
        height, width, channels = self.image_shape
        count = len(indices)
        shape = (channels, height, width, count)
        if out is None:
            out = np.empty(shape, np.float32)
        elif out.shape != shape or out.dtype != np.float32:
            raise DataError(f"The buffer for images is {out.dtype} {out.shape}; it must be float32 {shape}.")
        rows = self.images.reshape(len(self), -1)[indices]
        # Transposing whole rows at once makes every write miss the cache; a few images at a time stay in it.
        pixels_first = np.empty((rows.shape[1], count), np.uint8)
        for start in range(0, count, _BLOCK_IMAGES):
            block = slice(start, start + _BLOCK_IMAGES)
            pixels_first[:, block] = rows[block].T
        planes = pixels_first.reshape(height, width, channels, count).transpose(2, 0, 1, 3)
        np.divide(planes, np.float32(self.max_value), out=out)
        return out

    def scaled_image(self, index: int) -> NDArray[np.float32]:
        """Return image `index` as the network gets it: float32 (C, H, W), see `scaled`.

        Raises
        ------
        DataError
            There is no such image.
        """
        return self.treatment.numbers(self.unit_image(index))

    def unit_image(self, index: int) -> NDArray[np.float32]:
        """Return image `index` as float32 (C, H, W) in [0, 1], as it is shown to people.

        Raises
        ------
        DataError
            There is no such image.
        """
        if not 0 <= index < len(self):
            raise DataError(
                f"There is no image {index} in data set '{self.name}': allowed are 0 to {len(self) - 1}."
            )
        planes: NDArray[np.float32] = self.images[index].transpose(2, 0, 1).astype(np.float32, order="C")
        planes /= np.float32(self.max_value)
        return planes

    def _check_images(self) -> None:
        images = self.images
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] not in (1, 3) or not images.size:
            raise self._error(
                "images must be uint8 (count, height, width, channels) with 1 or 3 channels and not empty; "
                f"received {images.dtype} {images.shape}"
            )
        if not 1 <= self.max_value <= 255:
            raise self._error(f"the largest pixel value must be 1 to 255; received {self.max_value}")
        if self.max_value < 255 and int(images.max()) > self.max_value:
            raise self._error(f"pixels must be 0 to {self.max_value}; received {int(images.max())}")

    def _check_labels(self) -> None:
        labels, count = self.labels, len(self.images)
        if labels.dtype != np.int64 or labels.shape != (count,):
            raise self._error(
                f"labels must be int64 ({count},), one per image; received {labels.dtype} {labels.shape}"
            )
        classes = len(self.class_names)
        if not 1 <= classes <= MAX_CLASSES:
            raise self._error(f"there must be 1 to {MAX_CLASSES:,} class names; received {classes:,}")
        longest = max(len(name) for name in self.class_names)
        if longest > MAX_CLASS_NAME:
            raise self._error(
                f"class names must be at most {MAX_CLASS_NAME} characters long; received one of {longest:,}"
            )
        lowest, highest = int(labels.min()), int(labels.max())
        if lowest < 0 or highest >= classes:
            raise self._error(f"labels must be 0 to {classes - 1}; received {lowest} to {highest}")

    def _check_targets(self) -> None:
        targets, count = self.targets, len(self.images)
        if targets is None:
            return
        if targets.dtype != np.float32 or targets.ndim != 2 or len(targets) != count or not targets.size:
            raise self._error(
                f"targets must be float32 ({count}, numbers per image); "
                f"received {targets.dtype} {targets.shape}"
            )
        if not np.isfinite(targets).all():
            raise self._error("targets must be finite numbers")
        if self.quantities and len(self.quantities) != targets.shape[1]:
            raise self._error(
                f"there must be a name for each of the {targets.shape[1]} numbers; "
                f"received {len(self.quantities)}"
            )

    def _checked_splits(self) -> dict[Split, NDArray[np.int64]]:
        if set(self.splits) != set(Split):
            raise self._error("splits must be exactly train, validation and test")
        checked = {split: np.asarray(self.splits[split]) for split in Split}
        for split, indices in checked.items():
            if indices.dtype != np.int64 or indices.ndim != 1 or not indices.size:
                raise self._error(
                    f"the {split.value} split must be int64 indices, at least one; "
                    f"received {indices.dtype} {indices.shape}"
                )
        joined = np.concatenate(list(checked.values()))
        last = len(self.images) - 1
        if joined.min() < 0 or joined.max() > last:
            raise self._error(f"split indices must be 0 to {last}; received {joined.min()} to {joined.max()}")
        if np.bincount(joined).max() > 1:
            raise self._error("an image is in the splits more than once")
        return {split: _read_only(np.ascontiguousarray(indices)) for split, indices in checked.items()}

    def _compute_hash(self, watch: Watch) -> str:
        digest, count = begun_content_hash(self.images.shape, self.max_value), len(self.images)
        step = max(1, _HASHED_BYTES // self.images[0].nbytes)
        for start in range(0, count, step):
            watch.check()
            if step < count:
                watch.tell(Stage.HASHING, start, count)
            digest.update(self.images[start : start + step].data)
        return self._finished_hash(digest)

    def _finished_hash(self, digest: hashlib._Hash) -> str:
        """Return the hash whose beginning has the images in it."""
        digest.update(self.labels.astype("<i8").tobytes())
        for split in Split:
            indices = self.splits[split]
            digest.update(f"{split.value} {len(indices)}".encode())
            digest.update(indices.astype("<i8").tobytes())
        digest.update(self.treatment.signature.encode())
        if self.targets is not None:
            digest.update(f"targets {self.targets.shape}".encode())
            digest.update(self.targets.astype("<f4").tobytes())
        return digest.hexdigest()

    def _error(self, problem: str) -> DataError:
        return DataError(f"Data set '{self.name}': {problem}.")


def begun_content_hash(shape: tuple[int, ...], max_value: int = 255) -> hashlib._Hash:
    """Return the beginning of the hash of a data set with images of this shape; their bytes come next."""
    return hashlib.sha256(f"{shape} {max_value}".encode())


def _read_only(array: NDArray[_T]) -> NDArray[_T]:
    view = array.view()
    view.flags.writeable = False
    return view


def numbered_classes(labels: NDArray[np.integer[Any]], where: str) -> tuple[str, ...]:
    """Return the names "0", "1", … up to the highest of `labels`, for files that name no classes.

    Raises
    ------
    DataError
        There is no label, or one below 0 or too high to be a class; `where` names the file.
    """
    if not labels.size:
        raise DataError(f"{where} holds no labels; at least one is needed.")
    lowest, highest = int(labels.min()), int(labels.max())
    if lowest < 0 or highest >= MAX_CLASSES:
        wrong = lowest if lowest < 0 else highest
        raise DataError(f"{where}: labels must be 0 to {MAX_CLASSES - 1}; received {wrong}.")
    return tuple(str(number) for number in range(highest + 1))
