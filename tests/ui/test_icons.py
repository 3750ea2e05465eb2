from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QIconEngine, QImage, QPixmap
from PySide6.QtWidgets import QPushButton
from shiboken6 import getAllValidWrappers

from cnnviz.errors import FileError
from cnnviz.resource_files import resource_path
from cnnviz.spec.layers import LAYER_TYPES, type_name
from cnnviz.ui.icons import app_icon, icon, layer_icon, on_accent, tinted_pixmap
from cnnviz.ui.theme import DARK, LIGHT, apply_theme, type_color

NAMES = sorted(path.stem for path in resource_path("icons").glob("*.svg") if path.stem != "cnnviz")


def _strongest(pixmap: QPixmap) -> QColor:
    """Return the colour of the most opaque pixel."""
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    points = [(x, y) for y in range(image.height()) for x in range(image.width())]
    x, y = max(points, key=lambda point: image.pixelColor(*point).alpha())
    return image.pixelColor(x, y)


@pytest.mark.parametrize("name", NAMES)
def test_every_drawing_shows_something_and_takes_the_palettes_colour(name: str, qapp) -> None:
    apply_theme(qapp, "light")
    colour = _strongest(icon(name).pixmap(QSize(24, 24), 1.0))
    assert colour.alpha() > 150
    assert abs(colour.lightness() - LIGHT.text.lightness()) < 12


def test_an_icon_that_exists_follows_the_theme_and_its_state(qapp) -> None:
    drawing = icon("stop")
    for mode, colors in (("light", LIGHT), ("dark", DARK)):
        apply_theme(qapp, mode)
        size = QSize(24, 24)
        assert _strongest(drawing.pixmap(size, 1.0)).name() == colors.text.name()
        assert _strongest(drawing.pixmap(size, 1.0, QIcon.Mode.Disabled)).name() == colors.disabled.name()
        assert _strongest(drawing.pixmap(size, 1.0, QIcon.Mode.Selected)).name() == colors.on_accent.name()


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_pixmaps_have_the_screens_own_pixels(ratio: float, qapp) -> None:
    pixmap = icon("play").pixmap(QSize(20, 20), ratio)
    assert pixmap.width() == round(20 * ratio)
    assert tinted_pixmap("play", QColor("red"), 20, ratio).width() == round(20 * ratio)


@pytest.mark.parametrize("kind", [type_name(kind) for kind in LAYER_TYPES] + ["input", "output"])
def test_every_kind_of_layer_has_an_icon_in_its_hue(kind: str, qapp) -> None:
    colors = apply_theme(qapp, "light")
    seen = _strongest(layer_icon(kind).pixmap(QSize(48, 48), 1.0))
    assert seen.name() == type_color(kind, colors).name()


def test_on_the_accent_colour_an_icon_changes_its_own_unless_it_is_disabled(qapp) -> None:
    apply_theme(qapp, "light")
    lit, size = on_accent(icon("stop")), QSize(24, 24)
    assert _strongest(lit.pixmap(size, 1.0)).name() == LIGHT.on_accent.name()
    assert _strongest(lit.pixmap(size, 1.0, QIcon.Mode.Disabled)).name() == LIGHT.disabled.name()
    assert lit.pixmap(size, 2.0).width() == 48


def test_copies_of_an_icon_live_on_their_own_and_no_longer_than_needed(qapp) -> None:
    before = _engines()
    original = icon("save")
    copy = QIcon(original)
    copy.addPixmap(QPixmap(4, 4))
    assert _engines() == before + 2
    assert not copy.pixmap(QSize(16, 16), 1.0).isNull()
    del original, copy
    assert _engines() == before


def test_copies_on_the_accent_colour_live_on_their_own(qapp) -> None:
    original = on_accent(icon("save"))
    before = _engines()
    copy = QIcon(original)
    copy.addPixmap(QPixmap(4, 4))
    assert _engines() == before + 1
    assert not copy.pixmap(QSize(16, 16), 1.0).isNull()


def test_an_icon_lives_as_long_as_something_shows_it(qapp, qtbot) -> None:
    class Ring:
        def __init__(self) -> None:
            self.me, self.icon = self, icon("save")

    before = _engines()
    button = QPushButton()
    qtbot.addWidget(button)
    button.setIcon(Ring().icon)
    assert _engines() == before + 1
    assert not button.icon().pixmap(QSize(16, 16), 1.0).isNull()


def _engines() -> int:
    gc.collect()
    return sum(isinstance(wrapper, QIconEngine) for wrapper in getAllValidWrappers())


def test_the_program_has_a_mark(qapp) -> None:
    assert not app_icon().pixmap(QSize(32, 32)).isNull()


def test_an_unknown_icon_is_refused_by_name() -> None:
    with pytest.raises(FileError, match=r"icons/no-such\.svg"):
        icon("no-such")
