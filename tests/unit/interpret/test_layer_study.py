from __future__ import annotations

import numpy as np
import pytest

from cnnviz.engine.build import build
from cnnviz.engine.network import Network
from cnnviz.errors import SpecError
from cnnviz.interpret.layer_sample import activation_behind, look_at_layer, studied_through
from cnnviz.interpret.layer_study import MOST_ALIKE, Order, study_layer, study_sample
from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, Flatten, MaxPool2D, ReLU, Residual, Sigmoid, Tanh
from cnnviz.spec.network import InputSpec, NetworkSpec

RNG = np.random.default_rng(3)


def design(*layers) -> NetworkSpec:
    return NetworkSpec(name="study", input=InputSpec(height=9, width=7, channels=2), layers=tuple(layers))


def weights_of(spec: NetworkSpec) -> dict[str, np.ndarray]:
    return {name: array.copy() for name, array in build(spec, np.random.default_rng(0)).arrays.items()}


def outputs_one_by_one(spec: NetworkSpec, arrays, layer_id: str, images) -> np.ndarray:
    """The outputs of a layer, (F, numbers), one image at a time."""
    network = Network(spec, arrays)
    rows = [network.activations(image[..., None].astype(np.float32))[layer_id] for image in images]
    return np.concatenate([row.reshape(len(row), -1) for row in rows], axis=1).astype(np.float64)


@pytest.mark.parametrize("activation", [ReLU, Sigmoid, Tanh])
@pytest.mark.parametrize("layer_id", ["conv", "dense"])
def test_every_number_equals_that_of_a_naive_twin(activation, layer_id):
    spec = design(
        Conv2D(filters=6, kernel_size=(3, 2), id="conv"),
        activation(id="act1"),
        MaxPool2D(id="pool"),
        Flatten(id="flat"),
        Dense(units=5, id="dense"),
        activation(id="act2"),
    )
    arrays, images = weights_of(spec), RNG.normal(size=(70, 2, 9, 7)) * 4
    study = study_layer(spec, arrays, layer_id, images)
    acting = "act1" if layer_id == "conv" else "act2"
    assert (study.activation_id, study.images) == (acting, 70)
    rows = outputs_one_by_one(spec, arrays, acting, images)
    kernels = arrays[f"{layer_id}/weight"]
    np.testing.assert_allclose(study.norms, [np.sqrt((one.astype(float) ** 2).sum()) for one in kernels])
    np.testing.assert_allclose(study.activities, rows.mean(axis=1), rtol=1e-5, atol=1e-7)
    if activation is ReLU:
        np.testing.assert_allclose(study.dead_shares, (rows == 0).mean(axis=1))
        assert np.isnan(study.saturated_shares).all()
    else:
        slope = 4 * rows * (1 - rows) if activation is Sigmoid else 1 - rows**2
        np.testing.assert_allclose(study.saturated_shares, (slope < 0.05).mean(axis=1), atol=2e-4)
        assert np.isnan(study.dead_shares).all()
    assert study.weights.counts.sum() == kernels.size
    assert study.outputs.total == rows.size
    assert study.outputs.zeros == (np.count_nonzero(rows == 0) if activation is ReLU else 0)


def test_planted_filters_are_found():
    spec = design(Conv2D(filters=5, kernel_size=(3, 3), id="conv"), BatchNorm(id="norm"), ReLU(id="relu"))
    arrays = weights_of(spec)
    arrays["conv/weight"][3] = 2 * arrays["conv/weight"][1]
    arrays["norm/bias"][4] = -1000
    study = study_layer(spec, arrays, "conv", RNG.random((10, 2, 9, 7)))
    assert study.dead == (4,)
    assert study.saturated == ()
    assert [(pair.filter, pair.other) for pair in study.alike] == [(1, 3)]
    assert study.alike[0].cosine == pytest.approx(1)


def test_orders():
    spec = design(Conv2D(filters=4, kernel_size=(1, 1), use_bias=False, id="conv"), ReLU(id="relu"))
    kernels = np.array([[1, 0], [0, 3], [0.9, 0.1], [0, -2]], np.float32)
    study = study_layer(spec, {"conv/weight": kernels[..., None, None]}, "conv", np.ones((2, 2, 9, 7)))
    assert study.in_order(Order.DESIGN) == (0, 1, 2, 3)
    assert study.in_order(Order.NORM) == (1, 3, 0, 2)
    assert study.in_order(Order.ACTIVITY) == (1, 0, 2, 3)
    assert study.in_order(Order.LIKENESS) == (1, 2, 0, 3)


def test_what_stands_between_a_layer_and_its_activation():
    spec = design(
        Conv2D(id="a"), BatchNorm(id="n"), Tanh(id="t"),
        Residual(layers=(Conv2D(id="b"), ReLU(id="r"), Conv2D(id="c")), id="block"),
        Conv2D(id="d"), MaxPool2D(id="p"), ReLU(id="q"),
    )  # fmt: skip
    behind = {name: activation_behind(spec, name) for name in "abcd"}
    assert {name: layer.id if layer else None for name, layer in behind.items()} == {
        "a": "t", "b": "r", "c": None, "d": None,
    }  # fmt: skip
    through = {name: studied_through(spec, name) for name in "abcdtrnpq"}
    assert through == {name: name for name in "abcd"} | {"t": "a", "r": "b", "n": "", "p": "", "q": ""}
    assert studied_through(spec, "block") == studied_through(spec, "nowhere") == ""


def test_each_filter_knows_the_one_most_like_it():
    spec = design(Conv2D(filters=4, kernel_size=(1, 1), use_bias=False, id="conv"))
    kernels = np.array([[1, 0], [0, 3], [0.99, 0.1], [2, 0]], np.float32)
    study = study_layer(spec, {"conv/weight": kernels[..., None, None]}, "conv", np.ones((1, 2, 9, 7)))
    twins = study.twins()
    assert {index: twin.other for index, twin in twins.items()} == {0: 3, 2: 0, 3: 0}
    assert twins[2].cosine == pytest.approx(0.99 / np.hypot(0.99, 0.1))


def test_a_layer_of_equal_filters_lists_only_so_many_pairs():
    spec = design(Conv2D(filters=40, kernel_size=(1, 1), use_bias=False, id="conv"))
    weights = {"conv/weight": np.ones((40, 2, 1, 1), np.float32)}
    study = study_layer(spec, weights, "conv", np.ones((1, 2, 9, 7)))
    assert len(study.alike) == MOST_ALIKE < 40 * 39 / 2
    assert len(study.twins()) == 40


def test_the_start_is_counted_in_the_same_bins():
    spec = design(Conv2D(filters=3, id="conv"), ReLU(id="relu"), Conv2D(filters=1, id="after"))
    start, images = weights_of(spec), RNG.random((6, 2, 9, 7))
    now = {name: 3 * array for name, array in start.items()}
    samples = [look_at_layer(spec, arrays, "conv", images) for arrays in (now, start)]
    study = study_sample(*samples)
    np.testing.assert_array_equal(study.weights.edges, study.weights_at_start.edges)
    assert study.weights.edges[-1] == pytest.approx(now["conv/weight"].max())
    assert study.outputs.total == study.outputs_at_start.total
    widths = [np.count_nonzero(one.counts) for one in (study.weights, study.weights_at_start)]
    assert widths[0] > 2 * widths[1]
    assert study.outputs_at_start.zero_share == pytest.approx(study.outputs.zero_share, abs=0.01)


def test_weights_that_have_diverged_are_studied_too():
    spec = design(Conv2D(filters=3, kernel_size=(1, 1), id="conv"), ReLU(id="relu"))
    weights = weights_of(spec)
    weights["conv/weight"][1] = np.nan
    study = study_layer(spec, weights, "conv", RNG.random((2, 2, 9, 7)))
    assert study.weights.not_finite == 2
    assert np.isfinite(study.cosines).all()
    assert sorted(study.in_order(Order.LIKENESS)) == [0, 1, 2]


def test_other_layers_are_refused_and_a_study_can_be_cancelled():
    spec = design(Conv2D(id="conv"), ReLU(id="relu"))
    with pytest.raises(SpecError, match='"relu" is no Conv2D or Dense layer'):
        study_layer(spec, weights_of(spec), "relu", np.ones((1, 2, 9, 7)))
    with pytest.raises(SpecError, match='"conv" is no Conv2D or Dense layer that can be computed'):
        study_layer(spec, {}, "conv", np.ones((1, 2, 9, 7)))
    images = np.ones((3, 2, 9, 7))
    assert study_layer(spec, weights_of(spec), "conv", images, is_cancelled=lambda: True) is None


@pytest.mark.parametrize(
    "other",
    [
        NetworkSpec(
            name="other",
            input=InputSpec(height=9, width=7, channels=3),
            layers=(Conv2D(filters=4, id="conv1"), Conv2D(filters=5, id="conv2")),
        ),
        design(Conv2D(filters=6, id="conv1"), Conv2D(filters=5, id="conv2")),
    ],
    ids=["other channels", "other filters"],
)
def test_weights_of_a_design_with_equal_names_are_refused(other):
    spec = design(Conv2D(filters=4, id="conv1"), Conv2D(filters=5, id="conv2"))
    with pytest.raises(SpecError, match='"conv[12]/(weight|bias)" must have shape'):
        look_at_layer(spec, weights_of(other), "conv2", RNG.random((3, 2, 9, 7)).astype(np.float32))
