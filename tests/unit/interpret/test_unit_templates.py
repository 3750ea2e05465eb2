from __future__ import annotations

import numpy as np

from cnnviz.interpret.unit_templates import template_atlas, unit_templates
from cnnviz.spec.layers import Conv2D, Dense, Flatten
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
