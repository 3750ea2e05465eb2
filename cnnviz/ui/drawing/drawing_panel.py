"""Drawing an image: the canvas, its tools, the way to the image, and what the network makes of it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from cnnviz.data.drawing import Recipe, Target, prepare, target_for, target_of
from cnnviz.data.image_file import LoadedImage
from cnnviz.ui.drawing.canvas import DrawingCanvas
from cnnviz.ui.drawing.drawing_tools import DrawingTools
from cnnviz.ui.drawing.drawn_answer import DrawnAnswer
from cnnviz.ui.drawing.step_strip import StepStrip
from cnnviz.ui.inspector.answers import answers_of
from cnnviz.ui.theme import SPACE_8, SPACE_12, caption_font

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.app.looking.inspection import Inspection
    from cnnviz.app.workbench import Workbench
    from cnnviz.data.dataset import Dataset
    from cnnviz.data.drawing import Preparation

NAME = "drawing"
_MOST_STAGES = 64
"""Of one stroke: an answer is hardly later than so many movements of the pen."""
_ANYTHING, _DIGIT = "Draw an image", "Draw a digit"


class DrawingPanel(QScrollArea):
    """What is drawn becomes the selected image, with every movement of the pen.

    While the panel is hidden it does nothing.

    Signals
    -------
    prepared(Preparation)
        The drawing was made into an image.
    """

    prepared = Signal(object)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._selection = workbench.document, workbench.selection
        self._live_view = workbench.live_view
        self._inspector, self._turns = workbench.inspector, workbench.session.turns
        self._data: Dataset | None = workbench.selection.dataset.original
        self._of_data = target_of(self._data)
        self._target: Target | None = None
        self._is_in_sight = self._is_pen_down = False
        self._stages: deque[NDArray[np.float32]] = deque(maxlen=_MOST_STAGES)
        content = QWidget(self)
        self.canvas = DrawingCanvas(content)
        self.tools = DrawingTools(self.canvas, content)
        self.strip = StepStrip(content)
        self.answer = DrawnAnswer(content)
        self._words = QLabel(content)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._lay_out(content)
        self._connect()

    @property
    def words(self) -> str:
        """How the drawing is made into an image."""
        return self._words.text()

    @property
    def is_selected(self) -> bool:
        """Whether the drawing is the selected image."""
        return self._selection.own_name == NAME and self._selection.own_path is None

    @Slot(bool)
    def set_in_sight(self, in_sight: bool) -> None:
        """Say whether anybody can see the panel; it catches up when it comes into sight."""
        self._is_in_sight = in_sight
        if not in_sight:
            self._soon.stop()
            return
        self._on_target_changed()
        self._on_image_changed()
        if self._inspector.inspection is not None:
            self._on_inspected(self._inspector.inspection)

    def _lay_out(self, content: QWidget) -> None:
        self._words.setWordWrap(True)
        self._words.setFont(caption_font(self._words))
        self._words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(_with_room(self.tools, self.canvas))
        layout.addWidget(self.answer)  # right here: in a low window the way to the image is scrolled to
        layout.addLayout(_with_room(self._words, self.strip))
        layout.addStretch(1)
        content.setBackgroundRole(QPalette.ColorRole.Base)
        content.setAutoFillBackground(True)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Drawing pad")

    def _connect(self) -> None:
        self._soon.timeout.connect(self._use)
        self.canvas.pen_put_down.connect(self._live_view.hold_weights)
        self.canvas.pen_lifted.connect(self._live_view.let_weights_go)
        self.canvas.pen_put_down.connect(self._on_pen_put_down)
        self.canvas.pen_lifted.connect(self._on_pen_lifted)
        self.canvas.ink_changed.connect(self._soon.start)
        self.strip.choices_changed.connect(self._on_choices_changed)
        self.answer.use_button.clicked.connect(self._use)
        self._selection.dataset_changed.connect(self._on_target_changed)
        self._selection.image_changed.connect(self._on_image_changed)
        self._document.spec_changed.connect(self._on_target_changed)
        self._inspector.inspected.connect(self._on_inspected)

    def _prepare(self) -> Preparation | None:
        """Make the image and show how; None where nobody sees it."""
        if self._target is None or not self._is_in_sight:
            return None
        made = prepare(self.canvas.sheet.ink, self._target, self.strip.without)
        self.strip.show_preparation(made)
        self.prepared.emit(made)
        return made

    @Slot()
    def _use(self) -> None:
        """Make the drawing the selected image; without ink, that of the data set is selected again."""
        made = self._prepare()
        if made is None:
            return
        if made.is_empty:
            if self.is_selected:
                self._selection.leave_own()
            else:
                self._on_image_changed()
            return
        told = tuple(step.explanation for step in made.steps[1:] if step.is_done)
        if not self._is_pen_down:
            self._stages.clear()
        self._selection.use_pixels(LoadedImage(made.pixels, told), NAME)

    @Slot()
    def _on_choices_changed(self) -> None:
        if self.is_selected:
            self._use()
        else:
            self._prepare()

    @Slot()
    def _on_target_changed(self) -> None:
        """Follow the data set and the input of the design, if it is to be seen."""
        if not self._is_in_sight:
            self._data = None  # it may be large, and be replaced before anybody looks here again
            return
        data, wanted = self._selection.dataset, self._document.spec.input.shape
        if data.original is not self._data:
            self._data, self._of_data = data.original, target_of(data.original)
        # For the images as they are prepared, a drawing is made like the original ones, and prepared then.
        target = self._of_data if wanted == data.image_shape else target_for(self._of_data, *wanted)
        if target == self._target:
            return
        self._target = target
        self._words.setText(_in_words(target, self._of_data))
        self.canvas.set_hint(_ANYTHING if target.recipe is Recipe.PLAIN else _DIGIT)
        self._on_choices_changed()

    @Slot()
    def _on_pen_put_down(self) -> None:
        self._is_pen_down = True
        self._stages.clear()

    @Slot()
    def _on_pen_lifted(self) -> None:
        self._is_pen_down = False

    def _is_of_drawing(self, image: NDArray[np.float32]) -> bool:
        """Return whether an image is the drawing, or a stage of the stroke under way: bars follow the pen.

        An answer that still is on its way may be to an earlier stroke, or to an image of the data set.
        """
        stages = (self._selection.pixels, *reversed(self._stages))
        return any(np.array_equal(image, stage) for stage in stages)

    @Slot()
    def _on_image_changed(self) -> None:
        """Show no answer to another image as if it were one to the drawing."""
        if self.is_selected and self._is_pen_down:
            self._stages.append(self._selection.pixels)
        if self._is_in_sight and not self.is_selected:
            selection = self._selection
            place = f"{selection.split.value} {selection.position + 1:,} of {selection.count:,}"
            looked_at = selection.own_name if selection.is_own else place
            self.answer.show_nothing(looked_at, has_ink=self.canvas.sheet.has_ink)

    @Slot(object)
    def _on_inspected(self, inspection: Inspection) -> None:
        if not self._is_in_sight or not self.is_selected:
            return
        if inspection.true_class is not None or not self._is_of_drawing(inspection.image_view.image):
            return
        with self._turns.drawing():
            dataset = self._selection.dataset
            answers = answers_of(
                inspection.image_view,
                self._document.loss,
                dataset.quantities,
                self._selection.target_ranges,
            )
            self.answer.show_answers(answers, dataset.class_names)


def _with_room(*widgets: QWidget) -> QVBoxLayout:
    """Return widgets below each other, away from the edges."""
    column = QVBoxLayout()
    column.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, 0)
    column.setSpacing(SPACE_8)
    for widget in widgets:
        column.addWidget(widget)
    return column


def _in_words(target: Target, of_data: Target) -> str:
    shape = f"{target.height}×{target.width}×{target.channels}"
    whose = "" if target == of_data else ", the input of the design"
    return f"Made {shape}{whose}, {target.recipe.value}."
