from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtWidgets import QApplication

from cnnviz.interpret.activations import ImageView
from cnnviz.spec.layers import Conv2D, Dense, Flatten, ReLU
from cnnviz.ui.inspector.network_layout import PlacedColumn
from cnnviz.ui.inspector.network_pagers import pagers
from cnnviz.ui.inspector.network_pages import page_text
from cnnviz.ui.inspector.network_picture import NetworkPicture
from cnnviz.ui.inspector.network_view import NetworkView
from cnnviz.ui.theme import SPACE_4
from tests.ui.inspector.views import DIGITS, bundled_view, make_view


@pytest.fixture
def network(qtbot) -> NetworkView:
    network = NetworkView()
    network.resize(850, 420)
    qtbot.addWidget(network)
    with qtbot.waitExposed(network):
        network.show()
    return network


def wide_view(seed: int = 0) -> ImageView:
    return make_view(Conv2D(filters=512), ReLU(), Flatten(), Dense(units=10), seed=seed)


def column(network: NetworkView, index: int) -> PlacedColumn:
    return network.canvas.network_layout.columns[index]


def numbers(network: NetworkView, index: int) -> list[int]:
    placed = column(network, index)
    return [placed.number_of(tile) for tile in range(placed.block.shown)]


def test_pages_of_a_layer_and_of_what_is_made_of_it_turn_together(network: NetworkView, qtbot) -> None:
    network.set_view(wide_view(), DIGITS)
    shown = column(network, 1).block.shown
    assert shown < 512
    network.set_selected("relu1")
    qtbot.keyClick(network.canvas, Qt.Key.Key_PageDown)
    assert numbers(network, 1) == numbers(network, 2) == list(range(shown, 2 * shown))
    for _ in range(512):
        qtbot.keyClick(network.canvas, Qt.Key.Key_PageDown)
    assert numbers(network, 1) == list(range(512 - shown, 512))
    qtbot.keyClick(network.canvas, Qt.Key.Key_PageUp)
    assert numbers(network, 1)[-1] == 511 - shown


def test_the_arrows_under_a_column_turn_its_pages(network: NetworkView, qtbot) -> None:
    network.set_view(wide_view(), DIGITS)
    first, second = column(network, 1), column(network, 2)
    y = network.canvas.viewport().height() - 12
    right = QPoint(second.left + second.width // 2, y)
    with qtbot.assertNotEmitted(network.layer_clicked):
        qtbot.mouseClick(network.canvas.viewport(), Qt.MouseButton.LeftButton, pos=right)
    assert numbers(network, 1)[0] == first.block.shown
    left = QPoint(first.left + 4, y)
    qtbot.mouseClick(network.canvas.viewport(), Qt.MouseButton.LeftButton, pos=left)
    assert numbers(network, 1)[0] == 0


def test_the_wheel_turns_pages_over_a_column_of_many_maps(network: NetworkView) -> None:
    network.set_view(wide_view(), DIGITS)
    place = network.canvas.center_of("conv1", 0)
    for _ in range(2):
        turn = QWheelEvent(
            QPointF(place),
            QPointF(network.canvas.mapToGlobal(place)),
            QPoint(),
            QPoint(0, -60),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(network.canvas.viewport(), turn)
    assert numbers(network, 1)[0] == column(network, 1).block.shown


def test_a_map_chosen_elsewhere_is_brought_into_sight(network: NetworkView, qtbot) -> None:
    network.set_view(wide_view(), DIGITS)
    network.set_selected("relu1", 300)
    assert 300 in numbers(network, 1)
    assert network.canvas.center_of("relu1", 300).x() > 0
    last = numbers(network, 2)[-1]
    network.set_selected("relu1", last)
    qtbot.keyClick(network.canvas, Qt.Key.Key_Down)
    assert network.canvas.selected == ("relu1", last + 1)
    assert last + 1 in numbers(network, 2)


def test_the_strongest_maps_of_this_image_come_first(network: NetworkView, qtbot) -> None:
    network.set_view(wide_view(), DIGITS)
    network.order_choice.setCurrentIndex(1)
    for seed in (0, 1):
        view = wide_view(seed)
        network.set_view(view, DIGITS)
        strength = np.abs(view.layers[0].values).mean(axis=(1, 2))
        shown = column(network, 1).block.shown
        assert numbers(network, 1) == list(np.argsort(-strength, kind="stable")[:shown])
        assert numbers(network, 2) == numbers(network, 1)
    best = numbers(network, 1)[0]
    qtbot.mouseMove(network.canvas.viewport(), QPoint(2, 2))
    qtbot.mouseMove(network.canvas.viewport(), network.canvas.center_of("conv1", best))
    assert network.canvas.hover_card.place.startswith(f"conv1, map {best}, ")
    network.order_choice.setCurrentIndex(0)
    assert numbers(network, 1)[:3] == [0, 1, 2]


def test_a_map_under_the_mouse_that_loses_its_place_is_lit_no_more(network: NetworkView, qtbot) -> None:
    network.set_view(wide_view(), DIGITS)
    network.order_choice.setCurrentIndex(1)
    last = numbers(network, 1)[-1]
    qtbot.mouseMove(network.canvas.viewport(), QPoint(2, 2))
    qtbot.mouseMove(network.canvas.viewport(), network.canvas.center_of("conv1", last))
    assert network.canvas.subject == ("conv1", last)
    network.resize(850, 260)
    assert last not in numbers(network, 1)
    assert not network.grab().isNull()
    assert network.canvas.hover_card is None
    assert network.canvas.subject == network.canvas.selected


def test_columns_are_arranged_once_where_a_scroll_bar_comes_with_them(
    network: NetworkView, monkeypatch
) -> None:
    network.resize(600, 420)
    network.set_view(make_view(), DIGITS)
    arranged, arrange = [], NetworkPicture.arrange
    monkeypatch.setattr(NetworkPicture, "arrange", lambda *given: arranged.append(0) or arrange(*given))
    assert network.canvas.horizontalScrollBar().maximum() == 0
    network.set_view(bundled_view("vgg-small"), DIGITS)
    assert network.canvas.horizontalScrollBar().maximum() > 0
    assert len(arranged) == 1


def test_the_ground_of_a_column_ends_above_the_arrows(network: NetworkView) -> None:
    network.set_view(wide_view(), DIGITS)
    picture, brushes = network.canvas._picture, network.canvas._current_brushes()
    layout = network.canvas.network_layout
    seen = QRect(0, 0, layout.width, layout.height)
    assert picture.column_rect(layout.columns[2], seen, brushes).bottom() <= layout.body_bottom + SPACE_4
    network.set_view(bundled_view("digits-cnn"), DIGITS)
    picture, layout = network.canvas._picture, network.canvas.network_layout
    assert not pagers(layout)
    seen = QRect(0, 0, layout.width, layout.height)
    bottom = picture.column_rect(layout.columns[2], seen, brushes).bottom()
    assert bottom == layout.height - 1 - SPACE_4, "as high as the view where nothing stands there"


def test_a_narrow_column_has_room_for_numbers_between_its_arrows(network: NetworkView) -> None:
    view = make_view(Conv2D(filters=512), Flatten(id="f"), Dense(units=10), ReLU())
    network.resize(850, 180)
    network.set_view(view, DIGITS)
    layout = network.canvas.network_layout
    (flat,) = [one for one in pagers(layout) if layout.columns[one.index].column.layer_id == "f"]
    placed = layout.columns[flat.index]
    words = f"◂ {page_text(placed, 0)} ▸"
    needed = QFontMetrics(network.canvas._current_brushes().caption).horizontalAdvance(words)
    assert flat.right - flat.left >= needed
    assert (flat.left + flat.right) // 2 == pytest.approx(placed.left + placed.width // 2, abs=1)


def test_the_places_of_arrows_do_not_overlap(network: NetworkView) -> None:
    for width in (300, 500, 850):
        network.resize(width, 180)
        network.set_view(bundled_view("two-conv"), DIGITS)
        found = pagers(network.canvas.network_layout)
        assert len(found) >= 2
        assert all(one.right <= other.left for one, other in itertools.pairwise(found))
