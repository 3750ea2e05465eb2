"""The selected image, and what the network makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnviz.spec.losses import CrossEntropy
from cnnviz.ui.inspector.answers import selected_answers
from cnnviz.ui.inspector.image_chooser import ImageChooser
from cnnviz.ui.inspector.probability_bars import ProbabilityBars

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.app.selection import Selection
    from cnnviz.interpret.activations import ImageView
    from cnnviz.spec.losses import Loss
    from cnnviz.ui.inspector.answers import Answers


class ImagePanel(QWidget):
    """The chooser of images above what the network answers. Behind other docks it rests."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self.chooser = ImageChooser(selection, self)
        self.bars = ProbabilityBars(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.chooser, 1)
        layout.addWidget(self.bars)
        self._is_in_sight = True
        self._waiting: tuple[Answers, Sequence[str], int | None] | None = None

    def set_view(
        self, view: ImageView, class_names: Sequence[str], true_class: int | None, loss: Loss | None = None
    ) -> None:
        """Show what the network answers in a newer view of an image of this class, None where it is unknown.

        Without a `loss` the answers are probabilities.
        """
        answers = selected_answers(view, loss or CrossEntropy(), self._selection)
        self._waiting = (answers, class_names, true_class)
        if self._is_in_sight:
            self._catch_up()

    @Slot(bool)
    def set_in_sight(self, in_sight: bool) -> None:
        """Say whether the panel can be seen."""
        self._is_in_sight = in_sight
        if in_sight:
            self._catch_up()

    def _catch_up(self) -> None:
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self.bars.set_answers(*waiting)
