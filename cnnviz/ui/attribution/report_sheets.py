"""What the dock shows, laid out once more for a report: larger, and with all that is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cnnviz.interpret.activations import picture_of
from cnnviz.ui.attribution.exciting_images import ExcitingImages
from cnnviz.ui.attribution.pixel_view import PixelView
from cnnviz.ui.attribution.triptych import Triptych
from cnnviz.ui.theme import SPACE_8, SPACE_16, SPACE_24, strong_font

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnviz.ui.attribution.class_page import ClassPage
    from cnnviz.ui.attribution.filter_page import FilterPage

_SIDE_PX = 400
"""Pictures are enlarged by the largest whole number that keeps them within this."""
_COLUMNS = 4


def class_sheet(page: ClassPage) -> QWidget | None:
    """Return the three pictures with the notes under them; None where there is no answer yet."""
    answer = page.answer
    if answer is None:
        return None
    pictures = Triptych()
    pictures.show_attribution(answer.question.image, answer.attribution, units=answer.question.units)
    for view in pictures.views:
        _enlarge(view)
    return _sheet(pictures, page.notes.splitlines())


def filter_sheet(page: FilterPage) -> QWidget | None:
    """Return the made-up image and all exciting images; None where neither is there yet."""
    top, made = page.images.images.top, page.made_image
    if top is None and made is None:
        return None
    middle = QWidget()
    row = QHBoxLayout(middle)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE_16)
    if made is not None:
        view = PixelView("Made up for it")
        view.set_pixels(picture_of(made.image))
        _enlarge(view)
        row.addWidget(view, 0, Qt.AlignmentFlag.AlignTop)
    if top is not None:
        images = ExcitingImages()
        images.images.show_top(page.images.images.dataset, top)
        images.setFixedSize(images.size_for(_COLUMNS))
        row.addWidget(images, 0, Qt.AlignmentFlag.AlignTop)
    return _sheet(middle, page.notes.splitlines())


def _enlarge(view: PixelView) -> None:
    image = view.image
    view.setFixedSize(image.size() * max(1, _SIDE_PX // max(image.width(), image.height())))


def _sheet(pictures: QWidget, lines: Iterable[str]) -> QWidget:
    sheet = QWidget()
    column = QVBoxLayout(sheet)
    column.setContentsMargins(SPACE_24, SPACE_16, SPACE_24, SPACE_16)
    column.setSpacing(SPACE_8)
    column.addWidget(pictures)
    for number, line in enumerate(lines):
        label = QLabel(line)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        if number == 0:
            label.setFont(strong_font(label))
        column.addWidget(label)
    sheet.setBackgroundRole(QPalette.ColorRole.Base)
    sheet.setAutoFillBackground(True)
    return sheet
