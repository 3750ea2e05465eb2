from __future__ import annotations

import dataclasses
import types

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from cnnviz.data.quantities import Quantity
from cnnviz.spec.layers import Dense, Flatten
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.ui.export.headless import Studio
from cnnviz.ui.export.network_report import network_report
from cnnviz.ui.inspector.answer_column import answer_card
from cnnviz.ui.inspector.answers import Answers, Meaning
from cnnviz.ui.inspector.network_brushes import Brushes
from cnnviz.ui.inspector.network_columns import ColumnKind, columns_of
from cnnviz.ui.inspector.network_shown import NetworkShown
from cnnviz.ui.inspector.network_view import NetworkView
from cnnviz.ui.theme import colors_of
from tests.ui.inspector.views import DIGITS, make_view, with_probabilities

NAMES = (Quantity("left", "px"), Quantity("top", "px"))


def numbers(*values: float, right=None) -> Answers:
    known = None if right is None else np.array(right, np.float32)
    return Answers(np.array(values, np.float32), Meaning.NUMBERS, NAMES, targets=known)


@pytest.fixture
def view():
    return make_view(Flatten(), Dense(units=2))


@pytest.fixture
def network(qtbot) -> NetworkView:
    made = NetworkView()
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    return made


def bar_colors(network: NetworkView, row: int) -> list[str]:
    """Return the colours along the middle of a row of the last column."""
    canvas, placed = network.canvas, network.canvas.network_layout.columns[-1]
    image, place = canvas.viewport().grab().toImage(), placed.block.rect(row)
    return [image.pixelColor(x, place.center().y()).name() for x in range(place.left(), place.right())]


def test_numbers_have_a_column_with_their_names(view):
    last = columns_of(view, DIGITS, frozenset(), numbers(1, -2))[-1]
    assert (last.kind, last.title, last.names) == (ColumnKind.ANSWERS, "output", ("left", "top"))
    assert last.has_scale
    scores = Answers(np.array([1.0, 2.0], np.float32), Meaning.SCORES)
    assert columns_of(view, ("cat", "dog"), frozenset(), scores)[-1].names == ("cat", "dog")
    assert not columns_of(view, DIGITS)[-1].has_scale


def test_bars_of_numbers_go_both_ways_from_0(network, view, qtbot):
    network.set_view(view, (), numbers(2, -2))
    neutral = colors_of(network).neutral.name()
    right, left = (
        [x for x, color in enumerate(bar_colors(network, row)) if color == neutral] for row in (0, 1)
    )
    assert len(right) > 20
    assert len(left) > 20
    assert min(right) > max(left), "one begins where the other ends: at 0"


def test_the_right_number_is_marked_where_it_is_known(network, view):
    success = colors_of(network).success.name()
    network.set_view(view, (), numbers(2, -2))
    assert success not in bar_colors(network, 0)
    network.set_view(view, (), numbers(2, -2, right=[1, -2]))
    assert bar_colors(network, 0).count(success) == 2 * network.devicePixelRatioF()


def test_a_longer_number_gets_a_wider_column_and_others_do_not(network, view):
    network.set_view(view, (), numbers(2, -2))
    before = network.canvas.network_layout
    network.set_view(view, (), numbers(1.5, -1.2))
    assert network.canvas.network_layout is before
    network.set_view(view, (), numbers(2e5, -2))
    assert network.canvas.network_layout.columns[-1].width > before.columns[-1].width


def test_names_that_would_be_cut_alike_are_written_without_the_words_they_share(network, monkeypatch):
    names = [f"species of garden bird number {count}" for count in range(100)]
    written, words = [], Brushes.words
    monkeypatch.setattr(
        Brushes, "words", lambda self, text, **how: written.append(text) or words(self, text, **how)
    )
    many = make_view(Flatten(), Dense(units=100))
    network.set_view(many, names)
    network.canvas.viewport().grab()
    assert not set(names) & set(written)
    assert len(set(map(str, range(100))) & set(written)) > 5
    card = answer_card(network.canvas.network_layout.columns[-1], Answers(many.probabilities), 7)
    assert card.place.endswith(names[7])
    written.clear()
    few = [f"a {letter}" for letter in "bcdefghijk"]
    network.set_view(make_view(), few)
    network.canvas.viewport().grab()
    assert set(few) <= set(written)


def test_the_scale_has_room_below_the_rows(network, qtbot):
    many = make_view(Flatten(), Dense(units=200))
    values = np.linspace(-1, 1, 200).astype(np.float32)
    network.set_view(many, (), Answers(values, Meaning.NUMBERS))
    layout = network.canvas.network_layout
    last = layout.columns[-1]
    assert last.hidden > 0
    assert last.block.y + last.block.height + layout.measures.class_height <= layout.body_bottom
    assert [last.number_of(tile) for tile in range(3)] == [0, 1, 2]


def test_a_number_under_the_mouse_is_told_with_unit_and_scale(network, view, qtbot):
    network.set_view(view, (), numbers(2, -2, right=[1, -2]))
    place = network.canvas.network_layout.columns[-1].block.rect(0).center()
    ratio = network.canvas.devicePixelRatioF()
    with qtbot.waitSignal(network.hover_text_changed) as told:
        qtbot.mouseMove(network.canvas.viewport(), QPoint(round(place.x() / ratio), round(place.y() / ratio)))
    assert told.args == ["left: 2.000 px; it is 1.000; bar from −2 to 2"]


def test_screen_readers_hear_the_answer_once_for_an_image(network, view, qtbot):
    network.set_view(view, (), numbers(2, -2))
    before = network.canvas.accessibleDescription()
    assert "left 2.000 px, top −2.000 px" in before
    network.set_view(dataclasses.replace(view, step=5), (), numbers(1, -2))
    assert network.canvas.accessibleDescription() == before
    other = dataclasses.replace(view, image=view.image + 1)
    network.set_view(other, (), numbers(1, -2))
    assert "left 1.000 px" in network.canvas.accessibleDescription()


def test_screen_readers_hear_the_answer_anew_where_it_means_something_else(network, view, qtbot):
    """As after another choice of the loss."""
    network.set_view(view, ("cat", "dog"), Answers(view.probabilities))
    assert "Prediction: " in network.canvas.accessibleDescription()
    network.set_view(view, ("cat", "dog"), numbers(2, -2))
    assert "Output: left 2.000 px" in network.canvas.accessibleDescription()
    assert "Prediction" not in network.canvas.accessibleDescription()


def test_a_report_says_and_shows_the_numbers(view):
    shown = NetworkShown(view, (), answers=numbers(2, -2))
    assert "Output: left 2.000 px, top −2.000 px." in network_report(shown, "").notes[0]


def test_sheets_without_a_window_say_and_show_the_numbers(view):
    """Not the probabilities that the outputs would be, were they scores."""
    kept = []
    writer = types.SimpleNamespace(write=lambda *reports: kept.extend(reports) or [])
    look = types.SimpleNamespace(
        view=view,
        spec=NetworkSpec(name="", input=InputSpec(height=8, width=8, channels=1), layers=()),
        arrays={},
    )
    right, ranges = np.array([1, 2], np.float32), np.array([[-9, -9], [9, 9]], np.float32)
    Studio(writer, look, "").write_sheets(MeanSquaredError(), NAMES, targets=right, ranges=ranges)
    network, answer = kept[:2]
    assert "Output: left " in network.notes[0]
    assert "it is 2" in network.notes[0]
    assert "Prediction" not in network.notes[0]
    assert answer.notes == ("Outputs of the network.", "Scale −10 to 10; marks: what is right.")


def test_the_keyboard_passes_the_answers_as_they_are_no_layer(network, view, qtbot):
    network.set_view(view, (), numbers(2, -2))
    network.canvas.set_selected("dense1", 0)
    qtbot.keyClick(network.canvas, Qt.Key.Key_Right)
    assert network.canvas.selected[0] == "dense1"


@pytest.mark.parametrize(("height", "first", "second"), [(420, 0, 1), (220, 9, 8)])
def test_an_answer_is_chosen_and_opened_as_a_map_is(
    network: NetworkView, qtbot, height: int, first: int, second: int
) -> None:
    chances = np.linspace(0.01, 0.19, 10, dtype=np.float32)  # where not all find room, the likeliest do
    network.resize(900, height)
    network.set_view(with_probabilities(make_view(), chances), DIGITS, Answers(chances))
    opened = []
    network.unit_clicked.connect(lambda *unit: opened.append(unit))
    canvas = network.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_End)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert opened.pop() == ("softmax1", first, 0, 0)
    for key, expected in ((Qt.Key.Key_Down, first), (Qt.Key.Key_Down, second), (Qt.Key.Key_Up, first)):
        qtbot.keyClick(canvas, key)
        assert canvas.selected == ("softmax1", expected)
    row = canvas.network_layout.columns[-1].block.rect(1).center()
    qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert canvas.selected == ("softmax1", second)
    assert not opened
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert opened == [("softmax1", second, 0, 0)] * 2
