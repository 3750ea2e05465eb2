"""Where the panels stand around the network, remembered from start to start."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget

if TYPE_CHECKING:
    from PySide6.QtCore import QByteArray

    from cnnviz.app.settings import Settings

LAYOUT_VERSION = 7
"""Raised whenever docks are added, removed or renamed: an older layout would put them anywhere."""
FIRST_SIZE = QSize(1440, 900)
_BUILD_WIDTH_PX, _LAYER_WIDTH_PX, _BOTTOM_HEIGHT_PX = 348, 300, 290
_TIGHT_BELOW_PX = 1240
"""In a narrower window names of tabs stand closer together, so that all of them can be read."""
_BUILD_SHARE, _LAYER_SHARE = 0.212, 0.19
"""The sides take no more than this of the window's width: the network in the middle needs the rest."""


class Docks:
    """The docks of a window: build at the left, training below, layer, image and drawing at the right.

    A panel that was made with a QDockWidget as its parent stays in that one: where it moves, the style sheet
    is worked out anew for all that is in it.
    """

    def __init__(
        self,
        window: QMainWindow,
        *,
        build: QWidget,
        layer: QWidget,
        image: QWidget,
        draw: QWidget,
        curves: QWidget,
        settings: QWidget,
        costs: QWidget,
        evaluation: QWidget,
        baselines: QWidget,
        runs: QWidget,
        doctor: QWidget,
        why: QWidget,
    ) -> None:
        self._window = window
        area = Qt.DockWidgetArea
        for corner, owner in (
            (Qt.Corner.BottomLeftCorner, area.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, area.RightDockWidgetArea),
        ):
            window.setCorner(corner, owner)
        self.build = self._dock("Build", "dock-build", build, area.LeftDockWidgetArea)
        self.layer = self._dock("Layer", "dock-layer", layer, area.RightDockWidgetArea)
        self.image = self._dock("Image", "dock-image", image, area.RightDockWidgetArea)
        self.draw = self._dock("Draw", "dock-draw", draw, area.RightDockWidgetArea)
        self.training = self._dock("Training", "dock-training", curves, area.BottomDockWidgetArea)
        self.settings = self._dock("Settings", "dock-settings", settings, area.BottomDockWidgetArea)
        self.evaluation = self._dock("Evaluation", "dock-evaluation", evaluation, area.BottomDockWidgetArea)
        self.why = self._dock("Why", "dock-why", why, area.BottomDockWidgetArea)
        self.doctor = self._dock("Doctor", "dock-doctor", doctor, area.BottomDockWidgetArea)
        self.costs = self._dock("Costs", "dock-costs", costs, area.BottomDockWidgetArea)
        self.baselines = self._dock("Baselines", "dock-baselines", baselines, area.BottomDockWidgetArea)
        self.runs = self._dock("Runs", "dock-runs", runs, area.BottomDockWidgetArea)
        # One behind the other: curves need the width, and settings are made before there are curves.
        below = (self.training, self.settings, self.evaluation, self.why, self.doctor, self.costs)
        for first, second in itertools.pairwise((*below, self.baselines, self.runs)):
            window.tabifyDockWidget(first, second)
        window.tabifyDockWidget(self.layer, self.image)
        window.tabifyDockWidget(self.image, self.draw)
        window.setTabPosition(area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._raise_first()
        self._first_state = window.saveState(LAYOUT_VERSION)
        self._put_away: QByteArray | None = None
        self._floating: dict[QDockWidget, QRect] = {}
        self._hide_stray_tab_bars()

    @property
    def all(self) -> tuple[QDockWidget, ...]:
        """Every dock, in the order of a menu."""
        return (
            self.build,
            self.layer,
            self.image,
            self.draw,
            self.training,
            self.settings,
            self.evaluation,
            self.why,
            self.doctor,
            self.costs,
            self.baselines,
            self.runs,
        )

    def is_behind(self, widget: QWidget) -> bool:
        """Return whether a widget is in a dock that stands behind another one."""
        return any(dock.isAncestorOf(widget) and dock.visibleRegion().isEmpty() for dock in self.all)

    def bring(self, dock: QDockWidget) -> None:
        """Show a dock, in front of those it shares its place with."""
        dock.show()
        dock.raise_()

    def put_away(self) -> None:
        """Hide all docks that lie in the window or over it, until they are put back."""
        if self._put_away is None:
            self._put_away = self._window.saveState(LAYOUT_VERSION)
            self._floating = self._places_of_floating()
            for dock in self.all:
                if not dock.isFloating() or dock.frameGeometry().intersects(self._window.frameGeometry()):
                    dock.hide()

    def put_back(self) -> None:
        """Show all docks as they stood; those that were wanted meanwhile, and still are, stand in front."""
        if self._put_away is None:
            return
        layout, self._put_away = self._put_away, None
        shown = [dock for dock in self.all if not dock.isHidden()]
        wanted = [dock for dock in shown if not dock.isFloating()]
        asked = self._places_of_floating()
        wanted.sort(key=lambda dock: not dock.visibleRegion().isEmpty())  # what is in sight comes last
        self._window.restoreState(layout, LAYOUT_VERSION)
        for dock in wanted:
            self.bring(dock)
        for dock, place in (self._floating | asked).items():
            dock.setFloating(True)
            dock.setGeometry(place)  # Qt has moved those that reach over the edge of a screen
            if dock in asked:
                dock.show()
        self._hide_stray_tab_bars()
        self.fit_tabs()  # bars that Qt has made anew cut the names

    def _places_of_floating(self) -> dict[QDockWidget, QRect]:
        return {dock: dock.geometry() for dock in self.all if dock.isFloating() and not dock.isHidden()}

    def restore(self, settings: Settings) -> None:
        """Give the window the size and docks it had, or those of a first start."""
        kept = settings.layout(LAYOUT_VERSION)
        if kept is None or not (
            self._window.restoreGeometry(kept[0]) and self._window.restoreState(kept[1], LAYOUT_VERSION)
        ):
            self._window.setGeometry(first_geometry())
            self._set_first_sizes()
        self._hide_stray_tab_bars()

    def keep(self, settings: Settings) -> None:
        """Remember the size and the docks."""
        layout = self._put_away or self._window.saveState(LAYOUT_VERSION)
        settings.keep_layout(LAYOUT_VERSION, self._window.saveGeometry(), layout)

    def reset(self) -> None:
        """Put all docks back where they were at first."""
        self._put_away = None
        self._window.restoreState(self._first_state, LAYOUT_VERSION)
        for dock in self.all:
            dock.setFloating(False)
            dock.show()
        self._raise_first()
        self._set_first_sizes()
        self._hide_stray_tab_bars()
        self.fit_tabs()

    def heighten_evaluation(self, pixels: int) -> None:
        """Give the evaluation so many pixels more, as far as the window has them."""
        title = self.evaluation.windowTitle()
        tabs = [bar.height() for bar in self._tab_bars() if title in _titles(bar) and bar.isVisible()]
        height = self.evaluation.height() + sum(tabs) + pixels  # Qt counts tabs in
        self._window.resizeDocks([self.evaluation], [height], Qt.Orientation.Vertical)

    def fit_tabs(self) -> None:
        """Give tabs less room each where the window is narrow; those that find none can be scrolled to."""
        is_tight = self._window.width() < _TIGHT_BELOW_PX
        for bar in self._tab_bars():
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setUsesScrollButtons(True)
            if bar.property("tight") is not is_tight:
                bar.setProperty("tight", is_tight)
                bar.style().unpolish(bar)
                bar.style().polish(bar)
                QCoreApplication.sendEvent(bar, QEvent(QEvent.Type.StyleChange))  # lays the tabs out anew

    def _tab_bars(self) -> list[QTabBar]:
        return self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)

    def _raise_first(self) -> None:
        for dock in (self.layer, self.training):
            dock.raise_()

    def _hide_stray_tab_bars(self) -> None:
        """Hide all but the newest bar of the same tabs, and bars that lack some of another one's.

        WORKAROUND for Qt 6.11: with two groups of tabs QMainWindow makes a bar too many, which it forgets
        where it is, and which shines through the panels there.
        """
        bars = self._tab_bars()
        newest = {_titles(bar): bar for bar in bars}
        for bar in bars:
            titles = _titles(bar)
            if bar is not newest[titles] or any(set(titles) < set(others) for others in newest):
                bar.hide()

    def _set_first_sizes(self) -> None:
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        window = self._window
        widths = [
            min(_BUILD_WIDTH_PX, int(_BUILD_SHARE * window.width())),
            min(_LAYER_WIDTH_PX, int(_LAYER_SHARE * window.width())),
        ]
        window.resizeDocks([self.build, self.layer], widths, horizontal)
        window.resizeDocks([self.training], [_BOTTOM_HEIGHT_PX], vertical)

    def _dock(self, title: str, name: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        made_in = content.parentWidget()
        dock = made_in if isinstance(made_in, QDockWidget) else QDockWidget(self._window)
        dock.setWindowTitle(title)
        dock.setObjectName(name)
        dock.setWidget(content)
        self._window.addDockWidget(area, dock)
        return dock


def _titles(bar: QTabBar) -> tuple[str, ...]:
    return tuple(bar.tabText(place) for place in range(bar.count()))


def first_geometry() -> QRect:
    """Return a place of the first size in the middle of the screen, or all of a smaller screen."""
    screen = QGuiApplication.primaryScreen()
    available = screen.availableGeometry()
    place = QRect(available.topLeft(), FIRST_SIZE.boundedTo(available.size()))
    place.moveCenter(available.center())
    return place
