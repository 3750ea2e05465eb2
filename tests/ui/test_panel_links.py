"""While a network learns, its maps come first; what is seen from near, and words, follow a little later."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from cnnviz.app.threads.turns import Turns
from cnnviz.app.training.session import SessionState
from cnnviz.data.dataset import Split
from cnnviz.spec.layers import Conv2D
from cnnviz.ui.panel_links import PanelLinks
from tests.helpers.designs import bundled_design
from tests.helpers.open_windows import open_window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from cnnviz.app.looking.inspection import Inspection
    from cnnviz.ui.main_window import MainWindow


@pytest.fixture
def dear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing can be afforded only where it comes first."""
    monkeypatch.setattr(Turns, "is_affordable", lambda _, *, comes_first=False: comes_first)


@pytest.fixture
def shown(trained: MainWindow) -> Iterator[list[tuple[Inspection, Inspection | None]]]:
    """What the network shows, with what is seen from near at that moment."""
    pairs: list[tuple[Inspection, Inspection | None]] = []

    def note(inspection: Inspection) -> None:
        pairs.append((inspection, trained.layer_panel.inspection))

    inspector = trained.workbench.inspector
    inspector.inspected.connect(note)
    yield pairs
    inspector.inspected.disconnect(note)


@pytest.mark.usefixtures("dear")
def test_maps_do_not_wait_for_what_is_near_but_that_follows(
    trained: MainWindow, shown: list[tuple[Inspection, Inspection | None]], qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: sum(maps is not near for maps, near in shown) >= 3)
    first = shown[0][0]

    def has_followed() -> bool:
        near = trained.layer_panel.inspection
        return near is not None and near.image_view.step > first.image_view.step

    qtbot.waitUntil(has_followed)


@pytest.mark.usefixtures("dear")
def test_a_pause_brings_everything_to_the_same_weights(
    trained: MainWindow, shown: list[tuple[Inspection, Inspection | None]], qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: len(shown) >= 3)
    trained.commands["pause"].trigger()
    session, inspector = trained.workbench.session, trained.workbench.inspector

    def is_settled() -> bool:
        inspection = inspector.inspection
        return (
            session.state is SessionState.PAUSED
            and not inspector.is_busy
            and inspection is not None
            and inspection.image_view.step == session.weights_step
            and trained.layer_panel.inspection is inspection
        )

    qtbot.waitUntil(is_settled)
    assert f"step {session.weights_step:,}" in trained.network_view._weights.text()


def test_another_image_is_near_at_once(
    trained: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("cnnviz.ui.panel_links._LONGEST_SECONDS", 60.0)
    monkeypatch.setattr(Turns, "is_affordable", lambda _, *, comes_first=False: comes_first)
    near = trained.findChild(PanelLinks)
    assert near is not None
    selection = trained.workbench.selection
    selection.select(Split.TEST, 3)
    wanted = selection.pixels
    qtbot.waitUntil(
        lambda: (
            (seen := trained.layer_panel.inspection) is not None and (seen.image_view.image == wanted).all()
        )
    )


def maps_of_conv1(window: MainWindow) -> int:
    shown = window.network_view.canvas.shown
    return len(shown.view.layers[0].values) if shown is not None else 0


def test_another_design_is_seen_from_its_start(tmp_path: Path, qtbot: QtBot) -> None:
    with open_window(tmp_path) as window:
        window.resize(1024, 700)
        document, bar = window.workbench.document, window.network_view.canvas.horizontalScrollBar()
        qtbot.waitUntil(lambda: bar.maximum() > 200)
        bar.setValue(bar.maximum())
        first, *others = document.spec.layers
        assert isinstance(first, Conv2D)
        wider = dataclasses.replace(first, filters=20)
        document.edit("Widen conv1", dataclasses.replace(document.spec, layers=(wider, *others)))
        qtbot.waitUntil(lambda: maps_of_conv1(window) == 20)
        assert bar.value() > 200  # an edited design stays where it was looked at
        document.new(dataclasses.replace(document.spec, layers=(first, *others)))
        qtbot.waitUntil(lambda: maps_of_conv1(window) == 16)
        assert bar.maximum() > 200
        assert bar.value() == 0


def test_what_is_near_follows_another_network_in_a_turn_of_its_own(
    tmp_path: Path, qapp: object, qtbot: QtBot
) -> None:
    with open_window(tmp_path) as window:
        inspector, panel = window.workbench.inspector, window.layer_panel
        qtbot.waitUntil(lambda: panel.inspection is not None)
        pairs: list[tuple[Inspection, Inspection | None]] = []
        inspector.inspected.connect(lambda inspection: pairs.append((inspection, panel.inspection)))
        other = bundled_design("one-conv")
        window.workbench.document.new(dataclasses.replace(other, input=window.workbench.document.spec.input))
        qtbot.waitUntil(lambda: bool(pairs))
        maps, near = pairs[0]
        assert near is not maps
        qtbot.waitUntil(lambda: panel.inspection is inspector.inspection)
