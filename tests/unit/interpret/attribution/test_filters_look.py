"""What excites a filter: images of a data set, and an image made up for it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.data.catalog import open_dataset
from cnnviz.data.dataset import Split
from cnnviz.engine.build import build
from cnnviz.errors import DataError, SpecError
from cnnviz.interpret.attribution.maximisation import Maximisation, maximise
from cnnviz.interpret.attribution.top_images import top_images
from cnnviz.interpret.attribution.unit import Box, UnitOutput, way_to
from cnnviz.spec.layers import Conv2D, Dense, Flatten, Residual, Softmax
from cnnviz.spec.network import InputSpec, NetworkSpec
from tests.helpers.designs import bundled_design
from tests.helpers.gradients import numeric_gradient, relative_error
from tests.unit.interpret.attribution.conftest import (
    DEEP,
    PLAIN,
    SQUARE,
    network_of,
    planted_image,
    planted_network,
)


@pytest.fixture(scope="module")
def digits():
    return open_dataset("digits")


@pytest.fixture(scope="module")
def digits_network():
    return build(bundled_design("digits-cnn"), np.random.default_rng(0))


def output_of(network, layer_id, unit=0):
    return UnitOutput(network.spec, network.arrays, layer_id, unit)


@pytest.mark.parametrize("layers", [PLAIN, DEEP], ids=["plain", "residual"])
def test_the_way_to_any_layer_gives_what_the_network_gives_there(layers, image):
    network = network_of(layers)
    images = np.stack([image, image[:, ::-1]], axis=-1)
    expected = network.activations(images)
    for layer in network.spec.walk():
        if isinstance(layer, Softmax):
            continue
        output = output_of(network, layer.id, 1)
        np.testing.assert_allclose(
            output.of(images), expected[layer.id][1].reshape(*output.shape, 2), atol=1e-12
        )


def test_of_a_softmax_at_the_end_the_score_is_taken(image):
    network = network_of(PLAIN)
    end = network.spec.layers[-1].id
    score = network.forward(image[..., None])[2]
    np.testing.assert_allclose(output_of(network, end, 2).of(image[..., None])[0, 0], score)


@pytest.mark.parametrize("layer_id", ["inner", "block"])
def test_the_gradient_of_a_map_is_that_of_finite_differences(layer_id, image):
    network = network_of(DEEP)
    output = output_of(network, layer_id, 1)
    value, gradient = output.gradient(image[..., None])
    point = image.copy()

    def mean():
        return float(network.activations(point[..., None])[layer_id][1].mean())

    assert value[0] == pytest.approx(mean())
    assert relative_error(gradient[..., 0], numeric_gradient(mean, point)) < 1e-7


def test_what_is_not_there_is_refused(digits):
    network = network_of(PLAIN)
    with pytest.raises(SpecError, match="nowhere"):
        output_of(network, "nowhere")
    with pytest.raises(SpecError, match="0 to 2; received 3"):
        output_of(network, network.spec.layers[0].id, 3)
    with pytest.raises(DataError, match="8×8×1"):
        top_images(output_of(network, network.spec.layers[0].id), digits, Split.TEST)
    alone = NetworkSpec(name="", input=InputSpec(), layers=(Flatten(), Softmax(id="end"), Dense(units=2)))
    assert way_to(alone, "end").layers == alone.layers[:2]


@pytest.mark.parametrize("split", [Split.TEST, Split.TRAIN])
def test_the_most_exciting_images_are_those_of_a_look_at_all(split, digits, digits_network):
    spec = digits_network.spec
    layer_id = next(layer.id for layer in reversed(spec.layers) if isinstance(layer, Conv2D))
    found = top_images(output_of(digits_network, layer_id, 2), digits, split, count=7)
    indices = digits.indices(split)
    maps = digits_network.activations(digits.scaled(indices))[layer_id][2]
    largest = maps.max(axis=(0, 1))
    order = np.argsort(-largest, kind="stable")[:7]
    np.testing.assert_allclose([one.value for one in found.images], largest[order], rtol=1e-4)
    for one in found.images:
        assert one.index == indices[one.position]
        assert maps[one.row, one.column, one.position] == pytest.approx(one.value, rel=1e-4)
    assert found.seen == len(indices)
    assert found.excited == np.count_nonzero(largest > 0)
    assert [one.value for one in found.images] == sorted((one.value for one in found.images), reverse=True)


def test_equal_images_come_in_their_order_and_fewer_than_asked_for_is_no_problem(digits):
    same = dataclasses.replace(digits, images=np.repeat(digits.images[:1], len(digits), axis=0))
    network = build(bundled_design("digits-cnn"), np.random.default_rng(0))
    output = output_of(network, network.spec.layers[0].id)
    output.images_at_once = 10
    assert [one.position for one in top_images(output, same, Split.TEST, count=4).images] == [0, 1, 2, 3]
    few = top_images(output, same, Split.TEST, count=100_000)
    assert len(few.images) == few.seen == len(same.indices(Split.TEST))
    with pytest.raises(DataError, match="At least 1"):
        top_images(output, same, Split.TEST, count=0)


def test_numbers_that_are_not_finite_are_passed_over(digits):
    network = build(bundled_design("digits-cnn"), np.random.default_rng(0))
    name = f"{network.spec.layers[0].id}/bias"
    broken = dict(network.arrays) | {name: np.full_like(network.arrays[name], np.nan)}
    output = UnitOutput(network.spec, broken, network.spec.layers[0].id, 0)
    found = top_images(output, digits, Split.TEST)
    assert found.images == ()
    assert found.excited == 0


def test_the_box_is_where_the_pattern_lies_and_nothing_outside_it_matters():
    network, image = planted_network(np.float64), planted_image(np.float64)
    output = output_of(network, "square")
    answer = output.of(image[..., None])[..., 0]
    row, column = np.unravel_index(np.argmax(answer), answer.shape)
    box = output.seen_from(int(row), int(column))
    assert box == Box(SQUARE[0].start, SQUARE[1].start, SQUARE[0].stop, SQUARE[1].stop)
    changed = np.random.default_rng(0).uniform(0, 1, image.shape)
    inside = (slice(None), slice(box.top, box.bottom), slice(box.left, box.right))
    changed[inside] = image[inside]
    assert output.of(changed[..., None])[row, column, 0] == pytest.approx(answer[row, column])


def test_a_box_ends_at_the_image():
    layers = (Residual(layers=(Conv2D(id="wide", kernel_size=(5, 5), padding="same"),)),)
    network = network_of(layers, channels=32)
    output = output_of(network, "wide")
    assert output.seen_from(0, 5) == Box(0, 3, 3, 6)


@pytest.mark.parametrize("layer_id", ["inner", "block"])
def test_climbing_excites_the_filter_and_the_seed_decides(layer_id):
    network = network_of(DEEP, np.float32)
    output = output_of(network, layer_id, 2)
    settings = Maximisation(steps=40, jitter=2, seed=7)
    first, again = maximise(output, settings), maximise(output, settings)
    np.testing.assert_array_equal(first.image, again.image)
    assert first.values[-1] > first.values[0]
    assert first.image.shape == (2, 6, 6)
    assert first.image.min() >= 0
    assert first.image.max() <= 1
    other = maximise(output, dataclasses.replace(settings, seed=8))
    assert not np.array_equal(first.image, other.image)


def test_what_a_bright_square_is_looked_for_by_becomes_bright():
    made = maximise(output_of(planted_network(), "square"), Maximisation(steps=60, decay=0.0))
    assert made.image.mean() > 0.95
    assert made.values[-1] == pytest.approx(1.5, abs=0.1)


def test_smoothing_takes_the_checks_out():
    network = network_of(
        (Conv2D(id="checks", filters=1, kernel_size=(2, 2)),), np.float32, channels=1, size=12
    )
    network.put({"checks/weight": np.array([[[[1, -1], [-1, 1]]]], np.float32)})

    def roughness(smoothing):
        settings = Maximisation(steps=60, smoothing=smoothing)
        image = maximise(output_of(network, "checks"), settings).image[0]
        return float(np.abs(np.diff(image, axis=1)).mean())

    assert roughness(1.0) < 0.5 * roughness(0.25) < 0.5 * roughness(0.0)


def test_a_filter_that_nothing_excites_leaves_the_noise_to_decay():
    made = maximise(output_of(planted_network(), "square", 1), Maximisation(steps=100, decay=0.1))
    np.testing.assert_allclose(made.image, 0.5, atol=0.01)


def test_climbing_can_be_broken_off_and_its_settings_are_checked():
    output = output_of(planted_network(), "square")
    heard = []

    def tell(done, total):
        heard.append((done, total))
        if done == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        maximise(output, Maximisation(steps=9), tell)
    assert heard == [(0, 9), (1, 9), (2, 9), (3, 9)]
    with pytest.raises(SpecError, match="Decay"):
        maximise(output, Maximisation(decay=1.5))
