"""The way of a film to a file, from the commands to the picture on disk."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PIL import Image

from cnnviz.app.settings import ThemeMode
from cnnviz.spec.training import TrainingSpec
from cnnviz.ui.film_frames import FilmFrames
from cnnviz.ui.theme import DARK
from tests.helpers.designs import small_design
from tests.helpers.open_windows import open_window

TIMEOUT_MS = 20_000


@pytest.fixture
def window(qtbot, tmp_path, questions):
    with open_window(tmp_path, questions) as window:
        bench = window.workbench
        bench.document.new(small_design())
        with qtbot.waitSignal(bench.session.run_ended, timeout=TIMEOUT_MS):
            bench.session.start(
                bench.document.spec, TrainingSpec(epochs=2, batch_size=256), bench.selection.dataset
            )
        qtbot.waitUntil(
            lambda: not bench.inspector.is_busy and bench.inspector.inspection.image_view.step > 0,
            timeout=TIMEOUT_MS,
        )
        window.links.choose_first_layer()
        yield window


def frames_of(path):
    with Image.open(path) as film:
        frames = []
        for place in range(film.n_frames):
            film.seek(place)
            frames.append(np.asarray(film.convert("RGB")))
        return frames


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("export_network_film", "network-film.gif"),
        ("export_network_film", "network-film.png"),
        ("export_layer_film", "layer-film.gif"),
    ],
)
def test_a_film_has_a_picture_of_every_moment(window, questions, qtbot, tmp_path, command, name):
    questions.paths = [tmp_path / name]
    with qtbot.waitSignal(window.workbench.film_writer.ended, timeout=TIMEOUT_MS):
        window.commands[command].trigger()
    frames = frames_of(tmp_path / name)
    assert len(frames) == len(window.workbench.travel.moments)
    assert all((one != other).any() for one, other in itertools.pairwise(frames))
    assert window.banner.text == f"Film written to {name}."
    assert not window.time.export.progress.isVisible()
    assert window.workbench.travel.wanted is None


@pytest.mark.parametrize("command", ["export_network_film", "export_layer_film"])
def test_films_are_on_white_paper_in_any_theme(window, questions, qtbot, tmp_path, command):
    window.theme_keeper.set_mode(ThemeMode.DARK)
    questions.paths = [tmp_path / "film.png"]
    with qtbot.waitSignal(window.workbench.film_writer.ended, timeout=TIMEOUT_MS):
        window.commands[command].trigger()
    for frame in frames_of(tmp_path / "film.png"):
        paper = (frame == 255).all(axis=-1)
        assert paper[0].all(), "above everything"
        assert paper.mean() > 0.5
        assert not (frame == [DARK.base.red(), DARK.base.green(), DARK.base.blue()]).all(axis=-1).any()


def test_the_layer_that_is_chosen_gives_the_name(window, questions):
    questions.paths = [None, None]
    window.commands["export_layer_film"].trigger()
    window.commands["export_network_film"].trigger()
    names = [path.name for path in questions.suggested]
    assert names == [f"{window.layer_panel.layer_id}-film.gif", "network-film.gif"]
    assert not window.workbench.film_writer.is_busy


def test_films_go_where_other_exports_went(window, questions, qtbot, tmp_path):
    settings, films = window.workbench.settings, tmp_path / "films"
    films.mkdir()
    settings.folder = tmp_path
    questions.paths = [films / "film.gif", None]
    with qtbot.waitSignal(window.workbench.film_writer.ended, timeout=TIMEOUT_MS):
        window.commands["export_network_film"].trigger()
    window.commands["export_layer_film"].trigger()
    assert [path.parent for path in questions.suggested] == [tmp_path, films]
    assert settings.folder == films


def test_a_film_can_be_given_up(window, questions, qtbot, tmp_path):
    questions.paths = [tmp_path / "film.gif"]
    export = window.time.export
    with qtbot.waitSignal(window.workbench.film_writer.ended, timeout=TIMEOUT_MS):
        window.commands["export_network_film"].trigger()
        qtbot.waitUntil(lambda: export.progress.isVisible(), timeout=TIMEOUT_MS)
        assert export.progress.text.startswith("Film: ")
        export.progress.cancel_button.click()
    qtbot.waitUntil(lambda: not export.progress.isVisible())
    assert not window.workbench.film_writer.is_busy or window.workbench.film_writer.close()


def test_a_film_that_cannot_be_written_is_told(window, questions, qtbot, tmp_path):
    questions.paths = [tmp_path / "missing" / "film.gif", tmp_path / "film.mp4"]
    with qtbot.waitSignal(window.workbench.film_writer.ended, timeout=TIMEOUT_MS):
        window.commands["export_network_film"].trigger()
    assert window.banner.text.startswith("The film could not be written. ")
    window.commands["export_layer_film"].trigger()
    assert window.banner.text.endswith('"film.mp4" must end in .gif or .png.')


def test_what_was_wrong_with_a_film_is_past_once_another_one_is_written(window, questions, qtbot, tmp_path):
    questions.paths = [tmp_path / "missing" / "film.gif", tmp_path / "film.gif"]
    ended = window.workbench.film_writer.ended
    with qtbot.waitSignal(ended, timeout=TIMEOUT_MS):
        window.commands["export_network_film"].trigger()
    assert window.banner.text.startswith("The film could not be written. ")
    with qtbot.waitSignal(ended, timeout=TIMEOUT_MS):
        window.commands["export_network_film"].trigger()
        assert window.banner.isHidden()
        window.time.export.progress.cancel_button.click()
    assert window.banner.isHidden()


def test_a_window_that_closes_gives_the_film_up(window, questions, tmp_path):
    questions.paths = [tmp_path / "film.gif"]
    window.commands["export_network_film"].trigger()
    assert window.workbench.close()
    assert not window.workbench.film_writer.is_busy


def test_where_a_picture_cannot_be_painted_the_film_ends_and_another_can_be_made(
    window, questions, qtbot, tmp_path, monkeypatch
):
    def broken(*_):
        raise RuntimeError("no picture")

    writer = window.workbench.film_writer
    questions.paths = [tmp_path / "film.gif", tmp_path / "again.gif"]
    with monkeypatch.context() as patch, qtbot.capture_exceptions() as raised:
        patch.setattr(FilmFrames, "picture", broken)
        with qtbot.waitSignal(writer.ended, timeout=TIMEOUT_MS):
            window.commands["export_network_film"].trigger()
    assert [str(error[1]) for error in raised] == ["no picture"]
    assert not (tmp_path / "film.gif").exists()
    qtbot.waitUntil(lambda: not writer.is_busy and not window.time.export.progress.isVisible())
    with qtbot.waitSignal(writer.written, timeout=TIMEOUT_MS):
        window.commands["export_network_film"].trigger()


def test_a_layer_that_was_not_computed_gives_no_film_but_a_word(window, questions, tmp_path):
    questions.paths = [tmp_path / "film.gif"]
    window.layer_panel.set_layer("relu9")
    window.commands["export_layer_film"].trigger()
    assert window.banner.text == "relu9 could not be computed: there is nothing to film."
    assert not window.workbench.film_writer.is_busy
    assert questions.suggested == []


def test_the_button_that_gives_a_film_up_is_as_wide_as_its_word(window, qtbot):
    progress = window.time.export.progress
    progress.show_progress(1, 3)
    qtbot.waitUntil(lambda: progress.cancel_button.width() > 0 and progress.isVisible())
    assert progress.cancel_button.width() == progress.cancel_button.sizeHint().width()
