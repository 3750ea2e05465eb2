"""A folder of pictures opened as a data set: looked through, decoded or found prepared, and divided."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.dataset import Dataset
from cnnviz.data.fitting import Color, Fitting
from cnnviz.data.importing.cache import CacheKey, PictureCache, Prepared
from cnnviz.data.importing.decoding import Block, decode_all
from cnnviz.data.importing.dividing import (
    divide,
    group_equal,
    remarks_on_classes,
    remarks_on_equals,
)
from cnnviz.data.importing.layout import SPLITS, Layout, folder_layout, no_layout
from cnnviz.data.importing.listing import list_folder
from cnnviz.data.importing.recipe import Recipe, to_source
from cnnviz.data.importing.remarks import Remark, remark
from cnnviz.data.importing.sampling import Samples, completed, take_samples
from cnnviz.data.importing.table_layout import table_layout
from cnnviz.data.importing.watch import Stage, Watch
from cnnviz.data.quantities import Quantity
from cnnviz.errors import DataError
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from cnnviz.data.importing.listing import Listing

MAX_MEMORY_BYTES = 1 << 30
"""Size of all images together that is held in memory where no room is on the disk: 1 GiB."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found in a folder before all pictures are read: their layout, and a look at some of them.

    `remarks` are about tables that were left out, too. There are no samples where nobody wanted a look.
    """

    layout: Layout
    samples: Samples | None
    remarks: tuple[Remark, ...]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """A data set made of a folder, and what is to be said about it."""

    dataset: Dataset
    recipe: Recipe
    remarks: tuple[Remark, ...]


def look_into(folder: Path, recipe: Recipe | None = None, watch: Watch | None = None) -> Found:
    """Find out what a folder holds; of the recipe, only what is said about a table counts here.

    No pictures are looked at where the recipe leaves nothing open.

    Raises
    ------
    DataError
        The folder cannot be read, or nothing in it says what is on the pictures, or none of them can be read.
    ImportCancelled
        Nobody wants to know any more.
    """
    recipe, watch = recipe or Recipe(), watch or Watch()
    watch.tell(Stage.LOOKING, 0, 0)
    listing = list_folder(folder, watch.is_stopping)
    watch.check()
    layout, remarks = lay_out(listing, recipe)
    is_open = None in (recipe.size, recipe.color)
    return Found(layout, take_samples(listing, layout.pictures, watch) if is_open else None, remarks)


def lay_out(listing: Listing, recipe: Recipe) -> tuple[Layout, tuple[Remark, ...]]:
    """Return what the files of a listing are, and remarks; again where something else is to be learned, say.

    Raises
    ------
    DataError
        As for `look_into`.
    """
    if not listing.pictures:
        raise no_layout(listing)
    by_folders = folder_layout(listing)
    has_classes = by_folders is not None and len(by_folders.class_names) > 1
    least = len(listing.pictures) // 2 if has_classes else 1
    if recipe.table:
        least = 1
    by_table, remarks = table_layout(listing, recipe.goal, recipe.columns, max(1, least), recipe.table)
    layout = by_table or by_folders
    if layout is None:
        raise no_layout(listing)
    return layout, (*remarks, *layout.remarks)


def import_folder(
    folder: Path, recipe: Recipe | None = None, watch: Watch | None = None, cache: PictureCache | None = None
) -> Imported:
    """Open a folder of pictures; what the recipe leaves open is guessed.

    Raises
    ------
    DataError
        As for `look_into`; or there are fewer than three pictures, or more than there is room for.
    ImportCancelled
        Nobody wants it any more.
    """
    return import_found(look_into(folder, recipe, watch), recipe or Recipe(), watch, cache)


def import_found(
    found: Found, recipe: Recipe, watch: Watch | None = None, cache: PictureCache | None = None
) -> Imported:
    """Make a data set of what was found, by a recipe; what it leaves open is guessed.

    Raises
    ------
    DataError
        There are fewer than three readable pictures, or more than there is room for.
    ImportCancelled
        Nobody wants it any more.
    """
    watch, cache = watch or Watch(), cache or PictureCache()
    layout = found.layout
    if found.samples is not None:
        recipe = completed(recipe, found.samples)
    if layout.table is not None:
        recipe = dataclasses.replace(recipe, goal=layout.table.goal, columns=layout.table.learned)
    else:
        recipe = dataclasses.replace(recipe, goal=None, columns=())
    prepared = _prepared(layout, _fitting(recipe), watch, cache)
    watch.check()
    watch.tell(Stage.DIVIDING, 0, 0)
    return _assembled(found, recipe, prepared, watch, cache)


def _fitting(recipe: Recipe) -> Fitting:
    assert recipe.size is not None
    assert recipe.color is not None
    return Fitting(*recipe.size, recipe.color, recipe.fit)


def _prepared(layout: Layout, fitting: Fitting, watch: Watch, cache: PictureCache) -> Prepared:
    """Find the pictures in the cache, or decode them into it, or into memory where it has no room."""
    listing, places = layout.listing, layout.pictures
    key = CacheKey(str(listing.root.resolve()), listing.digest(places), fitting)
    watch.tell(Stage.CHECKING, 0, 0)
    kept = cache.find(key, watch.is_stopping)
    watch.check()
    if kept is not None:
        return kept
    needed = len(places) * int(np.prod(fitting.shape))
    if needed <= cache.room():
        try:
            return cache.store(key, decode_all(listing, places, fitting, watch), len(places))
        except OSError as error:
            _check_memory(listing, places, fitting, f"the cache {cache.folder} failed ({error})")
    _check_memory(listing, places, fitting, f"there is no room for them in the cache {cache.folder}")
    return _in_memory(decode_all(listing, places, fitting, watch), fitting, len(places))


def _check_memory(listing: Listing, places: NDArray[np.int64], fitting: Fitting, why: str) -> None:
    needed = len(places) * int(np.prod(fitting.shape))
    if needed > MAX_MEMORY_BYTES:
        raise DataError(
            f"{listing.root} is too large: {len(places):,} pictures of {fitting.height}×{fitting.width} need "
            f"{needed:,} bytes, and {why}; in memory, at most {MAX_MEMORY_BYTES:,} are allowed. Smaller "
            "pictures, or fewer, can be opened."
        )


def _in_memory(blocks: Iterable[Block], fitting: Fitting, most: int) -> Prepared:
    """Collect blocks of `most` pictures at most."""
    pixels = np.empty((most, *fitting.shape), np.uint8)
    digests: list[NDArray[np.uint64]] = []
    skipped: list[tuple[int, str]] = []
    count = colored = 0
    for block in blocks:
        pixels[count : count + len(block.pixels)] = block.pixels
        count += len(block.pixels)
        digests.append(block.digests)
        skipped += block.skipped
        colored += block.colored
    return Prepared(pixels[:count], np.concatenate(digests), tuple(skipped), colored)


def _assembled(
    found: Found, recipe: Recipe, prepared: Prepared, watch: Watch, cache: PictureCache
) -> Imported:
    """Divide the readable pictures and put the data set together."""
    layout, root = found.layout, found.layout.listing.root
    is_read = ~np.isin(layout.pictures, [place for place, _ in prepared.skipped])
    labels, given = layout.labels[is_read], layout.parts[is_read]
    if not is_read.any():
        raise DataError(f"{root}: none of {counted(len(is_read), 'picture')} can be read.")
    groups = group_equal(prepared.digests)
    parts = divide(labels, given, groups, recipe, str(root))
    names = [layout.listing.pictures[place] for place in layout.pictures[is_read].tolist()]
    remarks = [*_skipped(layout, prepared), *found.remarks, *_made_grey(prepared, recipe)]
    remarks += remarks_on_equals(labels, parts, groups, names)
    if layout.targets is None:
        remarks += remarks_on_classes(labels, parts, layout.class_names)
    name = root.resolve().name or str(root)
    height, width = recipe.size or (0, 0)
    dataset = Dataset(
        name=f"folder:{name}",
        title=f"{name}: {counted(len(labels), 'image')} {height}×{width}",
        images=prepared.pixels,
        labels=labels,
        class_names=layout.class_names,
        splits={split: np.flatnonzero(parts == number) for number, split in enumerate(SPLITS)},
        source=to_source(root, recipe),
        targets=None if layout.targets is None else layout.targets[is_read],
        quantities=tuple(Quantity(column) for column in recipe.columns) if layout.targets is not None else (),
    )
    _settle_hash(dataset, parts, prepared, watch, cache)
    return Imported(dataset, recipe, tuple(remarks))


def _settle_hash(
    dataset: Dataset, parts: NDArray[np.int8], prepared: Prepared, watch: Watch, cache: PictureCache
) -> None:
    """Take the content hash from the cache, where one of the same labels and parts is; else note it there."""
    digest = hashlib.sha256(dataset.labels.tobytes())
    digest.update(parts.tobytes())
    digest.update(b"" if dataset.targets is None else dataset.targets.tobytes())
    made = digest.hexdigest()
    known = dict(prepared.contents).get(made)
    if known is not None:
        dataset.remember_content_hash(known)
    else:
        if prepared.begun_hash is not None:
            dataset.finish_content_hash(prepared.begun_hash)
        cache.remember(prepared, made, dataset.take_content_hash(watch))


def _skipped(layout: Layout, prepared: Prepared) -> Iterator[Remark]:
    if prepared.skipped:
        names = (f"{layout.listing.pictures[place]}: {reason}" for place, reason in prepared.skipped)
        yield remark(f"{counted(len(prepared.skipped), 'picture')} could not be read", names)


def _made_grey(prepared: Prepared, recipe: Recipe) -> Iterator[Remark]:
    if prepared.colored and recipe.color is Color.GRAY:
        yield remark(f"{counted(prepared.colored, 'picture')} in colour made grey", ())
