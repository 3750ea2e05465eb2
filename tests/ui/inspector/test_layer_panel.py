from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from cnnviz.app.looking.inspection import Inspection
from cnnviz.engine.build import build
from cnnviz.interpret.activations import view_image
from cnnviz.interpret.atlas import Scale
from cnnviz.interpret.filters import view_all_filters
from cnnviz.resource_files import resource_path
from cnnviz.spec.io import load
from cnnviz.spec.layers import Conv2D, Dense, Flatten, ReLU, Softmax
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.ui.format import number
from cnnviz.ui.inspector.layer_panel import LayerPanel
from cnnviz.ui.theme import DARK, LIGHT, apply_theme, type_color

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def inspect(channels: int, *, scale: Scale = Scale.PER_LAYER, seed: int = 0) -> Inspection:
    rng = np.random.default_rng(seed)
    layers = (Conv2D(filters=5), ReLU(), Conv2D(filters=2), Flatten(), Dense(units=10), Softmax())
    spec = NetworkSpec(name="", input=InputSpec(height=8, width=8, channels=channels), layers=layers)
    parameters = build(spec, rng).parameters
    image = rng.random((channels, 8, 8)).astype(np.float32)
    return Inspection(
        spec,
        view_image(spec, parameters, image, scale=scale),
        view_all_filters(spec, parameters, scale=scale),
    )


@pytest.fixture
def panel(qtbot: QtBot) -> LayerPanel:
    widget = LayerPanel()
    qtbot.addWidget(widget)
    widget.resize(360, 900)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def test_without_a_layer_the_panel_says_what_will_be_here(panel: LayerPanel) -> None:
    assert "selected image" in panel._empty.sentence
    assert not panel.filters.isVisible()


def test_a_gray_convolution(panel: LayerPanel) -> None:
    panel.set_inspection(inspect(1))
    panel.set_layer("conv1", 3)
    assert panel.filters.note.startswith("5 filters of 3×3×1")
    assert panel.filters.flow.isVisible()
    assert not panel.filters.table.isVisible()
    assert panel.maps.note == "5 maps; colours per layer"
    assert panel.map_caption.startswith("Map 3 (of 0 to 4): values from −")


def test_a_colour_convolution_shows_composites_and_every_kernel(panel: LayerPanel) -> None:
    panel.set_inspection(inspect(3))
    panel.set_layer("conv1")
    assert panel.filters.flow.isVisible()
    assert panel.filters.table.isVisible()
    panel.set_layer("conv2")
    assert not panel.filters.flow.isVisible()
    assert "one kernel for each input channel" in panel.filters.note


def test_rows_of_numbers_have_no_map(panel: LayerPanel) -> None:
    panel.set_inspection(inspect(1))
    panel.set_layer("dense1")
    assert not panel.filters.isVisible()
    assert not panel.map_view.isVisible()
    assert panel.maps.note.startswith("10 numbers")


def test_the_value_under_the_mouse_is_the_networks_own(panel: LayerPanel, qtbot: QtBot) -> None:
    inspection = inspect(1)
    panel.set_inspection(inspection)
    panel.set_layer("conv1", 2)
    with qtbot.waitSignal(panel.hover_text_changed) as told:
        panel.maps.atlas_view.hovered.emit(1, 5, 4)
    value = inspection.image_view.layers[0].values[1, 5, 4]
    place, _, text = told.args[0].partition(": ")
    assert place == "conv1, map 1, row 5, column 4"
    assert float(text.replace("−", "-")) == pytest.approx(float(value), rel=1e-3)


def test_a_click_enlarges_a_map(panel: LayerPanel, qtbot: QtBot) -> None:
    panel.set_inspection(inspect(1))
    panel.set_layer("relu1")
    layout = panel.maps.atlas_view.tile_layout()
    assert layout is not None
    with qtbot.waitSignal(panel.map_chosen) as chosen:
        qtbot.mouseClick(panel.maps.atlas_view, Qt.MouseButton.LeftButton, pos=layout.rect(4).center())
    assert chosen.args == ["relu1", 4]
    assert panel.map_caption.startswith("Map 4 (of 0 to 4)")


def test_newer_numbers_keep_the_layer_and_the_map(panel: LayerPanel) -> None:
    panel.set_inspection(inspect(1))
    panel.set_layer("conv1", 4)
    panel.set_inspection(inspect(1, scale=Scale.PER_MAP))
    assert (panel.layer_id, panel.map_index) == ("conv1", 4)
    assert panel.maps.note == "5 maps; colours per map, legend of map 4"


def move_to(view: QWidget, place: QPoint) -> None:
    """Move the mouse without a button pressed, also where the view is scrolled out of sight."""
    button, keys, there = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, QPointF(place)
    event = QMouseEvent(QEvent.Type.MouseMove, there, view.mapToGlobal(there), button, button, keys)
    QApplication.sendEvent(view, event)


def test_the_words_follow_the_number_under_a_mouse_that_rests(panel: LayerPanel) -> None:
    inspections = inspect(1), inspect(1, seed=1)
    texts: list[str] = []
    panel.hover_text_changed.connect(texts.append)
    panel.set_inspection(inspections[0])
    panel.set_layer("conv1")
    maps, kernels, large = panel.maps.atlas_view, panel.filters.flow, panel.map_view
    places = [view.tile_layout().rect(0).center() for view in (maps, kernels)] + [large.rect().center()]
    for view, place in zip((maps, kernels, large), places, strict=True):
        move_to(view, place)
        before = texts[-1]
        panel.set_inspection(inspections[1])
        assert texts[-1].partition(":")[0] == before.partition(":")[0]
        assert texts[-1] != before
        QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
        panel.set_inspection(inspections[0])
        assert texts[-1] == ""


def test_a_hidden_panel_rests_and_catches_up(panel: LayerPanel) -> None:
    panel.set_inspection(inspect(1))
    panel.set_layer("conv1", 1)
    caption = panel.map_caption
    panel.hide()
    panel.set_inspection(inspect(1, seed=1))
    panel.set_layer("conv1", 2)
    assert panel.map_caption == caption
    panel.show()
    assert panel.map_caption.startswith("Map 2 (of 0 to 4)")


def test_a_layer_behind_a_problem_says_why(panel: LayerPanel) -> None:
    spec = NetworkSpec(name="", input=InputSpec(), layers=(Conv2D(), Conv2D(kernel_size=(9, 9)), ReLU()))
    prefix = NetworkSpec(name="", input=InputSpec(), layers=spec.layers[:1])
    parameters = dict(build(_complete(prefix), np.random.default_rng(0)).parameters)
    image = np.zeros((1, 8, 8), np.float32)
    panel.set_inspection(Inspection(spec, view_image(spec, parameters, image), ()))
    panel.set_layer("conv2")
    assert panel._note.text() == "Not computed: this layer has a problem."
    assert "6 − 9 = −3" in panel._note.toolTip()
    assert not panel.maps.isVisible()
    panel.set_layer("relu1")
    assert panel._note.text() == "Not computed: the network stops at conv2."


def _complete(spec: NetworkSpec) -> NetworkSpec:
    return NetworkSpec(name="", input=spec.input, layers=(*spec.layers, Flatten(), Dense()))


def test_with_a_scale_for_each_map_the_legend_is_that_of_the_chosen_one(
    panel: LayerPanel, qtbot: QtBot
) -> None:
    inspection = inspect(1, scale=Scale.PER_MAP)
    panel.set_inspection(inspection)
    panel.set_layer("relu1", 0)
    view = inspection.image_view.layer("relu1")
    assert view is not None
    texts = []
    for chosen in (1, 2):
        qtbot.keyClick(panel.maps.atlas_view, Qt.Key.Key_Right)
        texts.append(panel.maps.legend.text)
        assert texts[-1].endswith(f"; map {chosen}.")
        assert number(float(view.values[chosen].max())) in texts[-1]
    assert texts[0] != texts[1]


def test_every_kernel_is_within_reach_in_a_narrow_panel(panel: LayerPanel, qtbot: QtBot) -> None:
    panel.resize(240, 900)
    panel.set_inspection(inspect(3))
    panel.set_layer("conv1")
    qtbot.waitUntil(lambda: panel.filters.table.width() > 0)
    layout = panel.filters.table.tile_layout()
    assert layout is not None
    assert panel.filters.table.height() >= panel.filters.table.minimumSizeHint().height()
    body = panel._body
    assert body.widget().width() <= body.viewport().width()


def test_the_input_is_shown_as_the_network_receives_it(panel: LayerPanel) -> None:
    inspection = inspect(1)
    panel.set_inspection(inspection)
    panel.set_layer("")
    assert panel._title.text() == "Input"
    assert "as the network receives it" in panel._note.text()
    assert panel.maps.isVisible()
    assert not panel.filters.isVisible()
    np.testing.assert_array_equal(panel._view().values, inspection.image_view.image)


def test_a_layer_inside_a_block_is_shown_like_any_other(panel: LayerPanel) -> None:
    spec = load(resource_path("networks", "resnet-small.json"))
    parameters = build(spec, np.random.default_rng(0)).arrays
    image = np.random.default_rng(1).random((spec.input.channels, spec.input.height, spec.input.width))
    view = view_image(spec, parameters, image)
    panel.set_inspection(Inspection(spec, view, view_all_filters(spec, parameters)))
    panel.set_layer("conv1_1b")
    assert panel._title.text() == "conv1_1b"
    assert panel.filters.isVisible()
    assert view.layer("conv1_1b").block == "block1_1"
    assert panel.map_caption.startswith("Map 0")


def test_the_sign_of_the_layer_has_the_hue_of_the_theme_at_once(panel: LayerPanel) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    old = (app.palette(), app.styleSheet())
    try:
        apply_theme(app, "light")
        panel.set_inspection(inspect(1))
        panel.set_layer("conv1")
        for mode, colors in (("dark", DARK), ("light", LIGHT)):
            apply_theme(app, mode)  # type: ignore[arg-type]
            image = panel._icon.pixmap().toImage()
            middle = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
            assert type_color("Conv2D", colors) in [QColor(one.rgb()) for one in middle if one.alpha() == 255]
    finally:
        app.setPalette(old[0])
        app.setStyleSheet(old[1])
