"""A window that is closed in the middle of long work, and says how long that took."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Begun = Callable[[], bool]

_EVERY_MS = 5
_PATIENCE_S = 60.0


def main(folder: Path, work: str) -> int:
    """Begin some work, close the window as soon as it is under way, and print the seconds that took."""
    from PySide6.QtCore import QTimer
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from cnnviz.app.settings import Settings
    from cnnviz.ui.launch import make_window
    from tests.helpers.fake_questions import FakeQuestions

    app = QApplication([])
    questions = FakeQuestions()
    window = make_window(app, Settings(folder / "settings.ini"), questions)
    window.closed.connect(app.quit)
    window.show()
    QTest.qWaitForWindowExposed(window)
    QTest.qWait(500)  # what is begun now, is not held up by the first painting
    stack = contextlib.ExitStack()
    is_under_way = WORKS[work](window, folder, questions, stack)
    began = time.monotonic()

    def look() -> None:
        if is_under_way():
            timer.stop()
            close()
        elif time.monotonic() - began > _PATIENCE_S:
            app.exit(3)

    def close() -> None:
        pressed = time.monotonic()
        window.closed.connect(lambda: print(time.monotonic() - pressed, flush=True))
        if not window.close():
            app.exit(4)

    timer = QTimer(window, interval=_EVERY_MS)
    timer.timeout.connect(look)
    timer.start()
    with stack:
        return app.exec()


def _importing(window: Any, folder: Path, questions: Any, stack: contextlib.ExitStack) -> Begun:
    """Import a folder of pictures."""
    from cnnviz.data.importing.recipe import Recipe
    from tests.helpers.picture_folders import fill

    for name in ("hen", "owl"):
        fill(folder / "birds" / name, 1_000, (64, 64))
    importer, told = window.workbench.importer, []

    def run(found: Any) -> None:
        importer.progressed.connect(told.append)
        importer.run(found, Recipe())

    importer.found.connect(run)
    importer.look(folder / "birds")
    return lambda: bool(told) and importer.is_busy


def _preparing(window: Any, folder: Path, questions: Any, stack: contextlib.ExitStack) -> Begun:
    """Prepare a data set otherwise."""
    from cnnviz.data.catalog import open_dataset
    from cnnviz.spec.preparing import Preparing

    bench = window.workbench
    bench.selection.set_dataset(open_dataset("shapes"))
    bench.dataset_opener.prepare(bench.selection.dataset, Preparing(height=64, width=64, standardise=True))
    return lambda: bench.dataset_opener.is_busy


def _training(window: Any, folder: Path, questions: Any, stack: contextlib.ExitStack) -> Begun:
    """Train, and draw while the run is on."""
    from PySide6.QtCore import QPointF

    from cnnviz.app.training.session import SessionState

    window.docks.bring(window.docks.draw)
    canvas = window.docks.draw.widget().canvas
    window.commands["train"].trigger()
    places = iter(range(20, 120))

    def draws_on() -> bool:
        if window.workbench.session.state is not SessionState.RUNNING:
            return False
        place = next(places, None)
        if place == 20:
            canvas._press(QPointF(place, place))
        elif place is not None:
            canvas._move(QPointF(place, place))
        return place is None

    return draws_on


def _filming(window: Any, folder: Path, questions: Any, stack: contextlib.ExitStack) -> Begun:
    """Write a film of a run."""
    import dataclasses

    bench, writer = window.workbench, window.workbench.film_writer
    form = window.training_form
    form.choose(dataclasses.replace(form.training, epochs=3, threads=1))
    questions.paths.append(folder / "film.gif")
    bench.session.run_ended.connect(window.commands["export_network_film"].trigger)
    window.commands["train"].trigger()
    return lambda: writer.is_busy


def _downloading(window: Any, folder: Path, questions: Any, stack: contextlib.ExitStack) -> Begun:
    """Download from a mirror that is very slow."""
    from tests.helpers.downloads import digit_files, entry_of, mirror_server, send_slowly

    mirror, files = stack.enter_context(mirror_server()), digit_files()
    slow = {name: mirror.answer(name, send_slowly(mirror, content)) for name, content in files.items()}
    window.workbench.downloader.start(entry_of("mnist", files, lambda name: (slow[name],)))
    return lambda: bool(mirror.asked)


WORKS = {
    "importing": _importing,
    "preparing": _preparing,
    "training": _training,
    "filming": _filming,
    "downloading": _downloading,
}

if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), sys.argv[2]))
