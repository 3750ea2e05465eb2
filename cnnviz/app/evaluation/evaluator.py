"""How well the network on screen does, found out beside everything else with the newest weights."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cnnviz.app.evaluation.examination import RESTS, SHORT_RESTS, Examination, Findings
from cnnviz.app.threads.newest_thread import NewestThread
from cnnviz.app.training.session import SessionState
from cnnviz.data.dataset import Split
from cnnviz.spec.validate import in_words

if TYPE_CHECKING:
    from cnnviz.app.document import Document
    from cnnviz.app.looking.time_travel import TimeTravel
    from cnnviz.app.selection import Selection
    from cnnviz.app.training.session import Session
    from cnnviz.data.dataset import Dataset

_BETWEEN_SECONDS = 1.0
"""While a run is on, validation is evaluated at most once in this time."""
_CLOSE_SECONDS = 5.0
_NO_NAME = "Untitled"


@dataclasses.dataclass(frozen=True, slots=True)
class UseOfTest:
    """That somebody has looked at the test set: with which design, after which step and whole epochs.

    `is_look` says that its images were shown, and not what the network makes of them all.
    """

    design: str
    step: int
    epoch: int
    is_look: bool = False


class Evaluator(QObject):
    """Evaluates the design on screen with its weights, on a thread of its own.

    Validation is evaluated whenever design, weights, images or loss have changed; while a run is on, again
    and again, with long rests so that the run loses little. While nobody looks it does nothing. The test set
    is evaluated only by `use_test_set`, and every use is remembered until the program ends. While `travel`
    has earlier weights in sight, those are evaluated, and at once.

    Signals
    -------
    evaluated(Findings)
        There is a newer report.
    failed(str)
        There can be none; why, in one sentence.
    busy_changed(bool)
    test_uses_changed()
        `test_uses` has grown, or is that of other images.
    """

    evaluated = Signal(object)
    failed = Signal(str)
    busy_changed = Signal(bool)
    test_uses_changed = Signal()
    _answered = Signal(object, object)

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
        self._travel = travel
        self._weights = travel or session
        self._document, self._session, self._selection = document, session, selection
        self._split = Split.VALIDATION
        self._is_watched, self._is_following, self._is_late = False, True, True
        self._not_before = 0.0
        self._uses: dict[str, tuple[UseOfTest, ...]] = {}
        self._newest: Examination | None = None
        self._thread = NewestThread("cnnviz-evaluator", self._met, self._answered.emit, urgent=False)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)
        for changed in (document.spec_changed, document.loss_changed, self._weights.weights_changed):
            changed.connect(self._on_subject_changed)
        if travel is not None:
            travel.weights_changed.connect(self._on_moment_changed)
        session.state_changed.connect(self._on_session_state_changed)
        selection.dataset_changed.connect(self._on_dataset_changed)
        self._answered.connect(self._on_answered)

    @property
    def split(self) -> Split:
        """What is evaluated: validation images, or since `use_test_set` those of the test set."""
        return self._split

    @property
    def is_busy(self) -> bool:
        """Whether the newest wish is not met yet."""
        return self._newest is not None

    @property
    def test_uses(self) -> tuple[UseOfTest, ...]:
        """Every look at the test set of these images since the program began, the first one first."""
        return self._uses.get(self._selection.dataset.content_hash, ()) if self._uses else ()

    def set_watched(self, watched: bool) -> None:
        """Say whether anybody can see what is found."""
        if watched is self._is_watched:
            return
        self._is_watched = watched
        if watched:
            self._plan()
        elif self._newest is not None and self._newest.split is Split.VALIDATION:
            self._cancel()
            self._is_late = True

    def set_following(self, following: bool) -> None:
        """Say whether validation is to be evaluated anew while a run is on."""
        self._is_following = following
        self._plan()

    @Slot()
    def use_test_set(self) -> None:
        """Evaluate the test set once, with the weights as they are now."""
        self._split = Split.TEST
        self._soon.stop()
        self._begin()

    @Slot()
    def use_validation(self) -> None:
        """Go back to the images that are there to be looked at."""
        if self._split is not Split.VALIDATION:
            self._split = Split.VALIDATION
            self._cancel()
            self._is_late = True
            self._plan()

    def close(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """End the thread, waiting at most `seconds`, and return whether it has ended."""
        self._soon.stop()
        self._cancel()
        return self._thread.close(seconds)

    @property
    def _is_run_on(self) -> bool:
        return self._session.state in (SessionState.RUNNING, SessionState.STOPPING)

    @Slot()
    def _on_dataset_changed(self) -> None:
        self._split = Split.VALIDATION
        self._cancel()
        self.test_uses_changed.emit()
        self._on_subject_changed()

    @Slot()
    def _on_subject_changed(self) -> None:
        self._is_late = True
        self._plan()

    @Slot()
    def _on_moment_changed(self) -> None:
        """Do not wait for the end of what is of another moment."""
        newest = self._newest
        is_past = self._is_past or (newest is not None and newest.is_past)
        if is_past and newest is not None and newest.split is Split.VALIDATION:
            self._cancel()
            self._plan()

    @Slot()
    def _on_session_state_changed(self) -> None:
        """Look at what a run has left when it pauses or ends, also where it was not followed."""
        self._plan()

    def _plan(self) -> None:
        """Evaluate validation as soon as it may be, if anybody wants it."""
        wanted = self._is_watched and self._is_late and self._split is Split.VALIDATION
        if wanted and not self.is_busy and not self._soon.isActive() and not self._is_held:
            is_patient = self._is_run_on and not self._is_past
            wait = self._not_before - time.monotonic() if is_patient else 0.0
            self._soon.start(max(0, round(1000 * wait)))

    @property
    def _is_held(self) -> bool:
        return self._is_run_on and not self._is_following and not self._is_past

    @property
    def _is_past(self) -> bool:
        return self._travel is not None and self._travel.is_past

    @Slot()
    def _ask(self) -> None:
        if self._is_watched and self._is_late and not self._is_held:
            self._begin()

    def _begin(self) -> None:
        self._cancel()
        self._is_late = self._split is Split.TEST and self._is_late
        if self._document.problems:
            self.failed.emit(in_words(self._document.problems))
            return
        spec, weights = self._document.spec, self._weights
        wish = Examination(
            spec,
            weights.parameters_for(spec),
            self._document.loss,
            self._selection.dataset,
            self._split,
            weights.weights_step,
            weights.weights_epoch,
            self._is_past,
        )
        self._set_newest(wish)
        self._thread.put(wish)

    def _cancel(self) -> None:
        if self._newest is not None:
            self._newest.cancelled.set()
            self._set_newest(None)

    def _set_newest(self, wish: Examination | None) -> None:
        was_busy, self._newest = self.is_busy, wish
        if was_busy is not self.is_busy:
            self.busy_changed.emit(self.is_busy)

    def _met(self, wish: Examination) -> Findings | str | None:
        is_waited_for = wish.is_past or wish.split is Split.TEST
        return wish.meet(lambda: self._is_run_on, SHORT_RESTS if is_waited_for else RESTS)

    @Slot(object, object)
    def _on_answered(self, wish: Examination, answer: Findings | str) -> None:
        if wish is not self._newest:
            return  # cancelled, or replaced by a later one
        self._set_newest(None)
        self._not_before = time.monotonic() + _BETWEEN_SECONDS
        if isinstance(answer, str):
            self.failed.emit(answer)
        else:
            self.note_use(answer)
            self.evaluated.emit(answer)
        if self._is_run_on and self._is_watched and not self._is_past:
            self._session.want_weights()
        self._plan()

    @Slot(object)
    def note_use(self, findings: Findings) -> None:
        """Remember findings of anybody for a use of the test set, if they are."""
        if findings.split is Split.TEST:
            use = UseOfTest(findings.spec.name or _NO_NAME, findings.step, findings.epoch)
            self._remember(findings.dataset, use)

    def note_look(self, step: int, epoch: int) -> None:
        """Remember that the test images were shown, beside weights of this step and epoch."""
        use = UseOfTest(self._document.spec.name or _NO_NAME, step, epoch, is_look=True)
        self._remember(self._selection.dataset, use)

    def _remember(self, dataset: Dataset, use: UseOfTest) -> None:
        key = dataset.content_hash
        self._uses[key] = (*self._uses.get(key, ()), use)
        self.test_uses_changed.emit()
