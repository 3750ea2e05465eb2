"""The drawing pad in the window: strokes, keys, and the image that comes of them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication

from cnnviz.data.dataset import Split
from cnnviz.data.preparing import prepared
from cnnviz.resource_files import resource_path
from cnnviz.spec.io import load
from cnnviz.spec.layers import BatchNorm
from cnnviz.spec.preparing import Preparing
from cnnviz.ui.drawing.drawing_panel import DrawingPanel
from tests.helpers.open_windows import open_window
from tests.helpers.runs import measured_digits


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        window.docks.bring(window.docks.draw)
        qtbot.waitUntil(lambda: panel_of(window).words != "")
        yield window


def panel_of(window) -> DrawingPanel:
    panel = window.docks.draw.widget()
    assert isinstance(panel, DrawingPanel)
    return panel


def draw(canvas, *places):
    """Draw with the mouse from place to place, in shares of the paper."""
    side = min(canvas.width(), canvas.height())
    left = (canvas.width() - side) // 2
    points = [QPointF(left + x * side, y * side) for x, y in places]
    send(canvas, QEvent.Type.MouseButtonPress, points[0])
    for point in points[1:]:
        send(canvas, QEvent.Type.MouseMove, point)
    send(canvas, QEvent.Type.MouseButtonRelease, points[-1])


def send(canvas, kind, point):
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind is QEvent.Type.MouseMove else left
    held = none if kind is QEvent.Type.MouseButtonRelease else left
    position = canvas.mapToGlobal(point)
    event = QMouseEvent(kind, point, position, button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)


STROKE = ((0.3, 0.1), (0.3, 0.9))


def test_a_drawing_is_the_selected_image_everywhere(window, qtbot):
    selection, panel = window.workbench.selection, panel_of(window)
    draw(panel.canvas, *STROKE)
    qtbot.waitUntil(lambda: selection.own_name == "drawing")
    assert selection.is_own
    assert selection.own_path is None
    assert selection.label is None
    assert selection.pixels.shape == (1, 8, 8)
    assert selection.pixels.any()
    assert window.image_panel.chooser.name_text == "drawing"
    assert window.image_panel.chooser.steps_text.startswith("Stretched to 20×32")
    assert [view.name for view in panel.strip.steps] == ["Drawing", "Box", "Strokes", "Upright", "Counts"]
    inspector = window.workbench.inspector
    qtbot.waitUntil(
        lambda: (
            inspector.inspection is not None
            and np.array_equal(inspector.inspection.image_view.image, selection.pixels)
        )
    )
    qtbot.waitUntil(lambda: "%" in panel.answer.bars.summary)


def test_without_ink_the_image_of_the_data_set_is_selected_again(window, qtbot):
    selection, panel = window.workbench.selection, panel_of(window)
    selection.select(Split.VALIDATION, 17)
    draw(panel.canvas, *STROKE)
    qtbot.waitUntil(lambda: selection.is_own)
    qtbot.mouseClick(panel.tools.clear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not selection.is_own)
    assert (selection.split, selection.position) == (Split.VALIDATION, 17)
    qtbot.mouseClick(panel.tools.undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: selection.is_own)


def test_keys_belong_to_the_drawing_while_it_has_the_focus(window, qtbot):
    document, canvas = window.workbench.document, panel_of(window).canvas
    document.insert_layer(BatchNorm(), 0)
    before = document.spec
    draw(canvas, *STROKE)
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not canvas.sheet.has_ink
    qtbot.keyClick(canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert canvas.sheet.has_ink
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert not canvas.sheet.has_ink
    assert document.spec == before
    width = canvas.stroke_width
    qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert canvas.stroke_width == width + 4 == panel_of(window).tools.width_slider.value()


def test_late_answers_to_other_images_and_earlier_strokes_are_not_those_of_the_drawing(window, qtbot):
    bench, panel = window.workbench, panel_of(window)
    bench.selection.set_dataset(measured_digits())
    window.commands["adapt"].trigger()

    def answered():
        known = bench.inspector.inspection
        is_here = known is not None and np.array_equal(known.image_view.image, bench.selection.pixels)
        return is_here and known.image_view.problem is None

    qtbot.waitUntil(answered)
    of_data_set = bench.inspector.inspection
    draw(panel.canvas, *STROKE)
    qtbot.waitUntil(lambda: bench.selection.is_own and answered())
    of_first_stroke = bench.inspector.inspection
    draw(panel.canvas, (0.1, 0.1), (0.9, 0.1))
    qtbot.waitUntil(lambda: bench.selection.pixels is not of_first_stroke.image_view.image and answered())
    said = panel.answer.bars.summary
    assert said
    for late in (of_data_set, of_first_stroke):
        bench.inspector.inspected.emit(late)
        assert panel.answer.bars.summary == said


def test_bars_follow_the_pen(window, qtbot):
    inspector, panel = window.workbench.inspector, panel_of(window)
    draw(panel.canvas, *STROKE)
    qtbot.waitUntil(lambda: "%" in panel.answer.bars.summary)
    left = STROKE[0][0] * panel.canvas.height()
    send(panel.canvas, QEvent.Type.MouseButtonPress, QPointF(left + 40, 20))
    shown = []
    for step in range(2, 5):
        send(panel.canvas, QEvent.Type.MouseMove, QPointF(left + 40, 40 * step))
        with qtbot.waitSignal(inspector.inspected):
            pass
        shown.append(inspector.inspection)
    inspector.inspected.emit(shown[0])
    early = panel.answer.bars.summary
    inspector.inspected.emit(shown[-1])
    assert panel.answer.bars.summary != early, "the stroke under way may be ahead of its answers"
    send(panel.canvas, QEvent.Type.MouseButtonRelease, QPointF(left + 40, 160))


def test_the_eraser_takes_ink_away(window, qtbot):
    panel = panel_of(window)
    draw(panel.canvas, *STROKE)
    ink = panel.canvas.sheet.ink.sum()
    qtbot.keyClick(panel.canvas, Qt.Key.Key_E)
    assert panel.tools.eraser.isChecked()
    draw(panel.canvas, (0.3, 0.4), (0.3, 0.6))
    assert 0 < panel.canvas.sheet.ink.sum() < ink
    qtbot.mouseClick(panel.tools.pen, Qt.MouseButton.LeftButton)
    assert not panel.canvas.erases


def test_a_step_can_be_left_out(window, qtbot):
    selection, panel = window.workbench.selection, panel_of(window)
    draw(panel.canvas, *STROKE)
    qtbot.waitUntil(lambda: selection.is_own)
    before = selection.pixels
    boxes = [view.box for view in panel.strip.steps if view.box is not None]
    assert [box.text() for box in boxes] == ["Box", "Strokes", "Upright"]
    for box in boxes:
        box.click()
    assert selection.pixels[0][:, :4].any()
    assert not selection.pixels[0][:, 4:].any()  # the stroke stays at the left, where it was drawn
    for box in boxes:
        box.click()
    np.testing.assert_array_equal(selection.pixels, before)


def test_a_drawing_follows_the_input_of_the_design(window, qtbot):
    selection, panel = window.workbench.selection, panel_of(window)
    draw(panel.canvas, *STROKE)
    qtbot.waitUntil(lambda: selection.is_own)
    window.workbench.document.new(load(resource_path("networks", "lenet5.json")))
    qtbot.waitUntil(lambda: selection.pixels.shape == (1, 28, 28))
    assert panel.words == "Made 28×28×1, the input of the design, as the makers of MNIST did."
    window.workbench.document.new(load(resource_path("networks", "two-conv-rgb.json")))
    qtbot.waitUntil(lambda: selection.pixels.shape == (3, 32, 32))
    assert panel.canvas.hint == "Draw an image"


def test_only_the_answer_to_the_drawing_stands_under_it(window, qtbot):
    selection, answer = window.workbench.selection, panel_of(window).answer
    inspector = window.workbench.inspector
    qtbot.waitUntil(lambda: inspector.inspection is not None)  # that of the first image of the data set
    assert answer.bars.isHidden()
    assert answer.use_button.isHidden()
    assert answer.text == "What the network makes of your drawing appears here."
    draw(panel_of(window).canvas, *STROKE)
    qtbot.waitUntil(lambda: not answer.bars.isHidden())
    assert answer.text == "The network on your drawing"
    selection.select(Split.VALIDATION, 16)
    assert answer.bars.isHidden()
    count = selection.count
    assert answer.text == f"The network looks at another image now: validation 17 of {count}."
    panel_of(window).canvas.clear()
    qtbot.waitUntil(lambda: answer.use_button.isHidden())
    assert answer.text == "What the network makes of your drawing appears here."


def test_an_answer_on_its_way_to_another_image_is_none_to_the_drawing(window, qtbot):
    selection, panel = window.workbench.selection, panel_of(window)
    inspector = window.workbench.inspector
    qtbot.waitUntil(lambda: inspector.inspection is not None)
    late = inspector.inspection
    assert late.true_class is not None
    draw(panel.canvas, *STROKE)
    qtbot.waitUntil(lambda: selection.is_own)
    was_hidden = panel.answer.bars.isHidden()
    before = panel.answer.bars.summary
    inspector.inspected.emit(late)
    assert panel.answer.bars.isHidden() is was_hidden
    assert panel.answer.bars.summary == before


def test_why_the_drawing_is_answered_so_can_be_asked(window, qtbot):
    panel = panel_of(window)
    draw(panel.canvas, *STROKE)
    qtbot.waitUntil(lambda: panel.answer.bars.why_button.isVisible())
    panel.answer.bars.why_button.click()
    qtbot.waitUntil(window.why.isVisible)


def test_a_drawing_that_was_left_can_be_looked_at_again(window, qtbot):
    selection, panel = window.workbench.selection, panel_of(window)
    button = panel.answer.use_button
    assert button.isHidden()
    draw(panel.canvas, *STROKE)
    qtbot.waitUntil(lambda: selection.is_own)
    assert button.isHidden()
    selection.next()
    assert not selection.is_own
    qtbot.waitUntil(button.isVisible)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert selection.own_name == "drawing"


def test_a_hidden_pad_makes_no_pictures(window, qtbot):
    panel, made = panel_of(window), []
    panel.prepared.connect(made.append)
    window.docks.draw.hide()
    qtbot.waitUntil(lambda: not panel.isVisible())
    window.workbench.document.new(load(resource_path("networks", "lenet5.json")))
    assert not made
    window.docks.bring(window.docks.draw)
    qtbot.waitUntil(lambda: bool(made))


def test_the_image_panel_leads_to_the_pad(window, qtbot):
    window.docks.bring(window.docks.image)
    qtbot.waitUntil(lambda: panel_of(window).canvas.visibleRegion().isEmpty())
    qtbot.mouseClick(window.image_panel.chooser.draw_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not panel_of(window).canvas.visibleRegion().isEmpty())


def test_a_tablet_draws_wider_when_it_is_pressed_harder(window, qtbot):
    canvas, widths = panel_of(window).canvas, []
    for pressure in (0.4, 1.0):
        for kind in (QEvent.Type.TabletPress, QEvent.Type.TabletRelease):
            point = QPointF(canvas.width() / 2, canvas.height() / 2)
            QApplication.sendEvent(canvas, tablet_event(kind, point, pressure))
        widths.append(int(canvas.sheet.ink.any(axis=0).sum()))
        canvas.clear()
    assert widths[1] > 1.5 * widths[0]


def tablet_event(kind, point, pressure):
    left = Qt.MouseButton.LeftButton
    device = QPointingDevice.primaryPointingDevice()
    held = Qt.MouseButton.NoButton if kind is QEvent.Type.TabletRelease else left
    plain = Qt.KeyboardModifier.NoModifier
    return QTabletEvent(kind, device, point, point, pressure, 0, 0, 0, 0, 0, plain, left, held)


def test_the_pen_is_down_from_the_press_to_the_release_or_until_the_pad_is_hidden(window, qtbot):
    canvas = panel_of(window).canvas
    told = []
    canvas.pen_put_down.connect(lambda: told.append("down"))
    canvas.pen_lifted.connect(lambda: told.append("up"))
    draw(canvas, *STROKE)
    assert told == ["down", "up"]
    send(canvas, QEvent.Type.MouseButtonPress, QPointF(20, 20))
    canvas.hide()
    assert told == ["down", "up", "down", "up"]


def test_a_drawing_is_made_as_for_the_original_images_and_prepared_as_they_are(window, qtbot):
    selection = window.workbench.selection
    made = prepared(selection.dataset, Preparing(height=6, width=6, standardise=True))
    selection.set_dataset(made)
    window.commands["adapt"].trigger()
    draw(panel_of(window).canvas, (0.3, 0.3), (0.6, 0.7))
    qtbot.waitUntil(lambda: panel_of(window).is_selected)
    assert selection.picture.shape == (1, 8, 8)
    assert selection.units.shape == (1, 6, 6)
    assert np.array_equal(selection.pixels, made.treatment.numbers(selection.units.copy()))
    assert selection.pixels.min() < 0
