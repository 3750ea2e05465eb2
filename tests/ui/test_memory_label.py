from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication

from cnnviz.app.training.session import Session
from cnnviz.ui import memory_label
from cnnviz.ui.memory_label import SELDOM_MS, MemoryLabel


@pytest.fixture
def session(qtbot) -> Session:
    session = Session()
    yield session
    session.close()


def megabytes(label: MemoryLabel) -> float:
    word, value, unit = label.text().split()
    assert word == "Memory"
    return float(value) * {"MB": 1, "GB": 1000}[unit]


def test_it_follows_what_the_program_holds(session, qtbot) -> None:
    label = MemoryLabel(session)
    qtbot.addWidget(label)
    label.show()
    before = megabytes(label)
    held = np.ones(32_000_000)
    session.progress_changed.emit(session.progress)
    assert megabytes(label) - before > held.nbytes / 2e6 - 10, (
        "a hundredth of a gigabyte is the smallest step"
    )


def test_under_the_mouse_it_says_what_is_free(session, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(memory_label, "used_bytes", lambda: 215_000_000)
    monkeypatch.setattr(memory_label, "available_bytes", lambda: 6_100_000_000)
    label = MemoryLabel(session)
    qtbot.addWidget(label)
    label.show()
    QApplication.sendEvent(label, QHelpEvent(QEvent.Type.ToolTip, QPoint(2, 2), QPoint(2, 2)))
    assert "cnnviz holds 215 MB of memory; 6.1 GB are free." in label.toolTip()


def test_it_is_silent_where_the_system_does_not_tell(session, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(memory_label, "used_bytes", lambda: 0)
    label = MemoryLabel(session)
    qtbot.addWidget(label)
    label.show()
    assert label.text() == ""


def test_it_is_measured_seldom_while_nothing_trains_and_not_out_of_sight(session, qtbot, monkeypatch):
    used = [215_000_000]
    monkeypatch.setattr(memory_label, "used_bytes", lambda: used[0])
    label = MemoryLabel(session)
    qtbot.addWidget(label)
    with qtbot.waitActive(label):
        label.show()
        label.activateWindow()
    qtbot.waitUntil(label._seldom.isActive)
    assert label._seldom.interval() >= 3_000
    used[0] = 430_000_000
    with qtbot.waitSignal(label._seldom.timeout, timeout=3 * SELDOM_MS):
        label._seldom.setInterval(1)
    assert label.text() == "Memory 430 MB"
    label.hide()
    assert not label._seldom.isActive()
    label.show()
    app = QApplication.instance()
    monkeypatch.setattr(
        memory_label.QGuiApplication, "applicationState", lambda: Qt.ApplicationState.ApplicationInactive
    )
    app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert not label._seldom.isActive(), "behind another program"
