"""A picture that is painted anew only where what it depends on has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter, QPixmap

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QSize, Qt
    from PySide6.QtGui import QColor


class KeptPixmap:
    """Keeps one picture and the key it was painted for."""

    def __init__(self) -> None:
        self._kept: tuple[object, QPixmap] | None = None

    def forget(self) -> None:
        """Paint it anew next time."""
        self._kept = None

    def get(
        self,
        key: object,
        size: QSize,
        ratio: float,
        paper: QColor | Qt.GlobalColor,
        paint: Callable[[QPainter], None],
    ) -> QPixmap:
        """Return the picture for a key; where it is another, `paint` paints it on paper of this size.

        The size is in device pixels, of which a logical one has `ratio`; painting is in logical ones.
        """
        if self._kept is None or self._kept[0] != key:
            pixmap = QPixmap(max(1, size.width()), max(1, size.height()))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(paper)
            painter = QPainter(pixmap)
            try:
                paint(painter)
            finally:
                painter.end()
            self._kept = (key, pixmap)
        return self._kept[1]
