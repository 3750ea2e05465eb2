from __future__ import annotations

import numpy as np
import pytest

from cnnviz.interpret.projection import principal_plane


@pytest.mark.parametrize("shape", [(50, 6), (6, 50), (20, 20), (3, 2), (2, 3)])
def test_the_places_are_those_of_the_singular_value_decomposition(shape: tuple[int, int]) -> None:
    rows = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    plane, shares = principal_plane(rows)
    centered = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    left, singular, _ = np.linalg.svd(centered, full_matrices=False)
    expected = left[:, :2] * singular[:2]
    np.testing.assert_allclose(np.abs(plane), np.abs(expected), atol=1e-5)
    np.testing.assert_allclose(shares, singular[:2] ** 2 / (singular**2).sum(), atol=1e-6)


def test_signs_do_not_depend_on_the_order_of_the_rows() -> None:
    rows = np.random.default_rng(1).normal(size=(40, 9)).astype(np.float32)
    order = np.random.default_rng(2).permutation(40)
    np.testing.assert_allclose(principal_plane(rows[order])[0], principal_plane(rows)[0][order], atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 5), (5, 1), (4, 3)])
def test_things_without_differences_lie_at_one_place(shape: tuple[int, int]) -> None:
    plane, shares = principal_plane(np.ones(shape, np.float32))
    assert plane.tolist() == [[0, 0]] * shape[0]
    assert shares == (0, 0)
