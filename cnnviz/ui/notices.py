"""The messages above the network: what went wrong, and what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from cnnviz.ui.widgets.banner import Banner, BannerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QAction

    from cnnviz.app.document import Document
    from cnnviz.app.training.session import Session
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.trace import Problem

_MISFIT = "This design does not fit the data set yet."
_EDITED = "The run goes on with the design it began with. Stop it and train again to use your changes."
_MOST_PROBLEMS = 2
PASSING_MS = 8_000
"""Long enough to read a sentence twice."""


class Notices(QObject):
    """Shows one message at a time, but two problems.

    Where design and data do not fit, it offers to adapt the design; again where undo brings it back.

    While a run is on, it says where the design is no longer the one that learns.
    """

    def __init__(self, banner: Banner, document: Document, session: Session, adapt: QAction) -> None:
        super().__init__(banner)
        self._banner = banner
        self._document = document
        self._session = session
        self._adapt = adapt
        self._is_offer = False
        self._offered_for: NetworkSpec | None = None
        self._is_about_run = False
        self._problems: list[str] = []
        self._learning: NetworkSpec | None = None
        self._offers: Mapping[str, Callable[[], object]] = {}
        self._passing = ""
        self._passed = QTimer(self, singleShot=True, interval=PASSING_MS)
        self._passed.timeout.connect(self._on_passed)
        self._opened = QTimer(self, singleShot=True, interval=0)
        self._opened.timeout.connect(self._on_opened)
        banner.action_requested.connect(self._on_action_requested)
        banner.closed.connect(self._on_closed)
        document.problems_changed.connect(self._on_problems_changed)
        document.spec_changed.connect(self._on_spec_changed)
        session.state_changed.connect(self._on_state_changed)

    @Slot(str)
    @Slot(str, str)
    def show_problem(self, text: str, details: str = "") -> None:
        """Say what went wrong, and what went wrong before it while that still stands there."""
        self._is_offer = self._is_about_run = False
        stands = not self._banner.isHidden() and self._banner.text == "\n".join(self._problems)
        self._problems = [*(one for one in self._problems if stands and one != text), text][-_MOST_PROBLEMS:]
        self._banner.show_message("\n".join(self._problems), BannerKind.PROBLEM, details=details)

    def show_offers(
        self, text: str, offers: Mapping[str, Callable[[], object]], kind: BannerKind = BannerKind.INFO
    ) -> None:
        """Say `text`, with a button for each thing that can be done about it, by its word."""
        self._is_offer = self._is_about_run = False
        self._offers = offers
        self._banner.show_message(text, kind, more_actions=tuple(offers))

    def add_offers(self, text: str, offers: Mapping[str, Callable[[], object]]) -> None:
        """Say `text` with its offers, below what stands there where nothing can be done about that."""
        banner = self._banner
        if banner.isHidden() or banner.has_actions:
            self.show_offers(text, offers)
        else:
            self.show_offers(f"{banner.text}\n{text}", offers, banner.kind)

    @Slot(str)
    def show_note(self, text: str) -> None:
        """Say something worth knowing."""
        self._is_offer = self._is_about_run = False
        self._banner.show_message(text)

    def show_passing(self, text: str) -> None:
        """Say something worth knowing for a while: `PASSING_MS`, unless something else is said before."""
        self.show_note(text)
        self._passing = text
        self._passed.start()

    def take_back(self, text: str) -> None:
        """Say `text` no more where it stands there alone."""
        if text and self._banner.text == text:
            self.clear()

    @Slot()
    def clear(self) -> None:
        """Say nothing any more."""
        self._is_offer = self._is_about_run = False
        self._banner.clear()

    @Slot()
    def on_opened(self) -> None:
        """Another design or data set is there: say where they do not fit; what was said before is past.

        That is looked at in a turn of its own: an import may adapt the design in this one, and a message has
        the network arranged anew.
        """
        self.clear()
        self._offered_for = None
        self._opened.start()

    @Slot()
    def _on_opened(self) -> None:
        if self._banner.isHidden():  # nothing else was said meanwhile
            self._offer_to_adapt()

    def _offer_to_adapt(self) -> None:
        if any(map(_is_misfit, self._document.problems)) and self._adapt.isEnabled():
            self._is_offer, self._offered_for = True, self._document.spec
            self._offers = {self._adapt.text(): self._adapt.trigger}
            self._banner.show_message(_MISFIT, action=self._adapt.text())

    @Slot()
    def _on_passed(self) -> None:
        if self._banner.text == self._passing:
            self.clear()

    @Slot(str)
    def _on_action_requested(self, word: str) -> None:
        self._offers[word]()

    @Slot()
    def _on_problems_changed(self) -> None:
        if self._is_offer and not self._adapt.isEnabled():
            self.clear()
        elif self._offered_for is not None and self._banner.isHidden():
            if self._document.spec == self._offered_for:
                self._offer_to_adapt()

    @Slot()
    def _on_closed(self) -> None:
        """Offer no more what a person has put away."""
        self._offered_for = None

    @Slot()
    def _on_spec_changed(self) -> None:
        learning, shown = self._learning, self._document.spec
        differs = learning is not None and (learning.input, learning.layers) != (shown.input, shown.layers)
        if differs and not self._is_about_run:
            self.show_note(_EDITED)
            self._is_about_run = True
        elif not differs and self._is_about_run:
            self.clear()

    @Slot()
    def _on_state_changed(self) -> None:
        if self._session.is_idle:
            self._learning = None
            self._on_spec_changed()
        elif self._learning is None:
            self._learning = self._document.spec


def _is_misfit(problem: Problem) -> bool:
    """Return whether a problem is one of design and data: other images, or more answers."""
    return problem.layer_id is None or problem.field == "units"
