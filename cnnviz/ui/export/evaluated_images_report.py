"""Images with what a network says of them, for a report: its mistakes, or whatever else is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from cnnviz.interpret.activations import picture_of
from cnnviz.interpret.number_files import NumberSet, Table
from cnnviz.training.class_report import ClassReport
from cnnviz.ui.evaluation.words import image_lines
from cnnviz.ui.export.evaluation_report import about_findings
from cnnviz.ui.export.map_figures import map_tile, wrapped
from cnnviz.ui.export.report import Report
from cnnviz.ui.inspector.unit.figures import LEFT, Figure, Space, boxed, line, stack
from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.theme import SPACE_8, SPACE_12

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QFont

    from cnnviz.app.evaluation.examination import Findings
    from cnnviz.ui.inspector.unit.pens import Pens

MOST_IMAGES = 60
_WIDTH_PX, _IMAGE_PX, _WORDS_PX = 860, 64, 132


def evaluated_images_report(
    findings: Findings, places: NDArray[np.int64], heading: str, design: str
) -> Report | None:
    """Return images by their places (n,) in a report, in this order; None where there are none.

    `heading` says which they are.
    """
    if not len(places):
        return None
    shown = places[:MOST_IMAGES]
    notes = [] if len(shown) == len(places) else [f"Shown are {len(shown)} of {len(places):,} images."]
    return Report(
        name="evaluated-images",
        title=heading,
        about=about_findings(findings, design),
        body=lambda pens: _cards(findings, shown, pens),
        notes=(*notes, "Beside each image stand what is said of it, what is true, and the loss."),
        numbers=_numbers(findings, places, shown),
    )


def _cards(findings: Findings, places: NDArray[np.int64], pens: Pens) -> Figure:
    cards = [_card(findings, place, pens) for place in places.tolist()]
    return wrapped(cards, pens.px(_WIDTH_PX), pens.px(SPACE_12))


def _card(findings: Findings, place: int, pens: Pens) -> Figure:
    """Return a picture with its lines beside it; all cards are of one size."""
    image = findings.dataset.unit_image(int(findings.report.indices[place]))
    side, wide, colors = pens.px(_IMAGE_PX), pens.px(_WORDS_PX), pens.colors
    tile = map_tile(picture_image(picture_of(image)), side, pens)
    lines = [f"{name}: {value}" for name, value in image_lines(findings.report, place)]
    looks = ((pens.strong, colors.text), (pens.caption, colors.text), (pens.caption, colors.muted))
    words = [
        boxed(_fitted(words, font, wide), font, color, wide, pens, LEFT)
        for words, (font, color) in zip(lines, looks, strict=True)
    ]
    room = Space(max(0, side - tile.width) + pens.px(SPACE_8), side)
    return line(tile, room, stack(words))


def _fitted(words: str, font: QFont, width: int) -> str:
    return QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideMiddle, width)


def _numbers(findings: Findings, places: NDArray[np.int64], shown: NDArray[np.int64]) -> NumberSet:
    report, dataset = findings.report, findings.dataset
    indices, losses = report.indices[places], report.losses[places]
    arrays: dict[str, NDArray[Any]] = {
        "images": dataset.images[report.indices[shown]],
        "indices": indices,
        "places": places,
        "losses": losses,
    }
    if isinstance(report, ClassReport):
        names, labels, predicted = report.class_names, report.labels[places], report.predicted[places]
        arrays |= {"labels": labels, "predicted": predicted, "answers": report.answers[places]}
        headings: tuple[str, ...] = ("number", "index", "true", "predicted", "loss")
        rows: list[tuple[str | int | float, ...]] = [
            (place + 1, index, names[label], names[said], loss)
            for place, index, label, said, loss in zip(
                *(part.tolist() for part in (places, indices, labels, predicted, losses)), strict=True
            )
        ]
    else:
        outputs, targets = report.outputs[places], report.targets[places]
        arrays |= {"outputs": outputs, "targets": targets}
        columns = [f"{kind} {name}" for kind in ("output", "true") for name in report.names]
        headings = ("number", "index", *columns, "loss")
        parts = (places.tolist(), indices.tolist(), outputs.tolist(), targets.tolist(), losses.tolist())
        rows = [
            (place + 1, index, *output, *target, loss)
            for place, index, output, target, loss in zip(*parts, strict=True)
        ]
    return NumberSet(arrays, Table(headings, rows))
