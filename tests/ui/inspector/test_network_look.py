from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from cnnviz.spec.layers import Conv2D, Dense, Flatten
from cnnviz.ui.inspector.answer_column import numbers_key
from cnnviz.ui.inspector.answers import Answers, Meaning
from cnnviz.ui.inspector.network_brushes import Brushes
from cnnviz.ui.inspector.network_look import Look, SaidAnswers, paint_network
from cnnviz.ui.inspector.network_pages import Order, Pages
from cnnviz.ui.inspector.network_picture import NetworkPicture
from cnnviz.ui.theme import LIGHT, caption_font
from tests.helpers.designs import bundled_design
from tests.ui.inspector.views import DIGITS, make_view, view_of

WIDTH, HEIGHT = 720, 380
NUMBERS = tuple(str(one) for one in range(40))


def brushes_of(widget: QWidget, ratio: float) -> Brushes:
    font = caption_font(widget)
    return Brushes(LIGHT, ratio, font, font)


def look_at(ratio: float, chosen: tuple[str, int | None], left: int = 0) -> Look:
    seen = QRect(left, 0, round(WIDTH * ratio), round(HEIGHT * ratio))
    return Look(seen, chosen, None, is_walking=False, has_focus=bool(chosen[0]))


def paint(
    picture: NetworkPicture, look: Look, brushes: Brushes, part: QRegion, onto: QImage | None = None
) -> QImage:
    """Paint a part, as a window does that keeps the rest: nothing outside of the part is touched."""
    if onto is None:
        onto = QImage(look.seen.size(), QImage.Format.Format_RGB32)
        onto.setDevicePixelRatio(brushes.ratio)
        onto.fill(QColor("magenta"))
    whole = QImage(onto)
    painter = QPainter(whole)
    paint_network(painter, picture, look, brushes, part, SaidAnswers())
    painter.end()
    kept = QPainter(onto)
    kept.setClipRegion(part)
    kept.drawImage(0, 0, whole)
    kept.end()
    return onto


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("chosen", [("", None), ("conv1", 2), ("dense1", 3)])
def test_newer_numbers_painted_alone_look_like_all_of_it_painted(qtbot, ratio: float, chosen) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    brushes, look = brushes_of(widget, ratio), look_at(ratio, chosen)
    before, after = (make_view(seed=seed) for seed in (1, 2))
    picture = NetworkPicture(before, DIGITS, frozenset(), Pages())
    picture.arrange(WIDTH, HEIGHT, 0, brushes)
    everything = QRegion(0, 0, WIDTH, HEIGHT)
    window = paint(picture, look, brushes, everything)
    assert picture.take(after, DIGITS)
    paint(picture, look, brushes, picture.numbers_region(look.seen, brushes), onto=window)
    fresh = NetworkPicture(after, DIGITS, frozenset(), Pages())
    fresh.arrange(WIDTH, HEIGHT, 0, brushes)
    assert window == paint(fresh, look, brushes, everything)


@pytest.mark.parametrize("ratio", [1.0, 1.5])
def test_answers_that_are_the_same_need_not_be_painted_again(qtbot, ratio: float) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    brushes, look = brushes_of(widget, ratio), look_at(ratio, ("conv1", 2))
    before, after = (make_view(seed=seed) for seed in (1, 2))
    answers = Answers(before.probabilities)
    picture = NetworkPicture(before, DIGITS, frozenset(), Pages(), answers)
    picture.arrange(WIDTH, HEIGHT, 0, brushes)
    everything = QRegion(0, 0, WIDTH, HEIGHT)
    window = paint(picture, look, brushes, everything)
    assert picture.take(after, DIGITS, answers)
    region = picture.numbers_region(look.seen, brushes, answers=False)
    paint(picture, look, brushes, region, onto=window)
    assert window == paint(picture, look, brushes, everything)
    last = brushes.logical(picture.layout.columns[-1].numbers_rect).center().toPoint()
    assert not region.contains(last)
    assert picture.numbers_region(look.seen, brushes).contains(last)


def test_answers_look_the_same_only_where_texts_and_bars_do(qtbot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    picture = NetworkPicture(make_view(), DIGITS, frozenset(), Pages())
    placed = picture.arrange(WIDTH, HEIGHT, 0, brushes_of(widget, 1.0)).columns[-1]
    sure = np.full(10, 1e-7, np.float32)
    sure[3] = 1 - 9e-7
    surer, other, less_sure = sure.copy(), sure[::-1].copy(), sure.copy()
    surer[:2], less_sure[3] = 1e-9, 0.93

    def key(values, meaning=Meaning.PROBABILITIES):
        return numbers_key(placed, Answers(values, meaning))

    assert key(sure) == key(surer)
    assert len({key(sure), key(other), key(less_sure)}) == 3
    assert key(sure, Meaning.SCORES) is None  # their scale moves with them


@pytest.mark.parametrize("order", list(Order))
def test_likelier_classes_and_stronger_maps_take_their_places(qtbot, order: Order) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    brushes, look = brushes_of(widget, 1.0), look_at(1.0, ("", None))
    layers = (Conv2D(filters=64), Flatten(), Dense(units=len(NUMBERS)))
    before, after = (make_view(*layers, seed=seed) for seed in (3, 4))
    picture, fresh = (
        NetworkPicture(one, NUMBERS, frozenset(), Pages(order=order)) for one in (before, after)
    )
    for one in (picture, fresh):
        one.arrange(WIDTH, HEIGHT, 0, brushes)
    everything = QRegion(0, 0, WIDTH, HEIGHT)
    paint(picture, look, brushes, everything)
    assert picture.take(after, NUMBERS)
    assert [one.numbers for one in picture.layout.columns] == [one.numbers for one in fresh.layout.columns]
    assert paint(picture, look, brushes, everything) == paint(fresh, look, brushes, everything)


def test_all_of_a_part_in_sight_is_painted_wherever_it_is_scrolled_to(qtbot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    brushes = brushes_of(widget, 1.0)
    picture = NetworkPicture(view_of(bundled_design("resnet-small")), DIGITS, frozenset(), Pages())
    layout = picture.arrange(WIDTH, HEIGHT, 0, brushes)
    assert layout.width > WIDTH
    for left in (0, layout.width // 2, layout.width - WIDTH):
        image = paint(picture, look_at(1.0, ("conv1", 0), left), brushes, QRegion(0, 0, WIDTH, HEIGHT))
        pixels = np.frombuffer(image.constBits(), np.uint32).reshape(HEIGHT, WIDTH)
        assert not (pixels == QColor("magenta").rgb()).any()


def test_only_columns_in_sight_are_in_the_region(qtbot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    brushes = brushes_of(widget, 1.0)
    picture = NetworkPicture(make_view(), DIGITS, frozenset(), Pages())
    layout = picture.arrange(WIDTH, HEIGHT, 0, brushes)
    first, last = layout.columns[0], layout.columns[-1]
    seen = QRect(0, 0, first.left + first.width, HEIGHT)
    region = picture.numbers_region(seen, brushes)
    assert region.contains(first.numbers_rect.center())
    assert not region.contains(last.numbers_rect.center())
    assert not region.contains(QRect(0, 0, WIDTH, layout.lanes_top - 2))


def test_views_of_one_design_are_taken_and_of_another_refused() -> None:
    picture = NetworkPicture(make_view(seed=1), DIGITS, frozenset(), Pages())
    assert picture.take(make_view(seed=2), DIGITS)
    assert not picture.take(make_view(Conv2D(filters=5), Flatten(), Dense(units=10)), DIGITS)
    assert not picture.take(make_view(seed=2), tuple("abcdefghij"))
    assert picture.take(make_view(seed=3), DIGITS)
