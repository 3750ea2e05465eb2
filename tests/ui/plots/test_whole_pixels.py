from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyle

from cnnviz.ui.plots.whole_pixels import paint_choice, paint_framed, whole_pixel_rect
from cnnviz.ui.theme import LIGHT

SIDES = st.integers(1, 300)


@given(SIDES, SIDES, SIDES, SIDES, st.sampled_from([1.0, 1.25, 1.5, 2.0]))
def test_pixels_are_squares_of_whole_device_pixels_inside_the_room(
    width: int, height: int, room_width: int, room_height: int, ratio: float
) -> None:
    room = QRect(7, 3, room_width, room_height)
    target = whole_pixel_rect(QSize(width, height), room, ratio)
    scale = target.width() * ratio / width
    assert abs(target.height() * ratio / height - scale) < 1e-9 * height
    if width <= room_width * ratio and height <= room_height * ratio:
        assert abs(scale - round(scale)) < 1e-9
        assert scale >= 1
    slack = 1 / ratio
    assert target.left() >= room.x() - slack
    assert target.top() >= room.y() - slack
    assert target.right() <= room.x() + room.width() + slack
    assert target.bottom() <= room.y() + room.height() + slack


def test_a_frame_is_around_the_image_and_what_was_set_before_is_set_again(qapp) -> None:
    paper, image = QImage(40, 40, QImage.Format.Format_RGB32), QImage(8, 8, QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.magenta)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(paper)
    painter.setPen(Qt.GlobalColor.green)
    target = paint_framed(painter, image, QRect(4, 4, 32, 32), LIGHT)
    assert target == QRectF(4, 4, 32, 32)
    assert painter.pen().color() == Qt.GlobalColor.green
    painter.end()
    assert paper.pixelColor(20, 20) == Qt.GlobalColor.black
    assert paper.pixelColor(4, 20) == LIGHT.hairline
    assert paper.pixelColor(1, 1) == Qt.GlobalColor.magenta


@pytest.mark.parametrize(
    ("state", "color"),
    [
        (QStyle.StateFlag.State_Selected, LIGHT.selection),
        (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver, LIGHT.selection),
        (QStyle.StateFlag.State_MouseOver, LIGHT.hover),
        (QStyle.StateFlag.State_Enabled, QColor("magenta")),
    ],
)
def test_the_chosen_row_has_another_ground_than_the_one_under_the_mouse(qapp, state, color) -> None:
    paper = QImage(40, 40, QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.magenta)
    painter = QPainter(paper)
    paint_choice(painter, QRect(2, 2, 36, 36), state, LIGHT)
    painter.end()
    assert paper.pixelColor(20, 20) == color
