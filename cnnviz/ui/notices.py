"""The messages above the network: what went wrong, and what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cnnviz.ui.widgets.banner import Banner, BannerKind

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from cnnviz.app.document import Document


class Notices(QObject):
    """Shows one message at a time. Where design and data do not fit, it offers to adapt the design."""

    def __init__(self, banner: Banner, document: Document, adapt: QAction) -> None:
        super().__init__(banner)
        self._banner = banner
        self._document = document
        self._adapt = adapt
        self._is_offer = False
        banner.action_requested.connect(adapt.trigger)
        document.problems_changed.connect(self._on_problems_changed)

    @Slot(str)
    @Slot(str, str)
    def show_problem(self, text: str, details: str = "") -> None:
        """Say what went wrong."""
        self._is_offer = False
        self._banner.show_message(text, BannerKind.PROBLEM, details=details)

    @Slot(str)
    def show_note(self, text: str) -> None:
        """Say something worth knowing."""
        self._is_offer = False
        self._banner.show_message(text)

    @Slot()
    def clear(self) -> None:
        """Say nothing any more."""
        self._is_offer = False
        self._banner.clear()

    @Slot()
    def offer_to_adapt(self) -> None:
        """Say that design and data set do not fit each other, where that is so."""
        misfit = next((problem for problem in self._document.problems if problem.layer_id is None), None)
        if misfit is not None and self._adapt.isEnabled():
            self._is_offer = True
            self._banner.show_message(misfit.message, action=self._adapt.text())

    @Slot()
    def _on_problems_changed(self) -> None:
        if self._is_offer and not self._adapt.isEnabled():
            self.clear()
