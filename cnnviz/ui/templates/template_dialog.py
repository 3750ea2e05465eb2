"""The chooser of templates: what there is to begin with, how it looks, and what is known about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cnnviz.app.designs.adapting import adapted
from cnnviz.app.designs.templates import Template, template_groups
from cnnviz.spec.shapes import format_shape
from cnnviz.spec.trace import NetworkTrace, trace
from cnnviz.spec.validate import DataShape, check_trace, in_words
from cnnviz.spec.words import counted
from cnnviz.ui.forms.problem_label import ProblemLabel
from cnnviz.ui.plots.diagram_view import DiagramView
from cnnviz.ui.templates.template_list import TemplateList
from cnnviz.ui.theme import SPACE_8, SPACE_12, SPACE_16, caption_font, heading_font

if TYPE_CHECKING:
    from cnnviz.spec.network import NetworkSpec

_SIZE_PX = (1000, 640)
_LEAST_SIZE_PX = (640, 420)


class TemplateDialog(QDialog):
    """Asks which bundled design to begin with. Only the window it belongs to waits meanwhile.

    Signals
    -------
    template_chosen(NetworkSpec, TrainingSpec)
        A design is to be opened, fitted to the data set where that was asked for, with its settings.
    """

    template_chosen = Signal(object, object)

    def __init__(self, data: DataShape, dataset_title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self.setWindowTitle("New from Template")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = TemplateList(template_groups(), self)
        self.page = TemplatePage(self)
        images = format_shape((data.height, data.width, data.channels))
        self.adapt_box = QCheckBox("&Adapt to the data set", self)
        self.adapt_box.setToolTip(
            f"Give the input the size of the images of {dataset_title} ({images}), and the last Dense layer "
            f"{counted(data.classes, 'unit')}. All else stays as it is."
        )
        self.problem = ProblemLabel(self)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.open_button = QPushButton("&Open", self)
        self.open_button.setProperty("primary", True)
        self._buttons.addButton(self.open_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.open_button.setDefault(True)
        self._lay_out()
        self._connect()
        self.list.setCurrentRow(1)
        self.resize(*_SIZE_PX)
        self.setMinimumSize(*_LEAST_SIZE_PX)
        self.list.setFocus()

    @property
    def spec(self) -> NetworkSpec:
        """The design as it would be opened."""
        template = self._template
        if not self.adapt_box.isChecked():
            return template.spec
        return adapted(template.spec, self._data, template.training.loss)

    @property
    def problem_text(self) -> str:
        """Why the adapted design could not be trained; empty where it can, or is not to be adapted."""
        return self.problem.text

    @property
    def _template(self) -> Template:
        template = self.list.selected
        assert template is not None  # a heading cannot be chosen
        return template

    def accept(self) -> None:
        self.template_chosen.emit(self.spec, self._template.training)
        super().accept()

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.setSpacing(SPACE_12)
        below.addWidget(self.adapt_box)
        below.addWidget(self.problem, 1)
        below.addStretch(0)
        below.addWidget(self._buttons)
        columns = QHBoxLayout()
        columns.setSpacing(SPACE_16)
        columns.addWidget(self.list)
        columns.addWidget(self.page, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        layout.setSpacing(SPACE_12)
        layout.addLayout(columns, 1)
        layout.addLayout(below)
        self.list.setFixedWidth(self.list.sizeHint().width())

    def _connect(self) -> None:
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.list.template_selected.connect(self._on_choice_changed)
        self.list.opened.connect(self.accept)
        self.adapt_box.toggled.connect(self._on_choice_changed)

    @Slot()
    def _on_choice_changed(self) -> None:
        template, traced = self._template, trace(self.spec)
        self.page.show_template(template, traced)
        problems = check_trace(traced, self._data, template.training.loss)
        words = in_words(problems[:1]) if self.adapt_box.isChecked() else ""
        self.problem.show_problems([words] if words else [])


class TemplatePage(QScrollArea):
    """Shows one design: its picture, its size, and the words about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("About the chosen design")
        content = QWidget(self)
        self.diagram = DiagramView(content)
        self.heading, self.facts, self.about, self.look, self.source = (_words(content) for _ in range(5))
        self.heading.setFont(heading_font(self))
        for quiet in (self.facts, self.source):
            quiet.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.source.setFont(caption_font(self))
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, SPACE_12, 0)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self.diagram, 1)
        for label in (self.heading, self.facts, self.about, self.look, self.source):
            layout.addWidget(label)
        self.setWidget(content)

    def show_template(self, template: Template, traced: NetworkTrace) -> None:
        """Show a template, as its design would be opened."""
        self.diagram.show_trace(traced)
        self.diagram.setAccessibleName(f"Diagram of {template.spec.name}")
        self.heading.setText(template.spec.name)
        self.facts.setText(facts_text(traced))
        self.about.setText(template.about)
        self.look.setText(f"What to look at: {template.look}")
        self.source.setText(f"Source: {template.source}")


def facts_text(traced: NetworkTrace) -> str:
    """Return the size of a design: input, layers, and where they are known parameters and multiply-adds."""
    layers = sum(1 for _ in traced.walk())
    parts = [f"Input {format_shape(traced.input_shape)}", counted(layers, "layer")]
    if traced.output_shape is not None:
        parts += [counted(traced.parameters, "parameter"), counted(traced.multiply_adds, "multiply-add")]
    return " · ".join(parts)


def _words(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
