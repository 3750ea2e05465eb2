from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPaintEvent, QRegion, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from cnnviz.interpret.atlas import Scale
from cnnviz.spec.layers import Conv2D, Dense, Flatten, ReLU
from cnnviz.ui.format import number, share
from cnnviz.ui.inspector.network_view import NetworkView
from cnnviz.ui.plots.atlas_painting import color_table
from cnnviz.ui.theme import DARK, LIGHT, palette_for
from tests.helpers.looks import design_of
from tests.ui.inspector.views import DIGITS, bundled_view, make_view, view_of, with_probabilities


@pytest.fixture
def network(qtbot) -> NetworkView:
    network = NetworkView()
    network.resize(850, 420)
    qtbot.addWidget(network)
    with qtbot.waitExposed(network):
        network.show()
    return network


def center(network: NetworkView, layer_id: str, tile: int) -> QPoint:
    return network.canvas.center_of(layer_id, tile)


def hover(network: NetworkView, qtbot, layer_id: str, tile: int) -> None:
    qtbot.mouseMove(network.canvas.viewport(), QPoint(2, 2))
    qtbot.mouseMove(network.canvas.viewport(), center(network, layer_id, tile))


def test_before_the_first_view_it_says_what_will_be_here(network: NetworkView) -> None:
    assert "what every layer makes of the selected image" in network.summary
    assert not network.canvas.isVisible()


def test_a_long_name_leaves_the_choices_below_their_room(network: NetworkView, qtbot) -> None:
    name = "a_name_" + "that_goes_on_and_" * 3
    network.set_view(view_of(design_of(Conv2D(id=name), Flatten(), Dense(units=10))), DIGITS)
    network.canvas.set_selected(name, 0)
    qtbot.waitUntil(lambda: network._subject.width() > 140)
    assert network._subject.width() < network.width() / 5
    for choice in (network.scale_choice, network.order_choice):
        assert choice.width() >= choice.sizeHint().width()
    assert network.legend.width() >= network.legend.minimumSizeHint().width()


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_every_painted_number_has_the_colour_of_its_index(network: NetworkView, colors) -> None:
    network.setPalette(palette_for(colors))
    view = make_view()
    network.set_view(view, DIGITS)
    picture = network.canvas.viewport().grab().toImage()
    layout = network.canvas.network_layout
    for placed in layout.columns[1:-1]:
        atlas = view.layers[placed.column.view_index].atlas
        table = color_table(atlas.color_map, dark=colors.is_dark)
        tiles = atlas.grid.tiles(atlas.pixels)
        for tile in range(placed.block.shown):
            for row, column in np.ndindex(*tiles.shape[1:]):
                middle = placed.block.cell_rect(tile, row, column).center()
                assert picture.pixel(middle) == table[tiles[tile, row, column]]


def test_between_maps_the_ground_shows(network: NetworkView) -> None:
    network.setPalette(palette_for(LIGHT))
    network.set_view(make_view(), DIGITS)
    network.set_selected("conv1")
    placed = network.canvas.network_layout.columns[1]
    gap = placed.block.rect(0).bottom() + 3
    picture = network.canvas.viewport().grab().toImage()
    color = QColor(picture.pixel(placed.block.x + 3, gap))
    assert placed.block.rect(1).top() > gap + 1
    assert color not in (LIGHT.base, LIGHT.hairline)


def test_only_a_change_of_structure_arranges_anew(network: NetworkView) -> None:
    network.set_view(make_view(seed=1), DIGITS)
    layout = network.canvas.network_layout
    before = network.canvas.viewport().grab().toImage()
    network.set_view(make_view(seed=2), DIGITS)
    assert network.canvas.network_layout is layout
    assert network.canvas.viewport().grab().toImage() != before
    network.set_view(make_view(Conv2D(), Flatten(), Dense(units=10)), DIGITS)
    assert network.canvas.network_layout is not layout


@pytest.mark.parametrize("ending", [(), (Conv2D(), ReLU(), Flatten(), Dense(units=10))])
def test_the_number_under_the_mouse(network: NetworkView, qtbot, ending) -> None:
    view = make_view(*ending)
    network.set_view(view, DIGITS)
    texts: list[str] = []
    network.hover_text_changed.connect(texts.append)
    hover(network, qtbot, "conv1", 2)
    card = network.canvas.hover_card
    row, column = card.cell
    assert texts[-1] == card.text
    assert card.place == f"conv1, map 2, row {row}, column {column}"
    assert card.value == number(float(view.layer("conv1").values[2, row, column]))
    assert (card.image.width(), card.image.height()) == view.layer("conv1").values.shape[:0:-1]
    hover(network, qtbot, "dense1", 7)
    assert texts[-1] == f"dense1, unit 7: {number(float(view.layer('dense1').values[7]))}"
    qtbot.mouseMove(network.canvas.viewport(), QPoint(2, 2))
    assert texts[-1] == ""
    assert network.canvas.hover_card is None


def test_the_image_and_the_classes_have_numbers_too(network: NetworkView, qtbot) -> None:
    view = make_view(channels=3)
    network.set_view(view, DIGITS)
    first, *_, last = network.canvas.network_layout.columns
    qtbot.mouseMove(network.canvas.viewport(), first.block.cell_rect(0, 3, 4).center())
    red = number(float(view.image[0, 3, 4]))
    assert network.canvas.hover_card.text.startswith(f"input, row 3, column 4: red {red}, green ")
    qtbot.mouseMove(network.canvas.viewport(), last.block.rect(6).center())
    assert network.canvas.hover_card.text == f"class 6: {share(float(view.probabilities[6]))}"


def test_the_number_under_a_resting_mouse_stays_true(network: NetworkView, qtbot) -> None:
    network.set_view(make_view(seed=1), DIGITS)
    hover(network, qtbot, "conv1", 0)
    texts: list[str] = []
    network.hover_text_changed.connect(texts.append)
    view = make_view(seed=2)
    network.set_view(view, DIGITS)
    row, column = network.canvas.hover_card.cell
    assert texts[-1].endswith(f": {number(float(view.layer('conv1').values[0, row, column]))}")


def test_a_click_chooses_a_layer_and_a_map(network: NetworkView, qtbot) -> None:
    network.set_view(make_view(), DIGITS)
    layers: list[str] = []
    chosen: list[tuple[str, int]] = []
    network.layer_clicked.connect(layers.append)
    network.map_clicked.connect(lambda layer_id, tile: chosen.append((layer_id, tile)))
    qtbot.mouseClick(network.canvas.viewport(), Qt.MouseButton.LeftButton, pos=center(network, "relu1", 1))
    assert (layers, chosen) == (["relu1"], [("relu1", 1)])
    heading = QPoint(center(network, "maxpool1", 0).x(), 20)
    qtbot.mouseClick(network.canvas.viewport(), Qt.MouseButton.LeftButton, pos=heading)
    assert (layers, chosen) == (["relu1", "maxpool1"], [("relu1", 1)])
    assert network.canvas.selected == ("maxpool1", None)
    picture = network.canvas.network_layout.columns[0].block.rect(0).center()
    qtbot.mouseClick(network.canvas.viewport(), Qt.MouseButton.LeftButton, pos=picture)
    assert layers == ["relu1", "maxpool1", ""]
    assert network.canvas.selected == ("", 0)


def test_arrow_keys_walk_along_layers_and_through_maps(network: NetworkView, qtbot) -> None:
    network.set_view(make_view(), DIGITS)
    canvas = network.canvas
    walk = [
        (Qt.Key.Key_Right, ("conv1", None)),
        (Qt.Key.Key_Left, ("", None)),
        (Qt.Key.Key_Up, ("", 0)),
        (Qt.Key.Key_Right, ("conv1", 0)),
        (Qt.Key.Key_Down, ("conv1", 1)),
        (Qt.Key.Key_Right, ("relu1", 1)),
        (Qt.Key.Key_Up, ("relu1", 0)),
        (Qt.Key.Key_Up, ("relu1", 0)),
        (Qt.Key.Key_Home, ("", 0)),
        (Qt.Key.Key_Left, ("", 0)),
        (Qt.Key.Key_End, ("softmax1", None)),
        (Qt.Key.Key_Left, ("dense1", None)),
    ]
    for key, expected in walk:
        qtbot.keyClick(canvas, key)
        assert canvas.selected == expected
    assert "dense1" in canvas.accessibleDescription()


def test_choosing_from_outside_is_silent(network: NetworkView, qtbot) -> None:
    network.set_view(make_view(), DIGITS)
    with (
        qtbot.assertNotEmitted(network.layer_clicked),
        qtbot.assertNotEmitted(network.map_clicked),
    ):
        network.set_selected("conv1", 2)
        network.set_selected("gone")
        network.set_selected("")
    assert network.canvas.selected == ("", None)


def test_the_legend_tells_of_what_is_looked_at(network: NetworkView, qtbot) -> None:
    view = make_view()
    network.set_view(view, DIGITS)
    assert network.legend.text == f"Colours from 0 to {number(view.input.atlas.high)}; scale per layer."
    network.set_selected("conv1")
    low, high = number(view.layers[0].atlas.low), number(view.layers[0].atlas.high)
    assert network.legend.text == f"Colours from {low} to {high}, zero in the middle; scale per layer."
    network.set_selected("relu1")
    assert network.legend.text == f"Colours from 0 to {number(view.layers[1].atlas.high)}; scale per layer."
    hover(network, qtbot, "conv1", 2)
    assert low in network.legend.text


def test_a_scale_per_map_has_the_numbers_of_the_map(network: NetworkView) -> None:
    view = make_view(scale=Scale.PER_MAP)
    network.set_view(view, DIGITS)
    network.set_selected("relu1", 3)
    high = number(float(view.layer("relu1").values[3].max()))
    assert network.legend.text == f"Colours from 0 to {high}; scale per map."


def test_another_scale_is_asked_for_and_set_silently(network: NetworkView, qtbot) -> None:
    with qtbot.assertNotEmitted(network.scale_requested):
        network.set_scale(Scale.PER_MAP)
    with qtbot.waitSignal(network.scale_requested) as asked:
        network.scale_choice.setCurrentIndex(0)
    assert asked.args == [Scale.PER_LAYER]


def test_a_design_with_a_problem_shows_what_can_be_computed(network: NetworkView) -> None:
    network.set_view(make_view(Conv2D(), Conv2D(kernel_size=(9, 9)), Flatten()), DIGITS)
    assert [placed.column.title for placed in network.canvas.network_layout.columns] == ["input", "conv1"]
    assert network.canvas.network_layout.note_left is not None
    assert network.problem_text.startswith("Stops at conv2. ")
    assert network.problem_text in network.summary
    assert network.problem_text in network.canvas.accessibleDescription()


@pytest.mark.parametrize(
    ("layers", "blamed"), [((Conv2D(), Conv2D(kernel_size=(9, 9))), "conv2"), ((Dense(units=10),), "dense1")]
)
def test_the_mark_where_the_columns_stop_leads_to_the_layer(
    layers, blamed: str, network: NetworkView, qtbot
) -> None:
    network.set_view(make_view(*layers), DIGITS)
    layout = network.canvas.network_layout
    assert layout.note_left is not None
    ratio = network.canvas.devicePixelRatioF()
    spot = QPoint(round(layout.note_left / ratio) + 20, round(layout.body_top / ratio) + 20)
    with qtbot.waitSignal(network.layer_clicked) as clicked:
        qtbot.mouseClick(network.canvas.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert clicked.args == [blamed]


def test_an_image_of_another_size_is_told(network: NetworkView) -> None:
    view = make_view(Dense(units=10))
    network.set_view(view, DIGITS)
    assert view.problem is not None
    assert view.problem.message in network.problem_text


def test_the_summary_is_the_network_in_words(network: NetworkView) -> None:
    probabilities = np.full(10, 0.018 / 9)
    probabilities[3] = 0.982
    network.set_view(with_probabilities(make_view(), probabilities), DIGITS)
    assert network.summary.startswith("Input 8×8×1, then conv1 8×8×4, relu1 8×8×4, ")
    assert network.summary.endswith("Prediction: 3 with 98.2 %.")


def test_weights_that_broke_are_shown_as_such(network: NetworkView, qtbot) -> None:
    view = make_view()
    broken = dataclasses.replace(view.layers[0], values=np.full_like(view.layers[0].values, np.nan))
    view = dataclasses.replace(view, layers=(broken, *view.layers[1:]))
    network.set_view(with_probabilities(view, np.full(10, np.nan)), DIGITS)
    hover(network, qtbot, "conv1", 0)
    assert network.canvas.hover_card.value == "not a number"
    assert not network.canvas.viewport().grab().isNull()
    assert "not numbers" in network.summary


@pytest.mark.parametrize("name", ["lenet5", "two-conv", "vgg-small", "linear-softmax"])
@pytest.mark.parametrize("width", [600, 1440, 2500])
def test_bundled_designs_at_many_widths(network: NetworkView, name: str, width: int) -> None:
    network.resize(width, 500)
    network.set_view(bundled_view(name), DIGITS)
    canvas = network.canvas
    layout = canvas.network_layout
    assert canvas.horizontalScrollBar().maximum() == max(0, layout.width - canvas.width())
    assert canvas.horizontalScrollBar().isVisible() == (layout.width > canvas.width())
    assert not canvas.viewport().grab().isNull()


def test_a_network_too_wide_can_be_scrolled_by_wheel_and_keyboard(network: NetworkView, qtbot) -> None:
    network.resize(600, 420)
    network.set_view(bundled_view("vgg-small"), DIGITS)
    canvas, bar = network.canvas, network.canvas.horizontalScrollBar()
    assert bar.maximum() > 0
    turn = QWheelEvent(
        QPointF(50, 50),
        QPointF(canvas.mapToGlobal(QPoint(50, 50))),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas.viewport(), turn)
    assert bar.value() == 120
    qtbot.keyClick(canvas, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    assert center(network, "conv1", 0).x() > 0
    network.set_selected("dense1", 5)
    hover(network, qtbot, "dense1", 5)
    assert network.canvas.hover_card.place == "dense1, unit 5"


def test_there_is_no_place_for_what_is_not_shown(network: NetworkView) -> None:
    with pytest.raises(LookupError, match="number 0 of layer 'conv9'"):
        center(network, "conv9", 0)


def test_when_the_weights_are_from(network: NetworkView) -> None:
    network.set_view(make_view(), DIGITS)
    assert network._weights.text() == "untrained"
    network.set_view(dataclasses.replace(make_view(), step=1234, epoch=3), DIGITS)
    assert network._weights.text() == "epoch 3, step 1,234"
    network.set_fresh(2)
    assert network._weights.text() == "epoch 3, step 1,234; 2 layers fresh"
    network.set_fresh(1)
    assert network._weights.text() == "epoch 3, step 1,234; 1 layer fresh"
    network._weights.resize(network._weights.fontMetrics().horizontalAdvance("epoch 3, step 1"), 20)
    assert network._weights.shown_text == "step 1,234", "not the beginning of a number"


class _Painted(QObject):
    """Notes which parts of a widget are painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.regions: list[QRegion] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.regions.append(QRegion(event.region()))
        return False


def test_answers_are_painted_again_only_when_they_say_something_else(network: NetworkView, qtbot) -> None:
    sure, unsure = (np.array([share] + [(1 - share) / 9] * 9, np.float32) for share in (1 - 1e-6, 0.4))
    network.set_view(with_probabilities(make_view(seed=1), sure), DIGITS)
    last = network.canvas.network_layout.columns[-1].numbers_rect.center()
    painted = _Painted(network.canvas.viewport())
    network.canvas.viewport().update()
    qtbot.waitUntil(lambda: any(region.contains(last) for region in painted.regions))

    def painted_for(seed: int, probabilities) -> QRegion:
        painted.regions.clear()
        network.set_view(with_probabilities(make_view(seed=seed), probabilities), DIGITS)
        qtbot.waitUntil(lambda: bool(painted.regions))
        assert painted.regions[0].contains(center(network, "conv1", 0))
        return painted.regions[0]

    assert not painted_for(2, sure).contains(last)
    assert painted_for(3, unsure).contains(last)
    assert not painted_for(4, unsure).contains(last)
    assert painted_for(5, sure).contains(last)


def test_words_can_wait_for_a_quieter_moment(network: NetworkView) -> None:
    network.set_view(make_view(), DIGITS)
    before = network.legend.text
    newer = make_view(seed=9)
    network.set_view(newer, DIGITS, in_words=False)
    assert network.canvas.shown is not None
    assert network.canvas.shown.view is newer
    assert network.legend.text == before
    network.say()
    assert network.legend.text != before


def test_answers_are_painted_with_the_words(network: NetworkView, qtbot) -> None:
    sure, unsure = (np.array([share] + [(1 - share) / 9] * 9, np.float32) for share in (0.99, 0.4))
    network.set_view(with_probabilities(make_view(seed=1), sure), DIGITS)
    last = network.canvas.network_layout.columns[-1].numbers_rect.center()
    painted = _Painted(network.canvas.viewport())
    network.canvas.viewport().update()
    qtbot.waitUntil(lambda: any(region.contains(last) for region in painted.regions))
    painted.regions.clear()
    network.set_view(with_probabilities(make_view(seed=2), unsure), DIGITS, in_words=False)
    qtbot.waitUntil(lambda: any(region.contains(center(network, "conv1", 0)) for region in painted.regions))
    assert not any(region.contains(last) for region in painted.regions)
    network.canvas.viewport().repaint()  # the answers with it, though nobody has said them
    network.set_view(with_probabilities(make_view(seed=3), sure), DIGITS, in_words=False)
    painted.regions.clear()
    network.say()
    qtbot.waitUntil(lambda: any(region.contains(last) for region in painted.regions))
