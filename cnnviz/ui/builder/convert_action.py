"""The command that writes the chosen layer as another kind, and why it cannot be done where it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from cnnviz.app.designs.converting import convert_layer
from cnnviz.errors import SpecError
from cnnviz.spec.convert import conversion, target_title
from cnnviz.ui.icons import icon

if TYPE_CHECKING:
    from cnnviz.app.workbench import Workbench
    from cnnviz.ui.builder.builder_panel import BuilderPanel

_NO_KIND = "Choose a Dense layer or a Conv2D: each can be written as the other"


class ConvertAction(QObject):
    """Converts the layer chosen in the builder; weights and design change in one step of undo.

    Attributes
    ----------
    action
        For menus; its text names the kind that the chosen layer would become.

    Signals
    -------
    failed(str)
        The layer could not be converted after all; why.
    """

    failed = Signal(str)

    def __init__(self, workbench: Workbench, builder: BuilderPanel) -> None:
        super().__init__(builder)
        self._document, self._session = workbench.document, workbench.session
        self._builder = builder
        self.action = QAction(icon("convert"), "Convert Layer", self)
        self.action.triggered.connect(self._on_triggered)
        builder.layer_selected.connect(self._on_choice_changed)
        self._document.spec_changed.connect(self._on_choice_changed)
        builder.layer_actions.offer_more(self._offered)
        self._on_choice_changed()

    def _target(self) -> str:
        layer_id = self._builder.selected_layer_id
        known = any(layer.id == layer_id for layer in self._document.spec.walk())
        return target_title(self._document.spec.layer(layer_id)) if known else ""

    def _offered(self, layer_id: str) -> list[QAction]:
        """Return what the context menu of a card begins with."""
        return [self.action] if self._target() else []

    @Slot()
    def _on_choice_changed(self) -> None:
        target, reason = self._target(), _NO_KIND
        if target:
            reason = self._reason_against()
        tip = reason or f"Write the layer as {target}: same weights, same outputs"
        self.action.setText(f"Convert to {target}" if target else "Convert Layer")
        self.action.setEnabled(bool(target) and not reason)
        self.action.setToolTip(tip)
        self.action.setStatusTip(tip)

    def _reason_against(self) -> str:
        try:
            conversion(self._document.spec, self._builder.selected_layer_id, self._document.trace)
        except SpecError as error:
            return str(error)
        return ""

    @Slot()
    def _on_triggered(self) -> None:
        try:
            new_id = convert_layer(self._document, self._session, self._builder.selected_layer_id)
        except SpecError as error:
            self.failed.emit(str(error))
            return
        self._builder.select_layer(new_id)
