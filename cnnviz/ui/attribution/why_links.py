"""What the dock that answers why takes from the window, and gives to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from cnnviz.ui.attribution.why_panel import WhyPanel
    from cnnviz.ui.main_window import MainWindow


class WhyLinks(QObject):
    """Keeps the dock on the map that is chosen in the window, and shows what it tells."""

    def __init__(self, window: MainWindow, panel: WhyPanel) -> None:
        super().__init__(panel)
        self._panel, self._layer_panel, self._status_bar = panel, window.layer_panel, window.statusBar()
        window.docks.why.visibilityChanged.connect(panel.set_in_sight)
        # Connected after the window's own links, so that the layer panel has the newest choice by now.
        for chosen in (
            window.network_view.layer_clicked,
            window.network_view.map_clicked,
            window.layer_panel.map_chosen,
            window.builder.layer_selected,
        ):
            chosen.connect(self._on_chosen)
        panel.hover_text_changed.connect(self._on_hover_text_changed)
        self._on_chosen()

    @Slot()
    def _on_chosen(self) -> None:
        self._panel.choose_filter(self._layer_panel.layer_id, self._layer_panel.map_index)

    @Slot(str)
    def _on_hover_text_changed(self, text: str) -> None:
        self._status_bar.showMessage(text)
