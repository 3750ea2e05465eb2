"""How long an edit of a design of 100 layers takes until the window shows it.

Random edits (insert, remove, move, change a setting, undo, redo) are made in the real window. Each is timed
from the call of the document until the event loop has nothing left to do: the list, the form, the costs and
the problems are painted then. The feature maps of the new design are computed on a thread of their own; the
time until they are painted too is told beside it.

Usage: python -m benchmarks.edit_latency [--edits 300] [--costs] [--profile] [--json]
"""

from __future__ import annotations

import argparse
import cProfile
import dataclasses
import json
import pstats
import random
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, Layer, MaxPool2D, ReLU, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication

    from cnnviz.app.document import Document
    from cnnviz.ui.main_window import MainWindow

LAYERS = 100
GOAL_MEDIAN_MS = 16.0
WARM_UP_EDITS = 15
LONGEST_WAIT_SECONDS = 20.0


def main() -> int:
    """Measure, print, and return 0 where the goal is reached."""
    arguments = _parse()
    times, maps = measure(arguments)
    every = [value for values in times.values() for value in values]
    print(f"{len(every)} edits of a design of {LAYERS} layers, from the edit until it is shown, in ms:")
    print(f"{'':>12}{'median':>9}{'p95':>9}{'most':>9}")
    for name, values in [("all", every), *sorted(times.items()), ("with maps", maps)]:
        print(f"{name:>12}" + "".join(f"{figure:>9.1f}" for figure in _figures(values).values()))
    reached = bool(np.median(every) <= GOAL_MEDIAN_MS)
    print(f"goal: a median of {GOAL_MEDIAN_MS:g} ms is {'reached' if reached else 'missed'}")
    if arguments.json:
        kinds = {name: _figures(values) for name, values in times.items()}
        print(json.dumps({"all": _figures(every), **kinds, "with_maps": _figures(maps), "goal": reached}))
    return 0 if reached else 1


def measure(arguments: argparse.Namespace) -> tuple[dict[str, list[float]], list[float]]:
    """Return the times of the edits by their kind, and of all of them until the maps are there, in ms."""
    from PySide6.QtWidgets import QApplication

    from cnnviz.app.heap import tune_heap
    from cnnviz.app.settings import Settings
    from cnnviz.app.startup import tune_threads
    from cnnviz.ui.dialogs import Dialogs
    from cnnviz.ui.launch import make_housekeeper, make_window

    app = QApplication(sys.argv[:1])
    tune_heap()
    tune_threads()
    with tempfile.TemporaryDirectory() as folder:
        window = make_window(app, Settings(Path(folder) / "settings.ini"), Dialogs())
        window.resize(1440, 900)
        window.show()
        window.workbench.document.new(design_of_many_layers())
        if arguments.costs:
            window.docks.costs.raise_()
        make_housekeeper(window).begin()
        _wait_for_maps(app, window)
        profile = cProfile.Profile() if arguments.profile else None
        try:
            return _timed_edits(app, window, arguments, profile)
        finally:
            window.workbench.close()
            if profile is not None:
                pstats.Stats(profile, stream=sys.stderr).sort_stats("cumulative").print_stats(60)


def _timed_edits(
    app: QApplication, window: MainWindow, arguments: argparse.Namespace, profile: cProfile.Profile | None
) -> tuple[dict[str, list[float]], list[float]]:
    times: defaultdict[str, list[float]] = defaultdict(list)
    maps = []
    edits = random_edits(window.workbench.document, random.Random(arguments.seed))
    for number in range(-WARM_UP_EDITS, arguments.edits):
        name, edit = next(edits)
        if profile is not None and number >= 0:
            profile.enable()
        began = time.perf_counter()
        edit()
        _drain(app)
        shown = time.perf_counter()
        if profile is not None:
            profile.disable()
        _wait_for_maps(app, window)
        if number >= 0:
            times[name].append(1000 * (shown - began))
            maps.append(1000 * (time.perf_counter() - began))
    return times, maps


def _drain(app: QApplication) -> None:
    """Let the event loop do all that waits to be done: signals, layouts, painting."""
    from PySide6.QtCore import QAbstractEventDispatcher, QEventLoop

    dispatcher = QAbstractEventDispatcher.instance()
    while dispatcher.processEvents(QEventLoop.ProcessEventsFlag.AllEvents):
        pass


def _wait_for_maps(app: QApplication, window: MainWindow) -> None:
    """Wait until the maps of the design as it is are painted."""
    bench, until = window.workbench, time.perf_counter() + LONGEST_WAIT_SECONDS
    while time.perf_counter() < until:
        _drain(app)
        inspection = bench.inspector.inspection
        if inspection is not None and inspection.spec is bench.document.spec and not bench.inspector.is_busy:
            _drain(app)
            return
        time.sleep(0.0005)
    raise SystemExit("The maps did not come.")


def design_of_many_layers() -> NetworkSpec:
    """Return a design of exactly 100 layers, some of them in blocks, which fits the bundled digits."""
    layers: list[Layer] = []
    for _ in range(7):
        body = (Conv2D(filters=8, padding="same"), BatchNorm(), ReLU(), Conv2D(filters=8, padding="same"))
        layers += [Residual(layers=body), ReLU()]
    layers.append(MaxPool2D())
    while len(layers) < LAYERS - 7 * 4 - 2:
        layers += [Conv2D(filters=8, padding="same"), BatchNorm(), ReLU()]
    tail = (Flatten(), Dense(units=10))
    layers = [*layers[: LAYERS - 7 * 4 - len(tail)], *tail]
    spec = NetworkSpec(name="Many layers", input=InputSpec(), layers=tuple(layers))
    assert sum(1 for _ in spec.walk()) == LAYERS
    return spec


def random_edits(document: Document, dice: random.Random) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield kinds of edits with what makes them; the design keeps about its size and can be computed."""
    kinds = {
        "insert": _insertion,
        "remove": _removal,
        "move": _move,
        "change": _change,
        "undo": _undo,
        "redo": _redo,
    }
    while True:
        count = sum(1 for _ in document.spec.walk())
        name = dice.choice(sorted(kinds))
        name = "remove" if count > LAYERS + 5 else "insert" if count < LAYERS - 5 else name
        edit = kinds[name](document, dice)
        if edit is not None:
            yield name, edit


def _insertion(document: Document, dice: random.Random) -> Callable[[], None]:
    kinds = (ReLU(), BatchNorm(), Dropout(), Conv2D(filters=8, padding="same"))
    parent = dice.choice([None, *_blocks(document.spec)])
    new_spec = document.spec.insert(_place(document.spec, parent, dice), dice.choice(kinds), parent)
    return lambda: document.edit("Add", new_spec)


def _removal(document: Document, dice: random.Random) -> Callable[[], None]:
    new_spec = document.spec.remove(dice.choice(_movable(document.spec)))
    return lambda: document.edit("Remove", new_spec)


def _move(document: Document, dice: random.Random) -> Callable[[], None] | None:
    spec = document.spec
    layer_id = dice.choice(_movable(spec))
    parent = dice.choice([spec.parent_of(layer_id), *_blocks(spec)])
    if parent == layer_id:
        return None
    new_spec = spec.move(layer_id, _place(spec.remove(layer_id), parent, dice), parent)
    return None if new_spec == spec else lambda: document.edit("Move", new_spec)


def _change(document: Document, dice: random.Random) -> Callable[[], None] | None:
    spec = document.spec
    layer = dice.choice([layer for layer in spec.walk() if isinstance(layer, Conv2D)])
    size, biased = dice.choice((1, 3, 5)), dice.random() < 0.5
    new_spec = spec.replace(dataclasses.replace(layer, kernel_size=(size, size), use_bias=biased))
    return None if new_spec == spec else lambda: document.edit("Change", new_spec)


def _undo(document: Document, dice: random.Random) -> Callable[[], None] | None:
    return document.undo_stack.undo if document.undo_stack.canUndo() else None


def _redo(document: Document, dice: random.Random) -> Callable[[], None] | None:
    return document.undo_stack.redo if document.undo_stack.canRedo() else None


def _blocks(spec: NetworkSpec) -> list[str]:
    return [layer.id for layer in spec.layers if isinstance(layer, Residual)]


def _movable(spec: NetworkSpec) -> list[str]:
    """Return the layers without which the design can still be computed."""
    return [layer.id for layer in spec.walk() if isinstance(layer, ReLU | BatchNorm | Dropout)]


def _place(spec: NetworkSpec, parent: str | None, dice: random.Random) -> int:
    """Return a place in a block, or in the network before its last two layers."""
    return dice.randint(0, len(spec.layers_of(parent)) - (2 if parent is None else 0))


def _figures(values: list[float]) -> dict[str, float]:
    median, p95, most = (float(np.percentile(values, share)) for share in (50, 95, 100))
    return {"median_ms": median, "p95_ms": p95, "most_ms": most}


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How long an edit of a large design takes to be shown.")
    parser.add_argument("--edits", type=int, default=300, help="how many edits are timed")
    parser.add_argument("--seed", type=int, default=0, help="of the random edits")
    parser.add_argument("--costs", action="store_true", help="with the table of costs in sight")
    parser.add_argument("--profile", action="store_true", help="say on standard error where the time goes")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
