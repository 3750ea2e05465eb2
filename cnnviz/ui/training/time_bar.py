"""The line under the curves with which one looks back: film, slider, the moment in words, and back to now."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup, QPalette
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from cnnviz.app.looking.film_player import SPEEDS
from cnnviz.ui.icons import icon
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font
from cnnviz.ui.training.time_slider import TimeSlider
from cnnviz.ui.training.time_words import moment_text
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from cnnviz.app.looking.film_player import FilmPlayer
    from cnnviz.app.looking.time_travel import TimeTravel
    from cnnviz.app.training.session import Session
    from cnnviz.training.moments import Moment
    from cnnviz.ui.actions import Actions

_ICON_PX = 16


class TimeBar(QWidget):
    """Shows which moment is in sight and asks for others. While it is hidden it does nothing."""

    def __init__(
        self,
        travel: TimeTravel,
        session: Session,
        player: FilmPlayer,
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._travel, self._session, self._player = travel, session, player
        self.slider = TimeSlider(self)
        self.label = ElidedLabel(parent=self)
        self.label.setFont(caption_font(self.label))
        self.play_button = self._button(actions["play_film"])
        self.film_button = self._film_button(actions)
        self.now_button = QPushButton("Now", self)
        self._back = actions["back_to_now"]
        self._back.changed.connect(self._on_back_changed)
        self.now_button.clicked.connect(self._back.trigger)
        self._on_back_changed()
        self._lay_out()
        self.slider.moment_chosen.connect(self._on_moment_chosen)
        travel.moments_changed.connect(self._on_moments_changed)
        travel.moment_wanted.connect(self._on_moment_wanted)
        self._show()

    @property
    def text(self) -> str:
        """The moment in words, or why there is none to choose."""
        return self.label.text()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_12, 0, SPACE_12, SPACE_4)
        row.setSpacing(SPACE_8)
        row.addWidget(self.play_button)
        row.addWidget(self.film_button)
        row.addWidget(self.slider, 1)
        row.addWidget(self.label)
        row.addWidget(self.now_button)

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setIconSize(QSize(_ICON_PX, _ICON_PX))
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text())
        return button

    def _film_button(self, actions: Actions) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon("timer"))
        button.setIconSize(QSize(_ICON_PX, _ICON_PX))
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName("Film: speed, loop and export")
        button.setToolTip("How fast the film goes, whether it begins again, and the way out to a file")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(self._film_menu(actions))
        return button

    def _film_menu(self, actions: Actions) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for speed in SPEEDS:
            words = "1 Moment a Second" if speed == 1 else f"{speed} Moments a Second"
            action = menu.addAction(words, functools.partial(self._player.set_speed, speed))
            action.setCheckable(True)
            action.setChecked(speed == self._player.speed)
            group.addAction(action)
        menu.addSeparator()
        loop = menu.addAction("Loop")
        loop.setCheckable(True)
        loop.toggled.connect(self._on_loop_toggled)
        menu.addSeparator()
        menu.addActions([actions["export_network_film"], actions["export_layer_film"]])
        return menu

    def _show(self) -> None:
        epochs = self._session.history.epochs
        self.slider.set_moments(self._travel.moments, epochs.step.tolist(), self._travel.best_step)
        obstacle = self._travel.obstacle
        for part in (self.slider, self.now_button):
            part.setVisible(not obstacle)
        widest = moment_text(self._travel.moments[-1]) if self._travel.moments else ""
        self.label.setMinimumWidth(self.label.fontMetrics().horizontalAdvance(widest) + SPACE_4)
        if obstacle:
            self._say(obstacle, is_quiet=True)
        else:
            self._show_wanted()

    def _show_wanted(self) -> None:
        wanted = self._travel.wanted
        self.slider.set_moment(wanted)
        self._say(moment_text(wanted), is_quiet=wanted is None)

    def _say(self, text: str, *, is_quiet: bool) -> None:
        role = QPalette.ColorRole.PlaceholderText if is_quiet else QPalette.ColorRole.WindowText
        self.label.setForegroundRole(role)
        self.label.setText(text)

    @Slot()
    def _on_back_changed(self) -> None:
        self.now_button.setEnabled(self._back.isEnabled())
        self.now_button.setToolTip(self._back.toolTip())

    @Slot(object)
    def _on_moment_chosen(self, moment: Moment | None) -> None:
        self._player.stop()
        if moment is None:
            self._travel.back_to_now()
        else:
            self._travel.look_at(moment)

    @Slot()
    def _on_moments_changed(self) -> None:
        if self.isVisible():
            self._show()

    @Slot()
    def _on_moment_wanted(self) -> None:
        if self.isVisible():
            self._show_wanted()

    @Slot(bool)
    def _on_loop_toggled(self, loops: bool) -> None:
        self._player.loops = loops
