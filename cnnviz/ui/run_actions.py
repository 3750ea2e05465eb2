"""Train, pause, step, stop, reset, adapt: the commands of a run, and when each makes sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.adapting import adapted
from cnnviz.app.session import SessionState
from cnnviz.app.worker import Broken
from cnnviz.errors import CnnvizError
from cnnviz.training.events import Failed
from cnnviz.ui.actions import Facts

if TYPE_CHECKING:
    from cnnviz.app.workbench import Workbench
    from cnnviz.app.worker import RunEnd
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.ui.actions import Actions
    from cnnviz.ui.file_actions import FileActions
    from cnnviz.ui.training.settings_form import TrainingForm


class RunActions(QObject):
    """Carries out the commands of a run and keeps the whole table of actions true to what is going on.

    Signals
    -------
    failed(str)
        A run could not begin, or ended because of an error; why.
    """

    failed = Signal(str)

    def __init__(
        self, actions: Actions, workbench: Workbench, form: TrainingForm, files: FileActions
    ) -> None:
        super().__init__(actions)
        self._actions = actions
        self._document = workbench.document
        self._session = workbench.session
        self._selection = workbench.selection
        self._form = form
        self._files = files
        self._known_facts: Facts | None = None
        for command_id, slot in {
            "train": self.train,
            "pause": self.toggle_pause,
            "step": self.step,
            "stop": self._session.stop,
            "reset_weights": self.reset_weights,
            "adapt": self.adapt,
        }.items():
            actions[command_id].triggered.connect(slot)
        form.training_changed.connect(self._on_training_changed)
        for changed in (
            self._session.state_changed,
            self._session.weights_changed,
            self._document.problems_changed,
            self._selection.image_changed,
        ):
            changed.connect(self._on_facts_changed)
        self._session.run_ended.connect(self._on_run_ended)
        self._on_training_changed(form.training)
        self._on_facts_changed()

    @property
    def facts(self) -> Facts:
        """What decides which commands make sense now."""
        problems = self._document.problems
        return Facts(
            state=self._session.state,
            problem=problems[0].message if problems else "",
            has_result=self._session.result is not None,
            has_curves=len(self._session.history.steps) > 0,
            can_adapt=self._adapted() != self._document.spec,
        )

    @Slot()
    def train(self) -> None:
        """Begin a run."""
        self._start(single_step=False)

    @Slot()
    def toggle_pause(self) -> None:
        """Let the run wait, or go on."""
        if self._session.state is SessionState.PAUSED:
            self._session.resume()
        else:
            self._session.pause()

    @Slot()
    def step(self) -> None:
        """Learn from one batch; a run begins with it where there is none."""
        if self._session.is_idle:
            self._start(single_step=True)
        else:
            self._session.step()

    @Slot()
    def reset_weights(self) -> None:
        """Forget what was learned, after asking where it is in no file."""
        if self._session.is_idle and self._files.may_reset():
            self._session.reset_weights()

    @Slot()
    def adapt(self) -> None:
        """Make the ends of the design fit the data set."""
        self._document.edit("Adapt to Data Set", self._adapted())

    def _start(self, *, single_step: bool) -> None:
        try:
            self._session.start(
                self._document.spec, self._form.training, self._selection.dataset, single_step=single_step
            )
        except CnnvizError as error:
            self.failed.emit(str(error))

    def _adapted(self) -> NetworkSpec:
        return adapted(self._document.spec, self._selection.data_shape, self._form.training.loss)

    @Slot()
    def _on_facts_changed(self) -> None:
        facts = self.facts
        if facts != self._known_facts:
            self._known_facts = facts
            self._actions.update_from(facts)
            self._form.set_locked(not facts.is_idle)

    @Slot(object)
    def _on_training_changed(self, training: TrainingSpec) -> None:
        self._session.set_seed(training.seed)
        self._document.set_loss(training.loss)

    @Slot(object)
    def _on_run_ended(self, end: RunEnd) -> None:
        if isinstance(end, Failed | Broken):
            self.failed.emit(f"The run has ended: {end.reason}")
