"""Ties looking back to the window: the slider under the curves, the marks and the badges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent

from cnnviz.app.looking.film_player import FilmPlayer
from cnnviz.ui.film_export import FilmExport
from cnnviz.ui.icons import icon
from cnnviz.ui.training.time_bar import TimeBar
from cnnviz.ui.training.time_words import badge_text, moment_text, short_badge_text
from cnnviz.ui.widgets.past_badge import PastBadge, PastStrip

if TYPE_CHECKING:
    from cnnviz.app.looking.inspection import Inspection
    from cnnviz.training.moments import Moment
    from cnnviz.ui.dialogs import Questions
    from cnnviz.ui.main_window import MainWindow


FILM_COMMANDS = ("play_film", "back_to_now", "export_network_film", "export_layer_film")
"""The commands about earlier weights, as they stand in a menu."""


class TimeLinks(QObject):
    """Makes the slider and the badges of a window and keeps them true to what is in sight.

    The network gets a line with the way back, the panels at its side small ones. Escape goes back to
    now wherever nothing else in the window wants it.
    """

    def __init__(self, window: MainWindow, questions: Questions) -> None:
        super().__init__(window)
        bench, actions, curves = window.workbench, window.commands, window.curves
        self._travel, self._curves, self._notices = bench.travel, curves, window.notices
        self._play = actions["play_film"]
        self._left: Moment | None = None
        self.player = FilmPlayer(
            self._travel,
            lambda: bench.live_view.is_about_to_ask or bench.inspector.is_busy or bench.evaluator.is_busy,
            self,
        )
        self.bar = TimeBar(self._travel, bench.session, self.player, actions, curves)
        curves.add_below(self.bar)
        self.network_strip = PastStrip(actions["back_to_now"])
        self.badges = [PastBadge(panel) for panel in (window.layer_panel, window.image_panel)]
        self.export = FilmExport(window, questions, self.player)
        actions["back_to_now"].triggered.connect(self._travel.back_to_now)
        self._play.triggered.connect(self.player.toggle)
        self.player.playing_changed.connect(self._on_playing_changed)
        self._travel.moment_wanted.connect(self._on_moment_wanted)
        self._travel.returned.connect(self._on_returned)
        self._travel.failed.connect(self._notices.show_problem)
        bench.session.run_started.connect(self._on_run_started)
        for begun_anew in (bench.session.run_started, bench.document.spec_changed):
            begun_anew.connect(self.network_strip.give_up_room)
        bench.inspector.inspected.connect(self._on_inspected)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Escape when it has come up to the window and nobody on the way wanted it."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
            and self._travel.wanted is not None
        ):
            self._travel.back_to_now()
            return True
        return False

    @Slot(object)
    def _on_inspected(self, inspection: Inspection) -> None:
        view = inspection.image_view
        is_past = inspection.is_past
        self.network_strip.show_text(badge_text(view.step, view.epoch) if is_past else "")
        for badge in self.badges:
            badge.show_text(short_badge_text(view.step) if is_past else "")

    @Slot()
    def _on_moment_wanted(self) -> None:
        wanted = self._travel.wanted
        self._curves.set_moment(None if wanted is None else wanted.step)

    @Slot(bool)
    def _on_playing_changed(self, playing: bool) -> None:
        self._play.setText("Stop Film" if playing else "Play Film")
        self._play.setIcon(icon("pause" if playing else "play"))

    @Slot(object)
    def _on_returned(self, moment: Moment) -> None:
        self._left = moment

    @Slot()
    def _on_run_started(self) -> None:
        if self._left is not None:
            earlier, self._left = moment_text(self._left), None
            self._notices.show_passing(f"The run goes on from the newest weights, and not from {earlier}.")
