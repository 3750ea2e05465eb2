"""Grad-CAM against its naive twin, and where its cells lie on the image."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.errors import SpecError
from cnnviz.interpret.attribution.explain import explain
from cnnviz.interpret.attribution.grad_cam import (
    cell_at,
    cells_of,
    grad_cam,
    map_layers,
    spread_over_image,
    usual_layer,
)
from cnnviz.interpret.attribution.methods import GradCAM
from cnnviz.interpret.attribution.score import ClassScore
from cnnviz.spec.layers import Dense, Flatten, MaxPool2D
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.receptive import ReceptiveField
from tests.helpers import naive_attribution
from tests.helpers.designs import bundled_design
from tests.helpers.gradients import numeric_gradient, relative_error
from tests.unit.interpret.attribution.conftest import (
    DEEP,
    PLAIN,
    network_of,
    planted_image,
    planted_network,
)


@pytest.mark.parametrize(("layers", "place"), [(PLAIN, 0), (PLAIN, 3), (DEEP, 2), (DEEP, 3)])
def test_it_is_that_of_its_naive_twin_at_any_layer(layers, place, image):
    network = network_of(layers)
    spec = network.spec
    score, parts, _ = grad_cam(ClassScore(network, 1), image, spec.layers[place].id)
    cells = cells_of(parts)
    end = spec.layers[:-1] if layers is PLAIN else spec.layers
    maps = naive_attribution.outputs_of(end[: place + 1], network.arrays, image)[-1].copy()

    def rest():
        return float(naive_attribution.outputs_of(end[place + 1 :], network.arrays, maps)[-1][1])

    expected = naive_attribution.grad_cam(maps, numeric_gradient(rest, maps))
    assert score == pytest.approx(rest())
    assert cells.max() > 0
    assert relative_error(cells, expected) < 1e-6


def test_a_layer_inside_a_block_can_be_looked_at(image):
    network = network_of(DEEP)
    _, parts, over_image = grad_cam(ClassScore(network, 0), image, "inner")
    score = ClassScore(network, 0)
    _, maps, gradient = score.at_layer(image, "inner")
    np.testing.assert_allclose(cells_of(parts), naive_attribution.grad_cam(maps, gradient), atol=1e-12)
    assert over_image.shape == (6, 6)


def test_cells_of_a_layer_that_keeps_the_size_lie_on_their_pixels():
    cells = np.random.default_rng(0).random((5, 4))
    same = ReceptiveField(size=(3, 3), jump=(1, 1), start=(-1, -1))
    np.testing.assert_allclose(spread_over_image(cells, same, (5, 4)), cells)


def test_cells_are_joined_by_straight_lines_between_their_middles():
    cells = np.array([[0.0, 4.0], [8.0, 12.0]])
    pooled = ReceptiveField(size=(2, 2), jump=(2, 2), start=(0, 0))  # middles at 0.5 and 2.5
    expected = np.array([0, 0.25, 0.75, 1.0])
    np.testing.assert_allclose(
        spread_over_image(cells, pooled, (4, 4)), 8 * expected[:, None] + 4 * expected[None]
    )


def test_what_the_maps_add_is_cut_off_below_0_only_in_their_sum():
    found = explain(planted_network(), planted_image(), 1, GradCAM(), layer_id="square")
    assert found.parts is not None
    np.testing.assert_allclose(np.maximum(found.parts.sum(axis=0), 0), found.values[0], atol=1e-6)


def test_a_pixel_belongs_to_the_cell_whose_middle_is_nearest():
    padded = ReceptiveField(size=(3, 3), jump=(1, 1), start=(-1, -1))
    assert cell_at(padded, (8, 8), 3, 5) == (3, 5)
    pooled = ReceptiveField(size=(4, 4), jump=(2, 2), start=(-1, -1))  # middles at 0.5, 2.5, 4.5
    assert cell_at(pooled, (3, 3), 1, 2) == (0, 1)
    assert cell_at(pooled, (3, 3), 99, 0) == (2, 0), "the last cell is the nearest one there"
    everything = ReceptiveField(size=(9, 9), jump=(0, 0), start=(0, 0))
    assert cell_at(everything, (1, 1), 8, 8) == (0, 0)


def test_one_cell_covers_the_whole_image():
    everything = ReceptiveField(size=(9, 9), jump=(0, 0), start=(0, 0))
    np.testing.assert_array_equal(
        spread_over_image(np.array([[3.0]]), everything, (9, 9)), np.full((9, 9), 3)
    )


def test_the_usual_layer_is_the_last_convolution_or_block_with_its_activation():
    assert usual_layer(network_of(PLAIN).spec) == network_of(PLAIN).spec.layers[4].id
    deep = network_of(DEEP).spec
    assert usual_layer(deep) == deep.layers[4].id
    assert usual_layer(dataclasses.replace(deep, layers=(*deep.layers[:4], *deep.layers[5:]))) == "block"
    pooled = NetworkSpec(name="", input=InputSpec(), layers=(MaxPool2D(id="pool"), Flatten(), Dense(units=3)))
    assert usual_layer(pooled) == "pool"
    linear = NetworkSpec(name="", input=InputSpec(), layers=(Flatten(), Dense(units=3)))
    assert usual_layer(linear) == ""
    assert map_layers(linear) == ()
    assert "inner-relu" in map_layers(network_of(DEEP).spec)
    assert usual_layer(bundled_design("resnet-small")) in map_layers(bundled_design("resnet-small"))


def test_layers_without_maps_are_refused(image):
    network = network_of(PLAIN)
    dense = network.spec.layers[6].id
    with pytest.raises(SpecError, match="row of numbers"):
        explain(network, image, 0, GradCAM(), layer_id=dense)
    with pytest.raises(SpecError, match="nowhere"):
        explain(network, image, 0, GradCAM(), layer_id="nowhere")


def test_the_attribution_names_its_layer(image):
    network = network_of(PLAIN, np.float32)
    found = explain(network, image, 0, GradCAM())
    assert found.layer_id == usual_layer(network.spec)
    assert found.values.shape == (1, 3, 3)
    assert found.map.shape == (6, 6)
    assert not found.signed
