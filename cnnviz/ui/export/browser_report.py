"""Images of a data set for a report: rows of them, the map on which like ones lie together, their pixels."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QSize

from cnnviz.data.summary import class_counts
from cnnviz.interpret.activations import picture_of
from cnnviz.interpret.number_files import NumberSet, Table
from cnnviz.spec.words import counted
from cnnviz.ui.browser.image_map import ImageMap
from cnnviz.ui.browser.pixel_plot import PixelPlot
from cnnviz.ui.browser.words import balance
from cnnviz.ui.export.bar_figure import Bar
from cnnviz.ui.export.map_figures import NamedTile, map_tile, tile_grid
from cnnviz.ui.export.report import Report
from cnnviz.ui.export.widget_figure import WidgetFigure, widget_figure
from cnnviz.ui.inspector.unit.figures import LEFT, RIGHT, Figure, Space, boxed, line, stack, text
from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.plots.end_labels import clipped
from cnnviz.ui.preparing.words import said_of
from cnnviz.ui.theme import SPACE_4, SPACE_12

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.app.data.image_maps import MapOfImages
    from cnnviz.data.dataset import Dataset, Split
    from cnnviz.ui.inspector.unit.pens import Pens

MOST_IMAGES, OF_EACH_CLASS = 160, 16
_WIDTH_PX, _IMAGE_PX = 800, 44
_MAP_PX, _PLOT_PX = (800, 560), (800, 220)
_BAR_PX, _MOST_NAME_CHARACTERS = (260, 16), 32
_COLORS = ("Red", "Green", "Blue")
_MEANS = "Pictures are the means of all images of a class."


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class ImagesShown:
    """Images of a part of a data set by their places in it; `about` says which part, and which are listed.

    `label` is the class that was chosen; None for all.
    """

    dataset: Dataset
    split: Split
    positions: NDArray[np.int64]
    about: str
    label: int | None = None

    @property
    def is_by_class(self) -> bool:
        """Whether the images stand in a row for each class."""
        return self.label is None and self.dataset.targets is None and self.dataset.class_count > 1

    def rows(self) -> list[tuple[str, NDArray[np.int64]]]:
        """Return what stands above each row, and the places of its images: the first ones of each class."""
        if not self.is_by_class:
            return [("", self.positions[:MOST_IMAGES])]
        labels = self.dataset.labels[self.indices(self.positions)]
        found = []
        for label, name in enumerate(self.dataset.class_names):
            own = self.positions[labels == label]
            if len(own):
                found.append((f"{name}: {counted(len(own), 'image')}", own[:OF_EACH_CLASS]))
        return found

    def indices(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return images by their places in the whole data set."""
        return self.dataset.indices(self.split)[positions]


def images_report(shown: ImagesShown) -> Report | None:
    """Return the images that are listed, or the first ones of each class; None where there are none."""
    if not len(shown.positions):
        return None
    dataset, every = shown.dataset, shown.indices(shown.positions)
    seen = shown.indices(np.concatenate([positions for _, positions in shown.rows()]))
    names = dataset.class_names
    rows = [
        (int(position) + 1, int(index), names[label] if dataset.targets is None else "")
        for position, index, label in zip(shown.positions, every, dataset.labels[every].tolist(), strict=True)
    ]
    notes = [] if len(seen) == len(every) else [f"Shown are {len(seen):,} of {len(every):,} images."]
    return Report(
        name=f"images-{shown.split.value}",
        title=f"Images of {dataset.title}",
        about=shown.about,
        body=lambda pens: _images(shown, pens),
        notes=(*notes, "Below each image stands its number in its part."),
        numbers=NumberSet(
            {"images": dataset.images[seen], "shown": seen, "listed": every},
            Table(("number", "index", "class"), rows),
        ),
    )


def classes_of_images_report(shown: ImagesShown, means: NDArray[np.float32] | None) -> Report | None:
    """Return how many images each class has, with their mean; None where images have no classes.

    `means` (K, C, H, W) may be missing as long as they are computed.
    """
    dataset, counts = shown.dataset, class_counts(shown.dataset, shown.split)
    if dataset.targets is not None:
        return None
    total = max(1, int(counts.sum()))
    rows = [
        (name, count, count / total) for name, count in zip(dataset.class_names, counts.tolist(), strict=True)
    ]
    arrays: dict[str, NDArray[Any]] = {"counts": counts}
    part = f"{shown.split.value} image"
    return Report(
        name=f"classes-{shown.split.value}",
        title=f"Classes of {dataset.title}",
        about=f"{said_of(dataset)} · {counted(int(counts.sum()), part)}",
        body=lambda pens: _classes(shown, counts, means, pens),
        notes=tuple(
            filter(None, (balance(dataset.class_names, counts), _MEANS if means is not None else ""))
        ),
        numbers=NumberSet(
            arrays if means is None else arrays | {"means": means}, Table(("class", "images", "share"), rows)
        ),
    )


def map_of_images_report(shown: ImagesShown, found: MapOfImages, words: str) -> Report:
    """Return the map of images; `words` say by what they are alike."""
    dataset = shown.dataset
    indices = shown.indices(found.positions)
    plane, labels = found.plane, dataset.labels[indices]
    rows = [
        (int(index), int(label), float(x), float(y))
        for index, label, (x, y) in zip(indices, labels, plane.tolist(), strict=True)
    ]
    return Report(
        name=f"map-of-images-{shown.split.value}",
        title=f"Map of {counted(len(indices), 'image')} of {dataset.title}",
        about=shown.about,
        body=lambda pens: _map(shown, found, pens),
        notes=(words,),
        numbers=NumberSet(
            {"plane": plane, "indices": indices, "labels": labels},
            Table(("index", "label", "x", "y"), rows),
        ),
    )


def pixels_report(shown: ImagesShown, counts: NDArray[np.int64], words: tuple[str, ...]) -> Report:
    """Return how often each level occurs: `counts` (classes, colours, levels); `words` are the headings."""
    part = counts.sum(axis=0) if shown.label is None else counts[shown.label]
    headings = ("level", *(_COLORS if len(part) > 1 else ("brightness",)))
    rows = [(level, *(int(one) for one in part[:, level])) for level in range(part.shape[1])]
    return Report(
        name=f"pixels-{shown.split.value}",
        title=f"Pixels of {shown.dataset.title}",
        about=shown.about,
        body=lambda pens: _pixels(part, counts.sum(axis=0), words, pens),
        notes=("Heights are square roots of shares, so that rare levels can be seen.",),
        numbers=NumberSet({"counts": counts}, Table(headings, rows)),
    )


def _images(shown: ImagesShown, pens: Pens) -> Figure:
    parts: list[Figure] = []
    for heading, positions in shown.rows():
        images = (shown.dataset.unit_image(int(index)) for index in shown.indices(positions))
        tiles = [
            NamedTile(picture_image(picture_of(image)), f"{position + 1:,}")
            for image, position in zip(images, positions.tolist(), strict=True)
        ]
        grid = tile_grid(tiles, pens.px(_IMAGE_PX), pens.px(_WIDTH_PX), pens)
        title = text(heading, pens.strong, pens.colors.text, pens)
        parts.append(stack((title, grid), pens.px(SPACE_4)) if heading else grid)
    return stack(parts, pens.px(SPACE_12))


def _classes(
    shown: ImagesShown, counts: NDArray[np.int64], means: NDArray[np.float32] | None, pens: Pens
) -> Figure:
    """Return a line for each class: the mean of its images, its name, how many there are, and a bar."""
    names = [clipped(name, _MOST_NAME_CHARACTERS) for name in shown.dataset.class_names]
    wide = max(pens.width(name, pens.body) for name in names)
    digits = pens.width(f"{int(counts.max(initial=0)):,}", pens.body)
    size, most = (pens.px(_BAR_PX[0]), pens.px(_BAR_PX[1])), max(1, int(counts.max(initial=0)))
    lines: list[Figure] = []
    for label, (name, count) in enumerate(zip(names, counts.tolist(), strict=True)):
        side = pens.px(_IMAGE_PX)
        picture: Figure = Space(side, side)
        if means is not None and count:
            tile = map_tile(picture_image(picture_of(means[label])), side, pens)
            picture = line(tile, Space(max(0, side - tile.width), side))
        color = pens.colors.text
        said = (
            boxed(name, pens.body, color, wide, pens, LEFT),
            boxed(f"{count:,}", pens.body, color, digits, pens, RIGHT),
        )
        lines.append(line(picture, *said, Bar(0.0, count / most, *size, pens, False), gap=pens.px(SPACE_12)))
    return stack(lines, pens.px(SPACE_4))


def _map(shown: ImagesShown, found: MapOfImages, pens: Pens) -> WidgetFigure:
    view = ImageMap(lambda _place: "")
    view.show_map(shown.dataset, shown.split, found)
    view.choose(shown.label)
    return widget_figure(view, QSize(*_MAP_PX), pens)


def _pixels(part: NDArray[np.int64], whole: NDArray[np.int64], words: tuple[str, ...], pens: Pens) -> Figure:
    figures: list[Figure] = []
    for channel, heading in enumerate(words):
        plot = PixelPlot()
        plot.show_counts(heading, part[channel], whole[channel], channel if len(part) > 1 else None)
        title = text(heading, pens.strong, pens.colors.text, pens)
        figures.append(stack((title, widget_figure(plot, QSize(*_PLOT_PX), pens)), pens.px(SPACE_4)))
    return stack(figures, pens.px(SPACE_12))
