"""The heart of the window: what every layer makes of the selected image, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from cnnviz.interpret.atlas import Scale
from cnnviz.ui.inspector.answers import Meaning, network_summary
from cnnviz.ui.inspector.network_canvas import NetworkCanvas
from cnnviz.ui.inspector.network_pages import Order
from cnnviz.ui.inspector.network_zoom_bar import ZoomBar
from cnnviz.ui.inspector.words import problem_text, short_weights_text, tile_name, weights_text
from cnnviz.ui.theme import SPACE_8, SPACE_12, caption_font, strong_font
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.empty_state import EmptyState
from cnnviz.ui.widgets.legend import Legend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from cnnviz.interpret.activations import ImageView, LayerView
    from cnnviz.ui.inspector.answers import Answers

_EMPTY = "Here you will see what every layer makes of the selected image."
_LEGEND_WIDTH_PX = 200
_LEAST_CHOICE_PX, _LEAST_LEGEND_PX = 80, 72
_LEAST_WORDS, _MOST_SUBJECT_PX = 5, 160
_NARROW_PX = 600
_SHORT_SCALES = {Scale.PER_LAYER: "per layer", Scale.PER_MAP: "per map", Scale.PER_NETWORK: "network"}
_SHORT_ORDERS = {Order.AS_THEY_ARE: "in order", Order.STRONGEST: "strongest"}
"""Where there is no room for all the words, fewer can be read, and none are cut."""


class NetworkView(QWidget):
    """One column per layer, from the image to the probabilities, and a legend below. It computes nothing.

    Signals
    -------
    layer_clicked(str), map_clicked(str, int)
        A layer, or one of its maps or units, was chosen with the mouse or the keyboard.
    unit_clicked(str, int, int, int)
        A number of a map is to be explained: layer, map or unit, row, column.
    hover_text_changed(str)
        What is under the mouse, in words; empty when it leaves.
    scale_requested(Scale)
        The colours are to be spread over each layer, each map, or the whole network.
    """

    layer_clicked = Signal(str)
    map_clicked = Signal(str, int)
    unit_clicked = Signal(str, int, int, int)
    hover_text_changed = Signal(str)
    scale_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: ImageView | None = None
        self._class_names: tuple[str, ...] = ()
        self._answers: Answers | None = None
        self._said = ""
        self._fresh = 0
        self.canvas = NetworkCanvas(self)
        self.scale_choice = self._scale_choice()
        self.order_choice = self._order_choice()
        self.legend = Legend(self)
        self.zoom_bar = ZoomBar(self.canvas, self)
        middle = Qt.TextElideMode.ElideMiddle  # a map's number stands at the end
        self._subject = ElidedLabel(parent=self, mode=middle, least=_LEAST_WORDS)
        self._weights = ElidedLabel(parent=self, least=_LEAST_WORDS)
        self._answer = ElidedLabel(parent=self)
        self._is_narrow = False
        self._bar = QHBoxLayout()
        self._pages = QStackedLayout(self)
        self._pages.addWidget(EmptyState(_EMPTY, parent=self))
        self._pages.addWidget(self._page())
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self._connect()

    @property
    def summary(self) -> str:
        """What the view shows, as text."""
        if self._view is None:
            return _EMPTY
        return network_summary(self._view, self._class_names, self._answers)

    @property
    def problem_text(self) -> str:
        """Where and why the columns stop; empty where they are all there."""
        return problem_text(self._view) if self._view is not None else ""

    @property
    def answer_text(self) -> str:
        """What stands below the last column; empty where that says all of it."""
        return "" if self._answer.isHidden() else self._answer.text()

    def set_view(
        self,
        image_view: ImageView,
        class_names: Sequence[str],
        answers: Answers | None = None,
        *,
        in_words: bool = True,
    ) -> None:
        """Show what a network makes of an image. While only numbers change, nothing is arranged anew.

        Without `answers` they are the view's probabilities. Not `in_words`, what stands beside the maps waits
        for `say`: numbers that change ten times a second cannot be read.
        """
        before = self._view
        is_other = before is None or (
            image_view.image is not before.image and not np.array_equal(image_view.image, before.image)
        )
        if is_other or _meaning(answers) is not _meaning(self._answers):
            self._said = ""
        self._view, self._class_names, self._answers = image_view, tuple(class_names), answers
        self._pages.setCurrentIndex(1)
        self.canvas.set_view(image_view, self._class_names, answers)
        if in_words:
            self.say()

    def say(self) -> None:
        """Bring what stands beside the maps up to date: answers, also in words, whose weights, the legend."""
        self.canvas.say()
        answers = self._answers
        is_plain = answers is not None and answers.meaning is not Meaning.PROBABILITIES
        said = answers.announced(self._class_names) if answers is not None else ""
        self._answer.setText(said if is_plain else "")
        self._answer.setVisible(is_plain and bool(said))
        if not (said and self._said):
            self._said = said
        self._show_weights()
        self._update_legend()
        self._describe()

    def set_fresh(self, count: int) -> None:
        """Say how many layers have not been trained although others have."""
        self._fresh = count
        self._show_weights()

    def set_selected(self, layer_id: str, map_index: int | None = None) -> None:
        """Choose a layer, empty for none, and a map of it. No signal is sent."""
        self.canvas.set_selected(layer_id, map_index)

    def set_scale(self, scale: Scale) -> None:
        """Say over what the colours are spread. No signal is sent."""
        self.scale_choice.blockSignals(True)
        self.scale_choice.setCurrentIndex(self.scale_choice.findData(scale))
        self.scale_choice.blockSignals(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW_PX
        if is_narrow is not self._is_narrow:
            self._is_narrow = is_narrow
            self._name_choices()

    def _name_choices(self) -> None:
        """Call the choices by long or short names, and let what has no room at all step aside."""
        for choice, short in ((self.scale_choice, _SHORT_SCALES), (self.order_choice, _SHORT_ORDERS)):
            for row in range(choice.count()):
                what = choice.itemData(row)
                long = f"scale {what.value}" if isinstance(what, Scale) else what.value
                choice.setItemText(row, short[what] if self._is_narrow else long)
            choice.setMinimumWidth(choice.sizeHint().width() if self._is_narrow else _LEAST_CHOICE_PX)
        for label in (self._subject, self._weights):
            label.setHidden(self._is_narrow)
        self._bar.setSpacing(SPACE_8 if self._is_narrow else SPACE_12)

    def _scale_choice(self) -> QComboBox:
        choice = QComboBox(self)
        for scale in Scale:
            choice.addItem(f"scale {scale.value}", scale)
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        choice.setAccessibleName("Colour scale")
        choice.setToolTip("One colour scale for each layer, for each map, or for the network.")
        return choice

    def _order_choice(self) -> QComboBox:
        choice = QComboBox(self)
        for order in Order:
            choice.addItem(order.value, order)
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        choice.setAccessibleName("Order of maps")
        choice.setToolTip(
            "Whether the maps of a layer stand in their order, or those with the largest mean size first."
        )
        return choice

    def _page(self) -> QWidget:
        page, bar = QWidget(self), self._bar
        bar.setContentsMargins(SPACE_12, 0, SPACE_12, SPACE_8)
        bar.setSpacing(SPACE_12)
        for label in (self._subject, self._weights):
            label.setFont(caption_font(label))
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._subject.setMaximumWidth(_MOST_SUBJECT_PX)
        self.legend.setMaximumWidth(_LEGEND_WIDTH_PX)
        self.legend.setMinimumWidth(_LEAST_LEGEND_PX)
        for choice in (self.scale_choice, self.order_choice):
            choice.setMinimumWidth(_LEAST_CHOICE_PX)
        for widget, stretch in (
            (self.scale_choice, 0),
            (self.order_choice, 0),
            (self._subject, 0),
            (self.legend, 0),
            (QWidget(page), 1),
            (self._weights, 0),
            (self.zoom_bar, 0),
        ):
            bar.addWidget(widget, stretch)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.canvas, 1)
        layout.addLayout(self._answer_row())
        layout.addLayout(bar)
        return page

    def _answer_row(self) -> QHBoxLayout:
        self._answer.setFont(strong_font(self._answer))
        self._answer.hide()
        row = QHBoxLayout()
        row.setContentsMargins(SPACE_12, 0, SPACE_12, SPACE_8)
        row.addStretch(1)
        row.addWidget(self._answer)
        return row

    def _connect(self) -> None:
        self.canvas.layer_clicked.connect(self.layer_clicked)
        self.canvas.map_clicked.connect(self.map_clicked)
        self.canvas.unit_clicked.connect(self.unit_clicked)
        self.canvas.hover_text_changed.connect(self.hover_text_changed)
        self.canvas.subject_changed.connect(self._on_subject_changed)
        self.scale_choice.currentIndexChanged.connect(self._on_scale_chosen)
        self.order_choice.currentIndexChanged.connect(self._on_order_chosen)

    def _show_weights(self) -> None:
        if self._view is not None:
            self._weights.set_forms(weights_text(self._view, self._fresh), short_weights_text(self._view))

    def _legend_subject(self) -> tuple[LayerView, int] | None:
        """Return whose colours the legend explains: of what is looked at, else of the first layer."""
        if self._view is None or not self._view.layers:
            return None
        layer_id, tile = self.canvas.subject
        layer = self._view.layer(layer_id) or self._view.layers[0]
        return layer, min(tile or 0, layer.atlas.count - 1)

    def _update_legend(self) -> None:
        subject = self._legend_subject()
        if subject is None:
            self._subject.clear()
            self.legend.clear()
            return
        layer, tile = subject
        atlas = layer.atlas
        per_map = atlas.scale is Scale.PER_MAP
        low, high = (float(value) for value in atlas.ranges[tile]) if per_map else (atlas.low, atlas.high)
        whole = "all layers" if atlas.scale is Scale.PER_NETWORK else layer.layer_id
        self._subject.setText(f"{layer.layer_id}, {tile_name(layer, tile)}" if per_map else whole)
        self.legend.set_range(low, high, atlas.color_map, scale=f"scale {atlas.scale.value}")

    def _describe(self) -> None:
        """Tell screen readers, but only what is new: every change is read out.

        The answer is told once for an image: it changes with every step of a run.
        """
        layer_id, tile = self.canvas.selected
        view = self._view.layer(layer_id) if self._view is not None else None
        parts = [self.problem_text]
        if view is not None:
            shown = "" if tile is None else f", {tile_name(view, tile)}"
            parts.append(f"{view.title} {view.layer_id}{shown}.")
        parts += [f"{self._said}."] if self._said else []
        text = " ".join(part for part in parts if part)
        if text != self.canvas.accessibleDescription():
            self.canvas.setAccessibleDescription(text)

    @Slot()
    def _on_subject_changed(self) -> None:
        self._update_legend()
        self._describe()

    @Slot(int)
    def _on_scale_chosen(self, index: int) -> None:
        self.scale_requested.emit(self.scale_choice.itemData(index))

    @Slot(int)
    def _on_order_chosen(self, index: int) -> None:
        self.canvas.set_order(self.order_choice.itemData(index))


def _meaning(answers: Answers | None) -> Meaning | None:
    return answers.meaning if answers is not None else None
