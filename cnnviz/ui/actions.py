"""Every command of the window in one table, from which menus, tool bar and the list of shortcuts are made."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from cnnviz.app.training.session import SessionState
from cnnviz.ui.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget


@dataclasses.dataclass(frozen=True, slots=True)
class Facts:
    """What decides which commands make sense now. `problem` says why the design cannot be trained."""

    state: SessionState = SessionState.IDLE
    problem: str = ""
    has_result: bool = False
    has_curves: bool = False
    can_adapt: bool = False
    has_moments: bool = False
    is_past: bool = False

    @property
    def is_idle(self) -> bool:
        """Whether no run is under way."""
        return self.state is SessionState.IDLE

    @property
    def is_steppable(self) -> bool:
        """Whether a batch may be learned from now."""
        return self.state is SessionState.PAUSED or (self.is_idle and not self.problem)

    @property
    def is_moving(self) -> bool:
        """Whether a run is under way that nobody has stopped."""
        return self.state in (SessionState.RUNNING, SessionState.PAUSED)


def _always(facts: Facts) -> bool:
    return True


def _idle(facts: Facts) -> bool:
    return facts.is_idle


@dataclasses.dataclass(frozen=True, slots=True)
class Command:
    """One row of the table.

    `key` is a key sequence or the name of a standard key; empty for none. Others follow after a semicolon.
    `enabled` is None where whoever has made the command useful says when it is.
    """

    id: str
    text: str
    tip: str
    key: str = ""
    icon: str = ""
    enabled: Callable[[Facts], bool] | None = _always


COMMANDS: tuple[Command, ...] = (
    Command(
        "new_from_template",
        "New from Template…",
        "Begin with a known network, with a picture of each and what to look at",
        "Ctrl+Shift+N",
    ),
    Command(
        "new_from_pattern", "New from Pattern…", "Begin with the usual pattern of layers, by its numbers"
    ),
    Command("search_layers", "Search Layers", "Find a kind of layer by a name", "Ctrl+F; /", "search"),
    Command(
        "insert_pattern",
        "Insert Pattern…",
        "Insert the usual pattern of layers behind the chosen one, by its numbers",
        "Ctrl+Shift+P",
    ),
    Command("open", "Open…", "Open a design or a trained run", "Open", "open"),
    Command("save", "Save", "Save the design", "Save", "save"),
    Command("save_as", "Save As…", "Save the design under another name", "Ctrl+Shift+S"),
    Command(
        "save_run",
        "Save Trained Run…",
        "Save design, weights and curves in one file",
        "Ctrl+Alt+S",
        enabled=lambda facts: facts.is_idle and facts.has_result,
    ),
    Command(
        "export_diagram",
        "Export Diagram…",
        "Write the network as a picture for a report, as SVG or PNG",
        "Ctrl+E",
        "export",
    ),
    Command(
        "export_view",
        "The View in Use…",
        "Take the view with the keyboard focus along: as a picture, and its numbers",
        "Ctrl+Shift+E",
    ),
    Command(
        "open_data_folder", "Open Data Set Folder…", "Use images of your own: a folder", "", "folder", _idle
    ),
    Command(
        "open_data_file",
        "Open Data Set File…",
        "Use images of your own: an IDX or .npz file, or a table (.csv, .tsv) that names pictures",
        enabled=_idle,
    ),
    Command(
        "make_shapes",
        "Shapes with Other Settings…",
        "Have pictures of shapes drawn: more noise, more clutter, all directions, no colour",
        enabled=_idle,
    ),
    Command(
        "get_data",
        "Get More Data Sets…",
        "Download MNIST, Fashion-MNIST, KMNIST, EMNIST letters, CIFAR-10 or CIFAR-100",
    ),
    Command(
        "browse_data",
        "Browse Data Set…",
        "See all images, by class and part, with their numbers and mean images",
        "Ctrl+B",
        "grid",
    ),
    Command(
        "prepare_data",
        "Prepare Images…",
        "Make all images grey, bring them to another size, scale or standardise their pixels",
    ),
    Command("open_image", "Open Image…", "Look at a picture of your own", "Ctrl+I", "image"),
    Command("paste_image", "Paste Image", "Look at the picture on the clipboard", "Ctrl+Shift+V"),
    Command("quit", "Quit", "Close the window", "Ctrl+Q"),
    Command("rename_design", "Rename Design…", "Give the design another name"),
    Command(
        "adapt",
        "Adapt to Data Set",
        "Give the input the size of the images, and the last Dense layer a unit for each class",
        enabled=lambda facts: facts.can_adapt,
    ),
    Command(
        "reset_weights",
        "Reset Weights",
        "Forget what was learned and begin again from the first weights of the seed",
        "",
        "reset",
        enabled=lambda facts: facts.is_idle and facts.has_result,
    ),
    Command("train", "Train", "Train the network from the weights on screen", "F5", "play"),
    Command(
        "pause",
        "Pause",
        "Let the run wait after the batch under way",
        "Space",
        "pause",
        lambda facts: facts.is_moving,
    ),
    Command(
        "step", "Step", "Learn from one batch, then wait", "F10", "step", lambda facts: facts.is_steppable
    ),
    Command(
        "stop",
        "Stop",
        "End the run; weights and curves are kept",
        "Shift+F5",
        "stop",
        lambda facts: facts.is_moving,
    ),
    Command(
        "step_epoch",
        "Step Epoch",
        "Learn to the end of the epoch, then wait",
        "Ctrl+F10",
        "next",
        lambda facts: facts.is_moving or facts.is_steppable,
    ),
    Command(
        "one_more_epoch",
        "One More Epoch",
        "Go on for one epoch, whatever the settings say",
        "Ctrl+F5",
        "add",
        lambda facts: facts.is_idle and facts.has_result and not facts.problem,
    ),
    Command(
        "restart",
        "Restart",
        "Forget what was learned and train again from the first weights of the seed",
        "Ctrl+Shift+F5",
        "reset",
        lambda facts: facts.is_moving or (facts.is_idle and facts.has_result and not facts.problem),
    ),
    Command(
        "measure_layers",
        "Measure Layer Times",
        "Time each layer forward and back, on some steps of training with copies of the weights",
        "",
        "timer",
        lambda facts: facts.is_idle and not facts.problem,
    ),
    Command(
        "export_curves",
        "Export Curves…",
        "Export the curves as a picture, and their numbers",
        "",
        "export",
        lambda facts: facts.has_curves,
    ),
    Command(
        "play_film",
        "Play Film",
        "Look at one moment of the run after another",
        "Ctrl+Shift+M",
        "play",
        lambda facts: facts.has_moments,
    ),
    Command(
        "back_to_now",
        "Back to Now",
        "Look at the newest weights again (Esc)",
        "",
        "",
        lambda facts: facts.is_past,
    ),
    Command(
        "export_network_film",
        "Export Film of the Network…",
        "Write the moments of the run as an animated picture of the network",
        "",
        "export",
        lambda facts: facts.has_moments,
    ),
    Command(
        "export_layer_film",
        "Export Film of the Layer…",
        "Write the moments of the run as an animated picture of the chosen layer's filters and maps",
        "",
        "",
        lambda facts: facts.has_moments,
    ),
    Command("previous_image", "Previous Image", "Look at the image before this one", "Ctrl+Left", "previous"),
    Command("next_image", "Next Image", "Look at the image after this one", "Ctrl+Right", "next"),
    Command("random_image", "Random Image", "Look at any other image", "Ctrl+R", "shuffle"),
    Command("go_back", "Back", "Back", "Back", "previous", None),
    Command("go_forward", "Forward", "Forward", "Forward", "next", None),
    Command(
        "ask_why",
        "Why This Answer",
        "Show which parts of the selected image speak for what the network says",
        "Ctrl+Shift+W",
    ),
    Command(
        "only_network",
        "Only the Network",
        "Give the whole window to the network, or to the number that is looked at: hide all panels, or bring "
        "them back",
        "F9",
        "widen",
    ),
    Command("reset_layout", "Reset Layout", "Put all panels back where they were at first"),
    Command("shortcuts", "Keyboard Shortcuts", "List every command and its keys", "F1", "help"),
    Command("about", "About cnnviz", "What this is, and whose images it brings", "", "info"),
)


class Actions(QObject):
    """The table as actions of a window, by id."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        for command in COMMANDS:
            action = QAction(command.text, self)
            action.setShortcuts([key_sequence(key) for key in command.key.split("; ") if key])
            if command.icon:
                action.setIcon(icon(command.icon))
            describe(action, command.tip)
            self._actions[command.id] = action
        window.addActions(list(self._actions.values()))

    def __getitem__(self, command_id: str) -> QAction:
        return self._actions[command_id]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def update_from(self, facts: Facts) -> None:
        """Enable what makes sense now, and say why training does not where it does not."""
        for command in COMMANDS:
            if command.enabled is not None:
                self._actions[command.id].setEnabled(command.enabled(facts))
        self._update_train(facts)
        paused = facts.state is SessionState.PAUSED
        self["pause"].setText("Resume" if paused else "Pause")
        self["pause"].setIcon(icon("play" if paused else "pause"))
        self["stop"].setText("Stopping…" if facts.state is SessionState.STOPPING else "Stop")

    def _update_train(self, facts: Facts) -> None:
        self["train"].setEnabled(facts.is_idle and not facts.problem)
        tip = next(command.tip for command in COMMANDS if command.id == "train")
        describe(self["train"], f"Cannot train yet: {facts.problem}" if facts.problem else tip)


def describe(action: QAction, tip: str) -> None:
    """Give an action its tooltip, with its keys, and the same in the status bar."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{tip} ({keys})" if keys else tip)
    action.setStatusTip(tip)


def key_sequence(key: str) -> QKeySequence:
    """Return a key sequence, or the system's own for the name of a standard key."""
    standard = QKeySequence.StandardKey
    if key in standard.__members__:
        return QKeySequence(standard[key])
    return QKeySequence(key)
