"""From a drawing to the image that the makers of a data set would have made."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from cnnviz.data.catalog import open_dataset
from cnnviz.data.dataset import Dataset, Split
from cnnviz.data.digits import open_digits
from cnnviz.data.drawing import Choice, Recipe, Target, prepare, target_of
from cnnviz.errors import DataError

SIDE = 320
DIGITS = Target(Recipe.DIGITS, 8, 8, 1)
MNIST = Target(Recipe.MNIST, 28, 28, 1)
NO_NORMALISING = frozenset({Choice.BOX, Choice.STROKES, Choice.UPRIGHT})
MNIST_FOLDER = Path(
    os.environ.get("CNNVIZ_MNIST", Path(__file__).parents[4] / "shared" / "data" / "mnist-t10k")
)


def canvas_with(rows: slice, columns: slice) -> np.ndarray:
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    canvas[rows, columns] = 255
    return canvas


def dataset_of(images: np.ndarray) -> Dataset:
    count = len(images)
    return Dataset(
        name="test",
        title="Test",
        images=images,
        labels=np.arange(count) % 2,
        class_names=("a", "b"),
        splits={split: np.arange(count)[place::3] for place, split in enumerate(Split)},
    )


def test_a_stroke_ends_in_the_cells_it_was_drawn_in():
    made = prepare(canvas_with(slice(0, 320), slice(80, 140)), DIGITS, NO_NORMALISING)
    counts = np.rint(made.pixels[0] * 16)
    assert counts[0].tolist() == [0, 0, 16, 8, 0, 0, 0, 0]  # 20 pixels of the canvas are one column in two
    np.testing.assert_array_equal(counts, np.tile(counts[0], (8, 1)))


def test_a_digit_fills_all_rows_and_twenty_columns():
    made = prepare(canvas_with(slice(100, 150), slice(10, 50)), DIGITS, frozenset({Choice.STROKES}))
    rows, columns = np.flatnonzero(made.pixels[0].any(axis=1)), np.flatnonzero(made.pixels[0].any(axis=0))
    assert (rows[0], rows[-1]) == (0, 7)
    assert (columns[0], columns[-1]) == (1, 6)


def test_an_upright_stroke_stays_one_and_has_the_usual_ink():
    made = prepare(canvas_with(slice(40, 280), slice(150, 170)), DIGITS)
    counts = made.pixels[0] * 16
    assert 250 <= counts.sum() <= 370
    assert not counts[:, :2].any()
    assert not counts[:, 6:].any()


def test_a_slanted_stroke_is_put_upright():
    rows = np.arange(SIDE)
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    for row in rows:
        canvas[row, 220 - row // 2 : 250 - row // 2] = 255
    slanted = prepare(canvas, DIGITS, frozenset({Choice.UPRIGHT})).pixels[0]
    straight = prepare(canvas, DIGITS).pixels[0]
    assert slanted[0].argmax() != slanted[7].argmax()
    assert straight[0].argmax() == straight[7].argmax()


def test_a_step_left_out_shows_the_picture_before_it():
    canvas = canvas_with(slice(100, 200), slice(100, 200))
    made = prepare(canvas, DIGITS, frozenset({Choice.STROKES}))
    assert [step.name for step in made.steps] == ["Drawing", "Box", "Strokes", "Upright", "Counts"]
    assert [step.is_done for step in made.steps] == [True, True, False, True, True]
    np.testing.assert_array_equal(made.steps[1].image, made.steps[2].image)


@pytest.mark.parametrize("target", [DIGITS, MNIST, Target(Recipe.PLAIN, 30, 20, 3)])
def test_an_empty_canvas_becomes_an_empty_image(target):
    made = prepare(np.zeros((SIDE, SIDE), np.uint8), target)
    assert made.is_empty
    assert made.pixels.shape == (target.channels, target.height, target.width)
    assert not made.pixels.any()


@pytest.mark.parametrize("place", [slice(0, 3), slice(317, 320)])
@pytest.mark.parametrize("target", [DIGITS, MNIST])
def test_a_stroke_at_an_edge_is_not_lost(target, place):
    made = prepare(canvas_with(place, slice(0, 320)), target)
    assert not made.is_empty
    assert made.pixels.sum() > 10


def test_every_bundled_digit_that_is_drawn_back_is_the_same():
    digits = open_digits()
    for image in digits.images[:40, ..., 0]:
        bits = np.zeros((32, 32), np.uint8)
        for row, column in np.ndindex(8, 8):
            block = np.zeros(16, np.uint8)
            block[: image[row, column]] = 255
            bits[4 * row : 4 * row + 4, 4 * column : 4 * column + 4] = block.reshape(4, 4)
        made = prepare(np.kron(bits, np.ones((10, 10), np.uint8)), DIGITS, NO_NORMALISING)
        np.testing.assert_array_equal(made.pixels[0] * 16, image)


def test_mnist_fits_the_longer_side_and_keeps_the_proportions():
    made = prepare(canvas_with(slice(60, 260), slice(10, 110)), MNIST)
    rows, columns = (np.flatnonzero(made.pixels[0].any(axis=axis)) for axis in (1, 0))
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (20, 10)


def test_mnist_puts_the_centre_of_mass_into_the_middle():
    canvas = canvas_with(slice(0, 200), slice(0, 20))
    canvas[180:200, 0:150] = 255  # an L: its mass is at the lower left
    made = prepare(canvas, MNIST)
    image, places = made.pixels[0], np.arange(28)
    centre = [(image.sum(axis=axis) @ places) / image.sum() for axis in (1, 0)]
    assert centre == pytest.approx([14, 14], abs=0.51)
    boxed = prepare(canvas, MNIST, frozenset({Choice.CENTRE})).pixels[0]
    assert boxed[4:24, 4:24].sum() == pytest.approx(boxed.sum())


@pytest.mark.skipif(not MNIST_FOLDER.is_dir(), reason="MNIST is not there")
def test_every_digit_of_mnist_that_is_drawn_back_is_the_same():
    mnist = open_dataset(str(MNIST_FOLDER))
    target = target_of(mnist)
    assert target.recipe is Recipe.MNIST
    for image in mnist.images[:100, ..., 0]:
        made = prepare(np.kron(image, np.ones((10, 10), np.uint8)), target)
        np.testing.assert_array_equal(np.rint(made.pixels[0] * 255), image)


def test_the_images_tell_the_recipe_and_the_colour_of_ink():
    assert target_of(open_digits()) == DIGITS
    boxed = np.zeros((12, 28, 28, 1), np.uint8)
    boxed[:, 4:24, 9:19] = 200
    assert target_of(dataset_of(boxed)).recipe is Recipe.MNIST
    full = np.zeros((12, 28, 28, 1), np.uint8)
    full[:, :, 9:19] = 200
    assert target_of(dataset_of(full)).recipe is Recipe.PLAIN
    paper = np.full((12, 16, 24, 3), 240, np.uint8)
    assert target_of(dataset_of(paper)) == Target(Recipe.PLAIN, 16, 24, 3, has_dark_ink=True)


def test_other_sets_get_their_size_their_ink_and_their_colours():
    canvas = canvas_with(slice(140, 180), slice(0, 320))
    made = prepare(canvas, Target(Recipe.PLAIN, 16, 16, 3, has_dark_ink=True))
    assert [step.name for step in made.steps] == ["Drawing", "Size", "Inverted", "Colour"]
    assert made.pixels.shape == (3, 16, 16)
    assert not made.pixels[:, 7:9].any()
    assert (made.pixels[:, :7] == 1).all()


def test_numbers_from_0_to_1_are_the_same_as_bytes():
    canvas = canvas_with(slice(100, 200), slice(100, 130))
    for target in (DIGITS, MNIST):
        whole, share = prepare(canvas, target), prepare(canvas / 255, target)
        np.testing.assert_array_equal(whole.pixels, share.pixels)


def test_nobody_can_write_what_was_made():
    made = prepare(canvas_with(slice(0, 9), slice(0, 9)), DIGITS)
    assert not made.pixels.flags.writeable
    assert not any(step.image.flags.writeable for step in made.steps)


@pytest.mark.parametrize(
    ("canvas", "words"),
    [
        (np.zeros((3, 3, 3), np.uint8), "must be \\(height, width\\)"),
        (np.zeros((0, 3), np.uint8), "not empty"),
        (np.zeros((3, 3), np.int32), "uint8 or floating-point values; received int32"),
        (np.full((3, 3), 2.0), "must be 0 to 1; received 2 to 2"),
        (np.full((3, 3), np.nan), "must be 0 to 1; received nan"),
    ],
)
def test_what_is_no_drawing_is_refused(canvas, words):
    with pytest.raises(DataError, match=words):
        prepare(canvas, DIGITS)
