"""What the chosen filter looks for: images of the data set that excite it, and one made up for it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from cnnviz.data.dataset import Split
from cnnviz.interpret.activations import picture_of
from cnnviz.spec.trace import trace
from cnnviz.ui.attribution.exciting_images import ExcitingImages
from cnnviz.ui.attribution.pixel_view import PixelView
from cnnviz.ui.attribution.words import SPLIT_WORDS, climb_texts, filter_name, top_texts, when_text
from cnnviz.ui.forms.field_rows import FieldRows
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font, strong_font
from cnnviz.ui.widgets.curtain_view import CurtainView
from cnnviz.ui.widgets.elided_combo import ElidedCombo
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from cnnviz.app.attribution.attribution_work import ClimbQuestion, TopQuestion
    from cnnviz.app.workbench import Workbench
    from cnnviz.interpret.attribution.maximisation import Maximised
    from cnnviz.interpret.attribution.top_images import TopImages

_EMPTY = "Click a feature map, or a unit, and what excites it most is shown here."
_MADE_PX, _MADE_NARROW_PX = 170, 72
_NARROW_PX = 420
_TITLES = {"Made up for it": "Made up", "Most exciting images": "Most exciting"}
"""Of the pictures, and where there is little room."""


class FilterPage(QWidget):
    """Shows what excites a filter. A click on an image selects it everywhere.

    `form` lets be changed how it is found out; whoever makes the page lays it out.
    """

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filters, self._session = workbench.attributions.filters, workbench.session
        self._document, self._selection = workbench.document, workbench.selection
        self._made: Maximised | None = None
        self.name, self.top_note, self.made_note = (ElidedLabel(parent=self) for _ in range(3))
        self.splits = self._split_choice()
        self.rows = FieldRows(self._filters.settings, self)
        self.images = ExcitingImages(self)
        self.made = PixelView("Image made up for the filter", self)
        self.empty = EmptyState(_EMPTY, parent=self)
        self.curtain = CurtainView(self)
        self._headings: dict[str, ElidedLabel] = {}
        self.form = self._make_form()
        self._stack = QStackedLayout()
        self._lay_out()
        self._connect()
        self._show_subject()

    @property
    def made_image(self) -> Maximised | None:
        """The image made up for the filter; None before there is one."""
        return self._made

    @property
    def has_answer(self) -> bool:
        """Whether there is anything to see."""
        return self._made is not None or self.images.images.top is not None

    @property
    def notes(self) -> str:
        """All that is said of the answers."""
        labels = (self.name, self.top_note, self.made_note)
        return "\n".join(label.text() for label in labels if label.text())

    def _split_choice(self) -> QComboBox:
        choice = ElidedCombo(self)
        for split in Split:
            choice.addItem(f"{SPLIT_WORDS[split]} images", split)
        choice.setAccessibleName("Images to look through")
        choice.setToolTip("The part of the data set that is looked through")
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.setCurrentIndex(choice.findData(self._filters.split))
        return choice

    def _lay_out(self) -> None:
        for label in (self.top_note, self.made_note):
            label.setFont(caption_font(label))
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        shown = QWidget(self)
        row = QHBoxLayout(shown)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_12)
        for title, widget, note in zip(
            _TITLES, (self.made, self.images), (self.made_note, self.top_note), strict=True
        ):
            column = self._titled(title, widget, note)
            if widget is self.made:
                column.addStretch(1)
            row.addLayout(column, 0 if widget is self.made else 1)
        self._fit_titles()
        for page in (self.empty, shown, self.curtain):
            self._stack.addWidget(page)
        self._shown = shown
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_8)
        layout.addLayout(self._stack)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_titles()

    def _fit_titles(self) -> None:
        """Give the made-up image its share of the width, and both pictures a title that can be read."""
        is_narrow = self.width() < _NARROW_PX
        side = _MADE_NARROW_PX if is_narrow else _MADE_PX
        for title, short in _TITLES.items():
            self._headings[title].setText(short if is_narrow else title)
        self.made.setMaximumSize(side, side)
        self.made.setMinimumWidth(_MADE_NARROW_PX)
        self.made_note.setMaximumWidth(side)

    def _make_form(self) -> QScrollArea:
        self.name.setFont(strong_font(self.name))
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, SPACE_8, 0)
        column.setSpacing(SPACE_4)
        for widget in (self.name, self.splits, self.rows):
            column.addWidget(widget)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _titled(self, title: str, widget: QWidget, note: ElidedLabel) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(SPACE_4)
        heading = ElidedLabel(title, self)
        heading.setFont(strong_font(heading))
        self._headings[title] = heading
        column.addWidget(heading)
        column.addWidget(widget, 1000)
        column.addWidget(note)
        return column

    def _connect(self) -> None:
        filters = self._filters
        filters.top_found.connect(self._on_top_found)
        filters.climbed.connect(self._on_climbed)
        filters.failed.connect(self._on_failed)
        filters.subject_changed.connect(self._show_subject)
        self._selection.dataset_changed.connect(self._on_dataset_changed)
        self.splits.activated.connect(self._on_split_activated)
        self.curtain.opened.connect(self._on_test_images_wanted)
        self.rows.change_requested.connect(self._on_change_requested)
        self.images.image_chosen.connect(self._on_image_chosen)

    @Slot()
    def _show_subject(self) -> None:
        """Say which filter it is; answers for another one are taken away."""
        filters, units = self._filters, self._filters.units
        self.splits.setCurrentIndex(self.splits.findData(filters.split))
        if not units:
            self.name.setText("No filter is chosen")
            self._forget(_EMPTY)
            return
        unit = min(filters.unit, units - 1)
        self.name.setText(filter_name(filters.layer_id, unit, units, is_row=self._is_row()))
        top, made = self.images.images.top, self._made
        if top is not None and (top.layer_id, top.unit) != (filters.layer_id, unit):
            self.images.images.show_top(None, None)
            self.top_note.setText("")
        if made is not None and (made.layer_id, made.unit) != (filters.layer_id, unit):
            self._show_made(None, "")
        self._stack.setCurrentWidget(self._shown)

    def _is_row(self) -> bool:
        records = trace(self._document.spec).walk()
        shape = next((one.output_shape for one in records if one.layer.id == self._filters.layer_id), None)
        return shape is not None and len(shape) == 1

    def _forget(self, why: str) -> None:
        self.images.images.show_top(None, None)
        self._show_made(None, "")
        self.empty.set_sentence(why)
        self._stack.setCurrentWidget(self.empty)

    def _show_made(self, made: Maximised | None, note: str, *shorter: str) -> None:
        self._made = made
        self.made.set_pixels(None if made is None else picture_of(made.image))
        self.made_note.set_forms(note, *shorter)

    @Slot(object, object)
    def _on_top_found(self, question: TopQuestion, top: TopImages) -> None:
        if top.split is Split.TEST:
            self._selection.curtain.note_seen()  # beside whatever run is on screen by now
        with self._session.turns.drawing():
            self.images.images.show_top(question.dataset, top)
            self.top_note.set_forms(*top_texts(top, when_text(question.snapshot)))

    @Slot(object, object)
    def _on_climbed(self, question: ClimbQuestion, made: Maximised) -> None:
        with self._session.turns.drawing():
            self._show_made(made, *climb_texts(made, is_row=self._is_row()))
            settings = made.settings
            self.made.setToolTip(f"{settings.tells} {settings.cannot} {settings.source}.")

    @Slot(str)
    def _on_failed(self, reason: str) -> None:
        self._forget(f"What excites this filter cannot be found. {reason}")

    @Slot(int)
    def _on_split_activated(self, row: int) -> None:
        split = list(Split)[row]
        if split is Split.TEST and not self._selection.curtain.is_open:
            self._stack.setCurrentWidget(self.curtain)
            return
        self._filters.set_split(split)
        self._show_subject()

    @Slot()
    def _on_test_images_wanted(self) -> None:
        self._selection.curtain.ask()
        self._filters.set_split(Split.TEST)
        self._show_subject()

    @Slot()
    def _on_dataset_changed(self) -> None:
        """Look through training images again where the test images are those of another data set."""
        if self._filters.split is Split.TEST and not self._selection.curtain.is_open:
            self._filters.set_split(Split.TRAIN)
        self.splits.setCurrentIndex(self.splits.findData(self._filters.split))

    @Slot(str, object, int)
    def _on_change_requested(self, name: str, value: Any, change: int) -> None:
        self._filters.set_settings(dataclasses.replace(self._filters.settings, **{name: value}))

    @Slot(int)
    def _on_image_chosen(self, position: int) -> None:
        top = self.images.images.top
        if top is not None:
            self._selection.select(top.split, position)
