"""A main window on a real X display, moved with a real mouse.

Run as a program it opens the window and prints its state, one JSON object per change; `Window` starts that
program and reads it.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_S = 30.0
_MOVES = 12
_MOVE_PAUSE_S = 0.04
"""A drag is recognised from moves over time, not from one jump."""


class Display:
    """A virtual X screen, on a number that was free."""

    def __init__(self) -> None:
        reader, writer = os.pipe()
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1500x1000x24", "-nolisten", "tcp"]
        self._process = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as numbers:
            self.name = f":{numbers.readline().strip()}"

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE_S)


class Window:
    """The program's window on a display."""

    def __init__(self, display: Display, folder: Path, design: str) -> None:
        self.environment = {
            **os.environ,
            "DISPLAY": display.name,
            "QT_QPA_PLATFORM": "xcb",
            "HOME": str(folder),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.x11_window", str(folder / "settings.ini"), design],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._states: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.state: dict[str, Any] = {}

    def wait_for(self, *layers: str) -> None:
        """Wait until the design has these layers, in this order; a block has its body in brackets."""
        deadline = time.monotonic() + PATIENCE_S
        while self.state.get("layers") != list(layers):
            remaining = deadline - time.monotonic()
            try:
                self.state = self._states.get(timeout=max(0.01, remaining))
            except queue.Empty:
                raise AssertionError(f"waited for {layers}, last was {self.state.get('layers')}") from None

    def wait_until(self, is_so: Callable[[dict[str, Any]], bool]) -> None:
        """Wait until the state is as wanted."""
        deadline = time.monotonic() + PATIENCE_S
        while not self.state or not is_so(self.state):
            try:
                self.state = self._states.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"waited in vain, last was {self.state}") from None

    def drag(
        self,
        source: list[int],
        target: list[int],
        *,
        key: str = "",
        rest: Callable[[], None] | None = None,
    ) -> None:
        """Press at one place of the screen, move to another, do what `rest` does, and let go."""
        self._xdotool("mousemove", *source)
        self._xdotool("mousedown", 1)
        for step in range(1, _MOVES + 1):
            if key and step == _MOVES // 2:
                self._xdotool("keydown", key)
            x, y = (a + (b - a) * step // _MOVES for a, b in zip(source, target, strict=True))
            self._xdotool("mousemove", x, y)
            time.sleep(_MOVE_PAUSE_S)
        if rest is not None:
            rest()
        self._xdotool("mouseup", 1)
        if key:
            self._xdotool("keyup", key)

    def press_key(self, key: str) -> None:
        """Press a key and let it go."""
        self._xdotool("key", key)

    def click(self, place: list[int], *, key: str = "") -> None:
        """Click at one place of the screen, perhaps with a key held down."""
        self._xdotool("mousemove", *place)
        if key:
            self._xdotool("keydown", key)
        self._xdotool("click", 1)
        if key:
            self._xdotool("keyup", key)

    def behind(self, layer_id: str) -> list[int]:
        """Return the place on the screen right behind a layer's card."""
        x, y, half = self.state["rows"][layer_id]
        return [x, y + half - 3]

    def card(self, layer_id: str) -> list[int]:
        """Return the middle of a layer's card."""
        x, y, _ = self.state["rows"][layer_id]
        return [x, y]

    def close(self) -> int:
        """Close the window; return the program's exit status."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            return self._process.wait(PATIENCE_S)
        finally:
            self._process.kill()
            self._process.wait()
            self._reader.join()
            self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._states.put(json.loads(line))

    def _xdotool(self, *words: object) -> None:
        command = ["xdotool", *(str(word) for word in words)]
        subprocess.run(command, env=self.environment, check=True, timeout=PATIENCE_S)


def main(settings_path: Path, design: str) -> int:
    """Show the window and print its state until standard input ends."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from cnnviz.app.settings import Settings
    from cnnviz.ui.dialogs import Dialogs
    from cnnviz.ui.launch import make_window

    app = QApplication([])
    window = make_window(app, Settings(settings_path), Dialogs())
    window.workbench.document.new(_design(design))
    window.move(0, 0)
    window.show()
    printed: list[str] = []
    ended = threading.Event()

    def tell() -> None:
        if ended.is_set():
            app.exit()  # not quit(), which would ask about the unsaved design
        text = json.dumps(_state(window))
        if printed[-1:] != [text]:
            printed.append(text)
            print(text, flush=True)

    def wait_for_end() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    timer = QTimer(window)
    timer.timeout.connect(tell)
    timer.start(50)
    app.exec()
    window.workbench.close()
    return 0


def _design(name: str) -> Any:
    from cnnviz.spec.layers import Conv2D, Dense, Flatten, ReLU, Residual, Softmax
    from cnnviz.spec.network import InputSpec, NetworkSpec

    body = (Conv2D(padding="same"), ReLU())
    start = {
        "row": (Conv2D(), ReLU()),
        "tree": (ReLU(), Residual(layers=body)),
        "long": tuple(ReLU() for _ in range(50)),
    }[name]
    layers = (*start, Flatten(), Dense(units=10), Softmax())
    return NetworkSpec(name="test", input=InputSpec(), layers=layers)


def _outline(layers: Any) -> list[str]:
    """Return the ids of layers, each block with its body in brackets."""
    from cnnviz.spec.layers import Residual

    return [
        f"{layer.id}[{' '.join(_outline(layer.layers))}]" if isinstance(layer, Residual) else layer.id
        for layer in layers
    ]


def _state(window: Any) -> dict[str, Any]:
    from PySide6.QtCore import QPoint

    view, model = window.builder.list_view, window.builder.model
    rows = {}
    for row in range(model.rowCount()):
        rect = view.visualRect(model.index(row))
        place = view.viewport().mapToGlobal(rect.center())
        rows[model.card(row).layer_id] = [place.x(), place.y(), rect.height() // 2]
    chips = {}
    for chip in window.builder.palette_view.chips:
        place = chip.mapToGlobal(chip.rect().center())
        chips[chip.text()] = [place.x(), place.y()]
    spec = window.workbench.document.spec
    return {
        "layers": _outline(spec.layers),
        "rows": rows,
        "chips": chips,
        "network": _on_screen(window.network_view, window.network_view.rect().center()),
        "list_end": _on_screen(view.viewport(), view.viewport().rect().bottomLeft() + QPoint(60, -4)),
        "scroll": [view.verticalScrollBar().value(), view.verticalScrollBar().maximum()],
        "hint": window.drag_out.hint.words,
        "labels": _labels(window),
        "filters": [layer.filters for layer in spec.layers if hasattr(layer, "filters")],
        "undo": window.workbench.document.undo_stack.undoText(),
        **_opened(window),
    }


def _opened(window: Any) -> dict[str, str]:
    """Return what has come of files: the image, the design and the data set in use, and what is said."""
    bench, dialog = window.workbench, window.imports.dialog
    return {
        "image": bench.selection.own_name,
        "design": bench.document.spec.name,
        "dataset": bench.selection.dataset.name,
        "importing": dialog.windowTitle() if dialog is not None and dialog.isVisible() else "",
        "banner": window.banner.text,
        "status": window.statusBar().currentMessage(),
    }


def _labels(window: Any) -> dict[str, list[int]]:
    from cnnviz.ui.forms.turn_label import TurnLabel

    rows = window.builder.form.rows
    labels = rows.findChildren(TurnLabel) if rows is not None else []
    return {label.text(): _on_screen(label, label.rect().center()) for label in labels}


def _on_screen(widget: Any, point: Any) -> list[int]:
    place = widget.mapToGlobal(point)
    return [place.x(), place.y()]


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), sys.argv[2]))
