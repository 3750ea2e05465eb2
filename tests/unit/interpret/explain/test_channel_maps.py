"""What each channel adds to a map: with the bias it is the engine's own map, and at a place the sum there."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.interpret.explain import channel_maps as module
from cnnviz.interpret.explain.channel_maps import channel_maps, why_no_maps
from cnnviz.interpret.explain.explain import explain
from cnnviz.interpret.explain.place import ExplainError, Unit
from cnnviz.spec.layers import Conv2D, ReLU, Residual
from tests.helpers.looks import design_of, look_of

KINDS = {
    "plain": Conv2D(filters=4),
    "same": Conv2D(filters=4, padding="same"),
    "strides": Conv2D(filters=4, kernel_size=(2, 3), stride=(2, 1), padding=(1, 0, 2, 1)),
    "dilation": Conv2D(filters=4, dilation=(2, 1), padding="same"),
    "groups": Conv2D(filters=4, groups=2, padding="same"),
    "depthwise without bias": Conv2D(filters=2, groups=2, use_bias=False),
}


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def look(request):
    return look_of(design_of(request.param, ReLU()))


def test_all_channels_and_the_bias_make_the_map_of_the_engine(look):
    values = look.values("conv1")
    for index in range(len(values)):
        found = channel_maps(look, "conv1", index)
        assert found.maps.shape == (len(found.kernels), *values.shape[1:])
        np.testing.assert_allclose(found.maps.sum(axis=0) + (found.bias or 0.0), values[index], atol=1e-5)


def test_at_every_place_they_are_the_sums_of_the_number_there(look):
    last = len(look.values("conv1")) - 1
    found = channel_maps(look, "conv1", last)
    for row, column in ((0, 0), (1, 2), (look.values("conv1").shape[1] - 1, 0)):
        how = explain(look, Unit("conv1", last, row, column)).how
        np.testing.assert_allclose(found.maps[:, row, column], how.sums, atol=1e-12)
        np.testing.assert_array_equal(found.kernels, how.kernel)
        assert found.first_channel == how.first_channel


def test_what_has_no_such_maps_is_refused_with_the_reason(monkeypatch):
    look = look_of(
        design_of(Conv2D(filters=2), ReLU(), Residual(layers=(Conv2D(filters=2, padding="same"),)))
    )
    assert why_no_maps(look, "conv1") == why_no_maps(look, "conv2") == ""
    for layer_id in ("relu1", "residual1", ""):
        assert "Only a convolution" in why_no_maps(look, layer_id)
    with pytest.raises(ExplainError, match="Only a convolution"):
        channel_maps(look, "relu1", 0)
    monkeypatch.setattr(module, "MOST_PRODUCTS", 359)
    rows, columns = look.values("conv1").shape[1:]
    assert rows * columns * 18 == 360
    assert why_no_maps(look, "conv1") == "These would be 360 products; at most 359 are computed at once."


def test_maps_that_would_fill_the_memory_are_refused_however_small_the_kernel(monkeypatch):
    look = look_of(design_of(Conv2D(filters=1, kernel_size=(1, 1)), channels=3))
    monkeypatch.setattr(module, "MOST_NUMBERS", 125)
    assert (
        why_no_maps(look, "conv1") == "These would be maps of 126 numbers; at most 125 are computed at once."
    )
    monkeypatch.setattr(module, "MOST_NUMBERS", 126)
    assert why_no_maps(look, "conv1") == ""
