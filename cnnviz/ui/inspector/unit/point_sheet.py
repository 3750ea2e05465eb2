"""A unit made from one number, or a few at one place: activations, norms, what is passed on, blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.explain.pointwise import Bent, bend
from cnnviz.interpret.explain.steps import bend_formula, written
from cnnviz.interpret.explain.windows import Weighted
from cnnviz.spec.layers import Dropout, Flatten, SpatialDropout
from cnnviz.ui.format import number
from cnnviz.ui.inspector.unit.conv_sheet import ConvSheet
from cnnviz.ui.inspector.unit.figures import Figure, Line, Space, sign, stack, text
from cnnviz.ui.inspector.unit.parts import CurvePlot, Function, number_box, unit_map
from cnnviz.ui.inspector.unit.pens import Scaling
from cnnviz.ui.inspector.unit.row_sheet import place_in_row, row_sheet, squares_sheet
from cnnviz.ui.theme import SPACE_4, SPACE_16, type_color

if TYPE_CHECKING:
    from cnnviz.interpret.explain.pointwise import Normalised, Passed, Quieted
    from cnnviz.interpret.explain.rows import Added
    from cnnviz.ui.inspector.unit.scene import Scene

_LEAST_MAP_PX, _MAP_PX, _PLOT_PX = 96, 168, (236, 168)
_USUAL_PX = (444, 264)
"""Room for map, sign, curve and what stands around them; in more of it they grow."""
_SIGN_PX = 36
_MAP_SHARE = 0.42
"""Of what there is beside the sign between the map and the curve."""
_LEAST_RANGE = 1.0
_ARROW = "\N{RIGHTWARDS ARROW}"


def bent_sheet(scene: Scene, how: Bent) -> Figure:
    """Return the number before, and the curve with the point on it."""
    pens = scene.pens
    low, high = _range(scene, how.source.layer_id, how.x)
    said = f"at x = {number(how.x)} it is {number(how.value)}, and its slope {number(how.slope)}"
    plot = _plot(scene, lambda xs: bend(how.layer, xs), low, high, how.x, said)
    title = text(bend_formula(how.layer), pens.body, pens.colors.text, pens)
    curve = stack((title, plot), pens.px(SPACE_4), centered=True)
    before = unit_map(scene, how.source, _side(scene), moves=True)
    return _in_lines(scene, (before, sign(_ARROW, pens, pens.px(_SIGN_PX)), curve))


def normal_sheet(scene: Scene, how: Normalised) -> Figure:
    """Return the number before, each step of the normalisation, and all of it as a line."""
    pens = scene.pens
    low, high = _range(scene, how.source.layer_id, how.x)
    said = f"a straight line of slope {number(how.weight / how.deviation if how.deviation else np.nan)}"
    plot = _plot(
        scene,
        lambda xs: (xs - how.mean) / how.deviation * how.weight + how.bias,
        low,
        high,
        how.x,
        said,
    )
    mark = pens.px(24)
    texts = [one.strip() for one in written(scene.explanation)]
    chain: list[Figure] = [sign("(", pens, mark // 2), number_box(how.x, "x", pens, words=texts[0])]
    factors = (
        ("−", how.mean, "mean"),
        (") /", how.deviation, "deviation"),
        ("×", how.weight, "weight"),
        ("+", how.bias, "bias"),
    )
    for (word, value, label), said_of_it in zip(factors, texts[1:-1], strict=True):
        chain += [sign(word, pens, mark), number_box(value, label, pens, words=said_of_it)]
    before = unit_map(scene, how.source, _side(scene), moves=True)
    top = _in_lines(scene, (before, sign(_ARROW, pens, pens.px(_SIGN_PX)), plot))
    rows = _wrapped(scene, chain)
    return stack((top, rows), pens.px(SPACE_16))


def quieted_sheet(scene: Scene, how: Quieted) -> Figure:
    """Return the number before, and the neighbours whose squares make the divisor."""
    before = unit_map(scene, how.source, _side(scene), moves=True)
    gap = sign("/", scene.pens, scene.pens.px(_SIGN_PX))
    return _in_lines(scene, (before, gap, squares_sheet(scene, how)))


def passed_sheet(scene: Scene, how: Passed) -> Figure:
    """Return where the number stood before."""
    pens, place = scene.pens, scene.explanation.place
    said = _passed_words(scene, how)
    font = pens.body if pens.width(said, pens.body) <= scene.width else pens.caption
    words = text(said, font, pens.colors.muted, pens)
    if place is None:
        return stack((_pixel(scene), words), pens.px(SPACE_16))
    if how.source is None:
        return words
    is_row = isinstance(place.layer, Flatten)
    before = unit_map(scene, how.source, _side(scene), moves=not is_row)
    box = number_box(how.value, scene.map_name(scene.unit.layer_id, scene.unit.channel), pens)
    parts: list[Figure] = [Line((before, sign(_ARROW, pens, pens.px(_SIGN_PX)), box)), words]
    if is_row:
        parts.append(place_in_row(scene, how))
    return stack(parts, pens.px(SPACE_16))


def added_sheet(scene: Scene, how: Added) -> Figure:
    """Return the two numbers that are added, and how the second one was brought into shape."""
    pens = scene.pens
    mark = pens.px(32)
    body = unit_map(scene, how.body, _side(scene), moves=True)
    scaling = Scaling.signed(np.array([how.body_value, how.past_value]))
    way = "what came in" if how.projection is None else "its projection"
    if how.projection is None and how.past is not None:
        past = unit_map(scene, how.past, _side(scene), moves=True)
    else:
        past = number_box(how.past_value, way, pens, scaling)
    in_body, in_past, total = (one.strip() for one in written(scene.explanation))
    boxes = Line(
        (
            number_box(how.body_value, "the body", pens, scaling, words=in_body),
            sign("+", pens, mark),
            number_box(how.past_value, way, pens, scaling, words=in_past),
            sign("=", pens, mark),
            number_box(how.value, "sum", pens, words=total),
        )
    )
    maps = _in_lines(scene, (body, sign("+", pens, mark), past))
    parts: list[Figure] = [maps, boxes]
    if how.projection is not None:
        parts.append(text("The projection:", pens.strong, pens.colors.text, pens))
        parts.append(
            ConvSheet(scene, how.projection).figure()
            if isinstance(how.projection, Weighted)
            else row_sheet(scene, how.projection)
        )
    return stack(parts, pens.px(SPACE_16))


def _pixel(scene: Scene) -> Figure:
    side = min(scene.width, round(scene.growth(280, 340) * scene.pens.px(280)))
    return unit_map(scene, scene.unit, side, moves=True)


def _passed_words(scene: Scene, how: Passed) -> str:
    place = scene.explanation.place
    if place is None:
        return "The image itself: there is nothing before it."
    if how.source is None:
        return "A zero that was added around the map."
    if isinstance(place.layer, Dropout | SpatialDropout):
        what = "maps" if isinstance(place.layer, SpatialDropout) else "numbers"
        return f"Passed on. Only while training {100 * place.layer.rate:g} % of the {what} are silenced."
    if isinstance(place.layer, Flatten):
        return "The same number, written in its place in one row."
    return "The same number, moved by the padding."


def _plot(scene: Scene, function: Function, low: float, high: float, x: float, said: str) -> CurvePlot:
    pens, place = scene.pens, scene.explanation.place
    color = type_color(type(place.layer).__name__ if place is not None else "", pens.colors)
    width, height = (round(scene.growth(*_USUAL_PX) * pens.px(side)) for side in _PLOT_PX)
    spare = scene.width - _side(scene) - pens.px(_SIGN_PX)
    return CurvePlot(function, low, high, x, min(width, spare), height, pens, color, said)


def _range(scene: Scene, layer_id: str, x: float) -> tuple[float, float]:
    """Return a range of x with zero and everything that goes into the layer in it."""
    view = scene.view(layer_id)
    ends = [float(end) for end in (view.atlas.low, view.atlas.high, x) if np.isfinite(end)]
    reach = max([abs(end) for end in ends] + [_LEAST_RANGE])
    return -reach, reach


def _side(scene: Scene) -> int:
    pens = scene.pens
    beside = int(_MAP_SHARE * (scene.width - pens.px(_SIGN_PX)))
    most = round(scene.growth(*_USUAL_PX) * pens.px(_MAP_PX))
    return min(most, max(pens.px(_LEAST_MAP_PX), beside))


def _in_lines(scene: Scene, parts: tuple[Figure, ...]) -> Figure:
    """Return figures side by side where there is room, else below each other."""
    beside = Line(parts)
    return beside if beside.width <= scene.width else stack(parts, scene.pens.px(SPACE_4))


def _wrapped(scene: Scene, chain: list[Figure]) -> Figure:
    """Return figures in as many lines as they need."""
    lines: list[list[Figure]] = [[]]
    for figure in chain:
        if sum(one.width for one in (*lines[-1], figure)) > scene.width and lines[-1]:
            lines.append([])
        lines[-1].append(figure)
    return stack([Line(tuple(line)) for line in lines] or [Space()], scene.pens.px(SPACE_4))
