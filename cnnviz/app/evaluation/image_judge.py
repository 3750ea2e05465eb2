"""What the network on screen says of every image of a part of a data set, found out on wish."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.evaluation.examination import SHORT_RESTS, Examination, Findings
from cnnviz.app.threads.latest_wish import LatestWish
from cnnviz.app.training.session import SessionState
from cnnviz.data.dataset import Split
from cnnviz.spec.validate import in_words

if TYPE_CHECKING:
    import threading

    from cnnviz.app.document import Document
    from cnnviz.app.looking.time_travel import TimeTravel
    from cnnviz.app.selection import Selection
    from cnnviz.app.training.session import Session
    from cnnviz.spec.network import NetworkSpec

_CLOSE_SECONDS = 5.0


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Question:
    examination: Examination
    session: Session

    @property
    def cancelled(self) -> threading.Event:
        return self.examination.cancelled

    def meet(self) -> Findings | str | None:
        """Return the findings, or in a sentence why there are none."""
        return self.examination.meet(self._is_run_on, SHORT_RESTS)

    def _is_run_on(self) -> bool:
        return self.session.state in (SessionState.RUNNING, SessionState.STOPPING)


class ImageJudge(QObject):
    """Asks the design on screen about all images of a part of the data set, and keeps what it said.

    What is kept grows old as soon as design, weights or loss change. While somebody watches, it is found
    anew where a run ends; other than that only on wish, and that of the test set only ever on wish.

    Signals
    -------
    judged(Findings)
        The answers asked for last are here.
    failed(str)
        There can be none; why, in one sentence.
    changed()
        It is busy or no longer, or what is kept has grown old or was forgotten.
    """

    judged = Signal(object)
    failed = Signal(str)
    changed = Signal()

    def __init__(
        self,
        document: Document,
        session: Session,
        selection: Selection,
        travel: TimeTravel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._session, self._selection, self._travel = document, session, selection, travel
        self._kept: dict[Split, Findings] = {}
        self._stale: set[Split] = set()
        self._asked: Examination | None = None
        self._watched: Split | None = None
        self._was_stale = False
        self._design: NetworkSpec = document.spec
        self._wishes = LatestWish("cnnviz-judge", self)
        self._wishes.found.connect(self._on_found)
        document.spec_changed.connect(self._on_spec_changed)
        for changed in (document.loss_changed, travel.weights_changed):
            changed.connect(self._on_subject_changed)
        session.state_changed.connect(self._on_session_state_changed)
        selection.dataset_changed.connect(self._on_dataset_changed)

    def findings(self, split: Split) -> Findings | None:
        """Return what is kept of a part, old or not."""
        return self._kept.get(split)

    def is_stale(self, split: Split) -> bool:
        """Return whether what is kept of a part is that of another design, other weights or another loss."""
        return split in self._stale

    @property
    def asked(self) -> Split | None:
        """The part that is being looked through; None where none is."""
        return self._asked.split if self._asked is not None else None

    @property
    def share_done(self) -> float:
        """Which share of that part is done, 0 to 1."""
        return min(self._asked.done / self._asked.images, 1.0) if self._asked is not None else 0.0

    def watch(self, split: Split | None) -> None:
        """Say which part somebody looks at; where nobody looks at any, nothing is looked for."""
        self._watched = split
        if split is None:
            self.cancel()

    def judge(self, split: Split) -> None:
        """Ask about all images of a part, with the design and weights as they are now."""
        self.cancel()
        if self._document.problems:
            self.failed.emit(in_words(self._document.problems))
            return
        spec, travel = self._document.spec, self._travel
        self._asked = Examination(
            spec,
            travel.parameters_for(spec),
            self._document.loss,
            self._selection.dataset,
            split,
            travel.weights_step,
            travel.weights_epoch,
            travel.is_past,
        )
        self._was_stale = split in self._stale
        self._stale.discard(split)  # changes from here on make what is on its way old
        self._wishes.request(_Question(self._asked, self._session))
        self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Look no further; what was kept before stays."""
        if self._asked is not None:
            split, self._asked = self._asked.split, None
            if self._was_stale:
                self._stale.add(split)
            self._wishes.cancel()
            self.changed.emit()

    def close(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """End the thread, waiting at most `seconds`, and return whether it has ended."""
        self._asked = None
        return self._wishes.close(seconds)

    @Slot(object, object)
    def _on_found(self, question: _Question, answer: Findings | str) -> None:
        split, self._asked = question.examination.split, None
        if isinstance(answer, str):
            self._kept.pop(split, None)
            self._stale.discard(split)
            self.failed.emit(answer)
        else:
            self._kept[split] = answer
            self.judged.emit(answer)
        self.changed.emit()

    @Slot()
    def _on_spec_changed(self) -> None:
        before, self._design = self._design, self._document.spec
        if (before.layers, before.input) != (self._design.layers, self._design.input):
            self._on_subject_changed()

    @Slot()
    def _on_subject_changed(self) -> None:
        """Note that all that is kept, or on its way, is of what was before."""
        known = {*self._kept, *((self._asked.split,) if self._asked is not None else ())}
        if known - self._stale:
            self._stale |= known
            self.changed.emit()

    @Slot()
    def _on_session_state_changed(self) -> None:
        """Look again where a run has left other weights; not with the test images."""
        split = self._watched
        if split is None or split is Split.TEST or not self._session.is_idle or self._asked is not None:
            return
        if split in self._kept and split in self._stale:
            self.judge(split)

    @Slot()
    def _on_dataset_changed(self) -> None:
        self.cancel()
        self._kept.clear()
        self._stale.clear()
        self.changed.emit()
