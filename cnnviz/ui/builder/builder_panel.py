"""The sidebar in which a network is built: palette, list of layers, totals, and the settings of one layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QToolButton, QVBoxLayout, QWidget

from cnnviz.errors import SpecError
from cnnviz.spec.layers import LAYER_TYPES, BatchNorm, type_name
from cnnviz.spec.words import counted
from cnnviz.ui.builder.drop import DraggedLayers, removal_label, without
from cnnviz.ui.builder.layer_actions import LayerActions
from cnnviz.ui.builder.layer_list_model import LayerListModel
from cnnviz.ui.builder.layer_list_view import LayerListView
from cnnviz.ui.builder.palette_area import PaletteArea
from cnnviz.ui.builder.properties_form import PropertiesForm
from cnnviz.ui.builder.refusal_note import RefusalNote
from cnnviz.ui.builder.repair_list import RepairList
from cnnviz.ui.builder.repair_menu import RepairMenu
from cnnviz.ui.forms.problem_label import ProblemLabel
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font, strong_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from cnnviz.app.document import Document
    from cnnviz.spec.trace import NetworkTrace

_LIST_SHARE, _FORM_SHARE = 3, 2  # the form scrolls, and the cards are what is looked at


class BuilderPanel(QWidget):
    """Assembles the builder's parts around one document; every edit goes through the document.

    Signals
    -------
    layer_selected(str)
        Another card was chosen; with its layer's id, empty for the input.
    """

    layer_selected = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.list_area = QWidget(self._splitter)
        self.palette_area = PaletteArea(self)
        self.palette_view = self.palette_area.palette_view
        self.model = LayerListModel(document, self)
        self.list_view = LayerListView(self.model, self.list_area)
        self.layer_actions = LayerActions(self.model, self.list_view)
        self._heading = QLabel("Layers", self.list_area)
        self._columns = QLabel("output, parameters", self.list_area)
        self._totals = (ElidedLabel(parent=self.list_area), ElidedLabel(parent=self.list_area))
        self._problems = ProblemLabel(self.list_area)
        self._repairs = RepairList(document, self.list_area)
        self.layer_actions.offer_more(RepairMenu(document, self).actions_of)
        self._refusal = RefusalNote(self.list_view)
        self._lay_out_list()
        self.form = PropertiesForm(document, self._splitter)  # made last: the Tab key comes to it last
        self._lay_out()
        self._connect()
        self._adopt_look()
        self._on_document_changed()

    @property
    def actions_of_layer(self) -> list[QAction]:
        """What can be done with the selected layers: for a menu."""
        return self.layer_actions.all

    @property
    def selected_layer_id(self) -> str:
        """The id of the chosen layer; empty for the input."""
        return self.list_view.current_layer_id

    @property
    def totals_text(self) -> str:
        """What the line under the list says."""
        return "\n".join(label.text() for label in self._totals)

    @property
    def problem_text(self) -> str:
        """What was refused just now, and what is wrong with the design as a whole; else empty."""
        return "\n".join(filter(None, (self._refusal.text, self._problems.text)))

    def select_layer(self, layer_id: str) -> None:
        """Choose a layer from outside; an unknown id changes nothing."""
        self.list_view.select_layer(layer_id)

    def set_fresh(self, layer_ids: frozenset[str]) -> None:
        """Mark the layers that have not been trained although others have."""
        self.model.set_fresh(layer_ids)

    @Slot(str)
    def add_layer(self, name: str) -> None:
        """Insert a layer of the kind with this type name behind the chosen one, and choose it."""
        kind = next(kind for kind in LAYER_TYPES if type_name(kind) == name)
        view = self.list_view
        place = view.place_right_behind if kind is BatchNorm else view.place_for_new
        try:
            layer_id = self._document.insert_layers((kind(),), place, f"Add {kind.title}")[0]
        except SpecError as error:
            self._refusal.say(str(error))
            return
        self.list_view.select_layer(layer_id)

    @Slot(object)
    def remove_dragged(self, dragged: DraggedLayers) -> None:
        """Remove layers of this list that were dragged out of it; those of other windows stay there."""
        if dragged.source == self.model.token:
            self._document.edit(removal_label(dragged), without(self._document.spec, dragged))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._adopt_look()

    def _lay_out(self) -> None:
        splitter = self._splitter
        splitter.addWidget(self.list_area)
        splitter.addWidget(self.form)
        splitter.setStretchFactor(0, _LIST_SHARE)
        splitter.setStretchFactor(1, _FORM_SHARE)
        splitter.setSizes([_LIST_SHARE, _FORM_SHARE])
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.palette_area)
        layout.addWidget(splitter, 1)

    def _lay_out_list(self) -> None:
        """Put the list under its heading and over its sums."""
        layout = QVBoxLayout(self.list_area)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_12, SPACE_4, SPACE_12, SPACE_4)
        head.addWidget(self._heading)
        head.addStretch(1)
        head.addWidget(self._columns)
        banner = QVBoxLayout()
        banner.setContentsMargins(SPACE_12, 0, SPACE_12, SPACE_8)
        banner.setSpacing(SPACE_4)
        banner.addWidget(self._problems)
        banner.addWidget(self._repairs)
        layout.addLayout(head)
        layout.addLayout(banner)
        layout.addWidget(self.list_view, 1)
        layout.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE_12, SPACE_4, SPACE_8, SPACE_4)
        foot.setSpacing(0)
        sums = QVBoxLayout()
        sums.setSpacing(0)
        for label in self._totals:
            sums.addWidget(label)
        foot.addLayout(sums, 1)
        for action in self.layer_actions.buttons:
            button = QToolButton(self.list_area)
            button.setDefaultAction(action)
            button.setAutoRaise(True)
            button.setAccessibleName(f"{action.text().capitalize()} the layer")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            foot.addWidget(button)
        return foot

    def _connect(self) -> None:
        self.palette_view.layer_chosen.connect(self.add_layer)
        self.palette_view.layers_dropped.connect(self.remove_dragged)
        self.list_view.current_layer_changed.connect(self.form.show_layer)
        self.list_view.current_layer_changed.connect(self.layer_selected)
        self.list_view.edit_requested.connect(self.form.focus_first)
        self.list_view.drag_started.connect(self.palette_view.show_bin)
        self.list_view.drag_finished.connect(self.palette_view.hide_bin)
        self.model.drop_refused.connect(self._refusal.say)
        self.layer_actions.refused.connect(self._refusal.say)
        for repairs in (self._repairs, *self.form.repair_lists):
            repairs.applied.connect(self._on_repairs_applied)
        self.layer_selected.connect(self._refusal.forget)
        self._document.spec_changed.connect(self._refusal.forget)
        self._document.problems_changed.connect(self._on_document_changed)

    def _adopt_look(self) -> None:
        self._heading.setFont(strong_font(self))
        for quiet in (self._columns, *self._totals):
            quiet.setFont(caption_font(self))
            quiet.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    @Slot()
    def _on_document_changed(self) -> None:
        for label, line in zip(self._totals, totals(self._document.trace).splitlines(), strict=True):
            label.setText(line)
        whole = [problem for problem in self._document.problems if problem.layer_id is None]
        is_unfinished = all(problem.is_unfinished for problem in whole)
        self._problems.show_problems([problem.message for problem in whole], is_unfinished=is_unfinished)
        self._repairs.show_problem(whole[0] if whole else None)

    @Slot()
    def _on_repairs_applied(self) -> None:
        """Keep the keyboard here: a button that goes away would pass it on to whatever comes next."""
        self.list_view.setFocus(Qt.FocusReason.OtherFocusReason)


def totals(trace: NetworkTrace) -> str:
    """Return the sums of a design: what it learns and what an image costs."""
    return f"{counted(trace.parameters, 'parameter')}\n{counted(trace.multiply_adds, 'multiply-add')}"
