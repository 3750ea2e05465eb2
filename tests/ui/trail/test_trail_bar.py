"""The row of places: named, fitted into the room there is, clicked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest

from cnnviz.app.attribution.attribution_work import ClassChoice
from cnnviz.app.navigation import Mistakes, Number, Picture, Reason
from cnnviz.app.selection import Selected
from cnnviz.data.dataset import Split
from cnnviz.data.image_file import LoadedImage
from cnnviz.interpret.attribution.methods import GradCAM, Occlusion
from cnnviz.interpret.explain.place import Unit
from cnnviz.ui.trail.trail_bar import TrailBar
from cnnviz.ui.trail.words import next_text, path_text, place_text
from tests.helpers.designs import small_design

PLACES = ("Evaluation", "4 taken for 9", "image 1,183", "why: Grad-CAM at conv2", "conv2 map 7 (3, 4)")


@pytest.fixture
def bar(qtbot):
    bar = TrailBar(QAction("Back"), QAction("Forward"))
    bar.setMinimumWidth(1)  # a window would not let it be narrower than all of it
    bar.resize(1000, 40)
    qtbot.addWidget(bar)
    with qtbot.waitExposed(bar):
        bar.show()
    return bar


def seen(bar):
    return [text for text, crumb in zip(bar.texts, bar.crumbs, strict=True) if crumb.isVisible()]


def test_all_places_are_seen_where_there_is_room(bar):
    bar.show_path(PLACES)
    assert seen(bar) == list(PLACES)
    assert bar.accessibleDescription() == ", ".join(PLACES)
    assert [crumb.font().bold() for crumb in bar.crumbs] == [False] * 4 + [True]
    assert not bar._dots.isVisible()


def test_without_room_the_first_places_give_way_and_are_told(bar):
    bar.show_path(PLACES)
    bar.resize(420, 40)
    shown = seen(bar)
    assert 0 < len(shown) < len(PLACES)
    assert shown == list(PLACES[-len(shown) :])
    assert bar._dots.toolTip() == ", ".join(PLACES[: -len(shown)])
    assert all(crumb.geometry().right() <= bar.width() for crumb in bar.crumbs if crumb.isVisible())
    bar.resize(200, 40)
    assert seen(bar) == [PLACES[-1]], "where one is, is always told"


def test_a_shorter_way_has_fewer_places(bar):
    bar.show_path(PLACES)
    bar.show_path(PLACES[:2])
    assert seen(bar) == list(PLACES[:2])
    assert bar.crumbs[-1].font().bold()


def test_from_every_place_it_is_said_what_leads_on(bar):
    places = (
        Mistakes(),
        Mistakes(0, 1),
        Picture(Selected(Split.TEST, 1)),
        Reason(GradCAM, 1),
        Number(Unit("conv2", 0)),
    )
    hints = [next_text(place) for place in places]
    assert "Click an image" in next_text(Mistakes(0, 1))
    assert "image, then" not in next_text(Mistakes(0, 1), has_images=False)
    assert next_text(Mistakes(), has_images=False) == next_text(Mistakes())
    assert len(set(hints)) == len(places)
    bar.show_path(PLACES, hints[-1])
    assert bar.hint == hints[-1]
    assert bar._hint.shown_text == hints[-1]
    bar.resize(420, 40)
    assert bar._hint.shown_text == "", "the places come first"
    assert bar.crumbs[-1].geometry().right() <= bar.width()


def test_beside_the_way_to_a_reason_all_of_the_hint_is_seen_in_the_first_window(bar):
    hint = next_text(Reason(GradCAM, 1))
    bar.resize(849, 40)
    bar.show_path(PLACES[:4], hint)
    assert bar._hint.shown_text == hint


def test_a_long_name_is_shortened_and_told_in_whole(bar):
    name = "Schiff mit sehr langem Namen & Beiboot taken for another class with a name as long"
    bar.show_path(["Evaluation", name])
    assert "…" in bar.crumbs[1].text()
    assert bar.crumbs[1].toolTip() == name
    bar.show_path(["Evaluation", "A & B"])
    assert bar.crumbs[1].text() == "A && B", "an ampersand is no short-cut"


@pytest.mark.parametrize("place", [0, 2])
def test_a_place_is_chosen_by_mouse_and_keyboard(bar, place, qtbot):
    bar.show_path(PLACES)
    assert bar.crumbs[place].accessibleName() == f"Back to {PLACES[place]}"
    for act in (
        lambda: QTest.mouseClick(bar.crumbs[place], Qt.MouseButton.LeftButton),
        lambda: QTest.keyClick(bar.crumbs[place], Qt.Key.Key_Space),
    ):
        with qtbot.waitSignal(bar.place_requested, check_params_cb=lambda number: number == place):
            act()
    with qtbot.waitSignal(bar.forget_requested):
        QTest.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)


def test_places_are_called_as_people_call_them():
    spec, names = small_design(), ("cat", "dog")
    relu = spec.layers[1].id
    own = Selected(Split.TEST, 3, LoadedImage(None, ()), None, "drawing")
    said = {
        Mistakes(): "Evaluation",
        Mistakes(0): "cat taken for others",
        Mistakes(0, 1): "cat taken for dog",
        Mistakes(1, 1): "dog found",
        Picture(Selected(Split.TEST, 1182)): "image 1,183",
        Picture(own): "drawing",
        Reason(GradCAM, ClassChoice.TRUE): f"why: Grad-CAM at {relu}",
        Reason(GradCAM, 1, spec.layers[0].id): f"why: Grad-CAM at {spec.layers[0].id}",
        Reason(Occlusion, 1): "why: Occlusion",
        Number(Unit(relu, 7, 3, 4)): f"{relu} map 7 (3, 4)",
        Number(Unit(spec.layers[-1].id, 1)): f"{spec.layers[-1].id} unit 1",
        Number(Unit("", 0, 3, 4)): "pixel (3, 4)",
    }
    assert {place: place_text(place, spec, names) for place in said} == said
    assert path_text((Mistakes(), Mistakes(0, 1)), spec, names) == "Evaluation, cat taken for dog"
