"""The questions why, put together for one window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cnnviz.app.attribution.asker import Sight
from cnnviz.app.attribution.attribution_runner import AttributionRunner
from cnnviz.app.attribution.filter_look import FilterLook
from cnnviz.app.attribution.why_class import WhyClass

if TYPE_CHECKING:
    from cnnviz.app.document import Document
    from cnnviz.app.looking.time_travel import TimeTravel
    from cnnviz.app.selection import Selection
    from cnnviz.app.training.session import Session


class Attributions(QObject):
    """Why this class (`why`), and what a filter looks for (`filters`), answered by one thread.

    The weights asked about are those in sight: where there is a `travel`, they may be of an earlier moment.
    """

    def __init__(
        self,
        document: Document,
        session: Session,
        selection: Selection,
        parent: QObject | None = None,
        *,
        travel: TimeTravel | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = AttributionRunner(session, self)
        sight = Sight(document, session, selection, travel)
        self.why = WhyClass(sight, self._runner, self)
        self.filters = FilterLook(sight, self._runner, self)

    def close(self) -> bool:
        """End the thread and return whether it has ended."""
        self.why.set_watched(False)
        self.filters.set_watched(False)
        return self._runner.close()
