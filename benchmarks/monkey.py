"""A seeded monkey at the window while it trains: whether anything breaks, and whether memory stays flat.

It presses commands, buttons and keys, turns wheels, chooses tabs, edits and undoes designs, and answers
every question. All comes from the seed, though what it meets depends on how far the training has come. Once
a minute it goes back to the same calm state, and the memory held then is noted: a fresh default design
without weights, the default data set, every other window closed, and nothing on the clipboard, since pictures
of any size that it chose to leave open or to copy are its own doing.

It fails where the log has an error or a warning, an exception reached the event loop, Qt complained, a thread
was left, or the last quarter of the calm moments holds over a tenth more memory than the second.

Usage: python -m benchmarks.monkey [--minutes 30] [--seed 0] [--json]
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.spec.training import TrainingSpec
from cnnviz.training.machine_memory import used_bytes

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext, QtMsgType
    from PySide6.QtWidgets import QApplication, QWidget

    from cnnviz.app.housekeeping import Housekeeper
    from cnnviz.ui.dialogs import Answer
    from cnnviz.ui.main_window import MainWindow

_CALM_SECONDS = 60.0
_GROWTH = 1.1
_DESIGNS = ("digits-cnn", "lenet5", "two-conv", "linear-softmax")
_KEYS = "Tab Backtab Return Escape Delete Up Down Left Right Space 1 5 0 Backspace PageDown Home a x".split()
_MODIFIERS = (*4 * ("NoModifier",), "ShiftModifier", "ControlModifier")
_HARMLESS = ("This plugin does not support",)


def main() -> int:
    """Let the monkey loose, print what happened, and return 0 where nothing broke and memory is flat."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    arguments = _parse()
    with tempfile.TemporaryDirectory() as folder:
        troubles, calm, done = let_loose(Path(folder), arguments.minutes, arguments.seed)
    megabytes = [round(held / 1e6) for held in calm]
    quarter = max(len(calm) // 4, 1)
    growth = float(np.mean(calm[-quarter:]) / np.mean(calm[quarter : 2 * quarter] or calm))
    print(f"{sum(done.values()):,} actions in {arguments.minutes:g} min, seed {arguments.seed}: ", end="")
    print(", ".join(f"{count:,} {kind}" for kind, count in done.most_common()))
    print(f"memory in calm moments: {' '.join(map(str, megabytes))} MB; ", end="")
    print(f"last quarter {growth:.2f} × the second (goal ≤ {_GROWTH:g})")
    print(f"troubles: {len(troubles)}")
    for trouble, count in Counter(troubles).most_common():
        print(f"  {count} × {trouble}")
    if arguments.json:
        print(json.dumps({"growth": growth, "megabytes": megabytes, "troubles": troubles}))
    return 0 if not troubles and growth <= _GROWTH else 1


def let_loose(folder: Path, minutes: float, seed: int) -> tuple[list[str], list[int], Counter[str]]:
    """Return what went wrong, the bytes held at each calm moment, and how often each thing was done."""
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from cnnviz.app.heap import tune_heap
    from cnnviz.app.settings import Settings
    from cnnviz.app.startup import ErrorReporter, tune_threads
    from cnnviz.ui.launch import make_housekeeper, make_window
    from cnnviz.ui.overrides import guard_overrides

    tune_heap()
    guard_overrides()
    app = QApplication(sys.argv[:1])
    tune_threads()
    ears, reporter = _Ears(), ErrorReporter()
    logging.getLogger().addHandler(ears)
    qInstallMessageHandler(ears.hear_qt)
    reporter.install()
    chance = random.Random(seed)
    window = make_window(app, Settings(folder / "settings.ini"), _Answers(folder, chance))
    window.show()
    housekeeper = make_housekeeper(window)
    housekeeper.begin()
    monkey = _Monkey(app, window, chance, housekeeper)
    try:
        calm = monkey.play(60 * minutes)
        if not window.workbench.close():
            ears.troubles.append("a thread did not end")
        window.hide()  # PySide deletes what is left in no order, and widgets in sight would tell others
    finally:
        housekeeper.end()
        reporter.uninstall()
        qInstallMessageHandler(None)
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("cnnviz")]
    return ears.troubles + [f"thread {name} was left" for name in left], calm, monkey.done


class _Ears(logging.Handler):
    """Collects what the log and Qt complain of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.troubles: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + logging.Formatter().formatException(record.exc_info)
        self.troubles.append(text)

    def hear_qt(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        """Take a message of Qt."""
        if not text.startswith(_HARMLESS):
            self.troubles.append(f"{kind.name}: {text}")


class _Answers:
    """Answers every question of the window at once, by chance."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._folder, self._chance = folder, chance

    def keep(self, parent: QWidget, what: str, why: str) -> Answer:
        from cnnviz.ui.dialogs import Answer

        return self._chance.choice([Answer.DISCARD, Answer.CANCEL])

    def file_to_open(self, parent: QWidget, title: str, pattern: str, folder: Path | None) -> Path | None:
        files = [path for path in self._folder.rglob("*") if path.is_file()]
        return self._chance.choice([None, *files])

    def folder_to_open(self, parent: QWidget, title: str, folder: Path | None) -> Path | None:
        return self._chance.choice([None, self._folder])

    def file_to_save(self, parent: QWidget, title: str, pattern: str, suggestion: Path) -> Path | None:
        return self._chance.choice([None, self._folder / suggestion.name, self._folder / "no" / "such"])

    def text(self, parent: QWidget, title: str, label: str, value: str) -> str | None:
        return self._chance.choice([None, "", "a name", value + " again", 300 * "long "])


class _Monkey:
    """Acts on a window. `done` counts what it did."""

    def __init__(
        self, app: QApplication, window: MainWindow, chance: random.Random, housekeeper: Housekeeper
    ) -> None:
        from PySide6.QtCore import QTimer

        self._app, self._window, self._chance = app, window, chance
        self._housekeeper = housekeeper
        self.done: Counter[str] = Counter()
        self._deeds = [
            *(3 * [self._press_command]),
            *(4 * [self._click]),
            *(3 * [self._press_key]),
            *(2 * [self._turn_wheel]),
            *(2 * [self._train]),
            self._resize,
            self._open_design,
            self._choose_panel,
            self._change_settings,
        ]
        # Dialogs and menus wait in loops of their own; whatever waits is clicked on, and ended in the end.
        self._timer = QTimer(window, interval=40)
        self._timer.timeout.connect(self._answer_whatever_waits)

    def play(self, seconds: float) -> list[int]:
        """Act for so long and return the bytes held at each calm moment."""
        calm, until = [], time.monotonic() + seconds
        self._timer.start()
        while time.monotonic() < until:
            pause = time.monotonic() + min(_CALM_SECONDS, seconds / 8)
            while time.monotonic() < pause:
                deed = self._chance.choice(self._deeds)
                self.done[deed.__name__.strip("_").replace("_", " ")] += 1
                deed()
                self._run(self._chance.choice([0.0, 0.01, 0.05, 0.2]))
            calm.append(self._calm_down())
            print(f"  {calm[-1] / 1e6:.0f} MB", file=sys.stderr, flush=True)
        self._timer.stop()
        return calm

    def _calm_down(self) -> int:
        from cnnviz.app.designs.bundled import default_design
        from cnnviz.app.workbench import DEFAULT_DATASET
        from cnnviz.data.catalog import open_dataset

        bench = self._window.workbench
        bench.session.close()
        for window in self._app.topLevelWidgets():
            if window is not self._window:
                window.close()
        self._app.clipboard().clear()
        self._run(0.5)
        bench.selection.set_dataset(open_dataset(DEFAULT_DATASET))
        bench.document.new(default_design())
        bench.session.reset_weights()
        self._run(0.5)
        self._housekeeper.tidy()
        return used_bytes()

    def _run(self, seconds: float) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()  # unlike `processEvents`, it also deletes what is to be deleted later
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()

    def _press_command(self) -> None:
        actions = [action for action in self._window.commands if action.isEnabled()]
        action = self._chance.choice(actions)
        if action is not self._window.commands["quit"]:
            action.trigger()

    def _train(self) -> None:
        self._window.commands[self._chance.choice(["train", "train", "pause", "stop", "step"])].trigger()

    def _click(self) -> None:
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        widget = self._any_widget()
        if widget is None:
            return
        place = QPoint(self._chance.randrange(widget.width()), self._chance.randrange(widget.height()))
        button = self._chance.choice([Qt.MouseButton.LeftButton] * 4 + [Qt.MouseButton.RightButton])
        QTest.mouseMove(widget, place)
        if self._chance.random() < 0.2:
            QTest.mouseDClick(widget, button, pos=place)
        else:
            QTest.mouseClick(widget, button, pos=place)

    def _press_key(self) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        widget = self._app.focusWidget() or self._window
        name = self._chance.choice(_KEYS)
        key = Qt.Key[f"Key_{name if len(name) > 1 else name.upper()}"]
        modifier = Qt.KeyboardModifier[self._chance.choice(_MODIFIERS)]
        QTest.keyClick(widget, key, modifier)

    def _turn_wheel(self) -> None:
        from PySide6.QtCore import QPoint, QPointF, Qt
        from PySide6.QtGui import QWheelEvent

        widget = self._any_widget()
        if widget is None:
            return
        middle = QPointF(widget.rect().center())
        turn = QPoint(0, self._chance.choice([-240, -120, 120, 240]))
        modifier = Qt.KeyboardModifier[self._chance.choice(_MODIFIERS)]
        event = QWheelEvent(
            middle, widget.mapToGlobal(middle), QPoint(), turn, Qt.MouseButton.NoButton, modifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        self._app.sendEvent(widget, event)

    def _resize(self) -> None:
        self._window.resize(self._chance.randrange(700, 1900), self._chance.randrange(500, 1100))

    def _open_design(self) -> None:
        from cnnviz.resource_files import resource_path
        from cnnviz.spec.io import load

        bench = self._window.workbench
        bench.document.new(load(resource_path("networks", f"{self._chance.choice(_DESIGNS)}.json")))
        if self._window.commands["adapt"].isEnabled():
            self._window.commands["adapt"].trigger()

    def _choose_panel(self) -> None:
        from PySide6.QtWidgets import QDockWidget

        docks = self._window.findChildren(QDockWidget)
        dock = self._chance.choice(docks)
        dock.show()
        dock.raise_()

    def _change_settings(self) -> None:
        self._window.training_form.set_training(
            TrainingSpec(
                epochs=self._chance.choice([1, 3, 20, 1000]),
                batch_size=self._chance.choice([1, 7, 32, 128]),
                seed=self._chance.randrange(3),
            )
        )

    def _any_widget(self) -> QWidget | None:
        from PySide6.QtWidgets import QWidget

        widgets = [
            widget
            for widget in self._window.findChildren(QWidget)
            if widget.isVisible() and widget.isEnabled() and not widget.visibleRegion().isEmpty()
        ]
        return self._chance.choice(widgets) if widgets else None

    def _answer_whatever_waits(self) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QAbstractButton, QDialog

        popup, dialog = self._app.activePopupWidget(), self._app.activeModalWidget()
        if popup is not None:
            key = self._chance.choice(
                [Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Escape]
            )
            QTest.keyClick(popup, key)
        elif isinstance(dialog, QDialog):
            buttons = [
                one for one in dialog.findChildren(QAbstractButton) if one.isVisible() and one.isEnabled()
            ]
            if buttons and self._chance.random() < 0.7:
                self._chance.choice(buttons).click()
            else:
                dialog.reject()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Random actions in the window while it trains.")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
