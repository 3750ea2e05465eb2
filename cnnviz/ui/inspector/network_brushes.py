"""The colours and fonts of the network view, and how much room text needs in them."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QStaticText, QTransform

from cnnviz.ui.class_names import without_common_words
from cnnviz.ui.inspector.network_layout import Measures
from cnnviz.ui.theme import SPACE_4, SPACE_8, Colors, caption_font, colors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from cnnviz.ui.inspector.network_columns import Column

ICON_PX = 18
_MOST_KEPT = 500
_MOST_TITLE_CHARACTERS, _MOST_NAME_CHARACTERS = 14, 12  # of average width
_CLASS_GAPS_PX = SPACE_4 + SPACE_8 + SPACE_4
_LEAST_BAR_PX, _LEAST_SIGNED_PX, _MOST_BAR_PX, _BAR_SHARE = 28, 64, 120, 1 / 26


@dataclasses.dataclass(frozen=True, slots=True)
class Brushes:
    """The colours and fonts of a widget. Lengths given to it are device pixels.

    Words that are painted again and again are kept as they are set.
    """

    colors: Colors
    ratio: float
    caption: QFont
    strong: QFont
    _set: dict[tuple[str, bool, int], QStaticText] = dataclasses.field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def of(cls, widget: QWidget) -> Brushes:
        """Return those of a widget, as it is now."""
        caption = caption_font(widget)
        strong = QFont(caption)
        strong.setWeight(QFont.Weight.DemiBold)
        return cls(colors_of(widget), widget.devicePixelRatioF(), caption, strong)

    def words(self, text: str, *, strong: bool, width: int) -> QStaticText:
        """Return a text in small letters, ready to be painted; it ends in an ellipsis where it is wider."""
        key = (text, strong, width)
        if key not in self._set:
            if len(self._set) >= _MOST_KEPT:
                self._set.clear()
            font = self.strong if strong else self.caption
            words = QStaticText(QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width))
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.prepare(QTransform(), font)
            self._set[key] = words
        return self._set[key]

    def logical(self, rect: QRect) -> QRectF:
        """Return device pixels as the logical ones in which text is painted."""
        ratio = self.ratio
        return QRectF(rect.x() / ratio, rect.y() / ratio, rect.width() / ratio, rect.height() / ratio)

    def measures(self, columns: Sequence[Column], width: int) -> Measures:
        """Return how much room text needs in a view so many logical pixels wide."""
        caption, strong = QFontMetrics(self.caption), QFontMetrics(self.strong)
        titles = (
            max(strong.horizontalAdvance(one.title), caption.horizontalAdvance(one.shape_text))
            for one in columns
        )
        most_title, most_name = (
            strong.averageCharWidth() * count for count in (_MOST_TITLE_CHARACTERS, _MOST_NAME_CHARACTERS)
        )
        names = columns[-1].names
        widest = _widest(names, self.strong)
        if widest > most_name:  # cut, they would be alike
            names = without_common_words(names)
            widest = _widest(names, self.strong)
        name = min(widest, most_name)
        numbers = strong.horizontalAdvance(columns[-1].widest)
        least = _LEAST_SIGNED_PX if columns[-1].has_scale else _LEAST_BAR_PX
        bar = min(max(int(width * _BAR_SHARE), least), _MOST_BAR_PX)
        return Measures(
            ratio=self.ratio,
            header_height=round((ICON_PX + SPACE_4 + strong.height() + caption.height()) * self.ratio),
            caption_height=round(caption.height() * self.ratio),
            title_widths=tuple(round(min(title, most_title) * self.ratio) for title in titles),
            name_width=round(name * self.ratio),
            bar_width=round(bar * self.ratio),
            class_width=round((name + bar + numbers + _CLASS_GAPS_PX) * self.ratio),
            class_height=round((caption.height() + 2) * self.ratio),
            names=names,
        )


def _widest(texts: Sequence[str], font: QFont) -> int:
    """Return the pixels in which none of the texts is cut: the fraction of one counts."""
    advance = QFontMetricsF(font).horizontalAdvance
    return max((math.ceil(advance(text)) + 1 for text in texts), default=0)
