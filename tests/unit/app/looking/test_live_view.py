"""The live view: one request for changes in a row, none while nobody looks, newer weights when ready."""

from __future__ import annotations

import pytest

from cnnviz.app.document import Document
from cnnviz.app.looking.inspection import Inspector
from cnnviz.app.looking.live_view import LiveView
from cnnviz.app.selection import Selection
from cnnviz.app.training.session import Session
from cnnviz.data.digits import open_digits
from cnnviz.interpret.atlas import Scale
from cnnviz.spec.layers import ReLU
from tests.helpers.designs import ENDLESS, small_design

pytestmark = pytest.mark.usefixtures("qapp")


class Scene:
    """The parts around a live view, and the views that came."""

    def __init__(self):
        self.document = Document(small_design())
        self.session = Session(threads=1)
        self.selection = Selection(open_digits())
        self.inspector = Inspector()
        self.view = LiveView(self.document, self.session, self.selection, self.inspector)
        self.seen = []
        self.inspector.inspected.connect(self.seen.append)

    def close(self):
        assert self.session.close()
        assert self.inspector.close()


@pytest.fixture
def scene():
    scene = Scene()
    yield scene
    scene.close()


@pytest.fixture
def watched(scene, qtbot):
    scene.view.set_watched(True)
    qtbot.waitUntil(lambda: len(scene.seen) == 1)
    return scene


def test_the_first_look_shows_the_untrained_network(watched):
    view = watched.seen[0].image_view
    assert [layer.layer_id for layer in view.layers] == [layer.id for layer in watched.document.spec.layers]
    assert view.step == 0
    assert view.image.tobytes() == watched.selection.pixels.tobytes()


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.selection.next(),
        lambda s: s.document.insert_layer(ReLU(), 1),
        lambda s: s.session.set_seed(3),
        lambda s: s.view.set_scale(Scale.PER_MAP),
    ],
)
def test_every_change_is_shown(watched, qtbot, change):
    change(watched)
    qtbot.waitUntil(lambda: len(watched.seen) == 2)
    assert watched.seen[1].spec == watched.document.spec
    assert watched.seen[1].image_view.layers[0].atlas.scale is watched.view.scale


def test_changes_in_a_row_are_one_request(watched, qtbot):
    for _ in range(20):
        watched.selection.next()
    qtbot.waitUntil(lambda: len(watched.seen) == 2 and not watched.inspector.is_busy)
    assert watched.seen[1].image_view.image.tobytes() == watched.selection.pixels.tobytes()


def test_during_a_run_newer_and_newer_weights_are_shown(watched, qtbot):
    watched.session.start(watched.document.spec, ENDLESS, watched.selection.dataset)
    qtbot.waitUntil(lambda: len(watched.seen) >= 5)
    steps = [inspection.image_view.step for inspection in watched.seen[1:]]
    assert steps == sorted(steps)
    assert steps[-1] > steps[0]


def test_while_nobody_looks_nothing_is_computed_and_then_the_latest(watched, qtbot):
    watched.view.set_watched(False)
    watched.selection.next()
    assert not watched.inspector.is_busy
    watched.view.set_watched(True)
    qtbot.waitUntil(lambda: len(watched.seen) == 2)
    assert watched.seen[1].image_view.image.tobytes() == watched.selection.pixels.tobytes()


def test_while_weights_are_held_only_the_image_changes(watched, qtbot):
    watched.session.start(watched.document.spec, ENDLESS, watched.selection.dataset)
    qtbot.waitUntil(lambda: len(watched.seen) >= 2)
    watched.view.hold_weights()
    qtbot.waitUntil(lambda: not watched.inspector.is_busy)
    watched.selection.next()
    pixels = watched.selection.pixels.tobytes()
    qtbot.waitUntil(lambda: watched.seen[-1].image_view.image.tobytes() == pixels)
    held = watched.seen[-1].image_view.step
    watched.view.let_weights_go()
    qtbot.waitUntil(lambda: watched.seen[-1].image_view.step > held)
