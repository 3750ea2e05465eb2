"""The unit page under keyboard and mouse: what is shown, where it leads, and the way back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

from cnnviz.interpret.explain.place import Unit
from cnnviz.interpret.explain.steps import written
from cnnviz.interpret.explain.windows import Weighted
from cnnviz.spec.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    LocalResponseNorm,
    MaxPool2D,
    ReLU,
    Residual,
    Softmax,
    ZeroPadding2D,
)
from cnnviz.ui.format import number
from cnnviz.ui.inspector.unit import unit_bar
from cnnviz.ui.widgets.elided_label import ElidedLabel
from tests.helpers.looks import design_of
from tests.ui.inspector.unit.pages import CLASSES, inspection_of, open_page, with_weights

SMALL = design_of(
    Conv2D(filters=4, padding="same"),
    ReLU(),
    MaxPool2D(),
    Conv2D(filters=5, kernel_size=(2, 2)),
    Flatten(),
    Dense(units=3),
    Softmax(),
    size=(8, 8),
    channels=3,
)
FIRST = Unit("conv1", 2, 3, 4)
PRODUCT = (1, 0, 2)


@pytest.fixture
def page(qtbot):
    return open_page(qtbot, SMALL, FIRST)


def spot_of(view, wanted):
    """Return the first place of a figure view where `wanted` is true of the spot, in logical pixels."""
    for y in range(0, view.figure.height, 5):
        for x in range(0, view.figure.width, 5):
            spot = view.figure.spot(x, y)
            if spot is not None and wanted(spot):
                return spot, QPointF(x + 1, y + 1).toPoint()
    raise AssertionError("no such spot")


def test_the_page_says_where_one_is_and_what_the_number_is(page):
    arrow = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
    assert page.breadcrumb.path.split(f" {arrow} ") == ["network", "conv1", "map 2", "(3, 4)"]
    assert page.sentence.startswith("conv1, map 2, row 3, column 4, is ")
    assert "27 products from 3 maps" in page.sentence
    assert page.accessibleDescription() == page.sentence
    assert page.explanation.value == pytest.approx(page.explanation.engine, rel=1e-5)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Qt.Key.Key_Left, FIRST.at(3, 3)),
        (Qt.Key.Key_Right, FIRST.at(3, 5)),
        (Qt.Key.Key_Up, FIRST.at(2, 4)),
        (Qt.Key.Key_Down, FIRST.at(4, 4)),
        (Qt.Key.Key_PageDown, FIRST.in_map(3)),
        (Qt.Key.Key_PageUp, FIRST.in_map(1)),
    ],
)
def test_keys_move_the_unit(page, qtbot, key, expected):
    with qtbot.waitSignal(page.unit_changed) as told:
        qtbot.keyClick(page, key)
    assert page.unit == page.explanation.unit == expected
    assert told.args == [expected]


def test_the_unit_stays_on_its_map(page, qtbot):
    for _ in range(12):
        qtbot.keyClick(page, Qt.Key.Key_Left)
        qtbot.keyClick(page, Qt.Key.Key_Up)
    assert page.unit == FIRST.at(0, 0)


def test_enter_goes_deeper_to_what_counted_most_and_escape_comes_back(page, qtbot):
    page.open_unit(Unit("dense1", 1))
    way = [page.unit]
    while page.unit.layer_id:
        deeper = page.explanation.deeper
        qtbot.keyClick(page, Qt.Key.Key_Return)
        assert page.unit == deeper
        way.append(page.unit)
    layers = [unit.layer_id for unit in way]
    assert layers == ["dense1", "flatten1", "conv2", "maxpool1", "relu1", "conv1", ""]
    qtbot.keyClick(page, Qt.Key.Key_Return)
    assert page.unit == way[-1]
    for unit in reversed(way[:-1]):
        qtbot.keyClick(page, Qt.Key.Key_Escape)
        assert page.unit == unit
    with qtbot.waitSignal(page.left):
        qtbot.keyClick(page, Qt.Key.Key_Escape)


def test_the_mouse_over_the_output_shows_the_unit_there_for_as_long_as_it_stays(page, qtbot):
    view = page.result_view
    spot, place = spot_of(view, lambda one: one.moves_to == FIRST.at(0, 7))
    with qtbot.waitSignal(page.hover_text_changed) as told:
        qtbot.mouseMove(view, place)
    assert told.args == [spot.text]
    assert page.explanation.unit == page.shown == FIRST.at(0, 7)
    assert page.unit == FIRST
    view.pointed.emit(None)
    assert page.explanation.unit == FIRST


def test_a_click_on_a_map_keeps_the_unit(page, qtbot):
    _, place = spot_of(page.result_view, lambda one: one.moves_to == FIRST.at(6, 1))
    qtbot.mouseClick(page.result_view, Qt.MouseButton.LeftButton, pos=place)
    assert page.unit == FIRST.at(6, 1)


def test_the_mouse_over_the_input_moves_the_window_there(page, qtbot):
    cell = Unit("", 0, 7, 0)
    spot, place = spot_of(page.sheet_view, lambda one: one.unit == cell and one.moves_to is not None)
    qtbot.mouseMove(page.sheet_view, place)
    assert page.shown == spot.moves_to == FIRST.at(7, 0)


def test_factors_and_products_belong_together(page, qtbot):
    found = [
        spot_of(page.sheet_view, lambda one, start=start: one.link == PRODUCT and one.text.startswith(start))
        for start in ("input, green", "weight of")
    ]
    product, place = spot_of(page.sheet_view, lambda one: one.link == PRODUCT and " × " in one.text)
    how = page.explanation.how
    assert isinstance(how, Weighted)
    assert f"= {number(float(how.products[1, 0, 2]))}" in product.text
    assert {spot.unit for spot, _ in found} == {product.unit}
    before = page.sheet_view.figure
    qtbot.mouseMove(page.sheet_view, place)
    assert page.sheet_view.figure is not before
    assert page.shown == FIRST


def test_a_clicked_factor_is_where_enter_leads_and_a_double_click_goes_there(page, qtbot):
    spot, place = spot_of(page.sheet_view, lambda one: one.link == (2, 1, 1))
    qtbot.mouseClick(page.sheet_view, Qt.MouseButton.LeftButton, pos=place)
    qtbot.keyClick(page, Qt.Key.Key_Return)
    assert page.unit == spot.unit
    page.go_back()
    spot, place = spot_of(page.sheet_view, lambda one: one.link == (0, 2, 0))
    qtbot.mouseDClick(page.sheet_view, Qt.MouseButton.LeftButton, pos=place)
    assert page.unit == spot.unit


def test_the_second_click_of_the_double_click_that_opened_the_page_leads_no_deeper(page, qtbot):
    view, opened = page.sheet_view, page.unit
    _, place = spot_of(view, lambda one: one.link == (0, 2, 0))
    where, left = (QPointF(place), view.mapToGlobal(QPointF(place))), Qt.MouseButton.LeftButton
    second = QMouseEvent(QEvent.Type.MouseButtonDblClick, *where, left, left, Qt.KeyboardModifier.NoModifier)
    QGuiApplication.sendEvent(view, second)
    assert page.unit == opened
    qtbot.mousePress(view, left, pos=place)
    QGuiApplication.sendEvent(view, second)
    assert page.unit != opened


def test_the_kernel_slides_steps_and_rests(page, qtbot):
    bar = page.slide_bar
    assert not bar.is_playing
    bar.step.click()
    assert page.unit == FIRST.at(3, 5)
    page.open_unit(FIRST.at(7, 7))
    bar.step.click()
    assert page.unit == FIRST.at(0, 0)
    bar.speed.setCurrentIndex(bar.speed.count() - 1)
    bar.play.click()
    assert bar.is_playing
    qtbot.waitUntil(lambda: page.unit not in (FIRST.at(0, 0), FIRST.at(0, 1)))
    bar.play.click()
    assert not bar.is_playing
    bar.play.click()
    page.hide()
    assert not bar.is_playing


def test_newer_weights_come_with_their_own_maps(page):
    inspection = inspection_of(SMALL)
    newer = with_weights(inspection, 3.0)
    page.set_inspection(newer, CLASSES)
    assert page.unit == FIRST
    assert page.explanation.engine == float(newer.image_view.layer("conv1").values[2, 3, 4])
    assert page.explanation.value == pytest.approx(page.explanation.engine, rel=1e-5)


def test_another_design_keeps_the_nearest_unit_or_leaves_the_page(page, qtbot):
    layers = (Conv2D(filters=2, kernel_size=(5, 5)), Flatten(), Dense(units=3))
    smaller = design_of(*layers, size=(8, 8), channels=3)
    page.set_inspection(inspection_of(smaller), CLASSES)
    assert page.unit == Unit("conv1", 1, 3, 3)
    other = design_of(Flatten(), Dense(units=3), size=(8, 8), channels=3)
    with qtbot.waitSignal(page.left):
        page.set_inspection(inspection_of(other), CLASSES)
    assert page.unit is None


def test_another_map_or_layer_is_followed(page):
    page.show_map("conv1", 0)
    assert page.unit == FIRST.in_map(0)
    page.show_map("maxpool1", 1)
    assert page.unit == Unit("maxpool1", 1, 2, 2)
    page.show_map("dense1", 2)
    assert page.unit == Unit("dense1", 2)


def test_the_arithmetic_is_copied_as_text(page, qtbot):
    qtbot.keyClick(page, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert copied == page.text
    assert "Σ of 27 products" in copied
    assert "channel 2" in copied
    QGuiApplication.clipboard().clear()


@pytest.mark.parametrize("width", [900, 470])
def test_that_it_was_copied_is_said_for_a_moment_and_moves_nothing(width, qtbot, monkeypatch):
    heard = []
    monkeypatch.setattr(unit_bar, "announce", lambda widget, words: heard.append(words))
    bar = open_page(qtbot, SMALL, FIRST, (width, 400)).bar
    bar.window().setFocus()
    seen = [one for one in bar.findChildren(QWidget) if one.isVisible()]
    hint, places = bar.hint.text(), [one.geometry() for one in seen]
    drawn = bar.copy_button.grab().toImage()
    bar.copy_button.click()
    said = bar.hint.shown_text
    assert "copied" in said
    assert heard == [said]
    assert bar.copy_button.grab().toImage() != drawn
    assert [one.geometry() for one in seen] == places
    qtbot.waitUntil(lambda: bar.hint.text() == hint)
    assert bar.copy_button.grab().toImage() == drawn
    QGuiApplication.clipboard().clear()


EVERY_KIND = design_of(
    ZeroPadding2D(),
    Conv2D(filters=6, groups=3, dilation=(2, 1)),
    BatchNorm(),
    LocalResponseNorm(size=3),
    Residual(layers=(Conv2D(filters=6, padding="same"), ReLU())),
    Residual(layers=(Conv2D(filters=4, padding="same", stride=(2, 2)),)),
    Dropout(),
    MaxPool2D(),
    Flatten(),
    Dense(units=300),
    Residual(layers=(Dense(units=5),)),
    Softmax(),
    size=(12, 13),
    channels=3,
)


@pytest.mark.parametrize("size", [(880, 560), (470, 300)], ids=["wide", "narrow"])
@pytest.mark.parametrize("layer_id", ["", *(layer.id for layer in EVERY_KIND.walk())])
def test_every_kind_has_its_own_sheet(layer_id, size, qtbot):
    page = open_page(qtbot, EVERY_KIND, Unit(layer_id, 1, 1, 1), size)
    figure = page.sheet_view.figure
    assert figure.width <= page.sheet_view.width()
    assert figure.width > 100
    assert figure.height > 30
    assert not page.grab().isNull()
    texts = {
        spot.text
        for y in range(0, min(figure.height, 500), 9)
        for x in range(0, figure.width, 9)
        if (spot := figure.spot(x, y)) is not None
    }
    assert texts
    assert layer_id in page.text
    page.reach_button.click()
    assert page.sheet_view.figure is not figure
    assert not page.grab().isNull()


def test_a_flattened_number_is_framed_in_its_row_and_its_neighbours_are_one_click_away(qtbot):
    page = open_page(qtbot, SMALL, Unit("flatten1", 7))
    figure = page.sheet_view.figure
    places = [(x, y) for y in range(0, figure.height, 4) for x in range(0, figure.width, 4)]
    moves = {spot.moves_to for x, y in places if (spot := figure.spot(x, y)) is not None and spot.moves_to}
    assert {Unit("flatten1", 6), Unit("flatten1", 8)} <= moves


@pytest.mark.parametrize("layer_id", ["relu1", "maxpool1", "conv1"])
def test_figures_grow_in_a_large_window(layer_id, qtbot):
    widths = []
    for size in ((900, 480), (1500, 1000)):
        page = open_page(qtbot, SMALL, Unit(layer_id, 1, 1, 1), size)
        widths.append(page.sheet_view.figure.width)
        assert page.sheet_view.figure.width <= page.sheet_view.width()
    assert widths[1] > 1.2 * widths[0]


def test_the_hints_can_be_read_in_a_narrow_window(qtbot):
    page = open_page(qtbot, SMALL, FIRST, (470, 340))
    for label in page.bar.findChildren(ElidedLabel):
        assert label.shown_text == label.text()
    assert page.sentence
    assert page._sentence.isVisible()


def test_a_dense_unit_over_maps_fits_into_a_narrow_window(qtbot):
    maps = design_of(Conv2D(filters=4), Flatten(), Dense(units=3), size=(9, 9), channels=1)
    page = open_page(qtbot, maps, Unit("dense1", 1), (450, 340))
    assert page.sheet_view.figure.width <= page._scroll.viewport().width()
    assert not page._scroll.horizontalScrollBar().isVisible()


def test_in_a_small_window_the_arithmetic_has_most_of_the_page(qtbot):
    page = open_page(qtbot, design_of(Conv2D(filters=2)), Unit("conv1", 0, 2, 2), size=(470, 290))
    page.bar.show_weights("epoch 12, step 3,456")
    qtbot.waitUntil(lambda: page._scroll.height() >= 185)
    assert page._scroll.height() >= 0.63 * page.height()
    assert page.bar.weights.isVisible()
    assert page.bar.weights.shown_text.endswith("3,456"), "shorter, but never cut"
    assert not page.bar.hint.isVisible()
    page.resize(470, 400)
    qtbot.waitUntil(page.bar.hint.isVisible)
    assert page.bar.weights.shown_text == "epoch 12, step 3,456"


def test_the_product_under_the_mouse_is_written_beside_it(page, qtbot):
    how = page.explanation.how
    x, weight, product = (number(float(array[PRODUCT])) for array in (how.patch, how.kernel, how.products))
    for part in ("input", "weight of", f"{x} × {weight} = {product}, from"):
        _, place = spot_of(
            page.sheet_view, lambda spot, part=part: spot.link == PRODUCT and spot.text.startswith(part)
        )
        qtbot.mouseMove(page.sheet_view, place)
        qtbot.waitUntil(lambda: QToolTip.text() == f"{x} × {weight} = {product}")
        qtbot.mouseMove(page.sheet_view, page.sheet_view.rect().bottomRight())


def test_the_steps_of_a_norm_are_written_alike_in_boxes_and_in_the_sum(qtbot):
    page = open_page(qtbot, design_of(BatchNorm()), Unit("batchnorm1", 1, 2, 2))
    texts = [one.strip() for one in written(page.explanation)][:-1]
    labels = ("x", "mean", "deviation", "weight", "bias")
    for label, one in zip(labels, texts, strict=True):
        spot, _ = spot_of(page.sheet_view, lambda spot, label=label: spot.text.startswith(f"{label}: "))
        assert spot.text == f"{label}: {one}"


def test_a_wide_page_can_become_narrow(qtbot):
    page = open_page(qtbot, design_of(Conv2D(filters=2)), Unit("conv1", 0, 2, 2), size=(880, 560))
    assert page.bar.maps_button.isVisible()
    page.bar.layout().activate()
    assert page.minimumSizeHint().width() <= 430, (
        "a window of 1024 pixels has no more for it beside its panels"
    )
    page.resize(430, 560)
    qtbot.waitUntil(lambda: page.bar.width() <= 430 - 24)
    for button in (page.reach_button, page.bar.maps_button, page.bar.export_button):
        assert page.bar.rect().contains(button.geometry())
