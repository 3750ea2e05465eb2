"""Another program beside the window, out of which files and pictures are dragged.

Run as a program it shows a small window on the display and prints where it is; `DragSource` starts it. Its
arguments are what it hands out: paths become `file:` addresses, `pixels` a picture without a file, as a web
browser gives it, and anything with `://` in it is an address on the web.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

PIXELS = "pixels"
_PLACE, _SIDE = (1380, 880), 100
PATIENCE_S = 30.0


class DragSource:
    """The other program, and where on the screen a drag out of it begins."""

    def __init__(self, environment: dict[str, str], *handed: Path | str) -> None:
        words = [str(one) for one in handed]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.drag_source", *words],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.place: list[int] = json.loads(self._process.stdout.readline())

    def end_of_drag(self) -> str:
        """Wait until the mouse has let go; return what the drag came to, `copy` or `refused`.

        What was dropped is fetched after that, so the program has to stay.
        """
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        """End the program."""
        self._process.communicate("", timeout=PATIENCE_S)


def main(handed: list[str]) -> int:
    """Show something to drag until standard input ends."""
    from PySide6.QtCore import QSocketNotifier, Qt, QTimer
    from PySide6.QtWidgets import QApplication, QLabel

    app = QApplication([])

    class Source(QLabel):
        def mouseMoveEvent(self, event: Any) -> None:
            from PySide6.QtGui import QDrag

            drag = QDrag(self)
            drag.setMimeData(_data(handed))
            done = drag.exec(Qt.DropAction.CopyAction)
            print("copy" if done is Qt.DropAction.CopyAction else "refused", flush=True)

    source = Source("drag me")
    source.setWindowFlags(Qt.WindowType.WindowStaysOnTopHint | Qt.WindowType.FramelessWindowHint)
    source.setFixedSize(_SIDE, _SIDE)
    source.move(*_PLACE)
    source.show()
    ended = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    ended.activated.connect(app.quit)
    QTimer.singleShot(round(1000 * PATIENCE_S), app.quit)
    app.processEvents()
    print(json.dumps([_PLACE[0] + _SIDE // 2, _PLACE[1] + _SIDE // 2]), flush=True)
    return app.exec()


def _data(handed: list[str]) -> Any:
    from PySide6.QtCore import QMimeData, QUrl
    from PySide6.QtGui import QColor, QImage

    data = QMimeData()
    if PIXELS in handed:
        image = QImage(40, 30, QImage.Format.Format_RGB32)
        image.fill(QColor("#D55E00"))
        data.setImageData(image)
    addresses = [one for one in handed if one != PIXELS]
    if addresses:
        data.setUrls([QUrl(one) if "://" in one else QUrl.fromLocalFile(one) for one in addresses])
    return data


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
