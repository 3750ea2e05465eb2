"""While a run goes on, every panel shows maps and weights of one and the same moment."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.interpret.activations import view_image
from tests.helpers.designs import ENDLESS, small_design
from tests.helpers.open_windows import open_window

TIMEOUT_MS = 20_000
MOMENTS = 8


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        bench, spec = window.workbench, small_design()
        bench.document.new(spec)

        def is_there() -> bool:
            inspection = bench.inspector.inspection
            return inspection is not None and inspection.spec == spec

        qtbot.waitUntil(is_there, timeout=TIMEOUT_MS)
        yield window


def assert_of_one_moment(inspection) -> None:
    """Compute all maps anew with the weights that go with them."""
    view = inspection.image_view
    again = view_image(inspection.spec, inspection.parameters, view.image)
    for layer in view.layers:
        np.testing.assert_array_equal(layer.values, again.layer(layer.layer_id).values)


@pytest.mark.parametrize("is_at_unit", [False, True])
def test_maps_weights_and_arithmetic_are_of_one_moment_while_training(window, qtbot, is_at_unit: bool):
    bench, panel, page = window.workbench, window.layer_panel, window.stage.unit_page
    window.network_view.map_clicked.emit("conv1", 1)
    if is_at_unit:
        window.network_view.unit_clicked.emit("conv1", 1, 2, 3)
        assert window.stage.is_at_unit
    seen: list[int] = []

    def check() -> None:
        inspection = panel.inspection
        weight = inspection.parameters["conv1/weight"]
        np.testing.assert_array_equal(panel.filters._view.weight, weight)
        assert_of_one_moment(inspection)
        if is_at_unit:
            explained = page.explanation
            assert explained.value == pytest.approx(explained.engine, rel=1e-4, abs=1e-5)
        seen.append(inspection.image_view.step)

    panel.shown.connect(check)
    bench.session.start(bench.document.spec, ENDLESS, bench.selection.dataset)
    qtbot.waitUntil(lambda: len(set(seen)) >= MOMENTS, timeout=TIMEOUT_MS)
    assert seen == sorted(seen), "no earlier moment comes back"
