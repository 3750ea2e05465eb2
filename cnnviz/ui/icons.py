"""The program's icons: drawings of one colour, tinted from the palette at the moment they are painted."""

from __future__ import annotations

import functools

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QImage,
    QPainter,
    QPalette,
    QPixmap,
    QPixmapCache,
)
from PySide6.QtSvg import QSvgRenderer
from shiboken6 import isValid

from cnnviz.resource_files import resource_path
from cnnviz.ui.theme import Colors, colors_of_palette, type_color

_CLONES: list[QIconEngine] = []  # what `_given_to_qt` has to keep until Qt has deleted it
_CACHED_PIXMAPS = 32  # per icon: a handful of sizes times three modes times two themes


def icon(name: str) -> QIcon:
    """Return the icon resources/icons/<name>.svg in the colour of text.

    Raises
    ------
    FileError
        There is no such drawing.
    """
    return _icon_of(TintedIconEngine(_drawing(name)))


def layer_icon(type_name: str) -> QIcon:
    """Return the icon of a kind of layer, or of "input" and "output", in the hue of its kind."""
    return _icon_of(TintedIconEngine(_drawing(type_name.lower()), type_name))


def app_icon() -> QIcon:
    """Return the program's own mark."""
    result = QIcon()
    renderer = QSvgRenderer(QByteArray(resource_path("icons", "cnnviz.svg").read_bytes()))
    for side in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(QPixmap.fromImage(_rendered(renderer, QSize(side, side))))
    return result


def on_accent(source: QIcon) -> QIcon:
    """Return an icon as it is to look on the accent colour."""
    return _icon_of(_OnAccentEngine(source))


class TintedIconEngine(QIconEngine):
    """Draws an SVG whose strokes are `currentColor` in the palette's colour, sharp at any size.

    With a `layer_type`, the normal mode has the hue of that kind of layer.
    """

    def __init__(self, drawing: str, layer_type: str | None = None) -> None:
        super().__init__()
        self._drawing = drawing
        self._layer_type = layer_type
        self._pixmaps: dict[tuple[int, int, str], QPixmap] = {}

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatio()
        pixmap = self._pixmap(rect.size() * ratio, mode)
        painter.drawPixmap(QRectF(rect), pixmap, QRectF(QPoint(0, 0), pixmap.size()))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return QPixmap(self._pixmap(size, mode))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        return QPixmap(self._pixmap(size * scale, mode))

    def isNull(self) -> bool:
        return False

    def clone(self) -> QIconEngine:
        return _given_to_qt(TintedIconEngine(self._drawing, self._layer_type))

    def _pixmap(self, size: QSize, mode: QIcon.Mode) -> QPixmap:
        color = self._color(mode).name()
        key = (size.width(), size.height(), color)
        if key not in self._pixmaps:
            if len(self._pixmaps) >= _CACHED_PIXMAPS:
                self._pixmaps.clear()
            tinted = self._drawing.replace("currentColor", color).encode()
            self._pixmaps[key] = QPixmap.fromImage(_rendered(QSvgRenderer(QByteArray(tinted)), size))
        return self._pixmaps[key]

    def _color(self, mode: QIcon.Mode) -> QColor:
        palette = QGuiApplication.palette()
        colors = colors_of_palette(palette)
        if mode is QIcon.Mode.Disabled:
            return colors.disabled
        if self._layer_type is not None:
            return type_color(self._layer_type, colors)
        role = (
            QPalette.ColorRole.HighlightedText
            if mode is QIcon.Mode.Selected
            else QPalette.ColorRole.ButtonText
        )
        return palette.color(QPalette.ColorGroup.Active, role)


class _OnAccentEngine(QIconEngine):
    """Shows another icon in the colour of what is selected; disabled, it looks like the other one."""

    def __init__(self, source: QIcon) -> None:
        super().__init__()
        self._source = source

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        self._source.paint(painter, rect, Qt.AlignmentFlag.AlignCenter, _as_selected(mode), state)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self._source.pixmap(size, 1.0, _as_selected(mode), state)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        return self._source.pixmap(size, scale, _as_selected(mode), state)

    def isNull(self) -> bool:
        return self._source.isNull()

    def clone(self) -> QIconEngine:
        return _given_to_qt(_OnAccentEngine(self._source))


def _icon_of(engine: QIconEngine) -> QIcon:
    """Return an icon that an engine draws, which Qt deletes with the last copy of it.

    PySide takes the engine for a child of the first icon alone: where that lies in a cycle of dead objects,
    the engine is deleted with it, though buttons still show it. A copy has no child.
    """
    return QIcon(QIcon(engine))


def _given_to_qt(engine: QIconEngine) -> QIconEngine:
    """Return an engine that Qt deletes: PySide would delete it at once, with what wraps it for Python."""
    _CLONES[:] = [clone for clone in _CLONES if isValid(clone)]
    _CLONES.append(engine)
    return engine


def _as_selected(mode: QIcon.Mode) -> QIcon.Mode:
    return mode if mode is QIcon.Mode.Disabled else QIcon.Mode.Selected


def tinted_pixmap(name: str, color: QColor, side: int, ratio: float) -> QPixmap:
    """Return a drawing in a given colour, `side` logical pixels wide, for painting by hand."""
    device_side = max(1, round(side * ratio))
    key, pixmap = f"cnnviz/{name}/{color.name()}/{device_side}/{ratio}", QPixmap()
    if not QPixmapCache.find(key, pixmap):
        tinted = _drawing(name).replace("currentColor", color.name()).encode()
        size = QSize(device_side, device_side)
        pixmap = QPixmap.fromImage(_rendered(QSvgRenderer(QByteArray(tinted)), size))
        pixmap.setDevicePixelRatio(ratio)
        QPixmapCache.insert(key, pixmap)
    return pixmap


def layer_pixmap(type_name: str, colors: Colors, side: int, ratio: float) -> QPixmap:
    """Return the icon of a kind of layer in its hue, `side` logical pixels wide."""
    return tinted_pixmap(type_name.lower(), type_color(type_name, colors), side, ratio)


@functools.lru_cache(maxsize=128)
def _drawing(name: str) -> str:
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")


def _rendered(renderer: QSvgRenderer, size: QSize) -> QImage:
    image = QImage(size.expandedTo(QSize(1, 1)), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    side = min(image.width(), image.height())
    place = QRectF((image.width() - side) / 2, (image.height() - side) / 2, side, side)
    painter = QPainter(image)
    try:
        renderer.render(painter, place)
    finally:
        painter.end()
    return image
