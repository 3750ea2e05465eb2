"""What the panels tell each other: the chosen layer, the newest views, the number under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStatusBar

    from cnnviz.app.inspection import Inspection
    from cnnviz.app.workbench import Workbench
    from cnnviz.ui.builder.builder_panel import BuilderPanel
    from cnnviz.ui.inspector.layer_panel import LayerPanel


class PanelLinks(QObject):
    """Keeps the builder and the layer panel on the same layer, and hands views and numbers on."""

    def __init__(
        self,
        workbench: Workbench,
        builder: BuilderPanel,
        layer_panel: LayerPanel,
        status_bar: QStatusBar,
    ) -> None:
        super().__init__(layer_panel)
        self._document = workbench.document
        self._session = workbench.session
        self._builder = builder
        self._layer_panel = layer_panel
        self._status_bar = status_bar
        builder.layer_selected.connect(self._on_builder_layer_selected)
        layer_panel.hover_text_changed.connect(self._on_hover_text_changed)
        workbench.inspector.inspected.connect(self._on_inspected)
        for changed in (self._document.spec_changed, self._session.weights_changed):
            changed.connect(self._on_freshness_changed)

    @Slot(str)
    def _on_builder_layer_selected(self, layer_id: str) -> None:
        self._layer_panel.set_layer(layer_id)

    @Slot(object)
    def _on_inspected(self, inspection: Inspection) -> None:
        self._layer_panel.set_inspection(inspection)

    @Slot(str)
    def _on_hover_text_changed(self, text: str) -> None:
        self._status_bar.showMessage(text)

    @Slot()
    def _on_freshness_changed(self) -> None:
        self._builder.set_fresh(self._session.fresh_layers(self._document.spec))
