"""Orders, marks, pages, histograms, templates and maps over the image in the layer panel."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cnnviz.app.looking.inspection import Inspection
from cnnviz.app.looking.layer_student import StudiedLayer
from cnnviz.data.dataset import Split
from cnnviz.engine.build import build
from cnnviz.interpret.activations import view_image
from cnnviz.interpret.filters import view_all_filters
from cnnviz.interpret.layer_sample import look_at_layer
from cnnviz.interpret.layer_study import Order, study_sample
from cnnviz.spec.layers import Conv2D, Dense, Flatten, GlobalAvgPool2D, ReLU
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.ui.inspector.filter_order import PAGE
from cnnviz.ui.inspector.layer_panel import LayerPanel

RNG = np.random.default_rng(2)


def inspect(*layers, channels=1, side=8, change=None):
    spec = NetworkSpec(
        name="", input=InputSpec(height=side, width=side, channels=channels), layers=tuple(layers)
    )
    arrays = {name: array.copy() for name, array in build(spec, np.random.default_rng(0)).arrays.items()}
    if change is not None:
        change(arrays)
    image = RNG.random((channels, side, side)).astype(np.float32)
    return Inspection(
        spec, view_image(spec, arrays, image), view_all_filters(spec, arrays), parameters=arrays
    )


def study(inspection, layer_id, *, start=None, is_moving=False):
    shape = inspection.spec.input
    images = RNG.random((8, shape.channels, shape.height, shape.width)).astype(np.float32)
    samples = [
        look_at_layer(inspection.spec, arrays, layer_id, images)
        for arrays in (inspection.parameters, start)
        if arrays is not None
    ]
    name = "at step 0" if start is not None else ""
    return StudiedLayer(study_sample(*samples), Split.VALIDATION, 3, name, is_moving)


def plant(arrays):
    arrays["conv1/weight"][1] = np.abs(arrays["conv1/weight"][1])
    arrays["conv1/weight"][3] = 4 * arrays["conv1/weight"][1]
    arrays["conv1/bias"][2] = -1000


@pytest.fixture
def panel(qtbot):
    widget = LayerPanel()
    qtbot.addWidget(widget)
    widget.resize(360, 1400)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


@pytest.fixture
def planted(panel):
    inspection = inspect(Conv2D(filters=5), ReLU(), Flatten(), Dense(units=10), change=plant)
    panel.set_inspection(inspection)
    panel.set_layer("conv1")
    panel.set_study(study(inspection, "conv1"))
    return inspection


def test_findings_are_marked_on_filters_and_maps(panel, planted):
    assert "<b>× 1 dead</b>" in panel.findings.text()
    assert {tile: mark.sign for tile, mark in panel.filters.flow.marks.items()} == {1: "≈", 2: "×", 3: "≈"}
    assert panel.maps.atlas_view.marks == panel.filters.flow.marks
    assert panel.histograms.isVisible()


def test_filters_and_maps_are_put_in_order_together(panel, planted, qtbot):
    panel.order_bar.choice.setFocus()
    qtbot.keyClick(panel.order_bar.choice, Qt.Key.Key_Down)
    wanted = panel.studied.study.in_order(Order.NORM)
    assert wanted[0] == 3
    assert panel.filters.filters == panel.maps.atlas_view.order == wanted
    assert panel.filters.flow.marks[wanted.index(2)].sign == "×"
    panel.set_layer("conv1", wanted[1])
    panel.filters.flow.setFocus()
    with qtbot.waitSignal(panel.map_chosen) as chosen:
        qtbot.keyClick(panel.filters.flow, Qt.Key.Key_Right)
    assert chosen.args == ["conv1", wanted[2]]
    assert panel.maps.atlas_view.current == panel.map_index == chosen.args[1]


def test_what_is_told_of_a_kernel_is_that_of_the_filter_in_its_place(panel, planted):
    panel.order_bar.order_chosen.emit(Order.NORM)
    told = []
    panel.hover_text_changed.connect(told.append)
    panel.filters.flow.hovered.emit(0, 1, 2)
    assert told[0].startswith("conv1, filter 3, row 1, column 2: weight ")
    value = float(told[0].split("weight ")[1].split(",")[0].replace("−", "-"))
    assert value == pytest.approx(float(planted.parameters["conv1/weight"][3, 0, 1, 2]), rel=1e-3)


def test_during_a_run_filters_keep_their_places_until_sorted_again(panel, planted):
    panel.order_bar.order_chosen.emit(Order.NORM)
    before = panel.filters.filters

    def louder(arrays):
        plant(arrays)
        arrays["conv1/weight"][4] *= 100

    newer = inspect(Conv2D(filters=5), ReLU(), Flatten(), Dense(units=10), change=louder)
    panel.set_inspection(newer)
    panel.set_study(study(newer, "conv1", is_moving=True))
    assert panel.filters.filters == before
    assert panel.order_bar.again.isVisible()
    panel.order_bar.again.click()
    assert panel.filters.filters[0] == 4
    assert not panel.order_bar.again.isVisible()


def test_when_the_run_has_stopped_they_are_sorted(panel, planted):
    panel.order_bar.order_chosen.emit(Order.NORM)

    def louder(arrays):
        arrays["conv1/weight"][4] *= 100

    newer = inspect(Conv2D(filters=5), ReLU(), Flatten(), Dense(units=10), change=louder)
    panel.set_inspection(newer)
    panel.set_study(study(newer, "conv1", is_moving=False))
    assert panel.filters.filters[0] == panel.maps.atlas_view.order[0] == 4


def test_another_layer_and_another_design_forget_the_study(panel, planted):
    panel.set_layer("relu1")
    assert panel.studied is None
    assert panel.findings.isHidden()
    assert not panel.histograms.isVisible()
    assert not panel.order_bar.isVisible()
    panel.set_layer("conv1")
    panel.set_study(study(planted, "conv1"))
    panel.set_inspection(inspect(Conv2D(filters=3), ReLU()))
    assert panel.studied is None
    assert panel.filters.filters == (0, 1, 2)


def test_a_study_of_a_layer_that_is_not_shown_is_passed_over(panel, planted):
    panel.set_layer("dense1")
    panel.set_study(study(planted, "conv1"))
    assert panel.studied is None


def test_a_number_among_the_findings_leads_to_its_map(panel, planted, qtbot):
    with qtbot.waitSignal(panel.map_chosen) as chosen:
        panel.findings.linkActivated.emit("2")
    assert chosen.args == ["conv1", 2]
    assert panel.map_caption.startswith("Map 2 ")


def test_histograms_have_the_outline_of_the_start(panel, planted):
    start = {name: array / 2 for name, array in planted.parameters.items()}
    panel.set_study(study(planted, "conv1", start=start))
    assert panel.histograms.notes[0] == "45 weights"
    assert "outputs behind relu1, 8 images; " in panel.histograms.notes[1]
    assert "zero, not drawn (" in panel.histograms.notes[1]
    assert "at step 0" in panel.histograms.weights.accessibleDescription()


def test_many_filters_and_channels_are_turned_page_by_page(panel):
    layers = (Conv2D(filters=130, kernel_size=(1, 1)), Conv2D(filters=PAGE + 6, kernel_size=(3, 3)))
    inspection = inspect(*layers)
    panel.set_inspection(inspection)
    panel.set_layer("conv2", PAGE + 2)
    weight = inspection.filters_of("conv2").weight
    assert panel.filters.filters == panel.maps.atlas_view.order == tuple(range(PAGE, PAGE + 6))
    assert panel.order_bar.pager.label.text() == f"{PAGE + 1}–{PAGE + 6} of {PAGE + 6} maps"
    told = []
    panel.hover_text_changed.connect(told.append)
    panel.filters.channels.after.click()
    panel.filters.channels.after.click()
    assert panel.filters.channels.label.text() == "129–130 of 130 channels"
    panel.filters.table.hovered.emit(3, 2, 1)  # the second of the two channels of the second filter
    assert told[-1].startswith(f"conv2, filter {PAGE + 1}, channel 129, row 2, column 1: weight ")
    value = float(told[-1].split("weight ")[1].split(",")[0].replace("−", "-"))
    assert value == pytest.approx(float(weight[PAGE + 1, 129, 2, 1]), rel=1e-3)
    panel.order_bar.pager.before.click()
    assert panel.filters.filters == tuple(range(PAGE))
    panel.set_layer("conv2", PAGE)
    assert panel.order_bar.pager.page == 1


def test_units_fed_by_the_image_show_their_templates(panel):
    inspection = inspect(Flatten(), Dense(units=7), ReLU(), Dense(units=2), channels=3)
    panel.set_inspection(inspection)
    panel.set_layer("dense1")
    assert panel.filters._heading.text() == "Templates"
    assert panel.filters.note.startswith("7 units of 8×8×3")
    assert panel.filters.flow.isVisible()
    assert panel._note.text() == ""
    panel.set_study(study(inspection, "dense1"))
    panel.order_bar.order_chosen.emit(Order.ACTIVITY)
    wanted = panel.studied.study.in_order(Order.ACTIVITY)
    assert panel.filters.filters == panel.maps.atlas_view.order == wanted
    panel.set_layer("dense2")
    assert not panel.filters.isVisible()
    assert "no picture" in panel._note.text()


def test_a_map_is_laid_over_the_image(panel, planted):
    panel.enlarged.over.click()
    assert panel.map_view.is_over_image
    place = panel.map_view.place()
    field_is_inner = place.whole.adjusted(-1, -1, 1, 1) != place.image
    assert field_is_inner
    assert place.image.contains(place.whole)
    panel.set_layer("relu1")
    assert panel.map_view.is_over_image
    panel.enlarged.over.click()
    assert not panel.map_view.is_over_image


def test_maps_that_see_everything_cannot_be_laid_over_the_image(panel):
    inspection = inspect(Conv2D(filters=2), GlobalAvgPool2D(), Dense(units=2))
    panel.enlarged.over.setChecked(True)
    panel.set_inspection(inspection)
    panel.set_layer("globalavgpool1")
    assert not panel.map_view.is_over_image
    panel.set_layer("conv1")
    assert panel.map_view.is_over_image


def test_a_scale_for_each_map_names_the_kernel_in_its_place(panel, planted):
    scaled = dataclasses.replace(planted, filters=view_all_filters(planted.spec, planted.parameters))
    panel.set_inspection(scaled)
    panel.order_bar.order_chosen.emit(Order.NORM)
    assert panel.filters.note.startswith("5 filters of 3×3×1; colours per layer")


def test_the_kernels_of_the_chosen_filter_are_framed_and_scrolled_to(panel, qtbot):
    inspection = inspect(Conv2D(filters=3), Conv2D(filters=40))
    panel.set_inspection(inspection)
    panel.set_layer("conv2", 0)
    table, bar = panel.filters.table, panel.filters._scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    panel.set_layer("conv2", 39)
    assert table.current == 39 * 3
    assert bar.value() > bar.maximum() / 2
    table.tile_chosen.emit(5)
    assert panel.map_index == 1


def test_an_enlarged_map_is_as_high_as_it_needs(panel, planted):
    place = panel.map_view.place()
    assert panel.map_view.height() == place.whole.height() + 1
    small = inspect(Conv2D(filters=2, kernel_size=(6, 6)))
    panel.set_inspection(small)
    panel.set_layer("conv1")
    assert panel.map_view.place().whole.height() == 3 * 40
    assert panel.map_view.height() == 121


def test_maps_of_an_activation_have_the_marks_of_its_filters(panel):
    inspection = inspect(Conv2D(filters=5), ReLU(), Flatten(), Dense(units=10), change=plant)
    panel.set_inspection(inspection)
    panel.set_layer("relu1", 1)
    panel.set_study(study(inspection, "conv1"))
    assert panel.studied is None, "it is of another layer"
    panel.set_study(dataclasses.replace(study(inspection, "conv1"), shown_for="relu1"))
    assert panel.maps.atlas_view.marks == panel._marks
    assert panel._marks[2].words == "map 2 was zero in all 8 images"
    assert panel._marks[1].words == "map 1 ≈ map 3, cosine 1.00"
    assert "filters of conv1, 8 validation images" in panel.findings.text()
    assert panel.order == tuple(range(5)), "only filters themselves are sorted"
    assert not panel.histograms.isVisible(), "they are those of the filters"
    panel.findings.filter_chosen.emit(2)
    assert panel.map_index == 2
