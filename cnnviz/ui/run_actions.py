"""Train, pause, step, stop, restart, adapt: the commands of a run, and when each makes sense."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cnnviz.app.designs.adapting import adapted
from cnnviz.app.training.loss_advice import loss_advice
from cnnviz.app.training.session import Session, SessionState
from cnnviz.app.training.worker import Broken
from cnnviz.errors import CnnvizError
from cnnviz.spec.fields import field_infos
from cnnviz.spec.training import TrainingSpec
from cnnviz.training.changes import LIVE_SETTINGS
from cnnviz.training.events import Failed, Finished
from cnnviz.training.freezing import without_missing
from cnnviz.ui.actions import Facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.training.worker import RunEnd
    from cnnviz.app.workbench import Workbench
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.validate import DataShape
    from cnnviz.ui.actions import Actions
    from cnnviz.ui.file_actions import FileActions
    from cnnviz.ui.training.settings_form import TrainingForm


MOST_EPOCHS = int(field_infos(TrainingSpec)["epochs"].maximum)
SETTLE_MS = 300
"""Settings go to a run that is on once nothing has been changed for so long: not with every digit typed."""


class RunActions(QObject):
    """Carries out the commands of a run and keeps the whole table of actions true to what is going on.

    Signals
    -------
    failed(str)
        A run could not begin, or ended because of an error of the program; why.
    diverged(str)
        A run ended because numbers became infinite; where, and what is kept.
    told(str)
        A run has ended early, as its settings say; why.
    exhausted(str)
        A run cannot go on as it has done as many epochs as there can be; how many.
    restart_settled()
        A restart that was wished for has begun, or does not come.
    """

    failed = Signal(str)
    diverged = Signal(str)
    told = Signal(str)
    exhausted = Signal(str)
    restart_settled = Signal()

    def __init__(
        self, actions: Actions, workbench: Workbench, form: TrainingForm, files: FileActions
    ) -> None:
        super().__init__(actions)
        self._actions = actions
        self._document = workbench.document
        self._session = workbench.session
        self._selection = workbench.selection
        self._travel = workbench.travel
        self._form = form
        self._files = files
        self._known_facts: Facts | None = None
        self._adaptable: tuple[NetworkSpec, Loss, DataShape, bool] | None = None
        self._before_restart: Callable[[], object] | None = None
        self._is_asking = False
        self._asked = form.training
        self._settled = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settled.timeout.connect(self._on_settled)
        for command_id, slot in {
            "train": self.train,
            "pause": self.toggle_pause,
            "step": self.step,
            "step_epoch": self.step_epoch,
            "one_more_epoch": self.one_more_epoch,
            "stop": self._session.stop,
            "restart": self.restart,
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
            self._travel.moments_changed,
            self._travel.moment_wanted,
        ):
            changed.connect(self._on_facts_changed)
        self._session.run_ended.connect(self._on_run_ended)
        self._session.closing.connect(self._forget_restart)
        self._on_training_changed(form.training)
        self._on_facts_changed()

    @property
    def session(self) -> Session:
        """The session whose runs these are."""
        return self._session

    @property
    def is_restarting(self) -> bool:
        """Whether a restart is wished for that has not begun yet: nothing else is to begin before it."""
        return self._is_asking or self._before_restart is not None

    @property
    def facts(self) -> Facts:
        """What decides which commands make sense now."""
        problems = self._document.problems
        return Facts(
            state=self._session.state,
            problem=problems[0].message if problems else "",
            has_result=self._session.result is not None,
            has_curves=len(self._session.history.steps) > 0,
            can_adapt=self._can_adapt(),
            has_moments=bool(self._travel.moments),
            is_past=self._travel.wanted is not None,
        )

    @Slot()
    def train(self) -> None:
        """Begin a run."""
        self._start(self._form.training)

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
            self._start(self._form.training, single_step=True)
        else:
            self._session.step()

    @Slot()
    def step_epoch(self) -> None:
        """Learn to the end of the epoch, then wait; a run begins with it where there is none."""
        if self._session.is_idle:
            self._start(self._form.training, single_epoch=True)
        else:
            self._session.steering.step_epoch()

    @Slot()
    def one_more_epoch(self) -> None:
        """Go on for one epoch, from the weights on screen."""
        earlier = self._session.continued(self._document.spec, self._selection.dataset)
        done = earlier.state.epoch if earlier is not None else 0
        # Without patience: a run that has ended early would have nothing to do.
        self._start(dataclasses.replace(self._form.training, epochs=done + 1, patience=0))

    @Slot()
    def restart(self) -> None:
        """Train again from the first weights of the seed; a run under way is stopped before."""
        self.restart_after(_change_nothing)

    def restart_after(self, change: Callable[[], object]) -> None:
        """Make a change, such as of settings, and restart. A run under way is stopped and has none of it.

        Nothing is changed where a person keeps the weights that would be lost.
        """
        if not self._session.is_idle:
            self._before_restart = change
            self._session.stop()
        else:
            self._is_asking = True
            try:
                self._restart(change)
            finally:
                self._is_asking = False
            self.restart_settled.emit()

    def _restart(self, change: Callable[[], object]) -> None:
        if self._files.may_reset():
            change()
            self._session.reset_weights()
            self.train()

    @Slot()
    def reset_weights(self) -> None:
        """Forget what was learned, after asking where it is in no file."""
        if self._session.is_idle and self._files.may_reset():
            self._session.reset_weights()

    @Slot()
    def adapt(self) -> None:
        """Make the ends of the design fit the data set, and learn what there is to be learned from it."""
        spec, loss = self._adapted(), self._fitting_loss()
        if loss != self._form.training.loss:
            self._form.choose(dataclasses.replace(self._form.training, loss=loss))
        self._document.edit("Adapt to Data Set", spec)

    def _start(
        self, training: TrainingSpec, *, single_step: bool = False, single_epoch: bool = False
    ) -> None:
        self._asked = self._form.training
        earlier = self._session.continued(self._document.spec, self._selection.dataset)
        if earlier is not None and earlier.state.epoch >= MOST_EPOCHS:
            self.exhausted.emit(f"This run has done {earlier.state.epoch:,} epochs, the most there can be.")
            return
        try:
            self._session.start(
                self._document.spec,
                without_missing(training, self._document.spec),
                self._selection.dataset,
                single_step=single_step,
                single_epoch=single_epoch,
            )
        except CnnvizError as error:
            self.failed.emit(str(error))

    def _can_adapt(self) -> bool:
        """Return whether `adapt` would change anything. That is asked with every newer weights of a run."""
        spec, loss, shape = self._document.spec, self._form.training.loss, self._selection.data_shape
        known = self._adaptable
        if known is None or known[0] is not spec or known[1:3] != (loss, shape):
            can = self._adapted() != spec or self._fitting_loss() != loss
            known = self._adaptable = (spec, loss, shape, can)
        return known[3]

    def _adapted(self) -> NetworkSpec:
        return adapted(self._document.spec, self._selection.data_shape, self._fitting_loss())

    def _fitting_loss(self) -> Loss:
        """Return the loss of the form, or a better one where it cannot be used on the data set."""
        loss = self._form.training.loss
        advice = loss_advice(self._document.spec, self._selection.data_shape, loss)
        return loss if advice is None else advice.loss

    @Slot()
    def _on_facts_changed(self) -> None:
        facts = self.facts
        if facts != self._known_facts:
            self._known_facts = facts
            self._actions.update_from(facts)
            self._form.set_running(not facts.is_idle)

    @Slot(object)
    def _on_training_changed(self, training: TrainingSpec) -> None:
        self._session.set_seed(training.seed)
        self._document.set_loss(training.loss)
        if self._session.steering.settings is not None:
            self._settled.start()

    @Slot()
    def _on_settled(self) -> None:
        """Pass on what was changed, and nothing else: a run may have other epochs than the form.

        The loss may be that of another design, which was opened meanwhile.
        """
        running, wanted = self._session.steering.settings, self._form.training
        if running is None:
            return
        changed = {
            name: getattr(wanted, name)
            for name in LIVE_SETTINGS
            if getattr(wanted, name) != getattr(self._asked, name)
        }
        self._asked = wanted
        try:
            self._session.steering.change(dataclasses.replace(running, **changed))
        except CnnvizError as error:
            self.failed.emit(str(error))

    @Slot(object)
    def _on_run_ended(self, end: RunEnd) -> None:
        if isinstance(end, Failed) and end.diverged:
            self.diverged.emit(f"The run has ended: {end.reason}")
        elif isinstance(end, Failed | Broken):
            self.failed.emit(f"The run has ended: {end.reason}")
        elif isinstance(end, Finished) and end.note:
            self.told.emit(end.note)
        if self._before_restart is not None:
            QTimer.singleShot(0, self, self._restart_as_wished)  # once everybody knows of the end

    @Slot()
    def _restart_as_wished(self) -> None:
        change, self._before_restart = self._before_restart, None
        if change is not None:
            self.restart_after(change)

    @Slot()
    def _forget_restart(self) -> None:
        self._before_restart = None


def _change_nothing() -> None:
    """Leave the settings as they are."""
