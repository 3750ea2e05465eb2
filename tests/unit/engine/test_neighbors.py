from __future__ import annotations

import numpy as np
import pytest

from cnnviz.engine.neighbors import Metric, Neighbors, nearest, nearest_to_one, vote
from cnnviz.errors import DataError


def naive(references, queries, k, metric):
    """Compare one pair after the other, in float64."""
    indices, distances = [], []
    for query in queries.astype(np.float64):
        found = []
        for number, reference in enumerate(references.astype(np.float64)):
            apart = [abs(a - b) for a, b in zip(reference, query, strict=True)]
            far = sum(apart) if metric is Metric.L1 else sum(value**2 for value in apart) ** 0.5
            found.append((far, number))
        best = sorted(found)[:k]
        distances.append([far for far, _ in best])
        indices.append([number for _, number in best])
    return np.array(indices), np.array(distances)


@pytest.mark.parametrize("metric", Metric)
@pytest.mark.parametrize(
    ("count", "asked", "size", "k"), [(1, 1, 1, 1), (40, 7, 5, 3), (30, 9, 17, 30), (65, 3, 64, 10)]
)
def test_neighbours_are_those_of_the_loops(metric, count, asked, size, k):
    rng = np.random.default_rng(count)
    references = rng.random((count, size), np.float32)
    queries = rng.random((asked, size), np.float32)
    received = nearest(references, queries, k, metric, threads=2)
    indices, distances = naive(references, queries, k, metric)
    np.testing.assert_array_equal(received.indices, indices)
    np.testing.assert_allclose(received.distances, distances, rtol=1e-12)


@pytest.mark.parametrize("metric", Metric)
def test_one_image_alone_has_the_same_neighbours(metric):
    rng = np.random.default_rng(4)
    references, queries = rng.random((50, 9), np.float32), rng.random((6, 9), np.float32)
    together = nearest(references, queries, 7, metric)
    for row, query in enumerate(queries):
        alone = nearest_to_one(references, query, 7, metric)
        np.testing.assert_array_equal(alone.indices[0], together.indices[row])
        np.testing.assert_array_equal(alone.distances[0], together.distances[row])


@pytest.mark.parametrize("metric", Metric)
def test_of_equally_near_ones_the_first_comes_first(metric):
    references = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]], np.float32)
    received = nearest(references, np.zeros((2, 2), np.float32), 3, metric)
    assert received.indices.tolist() == [[0, 1, 2], [0, 1, 2]]


def test_close_neighbours_far_from_zero_are_told_apart():
    """There |a|² + |b|² - 2 a·b alone would round the differences away."""
    rng = np.random.default_rng(0)
    references = (1000 + rng.random((200, 30))).astype(np.float32)
    received = nearest(references, references + np.float32(0.001), 1)
    assert received.indices[:, 0].tolist() == list(range(200))


@pytest.mark.parametrize("metric", Metric)
def test_blocks_and_threads_change_nothing(metric):
    rng = np.random.default_rng(1)
    references, queries = rng.random((3000, 20), np.float32), rng.random((600, 20), np.float32)
    one, four = (nearest(references, queries, 4, metric, threads=threads) for threads in (1, 4))
    np.testing.assert_array_equal(one.indices, four.indices)
    np.testing.assert_array_equal(one.distances, four.distances)
    some = nearest(references, queries[100:103], 4, metric)
    np.testing.assert_array_equal(some.indices, one.indices[100:103])


def test_most_votes_win_and_then_the_nearest():
    neighbors = Neighbors(np.array([[0, 1, 2], [3, 0, 1], [2, 1, 3]]), np.zeros((3, 3)))
    assert vote(neighbors, np.array([5, 7, 7, 5])).tolist() == [7, 5, 7]
    pair = Neighbors(np.array([[1, 0]]), np.zeros((1, 2)))
    assert vote(pair, np.array([5, 7])).tolist() == [7]


@pytest.mark.parametrize("metric", Metric)
def test_scikit_learn_finds_the_same(metric):
    sklearn = pytest.importorskip("sklearn.neighbors")
    rng = np.random.default_rng(2)
    references, queries = rng.random((500, 40), np.float32), rng.random((50, 40), np.float32)
    norm = "manhattan" if metric is Metric.L1 else "euclidean"
    peer = sklearn.NearestNeighbors(algorithm="brute", metric=norm).fit(references)
    distances, indices = peer.kneighbors(queries, 6)
    received = nearest(references, queries, 6, metric)
    np.testing.assert_array_equal(received.indices, indices)
    np.testing.assert_allclose(received.distances, distances, rtol=1e-5)


ROWS = np.ones((4, 3), np.float32)


@pytest.mark.parametrize(
    ("references", "queries", "k", "words"),
    [
        (ROWS, ROWS[:, :2], 1, "rows of 3 numbers and float32 rows of 2"),
        (ROWS, ROWS.astype(np.float64), 1, "must be alike"),
        (ROWS[0], ROWS, 1, "The references must be rows"),
        (ROWS, np.ones((2, 3), np.uint8), 1, "The queries must be rows of float"),
        (ROWS * np.inf, ROWS, 1, "The references hold"),
        (ROWS, ROWS, 0, "1 to 4 neighbours; received 0"),
        (ROWS, ROWS, 5, "received 5"),
    ],
)
def test_what_cannot_be_compared_is_refused(references, queries, k, words):
    with pytest.raises(DataError, match=words):
        nearest(references, queries, k)
