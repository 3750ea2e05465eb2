from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QCoreApplication

from cnnviz.app.data import importer
from cnnviz.app.data.importer import Importer
from cnnviz.data.fitting import Color
from cnnviz.data.importing.cache import PictureCache
from cnnviz.data.importing.recipe import Goal, Recipe
from cnnviz.data.importing.watch import Stage
from tests.helpers.picture_folders import fill, save


@pytest.fixture
def desk(qapp, tmp_path):
    desk = Importer(cache=PictureCache(tmp_path / "cache"))
    yield desk
    assert desk.close()


def _found(desk, qtbot, folder):
    with qtbot.waitSignal(desk.found) as found:
        desk.look(folder)
        assert desk.is_busy
    assert not desk.is_busy
    return found.args[0]


def test_a_folder_is_looked_into_and_imported(desk, tmp_path, qtbot):
    fill(tmp_path / "pets" / "cat", 12)
    found = _found(desk, qtbot, tmp_path / "pets")
    told = []
    desk.progressed.connect(told.append)
    with qtbot.waitSignal(desk.imported) as imported:
        desk.run(found, Recipe(size=(4, 4)))
    assert imported.args[0].dataset.image_shape == (4, 4, 1)
    assert imported.args[0].dataset._content_hash is not None  # nobody waits for it later
    assert told[0].stage is Stage.CHECKING
    assert all(progress.done <= progress.total for progress in told)


def test_what_cannot_be_read_is_told(desk, tmp_path, qtbot):
    with qtbot.waitSignal(desk.failed) as failed:
        desk.look(tmp_path / "none")
    assert failed.args[0].startswith("Cannot read the folder")


def test_a_defect_is_told_too(desk, tmp_path, qtbot, monkeypatch):
    def explode(*args, **kwargs):
        raise RuntimeError("surprise")

    monkeypatch.setattr(importer, "look_into", explode)
    with qtbot.waitSignal(desk.failed) as failed:
        desk.look(tmp_path)
    assert failed.args == ["The pictures cannot be imported: surprise."]


def test_what_was_cancelled_is_not_heard_of_again(desk, tmp_path, qtbot, monkeypatch):
    fill(tmp_path / "pets" / "cat", 5)
    found = _found(desk, qtbot, tmp_path / "pets")
    began, goes_on = threading.Event(), threading.Event()
    ended = []

    def slow(found, recipe, watch, cache):
        began.set()
        assert goes_on.wait(10)
        try:
            watch.check()
        finally:
            ended.append(watch.is_stopping())

    monkeypatch.setattr(importer, "import_found", slow)
    heard = []
    for signal in (desk.imported, desk.failed, desk.progressed):
        signal.connect(heard.append)
    desk.run(found, Recipe())
    assert began.wait(10)
    desk.cancel()
    assert not desk.is_busy
    goes_on.set()
    qtbot.waitUntil(lambda: ended == [True])
    assert desk.close()
    assert heard == []


def test_what_is_cancelled_when_it_is_ready_is_not_heard_of_either(desk, tmp_path, qtbot):
    fill(tmp_path / "pets" / "cat", 5)
    found = _found(desk, qtbot, tmp_path / "pets")
    heard = []
    desk.imported.connect(heard.append)
    desk.run(found, Recipe(size=(4, 4)))
    for thread in desk._threads:
        thread.join(10)  # its answer lies ready, and nobody has fetched it yet
    desk.cancel()
    QCoreApplication.sendPostedEvents()
    assert heard == []


def test_something_else_of_a_table_can_be_learned(desk, tmp_path, qtbot):
    lines = ["file,age,kind"]
    for number in range(6):
        save(tmp_path / f"p{number}.png", number)
        lines.append(f"p{number}.png,{number}.5,{'ab'[number % 2]}")
    (tmp_path / "people.csv").write_text("\n".join(lines))
    found = _found(desk, qtbot, tmp_path)
    assert found.layout.class_names == ("a", "b")
    with qtbot.waitSignal(desk.found) as again:
        desk.look_again(found, Recipe(goal=Goal.NUMBERS, columns=("age",), color=Color.GRAY))
    assert again.args[0].layout.targets[:, 0].tolist() == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]
    assert again.args[0].samples is found.samples
