"""Times of looking from near, each page for itself: one number explained, and a layer opened.

A number: the mouse goes over all of a map, cell by cell, with a real page; each move makes the explanation,
the figures and the painting anew. A layer: the panel turns from another layer to this one, and then to other
pages and orders of its filters, until all is painted.
"""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks._look import Figure, design, p99_figure
from cnnviz.app.looking.inspection import Inspection
from cnnviz.app.looking.layer_student import StudiedLayer
from cnnviz.data.dataset import Split
from cnnviz.engine.build import build
from cnnviz.interpret.activations import view_image
from cnnviz.interpret.explain.place import Unit
from cnnviz.interpret.filters import view_all_filters
from cnnviz.interpret.layer_study import Order, study_layer
from cnnviz.spec.layers import Conv2D, Flatten
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.ui.inspector.layer_panel import LayerPanel
from cnnviz.ui.inspector.unit.unit_page import UnitPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication

GOAL_MS, LAYER_GOAL_MS = 16.0, 200.0
PANEL_SIZE = (300, 760)
OPENED = (("two-conv", "conv2"), ("resnet-small", "conv2_1a"), ("alexnet", "conv3"), ("", "conv1"))
"""Networks, and the layers that are opened in them."""
SIZE = (880, 530)
"""The middle of a window of 1440×900."""
WIDE = NetworkSpec(
    name="512 filters of 512 channels",
    input=InputSpec(height=14, width=14, channels=3),
    layers=(
        Conv2D(id="first", filters=512, padding="same"),
        Conv2D(id="conv1", filters=512, padding="same"),
        Flatten(),
    ),
)
VIEWS = (
    ("two-conv", "conv1"),
    ("two-conv", "conv2"),
    ("two-conv", "maxpool1"),
    ("two-conv", "dense1"),
    ("two-conv", "softmax1"),
    ("two-conv-rgb", "conv1"),
    ("resnet-small", "block2_1"),
    ("lenet5", "conv2"),
    ("alexnet", "conv1"),
    ("", "conv1"),
)


def measure_numbers(app: QApplication, moves: int) -> Iterator[Figure]:
    """Measure the page of one number, for several kinds of layers."""
    for name, layer_id in VIEWS:
        times = measure(app, name, layer_id, moves)
        yield p99_figure(f"one number, {name or WIDE.name}, {layer_id}", times, GOAL_MS)


def measure_layers(app: QApplication) -> Iterator[Figure]:
    """Measure the panel of a layer."""
    for name, layer_id in OPENED:
        times_ms = open_layer(app, name, layer_id)
        what = max(times_ms, key=lambda one: times_ms[one])
        beside = ", ".join(f"{one} {ms:.1f}" for one, ms in times_ms.items())
        label = f"a layer, {name or WIDE.name}, {layer_id}"
        yield Figure(label, times_ms[what], "ms", LAYER_GOAL_MS, beside=beside)


def open_layer(app: QApplication, name: str, layer_id: str) -> dict[str, float]:
    """Return the times in ms to open a layer, to put it in order, and to turn its pages, medians of five."""
    inspection = inspection_of(name)
    images = inspection.image_view.image[np.newaxis]
    study = study_layer(inspection.spec, inspection.parameters, layer_id, images)
    assert study is not None
    panel = LayerPanel()
    panel.resize(*PANEL_SIZE)
    panel.show()
    panel.set_inspection(inspection)
    acts = {
        "opened": functools.partial(panel.set_layer, layer_id),
        "studied": functools.partial(panel.set_study, StudiedLayer(study, Split.VALIDATION, 0)),
        "by likeness": functools.partial(panel.order_bar.order_chosen.emit, Order.LIKENESS),
        "next channels": functools.partial(panel.filters.channels.page_requested.emit, 0),
        "next maps": functools.partial(panel.order_bar.page_requested.emit, 0),
    }
    times: dict[str, list[float]] = {what: [] for what in acts}
    for _ in range(5):
        panel.set_layer("")
        panel.order_bar.order_chosen.emit(Order.DESIGN)
        app.processEvents()
        for what, act in acts.items():
            began = time.perf_counter()
            act()
            panel.grab()
            app.processEvents()
            times[what].append(1000 * (time.perf_counter() - began))
    panel.close()
    panel.deleteLater()
    app.processEvents()
    return {what: float(np.median(several)) for what, several in times.items()}


def measure(app: QApplication, name: str, layer_id: str, moves: int) -> np.ndarray:
    """Return the time in ms from a move of the unit to its painted page, move by move."""
    page = UnitPage()
    page.resize(*SIZE)
    inspection = inspection_of(name)
    page.set_inspection(inspection, tuple("0123456789"))
    page.open_unit(Unit(layer_id, 0, 0, 0))
    page.show()
    app.processEvents()
    times = []
    for _ in range(moves):
        began = time.perf_counter()
        page.slide_bar.step_requested.emit()
        page.sheet_view.repaint()  # and with it all that is to be painted, each view once
        app.processEvents()
        times.append(1000 * (time.perf_counter() - began))
    page.close()
    page.deleteLater()
    app.processEvents()
    return np.array(times[3:])


def inspection_of(name: str) -> Inspection:
    """Return a random image in an untrained network."""
    spec = design(name) if name else WIDE
    rng = np.random.default_rng(0)
    parameters = build(spec, rng).arrays
    height, width, channels = spec.input.shape
    image = rng.random((channels, height, width)).astype(np.float32)
    filters = view_all_filters(spec, parameters)
    return Inspection(spec, view_image(spec, parameters, image), filters, parameters=parameters)
