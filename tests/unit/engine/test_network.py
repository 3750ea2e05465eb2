from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from cnnviz.engine.build import build
from cnnviz.engine.losses import softmax_cross_entropy
from cnnviz.engine.network import Network, first_non_finite, scores_to_probabilities
from cnnviz.engine.noise import Noise
from cnnviz.engine.optimizers import make_optimizer
from cnnviz.engine.workspace import Workspace
from cnnviz.errors import SpecError
from cnnviz.spec.layers import (
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPool2D,
    ReLU,
    Residual,
    Softmax,
    Tanh,
)
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.shapes import parameter_shapes, state_shapes
from cnnviz.spec.trace import trace
from cnnviz.spec.training import Adam
from tests.helpers.gradients import numeric_gradient, relative_error
from tests.helpers.random_designs import random_designs


def small_spec(*extra):
    layers = (
        Conv2D(filters=3, padding="same"),
        ReLU(),
        MaxPool2D(),
        Conv2D(filters=4),
        Tanh(),
        AvgPool2D(pool_size=(2, 2), stride=(1, 1)),
        *extra,
        Flatten(),
        Dense(units=6),
        ReLU(),
        Dense(units=3),
        Softmax(),
    )
    return NetworkSpec(name="small", input=InputSpec(height=9, width=8, channels=2), layers=layers)


def images(spec, count, dtype=np.float32, seed=0):
    size = (spec.input.channels, spec.input.height, spec.input.width, count)
    return np.random.default_rng(seed).standard_normal(size).astype(dtype)


def engine_shape(shape, count):
    """Return a shape of the design as the engine orders the axes."""
    return (shape[2], shape[0], shape[1], count) if len(shape) == 3 else (shape[0], count)


@given(random_designs(dropout=True))
@settings(max_examples=60, deadline=None)
def test_shapes_are_those_of_the_arithmetic(spec):
    network = build(spec, np.random.default_rng(0))
    outputs = network.activations(images(spec, 3))
    records = list(trace(spec).walk())
    assert {record.layer.id for record in records} == set(outputs)
    for record in records:
        assert outputs[record.layer.id].shape == engine_shape(record.output_shape, 3)
        for name, shape in parameter_shapes(record.layer, record.input_shape).items():
            assert network.parameters[f"{record.layer.id}/{name}"].shape == shape
        for name, shape in state_shapes(record.layer, record.input_shape).items():
            assert network.states[f"{record.layer.id}/{name}"].shape == shape
    assert sum(array.size for array in network.parameters.values()) == trace(spec).parameters


@given(random_designs(dropout=True))
@settings(max_examples=60, deadline=None)
def test_watching_changes_nothing(spec):
    """The fast way of computing and the one whose every output is seen give the same numbers."""
    network = build(spec, np.random.default_rng(0), np.float64)
    x, labels = images(spec, 5, np.float64), np.array([0, 1, 2, 3, 0])
    seen = {}
    results = []
    for taps in (None, seen.__setitem__):
        scores, backward = network.record(x, training=True, noise=Noise(7), taps=taps)
        gradients = backward(softmax_cross_entropy(scores, labels)[1], input_gradient=True)
        results.append((scores, gradients))
    (fast_scores, fast), (scores, watched) = results
    np.testing.assert_allclose(fast_scores, scores, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(fast.input, watched.input, rtol=1e-10, atol=1e-14)
    assert set(fast.parameters) == set(watched.parameters) == set(network.parameters)
    for name, gradient in fast.parameters.items():
        np.testing.assert_allclose(gradient, watched.parameters[name], rtol=1e-10, atol=1e-14)
    assert [name for name in seen if spec.parent_of(name) is None] == [layer.id for layer in spec.layers]
    assert set(seen) == {layer.id for layer in spec.walk()}


def test_gradients_of_a_whole_network_equal_central_differences():
    spec = small_spec()
    network = build(spec, np.random.default_rng(0), np.float64)
    x, labels = images(spec, 3, np.float64), np.array([0, 2, 1])
    scores, backward = network.record(x)
    gradients = backward(softmax_cross_entropy(scores, labels)[1], input_gradient=True)

    def loss():
        return softmax_cross_entropy(network.forward(x), labels)[0]

    for name, gradient in gradients.parameters.items():
        assert relative_error(gradient, numeric_gradient(loss, network.parameters[name])) < 1e-5, name
    assert relative_error(gradients.input, numeric_gradient(loss, x)) < 1e-5


def test_float32_equals_float64():
    spec = small_spec()
    narrow = build(spec, np.random.default_rng(0))
    wide = build(spec, np.random.default_rng(0), np.float64)
    x = images(spec, 4, np.float64)
    scores = narrow.forward(x.astype(np.float32))
    assert scores.dtype == np.float32
    assert relative_error(scores, wide.forward(x)) < 1e-5


def test_activations_do_not_share_memory_with_each_other_where_they_differ():
    spec = small_spec()
    network = build(spec, np.random.default_rng(0))
    x = images(spec, 2)
    outputs = network.activations(x)
    assert (outputs["conv1"] < 0).any()
    assert (outputs["relu1"] == np.maximum(outputs["conv1"], 0)).all()
    np.testing.assert_allclose(outputs["softmax1"].sum(axis=0), 1, rtol=1e-6)
    np.testing.assert_allclose(outputs["dense2"], network.forward(x), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(outputs["softmax1"], scores_to_probabilities(outputs["dense2"]))


def test_a_tap_may_look_at_every_layer_and_the_input_stays_as_it_was():
    spec = small_spec()
    network = build(spec, np.random.default_rng(0))
    x = images(spec, 2)
    before = x.copy()
    scores, backward = network.record(x, workspace=Workspace())
    backward(np.ones_like(scores), input_gradient=True)
    np.testing.assert_array_equal(x, before)


def test_results_without_a_workspace_belong_to_the_caller():
    spec = small_spec()
    network = build(spec, np.random.default_rng(0))
    first = network.forward(images(spec, 2))
    kept = first.copy()
    network.forward(images(spec, 2, seed=1))
    np.testing.assert_array_equal(first, kept)


def test_dropout_works_while_training_only():
    spec = small_spec(Dropout(rate=0.5))
    network = build(spec, np.random.default_rng(0))
    x = images(spec, 4)
    np.testing.assert_array_equal(network.forward(x), network.forward(x))
    noisy = [network.forward(x, training=True, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(noisy[0], noisy[1])
    assert not np.array_equal(noisy[0], noisy[2])


def test_the_way_back_does_not_change_the_gradient_it_is_given():
    spec = small_spec()
    scores, backward = build(spec, np.random.default_rng(0)).record(images(spec, 2))
    upstream = np.ones_like(scores)
    gradients = backward(upstream)
    assert gradients.input is None
    np.testing.assert_array_equal(upstream, 1)


def test_a_design_with_a_problem_is_refused_by_its_first():
    spec = NetworkSpec(name="bad", input=InputSpec(), layers=(Conv2D(kernel_size=(9, 9)), Dense()))
    with pytest.raises(SpecError, match="A window 9 high does not fit"):
        build(spec, np.random.default_rng(0))
    with pytest.raises(SpecError, match="A window 9 high does not fit"):
        Network.with_parameters(spec, {})


@pytest.mark.parametrize("shape", [(2, 9, 8), (2, 8, 9, 1), (9, 8, 2, 1), (2, 9, 8, 0)])
def test_images_of_another_shape_are_refused(shape):
    network = build(small_spec(), np.random.default_rng(0))
    with pytest.raises(SpecError, match=r"\(2, 9, 8, 1 or more\); received"):
        network.forward(np.zeros(shape, np.float32))


def test_snapshot_is_read_only_and_load_brings_it_back():
    network = build(small_spec(), np.random.default_rng(0))
    snapshot = network.snapshot()
    with pytest.raises(ValueError, match="read-only"):
        snapshot["conv1/weight"][:] = 0
    array = network.parameters["conv1/weight"]
    array[:] = 0
    network.load(snapshot)
    assert network.parameters["conv1/weight"] is array
    np.testing.assert_array_equal(array, snapshot["conv1/weight"])


def test_a_twin_goes_its_own_way_and_with_parameters_shares():
    spec = small_spec()
    network = build(spec, np.random.default_rng(0))
    x = images(spec, 2)
    before = network.forward(x)
    twin, view = network.twin(), Network.with_parameters(spec, network.snapshot())
    network.parameters["dense2/bias"][:] += 1
    np.testing.assert_array_equal(twin.forward(x), before)
    np.testing.assert_array_equal(view.forward(x), before)
    assert not np.array_equal(network.forward(x), before)


def _without(arrays, name):
    return {key: array for key, array in arrays.items() if key != name}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: _without(p, "conv2/bias"), '"bias" of layer "conv2" is missing'),
        (lambda p: {**p, "conv9/bias": p["conv2/bias"]}, 'no parameter "bias" of layer "conv9"'),
        (
            lambda p: {**p, "dense1/bias": np.zeros(7, np.float32)},
            r'"dense1" must have the shape \(6,\); received',
        ),
        (
            lambda p: {**p, "dense1/bias": np.zeros(6, np.int32)},
            '"dense1" must be of type float32; received int32',
        ),
        (
            lambda p: {**p, "dense1/bias": np.full(6, np.inf, np.float32)},
            '"bias" of layer "dense1" holds numbers',
        ),
    ],
)
def test_parameters_that_do_not_fit_are_refused_by_name(change, message):
    network = build(small_spec(), np.random.default_rng(0))
    before = network.snapshot()
    wrong = change(dict(before))
    with pytest.raises(SpecError, match=message):
        network.load(wrong)
    with pytest.raises(SpecError, match=message):
        Network.with_parameters(network.spec, wrong)
    for name, array in before.items():
        np.testing.assert_array_equal(network.parameters[name], array)


def test_the_first_layer_with_a_number_that_is_not_finite_is_found():
    spec = small_spec()
    network = build(spec, np.random.default_rng(0))
    assert first_non_finite(network, images(spec, 2)) is None
    network.parameters["conv2/weight"][0, 0, 0, 0] = np.nan
    assert first_non_finite(network, images(spec, 2)) == "conv2"
    broken = images(spec, 2)
    broken[0, 4, 4, 1] = np.inf
    assert first_non_finite(network, broken) == "conv1"


def test_among_many_images_the_first_layer_of_all_is_found():
    """Image 70 breaks the first layer, image 3 only the second: too large for it, but not for the first."""
    spec = small_spec()
    network = build(spec, np.random.default_rng(0))
    network.parameters["conv2/weight"][:] = 1e20
    many = np.zeros((*images(spec, 1).shape[:3], 80), np.float32)
    many[..., 3] = 1e20
    assert first_non_finite(network, many) == "conv2"
    many[0, 4, 4, 70] = np.inf
    assert first_non_finite(network, many) == "conv1"
    assert first_non_finite(network, many, training=True) == "conv1"


def block_spec():
    body = (Conv2D(filters=4, padding="same", stride=(2, 2)), BatchNorm(), ReLU())
    layers = (
        Residual(layers=body),
        Residual(layers=(BatchNorm(), Tanh())),
        Flatten(),
        Dense(units=3),
        Softmax(),
    )
    return NetworkSpec(name="blocks", input=InputSpec(height=5, width=4, channels=2), layers=layers)


@pytest.mark.parametrize("training", [True, False])
def test_gradients_of_blocks_and_norms_equal_central_differences(training):
    spec = block_spec()
    network = build(spec, np.random.default_rng(0), np.float64)
    x, labels = images(spec, 4, np.float64), np.array([0, 2, 1, 1])
    scores, backward = network.record(x, training=training)
    gradients = backward(softmax_cross_entropy(scores, labels)[1], input_gradient=True)

    def loss():
        return softmax_cross_entropy(network.forward(x, training=training), labels)[0]

    assert set(gradients.parameters) == set(network.parameters)
    for name, gradient in gradients.parameters.items():
        numeric = numeric_gradient(loss, network.parameters[name])
        assert relative_error(gradient, numeric, least=1e-2) < 1e-5, name
    assert relative_error(gradients.input, numeric_gradient(loss, x)) < 1e-5


def test_the_gradient_of_every_output_can_be_watched():
    """By its definition: what the loss changes when a number of this output is changed."""
    spec = small_spec()
    network = build(spec, np.random.default_rng(0), np.float64)
    x, labels = images(spec, 2, np.float64), np.array([0, 2])
    outputs, seen = {}, {}
    scores, backward = network.record(x, taps=lambda name, y: outputs.update({name: y.copy()}))
    upstream = softmax_cross_entropy(scores, labels)[1]
    watched = backward(upstream, taps=lambda name, dy: seen.update({name: dy.copy()}))
    assert list(seen) == [layer.id for layer in reversed(spec.layers[:-1])]
    assert all(seen[name].shape == outputs[name].shape for name in seen)
    np.testing.assert_array_equal(seen["dense2"], upstream)
    np.testing.assert_allclose(seen["relu2"], network.parameters["dense2/weight"].T @ upstream)
    np.testing.assert_allclose(seen["dense1"], seen["relu2"] * (outputs["dense1"] > 0))
    np.testing.assert_allclose(seen["conv1"], seen["relu1"] * (outputs["conv1"] > 0))
    plain = network.record(x)[1](upstream)
    for name, gradient in plain.parameters.items():
        np.testing.assert_allclose(watched.parameters[name], gradient, rtol=1e-10, atol=1e-14)


def test_outputs_and_gradients_inside_a_block_are_watched_too():
    spec = block_spec()
    network = build(spec, np.random.default_rng(0))
    outputs, seen = {}, []
    scores, backward = network.record(images(spec, 3), training=True, taps=outputs.__setitem__)
    backward(np.ones_like(scores), taps=lambda name, _: seen.append(name))
    assert set(outputs) == {layer.id for layer in spec.walk()}
    assert set(seen) == set(outputs) - {"softmax1"}


def test_running_statistics_belong_to_the_network_but_are_not_learned():
    network = build(block_spec(), np.random.default_rng(0))
    assert set(network.states) == {
        f"batchnorm{number}/{name}" for number in (1, 2) for name in ("running_mean", "running_var")
    }
    assert not set(network.states) & set(network.parameters)
    snapshot = network.snapshot()
    assert set(snapshot) == set(network.arrays) == set(network.parameters) | set(network.states)
    twin = network.twin()
    twin.states["batchnorm1/running_mean"][:] = 7
    assert (network.states["batchnorm1/running_mean"] == 0).all()
    twin.load(snapshot)
    assert (twin.states["batchnorm1/running_mean"] == 0).all()
    view = Network.with_parameters(network.spec, snapshot)
    x = images(network.spec, 2)
    np.testing.assert_array_equal(view.forward(x), network.forward(x))
    with pytest.raises(SpecError, match='"running_var" of layer "batchnorm2" is missing'):
        twin.load(_without(snapshot, "batchnorm2/running_var"))


def test_some_arrays_are_put_in_the_place_of_others():
    network = build(small_spec(), np.random.default_rng(0))
    before = network.snapshot()
    network.put({"conv1/bias": np.full(3, 5, np.float32)})
    assert (network.parameters["conv1/bias"] == 5).all()
    np.testing.assert_array_equal(network.parameters["conv1/weight"], before["conv1/weight"])
    with pytest.raises(SpecError, match='"bias" of layer "dense1" must have the shape'):
        network.put({"conv1/bias": np.zeros(3, np.float32), "dense1/bias": np.zeros(7, np.float32)})
    assert (network.parameters["conv1/bias"] == 5).all()


def test_frozen_parameters_stay_as_they_are():
    network = build(small_spec(), np.random.default_rng(0))
    frozen = {"conv1/weight", "dense2/bias"}
    network.freeze(frozen)
    assert network.frozen == frozen
    before = network.snapshot()
    optimizer = make_optimizer(Adam(learning_rate=0.1), network.parameters, network.frozen)
    x, labels = images(network.spec, 4), np.array([0, 1, 2, 0])
    for _ in range(3):
        scores, backward = network.record(x)
        optimizer.step(backward(softmax_cross_entropy(scores, labels)[1]).parameters)
    for name, array in network.parameters.items():
        assert np.array_equal(array, before[name]) == (name in frozen), name
    assert network.twin().frozen == frozen


def test_what_cannot_be_frozen_is_refused():
    network = build(small_spec(), np.random.default_rng(0))
    with pytest.raises(SpecError, match='no parameter "bias" of layer "conv9"'):
        network.freeze(["conv9/bias"])
    with pytest.raises(SpecError, match="Every parameter is frozen"):
        network.freeze(network.parameters)
    assert network.frozen == frozenset()
