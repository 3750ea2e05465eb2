"""The plot of the schedule: drawn for the settings, read under the mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from cnnviz.app.training.rate_plan import rate_plan
from cnnviz.spec.schedules import Cosine, ReduceOnPlateau, StepDecay
from cnnviz.spec.training import TrainingSpec
from cnnviz.ui.theme import colors_of
from cnnviz.ui.training.schedule_plot import SchedulePlot, epoch_ticks


@pytest.fixture
def plot(qtbot):
    plot = SchedulePlot()
    qtbot.addWidget(plot)
    plot.resize(400, plot.sizeHint().height())
    plot.set_plan(rate_plan(TrainingSpec(schedule=Cosine(), epochs=10), 320))
    with qtbot.waitExposed(plot):
        plot.show()
    return plot


def curve_heights(plot):
    """Return the topmost pixel of the curve in some columns of the picture."""
    image, wanted = plot.grab().toImage(), colors_of(plot).plot_train.rgb()
    columns = range(60, image.width() - 20, 40)
    return [next((y for y in range(image.height()) if image.pixel(x, y) == wanted), None) for x in columns]


def test_a_falling_rate_falls_in_the_picture(plot):
    heights = [height for height in curve_heights(plot) if height is not None]
    assert len(heights) >= 4
    assert heights == sorted(heights)
    assert heights[-1] > heights[0] + 20


def test_another_plan_is_drawn(plot):
    before = plot.grab().toImage()
    plot.set_plan(rate_plan(TrainingSpec(schedule=StepDecay(every=2)), 320))
    assert plot.grab().toImage() != before
    assert "20 epochs" in plot.accessibleDescription()
    plot.set_plan(rate_plan(TrainingSpec(schedule=ReduceOnPlateau()), 320))
    assert "not known before" in plot.toolTip()


def test_the_rate_stands_under_the_mouse(plot, qtbot):
    QTest.mouseMove(plot, QPoint(plot.width() - 10, 20))
    qtbot.waitUntil(lambda: plot.pointed_text.startswith("epoch 9.9"))
    QTest.mouseMove(plot, QPoint(3, 20))
    qtbot.waitUntil(lambda: plot.pointed_text == "")


@pytest.mark.parametrize(
    ("epochs", "ticks"),
    [(1, []), (3, [1, 2]), (10, list(range(1, 10))), (20, list(range(2, 20, 2))), (100_000, None)],
)
def test_ticks_are_few_and_round(epochs, ticks):
    found = epoch_ticks(epochs)
    assert len(found) <= 10
    assert ticks is None or found == ticks
