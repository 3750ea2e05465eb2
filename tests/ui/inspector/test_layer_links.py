"""The layer panel of a real window has the layer studied that is in sight."""

from __future__ import annotations

import dataclasses
import threading

import pytest

from cnnviz.app.looking import layer_student as module
from cnnviz.spec.training import TrainingSpec
from cnnviz.ui.inspector.layer_links import PATIENCE_MS, LayerLinks
from tests.helpers.data_files import small_dataset
from tests.helpers.open_windows import open_window

TIMEOUT_MS = 20_000


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        qtbot.waitUntil(lambda: window.layer_panel.studied is not None, timeout=TIMEOUT_MS)
        yield window


def test_the_layer_in_sight_is_studied(window, qtbot):
    panel = window.layer_panel
    assert panel.layer_id == panel.studied.study.layer_id == "conv1"
    assert panel.findings.text().startswith(("none dead", "<b>"))
    assert "128 validation images" in panel.findings.text()
    window.builder.select_layer("dense1")
    assert panel.studied is None
    qtbot.waitUntil(lambda: panel.studied is not None, timeout=TIMEOUT_MS)
    assert panel.studied.study.layer_id == "dense1"
    window.builder.select_layer("conv2")
    qtbot.waitUntil(lambda: panel.studied is not None, timeout=TIMEOUT_MS)
    assert panel.studied.study.layer_id == "conv2", "also after a layer that is shown in another way"
    window.builder.select_layer("maxpool1")
    assert panel.findings.isHidden()
    window.builder.select_layer("relu1")
    qtbot.waitUntil(lambda: panel.studied is not None, timeout=TIMEOUT_MS)
    assert "filters of conv1, 128 validation images" in panel.findings.text()


def test_nothing_is_said_of_images_that_the_design_no_longer_fits(window, qtbot):
    panel = window.layer_panel
    assert not panel.histograms.isHidden()
    window.workbench.selection.set_dataset(small_dataset(shape=(3, 5, 1)))
    qtbot.waitUntil(lambda: panel.histograms.isHidden(), timeout=TIMEOUT_MS)
    assert panel.studied is None
    assert panel.findings.isHidden()


def test_behind_another_tab_nothing_is_studied(window, qtbot):
    window.docks.bring(window.docks.image)
    qtbot.waitUntil(lambda: window.workbench.student._subject is None)
    window.builder.select_layer("conv2")
    assert not window.workbench.student._soon.isActive()
    window.docks.bring(window.docks.layer)
    qtbot.waitUntil(lambda: window.layer_panel.studied is not None, timeout=TIMEOUT_MS)
    assert window.layer_panel.studied.study.layer_id == "conv2"


def test_after_a_run_histograms_have_the_outline_of_step_0(window, qtbot):
    bench, panel = window.workbench, window.layer_panel
    with qtbot.waitSignal(bench.session.run_ended, timeout=TIMEOUT_MS):
        bench.session.start(bench.document.spec, TrainingSpec(epochs=1), bench.selection.dataset)
    qtbot.waitUntil(
        lambda: not panel.studied.is_moving and panel.studied.step == bench.session.weights_step,
        timeout=TIMEOUT_MS,
    )
    assert panel.studied.start == "at step 0"
    assert "at step 0" in panel.histograms.weights.accessibleDescription()


def test_a_long_study_is_announced_and_can_be_cancelled(window, qtbot, monkeypatch):
    opened, real = threading.Event(), module.look_at_layer

    def held(*args, **kwargs):
        assert opened.wait(TIMEOUT_MS / 1000)
        return real(*args, **kwargs)

    monkeypatch.setattr(module, "look_at_layer", held)
    panel = window.layer_panel
    window.builder.select_layer("conv2")
    try:
        qtbot.waitUntil(lambda: "Cancel" in panel.findings.text(), timeout=10 * PATIENCE_MS)
        panel.findings.linkActivated.emit("cancel")
    finally:
        opened.set()
    assert "Not studied" in panel.findings.text()
    panel.findings.linkActivated.emit("again")
    qtbot.waitUntil(lambda: panel.studied is not None, timeout=TIMEOUT_MS)


def test_a_study_that_was_cancelled_can_be_asked_for_after_an_edit(window, qtbot, monkeypatch):
    opened, look = threading.Event(), module.look_at_layer
    monkeypatch.setattr(
        module, "look_at_layer", lambda *given, **named: (opened.wait(), look(*given, **named))[1]
    )
    document, panel = window.workbench.document, window.layer_panel
    window.builder.select_layer("conv2")
    try:
        qtbot.waitUntil(lambda: "Cancel" in panel.findings.text(), timeout=10 * PATIENCE_MS)
        panel.findings.linkActivated.emit("cancel")
    finally:
        opened.set()
    document.replace_layer(dataclasses.replace(document.spec.layer("conv2"), filters=5))
    qtbot.waitUntil(lambda: panel.inspection.spec is document.spec, timeout=TIMEOUT_MS)
    assert "Not studied" in panel.findings.text()
    panel.findings.linkActivated.emit("again")
    qtbot.waitUntil(lambda: panel.studied is not None, timeout=TIMEOUT_MS)


def test_a_study_given_up_for_a_layer_without_one_is_not_announced(window, qtbot, monkeypatch):
    opened, real = threading.Event(), module.look_at_layer

    def held(*args, **kwargs):
        assert opened.wait(TIMEOUT_MS / 1000)
        return real(*args, **kwargs)

    monkeypatch.setattr(module, "look_at_layer", held)
    announce = window.findChild(LayerLinks)._announce
    try:
        with qtbot.waitSignal(window.workbench.student.began, timeout=TIMEOUT_MS):
            window.builder.select_layer("conv2")
        assert announce.isActive()
        window.builder.select_layer("maxpool1")
        assert not announce.isActive()
        assert window.layer_panel.findings.isHidden()
    finally:
        opened.set()


def test_a_study_that_fails_says_why(window, qtbot, monkeypatch):
    def fail(*_args, **_kwargs):
        raise ValueError("no room")

    monkeypatch.setattr(module, "look_at_layer", fail)
    window.builder.select_layer("conv2")
    qtbot.waitUntil(lambda: "no room" in window.layer_panel.findings.text(), timeout=TIMEOUT_MS)


def test_nothing_is_said_of_filters_that_an_edit_has_replaced(window, qtbot):
    document, panel = window.workbench.document, window.layer_panel
    layer = document.spec.layer("conv1")
    assert "images" in panel.findings.text()
    document.replace_layer(dataclasses.replace(layer, filters=layer.filters + 3))
    assert panel.findings.text() == "&nbsp;", "at once, not when the new filters are there"
    assert not panel.findings.isHidden(), "so that nothing moves"
    said = []
    panel.findings.setText = lambda text, put=panel.findings.setText: (said.append(text), put(text))
    qtbot.waitUntil(lambda: "images" in panel.findings.text(), timeout=TIMEOUT_MS)
    assert len(panel.studied.study.dead_shares) == layer.filters + 3
    assert sum("images" in text for text in said) == 1


def test_a_study_under_way_is_of_no_use_after_an_edit(window, qtbot, monkeypatch):
    document, panel, student = window.workbench.document, window.layer_panel, window.workbench.student
    go_on = threading.Event()
    look = module.look_at_layer
    monkeypatch.setattr(
        module, "look_at_layer", lambda *given, **named: (go_on.wait(), look(*given, **named))[1]
    )
    with qtbot.waitSignal(student.began, timeout=TIMEOUT_MS):
        window.builder.select_layer("conv2")
    document.replace_layer(dataclasses.replace(document.spec.layer("conv2"), filters=5))
    go_on.set()
    qtbot.waitUntil(lambda: panel.studied is not None, timeout=TIMEOUT_MS)
    assert len(panel.studied.study.dead_shares) == 5


def test_nothing_is_said_of_filters_that_a_new_run_has_replaced(window, qtbot):
    bench, panel = window.workbench, window.layer_panel
    with qtbot.waitSignal(bench.session.run_ended, timeout=TIMEOUT_MS):
        bench.session.start(bench.document.spec, TrainingSpec(epochs=1), bench.selection.dataset)
    qtbot.waitUntil(lambda: panel.studied.step > 0, timeout=TIMEOUT_MS)
    said = []
    panel.findings.setText = lambda text, put=panel.findings.setText: (said.append(text), put(text))
    bench.session.reset_weights()
    with qtbot.waitSignal(bench.session.run_started, timeout=TIMEOUT_MS):
        bench.session.start(bench.document.spec, TrainingSpec(epochs=1), bench.selection.dataset)
    assert panel.findings.text() == "&nbsp;"
    qtbot.waitUntil(lambda: "images" in panel.findings.text(), timeout=TIMEOUT_MS)


def test_nothing_is_said_of_untrained_filters_once_a_kept_run_goes_on(window, qtbot, tmp_path):
    bench, panel = window.workbench, window.layer_panel
    spec = bench.document.spec
    with qtbot.waitSignal(bench.session.run_ended, timeout=TIMEOUT_MS):
        bench.session.start(spec, TrainingSpec(epochs=1), bench.selection.dataset)
    learned, steps = bench.session.result, bench.session.weights_step
    bench.session.reset_weights()
    qtbot.waitUntil(lambda: panel.studied is not None and panel.studied.step == 0, timeout=TIMEOUT_MS)
    studies = []
    bench.student.studied.connect(studies.append)
    bench.session.bring_back(learned)
    with qtbot.waitSignal(bench.session.run_started, timeout=TIMEOUT_MS):
        bench.session.start(spec, TrainingSpec(epochs=2), bench.selection.dataset)
    qtbot.waitUntil(lambda: bool(studies), timeout=TIMEOUT_MS)
    assert min(study.step for study in studies) >= steps
