"""`cnnviz inspect --filter`: what a filter looks for, as pictures and arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.cli.output import say
from cnnviz.cli.pictures import BACKGROUND, enlarged, png
from cnnviz.data.dataset import Split
from cnnviz.errors import SpecError
from cnnviz.files import write_atomic
from cnnviz.interpret.activations import picture_of
from cnnviz.interpret.attribution.maximisation import Maximisation, maximise
from cnnviz.interpret.attribution.top_images import TOP_COUNT, top_images
from cnnviz.interpret.attribution.unit import UnitOutput
from cnnviz.interpret.number_files import npz_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset
    from cnnviz.interpret.attribution.top_images import Excitement, TopImages
    from cnnviz.interpret.attribution.unit import Box
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.events import Parameters

_SIDE_PX, _GAP_PX, _COLUMNS = 112, 8, 3
_BOX_COLOR = (255, 176, 0)
"""Seen on black, on white and on gray."""


def write_filter(
    spec: NetworkSpec, parameters: Parameters, dataset: Dataset, wanted: str, folder: Path, *, arrays: bool
) -> tuple[list[str], dict[str, Any]]:
    """Write the training images that excite a filter most, and an image made up for it.

    `wanted` is `LAYER:NUMBER`. Returns the names of the files, and what is to be known of the filter.

    Raises
    ------
    CnnvizError
        There is no such layer or filter, the images do not fit, or a file cannot be written.
    """
    layer_id, unit = _parsed(wanted)
    output = UnitOutput(spec, parameters, layer_id, unit)
    say(f"Looking through the training images for filter {unit} of {layer_id} …")
    top = top_images(output, dataset, Split.TRAIN)
    made = maximise(output, Maximisation(), treatment=dataset.treatment)
    name = f"filter-{layer_id}-{unit}"
    pictures = {
        f"{name}-top.png": _sheet(top, dataset),
        f"{name}-made.png": enlarged(picture_of(made.image)),
    }
    for file_name, pixels in pictures.items():
        write_atomic(folder / file_name, png(pixels))
    written = list(pictures)
    if arrays:
        images = [dataset.scaled_image(one.index) for one in top.images]
        held = {"made": made.image, "values": made.values}
        write_atomic(folder / f"{name}.npz", npz_bytes(held | ({"top": np.stack(images)} if images else {})))
        written.append(f"{name}.npz")
    facts = {"layer": layer_id, "filter": unit, "excited": top.excited, "seen": top.seen}
    return written, facts | {"top": [_facts(one) for one in top.images]}


def _parsed(wanted: str) -> tuple[str, int]:
    layer_id, sign, number = wanted.rpartition(":")
    if not (sign and layer_id and number.isascii() and number.isdecimal() and len(number) < 10):
        raise SpecError(f'A filter is written as LAYER:NUMBER, such as conv1:0; received "{wanted}".')
    return layer_id, int(number)


def _facts(one: Excitement) -> dict[str, Any]:
    box = one.box
    return {"index": one.index, "value": one.value, "box": [box.top, box.left, box.bottom, box.right]}


def _sheet(top: TopImages, dataset: Dataset) -> NDArray[np.uint8]:
    """Return all images in rows, each with its box, and the part inside the box beside it."""
    tiles = [_tile(picture_of(dataset.unit_image(one.index)), one.box) for one in top.images]
    if not tiles:
        return np.full((_SIDE_PX, _SIDE_PX, 3), BACKGROUND, np.uint8)
    height, width = (max(tile.shape[axis] for tile in tiles) + _GAP_PX for axis in (0, 1))
    rows = -(-TOP_COUNT // _COLUMNS)
    sheet = np.full((rows * height + _GAP_PX, _COLUMNS * width + _GAP_PX, 3), BACKGROUND, np.uint8)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, _COLUMNS)
        top_px, left_px = row * height + _GAP_PX, column * width + _GAP_PX
        sheet[top_px : top_px + tile.shape[0], left_px : left_px + tile.shape[1]] = tile
    return sheet


def _tile(picture: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """Return an image with a frame around a part, and that part as large, with a gap between."""
    whole, factor = _fitted(picture)
    part, _ = _fitted(picture[box.top : box.bottom, box.left : box.right])
    top, left, bottom, right = (edge * factor for edge in (box.top, box.left, box.bottom, box.right))
    for rows, columns in (
        (slice(top, top + 2), slice(left, right)),
        (slice(bottom - 2, bottom), slice(left, right)),
        (slice(top, bottom), slice(left, left + 2)),
        (slice(top, bottom), slice(right - 2, right)),
    ):
        whole[rows, columns] = _BOX_COLOR
    height = max(len(whole), len(part))
    tile = np.full((height, whole.shape[1] + _GAP_PX // 2 + part.shape[1], 3), BACKGROUND, np.uint8)
    tile[: len(whole), : whole.shape[1]] = whole
    tile[: len(part), whole.shape[1] + _GAP_PX // 2 :] = part
    return tile


def _fitted(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], int]:
    factor = max(1, _SIDE_PX // max(pixels.shape[:2]))
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1), factor
