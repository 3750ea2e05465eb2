"""Views of an image: every layer's numbers, true to the engine, as far as the design can be computed."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.engine.build import build
from cnnviz.errors import SpecError
from cnnviz.interpret.activations import Lens, is_signed, picture_of, view_image
from cnnviz.interpret.atlas import Scale
from cnnviz.interpret.colormaps import ColorMap
from cnnviz.spec.layers import Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU, Sigmoid, Softmax, Tanh
from cnnviz.spec.network import InputSpec, NetworkSpec

LAYERS = (Conv2D(filters=4), ReLU(), MaxPool2D(), Flatten(), Dense(units=5))


def design(*layers, channels=1):
    return NetworkSpec(name="", input=InputSpec(height=8, width=8, channels=channels), layers=layers)


@pytest.fixture
def image():
    return np.random.default_rng(0).random((1, 8, 8), np.float32)


def network_of(spec):
    return build(spec, np.random.default_rng(1))


def test_a_view_holds_what_the_engine_computes(image):
    network = network_of(design(*LAYERS))
    view = view_image(network.spec, network.parameters, image, step=7, epoch=2)
    expected = network.activations(image[..., None])
    assert [layer.layer_id for layer in view.layers] == list(expected)
    for layer in view.layers:
        np.testing.assert_array_equal(layer.values, expected[layer.layer_id][..., 0])
        assert not layer.values.flags.writeable
        assert layer.values.dtype == np.float32
    assert (view.step, view.epoch) == (7, 2)
    assert view.problem is None


def test_probabilities_add_up_to_one_and_agree_with_a_final_softmax(image):
    plain, ending = design(*LAYERS), design(*LAYERS, Softmax())
    parameters = network_of(plain).parameters
    view, same = (view_image(spec, parameters, image) for spec in (plain, ending))
    assert view.probabilities.sum() == pytest.approx(1)
    np.testing.assert_allclose(view.probabilities, same.probabilities, rtol=1e-6)
    np.testing.assert_array_equal(same.probabilities, same.layers[-1].values)


def test_maps_and_rows_are_painted_in_their_own_order(image):
    network = network_of(design(*LAYERS))
    view = view_image(network.spec, network.parameters, image)
    conv, dense = view.layer("conv1"), view.layer("dense1")
    assert (conv.atlas.count, conv.atlas.tile_height, conv.atlas.tile_width) == (4, 6, 6)
    assert (dense.atlas.count, dense.atlas.tile_height) == (5, 1)
    row, column = conv.atlas.tile_origin(int(np.abs(conv.values).max(axis=(1, 2)).argmax()))
    tile = conv.atlas.pixels[row : row + 6, column : column + 6]
    assert {int(tile.min()), int(tile.max())} & {1, 255}


def test_the_scale_is_passed_on(image):
    network = network_of(design(*LAYERS))
    view = view_image(network.spec, network.parameters, image, scale=Scale.PER_MAP)
    assert view.layers[0].atlas.scale is Scale.PER_MAP


def test_values_that_can_be_below_zero_are_signed():
    spec = design(Dropout(), Conv2D(), MaxPool2D(), ReLU(), Dropout(), Tanh(), Flatten(), Sigmoid(), Dense())
    signed = [is_signed(spec, layer.id) for layer in spec.layers]
    assert signed == [False, True, True, False, False, True, True, False, True]


def test_the_image_is_gray_until_something_in_it_is_below_zero(image):
    network = network_of(design(*LAYERS))
    gray = view_image(network.spec, network.parameters, image)
    assert gray.input.atlas.color_map is ColorMap.GRAY
    assert gray.layer("relu1").atlas.color_map is ColorMap.VIRIDIS
    standardised = view_image(network.spec, network.parameters, image - 0.5)
    assert standardised.input.atlas.color_map is ColorMap.DIVERGING


def test_a_design_with_a_problem_shows_the_layers_before_it(image):
    spec = design(Conv2D(filters=4), ReLU(), Dense(units=5), Softmax())
    parameters = network_of(design(Conv2D(filters=4), ReLU())).parameters
    view = view_image(spec, parameters, image)
    assert [layer.layer_id for layer in view.layers] == ["conv1", "relu1"]
    assert view.problem.layer_id == "dense1"
    assert "Flatten" in view.problem.message
    assert view.probabilities is None
    assert view.layer("dense1") is None


def test_layers_without_weights_can_be_looked_at(image):
    view = view_image(design(MaxPool2D(), Conv2D(kernel_size=(9, 9))), {}, image)
    assert [layer.layer_id for layer in view.layers] == ["maxpool1"]
    np.testing.assert_array_equal(
        view.layers[0].values, image.reshape(1, 4, 2, 4, 2).max(axis=(2, 4)).astype(np.float32)
    )


def test_no_layers_is_a_view_of_the_image_alone(image):
    view = view_image(design(), {}, image)
    assert view.layers == ()
    assert view.probabilities is None
    np.testing.assert_array_equal(view.image, image)


def test_an_image_of_another_size_is_not_fitted_silently():
    spec = design(*LAYERS)
    view = view_image(spec, network_of(spec).parameters, np.zeros((3, 9, 8), np.float32))
    assert view.layers == ()
    assert "9×8×3" in view.problem.message
    assert "8×8×1" in view.problem.message
    assert view.probabilities is None


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda p: p.pop("dense1/weight"), "none"),
        (lambda p: p.update({"dense1/weight": np.zeros(3)}), r"\(3,\)"),
    ],
)
def test_weights_that_do_not_fit_are_refused_by_name(image, spoil, told):
    network = network_of(design(*LAYERS))
    parameters = dict(network.parameters)
    spoil(parameters)
    with pytest.raises(SpecError, match=f"dense1/weight.*{told}"):
        view_image(network.spec, parameters, image)


def test_diverged_weights_are_shown_not_refused(image):
    network = network_of(design(*LAYERS))
    broken = {name: np.full_like(array, np.inf) for name, array in network.parameters.items()}
    view = view_image(network.spec, broken, image)
    assert not np.isfinite(view.layers[0].values).all()
    assert (view.layers[0].atlas.pixels == 0).all()


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_a_picture_shows_gray_colour_or_the_first_channel(channels):
    image = np.linspace(0, 1, channels * 4, dtype=np.float32).reshape(channels, 2, 2)
    picture = picture_of(image)
    assert picture.shape == (2, 2, 3)
    last = image[2] if channels == 3 else image[0]
    np.testing.assert_array_equal(picture[..., 2], np.rint(last * 255))
    assert not picture.flags.writeable


def test_one_unit_with_a_sigmoid_gives_two_probabilities():
    layers = (Flatten(), Dense(units=1), Sigmoid())
    spec = NetworkSpec(name="", input=InputSpec(height=4, width=4, channels=1), layers=layers)
    view = view_image(spec, network_of(spec).parameters, np.ones((1, 4, 4), np.float32))
    (probability,) = view.layers[-1].values
    np.testing.assert_allclose(view.probabilities, [1 - probability, probability])
    assert 0 < probability < 1


def test_a_lens_shows_what_a_fresh_look_does(image):
    """Whatever changes between two looks: the weights, their numbers, the image, the design, its problem."""
    lens = Lens()
    plain, broken = design(*LAYERS), design(*LAYERS[:4], Conv2D())
    network, other = network_of(plain), build(plain, np.random.default_rng(5))
    for spec, weights, pixels in (
        (plain, network.parameters, image),
        (plain, network.parameters, 1 - image),
        (plain, other.parameters, image),
        (broken, other.parameters, image),
        (plain, other.parameters, np.zeros((1, 9, 8), np.float32)),
        (plain, other.parameters, image),
    ):
        view, fresh = view_image(spec, weights, pixels, lens=lens), view_image(spec, weights, pixels)
        assert view.problem == fresh.problem
        for layer, expected in zip(view.layers, fresh.layers, strict=True):
            np.testing.assert_array_equal(layer.values, expected.values)
        other.parameters["conv1/weight"][:] *= 2


def test_a_lens_leaves_the_views_of_before_alone(image):
    lens, network = Lens(), network_of(design(*LAYERS))
    first = view_image(network.spec, network.parameters, image, lens=lens)
    kept = [layer.values.copy() for layer in first.layers]
    view_image(network.spec, network.parameters, 1 - image, lens=lens)
    for layer, values in zip(first.layers, kept, strict=True):
        np.testing.assert_array_equal(layer.values, values)


def test_all_layers_can_share_one_scale() -> None:
    spec = NetworkSpec(
        name="",
        input=InputSpec(height=6, width=6, channels=1),
        layers=(Conv2D(filters=2), ReLU(), Flatten(), Dense(units=3)),
    )
    network = build(spec, np.random.default_rng(0))
    image = np.random.default_rng(1).random((1, 6, 6)).astype(np.float32)
    view = view_image(network.spec, network.parameters, image, scale=Scale.PER_NETWORK)
    largest = max(float(np.abs(layer.values).max()) for layer in view.layers)
    assert [(layer.atlas.low, layer.atlas.high) for layer in view.layers] == [
        (-largest if layer.signed else 0.0, largest) for layer in view.layers
    ]
    assert {layer.atlas.scale for layer in view.layers} == {Scale.PER_NETWORK}
    assert view.input.atlas.scale is Scale.PER_LAYER


def test_a_lens_sees_another_image_scale_or_units(image) -> None:
    network, lens, other = network_of(design(*LAYERS)), Lens(), 1 - image
    for pixels, units, scale in (
        (image, None, Scale.PER_LAYER),
        (image, None, Scale.PER_LAYER),
        (other, None, Scale.PER_LAYER),
        (other, image, Scale.PER_LAYER),
        (other, image, Scale.PER_MAP),
    ):
        look = {"units": units, "scale": scale}
        seen = view_image(network.spec, network.parameters, pixels, lens=lens, **look)
        alone = view_image(network.spec, network.parameters, pixels, **look)
        np.testing.assert_array_equal(seen.image, pixels)
        np.testing.assert_array_equal(seen.picture, alone.picture)
        np.testing.assert_array_equal(seen.input.atlas.pixels, alone.input.atlas.pixels)
        assert seen.input.atlas.scale is scale
