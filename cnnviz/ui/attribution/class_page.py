"""Why this class: three pictures, and what they can and cannot tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from cnnviz.app.attribution.attribution_work import ClassChoice
from cnnviz.interpret.attribution.grad_cam import map_layers, usual_layer
from cnnviz.interpret.attribution.score import class_count, score_layer
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.spec.trace import trace
from cnnviz.ui.attribution.question_form import QuestionForm
from cnnviz.ui.attribution.triptych import Triptych
from cnnviz.ui.attribution.words import (
    UNTRAINED,
    answer_text,
    completeness_text,
    difference_text,
    most_text,
    of_output,
    output_name,
    role_text,
    score_text,
    share_text,
    when_text,
)
from cnnviz.ui.class_names import without_common_words
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, SPACE_16, caption_font, strong_font
from cnnviz.ui.widgets.breakable import shortened, with_shares, without_breaks
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from cnnviz.app.attribution.attribution_work import ClassAnswer
    from cnnviz.app.workbench import Workbench
    from cnnviz.interpret.attribution.difference import Difference

_EMPTY = "Which parts of the selected image count for an answer of the network is shown here."
_STOPPED = "Stopped: this is the answer to the question before."
_NUMBER = "Take Me to the Number"
_NUMBER_TIP = "Show the patch whose sum made most of the difference, with its arithmetic"
_NOTES_PX, _MOST_NOTES_PX, _LEAST_HEIGHT_PX = 240, 420, 150
_WIDE_PX = 500
"""From this width on there is room for what the method can and cannot tell."""


class ClassPage(QWidget):
    """Shows the newest answer to why the selected image gets its class. `form` lets the question be changed.

    The form has no place of its own: whoever makes the page lays it out.

    Signals
    -------
    hover_text_changed(str)
        What is under the mouse, in words.
    unit_requested(str, int, int, int)
        The number at (layer, map, row, column) is to be shown with its arithmetic.
    """

    unit_requested = Signal(str, int, int, int)
    hover_text_changed = Signal(str)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._why, self._session = workbench.attributions.why, workbench.session
        self._document, self._selection = workbench.document, workbench.selection
        self._answer: ClassAnswer | None = None
        self._when = self._said_short = ""
        self.form = QuestionForm(self)
        self.pictures = Triptych(self)
        self.empty = EmptyState(_EMPTY, parent=self)
        self._brief = ElidedLabel(parent=self)
        self._said = QLabel(self)
        self._numbers, self._tells, self._cannot, self._source = (QLabel(self) for _ in range(4))
        self._stopped = QLabel(self)
        self._lead, self.number_button = QLabel(self), QPushButton(_NUMBER, self)
        self._notes = self._notes_area()
        self._is_wide = True
        self._side, self._side_column, self._narrow_column = QWidget(self), QVBoxLayout(), QVBoxLayout()
        self._stack = QStackedLayout()
        self._lay_out()
        self._connect()
        self._show_question()

    @property
    def answer(self) -> ClassAnswer | None:
        """What is shown; None before the first answer, and where there can be none."""
        return self._answer

    @property
    def notes(self) -> str:
        """All that is said of the answer."""
        labels = (self._said, self._stopped, self._numbers, self._tells, self._cannot, self._source)
        return without_breaks("\n".join(filter(None, [*(label.text() for label in labels), self._when])))

    @property
    def _is_class(self) -> bool:
        """Whether classes are told apart; else numbers are learned."""
        return not isinstance(self._document.loss, MeanSquaredError)

    def take_focus(self) -> None:
        """Let the keyboard go on in the picture of what counts, or in the form while there is none."""
        is_shown = self._stack.currentWidget() is self._shown
        (self.pictures.map if is_shown else self.form.methods).setFocus()

    def minimumSizeHint(self) -> QSize:
        """Return the room that is needed without notes, which step aside."""
        least = self.pictures.minimumSizeHint().width()
        return QSize(least + 2 * SPACE_12, _LEAST_HEIGHT_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= _WIDE_PX
        if is_wide is not self._is_wide:
            self._is_wide = is_wide
            self._side.setVisible(is_wide)
            self._brief.setVisible(not is_wide)
            self.pictures.set_brief(not is_wide)
            (self._side_column if is_wide else self._narrow_column).addWidget(self.number_button)
            self.number_button.show()
        self._fit_side()

    def _fit_side(self) -> None:
        """Let the notes have the width that the pictures have no use for."""
        room = self.size() - QSize(2 * SPACE_12 + _NOTES_PX + SPACE_16, 2 * SPACE_8)
        spare = room.width() - self.pictures.width_in(room)
        self._side.setFixedWidth(min(_NOTES_PX + max(spare, 0), _MOST_NOTES_PX))

    def _lay_out(self) -> None:
        self._brief.setFont(strong_font(self._brief))
        self._brief.hide()
        self._lead.setFont(caption_font(self._lead))
        self._lead.setWordWrap(True)
        self._lead.setTextFormat(Qt.TextFormat.PlainText)
        self._side_column.setContentsMargins(0, 0, 0, 0)
        self._side_column.setSpacing(SPACE_4)
        self._side_column.addWidget(self._notes, 1)
        for part in (self._lead, self.number_button):
            self._side_column.addWidget(part)
        self._side.setLayout(self._side_column)
        self._narrow_column.setContentsMargins(0, 0, 0, 0)
        self._narrow_column.setSpacing(SPACE_4)
        self._narrow_column.addWidget(self._brief)
        self._narrow_column.addWidget(self.pictures, 1)
        self._shown = QWidget(self)
        row = QHBoxLayout(self._shown)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_16)
        row.addLayout(self._narrow_column, 1)
        row.addWidget(self._side)
        for page in (self.empty, self._shown):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_8)
        layout.addLayout(self._stack)

    def _notes_area(self) -> QScrollArea:
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, SPACE_4, 0)
        column.setSpacing(SPACE_4)
        for label in (self._said, self._stopped, self._numbers, self._tells, self._cannot, self._source):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        self._said.setFont(strong_font(self._said))
        self._stopped.hide()
        for label in (self._stopped, self._numbers, self._tells, self._cannot, self._source):
            label.setFont(caption_font(label))
        for label in (self._numbers, self._cannot, self._source):
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("What the method can and cannot tell")
        return area

    def _connect(self) -> None:
        why, form = self._why, self.form
        why.answered.connect(self._on_answered)
        why.failed.connect(self._on_failed)
        why.question_changed.connect(self._show_question)
        why.busy_changed.connect(self._show_stopped)
        form.kind_requested.connect(why.set_kind)
        form.method_requested.connect(why.set_method)
        form.choice_requested.connect(self._on_choice_requested)
        form.layer_requested.connect(why.set_layer)
        self.pictures.hover_text_changed.connect(self.hover_text_changed)
        self.pictures.pixel_opened.connect(self._on_pixel_opened)
        self.number_button.clicked.connect(self._on_number_clicked)

    @Slot()
    def _show_question(self) -> None:
        why, spec, loss = self._why, self._document.spec, self._document.loss
        form = self.form
        form.show_method(why.method)
        form.show_layers(map_layers(spec), why.layer_id or usual_layer(spec))
        form.show_choice(why.choice, has_true_class=self._selection.label is not None)
        dataset, are_classes = self._selection.dataset, self._is_class
        names, numbers = dataset.class_names, dataset.quantities
        count = class_count(spec) if are_classes else self._outputs()
        shown = self._answer.attribution.class_index if self._answer is not None else None
        if isinstance(why.choice, int):
            shown = why.choice
        offered = [output_name(names, index, loss, count, numbers) for index in range(count)]
        form.show_classes(offered, shown, are_classes=are_classes)

    def _outputs(self) -> int:
        shape = trace(self._document.spec).output_shape
        return shape[0] if shape is not None and len(shape) == 1 else 0

    @Slot(object)
    def _on_choice_requested(self, choice: ClassChoice | int) -> None:
        """Ask about a class; where the network gives one number, there is nothing to choose."""
        if self.form.classes.count() > 1 or isinstance(choice, ClassChoice):
            self._why.set_choice(choice)

    @Slot(int, int)
    def _on_pixel_opened(self, row: int, column: int) -> None:
        """Go from a place on the image to the number that counts most there."""
        difference = self._difference()
        self._open(difference.strongest_at(row, column) if difference is not None else None)

    @Slot()
    def _on_number_clicked(self) -> None:
        """Go to the number that made most of the difference."""
        difference = self._difference()
        self._open(difference.strongest() if difference is not None else None)

    def _difference(self) -> Difference | None:
        return self._answer.difference if self._answer is not None else None

    def _open(self, place: tuple[int, int, int] | None) -> None:
        """Show a number of the layer, or else the score, while the design is still that of the answer."""
        answer, spec = self._answer, self._document.spec
        if answer is None or answer.question.snapshot.spec != spec:
            return
        if place is not None and answer.difference is not None:
            self.unit_requested.emit(answer.difference.layer_id, *place)
        elif layer_id := score_layer(spec):
            output = answer.attribution.class_index if len(answer.scores) > 1 else 0
            self.unit_requested.emit(layer_id, output, 0, 0)

    @Slot(object)
    def _on_answered(self, answer: ClassAnswer) -> None:
        with self._session.turns.drawing():
            self._answer = answer
            self.pictures.show_attribution(
                answer.question.image,
                answer.attribution,
                answer.difference,
                answer.question.units,
                when=when_text(answer.question.snapshot),
                is_class=self._is_class,
            )
            self._show_stopped()
            self._show_notes(answer)
            self._show_lead(answer)
            self._fit_side()
            self._stack.setCurrentWidget(self._shown)
            self._show_question()

    @Slot(str)
    def _on_failed(self, reason: str) -> None:
        self._answer = None
        self.empty.set_sentence(f"This cannot be explained. {reason}")
        self._stack.setCurrentWidget(self.empty)

    def _show_lead(self, answer: ClassAnswer) -> None:
        """Say by how much something is ahead, and which number did most for it."""
        found, names = answer.difference, self._selection.dataset.class_names
        lines, short = ["No layer has maps; the score itself is shown."], ""
        if found is not None:
            quantities = self._selection.dataset.quantities
            said = difference_text(found, names, len(answer.scores), quantities)
            most = f"What adds most is {share_text(found, found.strongest())}."
            lines, short = [f"{said}.", most], most_text(found, names, len(answer.scores), quantities)
        self._lead.setText(with_shares(shortened(short)))
        self.number_button.setToolTip("\n".join([_NUMBER_TIP, *lines]))
        self.number_button.setAccessibleDescription(" ".join(lines))
        for view in self.pictures.views:  # until a pixel is pointed at
            view.setAccessibleDescription(f"{without_breaks(self._said.text())}. {' '.join(lines)}")

    @Slot()
    def _show_stopped(self) -> None:
        """Say so where the pictures are not those of what is asked, because that was taken back."""
        is_stopped = self._why.is_cancelled and self._answer is not None
        if is_stopped is self._stopped.isHidden():
            self._stopped.setText(_STOPPED if is_stopped else "")
            self._stopped.setVisible(is_stopped)
            if self._answer is not None:
                self._show_brief()

    def _show_notes(self, answer: ClassAnswer) -> None:
        attribution, dataset = answer.attribution, self._selection.dataset
        snapshot = answer.question.snapshot
        said = answer_text(answer, dataset.class_names, self._document.loss, dataset.quantities)
        self._said.setText(
            with_shares(shortened(said))
        )  # a word wider than the page would push all others out of sight
        self._said.setToolTip(said)
        names = without_common_words(dataset.class_names)
        self._said_short = answer_text(answer, names, self._document.loss, dataset.quantities)
        self._when = when_text(snapshot)
        is_class = self._is_class
        facts = (score_text(answer, self._document.loss), role_text(answer) if is_class else "")
        self._numbers.setText(" · ".join(fact for fact in facts if fact))
        self._numbers.setVisible(any(facts))
        tells = [attribution.method.tells]
        if attribution.completeness is not None:
            tells.append(completeness_text(attribution.completeness))
        if not attribution.map.any():
            tells.append("Here it is empty: nothing that it looks at counts for this class.")
        if not snapshot.step:
            tells.append(UNTRAINED)
        self._tells.setText(with_shares(of_output(" ".join(tells), is_class=is_class)))
        self._cannot.setText(of_output(attribution.method.cannot, is_class=is_class))
        self._source.setText(attribution.method.source)
        self._show_brief()

    def _show_brief(self) -> None:
        """Say in one line what has room there."""
        said, stopped = self._said.text(), self._stopped.text()
        forms = (
            (said, stopped, self._numbers.text(), self._when),
            (said, stopped or self._when),
            (stopped or said,),
            (stopped or self._said_short,),
        )
        shorter = (" · ".join(filter(None, form)) for form in forms)
        self._brief.set_forms(" · ".join(self.notes.splitlines()), *shorter)
