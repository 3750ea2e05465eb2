from __future__ import annotations

import numpy as np

from cnnviz.training.events import LayerVitals, Vitals
from cnnviz.ui.training.ratio_curves import COLORS, RatioCurves


def look(step: int, **ratios: float | None) -> Vitals:
    layers = [LayerVitals(layer, ratio, 1.0, None, None) for layer, ratio in ratios.items()]
    return Vitals(step, (*layers, LayerVitals("relu1", None, None, 0.5, None)))


def told(ratios: RatioCurves, *vitals: Vitals) -> dict[str, list[tuple[float, float]]]:
    return {
        curve.name: list(zip(curve.x.tolist(), curve.y.tolist(), strict=True))
        for curve in ratios.extended(vitals)
    }


def test_each_layer_with_a_ratio_has_a_curve() -> None:
    found = told(RatioCurves(), look(1, conv1=0.25, frozen=None), look(2, conv1=0.5, frozen=None))
    assert found == {"conv1": [(1, 0.25), (2, 0.5)]}
    assert told(RatioCurves()) == {}


def test_what_is_not_known_leaves_a_gap() -> None:
    (curve,) = RatioCurves().extended((look(1, conv1=0.25), look(2, conv1=None), look(3, conv1=0.5)))
    assert np.array_equal(curve.y, [0.25, np.nan, 0.5], equal_nan=True)
    (late, other) = RatioCurves().extended((look(1, a=None, b=0.5), look(2, a=0.25, b=0.5)))
    assert (late.name, other.name) == ("a", "b")
    assert np.array_equal(late.y, [np.nan, 0.25], equal_nan=True)


def test_a_run_that_grows_is_extended_and_gives_the_same_as_at_once() -> None:
    vitals = tuple(look(step, a=1 / step, b=step if step % 3 else None) for step in range(1, 200))
    ratios = RatioCurves()
    for count in (1, 2, 3, 50, 199):
        before = ratios.extended(vitals[:count])
        at_once = RatioCurves().extended(vitals[:count])
        for one, other in zip(before, at_once, strict=True):
            assert np.array_equal(one.x, other.x)
            assert np.array_equal(one.y, other.y, equal_nan=True)


def test_only_what_is_new_is_looked_at() -> None:
    vitals = [look(step, a=0.5) for step in range(1, 11)]
    ratios = RatioCurves()
    first = ratios.extended(tuple(vitals[:9]))
    same = tuple(vitals[:9])
    ratios.extended(same)
    assert ratios.extended(same) is ratios.extended(same)
    (grown,) = ratios.extended(tuple(vitals))
    assert np.shares_memory(grown.y, ratios.extended(tuple(vitals))[0].y)
    assert first[0].y.tolist() == [0.5] * 9


def test_another_run_and_a_thinned_one_begin_anew() -> None:
    vitals = [look(step, a=step) for step in range(1, 9)]
    ratios = RatioCurves()
    ratios.extended(tuple(vitals))
    assert told(ratios, *vitals[::2]) == {"a": [(1, 1), (3, 3), (5, 5), (7, 7)]}
    assert told(ratios, *vitals[::2], look(9, a=9)) == {"a": [(1, 1), (3, 3), (5, 5), (7, 7), (9, 9)]}
    assert told(ratios, look(1, other=0.5)) == {"other": [(1, 0.5)]}
    assert told(ratios) == {}


def test_more_layers_than_colours_are_told_apart_by_dashes() -> None:
    curves = RatioCurves().extended((look(1, **{f"conv{place}": 0.5 for place in range(2 * COLORS)}),))
    styles = {(curve.color, curve.dashed) for curve in curves}
    assert len(styles) == 2 * COLORS
    assert [curve.dashed for curve in curves] == [False] * COLORS + [True] * COLORS
