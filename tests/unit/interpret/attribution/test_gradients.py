"""What flows back to the image: against finite differences, sums, and naive twins."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.errors import DataError, SpecError
from cnnviz.interpret.attribution.explain import explain
from cnnviz.interpret.attribution.gradients import image_gradient, integrated_gradients, smooth_grad
from cnnviz.interpret.attribution.methods import (
    Deconvolution,
    GuidedBackpropagation,
    IntegratedGradients,
    Saliency,
    SmoothGrad,
)
from cnnviz.interpret.attribution.score import ClassScore, ReluRule, class_count, images_at_once
from cnnviz.spec.layers import Conv2D, Dense, Flatten, Sigmoid, Softmax
from cnnviz.spec.network import InputSpec, NetworkSpec
from tests.helpers.designs import bundled_design
from tests.helpers.gradients import numeric_gradient, relative_error
from tests.helpers.naive_attribution import rectified_back
from tests.unit.interpret.attribution.conftest import DEEP, PLAIN, network_of

RULES = {ReluRule.GRADIENT: "gradient", ReluRule.GUIDED: "guided", ReluRule.DECONVOLUTION: "deconvolution"}


def without_end(network):
    layers = network.spec.layers
    return layers[:-1] if isinstance(layers[-1], Softmax) else layers


@pytest.mark.parametrize("class_index", [0, 2])
def test_the_gradient_is_that_of_finite_differences(network, image, class_index):
    score = ClassScore(network, class_index)
    value, gradient = image_gradient(score, image)
    point = image.copy()
    expected = numeric_gradient(lambda: float(network.forward(point[..., None])[class_index, 0]), point)
    assert value == pytest.approx(float(network.forward(image[..., None])[class_index, 0]), abs=1e-12)
    assert relative_error(gradient, expected) < 1e-7


@pytest.mark.parametrize("rule", list(ReluRule))
@pytest.mark.parametrize("layers", [PLAIN, DEEP], ids=["plain", "residual"])
def test_each_rule_of_relu_is_that_of_its_paper(layers, rule, image):
    network = network_of(layers)
    _, received = image_gradient(ClassScore(network, 1, rule), image)
    start = np.array([0.0, 1.0, 0.0])
    expected = rectified_back(without_end(network), network.arrays, image, start, RULES[rule])
    assert relative_error(received, expected) < 1e-7


def test_the_rules_differ_and_a_pass_by_one_leaves_the_next_alone(image):
    network = network_of(PLAIN)
    pictures = [image_gradient(ClassScore(network, 1, rule), image)[1] for rule in ReluRule]
    again = image_gradient(ClassScore(network, 1), image)[1]
    np.testing.assert_array_equal(pictures[0], again)
    for first, second in ((0, 1), (1, 2), (0, 2)):
        assert not np.allclose(pictures[first], pictures[second])


@pytest.mark.parametrize("baseline", ["black", "gray", "white", "mean"])
def test_integrated_gradients_add_up(network, image, baseline):
    score = ClassScore(network, 1)
    shares, few = integrated_gradients(score, image, IntegratedGradients(steps=4, baseline=baseline))
    _, many = integrated_gradients(score, image, IntegratedGradients(steps=2000, baseline=baseline))
    plain = {"black": 0.0, "gray": 0.5, "white": 1.0, "mean": image.mean(axis=(1, 2), keepdims=True)}
    nothing = np.broadcast_to(plain[baseline], image.shape).copy()
    assert many.baseline_score == pytest.approx(float(network.forward(nothing[..., None])[1, 0]))
    assert few.total == pytest.approx(float(shares.sum()))
    assert many.error == pytest.approx(0, abs=2e-3)
    assert many.relative_error == pytest.approx(abs(many.error / many.expected))
    assert abs(many.error) <= abs(few.error)


def test_of_a_linear_network_integrated_gradients_are_exact_with_one_step(image):
    network = network_of((Conv2D(filters=2), Flatten(), Dense(units=3)))
    shares, completeness = integrated_gradients(ClassScore(network, 0), image, IntegratedGradients(steps=1))
    _, gradient = image_gradient(ClassScore(network, 0), image)
    np.testing.assert_allclose(shares, image * gradient, atol=1e-12)
    assert completeness.error == pytest.approx(0, abs=1e-12)


def test_smooth_grad_is_the_mean_over_noisy_copies_however_they_are_batched(network, image):
    settings = SmoothGrad(samples=7, noise=0.3, seed=4)
    score = ClassScore(network, 2)
    value, smooth = smooth_grad(score, image, settings)
    rng = np.random.default_rng(4)
    noisy = [image + rng.standard_normal(image.shape) * 0.3 * np.ptp(image) for _ in range(7)]
    expected = np.mean([image_gradient(score, copy)[1] for copy in noisy], axis=0)
    np.testing.assert_allclose(smooth, expected, rtol=1e-9, atol=1e-12)
    assert value == pytest.approx(image_gradient(score, image)[0])
    score.images_at_once = 2
    np.testing.assert_allclose(smooth_grad(score, image, settings)[1], smooth, rtol=1e-9, atol=1e-12)
    assert not np.allclose(smooth_grad(score, image, SmoothGrad(samples=7, noise=0.3, seed=5))[1], smooth)


def test_without_noise_smooth_grad_is_the_gradient(network, image):
    score = ClassScore(network, 0)
    smooth = smooth_grad(score, image, SmoothGrad(samples=3, noise=0.0))[1]
    np.testing.assert_allclose(smooth, image_gradient(score, image)[1], rtol=1e-9, atol=1e-12)


def test_saliency_is_the_largest_size_over_the_channels_and_the_others_keep_their_sign(image):
    network = network_of(PLAIN)
    gradient = image_gradient(ClassScore(network, 1), image)[1]
    saliency = explain(network, image, 1, Saliency())
    np.testing.assert_allclose(saliency.map, np.abs(gradient).max(axis=0), rtol=1e-6)
    assert not saliency.signed
    for method in (GuidedBackpropagation(), Deconvolution(), IntegratedGradients(steps=3)):
        found = explain(network, image, 1, method)
        np.testing.assert_allclose(found.map, found.values.sum(axis=0), rtol=1e-4, atol=1e-6)
        assert found.signed
        assert found.map.min() < 0 < found.map.max()
    assert found.completeness is not None
    assert not found.map.flags.writeable
    assert not found.values.flags.writeable


def test_of_one_sigmoid_unit_the_two_classes_have_opposite_scores(image):
    network = network_of((Conv2D(filters=2), Flatten(), Dense(units=1), Sigmoid()))
    low, high = (image_gradient(ClassScore(network, index), image) for index in (0, 1))
    assert low[0] == -high[0] == pytest.approx(-float(network.forward(image[..., None])[0, 0]))
    np.testing.assert_array_equal(low[1], -high[1])
    assert class_count(network.spec) == 2


@pytest.mark.parametrize("class_index", [-1, 3])
def test_a_class_that_is_not_there_is_refused(class_index):
    with pytest.raises(SpecError, match="classes 0 to 2"):
        ClassScore(network_of(PLAIN), class_index)


def test_a_design_without_scores_and_an_image_of_another_size_are_refused(image):
    volume = NetworkSpec(name="", input=InputSpec(), layers=(Conv2D(),))
    assert class_count(volume) == 0
    with pytest.raises(DataError, match="6×6×1"):
        explain(network_of(PLAIN), image[:1], 0, Saliency())
    with pytest.raises(SpecError, match="Copies"):
        explain(network_of(PLAIN), image, 0, SmoothGrad(samples=0))


def test_work_tells_how_far_it_is_and_ends_when_told(image):
    network = network_of(PLAIN)
    heard = []
    explain(network, image, 0, IntegratedGradients(steps=130), tell=lambda *far: heard.append(far))
    assert heard[-1] == (130, 130)
    assert heard == sorted(heard, key=lambda far: far[0] / far[1])

    def refuse(done, total):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        explain(network, image, 0, SmoothGrad(), tell=refuse)


def test_large_designs_are_computed_in_small_pieces():
    assert images_at_once(bundled_design("digits-cnn")) == 64
    assert images_at_once(bundled_design("alexnet")) == 1
