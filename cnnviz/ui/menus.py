"""The menu bar, made from the table of commands and from what there is to choose."""

from __future__ import annotations

import functools
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from cnnviz.app.designs.bundled import bundled_designs
from cnnviz.app.settings import MapPace, ThemeMode
from cnnviz.interpret.atlas import Scale
from cnnviz.spec.layers import LAYER_TYPES, Category, type_name
from cnnviz.spec.losses import CrossEntropy
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.words import counted
from cnnviz.ui.actions import describe
from cnnviz.ui.icons import icon, layer_icon
from cnnviz.ui.recent_words import PLACE_PX, said, short_path, tip
from cnnviz.ui.undo_action import UndoAction
from cnnviz.ui.widgets.undo_keys import redo_keys

if TYPE_CHECKING:
    import enum
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu

    from cnnviz.app.data.recent_data import RecentData, RecentDatasets
    from cnnviz.app.document import Document
    from cnnviz.spec.losses import Loss
    from cnnviz.ui.actions import Actions
    from cnnviz.ui.docks import Docks

_SEPARATOR = ""
RUN_COMMANDS = ("train", "pause", "step", "step_epoch", "stop", "", "one_more_epoch", "restart")


def add_commands(menu: QMenu, actions: Actions, *command_ids: str) -> None:
    """Add commands to a menu; an empty id is a line between groups."""
    for command_id in command_ids:
        if command_id == _SEPARATOR:
            menu.addSeparator()
        else:
            menu.addAction(actions[command_id])


def add_new_menu(menu: QMenu, actions: Actions, begin: Callable[[NetworkSpec, Loss], object]) -> QMenu:
    """Add File > New: an empty design, ways to make one, and every design that comes with the program."""
    new = menu.addMenu(icon("new"), "&New")
    new.setToolTipsVisible(True)
    untitled = NetworkSpec(name="Untitled", input=InputSpec())
    empty = new.addAction("Empty", functools.partial(begin, untitled, CrossEntropy()))
    empty.setShortcut(QKeySequence(QKeySequence.StandardKey.New))
    add_commands(new, actions, "new_from_template", "new_from_pattern", _SEPARATOR)
    for design in bundled_designs():
        action = new.addAction(design.spec.name, functools.partial(begin, design.spec, design.training.loss))
        height, width, channels = design.spec.input.shape
        action.setToolTip(
            f"{design.name}: {height}×{width}×{channels}, {counted(len(design.spec.layers), 'layer')}"
        )
    return new


def add_recent_files(menu: QMenu, paths: Sequence[Path], open_path: Callable[[Path], object]) -> None:
    """Add files to File > Open Recent, each with its folder.

    Whether they are still there is asked when one is opened: a network drive may take seconds to say.
    """
    metrics = menu.fontMetrics()
    for path in paths:
        folder = metrics.elidedText(short_path(path.parent), Qt.TextElideMode.ElideMiddle, PLACE_PX)
        text = f"{path.name} – {folder}".replace("&", "&&")
        menu.addAction(text, functools.partial(open_path, path)).setToolTip(str(path))


def add_recent_data(
    menu: QMenu, recent: RecentDatasets, open_recent_data: Callable[[RecentData], object]
) -> None:
    """Add data sets to File > Open Recent; those that are missing are grey, and can be taken off."""
    if not recent.entries:
        return
    menu.addSeparator()
    for entry in recent.entries:
        why = recent.why_missing(entry)
        text = said(entry, menu.fontMetrics(), why).replace("&", "&&")
        action = menu.addAction(text, functools.partial(open_recent_data, entry))
        action.setEnabled(not why)
        action.setToolTip(tip(entry, why))
    if recent.missing:
        menu.addAction("Remove Data Sets Not Found", recent.remove_missing)


def add_undo(menu: QMenu, window: QMainWindow, document: Document) -> tuple[UndoAction, QAction]:
    """Add Undo and Redo, named after the edit they concern."""
    undo, redo = UndoAction(document, window), document.undo_stack.createRedoAction(window, "Redo")
    redo.setShortcuts(redo_keys())
    redo.setIcon(icon("redo"))
    menu.addActions([undo, redo])
    return undo, redo


def add_layer_menu(menu: QMenu, add_layer: Callable[[str], object]) -> QMenu:
    """Add Network > Add Layer: every kind of layer, grouped as in the palette."""
    layers = menu.addMenu(icon("add"), "&Add Layer")
    layers.setToolTipsVisible(True)
    for category in Category:
        kinds = [kind for kind in LAYER_TYPES if kind.category is category]
        group = layers.addMenu(category.value)
        group.setToolTipsVisible(True)
        for kind in kinds:
            action = group.addAction(layer_icon(type_name(kind)), kind.title)
            action.triggered.connect(functools.partial(add_layer, type_name(kind)))
            action.setToolTip(kind.summary)
    return layers


def add_panel_commands(menu: QMenu, commands: Sequence[QAction], docks: Docks, dock: QDockWidget) -> QMenu:
    """Add a submenu of commands whose outcome is shown in a panel, which they bring into sight."""
    submenu = menu.addMenu(dock.windowTitle())
    submenu.setToolTipsVisible(True)
    for command in commands:
        submenu.addAction(command)
    submenu.triggered.connect(lambda _action: docks.bring(dock))
    return submenu


def add_choice(
    menu: QMenu,
    title: str,
    choices: dict[enum.Enum, str],
    chosen: enum.Enum,
    choose: Callable[..., object],
    tips: Mapping[enum.Enum, str] = MappingProxyType({}),
) -> dict[enum.Enum, QAction]:
    """Add a submenu of which exactly one entry is chosen; `choose` gets the member. Return its entries."""
    submenu = menu.addMenu(title)
    submenu.setToolTipsVisible(bool(tips))
    group = QActionGroup(submenu)
    actions = {}
    for member, text in choices.items():
        action = submenu.addAction(text)
        action.setCheckable(True)
        action.setChecked(member is chosen)
        action.triggered.connect(functools.partial(choose, member))
        if member in tips:
            describe(action, tips[member])
        group.addAction(action)
        actions[member] = action
    return actions


THEMES: dict[enum.Enum, str] = {
    ThemeMode.SYSTEM: "As the System",
    ThemeMode.LIGHT: "Light",
    ThemeMode.DARK: "Dark",
}
MAP_PACES: dict[enum.Enum, str] = {
    MapPace.SPARING: "Spare the Run",
    MapPace.SMOOTH: "Ten a Second",
}
MAP_PACE_TIPS: dict[enum.Enum, str] = {
    MapPace.SPARING: "Draw maps up to ten times a second, less often where a run would lose much by that",
    MapPace.SMOOTH: "Draw maps ten times a second, also where a run loses much of its speed",
}
SCALES: dict[enum.Enum, str] = {
    Scale.PER_LAYER: "One for Each Layer",
    Scale.PER_MAP: "One for Each Map",
    Scale.PER_NETWORK: "One for the Network",
}
