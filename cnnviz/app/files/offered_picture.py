"""The picture in what is dropped or pasted: a file, or pixels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage

from cnnviz.app.files.file_kind import FileKind, kind_of
from cnnviz.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QMimeData

    from cnnviz.app.selection import Selection

DROPPED, PASTED = "dropped picture", "pasted picture"
"""What a picture is called that is in no file."""
_DATA, _BASE64 = "data", b";base64,"
_WEB = ("http", "https", "ftp")
_ELSEWHERE = (_DATA, *_WEB)
_ADDRESS_ONLY = (
    "Only the address of a picture came, and this program fetches nothing from the web: save the picture, "
    "then drop its file here."
)


def offers_picture(data: QMimeData) -> bool:
    """Return whether a picture may be taken from this, or at least said why it cannot."""
    is_elsewhere = any(url.scheme() in _ELSEWHERE for url in data.urls())
    return bool(_picture_files(data)) or data.hasImage() or is_elsewhere


def picture_in(data: QMimeData) -> Path | NDArray[np.uint8] | None:
    """Return the file of the picture that is offered, or its pixels, uint8 (H, W, 4); None for no picture.

    A web browser offers an address and often the pixels too; then the pixels are taken.

    Raises
    ------
    DataError
        Only an address on the web is offered, or what is offered is damaged.
    """
    files = _picture_files(data)
    if files:
        return files[0]
    image = data.imageData() if data.hasImage() else None
    if isinstance(image, QImage) and not image.isNull():
        return _pixels_of(image)
    for url in data.urls():
        if url.scheme() == _DATA:
            return _pixels_of(_decoded(bytes(url.toEncoded().data())))
    if any(url.scheme() in _WEB for url in data.urls()):
        raise DataError(_ADDRESS_ONLY)
    return None


def use_offered(selection: Selection, data: QMimeData, name: str) -> bool:
    """Select the picture that is offered, under this name where it is no file. Return whether there is one.

    Raises
    ------
    DataError
        It cannot be had, or read; the selection stays as it was.
    """
    picture = picture_in(data)
    if isinstance(picture, Path):
        selection.use_file(picture)
    elif picture is not None:
        selection.use_picture(picture, name)
    return picture is not None


def _picture_files(data: QMimeData) -> list[Path]:
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if kind_of(path) is FileKind.PICTURE]


def _decoded(address: bytes) -> QImage:
    """Return the picture that stands in a `data:` address itself (RFC 2397)."""
    _, found, text = address.partition(_BASE64)
    image = QImage.fromData(QByteArray.fromBase64(QByteArray(text))) if found else QImage()
    if image.isNull():
        raise DataError("What was dropped is no picture that can be read.")
    return image


def _pixels_of(image: QImage) -> NDArray[np.uint8]:
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    if plain.isNull():
        raise DataError("The picture is too large: there is not enough memory for it.")
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 4 * plain.width()].reshape(plain.height(), plain.width(), 4).copy()
