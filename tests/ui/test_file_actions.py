"""Flows of files: nothing unsaved is lost without an answer, and a file that fails changes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QWidget

from cnnviz.app.settings import Settings
from cnnviz.app.training.session import SessionState
from cnnviz.app.workbench import Workbench
from cnnviz.data.digits import open_digits
from cnnviz.spec import io
from cnnviz.spec.layers import ReLU
from cnnviz.training.runfile import load_run, save_run
from cnnviz.ui.dialogs import Answer
from cnnviz.ui.file_actions import FileActions
from tests.helpers.data_files import write_idx_pair
from tests.helpers.designs import ENDLESS, bundled_design, short_training, small_design
from tests.helpers.fake_questions import FakeQuestions
from tests.helpers.picture_folders import fill, save


class Desk:
    """File actions with everything they work on, and what they said. The disk keeps no runs."""

    def __init__(self, window, settings):
        self.questions = FakeQuestions()
        no_folder = settings.path.with_name("a-file")
        no_folder.touch()
        self.bench = Workbench(settings, runs=no_folder / "runs")
        self.files = FileActions(window, self.questions, self.bench)
        self.document, self.session = self.bench.document, self.bench.session
        self.errors, self.notes = [], []
        self.files.failed.connect(self.errors.append)
        self.files.told.connect(self.notes.append)

    def edit(self):
        self.document.insert_layer(ReLU(), 0)

    def train(self, qtbot, training=None):
        with qtbot.waitSignal(self.session.run_ended, timeout=30_000):
            self.session.start(self.document.spec, training or short_training(), self.bench.selection.dataset)

    def train_on(self, qtbot):
        self.session.start(self.document.spec, ENDLESS, self.bench.selection.dataset)
        qtbot.waitUntil(lambda: self.session.unsaved)


@pytest.fixture
def desk(qtbot, tmp_path):
    window = QWidget()
    qtbot.addWidget(window)
    desk = Desk(window, Settings(tmp_path / "settings.ini"))
    yield desk
    assert desk.bench.close()


@pytest.fixture
def design_file(tmp_path):
    path = tmp_path / "design.json"
    io.save(small_design(), path)
    return path


def noise_file(folder):
    """Write a data set that fits the default design and is known nowhere."""
    path = folder / "noise.npz"
    images = np.random.default_rng(0).integers(0, 256, (60, 8, 8, 1), np.uint8)
    np.savez(path, images=images, labels=np.arange(60) % 10)
    return path


def test_nothing_is_asked_where_nothing_is_unsaved(desk, design_file):
    assert desk.files.new(bundled_design("lenet5"))
    assert desk.document.spec.name == bundled_design("lenet5").name
    assert desk.files.open_path(design_file)
    assert desk.document.spec == small_design()
    assert desk.files.may_close()
    assert desk.questions.asked == []
    assert desk.bench.settings.recent_files == (design_file,)


LEAVING = {
    "new": lambda desk, file: desk.files.new(bundled_design("lenet5")),
    "open": lambda desk, file: desk.files.open_path(file),
    "close": lambda desk, file: desk.files.may_close(),
}


@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING.keys())
def test_cancel_keeps_an_unsaved_design(desk, design_file, leave):
    desk.edit()
    before = desk.document.spec
    assert not leave(desk, design_file)
    assert "unsaved changes" in desk.questions.asked[0]
    assert desk.document.spec == before
    assert desk.document.undo_stack.canUndo()


@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING.keys())
def test_cancel_keeps_a_run_that_is_under_way(desk, design_file, leave, qtbot):
    desk.train_on(qtbot)
    assert not leave(desk, design_file)
    assert "trained weights" in desk.questions.asked[0]
    assert desk.session.state is SessionState.RUNNING


@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING.keys())
def test_discard_lets_everything_go(desk, design_file, leave, qtbot):
    desk.edit()
    desk.train_on(qtbot)
    desk.questions.answer = Answer.DISCARD
    assert leave(desk, design_file)
    assert desk.session.is_idle
    assert len(desk.questions.asked) == 1


def test_save_writes_the_design_and_the_run_before_leaving(desk, tmp_path, qtbot):
    desk.edit()
    desk.train(qtbot)
    trained = desk.session.result
    desk.questions.answer = Answer.SAVE
    desk.questions.paths = [tmp_path / "mine.json", tmp_path / "mine.cnnviz"]
    assert desk.files.new(small_design())
    assert desk.questions.asked[1:] == ["Save Design", "Save Trained Run"]
    assert len(io.load(tmp_path / "mine.json").layers) == len(trained.spec.layers)
    assert not desk.session.unsaved
    assert desk.files.open_path(tmp_path / "mine.cnnviz")
    assert desk.document.spec == trained.spec
    np.testing.assert_array_equal(
        desk.session.parameters_for(trained.spec)["conv1/weight"], trained.parameters["conv1/weight"]
    )


@pytest.mark.parametrize("paths", [[None], ["missing/mine.json"]])
def test_leaving_is_off_where_saving_is_cancelled_or_fails(desk, tmp_path, paths):
    desk.edit()
    desk.questions.answer = Answer.SAVE
    desk.questions.paths = [path and tmp_path / path for path in paths]
    assert not desk.files.may_close()
    assert len(desk.errors) == sum(path is not None for path in paths)
    assert not desk.document.is_clean


def test_another_design_does_not_inherit_weights_of_the_same_names(desk, qtbot):
    desk.train(qtbot)
    desk.questions.answer = Answer.DISCARD
    spec = desk.document.spec
    desk.files.new(spec)
    assert not desk.session.is_trained
    assert not desk.session.unsaved
    assert desk.session.weights_step == 0


def test_save_asks_for_a_name_once_and_suggests_one(desk, tmp_path):
    desk.document.rename("My: first / design!")
    desk.questions.paths = [tmp_path / "mine.json"]
    assert desk.files.save()
    assert desk.questions.suggested[0].name == "my-first-design.json"
    desk.edit()
    assert desk.files.save()
    assert len(desk.questions.asked) == 1
    assert len(io.load(tmp_path / "mine.json").layers) == len(desk.document.spec.layers)
    desk.questions.paths = [None]
    assert not desk.files.save_as()
    assert desk.questions.suggested[1] == tmp_path / "mine.json"


@pytest.mark.parametrize("name", ["broken.json", "broken.cnnviz", "broken.png", "missing.json"])
def test_a_file_that_fails_says_so_and_changes_nothing(desk, tmp_path, name, qtbot):
    desk.train(qtbot)
    desk.questions.answer = Answer.DISCARD
    if "broken" in name:
        (tmp_path / name).write_text("nothing of the kind")
    before = desk.document.spec
    assert not desk.files.open_path(tmp_path / name)
    assert name in desk.errors[0]
    assert desk.document.spec == before
    assert desk.session.is_trained
    assert desk.session.unsaved


def test_a_picture_becomes_the_selected_image(desk, tmp_path):
    path = tmp_path / "own.png"
    Image.new("L", (8, 8), 200).save(path)
    assert desk.files.open_path(path)
    assert desk.bench.selection.own_path == path


def test_a_data_set_is_opened_by_its_path(desk, tmp_path, qtbot):
    write_idx_pair(tmp_path / "own", np.zeros((30, 5, 6), np.uint8), np.arange(30) % 2)
    with qtbot.waitSignal(desk.bench.selection.dataset_changed):
        desk.questions.paths = [tmp_path / "own"]
        desk.files.choose_data_folder()
    assert desk.bench.selection.dataset.class_names == ("0", "1")
    assert any("5×6×1" in problem.message for problem in desk.document.problems)


def test_a_folder_of_pictures_is_to_be_imported(desk, tmp_path, qtbot):
    save(tmp_path / "pets" / "cat" / "a.png", 5)
    desk.questions.paths = [tmp_path / "pets"]
    with qtbot.waitSignal(desk.files.import_requested) as asked:
        desk.files.choose_data_folder()
    assert asked.args == [tmp_path / "pets"]
    desk.train_on(qtbot)
    assert not desk.files.open_path(tmp_path / "pets")
    assert "Stop it first" in desk.errors[0]


def test_folders_of_data_are_looked_for_where_files_were_used_last_and_else_among_the_documents(
    desk, tmp_path, monkeypatch
):
    places = [tmp_path / "documents", tmp_path / "home", tmp_path / "photos" / "pets"]
    monkeypatch.setattr(QStandardPaths, "standardLocations", lambda kind: [str(places[0])])
    monkeypatch.setattr(Path, "home", lambda: places[1])
    desk.questions.paths = [None, None, places[2], None, None]
    desk.files.choose_data_folder()
    save(places[2] / "cat" / "a.png", 5)
    places[0].mkdir()
    desk.files.choose_data_folder()
    desk.files.choose_data_folder()
    desk.files.choose_data_folder()
    desk.files.choose_image()
    assert desk.questions.folders == [places[1], places[0], places[0], places[2].parent, places[2].parent]


def test_another_data_set_waits_for_the_end_of_a_run(desk, qtbot):
    desk.train_on(qtbot)
    assert not desk.files.open_dataset("digits")
    assert "Stop it first" in desk.errors[0]


def test_a_data_set_that_comes_after_a_run_began_is_not_taken(desk, qtbot):
    before = desk.bench.selection.dataset
    assert desk.files.open_dataset("digits")
    desk.session.start(desk.document.spec, ENDLESS, before)
    qtbot.waitUntil(lambda: bool(desk.errors))
    assert desk.bench.selection.dataset is before


def test_a_run_whose_data_set_is_not_here_says_which_it_was(desk, tmp_path, qtbot):
    with qtbot.waitSignal(desk.bench.selection.dataset_changed):
        desk.files.open_path(noise_file(tmp_path))
    desk.train(qtbot)
    desk.questions.paths = [tmp_path / "noise.cnnviz"]
    assert desk.files.save_run()
    with qtbot.waitSignal(desk.bench.selection.dataset_changed):
        desk.files.open_dataset("digits")
    (tmp_path / "noise.npz").unlink()
    with qtbot.waitSignal(desk.files.data_missed) as missed:
        desk.files.open_path(tmp_path / "noise.cnnviz")
    assert missed.args == ["noise", ""]


@pytest.mark.parametrize("is_same", [True, False])
def test_a_run_brings_its_own_file_of_data_along_and_says_where_that_has_changed(
    desk, tmp_path, qtbot, is_same
):
    with qtbot.waitSignal(desk.bench.selection.dataset_changed):
        desk.files.open_path(noise_file(tmp_path))
    desk.train(qtbot)
    desk.questions.paths = [tmp_path / "noise.cnnviz"]
    assert desk.files.save_run()
    with qtbot.waitSignal(desk.bench.selection.dataset_changed):
        desk.files.open_dataset("digits")
    if not is_same:
        images, labels = np.zeros((60, 8, 8, 1), np.uint8), np.arange(60) % 10
        np.savez(tmp_path / "noise.npz", images=images, labels=labels)
    with qtbot.waitSignal(desk.bench.selection.dataset_changed):
        desk.files.open_path(tmp_path / "noise.cnnviz")
    assert desk.bench.selection.dataset.source == str(tmp_path / "noise.npz")
    assert ["other images" in note for note in desk.notes] == [True] * (not is_same)


@pytest.mark.parametrize("is_known", [True, False])
def test_a_run_that_knows_the_path_of_a_folder_only_brings_its_pictures_along(
    desk, tmp_path, qtbot, is_known
):
    for name in "0123456789":
        fill(tmp_path / "photos" / name, 3, (30, 40))
    desk.train(qtbot)
    result = desk.session.result
    facts = replace(result.data, name="folder:photos", content_hash="0" * 64)
    source = str(tmp_path / "photos") if is_known else ""
    save_run(tmp_path / "r.cnnviz", replace(result, data=replace(facts, source=source)))
    desk.session.note_saved(result)
    if is_known:
        with qtbot.waitSignal(desk.bench.selection.dataset_changed):
            desk.files.open_path(tmp_path / "r.cnnviz")
        assert desk.bench.selection.dataset.image_shape == (8, 8, 1)
    else:
        assert desk.files.open_path(tmp_path / "r.cnnviz")
        assert desk.session.result.data.source == ""
        assert desk.files.take_dataset(replace(open_digits(), source="digits"))
    assert ["other images" in note for note in desk.notes] == [True] * is_known


def test_a_run_on_known_data_brings_the_data_along(desk, tmp_path, qtbot):
    desk.train(qtbot)
    desk.questions.paths = [tmp_path / "run.cnnviz"]
    assert desk.files.save_run()
    rng = np.random.default_rng(0)
    np.savez(
        tmp_path / "noise.npz",
        images=rng.integers(0, 256, (60, 8, 8, 1), np.uint8),
        labels=np.arange(60) % 10,
    )
    with qtbot.waitSignal(desk.bench.selection.dataset_changed):
        desk.files.open_path(tmp_path / "noise.npz")
    with qtbot.waitSignal(desk.bench.selection.dataset_changed):
        desk.files.open_path(tmp_path / "run.cnnviz")
    assert desk.bench.selection.dataset.name == "digits"


@pytest.mark.parametrize(
    ("answer", "forgotten"), [(Answer.CANCEL, False), (Answer.DISCARD, True), (Answer.SAVE, True)]
)
def test_resetting_asks_where_weights_are_unsaved(desk, tmp_path, qtbot, answer, forgotten):
    assert desk.files.may_reset()
    desk.train(qtbot)
    desk.questions.answer = answer
    desk.questions.paths = [tmp_path / "run.cnnviz"]
    assert desk.files.may_reset() is forgotten
    assert (tmp_path / "run.cnnviz").exists() is (answer is Answer.SAVE)


@pytest.mark.parametrize("name", ["damaged.json", "damaged.cnnviz"])
def test_a_file_that_cannot_be_read_neither_asks_nor_stops_a_run(desk, qtbot, tmp_path, name):
    desk.edit()
    desk.train_on(qtbot)
    (tmp_path / name).write_bytes(b"{ this is no file of ours")
    before = desk.document.spec
    assert not desk.files.open_path(tmp_path / name)
    assert name in desk.errors[0]
    assert desk.questions.asked == []
    assert desk.session.state is SessionState.RUNNING
    assert desk.document.spec is before
    assert desk.bench.settings.recent_files == ()


def test_every_run_that_no_file_holds_is_asked_about_and_saved(desk, qtbot, tmp_path):
    desk.train(qtbot)
    desk.document.save(tmp_path / "design.json")
    desk.edit()
    desk.train(qtbot)
    first, second = desk.session.unsaved_runs
    desk.document.undo_stack.undo()
    desk.questions.answer = Answer.SAVE
    desk.questions.paths = [tmp_path / "one.cnnviz", None]
    assert not desk.files.may_close()
    assert desk.questions.asked[0].startswith("2 trained runs are in no run file. |")
    assert desk.questions.asked[1].startswith("Save Trained Run 1 of 2 (")
    assert [path.name for path in desk.questions.suggested] == ["design.cnnviz", "design-2.cnnviz"]
    assert desk.session.unsaved_runs == (second,)
    desk.questions.paths = [tmp_path / "two.cnnviz"]
    assert desk.files.may_close()
    assert desk.questions.asked[-2:] == [
        "The trained weights are in no run file. | the window closes",
        "Save Trained Run",
    ]
    for path, run in (("one.cnnviz", first), ("two.cnnviz", second)):
        assert load_run(tmp_path / path).result.spec == run.spec
    assert not desk.session.unsaved


def test_training_an_edited_design_asks_nothing_since_undo_brings_back_what_was(desk, qtbot):
    desk.train(qtbot)
    first = desk.session.result
    desk.edit()
    desk.train(qtbot)
    assert desk.session.result is not first
    desk.document.undo_stack.undo()
    assert desk.session.result is first
    assert desk.session.history is first.history
    assert desk.questions.asked == []
