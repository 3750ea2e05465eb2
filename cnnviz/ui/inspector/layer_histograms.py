"""How large the weights and the activations of a layer are, and how they moved since the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from cnnviz.spec.words import counted
from cnnviz.ui.format import share
from cnnviz.ui.plots.histogram_plot import HistogramPlot
from cnnviz.ui.theme import SPACE_4, SPACE_8, caption_font, strong_font

if TYPE_CHECKING:
    from cnnviz.app.looking.layer_student import StudiedLayer
    from cnnviz.interpret.histogram import Histogram


class HistogramsSection(QWidget):
    """Two histograms with the outlines of the start; hidden until there is a study."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.weights, self.outputs = HistogramPlot("Weights", self), HistogramPlot("Activations", self)
        self._headings = [QLabel(title, self) for title in ("Weights", "Activations")]
        self._notes = [QLabel(self) for _ in self._headings]
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, SPACE_8, 0, 0)
        rows.setSpacing(SPACE_4)
        plots = (self.weights, self.outputs)
        for heading, note, plot in zip(self._headings, self._notes, plots, strict=True):
            heading.setFont(strong_font(heading))
            note.setFont(caption_font(note))
            note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            note.setWordWrap(True)
            for widget in (heading, note, plot):
                rows.addWidget(widget)
        self.hide()

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said under the headings."""
        return tuple(note.text() for note in self._notes)

    def show_study(self, studied: StudiedLayer | None) -> None:
        """Show the histograms of a study; None hides the section."""
        self.setVisible(studied is not None)
        if studied is None:
            return
        study, start = studied.study, studied.start
        self.weights.set_histograms(study.weights, study.weights_at_start, start)
        self.outputs.set_histograms(study.outputs, study.outputs_at_start, start)
        self._notes[0].setText(_amount(study.weights, "weight"))
        behind = f" behind {study.activation_id}" if study.activation_id else ""
        zeros = _zeros(study.outputs, study.outputs_at_start, start)
        self._notes[1].setText(f"outputs{behind}, {counted(study.images, 'image')}{zeros}")


def _amount(histogram: Histogram, noun: str) -> str:
    text = counted(histogram.total, noun)
    return f"{text}; {histogram.not_finite:,} not finite" if histogram.not_finite else text


def _zeros(now: Histogram, start: Histogram | None, start_name: str) -> str:
    lost = f"; {now.not_finite:,} not finite" if now.not_finite else ""
    if not now.zeros and (start is None or not start.zeros):
        return lost
    text = f"; {share(now.zero_share)} zero, not drawn"
    return f"{text} ({share(start.zero_share)} {start_name}){lost}" if start is not None else text + lost
