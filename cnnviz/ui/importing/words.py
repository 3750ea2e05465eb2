"""What the import says, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.dataset import Split
from cnnviz.data.downloading.fetching import megabytes
from cnnviz.data.fitting import Color, Fit
from cnnviz.data.importing.layout import SPLITS, LayoutKind
from cnnviz.data.importing.recipe import Goal
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from cnnviz.app.data.import_progress import ImportProgress
    from cnnviz.data.importing.layout import Layout, TableFacts
    from cnnviz.data.importing.opening import Imported
    from cnnviz.data.importing.recipe import Recipe
    from cnnviz.data.importing.sampling import Samples

COLOR_TITLES = {Color.RGB: "Colour", Color.GRAY: "Grey"}
FIT_TITLES = {Fit.PAD: "Pad", Fit.CROP: "Crop", Fit.STRETCH: "Stretch"}
FIT_MEANINGS = {
    Fit.PAD: "All of the picture is kept; the rest is filled in the colour of its border.",
    Fit.CROP: "The middle of the picture is kept; what is beside it is cut off.",
    Fit.STRETCH: "All of the picture is kept, but its proportions are not.",
}
_PURPOSES = {Split.TRAIN: "training", Split.VALIDATION: "validation", Split.TEST: "test"}


def amount(layout: Layout) -> str:
    """Say how many pictures there are, and how the folder says what is on them."""
    pictures = counted(len(layout.pictures), "picture")
    if layout.targets is not None:
        pictures += f" with {counted(layout.targets.shape[1], 'number')} each"
    else:
        pictures += f" in {counted(len(layout.class_names), 'class', 'classes')}"
    if layout.kind is LayoutKind.TABLE and layout.table is not None:
        return f"{pictures}, from the table {layout.table.name}"
    return f"{pictures}, from {layout.kind.value}"


def look(samples: Samples, total: int) -> str:
    """Say how large the pictures are and whether they are in colour, as far as was looked at."""
    sizes = set(samples.sizes)
    if len(sizes) == 1:
        width, height = samples.sizes[0]
        size = f"{height}×{width} pixels"
    else:
        shortest, longest = min(min(size) for size in sizes), max(max(size) for size in sizes)
        size = f"Sides of {shortest:,} to {longest:,} pixels"
    looked = len(samples.sizes) + samples.unreadable
    colour = "grey"
    if samples.colored:
        colour = "in colour" if samples.colored == len(samples.sizes) else "some in colour, some grey"
    parts = [size, colour]
    if samples.unreadable:
        parts.append(f"{samples.unreadable} cannot be read")
    return f"{' · '.join(parts)} (looked at {looked} of {total:,})" if looked < total else " · ".join(parts)


def given_parts(layout: Layout) -> str:
    """Say which parts the folder itself makes; empty where it makes none."""
    counts = {split: int((layout.parts == place).sum()) for place, split in enumerate(SPLITS)}
    parts = [f"{count:,} for {_PURPOSES[split]}" for split, count in counts.items() if count]
    return f"The folder says which are {', '.join(parts)}." if layout.has_parts else ""


def goal_title(table: TableFacts, goal: Goal, columns: tuple[str, ...]) -> str:
    """Return what is learned of a table, such as `species: 3 classes`."""
    if goal is Goal.CLASSES:
        distinct = next(column.distinct for column in table.columns if column.name == columns[0])
        return f"{columns[0]}: {counted(distinct, 'class', 'classes')}"
    if len(columns) == 1:
        return f"{columns[0]}: a number"
    return f"{', '.join(columns)}: {len(columns)} numbers"


def weight(layout: Layout, recipe: Recipe) -> str:
    """Say how much room the images take."""
    assert recipe.size is not None
    assert recipe.color is not None
    height, width = recipe.size
    values = len(layout.pictures) * height * width * recipe.color.channels
    return f"{counted(len(layout.pictures), 'image')} of {height}×{width}: {megabytes(values)}"


def progress(told: ImportProgress) -> str:
    """Say what is being done, and how far it is."""
    if not told.total:
        return f"{told.stage.value} …"
    return f"{told.stage.value}: {told.done:,} of {told.total:,}"


def outcome(imported: Imported) -> str:
    """Say what was imported, with the size of each part."""
    dataset = imported.dataset
    parts = (f"{len(dataset.indices(split)):,} for {_PURPOSES[split]}" for split in Split)
    return f"{counted(len(dataset), 'image')} imported: {', '.join(parts)}."


def class_rows(layout: Layout) -> list[tuple[str, str]]:
    """Return what is learned, a row for each class with its number, or for each number with its range."""
    if layout.targets is not None and layout.table is not None:
        lows, highs = layout.targets.min(axis=0), layout.targets.max(axis=0)
        return [
            (name, f"{low:g} to {high:g}")
            for name, low, high in zip(layout.table.learned, lows.tolist(), highs.tolist(), strict=True)
        ]
    counts = np.bincount(layout.labels, minlength=len(layout.class_names))
    return [(name, f"{count:,}") for name, count in zip(layout.class_names, counts.tolist(), strict=True)]
