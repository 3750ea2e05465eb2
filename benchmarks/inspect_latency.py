"""How long looking takes on the screen, and what it costs a run: every figure with its goal.

window   Another image until all maps are painted; the mouse over the network; large designs opened: until
         the first columns stand, and the longest that the window waits meanwhile.
numbers  The mouse over a map while one number is explained, for several kinds of layers.
layers   A layer opened, studied, put in order and paged.
cost     The speed of a run that is looked at against that of the same run while nobody looks, in turns of a
         few seconds, and how often its maps are new.

Times are those of this process alone, as the window would be.

Usage: python -m benchmarks.inspect_latency [window numbers layers cost] [--moves 200] [--seconds 3] [--json]
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from benchmarks._look_cost import measure_cost
from benchmarks._look_pages import measure_layers, measure_numbers
from benchmarks._look_window import measure_window
from cnnviz.app.heap import tune_heap
from cnnviz.app.startup import tune_threads
from cnnviz.ui.theme import apply_theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks._look import Figure


def main() -> int:
    """Measure, print, and return 0 where every goal is reached."""
    arguments = _parse()
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app, "light")
    tune_heap()
    tune_threads()
    parts: dict[str, Callable[[], Iterator[Figure]]] = {
        "window": lambda: measure_window(app),
        "numbers": lambda: measure_numbers(app, arguments.moves),
        "layers": lambda: measure_layers(app),
        "cost": lambda: measure_cost(app, arguments.seconds),
    }
    figures = []
    for name in arguments.parts or parts:
        for figure in parts[name]():
            print(figure.line, flush=True)
            figures.append(figure)
    if arguments.json:
        print(json.dumps([{**dataclasses.asdict(one), "reached": one.is_reached} for one in figures]))
    return 0 if all(one.is_reached for one in figures) else 1


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = ("window", "numbers", "layers", "cost")
    parser.add_argument(
        "parts", nargs="*", choices=(*names, []), help="what to measure; all of it if not said"
    )
    parser.add_argument("--moves", type=int, default=200, help="moves of the mouse over one map")
    parser.add_argument("--seconds", type=float, default=3.0, help="time of each turn of `cost`")
    parser.add_argument("--json", action="store_true", help="print one JSON list as the last line")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
