from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage

from cnnviz.interpret.atlas import Scale, build_atlas
from cnnviz.interpret.colormaps import lut
from cnnviz.interpret.filters import Composite
from cnnviz.ui.plots import atlas_view
from cnnviz.ui.plots.atlas_view import AtlasView
from cnnviz.ui.plots.tile_marks import Mark
from cnnviz.ui.theme import DARK, LIGHT, palette_for

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

MAPS = np.array([[[-2.0, 0.0], [1.0, 2.0]], [[0.0, 0.5], [-0.5, 2.0]], [[1.0, 1.0], [1.0, 1.0]]])


@pytest.fixture
def view(qtbot: QtBot) -> AtlasView:
    widget = AtlasView("Feature maps", tile_px=20)
    qtbot.addWidget(widget)
    widget.setPalette(palette_for(LIGHT))
    widget.resize(60, 60)
    widget.set_picture(build_atlas(MAPS, signed=True))
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def painted(view: AtlasView) -> QImage:
    return view.grab().toImage()


def color_at(image: QImage, view: AtlasView, tile: int, row: int, column: int) -> QColor:
    layout = view.tile_layout()
    assert layout is not None
    rect = layout.rect(tile)
    size = layout.cell
    return image.pixelColor(rect.x() + column * size + size // 2, rect.y() + row * size + size // 2)


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_cells_have_the_colours_of_their_values(view: AtlasView, colors: object) -> None:
    view.setPalette(palette_for(colors))  # type: ignore[arg-type]
    table = lut("diverging", dark=colors is DARK)
    image = painted(view)
    for place, index in {(0, 0, 0): 1, (0, 0, 1): 128, (0, 1, 1): 255, (1, 0, 0): 128}.items():
        assert color_at(image, view, *place) == QColor(*map(int, table[index]))


def test_cells_are_square_blocks_without_blur(view: AtlasView) -> None:
    layout = view.tile_layout()
    assert layout is not None
    assert layout.cell == 10
    image, rect = painted(view), layout.rect(0)
    block = {image.pixel(rect.x() + x, rect.y() + y) for x in range(10) for y in range(9)}
    assert len(block) == 1


def test_the_mouse_finds_the_number(view: AtlasView, qtbot: QtBot) -> None:
    layout = view.tile_layout()
    assert layout is not None
    rect = layout.rect(1)
    with qtbot.waitSignal(view.hovered) as caught:
        qtbot.mouseMove(view, QPoint(rect.x() + 15, rect.y() + 5))
    assert caught.args == [1, 0, 1]
    with qtbot.waitSignal(view.left):
        qtbot.mouseMove(view, QPoint(59, 59))


def test_a_click_and_the_arrows_choose_a_tile(view: AtlasView, qtbot: QtBot) -> None:
    chosen: list[int] = []
    view.tile_chosen.connect(chosen.append)
    layout = view.tile_layout()
    assert layout is not None
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=layout.rect(1).center())
    qtbot.keyClick(view, Qt.Key.Key_Left)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert chosen == [1, 0, 0 + layout.columns]
    assert view.current == layout.columns


def test_new_numbers_keep_the_choice_and_fewer_maps_drop_it(view: AtlasView) -> None:
    view.set_current(2)
    view.set_picture(build_atlas(MAPS * 2, signed=True))
    assert view.current == 2
    view.set_picture(build_atlas(MAPS[:1], signed=True))
    assert view.current is None
    view.set_picture(None)
    assert view.tile_layout() is None
    painted(view)


def test_the_height_follows_the_width(view: AtlasView) -> None:
    view.resize(30, 60)
    narrow = view.minimumSizeHint().height()
    view.resize(200, 60)
    assert view.minimumSizeHint().height() < narrow


def test_filters_in_colour_are_painted_as_they_are(view: AtlasView) -> None:
    atlas = build_atlas(MAPS, signed=True, scale=Scale.PER_MAP)
    pixels = np.zeros((*atlas.pixels.shape, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[..., 1] = 200
    view.set_picture(Composite(pixels, atlas.grid))
    assert color_at(painted(view), view, 0, 0, 0) == QColor(0, 200, 0)


def test_tiles_in_another_order_keep_their_numbers(view: AtlasView, qtbot: QtBot) -> None:
    view.set_picture(build_atlas(MAPS, signed=True), (2, 0))
    layout = view.tile_layout()
    assert layout is not None
    assert layout.grid.count == 2
    table = lut("diverging", dark=False)
    assert color_at(painted(view), view, 1, 0, 0) == QColor(*map(int, table[1]))  # map 0: -2 is the lowest
    with qtbot.waitSignal(view.hovered) as told:
        qtbot.mouseMove(view, layout.rect(0).center())
    assert told.args[0] == 2
    with qtbot.waitSignal(view.tile_chosen) as told:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=layout.rect(0).center())
    assert told.args == [2]
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.current == 0
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.current == 0
    view.set_picture(build_atlas(MAPS, signed=True))
    assert view.order == (0, 1, 2)


def test_a_chosen_tile_that_is_not_shown_has_no_frame(view: AtlasView) -> None:
    view.set_picture(build_atlas(MAPS, signed=True), (2, 0))
    before = painted(view)
    view.set_current(1)
    assert painted(view) == before
    view.set_current(2)
    assert painted(view) != before


def test_a_mark_is_painted_on_its_tile_and_told_in_words(view: AtlasView) -> None:
    before = painted(view)
    view.set_marks({1: Mark("×", "map 1 was zero"), 2: Mark("", "only words")})
    after, layout = painted(view), view.tile_layout()
    assert layout is not None
    changed = [
        (x, y)
        for x in range(after.width())
        for y in range(after.height())
        if before.pixel(x, y) != after.pixel(x, y)
    ]
    assert changed
    corner = layout.rect(1).topRight()
    assert all(abs(x - corner.x()) <= 12 and abs(y - corner.y()) <= 12 for x, y in changed)
    view.set_current(1)
    assert view.accessibleDescription() == "map 1 was zero"
    view.set_current(0)
    assert view.accessibleDescription() == ""


def test_the_words_of_a_mark_are_its_tool_tip(view: AtlasView, qtbot: QtBot) -> None:
    view.set_marks({1: Mark("×", "map 1 was zero")})
    layout = view.tile_layout()
    assert layout is not None
    told = []
    for tile in (1, 0):
        qtbot.mouseMove(view, layout.rect(tile).center())
        told.append(view.toolTip())
    assert told == ["map 1 was zero", ""]


def test_names_stand_under_the_tiles(view: AtlasView) -> None:
    plain = view.minimumSizeHint().height()
    view.set_names(("cat", "dog", "a very long name"))
    view.resize(view.width(), view.minimumSizeHint().height())
    layout, image = view.tile_layout(), painted(view)
    assert layout is not None
    assert layout.below > 0
    assert view.minimumSizeHint().height() > plain
    tile = layout.rect(0)
    under = [
        image.pixelColor(x, y).lightness()
        for x in range(tile.left(), tile.right())
        for y in range(tile.bottom() + 1, tile.bottom() + 1 + layout.below)
    ]
    assert min(under) < max(under), "something is written"
    view.set_names(())
    assert view.minimumSizeHint().height() == plain


def test_names_belong_to_numbers_in_whatever_order_tiles_stand(
    view: AtlasView, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    monkeypatch.setattr(atlas_view, "paint_name", lambda _painter, *rest: written.append(rest[:2]))
    view.set_names(("cat", "dog"))
    view.set_picture(build_atlas(MAPS, signed=True), order=(2, 1, 0))
    view.resize(view.width(), view.minimumSizeHint().height())
    written.clear()
    painted(view)
    layout = view.tile_layout()
    assert layout is not None
    assert written == [("dog", layout.rect(1)), ("cat", layout.rect(2))]


def test_names_out_of_sight_are_not_written(view: AtlasView, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    monkeypatch.setattr(atlas_view, "paint_name", lambda _painter, name, *_rest: written.append(name))
    view.set_names(("cat", "dog", "cow"))
    view.resize(30, view.minimumSizeHint().height())
    layout = view.tile_layout()
    assert layout is not None
    assert layout.columns == 1
    written.clear()
    view.grab(layout.rect(1).adjusted(0, 2, 0, layout.below))
    assert written == ["dog"]


def test_larger_letters_have_room_under_the_tiles(view: AtlasView) -> None:
    view.set_names(("cat", "dog", "cow"))
    layout, font = view.tile_layout(), view.font()
    font.setPointSizeF(2 * font.pointSizeF())
    view.setFont(font)
    larger = view.tile_layout()
    assert layout is not None
    assert larger is not None
    assert larger.below > 1.5 * layout.below
    assert view.minimumHeight() >= larger.height
