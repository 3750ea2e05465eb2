"""Has the layer studied that is seen from near, and shows what is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDockWidget

    from cnnviz.app.looking.inspection import Inspection
    from cnnviz.app.looking.layer_student import StudiedLayer
    from cnnviz.app.workbench import Workbench
    from cnnviz.training.events import RunStarted
    from cnnviz.ui.inspector.layer_panel import LayerPanel

PATIENCE_MS = 300
"""A study that takes less is not announced."""


class LayerLinks(QObject):
    """Asks for studies of the layer in the panel, as long as the panel is in sight."""

    def __init__(self, workbench: Workbench, panel: LayerPanel, dock: QDockWidget) -> None:
        super().__init__(panel)
        self._student, self._panel, self._dock = workbench.student, panel, dock
        self._outdated: Inspection | None = None
        self._announce = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._announce.timeout.connect(self._on_patience_ended)
        workbench.document.spec_changed.connect(self._on_design_changed)
        panel.shown.connect(self._look)
        dock.visibilityChanged.connect(self._look)
        workbench.session.state_changed.connect(self._look)
        workbench.session.run_started.connect(self._on_run_started)
        workbench.selection.dataset_changed.connect(self._look)
        self._student.began.connect(self._on_began)
        self._student.studied.connect(self._on_studied)
        self._student.failed.connect(self._on_failed)
        panel.findings.cancel_requested.connect(self._on_cancel_requested)
        panel.findings.again_requested.connect(self._student.ask_again)

    @Slot()
    def _look(self) -> None:
        inspection, panel = self._panel.inspection, self._panel
        # Of the panel itself nothing may be seen although it is in front: what lies on it can cover it.
        if inspection is None or not panel.isVisible() or self._dock.visibleRegion().isEmpty():
            self._announce.stop()
            self._student.rest()
            return
        if inspection is self._outdated:  # views of the weights that a run begins with are on their way
            return
        self._outdated = None
        can_study = self._student.look_at(inspection, panel.layer_id)
        if not can_study:
            self._announce.stop()
            panel.findings.clear()
            if panel.studied is not None:  # through images of a data set that is no longer there
                panel.forget_study()
        elif panel.studied is None and panel.findings.isHidden():
            self._keep_room()

    def _keep_room(self) -> None:
        """Say nothing where findings stand, but how to have the layer studied where that was given up."""
        if self._student.is_given_up:
            self._panel.findings.show_cancelled()
        else:
            self._panel.findings.reserve()

    @Slot()
    def _on_design_changed(self) -> None:
        """Say nothing of filters that are gone, until those of the changed design are studied."""
        self._announce.stop()
        self._student.rest()
        if not self._panel.findings.isHidden():
            self._keep_room()

    @Slot(object)
    def _on_run_started(self, run: RunStarted) -> None:
        """Say nothing of other weights than those that a run begins with, before its first step or behind."""
        inspection, studied = self._panel.inspection, self._panel.studied
        is_outdated = inspection is not None and inspection.image_view.step != run.first_step
        self._outdated = inspection if is_outdated else None
        if is_outdated or (studied is not None and studied.step != run.first_step):
            self._announce.stop()
            self._student.rest()
            self._panel.forget_study()
            self._panel.findings.reserve()
            self._look()

    @Slot(str)
    def _on_began(self, layer_id: str) -> None:
        if layer_id == self._panel.layer_id and self._panel.studied is None:
            self._announce.start()

    @Slot()
    def _on_patience_ended(self) -> None:
        self._panel.findings.show_busy()

    @Slot(object)
    def _on_studied(self, studied: StudiedLayer) -> None:
        self._announce.stop()
        self._panel.set_study(studied)

    @Slot(str)
    def _on_failed(self, reason: str) -> None:
        self._announce.stop()
        self._panel.findings.show_failure(reason)

    @Slot()
    def _on_cancel_requested(self) -> None:
        self._announce.stop()
        self._student.cancel()
