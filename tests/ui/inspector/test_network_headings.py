"""Names of layers over their columns can be told apart also where there is little room."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontMetrics

from cnnviz.ui.inspector.network_headings import shortened


@pytest.fixture
def metrics(qapp):
    return QFontMetrics(QFont())


def test_a_name_with_room_is_whole(metrics):
    assert shortened("maxpool1", metrics, metrics.horizontalAdvance("maxpool1")) == "maxpool1"


@pytest.mark.parametrize("name", ["maxpool1", "maxpool12", "batchnorm2"])
def test_a_cut_name_keeps_its_beginning_and_its_number(metrics, name):
    room = metrics.horizontalAdvance(name) - 4
    said = shortened(name, metrics, room)
    begin, number = said.split("…")
    assert name.startswith(begin)
    assert len(begin) >= 4
    assert name.endswith(number)
    assert not name.removesuffix(number)[-1].isdigit()
    assert metrics.horizontalAdvance(said) <= room


def test_a_name_without_a_number_is_cut_in_the_middle(metrics):
    said = shortened("the_first_of_all", metrics, metrics.horizontalAdvance("the_first_of"))
    assert said.startswith("the")
    assert said.endswith("all")


def test_where_hardly_anything_fits_the_number_is_not_all_that_is_left(metrics):
    assert shortened("maxpool1", metrics, metrics.horizontalAdvance("…1")) != "…1"
