"""The report of a whole map: also of many channels, and of weights that are no numbers any more."""

from __future__ import annotations

import numpy as np

from cnnviz.interpret.explain.place import Look, Unit
from cnnviz.spec.layers import Conv2D
from cnnviz.ui.export.unit_report import maps_report
from tests.helpers.looks import design_of, look_of

UNIT = Unit("conv1", 0, 1, 1)


def test_of_many_maps_those_are_shown_that_add_most():
    look = look_of(design_of(Conv2D(filters=1), channels=50))
    report = maps_report(look, UNIT, (), "about")
    assert report.notes[-1] == "Shown are the 48 of 50 maps that add most."
    np.testing.assert_array_equal(report.numbers.arrays["map"], look.values("conv1")[0])
    assert len(report.numbers.arrays["maps"]) == 50, "the numbers are those of all"


def test_weights_that_have_run_away_are_reported_without_a_warning():
    look = look_of(design_of(Conv2D(filters=1)))
    arrays = {name: np.full_like(array, np.inf) for name, array in look.arrays.items()}
    report = maps_report(Look(look.spec, arrays, look.view), UNIT, (), "about")
    assert not np.isfinite(report.numbers.arrays["maps"]).any()
