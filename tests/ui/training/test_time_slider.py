"""The slider of moments: one place for each, now at the right end, the same by mouse and keyboard."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from cnnviz.training.moments import Moment
from cnnviz.ui.training.time_slider import TimeSlider

MOMENTS = (Moment(0, 0), Moment(1, 1), Moment(2, 1), Moment(4, 1), Moment(47, 1), Moment(94, 2))
WIDTH_PX = 400


@pytest.fixture
def slider(qtbot):
    slider = TimeSlider()
    qtbot.addWidget(slider)
    slider.resize(WIDTH_PX, slider.sizeHint().height())
    slider.set_moments(MOMENTS, (47, 94), 94)
    slider.set_moment(None)
    slider.show()
    slider.chosen = []
    slider.moment_chosen.connect(slider.chosen.append)
    return slider


def point(slider, place):
    return QPoint(round(slider.x_of(place)), slider.height() // 2)


def test_at_first_it_stands_at_now(slider):
    assert slider.moment is None
    assert slider.value() == slider.maximum() == len(MOMENTS)
    assert slider.accessibleDescription() == "now"


def test_moments_have_equal_room_and_now_stands_apart(slider):
    places = [slider.x_of(place) for place in range(len(MOMENTS) + 1)]
    gaps = [right - left for left, right in itertools.pairwise(places)]
    assert max(gaps[:-1]) - min(gaps[:-1]) < 1e-6
    assert 0 < places[0] < places[-1] < WIDTH_PX
    assert [slider.place_at(x) for x in places] == list(range(len(MOMENTS) + 1))


@pytest.mark.parametrize("count", [0, 1])
def test_few_moments_have_places_too(slider, count):
    slider.set_moments(MOMENTS[:count], (), None)
    assert slider.moment is None
    assert slider.place_at(0) == 0
    assert slider.place_at(WIDTH_PX) == count
    slider.grab()


def test_a_click_chooses_the_nearest_moment(slider):
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=point(slider, 3))
    assert slider.chosen == [MOMENTS[3]]
    assert slider.accessibleDescription() == "step 4, epoch 1"
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(WIDTH_PX - 1, 3))
    assert slider.chosen == [MOMENTS[3], None]


def test_dragging_goes_through_the_moments(slider):
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=point(slider, 0))
    for place in (1, 2, 2, 5):
        QTest.mouseMove(slider, point(slider, place))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=point(slider, 5))
    assert slider.chosen == [MOMENTS[0], MOMENTS[1], MOMENTS[2], MOMENTS[5]]
    assert not slider.isSliderDown()


def test_the_other_button_does_nothing(slider):
    QTest.mouseClick(slider, Qt.MouseButton.RightButton, pos=point(slider, 1))
    assert slider.chosen == []


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ([Qt.Key.Key_Left], [MOMENTS[5]]),
        ([Qt.Key.Key_Home], [MOMENTS[0]]),
        ([Qt.Key.Key_Home, Qt.Key.Key_Right], [MOMENTS[0], MOMENTS[1]]),
        ([Qt.Key.Key_Left, Qt.Key.Key_End], [MOMENTS[5], None]),
    ],
)
def test_the_keyboard_reaches_every_moment(slider, keys, expected):
    for key in keys:
        QTest.keyClick(slider, key)
    assert slider.chosen == expected


def test_what_others_set_is_not_told(slider):
    slider.set_moment(MOMENTS[2])
    assert slider.moment == MOMENTS[2]
    slider.set_moment(Moment(50, 2))
    assert slider.moment == MOMENTS[4]
    assert slider.chosen == []


def test_new_moments_leave_the_handle_where_it_is(slider):
    later = (*MOMENTS, Moment(128, 3))
    slider.set_moments(later, (47, 94), 94)
    assert slider.moment is None
    slider.set_moment(MOMENTS[3])
    slider.set_moments(tuple(moment for moment in later if moment.step != 1), (47, 94), 94)
    assert slider.moment == MOMENTS[3]
    assert slider.chosen == []


def test_the_tooltip_names_the_moment_under_the_mouse(slider):
    said = []
    for place in (0, 2, 5, 6):
        at = point(slider, place)
        QApplication.sendEvent(slider, QHelpEvent(QEvent.Type.ToolTip, at, slider.mapToGlobal(at)))
        said.append(slider.toolTip())
    QToolTip.hideText()
    assert said == [
        "first weights",
        "step 2, epoch 1",
        "step 94, epoch 2, the best epoch",
        "The newest weights",
    ]


def test_it_is_painted_in_every_state(slider):
    now = slider.grab().toImage()
    slider.set_moment(MOMENTS[1])
    past = slider.grab().toImage()
    slider.setEnabled(False)
    disabled = slider.grab().toImage()
    assert now != past != disabled
