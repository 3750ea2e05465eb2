"""The settings that a person has made, told from those that came with a run."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cnnviz.spec.training import TrainingSpec
from cnnviz.training.run_comparison import setting_differences

if TYPE_CHECKING:
    from cnnviz.spec.losses import Loss
    from cnnviz.training.result import RunResult
    from cnnviz.ui.main_window import MainWindow

OWN, OF_RUN, CHANGED = "Own settings", "Settings of the run", "Of the run, changed"
_BACK = "The settings are your own again. What came with the run was: {}."
_MOST_DIFFERENCES = 4


class OwnSettings(QObject):
    """Lets a run that is opened bring its settings, and a new design begin with those of the person.

    What a person changes while the settings of a run are shown becomes the person's own, too, and nothing
    else of them does.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._form, self._costs, self._notices = window.training_form, window.costs, window.notices
        self._banner = window.banner
        self._document, self._session = window.workbench.document, window.workbench.session
        self._own = self._seen = self._form.training
        self._of_run: TrainingSpec | None = None
        self._form.training_changed.connect(self._on_training_changed)
        window.files.run_opened.connect(self._on_run_opened)
        window.files.design_replaced.connect(self._on_design_replaced)

    @property
    def own(self) -> TrainingSpec:
        """What a new design begins with, but for the loss that may come with the design."""
        return self._own

    def show(self, training: TrainingSpec) -> None:
        """Show settings that came with a run."""
        self._of_run = training
        self._put(training)

    def take_loss(self, loss: Loss) -> None:
        """Take the loss that a new design is made for."""
        self._put(dataclasses.replace(self._form.training, loss=loss))

    def _put(self, training: TrainingSpec) -> None:
        self._seen = training
        self._form.set_training(training)
        self._costs.set_training(training)
        self._document.set_loss(training.loss)
        self._name()

    def _name(self) -> None:
        shown = OWN
        if self._of_run is not None:
            shown = OF_RUN if self._of_run == self._form.training else CHANGED
        self._form.presets.set_other(shown)

    @Slot(object)
    def _on_training_changed(self, training: TrainingSpec) -> None:
        names = [field.name for field in dataclasses.fields(TrainingSpec)]
        changes = {
            name: getattr(training, name)
            for name in names
            if getattr(training, name) != getattr(self._seen, name)
        }
        self._own = dataclasses.replace(self._own, **changes)
        self._seen = training
        self._name()

    @Slot(object)
    def _on_run_opened(self, result: RunResult) -> None:
        self.show(result.training)

    @Slot()
    def _on_design_replaced(self) -> None:
        """Another design is there: with a run, whose settings are shown already, or without."""
        if self._of_run is None or self._session.result is not None:
            return
        before, self._of_run = self._form.training, None
        self._form.choose(dataclasses.replace(self._own, frozen=before.frozen))
        self._name()
        found = [one.text for one in setting_differences(self._form.training, before)]
        if found and self._banner.isHidden():
            more = len(found) - _MOST_DIFFERENCES
            words = [*found[:_MOST_DIFFERENCES], f"{more} more"] if more > 0 else found
            self._notices.show_passing(_BACK.format(", ".join(words)))
