"""Every view of the window leaves it as a picture and as numbers."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication

from cnnviz.ui.export.export_dialog import ExportDialog
from cnnviz.ui.export.picture_files import PictureStyle, picture_bytes, picture_image
from cnnviz.ui.theme import DARK, LIGHT, SPACE_12
from tests.helpers.open_windows import open_window


@pytest.fixture
def window(qtbot, tmp_path, questions):
    with open_window(tmp_path, questions) as window:
        qtbot.waitUntil(lambda: window.workbench.inspector.inspection is not None)
        qtbot.waitUntil(lambda: window.network_view.canvas.shown is not None)
        qtbot.waitUntil(lambda: window.layer_panel.inspection is not None)
        yield window


def view_of(window, title):
    return next(view for view in window.export_links.views if view.title == title)


def open_unit(window, *place):
    window.network_view.unit_clicked.emit(*place)
    assert window.stage.is_at_unit


@pytest.mark.parametrize("title", ["Network", "Enlarged Map", "Layer", "Answer"])
def test_each_view_has_a_report_with_numbers_and_pictures(window, title) -> None:
    report = view_of(window, title).take()
    assert report is not None
    assert window.workbench.document.spec.name in report.about
    assert "validation image 1 of digits" in report.about
    assert "untrained" in report.about
    font = QApplication.font()
    assert picture_bytes(".png", report, font, PictureStyle()).startswith(b"\x89PNG")
    assert picture_bytes(".svg", report, font, PictureStyle(DARK)).startswith(b"<?xml")
    assert len(np.load(io.BytesIO(report.numbers.encoded(".npz")))) > 0
    assert report.numbers.encoded(".csv")


def test_a_number_has_its_products_and_the_engines_own_value(window) -> None:
    open_unit(window, "conv2", 3, 1, 2)
    report = view_of(window, "Number").take()
    view = window.workbench.inspector.inspection.image_view.layer("conv2")
    assert report.numbers.arrays["engine"] == view.values[3, 1, 2]
    assert report.title.startswith("conv2, map 3, row 1, column 2 = ")
    assert report.name == "unit-conv2-3-1-2"
    assert "12 of 16 maps" in report.notes[-1]


def test_what_a_number_sees_is_exported_while_it_is_shown(window, qtbot) -> None:
    open_unit(window, "conv2", 3, 1, 2)
    page = window.stage.unit_page
    page.reach_button.click()
    qtbot.waitUntil(lambda: page.field is not None)
    report = view_of(window, "Number").take()
    assert report.name == "unit-conv2-3-1-2-sees"
    assert report.numbers.arrays["field"].max() == pytest.approx(1)
    page.reach_button.click()
    assert view_of(window, "Number").take().name == "unit-conv2-3-1-2"


def test_the_whole_maps_are_exported_while_they_are_shown(window) -> None:
    open_unit(window, "conv2", 3, 1, 2)
    window.stage.unit_page.bar.maps_button.click()
    report = view_of(window, "Number").take()
    assert report.name == "unit-conv2-3-1-2-maps"
    arrays = report.numbers.arrays
    np.testing.assert_allclose(arrays["maps"].sum(axis=0) + arrays["bias"], arrays["map"], atol=1e-5)


def test_maps_of_the_layer_stand_in_the_order_of_the_panel(window) -> None:
    report = view_of(window, "Layer").take()
    panel = window.layer_panel
    values = window.workbench.inspector.inspection.image_view.layer(panel.layer_id).values
    assert np.array_equal(report.numbers.arrays["maps"], values)
    assert panel.order == tuple(range(len(values)))


def test_a_map_enlarged_is_that_of_the_panel(window) -> None:
    window.layer_panel.set_layer("conv2", 5)
    report = view_of(window, "Enlarged Map").take()
    values = window.workbench.inspector.inspection.image_view.layer("conv2").values
    assert report.name == "map-conv2-5"
    assert np.array_equal(report.numbers.arrays["maps"][0], values[5])


def test_the_answer_is_what_the_network_says(window) -> None:
    report = view_of(window, "Answer").take()
    probabilities = window.workbench.inspector.inspection.image_view.probabilities
    assert np.array_equal(report.numbers.arrays["answer"], probabilities)
    true = [row[0] for row in report.numbers.table.rows if row[-1]]
    assert true == [window.workbench.selection.label]


def test_views_with_nothing_in_them_say_so_and_their_entries_rest(window) -> None:
    links = window.export_links
    for title in ("Number", "Evaluation"):
        assert links.exporter.export(view_of(window, title)) is None
        assert f"nothing to export yet: {title.lower()}" in window.banner.text
    menu = window.menus.export_view
    menu.aboutToShow.emit()
    entries = {action.text(): action.isEnabled() for action in menu.actions() if not action.isSeparator()}
    assert not entries["Number…"]
    assert not entries["Evaluation…"]
    assert entries["Network…"]
    open_unit(window, "conv1", 0, 0, 0)
    menu.aboutToShow.emit()
    assert next(action for action in menu.actions() if action.text() == "Number…").isEnabled()


def test_one_key_exports_the_view_in_use(window) -> None:
    open_unit(window, "conv1", 0, 0, 0)
    window.activateWindow()
    window.layer_panel.map_view.setFocus()
    focused = QApplication.focusWidget()
    window.commands["export_view"].trigger()
    window.builder.list_view.setFocus()
    window.commands["export_view"].trigger()
    dialogs = window.findChildren(ExportDialog)
    wanted = ["map-conv1-0" if focused is window.layer_panel.map_view else "unit-conv1-0-0-0"]
    assert [dialog.report.name for dialog in dialogs] == [*wanted, "unit-conv1-0-0-0"]


def test_a_dialog_is_a_moment_that_stays_and_its_look_is_kept(window, questions, tmp_path) -> None:
    links = window.export_links
    dialog = links.exporter.export(view_of(window, "Answer"))
    before = dialog.report.numbers.arrays["answer"].copy()
    window.workbench.selection.next()
    dialog.look.setCurrentIndex(1)
    questions.paths = [tmp_path / "deep.npy"]
    dialog.numbers_button.click()
    assert np.array_equal(np.load(tmp_path / "deep.npy"), before)
    assert window.workbench.settings.folder == tmp_path
    assert links.exporter.export(view_of(window, "Network")).style_now.colors is DARK


def test_a_view_is_copied_from_its_own_menu(window) -> None:
    view = view_of(window, "Network")
    copy = next(action for action in view.widget.actions() if action.text() == "Copy as Picture")
    copy.trigger()
    assert QGuiApplication.clipboard().image().width() > 600
    assert "Copied as a picture" in window.banner.text
    assert view.widget.contextMenuPolicy() is Qt.ContextMenuPolicy.ActionsContextMenu


def test_an_image_of_before_is_not_called_by_the_name_of_another(window) -> None:
    window.workbench.selection.next()
    inspection = window.workbench.inspector.inspection
    if np.array_equal(inspection.image_view.image, window.workbench.selection.pixels):
        pytest.skip("the new image was inspected at once")
    assert "test image" not in view_of(window, "Answer").take().about


def test_why_a_class_leaves_as_a_picture_on_white_paper_and_its_map(window, qtbot) -> None:
    why = view_of(window, "Why")
    assert why.take() is None
    window.theme_keeper.set_mode("dark")
    window.docks.bring(window.docks.why)
    qtbot.waitUntil(lambda: why.take() is not None, timeout=20_000)
    report = why.take()
    answer = window.why.class_page.answer.attribution
    assert np.array_equal(report.numbers.arrays["map"], answer.map)
    image = picture_image(report, QApplication.font(), PictureStyle())
    levels = [image.pixelColor(x, image.height() - 70).lightness() for x in range(image.width())]
    assert max(levels) == 255
    drawing = picture_bytes(".svg", report, QApplication.font(), PictureStyle(DARK)).decode()
    assert drawing.count("<image") == 4, "the image, the map, both, and what colours mean"
    for words in (report.title.removeprefix("Why "), "image 1 of digits", "untrained", "Overlay"):
        assert words in drawing


def test_three_pictures_of_why_stand_side_by_side_and_whole(window, qtbot) -> None:
    why = view_of(window, "Why")
    window.docks.bring(window.docks.why)
    qtbot.waitUntil(lambda: why.take() is not None, timeout=20_000)
    answer = window.why.class_page.answer
    image = picture_image(why.take(), QApplication.font(), PictureStyle(scale=1, with_words=False))
    pixels = answer.question.units[0]
    side = 256 // len(pixels)
    left = SPACE_12
    top = next(row for row in range(30, image.height()) if image.pixelColor(left, row) != LIGHT.base)
    for row, column in np.ndindex(pixels.shape):
        color = image.pixelColor(left + column * side + side // 2, top + row * side + side // 2)
        assert color.lightness() == pytest.approx(255 * pixels[row, column], abs=2)


def test_what_excites_a_filter_leaves_with_its_images(window, qtbot) -> None:
    why = view_of(window, "Why")
    window.docks.bring(window.docks.why)
    window.why.show_page(1)
    page = window.why.filter_page
    qtbot.waitUntil(
        lambda: page.made_image is not None and page.images.images.top is not None, timeout=20_000
    )
    report, top = why.take(), page.images.images.top
    assert report.title == "What excites conv1, filter 0 (of 0 to 15)"
    dataset = window.workbench.selection.dataset
    wanted = dataset.images[[one.index for one in top.images]]
    np.testing.assert_array_equal(report.numbers.arrays["images"], wanted)
    np.testing.assert_array_equal(report.numbers.arrays["made"], page.made_image.image)
    assert [row[2] for row in report.numbers.table.rows] == [one.value for one in top.images]
    assert picture_image(report, QApplication.font(), PictureStyle()).height() > 800


def test_the_button_of_why_takes_its_picture_along(window, questions, tmp_path, qtbot) -> None:
    window.theme_keeper.set_mode("dark")
    window.docks.bring(window.docks.why)
    qtbot.waitUntil(lambda: window.why.class_page.answer is not None, timeout=20_000)
    window.why.export_button.click()
    dialog = window.findChildren(ExportDialog)[-1]
    questions.paths = [tmp_path / "why.png", tmp_path / "why.npy"]
    dialog.save_button.click()
    dialog.numbers_button.click()
    picture, attribution = QImage(str(tmp_path / "why.png")), window.why.class_page.answer.attribution
    assert picture.width() > 3 * 390
    assert picture.pixelColor(2, picture.height() // 2) == LIGHT.base
    np.testing.assert_array_equal(np.load(tmp_path / "why.npy"), attribution.map)
    assert questions.suggested[0].name == f"why-grad-cam-class-{attribution.class_index}.png"
