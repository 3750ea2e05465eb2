"""A folder of pictures in a window: how long it waits while they are imported, browsed and learned from."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._beats import gap_during

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.ui.main_window import MainWindow

_SCROLLS, _SCROLL_MS = 60, 16
_LEARN_SECONDS = 4.0
_LOOK_SECONDS = 0.05


def window_figures(folder: Path, settings: Path) -> dict[str, float]:
    """Import the folder in a window, as a person does, for the first time and once more; then use its images.

    Returns
    -------
    dict
        The longest gap of the event loop in ms during each part, `…_gap_ms`, and the seconds of each import.
        `private_mb` is the most memory that belongs to the process alone, where the system tells it, and
        `private_before_mb` that before the import: the pages of the file that the images are mapped from are
        not in it, which the system takes back.
    """
    from PySide6.QtWidgets import QApplication

    from cnnviz.app.settings import Settings
    from cnnviz.data.importing.cache import PictureCache
    from cnnviz.ui.dialogs import Dialogs
    from cnnviz.ui.launch import make_housekeeper, make_window

    PictureCache().clear()
    app = QApplication(sys.argv[:1])
    window = make_window(app, Settings(settings / "settings.ini"), Dialogs())
    window.show()
    keeper = make_housekeeper(window)
    keeper.begin()
    gap_during(lambda: True, least_seconds=1.5)
    before = _private_bytes()
    with _PrivateMemory() as memory:
        figures = _imports(window, folder)
        figures["browsing_gap_ms"] = _browsing_gap(window)
        _learn(window)
    figures |= {"private_before_mb": before / 1e6, "private_mb": memory.most / 1e6}
    window.workbench.close()
    keeper.end()
    return figures


def _imports(window: MainWindow, folder: Path) -> dict[str, float]:
    from cnnviz.ui.importing.import_dialog import ImportStage

    figures: dict[str, float] = {}
    for name in ("first", "second"):
        before = window.workbench.selection.dataset
        window.files.open_path(folder)
        dialog = window.imports.dialog
        assert dialog is not None
        _, looking = gap_during(lambda: dialog.stage is ImportStage.CHOOSING)  # noqa: B023
        dialog.accept()
        seconds, importing = gap_during(lambda: window.workbench.selection.dataset is not before)  # noqa: B023
        figures |= {
            f"{name}_looking_gap_ms": looking,
            f"{name}_import_gap_ms": importing,
            f"{name}_window_s": seconds,
        }
    return figures


def _browsing_gap(window: MainWindow) -> float:
    """Open the browser and scroll to places all over the data set."""
    from PySide6.QtCore import QTimer

    from cnnviz.ui.browser.browser_window import BrowserWindow

    window.commands["browse_data"].trigger()
    browser = window.findChild(BrowserWindow)
    assert browser is not None
    done = 0

    def scroll() -> None:
        nonlocal done
        bar = browser.parts.grid.verticalScrollBar()
        done += 1
        bar.setValue(bar.maximum() * (done * 7 % _SCROLLS) // _SCROLLS)

    timer = QTimer(interval=_SCROLL_MS)
    timer.timeout.connect(scroll)
    timer.start()
    gap = gap_during(lambda: done >= _SCROLLS)[1]
    timer.stop()
    browser.close()
    return gap


def _learn(window: MainWindow) -> None:
    """Train for some seconds."""
    window.commands["train"].trigger()
    gap_during(_after(_LEARN_SECONDS))
    assert not window.workbench.session.is_idle
    window.workbench.session.stop()
    gap_during(lambda: window.workbench.session.is_idle)


def _after(seconds: float) -> Callable[[], bool]:
    until = time.perf_counter() + seconds
    return lambda: time.perf_counter() > until


class _PrivateMemory:
    """Looks again and again how much memory belongs to this process alone; `most` is 0 where nobody knows."""

    def __init__(self) -> None:
        self.most = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _PrivateMemory:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_over.wait(_LOOK_SECONDS):
            self.most = max(self.most, _private_bytes())


def _private_bytes() -> int:
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0
    line = next((line for line in text.splitlines() if line.startswith("RssAnon:")), "RssAnon: 0 kB")
    return int(line.split()[1]) * 1024
