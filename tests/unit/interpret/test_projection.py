from __future__ import annotations

import numpy as np
import pytest

from cnnviz.interpret.projection import principal_plane


@pytest.mark.parametrize("shape", [(50, 6), (6, 50), (20, 20), (3, 2), (2, 3), (700, 600), (600, 700)])
def test_the_places_are_those_of_the_singular_value_decomposition(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=shape).astype(np.float32)
    rows += 3 * np.outer(rng.normal(size=shape[0]), rng.normal(size=shape[1])).astype(np.float32)
    rows += 2 * np.outer(rng.normal(size=shape[0]), rng.normal(size=shape[1])).astype(np.float32)
    plane, shares = principal_plane(rows)
    centered = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    left, singular, _ = np.linalg.svd(centered, full_matrices=False)
    expected = left[:, :2] * singular[:2]
    np.testing.assert_allclose(np.abs(plane), np.abs(expected), atol=1e-4 * singular[0])
    np.testing.assert_allclose(shares, singular[:2] ** 2 / (singular**2).sum(), atol=1e-6)


def test_signs_do_not_depend_on_the_order_of_the_rows() -> None:
    rows = np.random.default_rng(1).normal(size=(40, 9)).astype(np.float32)
    order = np.random.default_rng(2).permutation(40)
    np.testing.assert_allclose(principal_plane(rows[order])[0], principal_plane(rows)[0][order], atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 5), (5, 1), (4, 3), (600, 700)])
def test_things_without_differences_lie_at_one_place(shape: tuple[int, int]) -> None:
    plane, shares = principal_plane(np.ones(shape, np.float32))
    assert plane.tolist() == [[0, 0]] * shape[0]
    assert shares == (0, 0)


def test_directions_that_hardly_differ_share_their_plane() -> None:
    """Of noise alone, no direction stands out: the shares are right all the same."""
    rows = np.random.default_rng(3).normal(size=(900, 800)).astype(np.float32)
    _, shares = principal_plane(rows)
    singular = np.linalg.svd(rows - rows.mean(axis=0), compute_uv=False)
    np.testing.assert_allclose(shares, singular[:2] ** 2 / (singular**2).sum(), rtol=0.02)


@pytest.mark.parametrize("shape", [(20, 30), (600, 700)])
def test_it_stops_when_told_to(shape: tuple[int, int]) -> None:
    rows = np.random.default_rng(4).normal(size=shape).astype(np.float32)
    assert principal_plane(rows, is_stopping=lambda: True) is None
