from __future__ import annotations

import dataclasses
import functools

import pytest

from cnnviz.ui.inspector.network_columns import Column, ColumnKind, columns_of
from cnnviz.ui.inspector.network_layout import Measures, NetworkLayout, lay_out
from tests.ui.inspector.views import DIGITS, bundled_view

DESIGNS = ("digits-cnn", "lenet5", "two-conv", "vgg-small", "linear-softmax", "one-conv")


@functools.cache
def columns(name: str) -> tuple[Column, ...]:
    return columns_of(bundled_view(name), DIGITS)


def measures(count: int, ratio: float = 1.0) -> Measures:
    def px(length: float) -> int:
        return round(length * ratio)

    return Measures(ratio, px(48), px(13), (px(48),) * count, px(8), px(32), px(100), px(15))


def arranged(name: str, width: int, height: int, ratio: float = 1.0) -> NetworkLayout:
    found = columns(name)
    return lay_out(found, round(width * ratio), round(height * ratio), measures(len(found), ratio))


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
@pytest.mark.parametrize("size", [(600, 300), (850, 420), (1440, 700), (2500, 1200), (240, 180)])
@pytest.mark.parametrize("name", DESIGNS)
def test_nothing_overlaps_and_everything_has_its_place(
    name: str, size: tuple[int, int], ratio: float
) -> None:
    layout = arranged(name, *size, ratio)
    right = 0
    for placed in layout.columns:
        block = placed.block
        assert placed.left > right
        right = placed.left + placed.width
        assert placed.left <= block.x
        assert block.x + block.width <= right
        assert 1 <= block.shown <= placed.column.count
        assert (block.columns - 1) * block.rows < block.shown <= block.rows * block.columns
        assert block.pitch_x >= block.tile_width
        assert block.pitch_y >= block.tile_height
        assert block.y >= layout.body_top
        if size[1] > 200:
            assert block.y + block.height <= layout.body_bottom
    assert right < layout.width


@pytest.mark.parametrize(("name", "width"), [("digits-cnn", 850), ("two-conv", 900), ("vgg-small", 1300)])
def test_the_usual_designs_fit_without_scrolling(name: str, width: int) -> None:
    assert arranged(name, width, 420).width <= width


def test_headings_are_cut_before_the_view_scrolls() -> None:
    found = columns("two-conv")
    wide = dataclasses.replace(measures(len(found)), title_widths=(60,) * len(found))
    answers = lay_out(found, 2000, 420, wide).columns[-1].width
    room = 24 + (len(found) - 1) * (60 + 6 + 4) + answers
    assert lay_out(found, room, 420, wide).measures.title_widths == wide.title_widths
    for less in (1, 40):
        layout = lay_out(found, room - less, 420, wide)
        assert layout.width <= room - less
        assert layout.measures.title_widths[0] < 60
    narrow = lay_out(found, room // 2, 420, wide)
    assert narrow.width > room // 2
    assert narrow.measures.title_widths == wide.title_widths, "a view that scrolls has room for them"


def test_all_maps_of_the_default_design_are_shown() -> None:
    assert [placed.hidden for placed in arranged("digits-cnn", 850, 420).columns] == [0] * 12


def test_more_room_never_shows_less() -> None:
    shown = [
        sum(placed.block.shown for placed in arranged("two-conv", width, height).columns)
        for width, height in ((850, 420), (1400, 700), (2500, 1200))
    ]
    assert shown == sorted(shown)
    assert shown[0] < shown[-1]


@pytest.mark.parametrize("name", ["digits-cnn", "two-conv", "lenet5"])
def test_a_map_stands_in_the_row_of_the_map_it_is_made_from(name: str) -> None:
    by_title = {placed.column.title: placed for placed in arranged(name, 1200, 600).columns}
    pairs = [("conv1", "tanh1"), ("tanh1", "avgpool1")] if name == "lenet5" else [("conv1", "relu1")]
    for first, second in pairs:
        left, right = by_title[first].block, by_title[second].block
        assert left.rows == right.rows
        for tile in range(left.shown):
            middle = left.rect(tile).center().y()
            assert abs(middle - right.rect(tile).center().y()) <= 1


def test_the_classes_stand_in_the_rows_of_their_scores() -> None:
    *_, scores, classes = arranged("digits-cnn", 850, 420).columns
    assert classes.column.kind is ColumnKind.ANSWERS
    for row in range(10):
        assert abs(scores.block.rect(row).center().y() - classes.block.rect(row).center().y()) <= 1


def test_a_note_has_room_behind_the_columns() -> None:
    found = columns("digits-cnn")
    layout = lay_out(found, 1600, 420, measures(len(found)), has_note=True)
    last = layout.columns[-1]
    assert layout.note_left is not None
    assert last.left + last.width < layout.note_left < layout.width


def test_column_at() -> None:
    layout = arranged("digits-cnn", 850, 420)
    for index, placed in enumerate(layout.columns):
        assert layout.column_at(placed.left) == index
        assert layout.column_at(placed.left + placed.width) in (None, index + 1)
    assert layout.column_at(0) is None
