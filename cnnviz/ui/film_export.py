"""The way of a film from the window to a file: where to, what of, how far it is, and cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from cnnviz.app.looking.film_writer import FilmPlan
from cnnviz.errors import CnnvizError
from cnnviz.spec.words import counted
from cnnviz.ui.film_frames import FilmFrames, layer_frames, network_frames
from cnnviz.ui.theme import SPACE_8
from cnnviz.ui.training.time_words import caption

if TYPE_CHECKING:
    from pathlib import Path

    from cnnviz.app.looking.film_player import FilmPlayer
    from cnnviz.app.looking.inspection import Inspection
    from cnnviz.training.moments import Moment
    from cnnviz.ui.dialogs import Questions
    from cnnviz.ui.main_window import MainWindow

FILM_FILTER = "Animated GIF (*.gif);;Animated PNG (*.png)"
_BAR_WIDTH_PX = 140


class FilmProgress(QWidget):
    """How far a film is, in the status bar, and a button that gives it up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel(self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(_BAR_WIDTH_PX)
        self.cancel_button = QPushButton("Cancel", self)
        self.cancel_button.setAccessibleName("Cancel writing the film")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_8)
        for widget in (self._label, self.bar, self.cancel_button):
            row.addWidget(widget)
        self.hide()

    @property
    def text(self) -> str:
        """How far it is, in words."""
        return self._label.text()

    @Slot(int, int)
    def show_progress(self, done: int, count: int) -> None:
        """Say that so many pictures of so many are done."""
        self._label.setText(f"Film: {done:,} of {count:,}" if done < count else "Film: writing the file")
        self.bar.setRange(0, count)
        self.bar.setValue(done)
        self.bar.setAccessibleName(self._label.text())
        self.show()


class FilmExport(QObject):
    """Carries out the two commands that write a film."""

    def __init__(self, window: MainWindow, questions: Questions, player: FilmPlayer) -> None:
        super().__init__(window)
        self._window, self._bench = window, window.workbench
        self._questions, self._notices, self._player = questions, window.notices, player
        self._frames: FilmFrames | None = None
        self._captions: dict[Moment, tuple[str, float]] = {}
        self._failure = ""  # why the film before could not be written
        self.writer = window.workbench.film_writer
        self.progress = FilmProgress(window)
        window.statusBar().addPermanentWidget(self.progress)
        window.commands["export_network_film"].triggered.connect(self.choose_network)
        window.commands["export_layer_film"].triggered.connect(self.choose_layer)
        self.progress.cancel_button.clicked.connect(self.writer.cancel)
        self.writer.picture_wanted.connect(self._on_picture_wanted)
        self.writer.progressed.connect(self.progress.show_progress)
        self.writer.written.connect(self._on_written)
        self.writer.failed.connect(self._on_failed)
        self.writer.ended.connect(self._on_ended)

    @Slot()
    def choose_network(self) -> None:
        """Ask where to, and write a film of the network."""
        path = self._path("Export Film of the Network", "network")
        if path is not None:
            document, selection = self._bench.document, self._bench.selection
            size = self._window.network_view.canvas.size()
            frames = network_frames(document.spec.name, selection, document.loss, size, self._window)
            self._write(path, frames)

    @Slot()
    def choose_layer(self) -> None:
        """Ask where to, and write a film of the chosen layer."""
        inspection = self._bench.inspector.inspection
        if inspection is None:
            return
        layer_id = self._window.layer_panel.layer_id
        if inspection.image_view.layer(layer_id) is None and inspection.filters_of(layer_id) is None:
            self._notices.show_problem(f"{layer_id} could not be computed: there is nothing to film.")
            return
        path = self._path(f"Export Film of {layer_id or 'the Input'}", layer_id or "input")
        if path is not None:
            name = self._bench.document.spec.name
            self._write(path, layer_frames(name, layer_id, inspection, self._window))

    def _path(self, title: str, subject: str) -> Path | None:
        suggestion = self._bench.settings.start_folder / f"{subject}-film.gif"
        return self._questions.file_to_save(self._window, title, FILM_FILTER, suggestion)

    def _write(self, path: Path, frames: FilmFrames) -> None:
        plan = self._plan(path, frames.picture_size)
        try:
            self.writer.start(plan)
        except CnnvizError as error:
            frames.deleteLater()
            self._notices.show_problem(str(error))
            return
        self._notices.take_back(self._failure)
        self._bench.settings.folder = path.absolute().parent
        self._frames = frames
        last = max(len(plan.moments) - 1, 1)
        self._captions = {
            moment: (caption(moment), place / last) for place, moment in enumerate(plan.moments)
        }

    def _plan(self, path: Path, size: QSize) -> FilmPlan:
        bench = self._bench
        return FilmPlan(
            path,
            bench.document.spec,
            bench.selection.pixels,
            bench.live_view.scale,
            bench.travel.moments,
            bench.travel.reader(),
            self._player.speed,
            size.width(),
            size.height(),
            bench.selection.units,
        )

    @Slot(object, object)
    def _on_picture_wanted(self, moment: Moment, inspection: Inspection) -> None:
        if self._frames is None:
            return  # the film was given up
        try:
            text, share = self._captions[moment]
            with self._bench.session.turns.drawing():
                picture = self._frames.picture(inspection, text, share)
        except Exception:
            self.writer.cancel()  # which would wait for this picture for ever
            raise
        self.writer.give(picture)

    @Slot(object, int)
    def _on_written(self, path: Path, left_out: int) -> None:
        rest = f" The weights of {counted(left_out, 'moment')} could not be read." if left_out else ""
        self._notices.show_note(f"Film written to {path.name}.{rest}")

    @Slot(str)
    def _on_failed(self, reason: str) -> None:
        self._failure = reason
        self._notices.show_problem(reason)

    @Slot()
    def _on_ended(self) -> None:
        self.progress.hide()
        if self._frames is not None:
            self._frames.deleteLater()
            self._frames = None
