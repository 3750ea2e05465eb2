"""The products of a sum written out: all of them where they are few, else those that count most."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.explain.steps import aligned
from cnnviz.ui.format import number
from cnnviz.ui.inspector.unit.figures import LEFT, RIGHT, Figure, Line, Spot, boxed, stack, text
from cnnviz.ui.theme import SPACE_4, SPACE_8

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPainter

    from cnnviz.interpret.explain.windows import Weighted
    from cnnviz.ui.inspector.unit.scene import Scene

FEW, SHOWN = 27, 5
_ALL, _MOST = "Term by term", "Counts most"

Place = tuple[int, int, int]
"""(channel, row, column) of a product."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """A figure, all of which is one thing under the mouse."""

    inner: Figure
    said: Spot

    @property
    def width(self) -> int:
        return self.inner.width

    @property
    def height(self) -> int:
        return self.inner.height

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        self.inner.paint(painter, x, y, seen)

    def spot(self, x: int, y: int) -> Spot | None:
        return self.said


def written_out(scene: Scene, how: Weighted) -> Figure | None:
    """Return all products as one sum, over as many lines as it needs; None where they are too many.

    The one under the mouse, here or in the cells above, has the accent's colour.
    """
    if how.products.size > FEW:
        return None
    pens = scene.pens
    muted, strong = pens.colors.muted, pens.colors.text
    places: list[Place] = [(c, row, column) for c, row, column in np.ndindex(how.products.shape)]
    inputs, weights = (
        aligned([float(array[place]) for place in places]) for array in (how.patch, how.kernel)
    )
    parts: list[Figure] = []
    for place, x, weight in zip(places, inputs, weights, strict=True):
        words = f"{x} × {weight}" if weight[0] != "−" else f"{x} × ({weight})"
        color = pens.colors.accent if place == scene.linked else muted
        term = text(words, pens.caption, color, pens)
        parts.append(_Told(term, _spot(how, place)))
        parts.append(text("+", pens.caption, muted, pens))
    parts[-1] = text(f"= {aligned([how.total])[0]}", pens.caption, strong, pens)
    heading = text(_ALL, pens.strong, strong, pens)
    return stack((heading, _wrapped(parts, scene.width, pens.px(SPACE_4))), pens.px(SPACE_8))


def largest_products(scene: Scene, how: Weighted, width: int) -> Figure | None:
    """Return the few products that count most, and where they come from; None where all are written out."""
    if how.products.size <= FEW:
        return None
    pens = scene.pens
    sizes = np.abs(np.nan_to_num(how.products)).ravel()
    order = np.argpartition(-sizes, SHOWN)[:SHOWN]
    order = order[np.argsort(-sizes[order], kind="stable")]
    places: list[Place] = [
        (int(c), int(row), int(column))
        for c, row, column in zip(*np.unravel_index(order, how.products.shape), strict=True)
    ]
    numbers = aligned([float(how.products[place]) for place in places])
    digits = max(pens.width(one, pens.caption) for one in numbers)
    rows: list[Figure] = [text(_MOST, pens.strong, pens.colors.text, pens)]
    for place, product in zip(places, numbers, strict=True):
        room = width - digits - pens.px(SPACE_8)
        label = boxed(
            _where(scene, how, place, room), pens.caption, pens.colors.muted, width - digits, pens, LEFT
        )
        value = boxed(product, pens.caption, pens.colors.text, digits, pens, RIGHT)
        rows.append(_Told(Line((label, value)), _spot(how, place)))
    return stack(rows, pens.px(SPACE_4))


def _where(scene: Scene, how: Weighted, place: Place, room: int) -> str:
    """Return which input a product was made from, and both factors where there is room for them."""
    row, column = how.window.cell(*place[1:])
    name = f"{scene.map_name(how.window.source_id, how.first_channel + place[0])} ({row}, {column})"
    x, weight = (number(float(array[place]), 3) for array in (how.patch, how.kernel))
    words = f"{name}: {x} × {weight}"
    return words if scene.pens.width(words, scene.pens.caption) <= room else name


def _spot(how: Weighted, place: Place) -> Spot:
    x, weight, product = (number(float(array[place])) for array in (how.patch, how.kernel, how.products))
    unit = how.window.unit(how.first_channel + place[0], *place[1:])
    return Spot(f"{x} × {weight} = {product}", unit, link=place)


def _wrapped(parts: Sequence[Figure], width: int, gap: int) -> Figure:
    """Return terms and the signs behind them in as many lines as they need; a line ends with a sign."""
    lines: list[list[Figure]] = [[]]
    used = 0
    for term, sign in zip(parts[::2], parts[1::2], strict=True):
        wide = term.width + gap + sign.width + gap
        if lines[-1] and used + wide > width:
            lines.append([])
            used = 0
        lines[-1] += [term, sign]
        used += wide
    return stack([Line(tuple(line), gap) for line in lines], gap)
