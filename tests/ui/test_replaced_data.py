"""A data set that was replaced is held by nobody, also not by panels that were looked at before."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtWidgets import QDockWidget

from cnnviz.data.catalog import open_dataset
from cnnviz.spec.training import TrainingSpec
from cnnviz.ui.widgets.side_window import SideWindow
from tests.helpers.open_windows import open_window

TIMEOUT_MS = 20_000


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        yield window


def run_once(window, qtbot):
    """Train, and have what was learned evaluated."""
    bench = window.workbench
    window.docks.evaluation.show()
    window.docks.evaluation.raise_()
    with qtbot.waitSignal(bench.session.run_ended, timeout=TIMEOUT_MS):
        bench.session.start(bench.document.spec, TrainingSpec(epochs=1), bench.selection.dataset)
    qtbot.waitUntil(lambda: window.evaluation.findings is not None, timeout=TIMEOUT_MS)


def look_everywhere(window, qtbot):
    """Bring every panel into sight once, and the windows that show images."""
    for dock in window.findChildren(QDockWidget):
        dock.show()
        dock.raise_()
        qtbot.waitUntil(dock.widget().isVisible)
    for command in ("browse_data", "prepare_data"):
        window.commands[command].trigger()
    for beside in window.findChildren(SideWindow):
        qtbot.waitUntil(beside.isVisible)
        beside.close()


def is_gone(images):
    gc.collect()
    return images() is None


def test_nobody_holds_the_images_of_a_data_set_that_was_replaced(window, qtbot):
    bench = window.workbench
    before = bench.selection.dataset
    bench.selection.set_dataset(open_dataset("shapes:images=600"))
    images = weakref.ref(bench.selection.dataset.images)
    window.commands["adapt"].trigger()
    run_once(window, qtbot)
    look_everywhere(window, qtbot)
    assert not is_gone(images)
    bench.selection.set_dataset(before)
    bench.session.reset_weights()
    qtbot.waitUntil(lambda: is_gone(images), timeout=TIMEOUT_MS)
