"""What the drawing pad has to do with the rest of the window: when it is in sight, and what leads to it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cnnviz.ui.drawing.drawing_panel import DrawingPanel

if TYPE_CHECKING:
    from cnnviz.ui.main_window import MainWindow


class DrawingLinks(QObject):
    """Tells the pad of the dock Draw whether it is in sight, and brings it where an image is to be drawn."""

    def __init__(self, window: MainWindow) -> None:
        dock = window.docks.draw
        super().__init__(dock)
        panel = dock.widget()
        assert isinstance(panel, DrawingPanel)
        dock.visibilityChanged.connect(panel.set_in_sight)
        # The drawing is the selected image where it has an answer, so that it is asked about as any other.
        panel.answer.bars.why_requested.connect(window.image_panel.bars.why_requested)
        window.image_panel.chooser.drawing_requested.connect(functools.partial(window.docks.bring, dock))
