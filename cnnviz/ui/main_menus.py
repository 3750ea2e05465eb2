"""The menus of the window: which command stands where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cnnviz.app.settings import MapPace
from cnnviz.ui import menus
from cnnviz.ui.earlier_runs import EarlierRuns
from cnnviz.ui.help import show_about, show_shortcuts
from cnnviz.ui.training.time_links import FILM_COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMenu

    from cnnviz.app.settings import ThemeMode
    from cnnviz.interpret.atlas import Scale
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.ui.main_window import MainWindow


class MainMenus(QObject):
    """Fills the menu bar and keeps what changes in it: recent files, the colour scale, what can be undone.

    Attributes
    ----------
    undo, redo
        The actions of the undo stack; the first may be lent to a notice.
    earlier_runs
        The menu of runs that can be brought back.
    export_view
        The menu of views that can be taken along, to be filled.
    """

    def __init__(self, window: MainWindow, begin: Callable[[NetworkSpec, Loss], object]) -> None:
        super().__init__(window)
        self._window, self._begin = window, begin
        self._settings, self._files = window.workbench.settings, window.files
        bar = window.menuBar()
        file, edit, network, training, view, help_ = (
            bar.addMenu(title) for title in ("&File", "&Edit", "&Network", "&Training", "&View", "&Help")
        )
        self._fill_file_menu(file)
        self.undo, self.redo = menus.add_undo(edit, window, window.workbench.document)
        edit.addSeparator()
        edit.addActions(window.builder.actions_of_layer)
        self._fill_network_menu(network)
        self._fill_training_menu(training)
        self._fill_view_menu(view)
        menus.add_commands(help_, window.commands, "shortcuts", "about")
        self._files.recent_changed.connect(self._update_recent)
        window.workbench.recent_data.changed.connect(self._update_recent)
        window.commands["shortcuts"].triggered.connect(self._on_shortcuts_triggered)
        window.commands["about"].triggered.connect(self._on_about_triggered)

    def _fill_file_menu(self, menu: QMenu) -> None:
        commands = self._window.commands
        menus.add_new_menu(menu, commands, self._begin)
        menus.add_commands(menu, commands, "open")
        self._recent_menu = menu.addMenu("Open &Recent")
        self._recent_menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._update_recent)
        menu.aboutToShow.connect(self._window.workbench.recent_data.look)
        opening = ("open_data_folder", "open_data_file", "make_shapes", "get_data")
        data = (*opening, "browse_data", "prepare_data")
        saving = ("save", "save_as", "save_run")
        menus.add_commands(menu, commands, "", *data, "", *saving, "", "export_diagram")
        self.export_view = menu.addMenu("Export &View")
        menus.add_commands(self.export_view, commands, "export_view", "")
        menus.add_commands(menu, commands, "", "quit")
        self._update_recent()

    def _fill_network_menu(self, menu: QMenu) -> None:
        window = self._window
        menus.add_layer_menu(menu, window.builder.add_layer)
        menus.add_commands(menu, window.commands, "search_layers", "insert_pattern")
        menu.setToolTipsVisible(True)
        menu.addAction(window.convert.action)
        menus.add_commands(menu, window.commands, "", "rename_design", "adapt", "reset_weights")

    def _fill_training_menu(self, menu: QMenu) -> None:
        window, commands = self._window, self._window.commands
        menus.add_commands(menu, commands, *menus.RUN_COMMANDS)
        menu.addMenu(window.tool_bar.slow_motion.paces)
        menus.add_commands(menu, commands, "", "measure_layers", "export_curves", "", *FILM_COMMANDS)
        docks = window.docks
        menus.add_panel_commands(menu, window.baselines.commands, docks, docks.baselines)
        menus.add_panel_commands(menu, window.doctor.commands, docks, docks.doctor)
        self.earlier_runs = EarlierRuns(menu, window.workbench, self._files, window.run_list)
        images = ("previous_image", "next_image", "random_image", "open_image", "paste_image")
        menus.add_commands(menu, commands, "", *images)

    def _fill_view_menu(self, menu: QMenu) -> None:
        window, settings = self._window, self._settings
        menu.addActions([dock.toggleViewAction() for dock in window.docks.all])
        menu.addSeparator()
        menus.add_choice(menu, "Theme", menus.THEMES, settings.theme, self._set_theme)
        self._scales = menus.add_choice(menu, "Colour Scale", menus.SCALES, settings.scale, self._set_scale)
        window.network_view.scale_requested.connect(self._set_scale)
        paces, tips = menus.MAP_PACES, menus.MAP_PACE_TIPS
        menus.add_choice(menu, "Maps During a Run", paces, settings.map_pace, self._set_map_pace, tips)
        menus.add_commands(menu, window.commands, "", "go_back", "go_forward", "ask_why")
        menus.add_commands(menu, window.commands, "", "only_network", "reset_layout")

    def _set_theme(self, mode: ThemeMode) -> None:
        self._settings.theme = mode
        self._window.theme_keeper.set_mode(mode.value)

    @Slot(object)
    def _set_scale(self, scale: Scale) -> None:
        self._settings.scale = scale
        self._window.workbench.live_view.set_scale(scale)
        self._window.network_view.set_scale(scale)
        self._scales[scale].setChecked(True)

    def _set_map_pace(self, pace: MapPace) -> None:
        self._settings.map_pace = pace
        self._window.workbench.session.turns.is_smooth = pace is MapPace.SMOOTH

    @Slot()
    def _update_recent(self) -> None:
        menu, recent = self._recent_menu, self._window.workbench.recent_data
        if menu.isVisible():
            return  # it stays as it is under the mouse, and is made anew before it is shown the next time
        menu.clear()
        menus.add_recent_files(menu, self._settings.recent_files, self._files.open_recent)
        menus.add_recent_data(menu, recent, self._files.open_recent_data)
        menu.setEnabled(not menu.isEmpty())
        menu.addSeparator()
        menu.addAction("Clear", self._on_clear_recent_triggered)

    @Slot()
    def _on_clear_recent_triggered(self) -> None:
        self._settings.clear_recent()
        self._window.workbench.recent_data.clear()
        self._update_recent()

    @Slot()
    def _on_shortcuts_triggered(self) -> None:
        actions = [*self._window.commands, self.undo, self.redo, *self._window.builder.actions_of_layer]
        show_shortcuts(actions, self._window)

    @Slot()
    def _on_about_triggered(self) -> None:
        show_about(self._window)
