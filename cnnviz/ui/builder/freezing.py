"""Freezing layers: a setting of the run that is chosen, and seen, where the layers are."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from cnnviz.errors import CnnvizError
from cnnviz.spec.layers import walk
from cnnviz.spec.renaming import renamed_layers
from cnnviz.training.freezing import frozen_parameters, without_missing
from cnnviz.ui.icons import icon

if TYPE_CHECKING:
    from cnnviz.app.workbench import Workbench
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.ui.builder.builder_panel import BuilderPanel
    from cnnviz.ui.training.settings_form import TrainingForm

_FREEZE, _UNFREEZE = "Freeze Weights", "Unfreeze Weights"
_TIP = "Keep the weights of this layer as they are in the next runs"
_BY_BLOCK = "Its block is frozen, and the layer with it"
_IN_RUN = "What is frozen stays as it is while a run is on. Stop the run to change it"


class Freezing(QObject):
    """Lets a layer be frozen by its card's menu and by the lock in its form, and marks the frozen ones.

    What is frozen is a setting of training, as the learning rate is: it is no part of the design, its undo is
    the same button, and it begins empty with every design that is opened.
    """

    def __init__(self, workbench: Workbench, builder: BuilderPanel, form: TrainingForm) -> None:
        super().__init__(builder)
        self._document, self._session = workbench.document, workbench.session
        self._builder, self._form = builder, form
        self._spec = workbench.document.spec
        self.action = QAction(icon("lock"), _FREEZE, self)
        self.action.setCheckable(True)
        self.action.triggered.connect(self._on_action_triggered)
        builder.layer_actions.offer_more(lambda layer_id: [self.action] if layer_id else [])
        builder.form.show_lock(self.action)
        builder.layer_selected.connect(self._show)
        form.frozen_changed.connect(self._show)
        self._session.state_changed.connect(self._show)
        self._document.begun.connect(self._on_begun)
        self._document.spec_changed.connect(self._on_spec_changed)
        self._show()

    @property
    def _training(self) -> TrainingSpec:
        return self._form.training

    def freeze(self, layer_id: str, *, is_frozen: bool) -> None:
        """Keep a layer's weights in the next runs, or let them learn again; say why where that cannot be."""
        others = [one for one in self._training.frozen if one != layer_id]
        wanted = dataclasses.replace(
            self._training, frozen=(*others, layer_id) if is_frozen else tuple(others)
        )
        try:
            frozen_parameters(self._document.spec, without_missing(wanted, self._document.spec).frozen)
        except CnnvizError as error:
            self._builder.layer_actions.refused.emit(str(error))
        else:
            self._form.choose(wanted)
        self._show()

    @Slot()
    def _on_begun(self) -> None:
        if self._training.frozen:
            self._form.choose(dataclasses.replace(self._training, frozen=()))

    @Slot()
    def _on_spec_changed(self) -> None:
        """Let what is frozen follow a layer that has another name now."""
        names = renamed_layers(self._spec, self._document.spec)
        self._spec = self._document.spec
        frozen = tuple(names.get(layer_id, layer_id) for layer_id in self._training.frozen)
        if frozen != self._training.frozen:
            self._form.choose(dataclasses.replace(self._training, frozen=frozen))
        self._show()

    @Slot()
    def _show(self) -> None:
        """Mark the frozen layers, and say whether the chosen one can be frozen, and why not."""
        frozen = self._training.frozen
        roots = [layer for layer in self._document.spec.walk() if layer.id in frozen]
        all_frozen = frozenset(layer.id for layer in walk(roots))
        self._builder.model.set_frozen(all_frozen)
        chosen = self._builder.selected_layer_id
        self.action.setVisible(chosen in self._learning())
        self.action.setChecked(chosen in all_frozen)
        self.action.setText(_UNFREEZE if chosen in all_frozen else _FREEZE)  # menus show icons, not checks
        by_block = chosen in all_frozen and chosen not in frozen
        self.action.setEnabled(self._session.is_idle and not by_block)
        tip = _BY_BLOCK if by_block else _TIP if self._session.is_idle else _IN_RUN
        self.action.setToolTip(tip)
        self.action.setStatusTip(tip)

    def _learning(self) -> frozenset[str]:
        """Return the ids of the layers that have weights, and of blocks with such layers."""
        return frozenset(record.layer.id for record in self._document.trace.walk() if record.parameters)

    @Slot(bool)
    def _on_action_triggered(self, is_frozen: bool) -> None:
        self.freeze(self._builder.selected_layer_id, is_frozen=is_frozen)
