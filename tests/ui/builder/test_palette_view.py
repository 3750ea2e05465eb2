from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication

from cnnviz.spec.layers import LAYER_TYPES, Category, Dense, type_name
from cnnviz.ui.builder.drop import MIME_TYPE, DraggedLayers, from_mime, to_mime
from cnnviz.ui.builder.palette_chip import MoreButton, PaletteItem
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


def shown(palette: PaletteView) -> list[str]:
    return [type_name(chip.kind) for chip in palette.chips if chip.isVisibleTo(palette)]


def test_the_usual_kind_of_each_group_is_in_sight_and_the_number_of_the_others(palette: PaletteView) -> None:
    assert shown(palette) == ["Conv2D", "MaxPool2D", "ReLU", "Dense", "Dropout", "Flatten"]
    numbers = [item.text() for item in palette.items if isinstance(item, MoreButton)]
    assert numbers == ["+3", "+5", "+3", "+2"]
    total = len(shown(palette)) + sum(int(number) for number in numbers)
    assert total == len(LAYER_TYPES)


def test_a_number_opens_its_group_and_closes_the_other(palette: PaletteView, qtbot) -> None:
    pooling, activation = (item for item in palette.items[:5] if isinstance(item, MoreButton))
    assert "AvgPool2D, GlobalAvgPool2D, GlobalMaxPool2D" in pooling.toolTip()
    before = palette.heightForWidth(340)
    with qtbot.waitSignal(palette.height_changed):
        qtbot.mouseClick(pooling, Qt.MouseButton.LeftButton)
    assert shown(palette)[1:5] == ["MaxPool2D", "AvgPool2D", "GlobalAvgPool2D", "GlobalMaxPool2D"]
    assert palette.heightForWidth(340) > before
    qtbot.keyClick(activation, Qt.Key.Key_Return)
    assert "Softmax" in shown(palette)
    assert "AvgPool2D" not in shown(palette)
    assert not pooling.isChecked()
    qtbot.keyClick(activation, Qt.Key.Key_Space)
    assert len(shown(palette)) == len(Category)
    assert palette.heightForWidth(340) == before


@pytest.mark.parametrize("width", [200, 240, 280, 340, 600])
@pytest.mark.parametrize("opened", [None, *Category])
def test_nothing_is_cut_off_or_covered_at_any_width(
    palette: PaletteView, width: int, opened: Category | None
) -> None:
    palette.open_group(opened)
    palette.resize(width, palette.heightForWidth(width))
    for place, item in enumerate(palette.items):
        assert palette.rect().contains(item.geometry())
        assert not any(item.geometry().intersects(other.geometry()) for other in palette.items[:place])


def test_a_search_shows_what_it_has_found_and_marks_the_first(palette: PaletteView, qtbot) -> None:
    palette.open_group(Category.POOLING)
    palette.search("norm")
    assert palette.hits == ("BatchNorm", "LocalResponseNorm")
    assert [item.text() for item in palette.items] == list(palette.hits)
    assert set(shown(palette)) == set(palette.hits)
    with qtbot.waitSignal(palette.layer_chosen) as chosen:
        palette.choose_first_hit()
    assert chosen.args == ["BatchNorm"]
    palette.search("")
    assert palette.hits == ()
    assert "GlobalMaxPool2D" in shown(palette)


def test_a_search_in_vain_says_so_and_chooses_nothing(palette: PaletteView, qtbot) -> None:
    palette.search(" xyz ")
    assert palette.empty_text == "No layer is called “xyz”."
    assert shown(palette) == []
    with qtbot.assertNotEmitted(palette.layer_chosen):
        palette.choose_first_hit()
    palette.focus_first()
    palette.search("fc")
    assert palette.empty_text == ""
    assert shown(palette) == ["Dense"]


def test_while_searching_the_palette_is_not_lower_than_before(palette: PaletteView) -> None:
    for width in (200, 264, 340):
        palette.search("")
        usual = palette.heightForWidth(width)
        for query in ("fc", "xyz", "p"):
            palette.search(query)
            assert palette.heightForWidth(width) >= usual


def test_what_is_pointed_at_is_explained(palette: PaletteView, qtbot) -> None:
    said: list[str] = []
    palette.help_changed.connect(said.append)
    palette.activateWindow()
    palette.items[-1].setFocus()
    qtbot.waitUntil(palette.items[-1].hasFocus)
    palette.focus_first()
    qtbot.waitUntil(lambda: said[-1:] == [palette.chips[0].kind.summary])
    qtbot.keyClick(palette.items[0], Qt.Key.Key_Right)
    qtbot.keyClick(palette.items[1], Qt.Key.Key_Right)
    assert said[-1] == "More of the group Pooling: AvgPool2D, GlobalAvgPool2D, GlobalMaxPool2D."
    palette.search("fc")
    assert said[-1] == palette.chip("Dense").kind.summary
    palette.search("")
    assert said[-1] == ""


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
    items = palette.items
    items[0].setFocus()
    qtbot.waitUntil(items[0].hasFocus)
    qtbot.keyClick(items[0], Qt.Key.Key_Right)
    assert items[1].hasFocus()
    qtbot.keyClick(items[1], Qt.Key.Key_Up)
    qtbot.keyClick(items[0], Qt.Key.Key_Left)
    assert items[-1].hasFocus()
    everything = palette.findChildren(PaletteItem)
    assert [item for item in everything if item.focusPolicy() & Qt.FocusPolicy.TabFocus] == [items[-1]]


def test_the_tab_key_always_has_a_stop_in_sight(palette: PaletteView) -> None:
    def stops() -> list[PaletteItem]:
        return [item for item in palette.items if item.focusPolicy() & Qt.FocusPolicy.TabFocus]

    palette.open_group(Category.STRUCTURE)
    palette.items[-1].setFocus()
    for query in ("norm", "fc", ""):
        palette.search(query)
        assert len(stops()) == 1
    palette.open_group(None)
    assert len(stops()) == 1


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
    assert all(palette.rect().contains(item.geometry()) for item in palette.items)
