"""What the evaluation says of a report, a cell of its matrix or an image, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.quantities import degrees
from cnnviz.spec.words import counted
from cnnviz.training.class_report import ClassReport
from cnnviz.ui.class_names import without_common_words
from cnnviz.ui.format import number, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cnnviz.app.evaluation.evaluator import UseOfTest
    from cnnviz.app.evaluation.examination import Findings
    from cnnviz.training.evaluation import Report
    from cnnviz.training.number_report import NumberReport

UNKNOWN = "–"
_MOST_USES = 4
_MOST_ANSWERS = 3


def headline(report: Report) -> str:
    """Return the one figure that says most."""
    if isinstance(report, ClassReport):
        return f"{share(report.accuracy)} right"
    return f"R² {number(report.r_squared())}"


def figures(report: Report) -> str:
    """Return the other figures."""
    if isinstance(report, ClassReport):
        tops = [f"top-{k} {share(report.top(k))}" for k in report.tops]
        return ", ".join([*tops, f"loss {number(report.loss)}"])
    return f"mean absolute error {number(report.mean_absolute_error())}, loss {number(report.loss)}"


def past(findings: Findings) -> str:
    """Return of which earlier weights a report is; empty where it is of the newest."""
    if not findings.is_past:
        return ""
    return f" at step {findings.step:,}" if findings.step else " with the first weights"


def moment(step: int, epoch: int) -> str:
    """Return when weights were taken."""
    return f"epoch {epoch:,}, step {step:,}" if step else "untrained"


def subject(findings: Findings) -> str:
    """Return on which images and weights a report is."""
    return f"{_images(findings.report.images, findings.split.value)}, {moment(findings.step, findings.epoch)}"


def uses_text(uses: Sequence[UseOfTest]) -> str:
    """Return how often the test set was looked at, and when; empty where it was not."""
    if not uses:
        return ""
    times = "once" if len(uses) == 1 else f"{len(uses):,} times"
    shown = ("images shown, " if use.is_look else "" for use in uses[-_MOST_USES:])
    moments = [
        f"{how}{use.design} {moment(use.step, use.epoch)}"
        for how, use in zip(shown, uses[-_MOST_USES:], strict=True)
    ]
    earlier = "…; " if len(uses) > _MOST_USES else ""
    return f"Test set used {times}: {earlier}{'; '.join(moments)}"


def cell_number(amount: float, *, by_row: bool) -> str:
    """Return what stands in a cell: a count, or per cent of the row."""
    if not by_row:
        return f"{amount:,.0f}"
    return "<1" if amount < 0.005 else f"{100 * amount:.0f}"


def cell_text(report: ClassReport, true_class: int, predicted: int) -> str:
    """Return what a cell holds: `3 taken for 8: 4 images, 13 % of all 30 of 3, 20 % of 20 taken for 8`."""
    table, names = report.confusion, report.class_names
    count = int(table[true_class, predicted])
    name, said = names[true_class], names[predicted]
    what = f"{name} found" if true_class == predicted else f"{name} taken for {said}"
    row, column = int(table[true_class].sum()), int(table[:, predicted].sum())
    parts = [f"{what}: {_images(count)}"]
    if row:
        parts.append(f"{share(count / row)} of all {row:,} of {name}")
    if column:
        parts.append(f"{share(count / column)} of all {column:,} taken for {said}")
    return ", ".join(parts)


def matrix_summary(report: ClassReport) -> str:
    """Return the matrix in a sentence, for a screen reader."""
    wrong = report.confusion - np.diag(report.confusion.diagonal())
    classes = counted(len(report.class_names), "class", "classes")
    said = f"{_images(report.images)} of {classes}, {headline(report)}."
    if not wrong.any():
        return said
    worst = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return f"{said} Most frequent mistake: {cell_text(report, int(worst[0]), int(worst[1]))}."


def list_heading(report: Report, count: int, true_class: int | None, predicted: int | None) -> str:
    """Return which images are listed: all mistakes, those of a class, or those of a cell."""
    if not isinstance(report, ClassReport):
        return f"{_images(count)}, the farthest off first"
    if true_class is None:
        if not count:
            return "No mistakes"
        return f"{counted(count, 'mistake')}, hardest first"
    name = report.class_names[true_class]
    if predicted is None:
        return f"{name} taken for others: {_images(count)}"
    if predicted == true_class:
        return f"{name} found: {_images(count)}"
    return f"{name} taken for {report.class_names[predicted]}: {_images(count)}"


def short_headings(
    report: ClassReport, count: int, true_class: int | None, predicted: int | None
) -> tuple[str, ...]:
    """Return the same for less room, the longest first; how many they are is the last to go."""
    if true_class is None:
        return (counted(count, "mistake"),) if count else ()
    if predicted == true_class:
        shapes: tuple[str, ...] = ("{} found: {}",)
    else:
        shapes = "{} taken for {}: {}", "{} → {}: {}"
    found, written = [], f"{count:,}" if count else "none"
    for names in (report.class_names, without_common_words(report.class_names)):
        other = () if predicted == true_class else ("others" if predicted is None else names[predicted],)
        found += [shape.format(names[true_class], *other, written) for shape in shapes]
    return tuple(sorted(dict.fromkeys(found), key=len, reverse=True))


def nothing_chosen(report: ClassReport, true_class: int | None, predicted: int | None) -> str:
    """Return what is said in the place of the images where none is in the cell, or of the class."""
    if true_class is None:
        return ""
    name = report.class_names[true_class]
    if predicted is None:
        return f"No image of {name} is taken for another class now."
    if predicted == true_class:
        return f"No image of {name} is found now."
    return f"No image of {name} is taken for {report.class_names[predicted]} now."


def image_lines(report: Report, place: int) -> tuple[tuple[str, str], ...]:
    """Return what stands beside an image: what is said, what is true, and the loss, each with a number."""
    loss = ("loss", number(float(report.losses[place])))
    if not isinstance(report, ClassReport):
        return ("says", _numbers(report, place)), ("true", _numbers(report, place, are_true=True)), loss
    said, true = int(report.predicted[place]), int(report.labels[place])
    names = report.class_names
    first = names[said], answer(report, place, said)
    return first, (f"true {names[true]}", answer(report, place, true)), loss


def image_sentence(report: Report, place: int) -> str:
    """Return the same in a line, for a screen reader."""
    return ", ".join(f"{name} {value}" for name, value in image_lines(report, place))


def image_tip(report: Report, place: int) -> str:
    """Return the likeliest classes of an image and its true one, a line for each."""
    if not isinstance(report, ClassReport):
        return image_sentence(report, place)
    values = report.answers[place]
    likeliest = np.argsort(-np.nan_to_num(values), kind="stable")[:_MOST_ANSWERS].tolist()
    true = int(report.labels[place])
    classes = likeliest if true in likeliest else [*likeliest, true]
    lines = [
        f"{report.class_names[k]}: {answer(report, place, k)}{'  (true)' if k == true else ''}"
        for k in classes
    ]
    return "\n".join([*lines, f"loss {number(float(report.losses[place]))}"])


def answer(report: ClassReport, place: int, class_number: int) -> str:
    """Return the probability or score that an image has for a class."""
    value = float(report.answers[place, class_number])
    return number(value) if report.is_scores else share(value)


def figure(value: float) -> str:
    """Return precision, recall or F1; a dash where it has no meaning."""
    return UNKNOWN if math.isnan(value) else share(value)


def number_figures(report: NumberReport, which: int) -> str:
    """Return how far one of the numbers is off."""
    error, explained = report.mean_absolute_error(which), report.r_squared(which)
    return f"mean absolute error {number(error)}, R² {number(explained)}"


def angle_figures(said: NDArray[np.float64], true: NDArray[np.float64]) -> str:
    """Return how far angles (N,) in degrees are off."""
    off = np.abs(said - true)
    mean, median = number(float(off.mean())), number(float(np.median(off)))
    return f"mean absolute error {mean}°, half of them within {median}°"


def _numbers(report: NumberReport, place: int, *, are_true: bool = False) -> str:
    """Return the numbers of an image; of an angle, degrees."""
    values = (report.targets if are_true else report.outputs)[place]
    angle = degrees(report.quantities, values)
    if angle is not None:
        return f"{float(angle):.0f}°"
    shown = ", ".join(number(float(value)) for value in values[:_MOST_ANSWERS])
    return f"{shown}, …" if len(values) > _MOST_ANSWERS else shown


def _images(count: int, kind: str = "") -> str:
    words = f"{kind} image".lstrip()
    return counted(count, words) if count else f"no {words}s"


def scale_text(most: float, *, by_row: bool) -> str:
    """Return the amount that has the full colour."""
    return f"{100 * most:.0f} %" if by_row else f"{most:,.0f}"
