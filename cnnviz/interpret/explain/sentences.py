"""Explanations in words: one sentence for screen readers, and lines of text to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.explain.pointwise import Bent, Normalised, Passed, Quieted
from cnnviz.interpret.explain.rows import Added, Shares, WeightedRow
from cnnviz.interpret.explain.steps import aligned, bend_formula, rounding_text, steps, written
from cnnviz.interpret.explain.windows import Largest, Mean, Weighted
from cnnviz.spec.layers import Dropout, Flatten, SpatialDropout
from cnnviz.spec.numerals import number
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.interpret.explain.explain import Explanation
    from cnnviz.interpret.explain.place import Look, Unit
    from cnnviz.interpret.explain.windows import Numbers, Window

_MOST_CHANNELS, _MOST_PRODUCTS, _MOST_SIDE = 64, 20, 12


def unit_name(look: Look, unit: Unit) -> str:
    """Return what a unit is called, counted from 0: `conv2, map 5, row 3, column 4`, or `dense1, unit 7`."""
    layer = unit.layer_id or "input"
    if look.values(unit.layer_id).ndim == 1:
        return f"{layer}, unit {unit.channel}"
    return f"{layer}, map {unit.channel}, row {unit.row}, column {unit.column}"


def unit_file_name(look: Look, unit: Unit) -> str:
    """Return what files of a unit are called, without a suffix: `unit-conv2-5-3-4`, or `unit-dense1-7`."""
    is_row = look.values(unit.layer_id).ndim == 1
    place = "" if is_row else f"-{unit.row}-{unit.column}"
    return f"unit-{unit.layer_id or 'input'}-{unit.channel}{place}"


def sentence(look: Look, explanation: Explanation) -> str:
    """Return where the number comes from, in a sentence or two."""
    said = (
        f"{unit_name(look, explanation.unit)}, is {number(explanation.value)}: {_reason(look, explanation)}."
    )
    then = explanation.then
    if then is None:
        return said
    return f"{said} Then {then.layer.id} makes {number(then.value)} of it."


def text(look: Look, explanation: Explanation) -> str:
    """Return the whole arithmetic as lines of text, numbers below each other, as people copy it."""
    lines = [sentence(look, explanation), ""]
    lines.extend(_details(look, explanation))
    found = steps(explanation)
    labels, numbers = [step.label for step in found], written(explanation)
    wide, digits = max(map(len, labels)), max(map(len, numbers))
    lines.extend(f"{label:<{wide}}  {one:>{digits}}" for label, one in zip(labels, numbers, strict=True))
    lines.append(rounding_text(explanation))
    return "\n".join(lines) + "\n"


def _reason(look: Look, explanation: Explanation) -> str:
    how, place = explanation.how, explanation.place
    numbers = [one.strip() for one in written(explanation)]
    match how:
        case Weighted() | WeightedRow():
            return _weighed(how, numbers)
        case Largest():
            winner = unit_name(look, how.strongest) if how.strongest is not None else "none"
            tied = f", the first of {how.ties:,} equal ones" if how.ties > 1 else ""
            return f"the largest of {_counted(how.window)}; it stands at {winner}{tied}"
        case Mean():
            return f"the mean of {_counted(how.window)}, which add up to {numbers[0]}"
        case Bent():
            return f"{bend_formula(how.layer)} of {number(how.x)}, the number at the same place before"
        case Normalised():
            x, mean, deviation, weight, bias, _ = numbers
            return (
                f"{x} less the mean {mean}, divided by the deviation {deviation}, times {weight}, plus {bias}"
            )
        case Quieted():
            return (
                f"{numbers[0]} divided by {numbers[1]}, which the squares of "
                f"{len(how.neighbours)} maps at this place make"
            )
        case Shares():
            return (
                f"exp({number(float(how.scores[how.index]) - how.largest)}), divided by the sum of all "
                f"{len(how.scores):,} exponentials, {numbers[1]}; the largest score, "
                f"{number(how.largest)}, was taken away from all of them first"
            )
        case Added():
            way = "its projection" if how.projection is not None else "what came in"
            return f"what the body made of it, {numbers[0]}, plus {way}, {numbers[1]}"
        case Passed():
            layer = place.layer if place is not None else None
            return _passed(look, how, layer)


def _weighed(how: Weighted | WeightedRow, numbers: Sequence[str]) -> str:
    count = how.products.size
    words = counted(count, "product")
    if isinstance(how, Weighted):
        channels = len(how.sums)
        words += f" from {counted(channels, 'map')}"
        outside = how.window.inside.size - how.window.count
        words += f", {outside * channels:,} of them with padding," if outside else ""
    verb = "makes" if count == 1 else "add up to"
    said = f"{words} {verb} {numbers[0]}"
    return said if how.bias is None else f"{said}; plus the bias {numbers[1]}"


def _counted(window: Window) -> str:
    count, size = window.count, window.inside.size
    return f"{counted(count, 'number')} of a window of {window.size[0]}×{window.size[1]}" + (
        f", of which {size - count:,} lie in the padding and are not counted" if count < size else ""
    )


def _passed(look: Look, how: Passed, layer: object) -> str:
    if layer is None:
        return "a number of the image itself"
    if how.source is None:
        return "a zero that was added around the map"
    source = unit_name(look, how.source)
    if isinstance(layer, Dropout | SpatialDropout):
        return (
            f"passed on from {source}; only while training {100 * layer.rate:g} % of them are "
            f"silenced, and the others multiplied by {number(1 / (1 - layer.rate))}"
        )
    return (
        f"the number of {source}, {'in its place in the row' if isinstance(layer, Flatten) else 'passed on'}"
    )


def _details(look: Look, explanation: Explanation) -> list[str]:
    how = explanation.how
    match how:
        case Weighted():
            return _channels(how)
        case WeightedRow():
            return _products(look, how)
        case Largest() | Mean():
            return [*_block("window", how.cells, how.window), ""]
        case Shares():
            return _exponentials(how)
        case _:
            return []


def _channels(how: Weighted) -> list[str]:
    """Return patch, kernel and products of each channel side by side, those with the largest sums."""
    order = np.sort(np.argsort(-np.abs(np.nan_to_num(how.sums)), kind="stable")[:_MOST_CHANNELS])
    lines = []
    for channel in order:
        blocks = [
            _block(name, array[channel], how.window if name != "kernel" else None)
            for name, array in (("patch", how.patch), ("kernel", how.kernel), ("products", how.products))
        ]
        lines.append(f"channel {how.first_channel + channel}: Σ {number(float(how.sums[channel]))}")
        lines.extend("   ".join(parts) for parts in zip(*blocks, strict=True))
        lines.append("")
    if len(order) < len(how.sums):
        rest = float(how.sums.sum() - how.sums[order].sum())
        lines += [f"{len(how.sums) - len(order):,} other channels: Σ {number(rest)}", ""]
    return lines


def _block(name: str, values: Numbers, window: Window | None) -> list[str]:
    """Return numbers (rows, columns) as lines of equal length under a name; `·` is padding."""
    values = values[:_MOST_SIDE, :_MOST_SIDE]
    written = aligned([float(value) for value in values.flat])
    if window is not None:
        inside = window.inside[:_MOST_SIDE, :_MOST_SIDE].flat
        written = [one if is_in else "·" for one, is_in in zip(written, inside, strict=True)]
    wide, columns = max(map(len, written)), values.shape[1]
    rows = [
        "  ".join(f"{one:>{wide}}" for one in written[start : start + columns])
        for start in range(0, len(written), columns)
    ]
    length = max(len(rows[0]), len(name))
    return [f"{name:<{length}}", *(f"{row:<{length}}" for row in rows)]


def _products(look: Look, how: WeightedRow) -> list[str]:
    """Return the largest products, the largest first, and the sum of the rest."""
    shown = how.order[:_MOST_PRODUCTS]
    names = [f"unit {index}" for index in shown]
    columns = [
        aligned([float(array[index]) for index in shown]) for array in (how.inputs, how.weights, how.products)
    ]
    widths = [max(map(len, column)) for column in (names, *columns)]
    lines = [
        f"{name:<{widths[0]}}  {x:>{widths[1]}} × {w:>{widths[2]}} = {product:>{widths[3]}}"
        for name, x, w, product in zip(names, *columns, strict=True)
    ]
    if len(shown) < len(how.order):
        lines.append(f"{len(how.order) - len(shown):,} others: Σ {number(how.rest(len(shown)))}")
    return [*lines, ""]


def _exponentials(how: Shares) -> list[str]:
    scores = aligned([float(score) for score in how.scores[:_MOST_CHANNELS]])
    powers = aligned([float(power) for power in how.exponentials[:_MOST_CHANNELS]])
    wide, high = max(map(len, scores)), max(map(len, powers))
    lines = [
        f"unit {index:<4} exp({score:>{wide}} − {number(how.largest)}) = {power:>{high}}"
        for index, (score, power) in enumerate(zip(scores, powers, strict=True))
    ]
    return [*lines, ""]
