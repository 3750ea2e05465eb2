from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cnnviz.app.data import dataset_opener, preparing_preview
from cnnviz.app.data.dataset_opener import DatasetOpener
from cnnviz.app.selection import Selection
from cnnviz.app.threads.latest_wish import LatestWish
from cnnviz.app.training.session import Session
from cnnviz.data.dataset import Dataset, Split
from cnnviz.data.digits import open_digits
from cnnviz.data.importing.watch import Stage
from cnnviz.data.preparing import prepared
from cnnviz.spec.fields import field_infos
from cnnviz.spec.preparing import SYMMETRIC, Preparing
from cnnviz.ui.preparing.preparing_window import PreparingWindow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from cnnviz.data.importing.watch import Watch


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[PreparingWindow]:
    session, finder, opener = Session(), LatestWish("test-preparing"), DatasetOpener()
    widget = PreparingWindow(Selection(open_digits()), session, finder, opener)
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitUntil(lambda: len(widget.strip.stages) == 2)
    yield widget
    opener.close()
    assert finder.close()
    assert session.close()


def test_preparing_tells_how_far_it_is_and_can_be_given_up(
    window: PreparingWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_up = threading.Event()

    def slow(dataset: Dataset, _preparing: Preparing, watch: Watch) -> Dataset:
        watch.tell(Stage.FITTING, 7, 90)
        while not watch.is_stopping():
            given_up.wait(0.001)
        given_up.set()
        watch.check()
        return dataset

    monkeypatch.setattr(dataset_opener, "prepared", slow)
    opener = window._opener
    window.set_preparing(Preparing(height=4))
    assert not window.cancel_button.isVisible()
    opener.prepare(open_digits(), Preparing(height=4))
    qtbot.waitUntil(lambda: window.note == "Bringing images to their size: 7 of 90")
    assert window.cancel_button.isVisible()
    assert not window.apply_button.isEnabled()
    window.cancel_button.click()
    assert given_up.wait(5)
    assert not window.cancel_button.isVisible()
    assert window.apply_button.isEnabled()


def selection_of(window: PreparingWindow) -> Selection:
    return window._selection


def stages(window: PreparingWindow) -> list[str]:
    return [view.name for view in window.strip.stages]


def test_at_first_it_shows_what_is_in_use(window: PreparingWindow) -> None:
    assert window.preparing == Preparing()
    assert stages(window) == ["As it is", "Numbers"]
    assert window.strip.stages[0].words == "8×8×1, pixels from 0 to 16"
    assert window.figures == "Black becomes 0, white 1."
    assert not window.apply_button.isEnabled()
    assert not window.restore_button.isEnabled()
    assert "in use" in window.note


def test_each_setting_has_a_control_and_its_pictures_follow(window: PreparingWindow, qtbot: QtBot) -> None:
    assert set(window.rows.editors) == set(field_infos(Preparing))
    window.rows.editors["height"].value_changed.emit(4)
    window.rows.editors["scaling"].value_changed.emit(SYMMETRIC)
    window.rows.editors["standardise"].value_changed.emit(True)
    assert window.preparing == Preparing(height=4, scaling=SYMMETRIC, standardise=True)
    qtbot.waitUntil(lambda: stages(window) == ["As it is", "Size", "Numbers"])
    treatment = prepared(open_digits(), window.preparing).treatment
    lines = window.figures.splitlines()
    assert lines[0] == "Black becomes −1, white 1."
    assert f"{abs(treatment.means[0]):.4f}" in lines[1]
    assert "all 1,197 training images" in lines[2]
    assert window.strip.stages[1].words == "4×8×1"


def test_what_cannot_be_shown_is_told(
    window: PreparingWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(*_: object) -> object:
        raise MemoryError

    monkeypatch.setattr(preparing_preview, "prepared_in_memory", too_much)
    window.rows.editors["standardise"].value_changed.emit(True)
    qtbot.waitUntil(lambda: window.figures == "There is not enough memory for this.")


def test_apply_asks_for_it_and_as_before_gives_it_up(window: PreparingWindow, qtbot: QtBot) -> None:
    window.rows.editors["standardise"].value_changed.emit(True)
    assert window.restore_button.isEnabled()
    with qtbot.waitSignal(window.preparing_requested) as asked:
        window.apply_button.click()
    assert asked.args == [Preparing(standardise=True)]
    window.restore_button.click()
    assert window.preparing == Preparing()
    assert not window.apply_button.isEnabled()


def test_a_set_that_was_prepared_is_shown_so(window: PreparingWindow, qtbot: QtBot) -> None:
    made = prepared(open_digits(), Preparing(standardise=True))
    selection_of(window).set_dataset(made)
    assert window.preparing == Preparing(standardise=True)
    assert not window.apply_button.isEnabled()
    mean = f"{made.treatment.means[0]:.4f}"
    qtbot.waitUntil(lambda: mean in window.figures)


def test_colours_become_grey_first(window: PreparingWindow, qtbot: QtBot) -> None:
    every = np.arange(30)
    images = np.random.default_rng(0).integers(0, 256, (30, 6, 6, 3), dtype=np.uint8)
    colored = Dataset(
        name="noise",
        title="Noise",
        images=images,
        labels=np.zeros(30, np.int64),
        class_names=("a",),
        splits={Split.TRAIN: every[:20], Split.VALIDATION: every[20:25], Split.TEST: every[25:]},
    )
    selection_of(window).set_dataset(colored)
    window.set_preparing(Preparing(grey=True, height=3, width=3, standardise=True))
    qtbot.waitUntil(lambda: stages(window) == ["As it is", "Grey", "Size", "Numbers"])
    window.set_preparing(Preparing(standardise=True))
    qtbot.waitUntil(lambda: "red: less the mean" in window.figures)
    assert len(window.figures.splitlines()) == 5


def test_out_of_sight_nothing_is_asked(window: PreparingWindow) -> None:
    window.close()
    selection_of(window).next()
    assert window._finder._newest is None
