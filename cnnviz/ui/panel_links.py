"""What the panels tell each other: the chosen layer, the newest views, the number under the mouse."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from cnnviz.app.threads.pace import Pace
from cnnviz.app.training.session import SessionState
from cnnviz.spec.layers import Conv2D
from cnnviz.ui.inspector.answers import selected_answers

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStatusBar

    from cnnviz.app.looking.inspection import Inspection
    from cnnviz.app.workbench import Workbench
    from cnnviz.ui.builder.builder_panel import BuilderPanel
    from cnnviz.ui.inspector.image_panel import ImagePanel
    from cnnviz.ui.inspector.layer_panel import LayerPanel
    from cnnviz.ui.inspector.network_view import NetworkView
    from cnnviz.ui.inspector.unit.stage import Stage


SECOND_TURN_MS = 12
"""Time between the network and what is seen from near: time for whatever else waits."""
_LONGEST_SECONDS = 0.2
"""What is seen from near follows so soon, also without newer maps: by then two of ten a second are there."""
_LONG_SECONDS = 0.004
"""Where arranging the network takes longer, what is near gets a turn of its own, so that neither is long.
Else they share one: each turn paints by itself, and painting twice costs more than painting twice as much."""


class PanelLinks(QObject):
    """Keeps builder, network view and layer panel on the same layer, and hands views and numbers on."""

    def __init__(
        self,
        workbench: Workbench,
        builder: BuilderPanel,
        network_view: NetworkView,
        layer_panel: LayerPanel,
        image_panel: ImagePanel,
        stage: Stage,
        status_bar: QStatusBar,
    ) -> None:
        super().__init__(network_view)
        self._document = workbench.document
        self._session = workbench.session
        self._selection = workbench.selection
        self._inspector = workbench.inspector
        self._builder = builder
        self._network_view = network_view
        self._layer_panel = layer_panel
        self._image_panel = image_panel
        self._stage = stage
        self._status_bar = status_bar
        self._fresh: frozenset[str] = frozenset()
        self._inspection: Inspection | None = None
        # While a run is on, or another network is shown, drawing is done in two turns: neither is long.
        self._near_pace, self._near_at = Pace(0.0), 0.0
        self._near_later = QTimer(self, singleShot=True)
        self._near_later.timeout.connect(self._show_near)
        builder.layer_selected.connect(self._on_layer_chosen)
        network_view.layer_clicked.connect(self._on_layer_chosen)
        network_view.map_clicked.connect(self._on_map_chosen)
        layer_panel.map_chosen.connect(self._on_map_chosen)
        stage.map_chosen.connect(self._on_map_chosen)
        for view in (network_view, layer_panel, stage):
            view.hover_text_changed.connect(self._on_hover_text_changed)
        workbench.inspector.inspected.connect(self._on_inspected)
        self._document.begun.connect(network_view.canvas.show_start)
        self._document.loss_changed.connect(self._on_loss_changed)
        for changed in (self._document.spec_changed, self._session.weights_changed):
            changed.connect(self._on_freshness_changed)
        self.choose_first_layer()

    @Slot()
    def choose_first_layer(self) -> None:
        """Choose the first layer with a problem, or else the first convolution, or else the first layer."""
        layers = self._document.spec.layers
        troubled = next((problem.layer_id for problem in self._document.problems if problem.layer_id), None)
        first = next((layer for layer in layers if isinstance(layer, Conv2D)), layers[0] if layers else None)
        self._on_map_chosen(troubled or (first.id if first is not None else ""), 0)

    @Slot(str)
    def _on_layer_chosen(self, layer_id: str) -> None:
        if layer_id != self._layer_panel.layer_id:
            self._on_map_chosen(layer_id, 0)
        else:
            self._builder.select_layer(layer_id)

    @Slot(str, int)
    def _on_map_chosen(self, layer_id: str, map_index: int) -> None:
        self._inspector.set_near(layer_id)
        self._layer_panel.set_layer(layer_id, map_index)
        self._network_view.set_selected(layer_id, map_index)
        self._stage.show_map(layer_id, map_index)
        if layer_id != self._builder.selected_layer_id:
            self._builder.select_layer(layer_id)

    @Slot(object)
    def _on_inspected(self, inspection: Inspection) -> None:
        before, self._inspection = self._inspection, inspection
        began = time.perf_counter()
        with self._session.turns.drawing():
            view, class_names = inspection.image_view, self._selection.dataset.class_names
            answers = selected_answers(view, self._document.loss, self._selection)
            self._network_view.set_view(view, class_names, answers, in_words=False)
        if before is None or before.spec != inspection.spec:
            self._near_later.start(SECOND_TURN_MS)  # other columns are work enough for a turn
        elif self._session.state is not SessionState.RUNNING:
            self._show_near()
        elif _only_weights_differ(before, inspection):
            self._show_near_at_leisure(is_long=time.perf_counter() - began > _LONG_SECONDS)
        else:
            self._near_later.start(SECOND_TURN_MS)

    def _show_near_at_leisure(self, *, is_long: bool) -> None:
        """Show what is near when it can be afforded, or has waited for long: the maps come first."""
        self._near_pace.want()
        if self._near_pace.is_due(affordable=self._session.turns.is_affordable()):
            if is_long:
                self._near_later.start(SECOND_TURN_MS)
            else:
                self._show_near()
        elif not self._near_later.isActive():
            left = self._near_at + _LONGEST_SECONDS - time.perf_counter()
            self._near_later.start(max(0, round(1000 * left)))

    @Slot()
    def _on_loss_changed(self) -> None:
        if self._inspection is not None:
            self._on_inspected(self._inspection)

    @Slot()
    def _show_near(self) -> None:
        """Show the newest inspection in words, and in the panels that look at one thing from near."""
        inspection = self._inspection
        if inspection is None:
            return
        self._near_later.stop()
        self._near_pace.done()
        self._near_at = time.perf_counter()
        with self._session.turns.drawing():
            class_names = self._selection.dataset.class_names
            self._network_view.say()
            self._image_panel.set_view(
                inspection.image_view, class_names, inspection.true_class, self._document.loss
            )
            self._layer_panel.set_inspection(inspection)

    @Slot(str)
    def _on_hover_text_changed(self, text: str) -> None:
        self._status_bar.showMessage(text)

    @Slot()
    def _on_freshness_changed(self) -> None:
        fresh = self._session.fresh_layers(self._document.spec)
        if fresh != self._fresh:
            self._fresh = fresh
            self._builder.set_fresh(fresh)
            self._network_view.set_fresh(len(fresh))


def _only_weights_differ(before: Inspection, now: Inspection) -> bool:
    """Return whether the same image is seen in the same design: while one learns, it is looked at once."""
    return now.image_view.input is before.image_view.input and now.spec is before.spec
