"""Filter views: kernels in their order, colours where the input has them."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.engine.build import build
from cnnviz.interpret.atlas import Scale
from cnnviz.interpret.filters import (
    MAX_CHANNELS_SHOWN,
    MAX_FILTERS_SHOWN,
    composite_page,
    kernel_page,
    largest_weight,
    view_all_filters,
    view_filters,
)
from cnnviz.spec.layers import Conv2D, Flatten, ReLU
from cnnviz.spec.network import InputSpec, NetworkSpec


def network(*layers, channels=1):
    spec = NetworkSpec(name="", input=InputSpec(height=8, width=8, channels=channels), layers=layers)
    return build(spec, np.random.default_rng(0))


def view_of(net, layer_id, **settings):
    return view_filters(net.spec, net.parameters, layer_id, **settings)


def test_filters_over_one_channel_are_one_tile_each():
    view = view_of(network(Conv2D(filters=6)), "conv1")
    assert view.atlas.count == 6
    assert view.atlas.columns == 3
    assert view.kernel_of(4) == (4, 0)
    assert view.composite is None


def test_filters_over_many_channels_are_one_row_of_kernels_each():
    net = network(Conv2D(filters=6), ReLU(), Conv2D(filters=3, kernel_size=(2, 2)))
    view = view_of(net, "conv2")
    assert (view.atlas.grid.rows, view.atlas.columns) == (3, 6)
    assert view.kernel_of(13) == (2, 1)
    weight = net.parameters["conv2/weight"]
    np.testing.assert_array_equal(view.weight, weight)
    row, column = view.atlas.tile_origin(13)
    tile = view.atlas.pixels[row : row + 2, column : column + 2].astype(int)
    expected = 128 + weight[2, 1] / np.abs(weight).max() * 127
    assert np.abs(tile - expected).max() <= 0.51


def test_a_huge_layer_is_cut_and_says_so():
    channels = MAX_CHANNELS_SHOWN + 1
    net = network(Conv2D(filters=MAX_FILTERS_SHOWN + 1, kernel_size=(1, 1)), channels=channels)
    view = view_of(net, "conv1")
    assert (view.filters_shown, view.channels_shown) == (MAX_FILTERS_SHOWN, MAX_CHANNELS_SHOWN)
    assert view.atlas.count == MAX_FILTERS_SHOWN * MAX_CHANNELS_SHOWN
    assert view.weight.shape == (MAX_FILTERS_SHOWN + 1, channels, 1, 1)


def test_the_first_convolution_over_colours_is_painted_in_colours():
    net = network(Conv2D(filters=4), Conv2D(filters=3), Conv2D(filters=2), channels=3)
    composite = view_of(net, "conv1").composite
    weight = net.parameters["conv1/weight"]
    assert composite.pixels.shape == (7, 7, 4)
    assert composite.grid.locate(4, 4) == (3, 0, 0)
    expected = 127.5 + 127.5 * weight[3, :, 0, 0] / np.abs(weight).max()
    assert np.abs(composite.pixels[4, 4, :3] - expected).max() <= 0.51
    assert composite.pixels[4, 4, 3] == 255
    assert not composite.pixels[3].any()
    assert view_of(net, "conv3").composite is None


def test_a_scale_per_map_gives_every_filter_its_full_colours():
    net = network(Conv2D(filters=4), channels=3)
    net.parameters["conv1/weight"][1] *= 0.01
    faint, full = (view_of(net, "conv1", scale=scale) for scale in (Scale.PER_LAYER, Scale.PER_MAP))
    assert np.ptp(faint.composite.pixels[:3, 4:7, :3]) < 10
    assert np.ptp(full.composite.pixels[:3, 4:7, :3]) > 100


def test_a_view_does_not_follow_the_weights_and_cannot_be_written():
    net = network(Conv2D(filters=2))
    view = view_of(net, "conv1")
    before = view.weight.copy()
    net.parameters["conv1/weight"][:] = 0
    np.testing.assert_array_equal(view.weight, before)
    assert not view.weight.flags.writeable
    assert not view.bias.flags.writeable


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_dead_or_diverged_filters_are_painted_too(value):
    net = network(Conv2D(filters=2), channels=3)
    net.parameters["conv1/weight"][:] = value
    view = view_of(net, "conv1")
    assert view.composite.pixels.shape == (3, 7, 4)
    assert view.atlas.pixels.shape == (7, 11)


def test_only_convolutions_with_weights_have_filters():
    net = network(Conv2D(filters=2), ReLU(), Conv2D(filters=3), Flatten())
    assert view_of(net, "relu1") is None
    assert view_filters(net.spec, {}, "conv1") is None
    assert [view.layer_id for view in view_all_filters(net.spec, net.parameters)] == ["conv1", "conv2"]


@pytest.mark.parametrize("scale", Scale)
def test_a_page_shows_any_kernels_in_any_order_on_the_scale_of_the_whole_layer(scale):
    net = network(Conv2D(filters=4), channels=5)
    view = view_of(net, "conv1", scale=scale)
    page = kernel_page(view, (3, 0), (4, 1))
    assert (page.grid.count, page.grid.columns) == (4, 2)
    assert (page.low, page.high) == (view.atlas.low, view.atlas.high)
    assert page.high == pytest.approx(np.abs(view.weight).max())
    tiles, whole = (atlas.grid.tiles(atlas.pixels) for atlas in (page, view.atlas))
    np.testing.assert_array_equal(tiles, whole[[3 * 5 + 4, 3 * 5 + 1, 0 * 5 + 4, 0 * 5 + 1]])


def test_a_page_of_filters_in_colour():
    view = view_of(network(Conv2D(filters=4), channels=3), "conv1")
    page = composite_page(view, (2, 1))
    origins = [view.composite.grid.tile_origin(tile) for tile in (2, 1)]
    whole = [view.composite.pixels[row : row + 3, column : column + 3] for row, column in origins]
    np.testing.assert_array_equal(page.pixels[:3, :3], whole[0])
    np.testing.assert_array_equal(page.pixels[:3, 4:7], whole[1])


def test_the_largest_weight_is_blind_to_numbers_that_are_not_finite():
    assert largest_weight(np.array([1, -3, 2], np.float32)) == 3
    assert largest_weight(np.array([1, -np.inf, np.nan], np.float32)) == 1
    assert largest_weight(np.zeros(0, np.float32)) == 0
