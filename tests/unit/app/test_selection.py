"""The selection: which image everything looks at."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PIL import Image

from cnnviz.app.selection import Selection
from cnnviz.data.dataset import Dataset, Split
from cnnviz.data.digits import open_digits
from cnnviz.data.preparing import prepared
from cnnviz.errors import DataError
from cnnviz.spec.preparing import Preparing
from cnnviz.spec.validate import DataShape

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(scope="module")
def digits():
    return open_digits()


@pytest.fixture
def selection(digits):
    return Selection(digits)


@pytest.fixture
def changes(selection):
    seen = []
    selection.image_changed.connect(lambda: seen.append((selection.split, selection.position)))
    return seen


def test_the_first_validation_image_is_selected(selection, digits):
    index = digits.indices(Split.VALIDATION)[0]
    np.testing.assert_array_equal(selection.pixels, digits.scaled_image(index))
    assert selection.label == digits.labels[index]
    assert selection.label_name == str(selection.label)
    assert selection.data_shape == DataShape(height=8, width=8, channels=1, classes=10)
    assert selection.count == 300


def test_next_and_previous_go_around(selection, changes):
    selection.previous()
    selection.next()
    selection.next()
    assert changes == [(Split.VALIDATION, 299), (Split.VALIDATION, 0), (Split.VALIDATION, 1)]


@pytest.mark.parametrize(("wanted", "position"), [(-5, 0), (7, 7), (10_000, 1196)])
def test_a_position_beyond_the_ends_is_the_nearest(selection, digits, changes, wanted, position):
    selection.select(Split.TRAIN, wanted)
    assert changes == [(Split.TRAIN, position)]
    index = digits.indices(Split.TRAIN)[position]
    np.testing.assert_array_equal(selection.pixels, digits.scaled_image(index))


def test_random_is_always_another_image(selection):
    rng = np.random.default_rng(0)
    for _ in range(50):
        before = selection.position
        selection.random(rng)
        assert selection.position != before
        assert 0 <= selection.position < selection.count


def test_an_own_image_is_fitted_and_says_how(selection, tmp_path, changes):
    path = tmp_path / "own.png"
    Image.new("RGB", (20, 10), (255, 255, 255)).save(path)
    selection.use_file(path)
    assert selection.pixels.shape == (1, 8, 8)
    assert selection.label is None
    assert selection.label_name == ""
    assert selection.own_path == path
    assert any("smaller" in step for step in selection.fitting_steps)
    selection.next()
    assert selection.own_path is None
    assert selection.fitting_steps == ()
    assert selection.label is not None
    assert len(changes) == 2


def test_a_file_that_is_no_picture_changes_nothing(selection, tmp_path, changes):
    path = tmp_path / "own.png"
    path.write_text("no picture")
    with pytest.raises(DataError):
        selection.use_file(path)
    assert selection.own_path is None
    assert not changes


def test_another_data_set_starts_at_its_first_validation_image(selection, qtbot):
    images = np.arange(3 * 4 * 5 * 3, dtype=np.uint8).reshape(3, 4, 5, 3)
    splits = {split: np.array([place]) for place, split in enumerate(Split)}
    other = Dataset("tiny", "Tiny", images, np.array([0, 1, 1]), ("cat", "dog"), splits)
    selection.select(Split.TRAIN, 9)
    with qtbot.waitSignals([selection.dataset_changed, selection.image_changed]):
        selection.set_dataset(other)
    assert selection.dataset is other
    assert (selection.split, selection.position, selection.count) == (Split.VALIDATION, 0, 1)
    assert selection.label_name == "dog"
    assert selection.pixels.shape == (3, 4, 5)
    selection.random(np.random.default_rng(0))
    assert selection.position == 0


def test_the_curtain_falls_with_another_data_set_and_stays_up_with_the_same_one(selection, digits):
    told = []
    selection.curtain.changed.connect(lambda: told.append(selection.curtain.is_open))
    selection.curtain.seen.connect(lambda: told.append("seen"))
    selection.curtain.note_seen()
    assert not selection.curtain.is_open
    selection.curtain.ask()
    selection.curtain.ask()
    selection.curtain.note_seen()
    selection.set_dataset(prepared(digits, Preparing(standardise=True)))
    assert selection.curtain.is_open
    selection.set_dataset(dataclasses.replace(digits))
    assert told == [True, "seen", False]
