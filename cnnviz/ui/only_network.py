"""The whole window for the network, or for the number that is looked at: one key hides all panels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Slot
from PySide6.QtWidgets import QToolButton

if TYPE_CHECKING:
    from cnnviz.ui.main_window import MainWindow


_ICON_PX = 14
_CORNER = QSize(28, 22)


class _CornerButton(QToolButton):
    """A button in the corner of a menu bar, which stays as low as its menus are."""

    def sizeHint(self) -> QSize:
        return _CORNER

    def minimumSizeHint(self) -> QSize:
        return _CORNER


class OnlyNetwork(QObject):
    """Takes the panels away and brings them back as they stood, and offers both where one looks for them.

    A panel that is asked for meanwhile comes by itself; the others stay away until they are wanted.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._docks, self._stage = window.docks, window.stage
        self._command = window.commands["only_network"]
        self._command.setCheckable(True)
        self._command.toggled.connect(self._on_toggled)
        window.commands["reset_layout"].triggered.connect(self._on_layout_reset)
        self.button = _CornerButton(window)
        self.button.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self.button.setDefaultAction(self._command)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        window.menuBar().setCornerWidget(self.button)
        self._stage.unit_page.breadcrumb.offer(self._command)

    @Slot(bool)
    def _on_toggled(self, is_alone: bool) -> None:
        if is_alone:
            self._docks.put_away()
            self._stage.take_focus()  # a panel that is away has no use for the keyboard
        else:
            self._docks.put_back()

    @Slot()
    def _on_layout_reset(self) -> None:
        self._command.setChecked(False)
