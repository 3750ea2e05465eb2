"""A window whose design is edited without end, until the process is killed; it prints every design it had."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

EDIT_MS = 70


def main(settings_path: Path, design: Path) -> int:
    """Open a design, and edit it for ever."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from cnnviz.app.settings import Settings
    from cnnviz.spec import io
    from cnnviz.spec.layers import ReLU
    from cnnviz.ui.dialogs import Dialogs
    from cnnviz.ui.launch import make_window

    app = QApplication([])
    window = make_window(app, Settings(settings_path), Dialogs())
    document = window.workbench.document
    window.show()
    window.files.open_path(design)

    def edit() -> None:
        if len(document.spec.layers) < 12:
            document.insert_layer(ReLU(), 0)
        else:
            document.remove_layer(document.spec.layers[-1].id)
            document.remove_layer(document.spec.layers[0].id)
        print(json.dumps([time.monotonic(), io.to_dict(document.spec)]), flush=True)

    timer = QTimer(window)
    timer.timeout.connect(edit)
    timer.start(EDIT_MS)
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2])))
