"""What the first painted window does not need is not loaded before it, and all of it soon after."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from cnnviz.ui.preload import LATER

ROOT = Path(__file__).resolve().parents[2]

_OPEN_A_WINDOW = """
import json, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from cnnviz.app.settings import Settings
from cnnviz.ui.dialogs import Dialogs
from cnnviz.ui.launch import FirstPaint, make_window
app = QApplication([])
window = make_window(app, Settings(Path(sys.argv[1]) / "settings.ini"), Dialogs())
paint = FirstPaint(window)
paint.painted.connect(app.quit)
window.show()
app.exec()
loaded = sorted(sys.modules)
window.close()
print(json.dumps(loaded))
"""


def _loaded_at_first_paint(folder: Path) -> set[str]:
    """Return the names of all modules of a fresh process whose window has just been painted."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    result = subprocess.run(
        [sys.executable, "-c", _OPEN_A_WINDOW, str(folder)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stdout))


def test_a_window_is_painted_without_what_opens_from_it(tmp_path: Path) -> None:
    loaded = _loaded_at_first_paint(tmp_path)
    assert "cnnviz.ui.main_window" in loaded  # the probe sees what is there
    assert not loaded & {*LATER, "numpy.ma"}
