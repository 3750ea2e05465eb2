"""What a crash left is offered, taken, dropped or left, one design after the other."""

from __future__ import annotations

import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from cnnviz.app.files.recovery import RecoveryFolder, UnsavedDesign, find_orphans
from cnnviz.ui.dialogs import Answer
from cnnviz.ui.recovery_banner import DISCARD, LATER, RECOVER
from tests.helpers.designs import small_design
from tests.helpers.open_windows import open_window

NOON = datetime.datetime.now().astimezone().replace(hour=12, minute=5)


def crash(folder, name, changed_at=NOON, file=None, data_source=""):
    """Leave an unsaved design as a program that was killed leaves it; beside the settings in `folder`."""
    recovery = RecoveryFolder(folder / "recovery")
    recovery.write(UnsavedDesign(small_design().renamed(name), file, changed_at, data_source))
    recovery._lock.release()


def left(folder):
    """Return the names of the designs that the next start would offer."""
    orphans, _ = find_orphans(folder / "recovery")
    for orphan in orphans:
        orphan.release()
    return [orphan.unsaved.spec.name for orphan in orphans]


def press(qtbot, window, word):
    buttons = {button.text(): button for button in window.recovery.findChildren(QPushButton)}
    assert buttons[word].isVisible()
    qtbot.mouseClick(buttons[word], Qt.MouseButton.LeftButton)


def test_nothing_is_said_where_nothing_was_left(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        assert window.recovery.isHidden()


def test_a_recovered_design_is_unsaved_and_belongs_to_its_file(qtbot, tmp_path, questions):
    crash(tmp_path, "lost", file=tmp_path / "mine.json")
    with open_window(tmp_path, questions) as window:
        document = window.workbench.document
        assert 'Recover "lost" (mine.json) from 12:05?' in window.recovery.text
        assert "(mine.json)" not in window.windowTitle()
        press(qtbot, window, RECOVER)
        assert document.spec == small_design().renamed("lost")
        assert document.path == tmp_path / "mine.json"
        assert not document.is_clean
        assert window.isWindowModified()
        assert window.recovery.isHidden()
        assert not (tmp_path / "mine.json").exists()
        window.commands["save"].trigger()
        assert document.is_clean
    assert left(tmp_path) == []


def test_the_data_set_of_a_recovered_design_comes_back(qtbot, tmp_path):
    crash(tmp_path, "lost", data_source="shapes-binary")
    with open_window(tmp_path) as window:
        press(qtbot, window, RECOVER)
        qtbot.waitUntil(lambda: window.workbench.selection.dataset.source == "shapes-binary")
        assert window.workbench.document.spec.name == "lost"


def test_where_the_data_set_is_gone_the_design_comes_back_and_that_is_said(qtbot, tmp_path):
    crash(tmp_path, "lost", data_source=str(tmp_path / "gone"))
    with open_window(tmp_path) as window:
        press(qtbot, window, RECOVER)
        qtbot.waitUntil(lambda: "gone" in window.banner.text)
        assert window.workbench.document.spec.name == "lost"


def test_a_recovered_design_is_kept_safe_again(qtbot, tmp_path):
    crash(tmp_path, "lost")
    with open_window(tmp_path) as window:
        press(qtbot, window, RECOVER)
        folder = tmp_path / "recovery"
        qtbot.waitUntil(
            lambda: len(list(folder.iterdir())) == 1 and len(list(folder.rglob("design.json"))) == 1
        )
        assert left(tmp_path) == []  # this window holds it


def test_discard_drops_it_and_offers_the_next(qtbot, tmp_path):
    crash(tmp_path, "older", NOON - datetime.timedelta(days=40))
    crash(tmp_path, "newer")
    with open_window(tmp_path) as window:
        assert '"newer" from 12:05? 1 more waits.' in window.recovery.text
        press(qtbot, window, DISCARD)
        day = NOON - datetime.timedelta(days=40)
        assert f'"older" from {day.day} {day:%B %Y}, ' in window.recovery.text
        press(qtbot, window, DISCARD)
        assert window.recovery.isHidden()
    assert left(tmp_path) == []


@pytest.mark.parametrize("decide", ["later", "close the message", "close the window"])
def test_undecided_work_waits_for_the_next_start(qtbot, tmp_path, decide):
    crash(tmp_path, "lost")
    with open_window(tmp_path) as window:
        if decide == "later":
            press(qtbot, window, LATER)
        elif decide == "close the message":
            window.recovery._close.click()
        else:
            window.close()
        assert left(tmp_path) == ["lost"]
    with open_window(tmp_path) as window:
        assert "lost" in window.recovery.text
        press(qtbot, window, DISCARD)


def test_work_of_now_is_asked_about_before_that_of_then_takes_its_place(qtbot, tmp_path, questions):
    crash(tmp_path, "lost")
    with open_window(tmp_path, questions) as window:
        window.builder.add_layer("ReLU")
        spec = window.workbench.document.spec
        press(qtbot, window, RECOVER)
        assert "recovered design" in questions.asked[0]
        assert window.workbench.document.spec == spec
        questions.answer = Answer.DISCARD
        press(qtbot, window, RECOVER)
        assert window.workbench.document.spec.name == "lost"


def test_damaged_work_is_told(qtbot, tmp_path):
    crash(tmp_path, "lost")
    next(tmp_path.rglob("design.json")).write_text("{")
    with open_window(tmp_path) as window:
        assert "not valid JSON" in window.banner.text
        assert window.recovery.isHidden()
