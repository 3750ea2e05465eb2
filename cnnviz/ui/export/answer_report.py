"""What a network answers, for a report: the image beside a bar for each class."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.interpret.number_files import NumberSet, Table
from cnnviz.ui.export.bar_figure import Bar
from cnnviz.ui.export.map_figures import map_tile
from cnnviz.ui.export.report import Report
from cnnviz.ui.inspector.answers import Answers, Meaning
from cnnviz.ui.inspector.unit.figures import LEFT, RIGHT, Figure, Line, boxed, line, stack
from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.plots.end_labels import clipped
from cnnviz.ui.theme import SPACE_4, SPACE_12, SPACE_24

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.ui.inspector.unit.pens import Pens

MOST_ROWS = 40
_IMAGE_PX, _BAR_PX, _ROW_PX = 160, 260, 20
_MOST_NAME_CHARACTERS = 32


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class AnswerShown:
    """What the network says of a picture uint8 (H, W, 3); `true_class` is None where it is not known."""

    picture: NDArray[np.uint8]
    answers: Answers
    class_names: tuple[str, ...]
    true_class: int | None = None

    @property
    def order(self) -> list[int]:
        """The rows: as they are, or the largest first where there are more than fit."""
        values = self.answers.values
        assert values is not None
        if len(values) <= MOST_ROWS or self.answers.meaning is Meaning.NUMBERS:
            return list(range(len(values)))[:MOST_ROWS]
        return sorted(range(len(values)), key=lambda index: -float(values[index]))[:MOST_ROWS]


def answer_report(shown: AnswerShown, about: str) -> Report | None:
    """Return the answer; None where there is none."""
    answers, values = shown.answers, shown.answers.values
    if values is None:
        return None
    legend = answers.legend(shown.true_class).removesuffix(".")
    notes = [f"{words}." for words in (answers.meaning.value, legend) if words]
    if len(values) > MOST_ROWS:
        notes.append(f"Shown are {MOST_ROWS} of {len(values):,} rows.")
    names = [answers.name(shown.class_names, index) for index in range(len(values))]
    rows = [
        (index, name, float(value), int(index == shown.true_class))
        for index, (name, value) in enumerate(zip(names, values, strict=True))
    ]
    return Report(
        name="answer",
        title=answers.sentence(shown.class_names, shown.true_class),
        about=about,
        body=lambda pens: _body(shown, pens),
        notes=tuple(notes),
        numbers=NumberSet({"answer": values}, Table(("index", "name", "value", "is_true"), rows)),
    )


def _body(shown: AnswerShown, pens: Pens) -> Figure:
    picture = map_tile(picture_image(shown.picture), pens.px(_IMAGE_PX), pens)
    return line(picture, stack(_rows(shown, pens), pens.px(2)), gap=pens.px(SPACE_24))


def _rows(shown: AnswerShown, pens: Pens) -> list[Figure]:
    answers, spans, order = shown.answers, shown.answers.spans().tolist(), shown.order
    names = [clipped(answers.name(shown.class_names, index), _MOST_NAME_CHARACTERS) for index in order]
    written, marks = answers.texts(), answers.marks()
    texts = [written[index] for index in order]
    wide = max(pens.width(name, pens.strong) for name in names)
    digits = max(pens.width(one, pens.strong) for one in texts)
    predicted, rows = answers.predicted(), []
    for index, name, value in zip(order, names, texts, strict=True):
        is_first = index == predicted
        font = pens.strong if is_first else pens.body
        size = pens.px(_BAR_PX), pens.px(_ROW_PX)
        begin, end = spans[index]
        bar = Bar(begin, end, *size, pens, is_first, None if marks is None else float(marks[index]))
        mark = "true" if index == shown.true_class and answers.meaning is not Meaning.NUMBERS else ""
        parts: tuple[Figure, ...] = (
            boxed(name, font, pens.colors.text, wide, pens, LEFT),
            bar,
            boxed(value, font, pens.colors.text, digits, pens, RIGHT),
            boxed(mark, pens.caption, pens.colors.success, pens.px(SPACE_24 + SPACE_4), pens, LEFT),
        )
        rows.append(Line(parts, pens.px(SPACE_12)))
    return list(rows)
