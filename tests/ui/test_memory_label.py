from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication

from cnnviz.app.training.session import Session
from cnnviz.ui import memory_label
from cnnviz.ui.memory_label import MemoryLabel


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
