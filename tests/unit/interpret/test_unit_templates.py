from __future__ import annotations

import numpy as np

from cnnviz.interpret.unit_templates import template_atlas, unit_templates, view_templates
from cnnviz.spec.layers import Conv2D, Dense, Dropout, Flatten
from cnnviz.spec.network import InputSpec, NetworkSpec


def design(channels, *layers):
    return NetworkSpec(name="D", input=InputSpec(height=2, width=3, channels=channels), layers=layers)


def test_a_template_is_the_mean_over_the_colours_of_a_units_weights():
    spec = design(3, Flatten(id="f"), Dense(id="d", units=4))
    weight = np.arange(4 * 18, dtype=np.float32).reshape(4, 18) - 30
    maps = unit_templates(spec, {"d/weight": weight}, limit=2)
    assert maps.shape == (2, 2, 3)
    # (C, H, W): colour is the slowest axis of the flattened image
    assert maps[1, 1, 2] == np.mean([weight[1, 5], weight[1, 11], weight[1, 17]])
    atlas = template_atlas(maps)
    assert (atlas.signed, atlas.count, atlas.low) == (True, 2, -atlas.high)


def test_other_designs_have_no_templates():
    weights = {"d/weight": np.zeros((4, 6), np.float32)}
    assert unit_templates(design(1, Flatten(id="f"), Dense(id="d", units=4)), {}) is None
    assert unit_templates(design(1, Conv2D(id="c"), Flatten(id="f"), Dense(id="d", units=4)), weights) is None
    assert unit_templates(design(1, Flatten(id="f")), weights) is None


def test_units_fed_by_the_image_are_viewed_as_filters_of_its_size():
    spec = design(3, Flatten(id="f"), Dropout(id="x"), Dense(id="d", units=4), Dense(id="e", units=2))
    weight = np.arange(4 * 18, dtype=np.float32).reshape(4, 18) - 30
    view = view_templates(spec, {"d/weight": weight, "e/weight": weight[:2, :4]}, "d")
    assert view.weight.shape == (4, 3, 2, 3)
    assert view.weight[1, 2, 1, 0] == weight[1, 12 + 3]
    assert view.composite is not None
    assert (view.bias == 0).all()
    assert view_templates(spec, {"e/weight": weight[:2, :4]}, "e") is None


def test_gray_templates_and_layers_without():
    weights = {"d/weight": np.ones((4, 6), np.float32), "d/bias": np.ones(4, np.float32)}
    view = view_templates(design(1, Flatten(id="f"), Dense(id="d", units=4)), weights, "d")
    assert view.composite is None
    assert view.atlas.count == 4
    behind = design(1, Conv2D(id="c", filters=1, padding="same"), Flatten(id="f"), Dense(id="d", units=4))
    for spec, layer_id in ((behind, "d"), (design(1, Flatten(id="f"), Dense(id="d", units=4)), "f")):
        assert view_templates(spec, weights, layer_id) is None
