"""A film in a file: its pictures in order, its times, what is left out, and how it is given up."""

from __future__ import annotations

import dataclasses
import threading

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QObject, Qt, Slot

from cnnviz.app.looking import film_writer as module
from cnnviz.app.looking.film_writer import FilmPlan, FilmWriter, encoded
from cnnviz.engine.build import build
from cnnviz.errors import FileError
from cnnviz.interpret.atlas import Scale
from cnnviz.training.moments import Moment
from cnnviz.training.random_state import initial_rng
from tests.helpers.designs import small_design

pytestmark = pytest.mark.usefixtures("qapp")

MOMENTS = tuple(Moment(step, step // 4) for step in (0, 1, 2, 4, 8))
SIZE = (12, 10)
TIMEOUT_MS = 10_000


def parameters_at(moment):
    return build(small_design(), initial_rng(moment.step)).arrays


@pytest.fixture
def plan(tmp_path):
    image = np.zeros((1, 8, 8), np.float32)
    return FilmPlan(
        tmp_path / "film.gif",
        small_design(),
        image,
        Scale.PER_LAYER,
        MOMENTS,
        parameters_at,
        5,
        *SIZE,
    )


class Painter(QObject):
    """Paints each moment in a grey of its own, in the thread of the test."""

    def __init__(self, writer):
        super().__init__()
        self.writer, self.asked, self.threads, self.answers = writer, [], set(), True
        writer.picture_wanted.connect(self.on_picture_wanted)

    @Slot(object, object)
    def on_picture_wanted(self, moment, inspection):
        self.asked.append((moment, inspection.image_view.step, inspection.is_past))
        self.threads.add(threading.current_thread())
        if self.answers:
            self.writer.give(np.full((SIZE[1], SIZE[0], 3), 20 * moment.step, np.uint8))


@pytest.fixture
def writer():
    writer = FilmWriter()
    writer.painter = Painter(writer)
    writer.failures, writer.steps, writer.done = [], [], []
    writer.failed.connect(writer.failures.append)
    writer.progressed.connect(lambda done, count: writer.steps.append((done, count)))
    writer.written.connect(lambda path, left_out: writer.done.append((path, left_out)))
    yield writer
    assert writer.close()


def make(qtbot, writer, plan):
    with qtbot.waitSignal(writer.ended, timeout=TIMEOUT_MS):
        writer.start(plan)


def greys_and_times(path):
    with Image.open(path) as film:
        frames = []
        for place in range(film.n_frames):
            film.seek(place)
            frames.append((film.convert("RGB").getpixel((3, 3))[0], round(film.info["duration"])))
        return frames


@pytest.mark.parametrize("name", ["film.gif", "FILM.GIF", "film.png"])
def test_every_moment_has_its_picture_and_the_last_one_stays(qtbot, writer, plan, name):
    path = plan.path.with_name(name)
    make(qtbot, writer, dataclasses.replace(plan, path=path))
    assert writer.failures == []
    assert greys_and_times(path) == [(0, 200), (20, 200), (40, 200), (80, 200), (160, 2000)]
    assert writer.done == [(path, 0)]
    assert writer.steps == [(done, 5) for done in range(6)]
    assert writer.painter.asked == [(moment, moment.step, True) for moment in MOMENTS]
    assert writer.painter.threads == {threading.current_thread()}


def test_the_film_begins_again_after_its_end(qtbot, writer, plan):
    make(qtbot, writer, plan)
    with Image.open(plan.path) as film:
        assert film.info["loop"] == 0


def test_a_moment_that_cannot_be_read_is_left_out_and_counted(qtbot, writer, plan):
    def broken(moment):
        if moment.step == 2:
            raise FileError("gone")
        return parameters_at(moment)

    make(qtbot, writer, dataclasses.replace(plan, parameters_at=broken))
    assert [grey for grey, _ in greys_and_times(plan.path)] == [0, 20, 80, 160]
    assert writer.done == [(plan.path, 1)]


def test_where_none_can_be_read_there_is_no_film(qtbot, writer, plan):
    def broken(moment):
        raise FileError("gone")

    make(qtbot, writer, dataclasses.replace(plan, parameters_at=broken))
    assert writer.failures == ["The film could not be written. The weights of no moment could be read."]
    assert not plan.path.exists()


def test_an_error_of_the_program_is_told_and_another_film_can_be_made(qtbot, writer, plan, caplog):
    make(qtbot, writer, dataclasses.replace(plan, parameters_at=lambda moment: 1 / 0))
    assert writer.failures == ["The film could not be made: division by zero."]
    assert "ZeroDivisionError" in caplog.text
    assert not plan.path.exists()
    make(qtbot, writer, plan)
    assert writer.done == [(plan.path, 0)]


def test_a_film_that_is_given_up_leaves_the_file_as_it_was(qtbot, writer, plan):
    plan.path.write_bytes(b"before")
    writer.painter.answers = False
    writer.start(plan)
    qtbot.waitUntil(lambda: bool(writer.painter.asked), timeout=TIMEOUT_MS)
    with qtbot.waitSignal(writer.ended, timeout=TIMEOUT_MS):
        writer.cancel()
    assert (writer.failures, writer.done) == ([], [])
    assert plan.path.read_bytes() == b"before"
    qtbot.waitUntil(lambda: not writer.is_busy)
    writer.painter.answers = True
    make(qtbot, writer, plan)
    assert writer.done == [(plan.path, 0)]


def test_only_one_film_at_a_time(qtbot, writer, plan):
    writer.painter.answers = False
    writer.start(plan)
    with pytest.raises(FileError, match="A film is being written"):
        writer.start(plan)


def test_another_kind_of_file_is_refused(writer, plan):
    with pytest.raises(FileError, match=r'"film.mp4" must end in .gif or .png'):
        writer.start(dataclasses.replace(plan, path=plan.path.with_suffix(".mp4")))


def test_a_folder_that_is_not_there_is_told(qtbot, writer, plan, tmp_path):
    make(qtbot, writer, dataclasses.replace(plan, path=tmp_path / "missing" / "film.gif"))
    (failure,) = writer.failures
    assert failure.startswith("The film could not be written. Cannot write ")


def test_a_film_too_long_for_the_memory_has_fewer_pictures_at_even_distances(plan, monkeypatch):
    many = tuple(Moment(step, 0) for step in range(101))
    long = dataclasses.replace(plan, moments=many, width=100, height=100)
    assert long.chosen() == many
    monkeypatch.setattr(module, "MEMORY_BYTES", 110_000)
    assert [moment.step for moment in long.chosen()] == list(range(0, 101, 10))
    apng = dataclasses.replace(long, path=plan.path.with_suffix(".png"))
    assert [moment.step for moment in apng.chosen()] == [0, 50, 100]


def test_a_film_given_up_while_its_file_is_made_leaves_the_file_as_it_was(qtbot, writer, plan, monkeypatch):
    plan.path.write_bytes(b"before")

    def encoded_then_cancelled(images, of):
        content = encoded(images, of)
        writer.cancel()
        return content

    monkeypatch.setattr(module, "encoded", encoded_then_cancelled)
    make(qtbot, writer, plan)
    assert (writer.failures, writer.done) == ([], [])
    assert plan.path.read_bytes() == b"before"


def test_a_film_given_up_after_its_last_picture_is_not_made(qtbot, writer, plan, monkeypatch):
    asked = []
    monkeypatch.setattr(module, "encoded", lambda images, of: asked.append(of) or b"")
    writer.progressed.connect(
        lambda done, count: writer.cancel() if done == count else None, Qt.ConnectionType.DirectConnection
    )
    make(qtbot, writer, plan)
    assert asked == []
    assert not plan.path.exists()
