"""Writing a diagram without a window, for the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from cnnviz.ui.plots.diagram_file import write_diagram

if TYPE_CHECKING:
    from pathlib import Path

    from cnnviz.spec.trace import NetworkTrace


def export_diagram(path: Path, trace: NetworkTrace, name: str) -> None:
    """Write the diagram of a design; no display is needed. Raises as `write_diagram` does."""
    app = QGuiApplication.instance() or QGuiApplication(["cnnviz", "-platform", "offscreen"])
    assert isinstance(app, QGuiApplication)  # nothing in cnnviz makes an application without fonts
    write_diagram(path, trace, name, app.font())
