"""Pictures as the bytes of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImageWriter

from cnnviz.errors import FileError

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

TOO_LARGE = "The picture is too large for a PNG file. Write it as SVG."


def open_buffer() -> tuple[QByteArray, QBuffer]:
    """Return what to write to, and what keeps it; both must live until all is written."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return content, buffer


def png_bytes(image: QImage) -> bytes:
    """Return an image as a PNG file.

    Raises
    ------
    FileError
        It is too large for one.
    """
    content, buffer = open_buffer()
    if not QImageWriter(buffer, QByteArray(b"png")).write(image):
        raise FileError(TOO_LARGE)
    return bytes(content.data())
