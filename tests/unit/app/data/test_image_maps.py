from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.app.data import image_maps
from cnnviz.app.data.image_maps import LayerOfNetwork, MapOfImages, MapWish
from cnnviz.data.catalog import open_dataset
from cnnviz.data.dataset import Split
from cnnviz.engine.build import build
from cnnviz.interpret.projection import principal_plane
from tests.helpers.designs import small_design
from tests.helpers.runs import few_digits

PART = Split.VALIDATION


def layer_of(layer_id: str) -> LayerOfNetwork:
    spec = small_design()
    return LayerOfNetwork(spec, build(spec, np.random.default_rng(0)).arrays, layer_id, 12, 3)


def test_the_map_by_pixels_is_the_plane_of_the_images() -> None:
    digits = few_digits()
    wish = MapWish(digits, PART)
    found = wish.meet()
    assert isinstance(found, MapOfImages)
    rows = digits.scaled(digits.indices(PART)).reshape(-1, 20).T
    expected, shares = principal_plane(rows)
    np.testing.assert_allclose(found.plane, expected, atol=1e-4)
    assert found.shares == pytest.approx(shares)
    assert found.positions.tolist() == list(range(20))


def test_the_map_by_a_layer_is_the_plane_of_what_it_makes() -> None:
    layer, digits = layer_of("dense1"), few_digits()
    wish = MapWish(digits, PART, layer)
    found = wish.meet()
    assert isinstance(found, MapOfImages)
    network = build(layer.spec, np.random.default_rng(0))
    rows = network.activations(digits.scaled(digits.indices(PART)))["dense1"].T
    np.testing.assert_allclose(found.plane, principal_plane(rows)[0], atol=1e-4)
    assert wish.share_done == 1


def test_of_many_images_some_are_drawn_by_lot_and_always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    digits = open_dataset("digits")
    monkeypatch.setattr(image_maps, "MOST_MAPPED", 50)
    first, again = MapWish(digits, Split.TRAIN).meet(), MapWish(digits, Split.TRAIN).meet()
    assert isinstance(first, MapOfImages)
    assert isinstance(again, MapOfImages)
    assert len(first.positions) == 50
    assert (np.diff(first.positions) > 0).all()
    assert first.positions.tolist() == again.positions.tolist()


def test_of_a_layer_with_very_many_numbers_fewer_images_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(image_maps, "_MOST_NUMBERS", 120 * 10)
    found = MapWish(open_dataset("digits"), Split.TRAIN, layer_of("dense1")).meet()
    assert isinstance(found, MapOfImages)
    assert len(found.positions) == 120


@pytest.mark.parametrize("layer", [None, layer_of("dense1")])
def test_a_map_that_nobody_wants_any_more_is_not_made(layer: LayerOfNetwork | None) -> None:
    wish = MapWish(few_digits(), PART, layer)
    wish.cancelled.set()
    assert wish.meet() is None


def test_why_there_is_no_map_is_said() -> None:
    unknown = dataclasses.replace(layer_of("dense1"), layer_id="conv9")
    assert MapWish(few_digits(), PART, unknown).meet() == '"conv9" cannot be computed now.'
    broken = layer_of("dense1")
    arrays = {name: np.full_like(array, np.nan) for name, array in broken.parameters.items()}
    found = MapWish(few_digits(), PART, dataclasses.replace(broken, parameters=arrays)).meet()
    assert isinstance(found, str)
    assert "not numbers" in found
