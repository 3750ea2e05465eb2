"""Pictures pasted and dropped on the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage

from tests.helpers.fake_questions import FakeQuestions
from tests.helpers.open_windows import open_window
from tests.ui.builder.drags import palette_drag

PLACE = QPoint(5, 5)


@pytest.fixture
def window(qtbot, tmp_path):
    QGuiApplication.clipboard().clear()
    with open_window(tmp_path) as window:
        yield window
    QGuiApplication.clipboard().clear()


def picture() -> QImage:
    image = QImage(20, 20, QImage.Format.Format_RGB32)
    image.fill(QColor(255, 255, 255))
    return image


def from_browser(*, with_pixels: bool) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/cat.png")])
    if with_pixels:
        data.setImageData(picture())
    return data


def test_a_pasted_picture_is_selected_everywhere(window, qtbot):
    QGuiApplication.clipboard().setImage(picture())
    window.commands["paste_image"].trigger()
    selection = window.workbench.selection
    assert selection.own_name == "pasted picture"
    assert selection.pixels.min() > 0.9
    assert window.image_panel.chooser.name_text == "pasted picture"
    qtbot.waitUntil(lambda: window.image_panel.isVisible())

    def is_seen():
        inspection = window.workbench.inspector.inspection
        return inspection is not None and inspection.image_view.image.min() > 0.9

    qtbot.waitUntil(is_seen)


def test_the_usual_key_pastes_in_the_panel_of_images(window, qtbot):
    QGuiApplication.clipboard().setImage(picture())
    window.docks.bring(window.docks.image)
    window.activateWindow()
    chooser = window.image_panel.chooser
    chooser.splits.setFocus()
    qtbot.waitUntil(chooser.splits.hasFocus)
    qtbot.keyClick(chooser.splits, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.workbench.selection.own_name == "pasted picture"


def test_without_a_picture_on_the_clipboard_that_is_said(window):
    QGuiApplication.clipboard().setText("conv1")
    window.commands["paste_image"].trigger()
    assert window.banner.text == "There is no picture on the clipboard."
    assert not window.workbench.selection.is_own


@pytest.mark.parametrize("target", ["window", "chooser"])
def test_a_picture_dragged_out_of_a_browser_is_taken(window, target):
    widget = window if target == "window" else window.image_panel.chooser
    drag = palette_drag(from_browser(with_pixels=True))
    assert drag.enter(widget, PLACE)
    assert drag.drop(widget, PLACE) is not None
    assert window.workbench.selection.own_name == "dropped picture"


@pytest.mark.parametrize("target", ["window", "chooser"])
def test_an_address_alone_is_refused_where_it_was_dropped(window, target):
    widget = window if target == "window" else window.image_panel.chooser
    drag = palette_drag(from_browser(with_pixels=False))
    assert drag.enter(widget, PLACE)
    drag.drop(widget, PLACE)
    banner = window.banner if target == "window" else window.image_panel.chooser.banner
    assert "fetches nothing from the web" in banner.text
    assert not window.workbench.selection.is_own


def test_where_nothing_was_ever_copied_that_is_said(window, monkeypatch):
    class Empty:
        def mimeData(self):
            return None

        def clear(self):
            """Do what the fixture asks for."""

    monkeypatch.setattr("cnnviz.ui.picture_links.QGuiApplication.clipboard", Empty)
    window.commands["paste_image"].trigger()
    assert window.banner.text == "There is no picture on the clipboard."


def test_an_opened_picture_is_shown_with_what_was_done_to_it(tmp_path, qtbot):
    questions = FakeQuestions()
    with open_window(tmp_path, questions) as window:
        check_that_an_opened_picture_is_shown(window, questions, tmp_path, qtbot)


def check_that_an_opened_picture_is_shown(window, questions, tmp_path, qtbot):
    questions.paths = [None, tmp_path / "wide.png"]
    window.docks.bring(window.docks.layer)
    qtbot.waitUntil(lambda: window.docks.is_behind(window.image_panel))
    window.commands["open_image"].trigger()
    assert window.docks.is_behind(window.image_panel), "nothing was chosen"
    picture().save(str(tmp_path / "wide.png"))
    window.commands["open_image"].trigger()
    assert window.workbench.selection.own_name == "wide.png"
    qtbot.waitUntil(lambda: not window.docks.is_behind(window.image_panel))
