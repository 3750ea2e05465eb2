"""What leads to the dialog of the shapes, and where its data set goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cnnviz.app.data.shape_plan import plan_of

if TYPE_CHECKING:
    from cnnviz.ui.main_window import MainWindow


class ShapeLinks(QObject):
    """Opens the dialog with the settings of the data set in use, if that is one of shapes."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.commands["make_shapes"].triggered.connect(self._on_make_shapes_triggered)
        window.tool_bar.shapes_requested.connect(window.commands["make_shapes"].trigger)

    @Slot()
    def _on_make_shapes_triggered(self) -> None:
        from cnnviz.ui.shapes.shapes_dialog import ShapesDialog

        dialog = ShapesDialog(plan_of(self._window.workbench.selection.dataset.name), self._window)
        dialog.dataset_requested.connect(self._window.files.open_dataset)
        dialog.open()
