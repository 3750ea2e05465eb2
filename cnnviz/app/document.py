"""The design being edited: its file, its undo stack, and what is known about it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoStack

from cnnviz.app.commands import BringIn, SetSpec
from cnnviz.errors import FileError
from cnnviz.spec import io
from cnnviz.spec.losses import CrossEntropy
from cnnviz.spec.renaming import rename_layer
from cnnviz.spec.repairs import repairs
from cnnviz.spec.trace import NetworkTrace, Problem, trace
from cnnviz.spec.tree_edits import (
    Place,
    duplicate_layers,
    insert_layers,
    move_layers,
    outermost,
    place_of,
    remove_layers,
)
from cnnviz.spec.validate import DataShape, check_trace
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from cnnviz.spec.layers import Layer
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import InputSpec, NetworkSpec
    from cnnviz.spec.repairs import Repair

UNDO_LIMIT = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Prospect:
    """What would be known of a design if it were the document's."""

    trace: NetworkTrace
    problems: tuple[Problem, ...]


class Document(QObject):
    """Holds one design. Every edit is checked first, then pushed on the undo stack.

    An edit that is refused raises `SpecError` and changes nothing.

    Signals
    -------
    spec_changed()
        The design is another one: edited, undone, redone, opened or new.
    begun()
        The design is not an edited one: it was opened, recovered, or is new.
    problems_changed()
        What keeps the design from being trained may have changed: with the design, or with the data set.
    loss_changed()
        Training is to make something else small.
    path_changed()
        The design belongs to another file, or to none.
    clean_changed(bool)
        The design is now as it was saved, or no longer.
    stepped()
        Undo or redo has put the design here, not an edit; after all that tells of the design.
    """

    spec_changed = Signal()
    begun = Signal()
    problems_changed = Signal()
    loss_changed = Signal()
    path_changed = Signal()
    clean_changed = Signal(bool)
    stepped = Signal()

    def __init__(self, spec: NetworkSpec, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._trace = trace(spec)
        self._data_shape: DataShape | None = None
        self._loss: Loss = CrossEntropy()
        self._problems = check_trace(self._trace)
        self._path: Path | None = None
        self._merging = 0
        self._is_editing = False
        self._undo_stack = QUndoStack(self)
        self._undo_stack.setUndoLimit(UNDO_LIMIT)
        for changed in (self._undo_stack.indexChanged, self._undo_stack.cleanChanged):
            changed.connect(self._tell_clean)
        self._kept: list[NetworkSpec] = []
        self._told_clean = True

    @property
    def spec(self) -> NetworkSpec:
        """The design as it is now."""
        return self._spec

    @property
    def trace(self) -> NetworkTrace:
        """Shapes and counts of the design, layer by layer."""
        return self._trace

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps the design from being trained on the data set; empty where nothing does."""
        return self._problems

    @property
    def path(self) -> Path | None:
        """The file the design was read from or saved to."""
        return self._path

    @property
    def undo_stack(self) -> QUndoStack:
        """The edits, for menus and views; push through `edit` only."""
        return self._undo_stack

    @property
    def is_clean(self) -> bool:
        """Whether the design is as it was opened or saved, or is kept with a run."""
        return self._undo_stack.isClean() or any(kept is self._spec for kept in self._kept)

    def set_data_shape(self, shape: DataShape | None) -> None:
        """Say what the data set demands, so that `problems` knows."""
        if shape != self._data_shape:
            self._data_shape = shape
            self._check_again()

    @property
    def loss(self) -> Loss:
        """What training is to make small; it says what the last layer's numbers mean."""
        return self._loss

    def set_loss(self, loss: Loss) -> None:
        """Say what training is to make small, so that `problems` knows what the last layer must give."""
        if loss != self._loss:
            self._loss = loss
            self._check_again()
            self.loss_changed.emit()

    def edit(self, label: str, new_spec: NetworkSpec, merge_key: str | None = None) -> None:
        """Put `new_spec` in the place of the design, as one step of undo called `label`.

        Steps that follow one another with the same `merge_key` become one.
        """
        if new_spec == self._spec:
            return
        key = None if merge_key is None else f"{merge_key}, {self._merging}"
        self._push(SetSpec(self._spec, new_spec, label=label, merge_key=key, apply=self._put))

    def bring_in(self, label: str, spec: NetworkSpec) -> None:
        """Put a design that is kept elsewhere, with a run, in the place of this one, as one step of undo.

        It belongs to no file. It is clean, unless that would hide unsaved changes that undo comes back to.
        """
        if spec == self._spec:
            return
        if self.is_clean:
            self._kept.append(spec)
        put, move = self._put, self._set_path
        self._push(BringIn(self._spec, spec, label=label, path=self._path, apply=put, set_path=move))

    @Slot()
    def end_merging(self) -> None:
        """Make the next edit a step of its own, so that undo comes back to the design as it is now."""
        self._merging += 1

    def insert_layer(self, layer: Layer, index: int | None = None, parent: str | None = None) -> str:
        """Insert a layer at `index` of the network or of the block `parent`, and return its id.

        0 is right after the input; None is the end.
        """
        index = len(self._spec.layers_of(parent)) if index is None else index
        return self.insert_layers((layer,), Place(index, parent), f"Add {layer.title}")[0]

    def insert_layers(
        self, layers: Iterable[Layer], place: Place, label: str = "Add layers"
    ) -> tuple[str, ...]:
        """Insert layers one behind the other, and return their ids: those they have where these are free."""
        new_spec, ids = insert_layers(self._spec, layers, place)
        self.edit(label, new_spec)
        return ids

    def duplicate_layer(self, layer_id: str) -> str:
        """Insert a copy of a layer right after it and return the copy's id."""
        place_of(self._spec, layer_id)
        return self.duplicate_layers((layer_id,))[0]

    def duplicate_layers(self, layer_ids: Collection[str]) -> tuple[str, ...]:
        """Insert copies of layers behind the last of them and return the ids of the copies."""
        new_spec, ids = duplicate_layers(self._spec, layer_ids)
        self.edit(self._label("Duplicate", layer_ids), new_spec)
        return ids

    def move_layer(self, layer_id: str, index: int, parent: str | None = None) -> None:
        """Move a layer to `index` of the network or of a block, counted after it was taken out."""
        self.edit(f"Move {layer_id}", self._spec.move(layer_id, index, parent))

    def move_layers(self, layer_ids: Collection[str], place: Place) -> None:
        """Move layers together to a place, counted before they were taken out."""
        self.edit(self._label("Move", layer_ids), move_layers(self._spec, layer_ids, place))

    def remove_layer(self, layer_id: str) -> None:
        """Take a layer out."""
        self.edit(f"Remove {layer_id}", self._spec.remove(layer_id))

    def remove_layers(self, layer_ids: Collection[str]) -> None:
        """Take layers out; ids that no layer has are passed over."""
        self.edit(self._label("Remove", layer_ids), remove_layers(self._spec, layer_ids))

    def replace_layer(self, layer: Layer, merge_key: str | None = None) -> None:
        """Put `layer` in the place of the one with the same id."""
        self.edit(f"Change {layer.id}", self._spec.replace(layer), merge_key)

    def set_input(self, new_input: InputSpec, merge_key: str | None = None) -> None:
        """Take images of another shape."""
        self.edit("Change input", self._spec.with_input(new_input), merge_key)

    def rename_layer(self, layer_id: str, name: str) -> None:
        """Give a layer another name, which is its id; its weights go with it."""
        self.edit(f"Rename {layer_id}", rename_layer(self._spec, layer_id, name))

    def rename(self, name: str) -> None:
        """Give the design another name."""
        self.edit("Rename", self._spec.renamed(name), "name")

    def what_if(self, spec: NetworkSpec) -> Prospect:
        """Return what would be known of `spec` here: its shapes, and its problems with the data set."""
        traced = trace(spec, self._trace)
        return Prospect(traced, check_trace(traced, self._data_shape, self._loss))

    def repairs(self, problem: Problem) -> tuple[Repair, ...]:
        """Return edits that solve one of the problems, the smallest first; `apply` takes one over."""
        return repairs(problem, self._spec, self._data_shape, self._loss, traced=self._trace)

    def apply(self, repair: Repair) -> None:
        """Take over a repair of the design as it is now, as one step of undo."""
        self.edit(repair.label, repair.spec)

    def new(self, spec: NetworkSpec) -> None:
        """Begin with `spec`, without a file; the undo stack is emptied."""
        self._begin(spec, None)

    def recover(self, spec: NetworkSpec, path: Path | None) -> None:
        """Begin with `spec`, which belongs to the file at `path` but was not saved to it."""
        self._begin(spec, path)
        self._undo_stack.resetClean()

    def open(self, spec: NetworkSpec, path: Path) -> None:
        """Begin with `spec`, which was read from the file at `path`."""
        self._begin(spec, path)

    def save(self, path: Path | None = None) -> None:
        """Write the design to `path`, or to its own file.

        Raises
        ------
        FileError
            It has no file yet and `path` is None, or the file cannot be written; nothing is changed then.
        """
        target = path or self._path
        if target is None:
            raise FileError("The design has no file yet. Choose a name to save it under.")
        io.save(self._spec, target)
        path_differs, self._path = target != self._path, target
        self._undo_stack.setClean()
        if path_differs:
            self.path_changed.emit()

    def _push(self, command: SetSpec) -> None:
        self._is_editing = True
        try:
            self._undo_stack.push(command)
        finally:
            self._is_editing = False

    def _set_path(self, path: Path | None) -> None:
        if path != self._path:
            self._path = path
            self.path_changed.emit()

    @Slot()
    def _tell_clean(self) -> None:
        is_clean = self.is_clean
        if is_clean is not self._told_clean:
            self._told_clean = is_clean
            self.clean_changed.emit(is_clean)

    def _label(self, verb: str, layer_ids: Collection[str]) -> str:
        concerned = outermost(self._spec, layer_ids)
        what = concerned[0] if len(concerned) == 1 else counted(len(concerned), "layer")
        return f"{verb} {what}"

    def _begin(self, spec: NetworkSpec, path: Path | None) -> None:
        path_differs, self._path = path != self._path, path
        self._undo_stack.clear()
        self._undo_stack.setClean()  # clearing an empty stack leaves a recovered design's mark on it
        self._kept.clear()
        self._show(spec)
        self.begun.emit()
        if path_differs:
            self.path_changed.emit()

    def _put(self, spec: NetworkSpec) -> None:
        """Show the design of a step of the undo stack, which is pushed now, undone or redone."""
        is_step = not self._is_editing
        self._show(spec)
        if is_step:
            self.stepped.emit()

    def _show(self, spec: NetworkSpec) -> None:
        self._spec = spec
        self._trace = trace(spec, self._trace)
        self._problems = check_trace(self._trace, self._data_shape, self._loss)
        self.spec_changed.emit()
        self.problems_changed.emit()

    def _check_again(self) -> None:
        self._problems = check_trace(self._trace, self._data_shape, self._loss)
        self.problems_changed.emit()
