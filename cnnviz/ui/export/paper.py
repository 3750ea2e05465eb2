"""The colours and fonts of a sheet of paper: the same on every screen, whatever the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QWidget

from cnnviz.ui.inspector.unit.pens import Pens
from cnnviz.ui.theme import palette_for, with_tabular_figures

if TYPE_CHECKING:
    from cnnviz.ui.theme import Colors

_BODY_PX, _CAPTION_PX, _SMALL_PX = 13.0, 11.5, 10.0


def put_on_paper(widget: QWidget, colors: Colors) -> None:
    """Give a widget, and all in it, these colours: a style sheet keeps palettes from being inherited."""
    palette = palette_for(colors)
    for one in (widget, *widget.findChildren(QWidget)):
        if one.palette() != palette:
            one.setPalette(palette)


def paper_pens(colors: Colors, ratio: float, font: QFont, *, is_vector: bool = False) -> Pens:
    """Return pens for a sheet on which a logical pixel is `ratio` units long.

    Fonts have sizes in pixels, as paper has no dots of its own, and the name of a family that exists:
    "Sans Serif" and its like have a meaning on this system only. `is_vector` is for drawings that scale.
    """
    family = QFontInfo(font).family()
    fixed = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)).family()

    def sized(name: str, size: float) -> QFont:
        made = QFont(name)
        made.setPixelSize(max(1, round(size * ratio)))
        return made

    strong = sized(family, _BODY_PX)
    strong.setWeight(QFont.Weight.DemiBold)
    return Pens(
        colors,
        ratio,
        caption=with_tabular_figures(sized(family, _CAPTION_PX)),
        body=sized(family, _BODY_PX),
        strong=strong,
        digits=sized(fixed, _BODY_PX),
        small=with_tabular_figures(sized(family, _SMALL_PX)),
        is_vector=is_vector,
    )
