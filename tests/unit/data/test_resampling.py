from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.data.resampling import BEND_POINTS, Resampling, Room, inverse_maps
from tests.helpers.naive_augmenting import bend_at, moved_point, resampled

IDENTITY = {"degrees": 0.0, "scale": 1.0, "slant": 0.0}
sizes = st.tuples(st.integers(1, 9), st.integers(1, 9))
moves = st.fixed_dictionaries(
    {
        "shift": st.tuples(st.floats(-4, 4), st.floats(-4, 4)),
        "degrees": st.floats(-180, 180),
        "scale": st.floats(0.5, 2),
        "slant": st.floats(-60, 60),
        "mirror": st.tuples(st.sampled_from((1, -1)), st.sampled_from((1, -1))),
    }
)


def resample(images: np.ndarray, maps: np.ndarray, bends: np.ndarray | None) -> np.ndarray:
    """Resample the lower rows and then the upper ones."""
    out, room = np.empty_like(images), Room()
    resampling, half = Resampling(images, maps, bends), images.shape[1] // 2
    for rows in (slice(half, images.shape[1]), slice(0, half)):
        resampling.write(rows, out, room)
    return out


def maps_of(size: tuple[int, int], *each: dict[str, object]) -> np.ndarray:
    numbers = {name: np.array([one[name] for one in each], np.float64).T for name in each[0]}
    return inverse_maps(*size, **numbers)


@given(sizes, moves, st.floats(-5, 15), st.floats(-5, 15))
def test_a_map_leads_back_to_where_a_point_came_from(
    size: tuple[int, int], move: dict[str, object], column: float, row: float
) -> None:
    x, y = moved_point(column, row, size=size, **move)
    back = maps_of(size, move)[..., 0] @ (x, y, 1.0)
    assert back == pytest.approx((column, row), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(sizes, st.lists(moves, min_size=1, max_size=3), st.sampled_from((1, 3)), st.integers(0, 99))
def test_a_batch_is_what_the_plain_way_gives_for_each_image(
    size: tuple[int, int], each: list[dict[str, object]], channels: int, seed: int
) -> None:
    images = np.random.default_rng(seed).random((channels, *size, len(each)), dtype=np.float32)
    maps = maps_of(size, *each)
    new = resample(images, maps, None)
    for number in range(len(each)):
        own = maps[..., number]
        for channel in range(channels):
            plain = resampled(
                images[channel, ..., number].astype(np.float64),
                lambda column, row, own=own: tuple(own @ (column, row, 1.0)),
            )
            np.testing.assert_allclose(new[channel, ..., number], plain, atol=2e-4)


def test_bends_are_a_cubic_spline_over_the_image() -> None:
    rng = np.random.default_rng(3)
    size, count = (11, 8), 2
    images = rng.random((1, *size, count), dtype=np.float32)
    bends = rng.normal(0, 2, (2, BEND_POINTS, BEND_POINTS, count)).astype(np.float32)
    none = {"shift": (0.0, 0.0), "mirror": (1, 1), **IDENTITY}
    new = resample(images, maps_of(size, none, none), bends)
    for number in range(count):
        points = bends[..., number].astype(np.float64)
        plain = resampled(
            images[0, ..., number].astype(np.float64),
            lambda column, row, points=points: (
                column + bend_at(points[0], size, column, row),
                row + bend_at(points[1], size, column, row),
            ),
        )
        np.testing.assert_allclose(new[0, ..., number], plain, atol=1e-4)


def test_mirrors_and_whole_pixels_change_no_value() -> None:
    images = np.random.default_rng(0).random((3, 6, 5, 4), dtype=np.float32)
    each = [
        {"shift": (0.0, 0.0), "mirror": (1, 1), **IDENTITY},
        {"shift": (0.0, 0.0), "mirror": (-1, 1), **IDENTITY},
        {"shift": (0.0, 0.0), "mirror": (1, -1), **IDENTITY},
        {"shift": (2.0, -1.0), "mirror": (1, 1), **IDENTITY},
    ]
    new = resample(images, maps_of((6, 5), *each), None)
    assert np.array_equal(new[..., 0], images[..., 0])
    assert np.array_equal(new[..., 1], images[:, :, ::-1, 1])
    assert np.array_equal(new[..., 2], images[:, ::-1, :, 2])
    assert np.array_equal(new[:, :-1, 2:, 3], images[:, 1:, :-2, 3])
    assert np.array_equal(new[:, -1, 2:, 3], images[:, -1, :-2, 3])  # goes on as at the border


def test_large_images_are_resampled_in_pieces_without_a_seam() -> None:
    images = np.random.default_rng(0).random((1, 300, 250, 3), dtype=np.float32)
    turned = {"shift": (0.0, 0.0), "mirror": (1, 1), **IDENTITY, "degrees": 180.0}
    new = resample(images, maps_of((300, 250), *[turned] * 3), None)
    np.testing.assert_allclose(new, images[:, ::-1, ::-1], atol=1e-3)
