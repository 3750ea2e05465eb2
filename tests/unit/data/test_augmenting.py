from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.data.augmenting import Augmenter, drawn, variation_in_words
from cnnviz.data.chance import shares_of_images
from cnnviz.spec.augmenting import Augmenting
from cnnviz.spec.fields import FieldKind, field_infos
from tests.helpers.naive_augmenting import cut_out, relit

ALL = Augmenting(
    shift=0.1,
    rotate=20,
    scale=0.2,
    shear=10,
    elastic=0.05,
    flip_horizontal=True,
    flip_vertical=True,
    contrast=0.5,
    brightness=0.2,
    noise=0.1,
    cutout=0.3,
)


def some(count: int = 6, shape: tuple[int, int, int] = (1, 9, 7)) -> np.ndarray:
    return np.random.default_rng(1).random((*shape, count), dtype=np.float32)


def one_way(name: str) -> Augmenting:
    return Augmenting(**{name: getattr(ALL, name)})


def any_value(info: Any) -> st.SearchStrategy[Any]:
    return st.booleans() if info.kind is FieldKind.FLAG else st.floats(info.minimum, info.maximum)


ways = st.builds(Augmenting, **{name: any_value(info) for name, info in field_infos(Augmenting).items()})


def test_nothing_is_varied_by_default() -> None:
    images = some()
    assert not Augmenting().is_on
    assert Augmenter(0).varied(images, Augmenting(), np.arange(6), 0) is images


@settings(max_examples=60, deadline=None)
@given(ways, st.integers(0, 2**31 - 1), st.integers(0, 1000), st.permutations(range(6)), st.data())
def test_an_image_is_the_same_whatever_the_batch(
    way: Augmenting, seed: int, epoch: int, order: list[int], data: st.DataObject
) -> None:
    images, indices = some(shape=(3, 5, 8)), np.arange(6) * 1_000 + 3
    whole = Augmenter(seed).varied(images.copy(), way, indices, epoch)
    start = data.draw(st.integers(0, 5))
    part = order[start : start + data.draw(st.integers(1, 6))]
    again = Augmenter(seed).varied(np.ascontiguousarray(images[..., part]), way, indices[part], epoch)
    assert np.array_equal(again, whole[..., part])
    assert whole.dtype == np.float32
    assert np.isfinite(whole).all()
    assert whole.min() >= 0
    assert whole.max() <= 1


@pytest.mark.parametrize("name", list(field_infos(Augmenting)))
def test_each_way_changes_images_by_seed_and_epoch(name: str) -> None:
    images, indices = some(20), np.arange(20)
    first = Augmenter(1).varied(images.copy(), one_way(name), indices, 0)
    assert not np.array_equal(first, images)
    assert not np.array_equal(Augmenter(1).varied(images.copy(), one_way(name), indices, 1), first)
    assert not np.array_equal(Augmenter(2).varied(images.copy(), one_way(name), indices, 0), first)
    assert np.array_equal(Augmenter(1).varied(images.copy(), one_way(name), indices, 0), first)


def test_flips_mirror_about_half_of_the_images() -> None:
    images = some(400)
    flipped = Augmenter(0).varied(images, one_way("flip_horizontal"), np.arange(400), 0)
    mirrored = (flipped == images[:, :, ::-1]).all(axis=(0, 1, 2))
    same = (flipped == images).all(axis=(0, 1, 2))
    assert (mirrored ^ same).all()
    assert 150 < mirrored.sum() < 250


def test_contrast_and_brightness_are_those_of_the_plain_way() -> None:
    images, indices = some(), np.arange(6)
    way = Augmenting(contrast=1.0, brightness=0.3)
    draws = shares_of_images(5, 2, indices, 14).astype(np.float64)
    new = Augmenter(5).varied(images.copy(), way, indices, 2)
    for number in range(6):
        factor, offset = 2.0 ** (2 * draws[7, number] - 1), 0.3 * (2 * draws[8, number] - 1)
        plain = relit(images[..., number].astype(np.float64), factor, offset)
        np.testing.assert_allclose(new[..., number], plain, atol=1e-5)


def test_the_square_is_that_of_the_plain_way() -> None:
    images, indices = some(40) + np.float32(0.01), np.arange(40)
    draws = shares_of_images(5, 2, indices, 14).astype(np.float64)
    new = Augmenter(5).varied(images.copy(), Augmenting(cutout=0.5), indices, 2)
    for number in range(40):
        middle = draws[12, number] * 7, draws[13, number] * 9
        assert np.array_equal(new[0, ..., number], cut_out(images[0, ..., number], *middle, 3.5))


def test_noise_is_another_in_every_channel_and_may_be_turned_over() -> None:
    grey = np.full((3, 6, 5, 2), 0.5, np.float32)
    noisy = Augmenter(0).varied(grey.copy(), Augmenting(noise=0.1), np.arange(2), 0)
    assert not any(np.array_equal(noisy[one], noisy[other]) for one, other in ((0, 1), (0, 2), (1, 2)))
    grain = drawn(Augmenting(noise=0.1), 0, 0, np.arange(50), (6, 5)).grain
    assert set(np.sign(grain)) == {-1, 1}


def test_noise_has_the_deviation_asked_for_and_none_of_its_pixels_knows_another() -> None:
    grey = np.full((1, 40, 40, 200), 0.5, np.float32)
    noisy = Augmenter(0).varied(grey.copy(), Augmenting(noise=0.1), np.arange(200), 0)
    grain = noisy[0] - 0.5
    deviations = grain.std(axis=(0, 1))
    assert abs(grain.mean()) < 0.001
    assert 0 <= deviations.min() < 0.01
    assert 0.09 < deviations.max() < 0.105
    lively = grain[..., deviations > 0.02]
    lively = (lively / lively.std(axis=(0, 1))).reshape(1600, -1)
    others = np.abs(lively.T @ lively / 1600 - np.eye(lively.shape[1]))
    assert np.median(others) < 0.03
    assert abs((lively[1:] * lively[:-1]).mean()) < 0.01


def test_numbers_of_images_are_even_and_know_nothing_of_each_other() -> None:
    shares = shares_of_images(0, 0, np.arange(2_000), 16)
    assert shares.dtype == np.float32
    assert 0 <= shares.min()
    assert shares.max() < 1
    assert np.abs(shares.mean(axis=1) - 0.5).max() < 0.03
    assert np.abs(shares.std(axis=1) - 12**-0.5).max() < 0.02
    assert np.abs(np.corrcoef(shares) - np.eye(16)).max() < 0.1
    assert np.abs(np.corrcoef(shares[:, :-1].ravel(), shares[:, 1:].ravel())[0, 1]) < 0.02


def test_numbers_of_images_are_those_of_splitmix64() -> None:
    every = (1 << 64) - 1

    def mixed(word: int) -> int:
        word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & every
        word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & every
        return word ^ (word >> 31)

    gamma = 0x9E3779B97F4A7C15
    assert mixed(1234567 + gamma & every) == 6457827717110365317  # as its authors' program prints
    whole = mixed(mixed(7 + gamma & every) + 3 * gamma & every)
    start = mixed(whole + 59_999 * gamma & every)
    plain = [mixed(start + place * gamma & every) >> 40 for place in (1, 2, 3)]
    shares = shares_of_images(7, 3, np.array([0, 59_999]), 3).astype(np.float64) * 2**24
    assert shares[:, 1].tolist() == plain


def test_a_setting_does_not_shift_the_numbers_of_another() -> None:
    images, indices = some() + np.float32(0.01), np.arange(6)
    alone = Augmenter(0).varied(images.copy(), one_way("cutout"), indices, 0)
    others = Augmenting(cutout=0.3, shift=0.1, rotate=20, elastic=0.05)
    both = Augmenter(0).varied(images.copy(), others, indices, 0)
    assert np.array_equal(alone == 0, both == 0)


def test_what_an_image_draws_stays_within_its_settings_and_is_told() -> None:
    draws = drawn(ALL, 0, 0, np.arange(500), (20, 40))
    assert np.abs(draws.shift[0]).max() == pytest.approx(4, abs=0.1)
    assert np.abs(draws.shift[1]).max() == pytest.approx(2, abs=0.1)
    assert np.abs(draws.degrees).max() == pytest.approx(20, abs=0.3)
    assert draws.scale.max() == pytest.approx(1.2, abs=0.01)
    assert draws.scale.min() == pytest.approx(1 / 1.2, abs=0.01)
    assert draws.bends is not None
    assert np.abs(draws.bends[0]).max() <= 2
    assert np.abs(draws.bends[1]).max() <= 1
    words = variation_in_words(ALL, 0, 0, 3, (20, 40))
    way = "clockwise" if draws.degrees[3] > 0 else "counter-clockwise"
    assert f"turned {abs(draws.degrees[3]):.1f}° {way}" in words
    assert "bent" in words
    assert variation_in_words(Augmenting(), 0, 0, 3, (20, 40)) == ""
    assert variation_in_words(one_way("flip_vertical"), 0, 0, int(np.argmin(draws.mirror[1])), (20, 40)) == (
        "mirrored upside down"
    )
