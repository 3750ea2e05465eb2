from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from cnnviz.engine.ops import whole
from cnnviz.engine.ops.conv import direct_conv2d
from cnnviz.engine.ops.whole import whole_conv2d
from cnnviz.engine.ops.whole_winograd import add_whole_winograd
from cnnviz.engine.program import Program
from cnnviz.engine.workspace import Workspace
from tests.helpers import naive_ops
from tests.helpers.gradients import relative_error
from tests.unit.engine.ops.test_winograd import convolutions


@given(convolutions())
@settings(max_examples=60, deadline=None)
def test_equals_the_loops(case):
    x, weight, bias, padding = case
    program = Program()
    y = add_whole_winograd(program, x, weight, bias, padding, Workspace().of("conv"))
    program.run()
    np.testing.assert_allclose(y, naive_ops.conv2d(x, weight, bias, (1, 1), padding), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("with_bias", [True, False])
def test_float32_equals_plain_convolution_to_rounding_there_and_back(with_bias):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((24, 17, 18, 1), dtype=np.float32)
    weight = rng.standard_normal((16, 24, 3, 3), dtype=np.float32)
    bias = rng.standard_normal(16, dtype=np.float32) if with_bias else None
    workspace = Workspace()
    for _ in range(3):
        y, backward = whole_conv2d(x, weight, bias, (1, 1), (1, 0, 1, 2), workspace.of("conv"))
        plain, plain_back = direct_conv2d(x, weight, bias, (1, 1), (1, 0, 1, 2), Workspace().of("conv"))
        assert relative_error(y, plain) < 1e-5
        dy = rng.standard_normal(y.shape, dtype=np.float32)
        received, expected = backward(dy.copy(), True), plain_back(dy.copy(), True)
        assert [each is None for each in received] == [each is None for each in expected]
        for mine, other in zip(received, expected, strict=True):
            assert other is None or relative_error(mine, other) < 1e-5
        x += 1
        weight *= 0.5


@pytest.mark.parametrize(
    ("channels", "size", "kernel", "stride", "is_taken"),
    [
        (32, 16, 3, (1, 1), True),
        (32, 12, 3, (1, 1), False),
        (32, 16, 5, (1, 1), False),
        (32, 16, 3, (1, 2), False),
        (4, 16, 3, (1, 1), False),
    ],
)
def test_it_is_taken_where_it_saves_time(channels, size, kernel, stride, is_taken, monkeypatch):
    taken = []
    monkeypatch.setattr(whole, "add_whole_winograd", lambda *_: taken.append(True))
    x = np.zeros((channels, size, size, 1), np.float32)
    weight = np.zeros((32, channels, kernel, kernel), np.float32)
    whole_conv2d(x, weight, None, stride, (1, 1, 1, 1), Workspace().of("conv"))
    assert bool(taken) == is_taken
