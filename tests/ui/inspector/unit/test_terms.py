from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QFont

from cnnviz.interpret.explain.explain import explain
from cnnviz.interpret.explain.place import Unit
from cnnviz.spec.layers import Conv2D
from cnnviz.ui.export.paper import paper_pens
from cnnviz.ui.inspector.unit.figures import Figure, Line, Stack, Text
from cnnviz.ui.inspector.unit.reach_sheet import reach_sheet
from cnnviz.ui.inspector.unit.result_sheet import result_figure
from cnnviz.ui.inspector.unit.scene import Scene
from cnnviz.ui.inspector.unit.terms import FEW, SHOWN, largest_products, written_out
from cnnviz.ui.theme import LIGHT
from tests.helpers.looks import design_of, look_of

WIDTH = 420


def scene_of(channels: int, linked=None) -> Scene:
    design = design_of(Conv2D(id="conv", filters=2, kernel_size=(3, 3), padding="same"), channels=channels)
    look = look_of(design)
    pens = paper_pens(LIGHT, 1.0, QFont("DejaVu Sans"))
    return Scene(look, explain(look, Unit("conv", 1, 2, 0)), pens, WIDTH, linked=linked)


def texts_of(figure: Figure) -> list[Text]:
    if isinstance(figure, Text):
        return [figure]
    parts = (
        figure.parts
        if isinstance(figure, Line | Stack)
        else (figure.inner,)
        if hasattr(figure, "inner")
        else ()
    )
    return [one for part in parts for one in texts_of(part)]


def read(words: str) -> float:
    return float(words.strip("()").replace("−", "-"))


@pytest.fixture(autouse=True)
def _fonts(qapp):
    """Fonts need an application."""


def test_the_written_sum_is_the_sum() -> None:
    scene = scene_of(2)
    how = scene.explanation.how
    words = [one.text for one in texts_of(written_out(scene, how))]
    terms = [one.split(" × ") for one in words if "×" in one]
    assert len(terms) == how.products.size == 18
    total = sum(read(x) * read(weight) for x, weight in terms)
    assert total == pytest.approx(how.total, abs=0.01)
    assert read(words[-1].removeprefix("= ")) == pytest.approx(how.total, abs=0.001)


def test_a_written_sum_keeps_to_its_width_and_every_term_can_be_pointed_at() -> None:
    scene = scene_of(2)
    figure = written_out(scene, scene.explanation.how)
    assert figure.width <= WIDTH
    links = {
        spot.link
        for x in range(0, figure.width, 4)
        for y in range(0, figure.height, 3)
        if (spot := figure.spot(x, y)) is not None
    }
    assert links == set(np.ndindex(2, 3, 3))


def test_the_term_of_the_cell_under_the_mouse_stands_out() -> None:
    scene = scene_of(1, linked=(0, 1, 2))
    colored = [
        one.text for one in texts_of(written_out(scene, scene.explanation.how)) if one.color == LIGHT.accent
    ]
    (words,) = colored
    assert read(words.split(" × ")[0]) == pytest.approx(float(scene.explanation.how.patch[0, 1, 2]), abs=1e-3)


def test_of_many_products_those_that_count_most_are_named() -> None:
    scene = scene_of(4)
    how = scene.explanation.how
    assert how.products.size > FEW
    assert written_out(scene, how) is None
    figure = largest_products(scene, how, 230)
    words = [one.text for one in texts_of(figure)][1:]
    values = [abs(read(one)) for one in words[1::2]]
    expected = np.sort(np.abs(how.products).ravel())[::-1][:SHOWN]
    assert np.allclose(values, expected, atol=1e-3)
    assert all(one.startswith("channel ") for one in words[::2])
    assert figure.width <= 230
    strongest = figure.spot(5, figure.height // (SHOWN + 1) + 8)
    assert strongest.unit == how.strongest


def test_what_counts_most_gives_way_where_there_is_no_room_for_it() -> None:
    scene = scene_of(4)
    words = [[one.text for one in texts_of(result_figure(scene, height))] for height in (600, 260)]
    assert ["Counts most" in one for one in words] == [True, False]


@pytest.mark.parametrize("slope", [0.0, 1.0])
def test_what_a_number_sees_and_what_moves_it_are_on_one_line(slope):
    scene = scene_of(2)
    shape = scene.look.view.picture.shape[:2]
    top, *_ = reach_sheet(scene, np.full(shape, slope, dtype=np.float32)).parts
    image, field = top.parts
    assert image.height == field.height, "a line more below one of them moves neither"
