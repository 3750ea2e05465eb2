"""The image that every view looks at: one of the data set, or one of the person's own."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.curtain import Curtain
from cnnviz.data.dataset import Dataset, Split
from cnnviz.data.image_file import LoadedImage, image_from_array, load_image
from cnnviz.data.importing.recipe import fit_of
from cnnviz.data.quantities import told, told_ranges
from cnnviz.data.refitting import treated_image
from cnnviz.training.examples import data_shape

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.spec.validate import DataShape


@dataclasses.dataclass(frozen=True, slots=True)
class Selected:
    """Which image is selected: one of a split, or one's own, which is in `path` or in no file."""

    split: Split
    position: int
    own: LoadedImage | None = None
    path: Path | None = None
    name: str = ""


class Selection(QObject):
    """Holds a data set and one selected image; at first it is one of those there are to be looked at.

    `curtain` hides the test images until somebody asks for them.

    Signals
    -------
    dataset_changed()
        Another data set is here; `image_changed` follows.
    image_changed()
        Another image is selected.
    """

    dataset_changed = Signal()
    image_changed = Signal()

    def __init__(self, dataset: Dataset, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.curtain = Curtain(self)
        self._dataset = dataset
        self._target_ranges = told_ranges(dataset.quantities, dataset.targets)
        self._split = Split.VALIDATION
        self._position = 0
        self._own: LoadedImage | None = None
        self._own_path: Path | None = None
        self._own_name = ""
        self._steps: tuple[str, ...] = ()
        self._take()

    @property
    def dataset(self) -> Dataset:
        """The data set to train on and to choose images from."""
        return self._dataset

    @property
    def data_shape(self) -> DataShape:
        """What the data set demands of a design."""
        return data_shape(self._dataset)

    @property
    def split(self) -> Split:
        """The part of the data set in which `position` counts."""
        return self._split

    @property
    def position(self) -> int:
        """Place of the image in its split, from 0."""
        return self._position

    @property
    def count(self) -> int:
        """How many images the split has."""
        return len(self._dataset.indices(self._split))

    @property
    def pixels(self) -> NDArray[np.float32]:
        """The image as the network gets it, float32 (C, H, W)."""
        return self._pixels

    @property
    def units(self) -> NDArray[np.float32]:
        """The image as the network gets it but for the scale of its numbers: float32 (C, H, W) in [0, 1]."""
        return self._units

    @property
    def picture(self) -> NDArray[np.float32]:
        """The image before it was prepared, float32 (C, H, W) in [0, 1]."""
        return self._picture

    @property
    def label(self) -> int | None:
        """The true class; None for an image of one's own."""
        return None if self._own is not None else int(self._dataset.labels[self._index])

    @property
    def targets(self) -> NDArray[np.float32] | None:
        """The right numbers (K,) as they are learned; None for classes and images of one's own."""
        targets = self._dataset.targets
        return None if self._own is not None or targets is None else targets[self._index]

    @property
    def told_targets(self) -> NDArray[np.float32] | None:
        """The right numbers (K,) in their own units; None where there are none."""
        return None if self.targets is None else told(self._dataset.quantities, self.targets)

    @property
    def target_ranges(self) -> NDArray[np.float32] | None:
        """The least and the largest right numbers of the data set (2, K), in their own units."""
        return self._target_ranges

    @property
    def label_name(self) -> str:
        """Name of the true class; empty for an image of one's own."""
        return "" if self.label is None else self._dataset.class_names[self.label]

    @property
    def train_index(self) -> int | None:
        """Number of the image in the data set where it is one of the training images; else None."""
        return self._index if self._own is None and self._split is Split.TRAIN else None

    @property
    def own_path(self) -> Path | None:
        """The file of an image of one's own; None for images of the data set."""
        return self._own_path

    @property
    def selected(self) -> Selected:
        """Which image it is, to be selected again by `restore`."""
        return Selected(self._split, self._position, self._own, self._own_path, self._own_name)

    @property
    def is_own(self) -> bool:
        """Whether the image is not one of the data set: a file, or a drawing."""
        return self._own is not None

    @property
    def own_name(self) -> str:
        """What an image of one's own is called: its file, or "drawing"; empty for images of the data set."""
        return self._own_name

    @property
    def original(self) -> NDArray[np.uint8] | None:
        """An image of one's own before it was fitted, uint8 (H, W, 3); None where nothing was done to it."""
        return self._own.original if self._own is not None else None

    @property
    def fitting_steps(self) -> tuple[str, ...]:
        """What was done to an image of one's own to make it fit, in words."""
        return self._steps

    def set_dataset(self, dataset: Dataset) -> None:
        """Take another data set and select its first validation image.

        Where it is the same one, only prepared otherwise, the same image stays selected.
        """
        before, self._dataset = self._dataset, dataset
        self._target_ranges = told_ranges(dataset.quantities, dataset.targets)
        if dataset.original is not before.original:
            self._split, self._position = Split.VALIDATION, 0
            self._forget_own()
            self.curtain.fall()
        self._take()
        self.dataset_changed.emit()
        self.image_changed.emit()

    def select(self, split: Split, position: int) -> None:
        """Select an image of the data set; a position beyond the ends is moved to the nearest."""
        self._split = split
        self._position = min(max(position, 0), self.count - 1)
        self._forget_own()
        self._take()
        self.image_changed.emit()

    @Slot()
    def next(self) -> None:
        """Select the image after this one, or the first after the last."""
        self.select(self._split, (self._position + 1) % self.count)

    @Slot()
    def previous(self) -> None:
        """Select the image before this one, or the last before the first."""
        self.select(self._split, (self._position - 1) % self.count)

    def random(self, rng: np.random.Generator) -> None:
        """Select any other image of the split."""
        if self.count > 1:
            distance = int(rng.integers(1, self.count))
            self.select(self._split, (self._position + distance) % self.count)

    def use_file(self, path: Path) -> None:
        """Select a picture file, fitted to the size of the data set's images.

        Raises
        ------
        DataError
            The file cannot be read as a picture; the selection stays as it was.
        """
        height, width, channels = self._dataset.original.image_shape
        fit = fit_of(self._dataset.source)
        self._own = load_image(path, height=height, width=width, channels=channels, fit=fit)
        self._own_path, self._own_name = path, path.name
        self._take()
        self.image_changed.emit()

    def use_picture(self, pixels: NDArray[np.uint8], name: str) -> None:
        """Select a picture that was pasted or dropped, uint8 (H, W, 4), fitted to the size of the images.

        Raises
        ------
        DataError
            It has no pixels; the selection stays as it was.
        """
        height, width, channels = self._dataset.original.image_shape
        fit = fit_of(self._dataset.source)
        self.use_pixels(
            image_from_array(pixels, height=height, width=width, channels=channels, fit=fit), name
        )

    def use_pixels(self, image: LoadedImage, name: str) -> None:
        """Select an image that is in no file; its shape may be other than that of the set."""
        self._own, self._own_path, self._own_name = image, None, name
        self._take()
        self.image_changed.emit()

    def restore(self, selected: Selected) -> None:
        """Select an image again that was selected before, of the same data set."""
        if selected == self.selected:
            return
        if selected.own is None:
            self.select(selected.split, selected.position)
            return
        self._split, self._position = selected.split, selected.position
        self._own, self._own_path, self._own_name = selected.own, selected.path, selected.name
        self._take()
        self.image_changed.emit()

    @Slot()
    def leave_own(self) -> None:
        """Select the image of the data set again that was selected before one's own."""
        if self._own is not None:
            self.select(self._split, self._position)

    def _take(self) -> None:
        """Prepare the image that is selected now as those of the data set are."""
        treatment = self._dataset.treatment
        if self._own is None:
            self._picture = self._dataset.original.unit_image(self._index)
            self._units, self._steps = self._dataset.unit_image(self._index), ()
        else:
            fitted = treated_image(self._own, treatment)
            self._picture, self._units = self._own.pixels, fitted.pixels
            self._steps = (*fitted.steps, *treatment.in_words())
        suits = not treatment.means or len(treatment.means) == len(self._units)
        self._pixels = treatment.numbers(self._units.copy()) if suits else self._units

    def _forget_own(self) -> None:
        self._own, self._own_path, self._own_name = None, None, ""

    @property
    def _index(self) -> int:
        return int(self._dataset.indices(self._split)[self._position])
