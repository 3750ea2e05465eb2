"""Studies the filters of the chosen layer on a thread, through images of the data set."""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cnnviz.app.looking.first_weights import StartOfRun
from cnnviz.app.looking.live_view import AFTER_EDIT_MS
from cnnviz.app.threads.answering import answer_or_reason
from cnnviz.app.threads.newest_thread import NewestThread
from cnnviz.app.training.session import SessionState
from cnnviz.errors import CnnvizError
from cnnviz.interpret.layer_sample import look_at_layer, studied_through
from cnnviz.interpret.layer_study import study_sample
from cnnviz.interpret.study_images import study_images

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.app.looking.first_weights import FirstWeights
    from cnnviz.app.looking.inspection import Inspection
    from cnnviz.app.looking.time_travel import TimeTravel
    from cnnviz.app.selection import Selection
    from cnnviz.app.training.session import Session
    from cnnviz.data.dataset import Dataset, Split
    from cnnviz.interpret.layer_sample import LayerSample
    from cnnviz.interpret.layer_study import LayerStudy

_log = logging.getLogger(__name__)

BETWEEN_SECONDS = 6.0
"""While a run is on, a layer is studied at most once in this time, and in so many times the time it takes:"""
_RESTS = 50
_CLOSE_SECONDS = 5.0


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class StudiedLayer:
    """A study, the part of the data set it looked through, and at which weights.

    `shown_for` is the layer that was asked about: the studied one, or the activation behind it. `start` says
    what the first weights are that it compares with; empty where it does not. `is_moving` says that other
    weights follow: a run was on, or an earlier moment looked at.
    """

    study: LayerStudy
    split: Split
    step: int
    start: str = ""
    is_moving: bool = False
    shown_for: str = ""

    @property
    def is_of_activation(self) -> bool:
        """Whether the maps of an activation are marked by what is known of the layer before it."""
        return self.shown_for not in ("", self.study.layer_id)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    inspection: Inspection
    layer_id: str
    dataset: Dataset
    start: FirstWeights | None
    is_running: bool
    shown_for: str
    cancelled: threading.Event = dataclasses.field(default_factory=threading.Event)

    def is_like(self, other: _Wish) -> bool:
        """Return whether it is about the same layer of the same design."""
        mine, theirs = self.inspection.spec, other.inspection.spec
        same_design = (mine.layers, mine.input) == (theirs.layers, theirs.input)
        same_layer = (self.layer_id, self.shown_for) == (other.layer_id, other.shown_for)
        return same_layer and same_design and self.dataset is other.dataset

    def is_same(self, other: _Wish) -> bool:
        """Return whether the answer would be the same."""
        if not self.is_like(other) or self.start is not other.start:
            return False
        mine, theirs = self.inspection.parameters, other.inspection.parameters
        return mine is theirs or (
            mine.keys() == theirs.keys() and all(mine[name] is theirs[name] for name in mine)
        )


class LayerStudent(QObject):
    """Meets wishes on its own thread, which is started by the first; the newest wish wins.

    Signals
    -------
    began(str)
        A layer is studied from now on.
    studied(StudiedLayer)
        The layer asked for last is studied.
    failed(str)
        It cannot be; why, in one sentence.
    """

    began = Signal(str)
    studied = Signal(object)
    failed = Signal(str)
    _answered = Signal(object, object)

    def __init__(
        self, session: Session, selection: Selection, travel: TimeTravel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._selection = session, selection
        self._starts = StartOfRun(session, travel)
        self._newest: _Wish | None = None
        self._is_busy = False
        self._subject: _Wish | None = None
        self._refused = ""
        self._rested_at = 0.0
        self._desk = _Desk()
        self._thread = NewestThread("cnnviz-layer-student", self._met, self._answered.emit, urgent=False)
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._ask)
        self._answered.connect(self._on_answered)
        selection.dataset_changed.connect(self._on_dataset_changed)

    @property
    def is_given_up(self) -> bool:
        """Whether the layer in sight is not studied before `ask_again`, as a person has given that up."""
        return bool(self._refused)

    def look_at(self, inspection: Inspection, layer_id: str) -> bool:
        """Say which layer of which weights is in sight, and return whether it can be studied.

        An activation is studied with the layer before it. Studies of the same are not made again. Once the
        student is closed, nothing can.
        """
        if self._thread.is_closing:
            return False
        if layer_id != self._refused:
            self._refused = ""
        source = studied_through(inspection.spec, layer_id)
        dataset = self._selection.dataset
        height, width, channels = inspection.spec.input.shape
        if (
            not source
            or inspection.image_view.layer(layer_id) is None
            or dataset.image_shape != (height, width, channels)
        ):
            self.rest()
            return False
        if inspection.is_partial:  # the rest of the views come first, and need the processor
            self.rest()
            return True
        is_running = self._session.state is SessionState.RUNNING
        start = self._starts.find(inspection.spec)
        subject = _Wish(inspection, source, dataset, start, is_running, layer_id)
        self._subject = subject
        if not self._refused and (self._newest is None or not self._newest.is_same(subject)):
            self._plan(subject)
        return True

    @Slot()
    def rest(self) -> None:
        """Study nothing: nobody looks, or the student is closed."""
        if self._thread.is_closing:  # views may say so long after, when the timer is gone
            return
        self._cancel()
        self._subject = None

    @Slot()
    def cancel(self) -> None:
        """Give the study under way up, and make no other of this layer before `ask_again`."""
        self._refused = self._subject.shown_for if self._subject is not None else ""
        self._cancel()

    @Slot()
    def ask_again(self) -> None:
        """Study the layer in sight."""
        self._refused = ""
        if self._subject is not None:
            self._soon.start(0)

    def close(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """End the thread, waiting at most `seconds`, and return whether it has ended."""
        self.rest()
        return self._thread.close(seconds)

    def _plan(self, subject: _Wish) -> None:
        """Study a layer as soon as it is its turn."""
        is_other = self._newest is None or not self._newest.is_like(subject)
        if is_other:
            self._cancel()
        elif subject.is_running and self._is_busy:
            return  # the answer is followed by a rest, and that by newer weights
        wait = 0.0 if is_other or not subject.is_running else self._rested_at - time.monotonic()
        self._start_in(max(wait, AFTER_EDIT_MS / 1000))

    def _start_in(self, seconds: float) -> None:
        ms = round(1000 * seconds)
        if not self._soon.isActive() or self._soon.remainingTime() > ms:
            self._soon.start(ms)

    def _cancel(self) -> None:
        self._soon.stop()
        if self._newest is not None:
            self._newest.cancelled.set()
        self._newest = None
        self._thread.forget()
        self._is_busy = False

    @Slot()
    def _ask(self) -> None:
        wish = self._subject
        if wish is None:
            return
        if wish.cancelled.is_set():  # it was given up, and is wanted after all
            wish = dataclasses.replace(wish, cancelled=threading.Event())
        self._newest = wish
        self._thread.put(wish)
        self._is_busy = True
        self.began.emit(wish.shown_for)

    def _met(self, wish: _Wish) -> tuple[StudiedLayer | str, float] | None:
        """Return the study, or why there is none, and in how many seconds that was found."""
        began = time.monotonic()
        answer = answer_or_reason(lambda: self._desk.meet(wish), "The layer could not be studied")
        return None if answer is None else (answer, time.monotonic() - began)

    @Slot()
    def _on_dataset_changed(self) -> None:
        self._desk = _Desk()  # the old one holds images that may be large

    @Slot(object, object)
    def _on_answered(self, wish: _Wish, found: tuple[StudiedLayer | str, float]) -> None:
        answer, seconds = found
        self._rested_at = time.monotonic() + max(BETWEEN_SECONDS, _RESTS * seconds)
        if self._newest is None or wish.cancelled.is_set() or not self._newest.is_like(wish):
            return
        self._is_busy = wish is not self._newest
        if isinstance(answer, str):
            self.failed.emit(answer)
        else:
            self.studied.emit(answer)


class _Desk:
    """Does the work, in its thread, and keeps what the next study of the same layer needs again."""

    def __init__(self) -> None:
        self._images: tuple[Dataset, Split, NDArray[np.float32]] | None = None
        self._start: tuple[FirstWeights, str, Dataset, LayerSample | None] | None = None

    def meet(self, wish: _Wish) -> StudiedLayer | None:
        """Return the study; None where it was cancelled."""
        images = self._images_of(wish.dataset)
        inspection, is_cancelled = wish.inspection, wish.cancelled.is_set
        sample = look_at_layer(
            inspection.spec, inspection.parameters, wish.layer_id, images, is_cancelled=is_cancelled
        )
        start = self._start_of(wish, images)
        if sample is None or is_cancelled():
            return None
        if start is not None and start.kernels.shape != sample.kernels.shape:
            start = None
        name = wish.start.name if wish.start is not None and start is not None else ""
        study = study_sample(sample, start)
        assert self._images is not None
        is_moving = wish.is_running or inspection.is_past
        step = inspection.image_view.step
        return StudiedLayer(study, self._images[1], step, name, is_moving, wish.shown_for)

    def _images_of(self, dataset: Dataset) -> NDArray[np.float32]:
        """Return images (N, C, H, W) from all over the validation images, or others where there are none."""
        if self._images is None or self._images[0] is not dataset:
            self._images = (dataset, *study_images(dataset))
        return self._images[2]

    def _start_of(self, wish: _Wish, images: NDArray[np.float32]) -> LayerSample | None:
        """Return what the first weights give; None where they cannot be had."""
        if wish.start is None:
            return None
        known, key = self._start, (wish.start, wish.layer_id, wish.dataset)
        if known is not None and known[:3] == key:
            return known[3]
        spec, is_cancelled = wish.inspection.spec, wish.cancelled.is_set
        try:
            sample = look_at_layer(spec, wish.start.read(), wish.layer_id, images, is_cancelled=is_cancelled)
        except (CnnvizError, KeyError) as error:
            _log.info("No first weights of %s: %s", wish.layer_id, error)
            sample = None
        if not is_cancelled():
            self._start = (*key, sample)
        return sample
