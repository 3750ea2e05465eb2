from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication

from cnnviz.app.document import Document
from cnnviz.spec.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.ui.builder.builder_panel import BuilderPanel


@pytest.fixture
def document(qapp) -> Document:
    layers = (Conv2D(), ReLU(), MaxPool2D(), Flatten(), Dense(units=10))
    return Document(NetworkSpec(name="small", input=InputSpec(), layers=layers))


@pytest.fixture
def panel(document: Document, qtbot) -> Iterator[BuilderPanel]:
    panel = BuilderPanel(document)
    panel.resize(340, 860)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    yield panel
    QApplication.clipboard().clear()


@pytest.fixture
def started_drags(monkeypatch: pytest.MonkeyPatch) -> list[QDrag]:
    """The drags that were started; none of them runs."""
    started: list[QDrag] = []

    def remember(drag: QDrag, *actions: object) -> object:
        started.append(drag)
        return actions[0]

    monkeypatch.setattr(QDrag, "exec", remember)
    return started
