"""Which parts of an image speak for a class, or what a filter looks for, for a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize

from cnnviz.interpret.number_files import NumberSet
from cnnviz.ui.attribution.report_sheets import class_sheet, filter_sheet
from cnnviz.ui.export.report import Report
from cnnviz.ui.export.widget_figure import widget_figure
from cnnviz.ui.theme import DARK, LIGHT

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cnnviz.ui.attribution.why_panel import WhyPanel

_LEAST_WIDTH_PX = 640


def why_report(panel: WhyPanel, about: str) -> Report | None:
    """Return what the dock shows, with the notes under it; None while there is no answer."""
    is_of_filter = panel.page == 1
    sheets: dict[str, QWidget] = {}
    for colors in (LIGHT, DARK):  # made now, as the dock may show another answer when they are painted
        sheet = filter_sheet(panel.filter_page) if is_of_filter else class_sheet(panel.class_page)
        if sheet is None:
            return None
        sheets[colors.name] = sheet
    return Report(
        name=f"why-{panel.export_name}",
        title="What the filter looks for" if is_of_filter else "Why this class",
        about=about,
        body=lambda pens: widget_figure(sheets[pens.colors.name], _size(sheets[pens.colors.name]), pens),
        numbers=_numbers(panel, is_of_filter=is_of_filter),
    )


def _size(sheet: QWidget) -> QSize:
    """Return a size in which the notes have as many lines as they need."""
    wanted = sheet.sizeHint()
    width = max(wanted.width(), _LEAST_WIDTH_PX)
    return QSize(width, max(wanted.height(), sheet.heightForWidth(width)))


def _numbers(panel: WhyPanel, *, is_of_filter: bool) -> NumberSet:
    if is_of_filter:
        made = panel.filter_page.made_image
        return NumberSet({} if made is None else {"made": made.image, "values": made.values})
    answer = panel.class_page.answer
    if answer is None:
        return NumberSet({})
    return NumberSet({"map": answer.attribution.map, "values": answer.attribution.values})
