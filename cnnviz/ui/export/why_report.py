"""Which parts of an image speak for a class, or what a filter looks for, for a report."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from cnnviz.interpret.activations import picture_of
from cnnviz.interpret.attribution.overlay import colored, overlaid
from cnnviz.interpret.number_files import NumberSet, Table
from cnnviz.ui.attribution.words import when_text
from cnnviz.ui.export.map_figures import legend, map_tile, scaling_of, wrapped
from cnnviz.ui.export.report import Report
from cnnviz.ui.format import number
from cnnviz.ui.inspector.unit.figures import CENTER, Figure, boxed, line, stack, text
from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_16, SPACE_24

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.app.attribution.attribution_work import ClassAnswer
    from cnnviz.data.dataset import Dataset
    from cnnviz.interpret.attribution.maximisation import Maximised
    from cnnviz.interpret.attribution.top_images import Excitement, TopImages
    from cnnviz.ui.attribution.why_panel import WhyPanel
    from cnnviz.ui.inspector.unit.pens import Pens

_PICTURE_PX, _MADE_PX, _EXCITING_PX, _WIDTH_PX = 256, 256, 80, 780


def why_report(panel: WhyPanel, about: str, image: str = "") -> Report | None:
    """Return what the dock shows, with the notes under it; None while there is no answer.

    `about` is of which design; `image` is which image the class is explained of, where that is known.
    """
    name = f"why-{panel.export_name}"
    if panel.page == 1:
        return _of_filter(panel, name, about)
    answer = panel.class_page.answer
    if answer is None:
        return None
    said, *notes = panel.class_page.notes.splitlines()
    return Report(
        name=name,
        title=f"Why {said}",
        about=" · ".join(filter(None, (about, image, when_text(answer.question.snapshot)))),
        body=lambda pens: _triptych(answer, pens),
        notes=tuple(notes),
        numbers=_numbers_of_class(answer),
    )


def _triptych(answer: ClassAnswer, pens: Pens) -> Figure:
    """Return the image, the map and both on top of each other, with what the colours mean."""
    attribution, atlas = answer.attribution, answer.attribution.atlas()
    picture = picture_of(answer.question.units)
    parts = (
        ("Image", picture),
        (attribution.method.title, colored(atlas, dark=pens.colors.is_dark)),
        ("Overlay", overlaid(picture, atlas)),
    )
    row = line(*(_named(name, pixels, pens) for name, pixels in parts), gap=pens.px(SPACE_16))
    return stack((row, legend(attribution.method.title, scaling_of(atlas), pens)), pens.px(SPACE_16))


def _named(name: str, pixels: NDArray[np.uint8], pens: Pens) -> Figure:
    tile = map_tile(picture_image(pixels), pens.px(_PICTURE_PX), pens)
    return stack((text(name, pens.strong, pens.colors.text, pens), tile), pens.px(SPACE_4))


def _numbers_of_class(answer: ClassAnswer) -> NumberSet:
    arrays: dict[str, NDArray[Any]] = {
        "map": answer.attribution.map,
        "values": answer.attribution.values,
        "image": answer.question.image,
        "scores": answer.scores,
    }
    if answer.difference is not None:
        arrays["difference"] = answer.difference.shares
    return NumberSet(arrays)


def _of_filter(panel: WhyPanel, name: str, about: str) -> Report | None:
    page = panel.filter_page
    top, made, dataset = page.images.images.top, page.made_image, page.images.images.dataset
    if top is None and made is None:
        return None
    filter_name, *notes = page.notes.splitlines()
    return Report(
        name=name,
        title=f"What excites {filter_name}",
        about=about,
        body=lambda pens: _filter(top, made, dataset, pens),
        notes=tuple(notes),
        numbers=_numbers_of_filter(top, made, dataset),
    )


def _filter(top: TopImages | None, made: Maximised | None, dataset: Dataset | None, pens: Pens) -> Figure:
    """Return the image that was made up, and below it those of the data set that excite it most."""
    parts: list[Figure] = []
    if made is not None:
        tile = map_tile(picture_image(picture_of(made.image)), pens.px(_MADE_PX), pens)
        parts.append(_below("Made up for it", tile, pens))
    if top is not None and dataset is not None and top.images:
        cards: list[Figure] = [_exciting(one, dataset, pens) for one in top.images]
        grid = wrapped(cards, pens.px(_WIDTH_PX), pens.px(SPACE_16))
        parts.append(_below("Most exciting images: what is framed stands beside each", grid, pens))
    return stack(parts, pens.px(SPACE_24))


def _below(words: str, figure: Figure, pens: Pens) -> Figure:
    return stack((text(words, pens.strong, pens.colors.text, pens), figure), pens.px(SPACE_8))


def _exciting(one: Excitement, dataset: Dataset, pens: Pens) -> Figure:
    """Return an image with a frame around what excites, that part as large, and the number below."""
    picture, box = picture_of(dataset.unit_image(one.index)), one.box
    side = pens.px(_EXCITING_PX)
    framed = (box.top, box.left, box.bottom - box.top, box.right - box.left)
    whole = dataclasses.replace(map_tile(picture_image(picture), side, pens), window=framed)
    part = map_tile(picture_image(picture[box.top : box.bottom, box.left : box.right].copy()), side, pens)
    pair = line(whole, part, gap=pens.px(SPACE_8))
    value = boxed(number(one.value), pens.caption, pens.colors.text, pair.width, pens, CENTER)
    return stack((pair, value), pens.px(2))


def _numbers_of_filter(top: TopImages | None, made: Maximised | None, dataset: Dataset | None) -> NumberSet:
    arrays: dict[str, NDArray[Any]] = {}
    if made is not None:
        arrays |= {"made": made.image, "values": made.values}
    if top is None or dataset is None or not top.images:
        return NumberSet(arrays)
    arrays["images"] = dataset.images[[one.index for one in top.images]]
    rows = [
        (one.position + 1, one.index, one.value, one.row, one.column, *dataclasses.astuple(one.box))
        for one in top.images
    ]
    box = [f"box {field.name}" for field in dataclasses.fields(top.images[0].box)]
    return NumberSet(arrays, Table(("number", "index", "value", "row", "column", *box), rows))
