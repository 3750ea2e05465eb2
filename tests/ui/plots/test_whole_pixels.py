from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize

from cnnviz.ui.plots.whole_pixels import whole_pixel_rect

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
