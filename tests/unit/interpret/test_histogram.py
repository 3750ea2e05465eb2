from __future__ import annotations

import numpy as np

from cnnviz.interpret.histogram import BINS, histogram, joint_edges


def test_numbers_that_are_not_finite_are_counted_apart():
    found = histogram(np.array([0.0, 1.0, np.nan, np.inf, 0.25]))
    assert (found.counts.sum(), found.not_finite, len(found.counts)) == (3, 2, BINS)
    again = histogram(np.array([-5.0, 9.0]), found.edges)
    assert (again.counts[0], again.counts[-1]) == (1, 1)
    assert histogram(np.full(7, 2.0)).counts.sum() == 7
    assert histogram(np.zeros(0)).counts.sum() == 0


def test_zeros_can_be_counted_apart():
    found = histogram(np.array([0.0, 0.0, 0.0, 1.0, np.nan]), zeros_apart=True)
    assert (found.zeros, found.counts.sum(), found.not_finite) == (3, 1, 1)
    assert (found.total, found.zero_share) == (4, 0.75)
    assert found.shares[-1] == 0.25
    assert found.shares.sum() == 0.25


def test_joint_edges_hold_every_finite_number():
    edges = joint_edges(np.array([1.0, np.inf]), np.array([-3.0, np.nan]), np.zeros(0))
    assert (edges[0], edges[-1], len(edges)) == (-3, 1, BINS + 1)
    assert (joint_edges()[0], joint_edges()[-1]) == (0, 1)
