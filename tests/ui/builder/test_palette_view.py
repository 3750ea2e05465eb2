from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication

from cnnviz.spec.layers import LAYER_TYPES, Category, Dense, type_name
from cnnviz.ui.builder.drop import MIME_TYPE, DraggedLayers, from_mime, to_mime
from cnnviz.ui.builder.palette_view import PaletteView
from tests.ui.builder.drags import MOVE, Drag, palette_drag


@pytest.fixture
def palette(qtbot) -> PaletteView:
    palette = PaletteView()
    palette.resize(340, palette.heightForWidth(340))
    qtbot.addWidget(palette)
    with qtbot.waitExposed(palette):
        palette.show()
    return palette


def layers_of_a_list() -> QMimeData:
    data = QMimeData()
    data.setData(MIME_TYPE, QByteArray(to_mime(DraggedLayers((Dense(id="dense1"),), "some list"))))
    return data


def test_every_kind_has_a_chip_with_name_and_help(palette: PaletteView) -> None:
    assert [chip.kind for chip in palette.chips] == list(LAYER_TYPES)
    for chip in palette.chips:
        assert chip.kind.title in chip.accessibleName()
        assert chip.kind.category.value in chip.accessibleName()
        assert chip.kind.summary in chip.toolTip()
    assert len({chip.kind.category for chip in palette.chips}) == len(Category)


@pytest.mark.parametrize("width", [200, 280, 340, 600])
def test_no_chip_is_cut_off_at_any_width(palette: PaletteView, width: int) -> None:
    palette.resize(width, palette.heightForWidth(width))
    for chip in palette.chips:
        assert palette.rect().contains(chip.geometry())


def test_double_click_and_enter_choose_a_kind(palette: PaletteView, qtbot) -> None:
    with qtbot.waitSignal(palette.layer_chosen) as chosen:
        qtbot.mouseDClick(palette.chip("Conv2D"), Qt.MouseButton.LeftButton)
    assert chosen.args == ["Conv2D"]
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        with qtbot.waitSignal(palette.layer_chosen) as chosen:
            qtbot.keyClick(palette.chip("Dense"), key)
        assert chosen.args == ["Dense"]


def test_arrow_keys_walk_and_the_tab_key_stops_once(palette: PaletteView, qtbot) -> None:
    palette.activateWindow()
    palette.chips[0].setFocus()
    qtbot.waitUntil(palette.chips[0].hasFocus)
    qtbot.keyClick(palette.chips[0], Qt.Key.Key_Right)
    assert palette.chips[1].hasFocus()
    qtbot.keyClick(palette.chips[1], Qt.Key.Key_Up)
    qtbot.keyClick(palette.chips[0], Qt.Key.Key_Left)
    assert palette.chips[-1].hasFocus()
    stops = [chip for chip in palette.chips if chip.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [palette.chips[-1]]


def test_a_drag_starts_past_the_threshold_and_carries_the_kind(
    palette: PaletteView, qtbot, started_drags: list[QDrag]
) -> None:
    chip, start = palette.chip("MaxPool2D"), QPoint(10, 10)
    far = QPoint(10 + QApplication.startDragDistance(), 10)
    qtbot.mousePress(chip, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(chip, start + QPoint(1, 0))
    assert started_drags == []
    qtbot.mouseMove(chip, far)
    (drag,) = started_drags
    (layer,) = from_mime(bytes(drag.mimeData().data(MIME_TYPE).data())).layers
    assert type_name(layer) == "MaxPool2D"
    assert not drag.pixmap().isNull()
    assert not chip.isDown()
    qtbot.mouseMove(chip, start)
    assert len(started_drags) == 1


def test_a_layer_dragged_here_is_handed_over_for_removal(palette: PaletteView, qtbot) -> None:
    drag = Drag(layers_of_a_list())
    assert not palette.is_bin
    assert drag.enter(palette, QPoint(50, 50))
    assert palette.is_bin
    drag.leave(palette)
    assert drag.enter(palette, QPoint(50, 50))
    with qtbot.waitSignal(palette.layers_dropped) as dropped:
        assert drag.drop(palette, QPoint(50, 50)) == MOVE
    assert dropped.args[0].layers == (Dense(id="dense1"),)
    assert not palette.is_bin


def test_its_own_chips_and_foreign_things_are_not_taken(palette: PaletteView, qtbot) -> None:
    text, rubbish = QMimeData(), QMimeData()
    text.setText("hello")
    rubbish.setData(MIME_TYPE, QByteArray(b"rubbish"))
    own = palette_drag(palette.chip("Dense").mime_data())
    for drag in (own, Drag(palette.chip("Dense").mime_data()), Drag(text), Drag(rubbish)):
        assert not drag.enter(palette, QPoint(50, 50))
    with qtbot.assertNotEmitted(palette.layers_dropped):
        assert Drag(rubbish).drop(palette, QPoint(50, 50)) is None
    assert not palette.is_bin


def test_a_larger_font_makes_room(palette: PaletteView) -> None:
    before = palette.heightForWidth(340)
    font = palette.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    palette.setFont(font)
    assert palette.heightForWidth(340) > before
    palette.resize(340, palette.heightForWidth(340))
    assert all(palette.rect().contains(chip.geometry()) for chip in palette.chips)
