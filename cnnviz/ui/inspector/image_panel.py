"""The selected image, and what the network makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnviz.ui.inspector.image_chooser import ImageChooser
from cnnviz.ui.inspector.probability_bars import ProbabilityBars

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.app.selection import Selection
    from cnnviz.interpret.activations import ImageView


class ImagePanel(QWidget):
    """The chooser of images above the probabilities of the classes."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chooser = ImageChooser(selection, self)
        self.bars = ProbabilityBars(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.chooser, 1)
        layout.addWidget(self.bars)

    def set_view(self, view: ImageView, class_names: Sequence[str], true_class: int | None) -> None:
        """Show the probabilities of a newer view of an image of this class, None where it is not known."""
        self.bars.set_probabilities(view.probabilities, class_names, true_class)
