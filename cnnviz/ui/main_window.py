"""The window: it assembles panels, menus and tool bar, and holds no rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDockWidget,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from cnnviz.spec.training import TrainingSpec
from cnnviz.ui.actions import Actions
from cnnviz.ui.attribution.why_links import WhyLinks
from cnnviz.ui.attribution.why_panel import WhyPanel
from cnnviz.ui.baselines.baselines_panel import BaselinesPanel
from cnnviz.ui.browser.browser_links import BrowserLinks
from cnnviz.ui.builder.builder_panel import BuilderPanel
from cnnviz.ui.builder.convert_action import ConvertAction
from cnnviz.ui.builder.drag_out import DragOut
from cnnviz.ui.builder.freezing import Freezing
from cnnviz.ui.catalog.catalog_links import CatalogLinks
from cnnviz.ui.docks import Docks
from cnnviz.ui.doctor.doctor_links import DoctorLinks
from cnnviz.ui.doctor.doctor_panel import DoctorPanel
from cnnviz.ui.drawing.drawing_links import DrawingLinks
from cnnviz.ui.drawing.drawing_panel import DrawingPanel
from cnnviz.ui.evaluation.evaluation_panel import EvaluationPanel
from cnnviz.ui.export.export_links import ExportLinks
from cnnviz.ui.export_actions import ExportActions
from cnnviz.ui.file_actions import FileActions
from cnnviz.ui.file_drops import FileDrops
from cnnviz.ui.importing.import_links import ImportLinks
from cnnviz.ui.inspector.image_panel import ImagePanel
from cnnviz.ui.inspector.layer_links import LayerLinks
from cnnviz.ui.inspector.layer_panel import LayerPanel
from cnnviz.ui.inspector.network_view import NetworkView
from cnnviz.ui.inspector.unit.stage import Stage
from cnnviz.ui.ledger.costs_panel import CostsPanel
from cnnviz.ui.main_menus import MainMenus
from cnnviz.ui.message_links import MessageLinks
from cnnviz.ui.notices import Notices
from cnnviz.ui.only_network import OnlyNetwork
from cnnviz.ui.panel_links import PanelLinks
from cnnviz.ui.picture_links import PictureLinks
from cnnviz.ui.preparing.preparing_links import PreparingLinks
from cnnviz.ui.recovery_banner import RecoveryBanner
from cnnviz.ui.run_actions import RunActions
from cnnviz.ui.runs.run_links import RunLinks
from cnnviz.ui.runs.runs_panel import RunsPanel
from cnnviz.ui.shapes.shape_links import ShapeLinks
from cnnviz.ui.templates.design_actions import DesignActions
from cnnviz.ui.tool_bar import MainToolBar
from cnnviz.ui.trail.trail_links import TrailLinks
from cnnviz.ui.training.curves_panel import CurvesPanel
from cnnviz.ui.training.form_links import FormLinks
from cnnviz.ui.training.own_settings import OwnSettings
from cnnviz.ui.training.settings_form import TrainingForm
from cnnviz.ui.training.time_links import TimeLinks
from cnnviz.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from cnnviz.app.workbench import Workbench
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.ui.dialogs import Questions
    from cnnviz.ui.theme import ThemeKeeper


class MainWindow(QMainWindow):
    """Build at the left, the network in the middle, training below, one layer at the right.

    Signals
    -------
    closed()
        The window was closed and every thread has ended.
    """

    closed = Signal()

    def __init__(self, workbench: Workbench, questions: Questions, theme: ThemeKeeper) -> None:
        super().__init__()
        self.setObjectName("main-window")
        self.workbench = workbench
        self.theme_keeper = theme
        self._rng = np.random.default_rng()
        self.commands = Actions(self)
        self._make_panels()
        self.files = FileActions(self, questions, workbench)
        self.convert = ConvertAction(workbench, self.builder)
        self.exports = ExportActions(self, questions, workbench, self.files)
        self.drops = FileDrops(self, self.files, PictureLinks(self))
        self.drag_out = DragOut(self, self.builder)
        self.recovery = RecoveryBanner(self.files, workbench.autosave, self)
        self._middle.insertWidget(0, self.recovery)
        self.runs = RunActions(self.commands, workbench, self.training_form, self.files)
        self.designs = DesignActions(self, self.commands, workbench, self.builder, self._begin, questions)
        self.docks = self._make_docks()
        recent = workbench.recent_data
        self.tool_bar = MainToolBar(self.commands, workbench.session, workbench.selection, recent, self)
        self.addToolBar(self.tool_bar)
        views = (self.network_view, self.layer_panel, self.image_panel, self.stage)
        self.links = PanelLinks(workbench, self.builder, *views, self.statusBar())
        LayerLinks(workbench, self.layer_panel, self.docks.layer)
        self.docks.image.visibilityChanged.connect(self.image_panel.set_in_sight)
        self.notices = Notices(self.banner, workbench.document, workbench.session, self.commands["adapt"])
        self.menus = MainMenus(self, self._begin)
        self._connect()
        self.messages = MessageLinks(self)
        self.own_settings = OwnSettings(self)
        self.why_links = WhyLinks(self, self.why)
        self.export_links = ExportLinks(self, questions, self.menus.export_view)
        self.kept_runs = RunLinks(self, questions, self.own_settings.show)
        self._middle.insertWidget(1, self.kept_runs.banner)
        self.time = TimeLinks(self, questions)
        self.trail = TrailLinks(self)
        self.only_network = OnlyNetwork(self)
        for line in (self.trail.bar, self.time.network_strip):
            self._middle.insertWidget(self._middle.indexOf(self.stage), line)
        self._update_title()
        self.docks.restore(workbench.settings)
        self.builder.list_view.setFocus()  # else the keyboard begins in the palette

    def _make_docks(self) -> Docks:
        return Docks(
            self,
            build=self.builder,
            layer=self.layer_panel,
            image=self.image_panel,
            draw=DrawingPanel(self.workbench, self._dock()),
            curves=self.curves,
            settings=self.training_form,
            costs=self.costs,
            evaluation=self.evaluation,
            baselines=self.baselines,
            runs=self.run_list,
            doctor=self.doctor,
            why=self.why,
        )

    def _make_panels(self) -> None:
        bench = self.workbench
        self.builder = BuilderPanel(bench.document, self._dock())
        self.curves = CurvesPanel(bench.session, self.commands["train"], self._dock())
        self.training_form = TrainingForm(TrainingSpec(), bench.presets, self._dock())
        self.costs = CostsPanel(
            bench, self.training_form.training, self.commands["measure_layers"], self._dock()
        )
        self.baselines = BaselinesPanel(bench, self._dock())
        self.evaluation, self.doctor = EvaluationPanel(bench, self._dock()), DoctorPanel(bench, self._dock())
        self.why = WhyPanel(bench, self._dock())
        self.builder.layer_selected.connect(self.costs.select_layer)
        self.costs.layer_selected.connect(self.builder.select_layer)
        self.training_form.training_changed.connect(self.costs.set_training)
        FormLinks(self.training_form, bench)
        Freezing(bench, self.builder, self.training_form)
        self.run_list = RunsPanel(bench.library, self._dock())
        self.run_list.overlays_changed.connect(self.curves.set_overlays)
        self.network_view = NetworkView(self)
        self.network_view.set_scale(bench.settings.scale)
        self.layer_panel = LayerPanel(self._dock())
        self.stage = Stage(bench, self.network_view, self.layer_panel, self)
        self.image_panel = ImagePanel(bench.selection, self._dock())
        self.banner = Banner(self)
        middle = QWidget(self)
        self._middle = QVBoxLayout(middle)
        self._middle.setContentsMargins(0, 0, 0, 0)
        self._middle.setSpacing(0)
        self._middle.addWidget(self.banner)
        self._middle.addWidget(self.stage, 1)
        self.setCentralWidget(middle)

    def _dock(self) -> QDockWidget:
        """Return an empty dock to make a panel in: one made in the window would have to move."""
        return QDockWidget(self)

    def _connect(self) -> None:
        self._connect_commands()
        bench, files = self.workbench, self.files
        self.docks.costs.visibilityChanged.connect(self.costs.set_in_sight)
        self.docks.evaluation.visibilityChanged.connect(self.evaluation.set_in_sight)
        self.evaluation.room_wanted.connect(self.docks.heighten_evaluation)
        self.docks.baselines.visibilityChanged.connect(self.baselines.set_in_sight)
        self.preparing_links = PreparingLinks(self)
        DoctorLinks(self)
        BrowserLinks(self)
        CatalogLinks(self)
        ShapeLinks(self)
        self.imports = ImportLinks(self)
        self.tool_bar.dataset_requested.connect(files.open_dataset)
        self.tool_bar.recent_requested.connect(files.open_recent_data)
        self.image_panel.chooser.open_picture_requested.connect(files.choose_image)
        DrawingLinks(self)
        bench.document.clean_changed.connect(self._update_title)
        bench.document.path_changed.connect(self._update_title)
        bench.document.spec_changed.connect(self._update_title)
        bench.session.state_changed.connect(self._on_session_state_changed)

    def _connect_commands(self) -> None:
        bench, files = self.workbench, self.files
        for command_id, slot in {
            "open": files.choose_and_open,
            "save": files.save,
            "save_as": files.save_as,
            "save_run": files.save_run,
            "export_diagram": self.exports.export_diagram,
            "open_data_folder": files.choose_data_folder,
            "open_data_file": files.choose_data_file,
            "quit": self.close,
            "previous_image": bench.selection.previous,
            "next_image": bench.selection.next,
            "random_image": self._on_random_image_triggered,
            "measure_layers": self._on_measure_layers_triggered,
            "search_layers": self._on_search_layers_triggered,
            "reset_layout": self.docks.reset,
        }.items():
            self.commands[command_id].triggered.connect(slot)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._update_watched()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.docks.fit_tabs()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._update_watched()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange:
            self._update_watched()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()  # Qt closes the window where this method raises, as when saving breaks off
        if not self.files.may_close():
            return
        self.docks.keep(self.workbench.settings)
        self.recovery.release_all()
        self.workbench.close()
        event.accept()
        self.closed.emit()

    def event(self, event: QEvent) -> bool:
        """Leave the space bar to a button that has the focus, and let a run wait for painting."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
            and isinstance(QApplication.focusWidget(), QAbstractButton | QComboBox)
        ):
            event.accept()
            return True
        if event.type() is QEvent.Type.UpdateRequest:  # all that is to be painted, is painted in here
            with self.workbench.session.turns.drawing():
                return super().event(event)
        return super().event(event)

    def focusNextPrevChild(self, next_: bool) -> bool:
        """Pass over docks behind another one: Qt puts them out of sight, but does not hide them."""
        start = QApplication.focusWidget()
        while super().focusNextPrevChild(next_):
            reached = QApplication.focusWidget()
            if reached is None or reached is start or not self.docks.is_behind(reached):
                return True
        return False

    @Slot()
    def _update_title(self) -> None:
        document = self.workbench.document
        name = document.spec.name or "Untitled"
        file = f" ({document.path.name})" if document.path is not None else ""
        self.setWindowTitle(f"{name}{file}[*] – cnnviz")
        self.setWindowModified(not document.is_clean)

    def _update_watched(self) -> None:
        self.workbench.live_view.set_watched(self.isVisible() and not self.isMinimized())

    def _begin(self, spec: NetworkSpec, loss: Loss) -> None:
        if self.files.new(spec):
            self.own_settings.take_loss(loss)

    @Slot()
    def _on_session_state_changed(self) -> None:
        self.tool_bar.set_dataset_enabled(self.workbench.session.is_idle)

    @Slot()
    def _on_measure_layers_triggered(self) -> None:
        self.docks.bring(self.docks.costs)
        self.costs.measure()

    @Slot()
    def _on_random_image_triggered(self) -> None:
        self.workbench.selection.random(self._rng)

    @Slot()
    def _on_search_layers_triggered(self) -> None:
        self.docks.bring(self.docks.build)
        self.builder.palette_area.focus_search()
