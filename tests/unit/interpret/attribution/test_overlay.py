"""Colours of importance, alone and over the image."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.interpret.atlas import build_atlas
from cnnviz.interpret.attribution.overlay import colored, overlaid


def atlas_of(values, signed):
    return build_atlas(np.array([values], np.float32), signed=signed)


@pytest.mark.parametrize("signed", [False, True])
def test_nothing_leaves_the_picture_as_it_is_without_its_colours(signed):
    picture = np.random.default_rng(0).integers(0, 256, (4, 5, 3)).astype(np.uint8)
    laid = overlaid(picture, atlas_of(np.zeros((4, 5)), signed))
    assert np.ptp(laid.astype(int), axis=-1).max() <= 2
    gray = picture @ np.array([0.2126, 0.7152, 0.0722])
    assert np.abs(laid.mean(axis=-1) - gray).max() <= 3


def test_the_strongest_number_has_nearly_its_own_colour_and_weak_ones_little():
    picture = np.full((1, 3, 3), 200, np.uint8)
    atlas = atlas_of([[0.0, 0.1, 1.0]], signed=False)
    laid, own = overlaid(picture, atlas).astype(int), colored(atlas).astype(int)
    assert np.abs(laid[0, 2] - own[0, 2]).max() <= 0.16 * 255
    assert np.abs(laid[0, 1] - 200).max() < np.abs(laid[0, 2] - 200).max()


def test_for_is_blue_and_against_is_red():
    laid = overlaid(np.full((1, 2, 3), 128, np.uint8), atlas_of([[-1.0, 1.0]], signed=True)).astype(int)
    assert laid[0, 0, 0] > laid[0, 0, 2] + 50
    assert laid[0, 1, 2] > laid[0, 1, 0] + 50


def test_numbers_that_are_not_finite_leave_the_picture_as_it_is():
    laid = overlaid(np.full((1, 2, 3), 90, np.uint8), atlas_of([[np.nan, 1.0]], signed=True))
    assert laid[0, 0].tolist() == [90, 90, 90]
    assert colored(atlas_of([[np.nan, 1.0]], signed=True))[0, 0].tolist() == [128, 128, 128]
