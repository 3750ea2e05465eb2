"""The numbers that a network gives: in words, and as bars in the last column of the network."""

from __future__ import annotations

import re

from cnnviz.data.catalog import open_dataset
from cnnviz.resource_files import resource_path
from cnnviz.spec.io import load
from cnnviz.spec.losses import MeanSquaredError


def test_a_number_has_its_name_and_unit_below_the_network(window, qtbot):
    bench, view = window.workbench, window.network_view
    assert view.answer_text == ""
    bench.selection.set_dataset(open_dataset("shapes-size:images=100"))
    bench.document.new(load(resource_path("networks", "shapes-size.json")))
    bench.document.set_loss(MeanSquaredError())
    right = bench.selection.told_targets[0]
    words = rf"Output: size \S+ of the picture's side; it is {right:.4f}"
    qtbot.waitUntil(lambda: re.fullmatch(words, view.answer_text) is not None)
    said = re.search(r"size (\S+)", view.answer_text)
    assert said is not None
    value = bench.inspector.inspection.image_view.layers[-1].values[0]
    last = view.canvas.network_layout.columns[-1].column
    assert (last.title, last.names) == ("output", ("size",))
    assert "size" in view.canvas.accessibleDescription()
    assert "it is" in view.canvas.accessibleDescription()
    assert abs(float(said.group(1).replace("−", "-")) - value) < 1e-3 * abs(value) + 1e-9
