"""What the chosen classifier looks at: the neighbours of the selected image, or templates as images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontMetrics, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from cnnviz.app.evaluation.baseline_plan import LINEAR
from cnnviz.app.evaluation.neighbor_finder import NeighborWish
from cnnviz.data.dataset import Split
from cnnviz.engine.neighbors import Metric
from cnnviz.interpret.unit_templates import template_atlas, unit_templates
from cnnviz.spec.words import counted
from cnnviz.ui.baselines.neighbor_strip import NeighborStrip
from cnnviz.ui.class_names import without_common_words
from cnnviz.ui.format import number
from cnnviz.ui.plots.atlas_view import AtlasView
from cnnviz.ui.theme import SPACE_4, SPACE_8, caption_font, strong_font
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.legend import Legend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cnnviz.app.evaluation.baseline_runner import Row
    from cnnviz.app.selection import Selection
    from cnnviz.app.threads.latest_wish import LatestWish
    from cnnviz.training.baselines import BaselineResult
    from cnnviz.training.neighbors import NeighborChoice, SimilarImage

LEAST_SHOWN = 5
"""Neighbours shown where fewer vote."""
_TILE_PX, _NAMED_TILE_PX = 40, 52


class BaselineDetails(QWidget):
    """Follows the chosen row and the selected image. It asks for neighbours only while it is in sight."""

    def __init__(self, selection: Selection, finder: LatestWish, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection, self._finder = selection, finder
        self._row: Row | None = None
        self._templates: NDArray[np.float32] | None = None
        self._is_in_sight = False
        self._heading = ElidedLabel(parent=self)
        self._heading.setFont(strong_font(self))
        self._how = ""
        self.note = QLabel(self)
        self.note.setFont(caption_font(self))
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.strip = NeighborStrip(self)
        self.templates = AtlasView("Templates", tile_px=_TILE_PX, parent=self)
        self.legend = Legend(self)
        self._hovered = QLabel(self)
        self._hovered.setFont(caption_font(self))
        self._lay_out()
        self.templates.hovered.connect(self._on_hovered)
        self.templates.left.connect(self._hovered.clear)
        self.strip.image_chosen.connect(self._on_neighbor_chosen)
        selection.image_changed.connect(self._ask)
        finder.found.connect(self._on_found)
        finder.failed.connect(self._on_failed)

    @property
    def heading(self) -> str:
        """What is said above the pictures."""
        return self._heading.text()

    @property
    def how(self) -> str:
        """How the chosen classifier was made; empty where it has no pictures, and `note` says it."""
        return self._how

    @property
    def hover_text(self) -> str:
        """The number under the mouse, in words."""
        return self._hovered.text()

    def set_in_sight(self, in_sight: bool) -> None:
        """Say whether anybody can see it."""
        self._is_in_sight = in_sight
        self._ask()

    def show_row(self, row: Row | None) -> None:
        """Show what a classifier looks at."""
        before, self._row = self._row, row
        if row is None:
            return
        result = row.result
        if before is not None and before.name == row.name and before.result is result and result is not None:
            return
        if result is not None and result.choice is not None:
            self._pages.setCurrentIndex(1)
            self._how = result.how
            self._ask()
        elif result is not None and self._show_templates(row.name, result):
            self._pages.setCurrentIndex(2)
        else:
            self._pages.setCurrentIndex(0)
            self._how = ""
            self._heading.setText(row.title)
            how = result.how if result is not None else f"{row.state.value.capitalize()}."
            self.note.setText(row.problem or how)

    def _show_templates(self, name: str, result: BaselineResult) -> bool:
        if result.spec is None or result.weights is None:
            return False
        self._templates = unit_templates(result.spec, result.weights)
        if self._templates is None:
            return False
        atlas = template_atlas(self._templates)
        self.templates.set_picture(atlas)
        self.legend.set_range(atlas.low, atlas.high, atlas.color_map, scale="one scale for all templates")
        count, colored = len(self._templates), result.spec.input.channels > 1
        names = self._selection.dataset.class_names
        self._show_names(names if name in LINEAR and len(names) == count else ())
        if name in LINEAR:
            briefly = "One template for each class"
            self._heading.set_forms(f"{briefly}, from {names[0]} to {names[-1]}", briefly, "Templates")
        else:
            self._heading.setText(
                f"What {counted(count, 'unit')} of the first layer {'looks' if count == 1 else 'look'} for"
            )
        mean = " Shown is the mean over the colours." if colored else ""
        self._how = f"{result.how}{mean}"
        return True

    def _show_names(self, names: Sequence[str]) -> None:
        """Write the names of classes under their templates, which are larger where names are long."""
        short = without_common_words(names)
        widths = QFontMetrics(caption_font(self)).horizontalAdvance
        is_long = max(map(widths, short), default=0) > _TILE_PX
        self.templates.set_tile_px(_NAMED_TILE_PX if is_long else _TILE_PX)
        self.templates.set_names(short)

    def _lay_out(self) -> None:
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.note)
        self._pages.addWidget(self.strip)
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        layout.addWidget(_scrolled(self.templates, self), 1)
        layout.addWidget(self._hovered)
        layout.addWidget(self.legend)
        self._pages.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(SPACE_8, SPACE_8, SPACE_8, SPACE_8)
        whole.setSpacing(SPACE_8)
        whole.addWidget(self._heading)
        whole.addWidget(self._pages, 1)

    def _choice(self) -> NeighborChoice | None:
        result = self._row.result if self._row is not None else None
        return result.choice if result is not None else None

    @Slot()
    def _ask(self) -> None:
        """Ask for the neighbours of the selected image, if they are to be seen."""
        choice = self._choice()
        if choice is None or not self._is_in_sight:
            return
        selection = self._selection
        data, without = selection.dataset, None
        height, width, channels = data.image_shape
        if selection.pixels.shape != (channels, height, width):
            return  # a drawing for a design that takes other images than the data set has
        if not selection.is_own and selection.split is Split.TRAIN:
            without = int(data.indices(Split.TRAIN)[selection.position])
        k = max(LEAST_SHOWN, choice.k)
        self._finder.request(NeighborWish(data, selection.units, k, choice.metric, without))

    @Slot(object, object)
    def _on_found(self, wish: NeighborWish, found: tuple[SimilarImage, ...]) -> None:
        choice = self._choice()
        if choice is None or not found or wish.dataset is not self._selection.dataset:
            return
        winner = voted(found[: choice.k])
        names = wish.dataset.class_names
        self._heading.setText(_verdict(choice, names[winner], self._selection.label_name))
        self.strip.show_neighbors(wish, found, voters=choice.k, winner=winner)

    @Slot(int)
    def _on_neighbor_chosen(self, index: int) -> None:
        """Select a training image everywhere, by its number in the data set."""
        indices = self._selection.dataset.indices(Split.TRAIN)
        place = int(np.searchsorted(indices, index))
        if place < len(indices) and indices[place] == index:
            self._selection.select(Split.TRAIN, place)

    @Slot(object, str)
    def _on_failed(self, wish: NeighborWish, reason: str) -> None:
        if self._choice() is not None and wish.dataset is self._selection.dataset:
            self._heading.setText(reason)

    @Slot(int, int, int)
    def _on_hovered(self, tile: int, row: int, column: int) -> None:
        if self._templates is None or self._row is None:
            return
        names = self._selection.dataset.class_names
        is_class = self._row.name in LINEAR and tile < len(names)
        who = names[tile] if is_class else f"unit {tile + 1}"
        value = number(float(self._templates[tile, row, column]))
        self._hovered.setText(f"{who}, row {row}, column {column}: {value}")


def voted(found: tuple[SimilarImage, ...]) -> int:
    """Return the class that most of the images have; of equals, that of the nearest."""
    labels = [one.label for one in found]
    return max(labels, key=labels.count)  # the first, so the nearest, of equals


def _verdict(choice: NeighborChoice, winner: str, truth: str) -> str:
    distance = "L1" if choice.metric is Metric.L1 else "L2"
    voters = "The nearest says" if choice.k == 1 else f"The {choice.k} nearest say"
    right = "" if not truth else ": right" if truth == winner else f"; it is {truth}"
    return f"{voters} {winner}{right} ({distance})"


def _scrolled(content: QWidget, parent: QWidget) -> QScrollArea:
    area = QScrollArea(parent)
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
