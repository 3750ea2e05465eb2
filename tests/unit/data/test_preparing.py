from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cnnviz.data import fitted_images
from cnnviz.data.dataset import Dataset, Split
from cnnviz.data.image_file import LoadedImage
from cnnviz.data.importing.cache import PictureCache
from cnnviz.data.preparing import prepared, prepared_as
from cnnviz.data.refitting import treated_image
from cnnviz.data.treatment import Treatment, prepared_shape
from cnnviz.errors import DataError
from cnnviz.spec.fields import FieldKind, field_infos, value_problem
from cnnviz.spec.preparing import RAW, STRETCH, SYMMETRIC, UNIT, Preparing, preparing_in_words

EVERY = np.arange(30)


def colored(channels: int = 3, max_value: int = 255) -> Dataset:
    images = np.random.default_rng(4).integers(0, max_value + 1, (30, 6, 8, channels), dtype=np.uint8)
    return Dataset(
        name="noise",
        title="Noise",
        images=images,
        labels=np.arange(30) % 3,
        class_names=("a", "b", "c"),
        splits={Split.TRAIN: EVERY[:20], Split.VALIDATION: EVERY[20:25], Split.TEST: EVERY[25:]},
        max_value=max_value,
    )


def every_preparing() -> list[Preparing]:
    return [
        Preparing(grey=grey, height=height, width=height, scaling=scaling, standardise=standardise)
        for grey, height, scaling, standardise in itertools.product(
            (False, True), (0, 4), (UNIT, SYMMETRIC, RAW), (False, True)
        )
    ]


def test_by_default_a_data_set_is_as_it_was() -> None:
    dataset = colored()
    assert not Preparing().is_on
    assert prepared(dataset, Preparing()) is dataset
    again = prepared(prepared(dataset, Preparing(grey=True)), Preparing())
    assert again is dataset
    for info, value in ((info, getattr(Preparing(), name)) for name, info in field_infos(Preparing).items()):
        assert value_problem(info, value) is None


def test_standardised_training_images_have_mean_0_and_deviation_1_in_each_channel() -> None:
    for scaling in (UNIT, SYMMETRIC, RAW):
        dataset = prepared(colored(), Preparing(standardise=True, scaling=scaling))
        train = dataset.scaled(dataset.indices(Split.TRAIN)).astype(np.float64)
        np.testing.assert_allclose(train.mean(axis=(1, 2, 3)), 0, atol=1e-5)
        np.testing.assert_allclose(train.std(axis=(1, 2, 3)), 1, atol=1e-5)


def test_statistics_know_nothing_of_validation_and_test_images() -> None:
    plain = colored()
    images = plain.images.copy()
    images[20:] = 0
    other = dataclasses.replace(plain, images=images)
    numbers = [prepared(one, Preparing(standardise=True)).treatment for one in (plain, other)]
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize(("scaling", "low", "high"), [(UNIT, 0, 1), (SYMMETRIC, -1, 1), (RAW, 0, 16)])
def test_scaling_says_what_black_and_white_become(scaling: str, low: float, high: float) -> None:
    dataset = prepared(colored(1, 16), Preparing(scaling=scaling))
    numbers = dataset.scaled(EVERY)
    expected = low + (high - low) * dataset.units(EVERY)
    np.testing.assert_allclose(numbers, expected, atol=1e-6)
    assert (numbers.min(), numbers.max()) == (low, high)


def test_grey_and_size_are_what_pillow_makes_of_each_image() -> None:
    dataset = prepared(colored(), Preparing(grey=True, height=3, width=4, fit=STRETCH))
    assert dataset.image_shape == (3, 4, 1)
    image = Image.fromarray(colored().images[7]).convert("L").resize((4, 3), Image.Resampling.BOX)
    assert np.array_equal(dataset.images[7, ..., 0], np.asarray(image))
    assert np.array_equal(dataset.labels, colored().labels)
    assert dataset.original.image_shape == (6, 8, 3)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(every_preparing()), st.integers(0, 29))
def test_an_image_of_one_s_own_is_treated_like_that_of_the_data_set(preparing: Preparing, index: int) -> None:
    dataset = prepared(colored(), preparing)
    own = LoadedImage(colored().unit_image(index), ())
    fitted = treated_image(own, dataset.treatment)
    assert np.array_equal(fitted.pixels, dataset.unit_image(index))
    numbers = dataset.treatment.numbers(fitted.pixels.copy())
    assert np.array_equal(numbers, dataset.scaled_image(index))
    assert np.array_equal(numbers, dataset.scaled(np.array([index]))[..., 0])
    np.testing.assert_allclose(dataset.treatment.units(numbers), fitted.pixels, atol=1e-5)


@pytest.mark.parametrize("preparing", every_preparing()[1:])
def test_a_preparation_makes_another_data_set_of_it_which_can_be_made_again(preparing: Preparing) -> None:
    dataset = colored()
    made = prepared(dataset, preparing)
    assert made.content_hash != dataset.content_hash
    again = prepared_as(colored(), made.treatment)
    assert again.content_hash == made.content_hash
    assert np.array_equal(again.scaled(EVERY), made.scaled(EVERY))
    assert made.image_shape == prepared_shape(dataset.image_shape, preparing)


def test_numbers_of_another_data_set_are_kept() -> None:
    treatment = prepared(colored(), Preparing(standardise=True)).treatment
    other = dataclasses.replace(colored(), images=255 - colored().images)
    assert prepared_as(other, treatment).treatment.means == treatment.means
    with pytest.raises(DataError, match="have 1 channels once they are prepared"):
        prepared_as(colored(1), treatment)


@pytest.mark.parametrize("standardise", [False, True])
def test_white_is_the_same_number_in_another_data_set(standardise: bool) -> None:
    """Pixels as they are stored go up to 16 in one set and to 255 in another: a network knows one of them."""
    some = colored(1, 16)
    made = prepared(some, Preparing(scaling=RAW, standardise=standardise))
    brighter = dataclasses.replace(some, images=some.images * np.uint8(15), max_value=240)
    again = prepared_as(brighter, made.treatment)
    assert np.array_equal(again.scaled(EVERY), made.scaled(EVERY))


def test_images_that_would_fill_the_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitted_images, "SMALL_BYTES", 0)
    monkeypatch.setattr(PictureCache, "room", lambda self: 0)
    monkeypatch.setattr(fitted_images, "MAX_MEMORY_BYTES", 30 * 16 * 8 * 3 - 1)
    with pytest.raises(DataError, match="30 images of 16×8×3 would take 11,520 bytes"):
        prepared(colored(), Preparing(height=16))
    assert prepared(colored(), Preparing(height=15)).image_shape == (15, 8, 3)


def test_what_is_done_is_told() -> None:
    assert preparing_in_words(Preparing()) == ""
    words = preparing_in_words(Preparing(grey=True, height=4, scaling=SYMMETRIC, standardise=True))
    assert words == "grey, height 4, pixels from −1 to 1, standardise"
    assert Treatment().in_words() == ()
    steps = prepared(colored(1, 16), Preparing(scaling=RAW, standardise=True)).treatment.in_words()
    assert steps[0] == "Black became 0 and white 16"
    assert steps[1].startswith("Standardised: less 8.")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"means": (0.5,), "deviations": (0.0,)}, "above 0"),
        ({"means": (0.5,), "deviations": (1e-300,)}, "at least 1e-12"),
        ({"means": (0.5,), "deviations": ()}, "for each channel"),
        ({"means": (float("nan"),), "deviations": (1.0,)}, "finite"),
        ({}, "where it standardises"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(changes: dict[str, tuple[float, ...]], message: str) -> None:
    with pytest.raises(DataError, match=message):
        Treatment(preparing=Preparing(standardise=True), **changes)


def test_a_channel_of_one_value_only_is_left_at_zero() -> None:
    flat = dataclasses.replace(colored(), images=np.full_like(colored().images, 7))
    numbers = prepared(flat, Preparing(standardise=True)).scaled(EVERY)
    assert np.abs(numbers).max() < 1e-6


def test_no_image_is_made_larger_than_can_be_named() -> None:
    info = field_infos(Preparing)["height"]
    assert info.kind is FieldKind.INTEGER
    assert value_problem(info, 5_000) is not None
