"""The selected image where the data set was prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from cnnviz.app.selection import Selection
from cnnviz.data.dataset import Dataset, Split
from cnnviz.data.image_file import LoadedImage
from cnnviz.data.preparing import prepared
from cnnviz.interpret.activations import picture_of, view_image
from cnnviz.spec.layers import Flatten, MaxPool2D
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.preparing import SYMMETRIC, Preparing

if TYPE_CHECKING:
    from pathlib import Path

PREPARING = Preparing(grey=True, height=4, width=4, standardise=True)


@pytest.fixture
def colored() -> Dataset:
    images = np.random.default_rng(4).integers(0, 256, (30, 8, 8, 3), dtype=np.uint8)
    every = np.arange(30)
    return Dataset(
        name="noise",
        title="Noise",
        images=images,
        labels=np.zeros(30, np.int64),
        class_names=("a",),
        splits={Split.TRAIN: every[:20], Split.VALIDATION: every[20:25], Split.TEST: every[25:]},
    )


def test_the_same_image_stays_selected_where_the_set_is_prepared_otherwise(
    qapp: object, colored: Dataset
) -> None:
    selection = Selection(colored)
    selection.select(Split.TRAIN, 7)
    made = prepared(colored, PREPARING)
    selection.set_dataset(made)
    assert (selection.split, selection.position) == (Split.TRAIN, 7)
    assert np.array_equal(selection.pixels, made.scaled_image(7))
    assert np.array_equal(selection.units, made.unit_image(7))
    assert np.array_equal(selection.picture, colored.unit_image(7))
    selection.set_dataset(prepared(made, Preparing()))
    assert selection.dataset is colored
    assert np.array_equal(selection.pixels, colored.unit_image(7))


def test_a_picture_of_one_s_own_is_prepared_as_the_set_is(
    qapp: object, colored: Dataset, tmp_path: Path
) -> None:
    made = prepared(colored, PREPARING)
    Image.fromarray(colored.images[7]).save(tmp_path / "own.png")
    selection = Selection(made)
    selection.use_file(tmp_path / "own.png")
    assert np.array_equal(selection.pixels, made.scaled_image(7))
    assert np.array_equal(selection.picture, colored.unit_image(7))
    assert selection.fitting_steps[-1].startswith("Standardised: less")
    assert any(step.startswith("Made grey") for step in selection.fitting_steps)
    selection.set_dataset(colored)
    assert np.array_equal(selection.pixels, colored.unit_image(7))


def test_a_drawing_for_another_input_is_left_as_it_is(qapp: object, colored: Dataset) -> None:
    selection = Selection(prepared(colored, Preparing(standardise=True)))
    drawing = LoadedImage(np.full((1, 5, 5), 0.5, np.float32), ())
    selection.use_pixels(drawing, "drawing")
    assert np.array_equal(selection.pixels, drawing.pixels)


def test_views_show_the_picture_and_the_numbers_that_the_network_gets(colored: Dataset) -> None:
    made = prepared(colored, Preparing(scaling=SYMMETRIC))
    spec = NetworkSpec(
        name="Pool", input=InputSpec(height=8, width=8, channels=3), layers=(MaxPool2D(), Flatten())
    )
    numbers, units = made.scaled_image(7), made.unit_image(7)
    view = view_image(spec, {}, numbers, units=units)
    assert np.array_equal(view.picture, colored.images[7])
    assert np.array_equal(view.input.values, numbers)
    assert view.input.signed
    assert all(layer.signed for layer in view.layers)
    plain = view_image(spec, {}, units)
    assert not any(layer.signed for layer in (plain.input, *plain.layers))


def test_a_picture_of_numbers_goes_from_black_to_white() -> None:
    numbers = np.array([[[-2.0, 0.0, 2.0]]], np.float32)
    assert picture_of(numbers)[0, :, 0].tolist() == [0, 128, 255]
