"""A level line that helps to judge the curves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QPen

from cnnviz.ui.theme import caption_font, mixed

if TYPE_CHECKING:
    from cnnviz.ui.plots.curves import Guide
    from cnnviz.ui.plots.labelled_plot import LabelledPlot
    from cnnviz.ui.theme import Colors

_PEN_SHARE = 0.6
"""How much of the muted colour the line has: it stays behind the curves."""
_TEXT_PLACE = 0.02


class GuideLine:
    """A faint dashed line with a word; what it means is its tool tip."""

    def __init__(self, plot: LabelledPlot, guide: Guide) -> None:
        self._plot = plot
        self._guide = guide
        options = {"position": _TEXT_PLACE, "anchors": [(0, 1), (0, 1)]}
        self._line = pg.InfiniteLine(guide.y, angle=0, movable=False, label=guide.text, labelOpts=options)
        for item in (self._line, self._line.label):
            item.setToolTip(guide.meaning)
        plot.addItem(self._line, ignoreBounds=True)

    def show_text(self, shown: bool) -> None:
        """Have the word beside the line, or not."""
        self._line.label.setVisible(shown)

    def set_log(self, is_log: bool) -> None:
        """Stand at the same value on an axis of logarithms, or on a plain one."""
        self._line.setPos(math.log10(self._guide.y) if is_log else self._guide.y)

    def apply_colors(self, colors: Colors) -> None:
        """Take the colours of the theme."""
        self._line.setPen(QPen(mixed(colors.muted, colors.base, _PEN_SHARE), 0, Qt.PenStyle.DashLine))
        self._line.label.setColor(colors.muted)
        self._line.label.setFont(caption_font(self._plot))
