"""What the numbers of a layer add to the lead of a class, against a naive twin."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.errors import SpecError
from cnnviz.interpret.attribution.difference import difference, held_against
from cnnviz.interpret.attribution.explain import explain
from cnnviz.interpret.attribution.methods import GradCAM, IntegratedGradients, Saliency
from cnnviz.interpret.attribution.score import ClassScore
from cnnviz.spec.layers import Conv2D, Dense, Flatten, GlobalAvgPool2D
from tests.helpers.gradients import numeric_gradient, relative_error
from tests.helpers.naive_attribution import outputs_of
from tests.unit.interpret.attribution.conftest import (
    PLAIN,
    SQUARE,
    network_of,
    planted_image,
    planted_network,
)

LINEAR = (Conv2D(filters=3, padding="same"), GlobalAvgPool2D(), Dense(units=3))
ONE_NUMBER = (Conv2D(filters=3, padding="same"), Flatten(), Dense(units=1))


def score_layers(network):
    """Return the layers up to the scores."""
    layers = network.spec.layers
    return layers[:-1] if type(layers[-1]).__name__ == "Softmax" else layers


def naive_shares(network, image, place, ahead, behind):
    """Return number times slope of the difference for every number of the layer at `place`."""
    layers, arrays = score_layers(network), network.arrays
    maps = outputs_of(layers[: place + 1], arrays, image)[-1].copy()

    def lead():
        scores = outputs_of(layers[place + 1 :], arrays, maps)[-1]
        return float(scores[ahead] - (scores[behind] if behind is not None else 0))

    return maps * numeric_gradient(lead, maps), lead()


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize(("ahead", "behind"), [(0, 2), (2, 1), (1, None)])
def test_shares_are_those_of_the_naive_twin(image, place, ahead, behind):
    network = network_of(PLAIN)
    expected, value = naive_shares(network, image, place, ahead, behind)
    found = difference(network, image, ahead, behind, network.spec.layers[place].id)
    assert relative_error(found.shares, expected) < 1e-5
    assert found.value == pytest.approx(value, abs=1e-9)
    assert np.abs(expected).max() > 0.01
    signed = expected if value > 0 else -expected  # what makes the difference what it is
    assert signed[found.strongest()] == pytest.approx(signed.max(), abs=1e-6)
    for row, column in ((0, 0), (5, 2), (3, 4)):
        channel, *cell = found.strongest_at(row, column)
        assert tuple(cell) == found.cell_at(row, column)
        counted = np.abs(expected[:, *cell])
        assert counted[channel] == pytest.approx(counted.max(), abs=1e-6)
        np.testing.assert_allclose(counted[found.ranked(*cell)], np.sort(counted)[::-1], atol=1e-6)


def test_without_bends_and_biases_the_shares_add_up_to_the_difference(image):
    network = network_of(LINEAR)
    network.arrays[f"{network.spec.layers[-1].id}/bias"][:] = 0
    found = difference(network, image, 2, 0, network.spec.layers[0].id)
    scores = network.forward(image[..., None])[:, 0]
    assert found.value == pytest.approx(scores[2] - scores[0])
    assert found.shares.sum() == pytest.approx(found.value, rel=1e-5)


def test_the_patch_that_decides_is_found():
    found = difference(planted_network(), planted_image(), 1, 0, "square")
    rows, columns = SQUARE
    assert found.strongest() == (0, rows.start, columns.start)
    assert found.strongest_at(rows.start, columns.start) == (0, rows.start, columns.start)
    assert not found.shares.flags.writeable


def test_an_output_below_its_target_leads_to_what_pulls_it_down(image):
    network = network_of(LINEAR)
    layer_id = network.spec.layers[0].id
    own = difference(network, image, 1, None, layer_id)
    below = difference(network, image, 1, None, layer_id, target=own.value + 5)
    np.testing.assert_array_equal(below.shares, own.shares)
    assert below.value == pytest.approx(-5)
    assert below.shares[below.strongest()] == below.shares.min()
    above = difference(network, image, 1, None, layer_id, target=own.value - 5)
    assert above.value == pytest.approx(5)
    assert above.shares[above.strongest()] == above.shares.max()


def test_one_number_for_two_classes_is_itself_the_difference(image):
    network = network_of(ONE_NUMBER)
    number = float(network.forward(image[..., None])[0, 0])
    high, low = (difference(network, image, a, b, network.spec.layers[0].id) for a, b in ((1, 0), (0, 1)))
    assert high.value == pytest.approx(number)
    assert low.value == pytest.approx(-number)
    np.testing.assert_allclose(high.shares, -low.shares)


@pytest.mark.parametrize("layer_id", ["", "nowhere"])
def test_a_layer_without_maps_is_refused(image, layer_id):
    with pytest.raises(SpecError, match="No layer with maps"):
        difference(network_of(PLAIN), image, 0, 1, layer_id)
    rows = network_of(PLAIN).spec.layers[6].id
    with pytest.raises(SpecError, match=rows):
        difference(network_of(PLAIN), image, 0, 1, rows)


def test_a_class_is_not_held_against_itself_or_one_that_is_not_there(image):
    with pytest.raises(SpecError, match="itself"):
        ClassScore(network_of(PLAIN), 1, against=1)
    with pytest.raises(SpecError, match="classes 0 to 2"):
        explain(network_of(PLAIN), image, 1, Saliency(), against=3)


def test_a_method_explains_the_difference_of_two_scores(image):
    network = network_of(PLAIN)
    ahead, behind = (explain(network, image, k, IntegratedGradients(steps=20)) for k in (0, 2))
    both = explain(network, image, 0, IntegratedGradients(steps=20), against=2)
    np.testing.assert_allclose(both.values, ahead.values - behind.values, atol=1e-5)
    assert both.score == pytest.approx(ahead.score - behind.score)
    assert (both.class_index, both.against, ahead.against) == (0, 2, None)
    maps, one, other = (
        explain(network, image, k, GradCAM(), against=against).parts
        for k, against in ((0, 2), (0, None), (2, None))
    )
    np.testing.assert_allclose(maps, one - other, atol=1e-6)


def test_the_predicted_class_is_held_against_the_one_that_is_asked_about():
    scores = np.array([1.0, 4.0, 3.0, 2.0])
    assert held_against(scores, 3, 1, 0) == (1, 3), "why not the class that is explained"
    assert held_against(scores, 1, 1, 0) == (1, 0), "a mistake: the true class"
    assert held_against(scores, 1, 1, 1) == (1, 2), "right: the runner-up"
    assert held_against(scores, 1, 1, None) == (1, 2), "nobody knows: the runner-up"
    assert held_against(scores, 1, 1, 9) == (1, 2), "a class the network does not have"
    assert held_against(np.array([0.5]), 1, 1, 1) == (1, 0)
