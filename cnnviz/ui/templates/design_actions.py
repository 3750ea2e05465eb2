"""The commands that begin with something that is there: a template, or the usual pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.errors import SpecError
from cnnviz.spec.io import MAX_NAME_LENGTH
from cnnviz.spec.losses import CrossEntropy

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from cnnviz.app.workbench import Workbench
    from cnnviz.spec.layers import Layer
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.spec.tree_edits import Place
    from cnnviz.ui.actions import Actions
    from cnnviz.ui.builder.builder_panel import BuilderPanel
    from cnnviz.ui.dialogs import Questions


class DesignActions(QObject):
    """Opens the dialogs and does what was chosen in them.

    `begin` opens a design with the loss that goes with it, once unsaved work is settled.

    Signals
    -------
    failed(str)
        A pattern could not be inserted, or a name not be given; why, in one sentence.
    """

    failed = Signal(str)

    def __init__(
        self,
        window: QWidget,
        actions: Actions,
        workbench: Workbench,
        builder: BuilderPanel,
        begin: Callable[[NetworkSpec, Loss], object],
        questions: Questions,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workbench = workbench
        self._builder = builder
        self._begin = begin
        self._questions = questions
        actions["new_from_template"].triggered.connect(self.choose_template)
        actions["new_from_pattern"].triggered.connect(self.new_from_pattern)
        actions["rename_design"].triggered.connect(self.rename)
        actions["insert_pattern"].triggered.connect(self.insert_pattern)

    @Slot()
    def choose_template(self) -> None:
        """Ask which bundled design to begin with."""
        from cnnviz.ui.templates.template_dialog import TemplateDialog

        selection = self._workbench.selection
        dialog = TemplateDialog(selection.data_shape, selection.dataset.title, self._window)
        dialog.template_chosen.connect(self._on_template_chosen)
        dialog.open()

    @Slot()
    def new_from_pattern(self) -> None:
        """Ask for the numbers of a pattern to begin with."""
        self._ask_for_pattern(insert=False)

    @Slot()
    def insert_pattern(self) -> None:
        """Ask for the numbers of a pattern that goes behind the chosen layer."""
        self._ask_for_pattern(insert=True)

    @Slot()
    def rename(self) -> None:
        """Ask for another name of the design; one edit, which can be undone."""
        document = self._workbench.document
        given = self._questions.text(self._window, "Rename Design", "Name of the design:", document.spec.name)
        name = " ".join((given or "").split())[:MAX_NAME_LENGTH]
        if not name or name == document.spec.name:
            return
        try:
            document.rename(name)
        except SpecError as error:
            self.failed.emit(str(error))

    def _ask_for_pattern(self, *, insert: bool) -> None:
        from cnnviz.ui.templates.pattern_dialog import PatternDialog

        bench = self._workbench
        dialog = PatternDialog(
            bench.document.spec,
            self._builder.selected_layer_id,
            bench.selection.data_shape,
            insert=insert,
            parent=self._window,
        )
        dialog.design_chosen.connect(self._on_design_chosen)
        dialog.insertion_chosen.connect(self._on_insertion_chosen)
        dialog.open()

    @Slot(object, object)
    def _on_template_chosen(self, spec: NetworkSpec, training: TrainingSpec) -> None:
        self._begin(spec, training.loss)

    @Slot(object)
    def _on_design_chosen(self, spec: NetworkSpec) -> None:
        self._begin(spec, CrossEntropy())

    @Slot(object, object)
    def _on_insertion_chosen(self, layers: tuple[Layer, ...], place: Place) -> None:
        try:
            ids = self._workbench.document.insert_layers(layers, place, "Insert Pattern")
        except SpecError as error:
            self.failed.emit(str(error))
            return
        if ids:
            self._builder.select_layer(ids[0])
