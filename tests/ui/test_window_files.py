"""Files and the window: dropped, recent, saved, and nothing gets lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu

from cnnviz.app.training.job import events_of
from cnnviz.spec import io
from cnnviz.ui.dialogs import Answer
from cnnviz.ui.saved_label import SavedLabel
from tests.helpers.designs import bundled_design, small_design
from tests.helpers.open_windows import open_window


@pytest.fixture
def unkept(window):
    """The window where the disk keeps no runs."""
    window.workbench.session.keeping = events_of
    return window


def dragged(path):
    """Return what a file manager says of a file that is dragged; Qt wants it kept for as long as it lasts."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, button, key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    return action, data, button, key


def drag(window, path, what=None):
    """Drag a file over the window as Qt does it, and return whether it may be dropped."""
    what = what or dragged(path)
    enter = QDragEnterEvent(QPoint(5, 5), *what)
    QApplication.sendEvent(window, enter)
    return enter.isAccepted()


def drop(window, path):
    """Drop a file on the window as Qt does it, and return whether it was taken."""
    what = dragged(path)
    entered = drag(window, path, what)
    event = QDropEvent(QPointF(5, 5), *what)
    QApplication.sendEvent(window, event)
    return entered and event.isAccepted()


def test_a_save_that_breaks_off_keeps_the_window_and_the_weights(
    unkept, trained, questions, qtbot, monkeypatch
):
    def explode(path, run):
        raise MemoryError("No room is left.")

    trained.workbench.session.stop()
    qtbot.waitUntil(lambda: trained.workbench.session.is_idle)
    monkeypatch.setattr(trained.workbench.session, "save_run", explode)
    questions.answer, questions.paths = Answer.SAVE, [Path("run.cnnviz")]
    with pytest.raises(MemoryError, match="No room"):
        trained.close()
    assert trained.isVisible()
    assert trained.workbench.session.unsaved


@pytest.mark.parametrize(("answer", "closes"), [(Answer.CANCEL, False), (Answer.DISCARD, True)])
def test_closing_while_training_asks_and_stops_cleanly(unkept, trained, questions, answer, closes):
    questions.answer = answer
    assert trained.close() is closes
    assert trained.isVisible() is not closes
    assert trained.workbench.session.is_idle is closes


def test_closing_without_unsaved_work_asks_nothing(window, questions):
    assert window.close()
    assert questions.asked == []


def test_files_dropped_on_the_window_are_opened(window, tmp_path, qtbot):
    picture, design = tmp_path / "own.png", tmp_path / "design.json"
    Image.new("L", (8, 8)).save(picture)
    io.save(small_design(), design)
    for path in (picture, design):
        assert drop(window, path)
    qtbot.waitUntil(lambda: window.workbench.document.path == design)
    assert window.workbench.selection.own_path == picture
    assert "design.json" in window.windowTitle()


def test_a_file_that_fails_is_told_above_the_network(window, tmp_path):
    window.files.open_path(tmp_path / "missing.json")
    assert "missing.json" in window.banner.text
    assert window.banner.isVisible()


def test_recent_files_can_be_opened_again_and_forgotten(window, tmp_path):
    path = tmp_path / "design.json"
    io.save(small_design(), path)
    window.files.open_path(path)
    recent = next(menu for menu in window.findChildren(QMenu) if menu.title() == "Open &Recent")
    first, clear = (action for action in recent.actions() if action.text())
    assert first.text().startswith("design.json – ")
    assert first.toolTip() == str(path)
    assert clear.text() == "Clear"
    window.workbench.document.new(bundled_design())
    first.trigger()
    assert window.workbench.document.path == path
    recent.actions()[-1].trigger()
    assert not recent.isEnabled()


def test_a_recent_file_that_is_gone_is_said_and_taken_off_the_list(window, tmp_path):
    path = tmp_path / "design.json"
    io.save(small_design(), path)
    window.files.open_path(path)
    path.unlink()
    recent = next(menu for menu in window.findChildren(QMenu) if menu.title() == "Open &Recent")
    recent.actions()[0].trigger()
    assert str(path) in window.banner.text
    assert not recent.isEnabled()
    assert window.workbench.settings.recent_files == ()


def test_a_file_over_the_window_is_said_to_be_what_it_is_opened_as(window, tmp_path):
    (tmp_path / "pets").mkdir()
    for name, words in {
        "own.png": "picture own.png",
        "mine.json": "design mine.json",
        "mine.cnnviz": "trained run mine.cnnviz",
        "pets": "import the pictures in pets",
    }.items():
        drag(window, tmp_path / name)
        assert words in window.statusBar().currentMessage()
        QApplication.sendEvent(window, QDragLeaveEvent())
        assert window.statusBar().currentMessage() == ""


def test_a_save_is_said_until_the_next_edit(window, questions, tmp_path):
    label = window.findChild(SavedLabel)
    assert label.isHidden()
    questions.paths = [tmp_path / "mine.json"]
    window.commands["save"].trigger()
    assert "Saved mine.json at " in label.text()
    assert label.isVisible()
    window.builder.add_layer("ReLU")
    assert label.isHidden()


def test_settings_that_cannot_be_kept_are_told_once(qtbot, tmp_path, questions):
    (tmp_path / "file").write_text("in the way")
    with open_window(tmp_path / "file" / "folder", questions) as window:
        assert "Settings are lost when the window closes" in window.banner.text
        window.notices.clear()
        questions.paths = [tmp_path / "mine.json"]
        window.commands["save"].trigger()
        assert (tmp_path / "mine.json").exists()
        assert window.banner.text == ""
