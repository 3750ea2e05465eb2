"""What excites the chosen filter: images of the data set, and an image made up for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot

from cnnviz.app.attribution.asker import Asker
from cnnviz.app.attribution.attribution_work import ClimbQuestion, TopQuestion
from cnnviz.app.looking.live_view import AFTER_EDIT_MS
from cnnviz.app.training.session import SessionState
from cnnviz.data.dataset import Split
from cnnviz.interpret.attribution.maximisation import Maximisation
from cnnviz.spec.trace import trace

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from cnnviz.app.attribution.asker import Sight
    from cnnviz.app.attribution.attribution_runner import AttributionRunner
    from cnnviz.app.attribution.attribution_work import Question

TOP_COUNT = 12
_Kind = type[TopQuestion] | type[ClimbQuestion]
_KINDS: tuple[_Kind, ...] = (TopQuestion, ClimbQuestion)


class FilterLook(Asker):
    """Holds which filter is looked at and asks about it. While nobody looks, nothing is computed.

    A run changes the weights faster than a data set can be looked through, so while one is on, answers stay
    those of the step at which they were asked for, until `ask_again`.

    Signals
    -------
    top_found(TopQuestion, TopImages), climbed(ClimbQuestion, Maximised)
        There is a newer answer.
    subject_changed()
        Another filter is chosen, or it is no longer there.
    """

    top_found = Signal(object, object)
    climbed = Signal(object, object)
    subject_changed = Signal()

    def __init__(self, sight: Sight, runner: AttributionRunner, parent: QObject | None = None) -> None:
        super().__init__(_KINDS, runner, parent)
        self._sight = sight
        self._document, self._selection = sight.document, sight.selection
        self._layer_id, self._unit = "", 0
        self._split = Split.TRAIN
        self._settings = Maximisation()
        self._is_watched = False
        self._is_untold = True
        self._late: set[_Kind] = set(_KINDS)
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._ask)
        self._document.spec_changed.connect(self._on_design_changed)
        sight.weights.weights_changed.connect(self._on_weights_changed)
        sight.session.state_changed.connect(self._on_state_changed)
        self._selection.dataset_changed.connect(self._on_dataset_changed)
        runner.answered.connect(self._on_answered)
        runner.failed.connect(self._on_failed)

    @property
    def layer_id(self) -> str:
        """The layer of the filter; empty where none is chosen."""
        return self._layer_id

    @property
    def unit(self) -> int:
        """The filter's number, from 0."""
        return self._unit

    @property
    def units(self) -> int:
        """How many maps or units the layer has; 0 where there is no such layer that can be computed."""
        records = trace(self._document.spec).walk()
        shape = next((one.output_shape for one in records if one.layer.id == self._layer_id), None)
        return 0 if shape is None else shape[-1]

    @property
    def split(self) -> Split:
        """The part of the data set that is looked through."""
        return self._split

    @property
    def settings(self) -> Maximisation:
        """How the image is made up."""
        return self._settings

    @property
    def is_behind(self) -> bool:
        """Whether an answer was taken back, or there are newer weights, and nothing is asked of itself."""
        return bool(self._late) and self._is_watched and not self._soon.isActive()

    def set_watched(self, watched: bool) -> None:
        """Say whether anybody can see the answers."""
        if watched is self._is_watched:
            return
        self._is_watched = watched
        if not watched:
            self._late.update(kind for kind in _KINDS if self._runner.is_busy(kind))
            self._take_back()
            return
        if self._is_untold:
            self._tell_subject()
        if self._late:
            self._soon.start(0)

    def choose(self, layer_id: str, unit: int) -> None:
        """Look at another filter, or unit of a row."""
        if (layer_id, unit) != (self._layer_id, self._unit):
            self._layer_id, self._unit = layer_id, unit
            self._ask_anew(_KINDS)

    def set_split(self, split: Split) -> None:
        """Look through another part of the data set."""
        if split is not self._split:
            self._split = split
            self._ask_anew((TopQuestion,))

    def set_settings(self, settings: Maximisation) -> None:
        """Make the image up in another way."""
        if settings != self._settings:
            self._settings = settings
            self._ask_anew((ClimbQuestion,))

    @Slot()
    def cancel(self) -> None:
        """Take back what is asked."""
        self._soon.stop()
        self._late.update(kind for kind in _KINDS if self._runner.is_busy(kind))
        self._take_back()

    @Slot()
    def ask_again(self) -> None:
        """Ask again, of the newest weights."""
        self._ask_anew(_KINDS)

    def _take_back(self) -> None:
        for kind in _KINDS:
            self._runner.cancel(kind)

    @Slot()
    def _on_design_changed(self) -> None:
        self._ask_anew(_KINDS, AFTER_EDIT_MS)

    @Slot()
    def _on_state_changed(self) -> None:
        """Look at what a run has left when it pauses or ends."""
        if self._late:
            self._on_weights_changed()

    @Slot()
    def _on_dataset_changed(self) -> None:
        self._ask_anew((TopQuestion,))

    @Slot()
    def _on_weights_changed(self) -> None:
        """Ask anew, unless a run is on whose newest weights are in sight: these change all the time."""
        self._late.update(_KINDS)
        is_moving = self._sight.session.state is SessionState.RUNNING and not self._sight.is_past
        if self._is_watched and not is_moving:
            self._soon.start(AFTER_EDIT_MS)

    def _ask_anew(self, kinds: tuple[_Kind, ...], after_ms: int = 0) -> None:
        for kind in kinds:
            self._runner.cancel(kind)
        self._late.update(kinds)
        self._is_untold = True
        if self._is_watched:
            self._tell_subject()
            self._soon.start(after_ms)

    def _tell_subject(self) -> None:
        """Tell of another subject, which nobody hears while nobody looks."""
        self._is_untold = False
        self.subject_changed.emit()

    @Slot()
    def _ask(self) -> None:
        if not self._is_watched:
            return
        kinds = tuple(kind for kind in _KINDS if kind in self._late)
        self._late.clear()
        if not self.units:
            self._take_back()
            self.subject_changed.emit()
            return
        self._unit = min(self._unit, self.units - 1)
        for kind in kinds:
            self._runner.ask(self._question(kind))

    def _question(self, kind: _Kind) -> Question:
        where = (self._sight.snapshot(), self._layer_id, self._unit)
        if kind is ClimbQuestion:
            return ClimbQuestion(*where, self._settings, self._selection.dataset.treatment)
        return TopQuestion(*where, self._selection.dataset, self._split, TOP_COUNT)

    @Slot(object, object)
    def _on_answered(self, question: Question, answer: object) -> None:
        if isinstance(question, TopQuestion):
            self.top_found.emit(question, answer)
        elif isinstance(question, ClimbQuestion):
            self.climbed.emit(question, answer)

    @Slot(object, str)
    def _on_failed(self, question: Question, reason: str) -> None:
        if isinstance(question, _KINDS):
            self.failed.emit(reason)
