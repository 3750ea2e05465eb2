"""Occlusion against its naive twin, and a planted pattern that every method has to find."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.interpret.attribution.explain import explain
from cnnviz.interpret.attribution.methods import (
    METHODS,
    GradCAM,
    IntegratedGradients,
    Occlusion,
    SmoothGrad,
)
from cnnviz.interpret.attribution.occlusion import occlusion, starts
from cnnviz.interpret.attribution.score import ClassScore
from tests.helpers import naive_attribution
from tests.unit.interpret.attribution.conftest import SQUARE, planted_image, planted_network


@pytest.mark.parametrize(("patch", "stride", "fill"), [(1, 1, 0.0), (3, 2, 0.5), (2, 3, 1.0), (6, 1, 0.5)])
def test_it_is_that_of_its_naive_twin(network, image, patch, stride, fill):
    shade = {0.0: "black", 0.5: "gray", 1.0: "white"}[fill]
    settings = Occlusion(patch=patch, stride=stride, fill=shade)
    score = ClassScore(network, 1)
    score.images_at_once = 5
    own, by_place, by_pixel = occlusion(score, image, settings)

    def alone(one):
        return float(network.forward(one[..., None])[1, 0])

    expected = naive_attribution.occlusion(alone, image, patch, stride, fill)
    assert own == pytest.approx(alone(image))
    assert by_place.shape == (len(starts(6, patch, stride)),) * 2
    np.testing.assert_allclose(by_pixel, expected, atol=1e-10)


def test_the_mean_of_the_image_is_taken_channel_by_channel(network, image):
    mean = image.mean(axis=(1, 2), keepdims=True)
    by_pixel = occlusion(ClassScore(network, 0), image, Occlusion(patch=2, stride=2, fill="mean"))[2]
    expected = naive_attribution.occlusion(
        lambda one: float(network.forward(one[..., None])[0, 0]), image, 2, 2, mean
    )
    np.testing.assert_allclose(by_pixel, expected, atol=1e-10)


def test_patches_reach_the_end_and_a_patch_larger_than_the_image_covers_it():
    assert starts(8, 3, 2) == (0, 2, 4, 5)
    assert starts(8, 8, 3) == (0,)
    network, image = planted_network(), planted_image()
    found = explain(network, image, 1, Occlusion(patch=40))
    assert found.values.shape == (1, 1, 1)
    assert np.ptp(found.map) == 0


@pytest.mark.parametrize(("height", "width"), [(8, 8), (28, 28), (3, 500), (1, 1)])
def test_settings_suited_to_an_image_fit_it(height, width):
    settings = Occlusion.suited_to(height, width)
    assert 1 <= settings.stride <= settings.patch <= max(height, width)
    assert settings.patch == max(1, round(min(height, width) / 4))


@pytest.mark.parametrize("kind", METHODS, ids=[kind.title for kind in METHODS])
def test_every_method_finds_the_planted_pattern(kind):
    image = planted_image()
    settings = {
        SmoothGrad: SmoothGrad(noise=0.05),
        IntegratedGradients: IntegratedGradients(steps=64),
        Occlusion: Occlusion(patch=2, stride=1, fill="black"),
    }
    method = settings.get(kind, kind())
    found = explain(planted_network(), image, 1, method, layer_id="square" if kind is GradCAM else "")
    place = np.unravel_index(np.argmax(found.map), found.map.shape)
    rows, columns = SQUARE
    assert place[0] in range(rows.start, rows.stop)
    assert place[1] in range(columns.start, columns.stop)
    assert found.score == pytest.approx(4.5)
    outside = found.map.copy()
    outside[SQUARE] = 0
    assert found.map[SQUARE].mean() > 3 * np.abs(outside).mean()


@pytest.mark.parametrize("kind", METHODS, ids=[kind.title for kind in METHODS])
def test_every_method_says_what_it_tells_what_it_cannot_and_where_it_is_from(kind):
    for text in (kind.tells, kind.cannot):
        assert text.endswith(".")
        assert len(text) > 30
    assert any(character.isdigit() for character in kind.source)
