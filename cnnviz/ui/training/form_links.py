"""What the training settings have to know of the design and the data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cnnviz.app.training.loss_advice import loss_advice
from cnnviz.data.dataset import Split
from cnnviz.spec.losses import MeanSquaredError

if TYPE_CHECKING:
    from cnnviz.app.workbench import Workbench
    from cnnviz.ui.training.settings_form import TrainingForm


class FormLinks(QObject):
    """Tells the form how long an epoch is, which loss would fit, and which image to vary."""

    def __init__(self, form: TrainingForm, workbench: Workbench) -> None:
        super().__init__(form)
        self._form = form
        self._document, self._selection = workbench.document, workbench.selection
        self._document.problems_changed.connect(self._advise)
        self._document.spec_changed.connect(self._advise)
        form.training_changed.connect(self._advise)
        self._selection.dataset_changed.connect(self._on_dataset_changed)
        self._selection.image_changed.connect(self._on_image_changed)
        self._on_dataset_changed()
        self._on_image_changed()

    @Slot()
    def _on_dataset_changed(self) -> None:
        self._form.set_train_images(len(self._selection.dataset.indices(Split.TRAIN)))
        self._advise()

    @Slot()
    def _on_image_changed(self) -> None:
        self._form.augmenting.set_image(self._selection.units, self._selection.train_index)

    @Slot()
    def _advise(self) -> None:
        loss = self._form.training.loss
        self._form.augmenting.set_learns_numbers(isinstance(loss, MeanSquaredError))
        self._form.set_advice(loss_advice(self._document.spec, self._selection.data_shape, loss))
