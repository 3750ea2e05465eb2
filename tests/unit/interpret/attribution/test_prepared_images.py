"""Explanations where the network gets other numbers than pixels from 0 to 1."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.data.preparing import prepared
from cnnviz.data.treatment import Treatment
from cnnviz.engine.build import build
from cnnviz.interpret.attribution import maximisation
from cnnviz.interpret.attribution.explain import explain
from cnnviz.interpret.attribution.gradients import plain
from cnnviz.interpret.attribution.maximisation import Maximisation, maximise
from cnnviz.interpret.attribution.methods import IntegratedGradients, Occlusion
from cnnviz.interpret.attribution.unit import UnitOutput
from cnnviz.spec.layers import Conv2D
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.preparing import RAW, Preparing
from cnnviz.training.random_state import initial_rng
from tests.helpers.runs import few_digits, noisy_design

STANDARDISED = prepared(few_digits(), Preparing(standardise=True))


def test_black_is_what_the_network_gets_of_black():
    image = STANDARDISED.scaled_image(0)
    treatment = STANDARDISED.treatment
    (mean,), (deviation,) = treatment.means, treatment.deviations
    assert plain("black", image, treatment).item() == pytest.approx(-mean / deviation, abs=1e-6)
    assert plain("white", image, treatment).item() == pytest.approx((1 - mean) / deviation, abs=1e-6)
    assert plain("black", image).item() == 0


def test_a_patch_as_the_border_of_a_digit_changes_nothing():
    network = build(noisy_design(), initial_rng(0))
    black = STANDARDISED.treatment.numbers(np.zeros((1, 8, 8), np.float32))
    found = explain(network, black, 3, Occlusion(fill="black"), treatment=STANDARDISED.treatment)
    assert np.abs(found.map).max() < 1e-5
    assert np.abs(explain(network, black, 3, Occlusion(fill="black")).map).max() > 1e-5


def test_integrated_gradients_begin_at_the_network_s_black():
    network = build(noisy_design(), initial_rng(0))
    black = STANDARDISED.treatment.numbers(np.zeros((1, 8, 8), np.float32))
    method = IntegratedGradients(baseline="black", steps=8)
    found = explain(network, black, 3, method, treatment=STANDARDISED.treatment)
    assert found.completeness is not None
    assert found.completeness.total == pytest.approx(0, abs=1e-6)


def test_the_way_uphill_is_that_of_the_pixels():
    """Of three channels whose deviations differ, each rises by another factor."""
    design = NetworkSpec(
        name="colours", input=InputSpec(height=5, width=5, channels=3), layers=(Conv2D(id="conv", filters=2),)
    )
    network = build(design, initial_rng(0))
    output = UnitOutput(design, network.arrays, "conv", 1)
    treatment = Treatment(Preparing(standardise=True), means=(0.1, 0.5, 0.9), deviations=(0.1, 0.5, 2.0))
    image = np.random.default_rng(0).random((3, 5, 5), dtype=np.float32)
    value, way = maximisation._uphill(output, image, (0, 0), treatment)
    rises = []
    for channel in range(3):
        moved = image.copy()
        moved[channel, 2, 2] += 0.5
        rises.append(maximisation._uphill(output, moved, (0, 0), treatment)[0] - value)
    steps = way[:, 2, 2]
    np.testing.assert_allclose(rises / np.linalg.norm(rises), steps / np.linalg.norm(steps), atol=1e-3)


def test_a_made_up_image_stays_in_the_range_of_pictures():
    raw = prepared(few_digits(), Preparing(scaling=RAW)).treatment
    network = build(noisy_design(), initial_rng(0))
    output = UnitOutput(network.spec, network.arrays, network.spec.layers[0].id, 0)
    made = maximise(output, Maximisation(steps=20), treatment=raw)
    assert 0 <= made.image.min() < made.image.max() <= 1
    assert made.values[-1] > made.values[0]
    reached = output.of(raw.numbers(made.image.copy())[..., None]).mean()
    assert reached == pytest.approx(made.values[-1], rel=1e-5)
