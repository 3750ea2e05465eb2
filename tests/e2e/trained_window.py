"""A window that trains until the process is killed."""

from __future__ import annotations

import sys
from pathlib import Path


def main(settings_path: Path, epochs: int) -> int:
    """Open the window, and train in it for so many epochs."""
    import dataclasses

    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from cnnviz.app.settings import Settings
    from cnnviz.ui.dialogs import Dialogs
    from cnnviz.ui.launch import make_window

    app = QApplication([])
    window = make_window(app, Settings(settings_path), Dialogs())
    window.show()
    window.training_form.choose(dataclasses.replace(window.training_form.training, epochs=epochs, threads=1))
    QTimer.singleShot(0, window.commands["train"].trigger)
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), int(sys.argv[2])))
