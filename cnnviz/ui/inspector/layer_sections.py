"""The part of the layer panel with the feature maps, and what it has in common with that of the filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from cnnviz.interpret.atlas import Scale
from cnnviz.spec.words import counted
from cnnviz.ui.inspector.words import tile_name
from cnnviz.ui.plots.atlas_view import AtlasView
from cnnviz.ui.theme import SPACE_4, caption_font, strong_font
from cnnviz.ui.widgets.legend import Legend

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnnviz.interpret.activations import LayerView
    from cnnviz.interpret.atlas import Atlas
    from cnnviz.ui.plots.tile_marks import Mark

_MAP_PX = 44


class Section(QWidget):
    """A heading, a note, pictures and their legend. `tile_word` is what pictures with own scales are."""

    def __init__(self, heading: str, tile_word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tile_word = tile_word
        self._heading = QLabel(heading, self)
        self._heading.setFont(strong_font(self._heading))
        self._note = QLabel(self)
        self._note.setFont(caption_font(self._note))
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._note.setWordWrap(True)
        self.legend = Legend(self)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, SPACE_4, 0, 0)
        self._rows.setSpacing(SPACE_4)
        self._rows.addWidget(self._heading)
        self._rows.addWidget(self._note)

    @property
    def note(self) -> str:
        """What is said under the heading."""
        return self._note.text()

    def show_legend(self, atlas: Atlas, tile: int, name: str) -> None:
        """Show the numbers of the one scale there is, or of the scale of `tile` where each has its own."""
        if atlas.scale is not Scale.PER_MAP:
            low, high, scale = atlas.low, atlas.high, atlas.scale.value
        else:
            low, high = (float(end) for end in atlas.ranges[tile])
            scale = name
        self.legend.set_range(low, high, atlas.color_map, scale=scale)

    def scale_note(self, atlas: Atlas, name: str) -> str:
        if atlas.scale is not Scale.PER_MAP:
            return f"colours {atlas.scale.value}"
        return f"colours per {self._tile_word}, legend of {name}"


class MapsSection(Section):
    """What a layer makes of the selected image: its feature maps, or its row of numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Feature maps", "map", parent)
        self._view: LayerView | None = None
        self.atlas_view = AtlasView("Feature maps", tile_px=_MAP_PX, parent=self)
        self.atlas_view.tile_chosen.connect(self._on_tile_chosen)
        self._rows.addWidget(self.atlas_view)
        self._rows.addWidget(self.legend)

    def show_layer(
        self,
        view: LayerView | None,
        map_index: int,
        order: Sequence[int] | None = None,
        marks: Mapping[int, Mark] | None = None,
    ) -> None:
        """Show the output of a layer; None where it could not be computed, which hides the section.

        `order` has the maps or units that are shown, one after the other; None stands for all as they are.
        """
        self._view = view
        self.setVisible(view is not None)
        if view is None:
            return
        has_maps = view.values.ndim == 3
        self._heading.setText("Feature maps" if has_maps else "Outputs")
        self.atlas_view.setAccessibleName(self._heading.text())
        self.atlas_view.set_tile_px(_MAP_PX if has_maps else _MAP_PX // 3)
        self.atlas_view.set_picture(view.atlas, order)
        self.atlas_view.set_marks(marks or {})
        self.atlas_view.set_current(min(map_index, len(view.values) - 1) if has_maps else None)
        self._show_scale(view)

    def _show_scale(self, view: LayerView) -> None:
        count = len(view.values)
        amount = (
            counted(count, "map") if view.values.ndim == 3 else f"{counted(count, 'number')}, unit by unit"
        )
        chosen = self.atlas_view.current or 0
        name = tile_name(view, chosen)
        self._note.setText(f"{amount}; {self.scale_note(view.atlas, name)}")
        self.show_legend(view.atlas, chosen, name)

    @Slot()
    def _on_tile_chosen(self) -> None:
        if self._view is not None:
            self._show_scale(self._view)
