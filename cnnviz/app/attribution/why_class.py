"""Why the network says what it says of the selected image: asked anew whenever anything has changed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot

from cnnviz.app.attribution.asker import Asker
from cnnviz.app.attribution.attribution_work import ClassAnswer, ClassChoice, ClassQuestion
from cnnviz.app.looking.live_view import AFTER_EDIT_MS
from cnnviz.app.training.session import SessionState
from cnnviz.interpret.attribution.grad_cam import map_layers
from cnnviz.interpret.attribution.methods import GradCAM, Occlusion
from cnnviz.interpret.attribution.score import class_count
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.spec.validate import in_words

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from cnnviz.app.attribution.asker import Sight
    from cnnviz.app.attribution.attribution_runner import AttributionRunner
    from cnnviz.app.attribution.attribution_work import Question
    from cnnviz.interpret.attribution.methods import Method

_BETWEEN_SECONDS = 1.0
"""While a run is on, newer weights are asked about at most once in this time."""


class WhyClass(Asker):
    """Holds what is asked and the newest answer. While nobody looks, nothing is computed.

    Settings of each method are remembered while another one is looked at. During a run the newest weights are
    asked about again and again, at the pace at which answers come; `cancel` ends that until something else is
    asked, or `ask_again` is called.

    Signals
    -------
    answered(ClassAnswer)
        There is a newer answer.
    question_changed()
        Method, class, layer, image or design is another one; told when somebody looks.
    """

    answered = Signal(object)
    question_changed = Signal()

    def __init__(self, sight: Sight, runner: AttributionRunner, parent: QObject | None = None) -> None:
        super().__init__((ClassQuestion,), runner, parent)
        self._sight = sight
        self._document, self._selection = sight.document, sight.selection
        self._methods: dict[type[Method], Method] = {}
        self._kind: type[Method] = GradCAM
        self._choice: ClassChoice | int = ClassChoice.PREDICTED
        self._layer_id = ""
        self._is_watched = self._is_held = False
        self._is_late = self._is_untold = True
        self._not_before = 0.0
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._ask)
        self._document.spec_changed.connect(self._on_design_changed)
        self._document.loss_changed.connect(self._on_design_changed)
        sight.weights.weights_changed.connect(self._on_weights_changed)
        sight.session.state_changed.connect(self._plan)
        self._selection.image_changed.connect(self._on_image_changed)
        self._selection.dataset_changed.connect(self._on_dataset_changed)
        runner.answered.connect(self._on_answered)
        runner.failed.connect(self._on_failed)

    @property
    def method(self) -> Method:
        """The method that is asked, with its settings."""
        kept = self._methods.get(self._kind)
        return kept if kept is not None else self._first_settings()

    @property
    def choice(self) -> ClassChoice | int:
        """The class that is asked about."""
        return self._choice

    @property
    def layer_id(self) -> str:
        """The layer that Grad-CAM looks at; empty for the usual one."""
        return self._layer_id if self._layer_id in map_layers(self._document.spec) else ""

    @property
    def is_cancelled(self) -> bool:
        """Whether the last question was taken back, so that there is no answer to it."""
        return self._is_held

    def set_watched(self, watched: bool) -> None:
        """Say whether anybody can see the answer."""
        if watched is self._is_watched:
            return
        self._is_watched = watched
        if not watched and self._is_busy:
            self._is_late = True
            self._runner.cancel(ClassQuestion)
        elif watched and self._is_untold:
            self._tell_question()
        self._plan()

    def set_kind(self, kind: type[Method]) -> None:
        """Ask another method, with the settings that it had."""
        if kind is not self._kind:
            self._kind = kind
            self._ask_anew()

    def set_method(self, method: Method) -> None:
        """Ask a method with these settings."""
        if method != self.method:
            self._kind = type(method)
            self._methods[self._kind] = method
            self._ask_anew()

    def set_choice(self, choice: ClassChoice | int) -> None:
        """Ask about another class."""
        if choice != self._choice:
            self._choice = choice
            self._ask_anew()

    def set_layer(self, layer_id: str) -> None:
        """Let Grad-CAM look at another layer; an empty id is the usual one."""
        if layer_id != self._layer_id:
            self._layer_id = layer_id
            self._ask_anew()

    @Slot()
    def cancel(self) -> None:
        """Take the question back."""
        self._is_held = True
        self._soon.stop()
        self._runner.cancel(ClassQuestion)

    @Slot()
    def ask_again(self) -> None:
        """Ask the same question once more, of the newest weights."""
        self._ask_anew()

    def _first_settings(self) -> Method:
        if self._kind is Occlusion:
            height, width, _ = self._document.spec.input.shape
            return Occlusion.suited_to(height, width)
        return self._kind()

    @Slot()
    def _on_design_changed(self) -> None:
        """Ask anew once the edit is painted."""
        self._ask_anew(AFTER_EDIT_MS)

    @Slot()
    def _on_dataset_changed(self) -> None:
        self._choice = ClassChoice.PREDICTED
        self._methods.pop(Occlusion, None)  # its patch was for images of another size

    @Slot()
    def _on_image_changed(self) -> None:
        self._ask_anew()

    @Slot()
    def _on_weights_changed(self) -> None:
        self._is_late = True
        self._plan()

    def _ask_anew(self, after_ms: int = 0) -> None:
        self._is_held, self._is_late = False, True
        self._runner.cancel(ClassQuestion)
        self._is_untold = True
        if self._is_watched:
            self._tell_question()
            self._soon.start(after_ms)

    def _tell_question(self) -> None:
        """Tell of another question, which nobody hears while nobody looks; give up a class that has gone."""
        self._is_untold = False
        if isinstance(self._choice, int) and self._choice >= class_count(self._document.spec):
            self._choice = ClassChoice.PREDICTED
        self.question_changed.emit()

    @Slot()
    def _plan(self) -> None:
        """Ask about newer weights as soon as it may be, if anybody wants it."""
        if not self._is_watched or not self._is_late or self._is_held or self._is_busy:
            return
        if not self._soon.isActive():
            is_run_on = self._sight.session.state is SessionState.RUNNING
            wait = self._not_before - time.monotonic() if is_run_on else 0.0
            self._soon.start(max(0, round(1000 * wait)))

    @Slot()
    def _ask(self) -> None:
        if not self._is_watched or self._is_held:
            return
        self._is_late = False
        problem = self._problem()
        if problem:
            self.failed.emit(problem)
            return
        self._runner.ask(
            ClassQuestion(
                self._sight.snapshot(),
                self._selection.pixels,
                self.method,
                self._choice,
                self._selection.label,
                self.layer_id,
                not isinstance(self._document.loss, MeanSquaredError),
                self._selection.targets,
                self._selection.dataset.treatment,
            )
        )

    def _problem(self) -> str:
        """Return why nothing can be asked; empty where it can."""
        document = self._document
        if document.problems:
            return in_words(document.problems)
        if self._kind is GradCAM and not map_layers(document.spec):
            return "Grad-CAM looks at the maps of a layer, and no layer of this design has any."
        return ""

    @Slot(object, object)
    def _on_answered(self, question: Question, answer: object) -> None:
        if isinstance(answer, ClassAnswer):
            self._not_before = time.monotonic() + _BETWEEN_SECONDS
            self.answered.emit(answer)
            self._plan()

    @Slot(object, str)
    def _on_failed(self, question: Question, reason: str) -> None:
        if isinstance(question, ClassQuestion):
            self._not_before = time.monotonic() + _BETWEEN_SECONDS
            self.failed.emit(reason)
            self._plan()
