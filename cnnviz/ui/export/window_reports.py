"""What the views of a window show at this moment, as reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.ui.export.about import about_view, image_words
from cnnviz.ui.export.unit_report import reach_report, unit_report

if TYPE_CHECKING:
    from cnnviz.interpret.activations import ImageView
    from cnnviz.ui.export.report import Report
    from cnnviz.ui.main_window import MainWindow


class WindowReports:
    """Takes reports from the views of a window; each is None while there is nothing in the view."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def unit(self) -> Report | None:
        """Return the number that is taken apart, or what it sees."""
        page = self._window.stage.unit_page
        if not self._window.stage.is_at_unit or page.look is None or page.shown is None:
            return None
        about = self._about(page.look.spec.name, page.look.view)
        field = page.field
        if field is not None and field.field is not None:
            return reach_report(field.look, field.unit, page.class_names, about, field.field)
        return unit_report(page.look, page.shown, page.class_names, about)

    def _about(self, design: str, view: ImageView) -> str:
        return about_view(design, view, image_words(self._window.workbench.selection, view))
