"""What a study says of single filters: marks on their tiles, and a line under the heading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPalette, QTextDocumentFragment
from PySide6.QtWidgets import QLabel, QWidget

from cnnviz.data.dataset import Split
from cnnviz.spec.words import counted
from cnnviz.ui.format import share
from cnnviz.ui.plots.tile_marks import Mark
from cnnviz.ui.theme import caption_font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.app.looking.layer_student import StudiedLayer
    from cnnviz.interpret.layer_study import Alike, LayerStudy

DEAD, SATURATED, ALIKE = "×", "s", "≈"
"""The signs on tiles."""
_NAMED, _LISTED = 4, 40
_SPLITS = {Split.TRAIN: "training", Split.VALIDATION: "validation", Split.TEST: "test"}
_CANCEL, _AGAIN = "cancel", "again"


def marks_of(study: LayerStudy, noun: str) -> dict[int, Mark]:
    """Return what is said of each dead, saturated or near-duplicate filter; `noun` is what one is called."""
    said: dict[int, list[tuple[str, str]]] = {}
    for index in study.dead:
        words = f"{noun} {index} was zero in all {counted(study.images, 'image')}"
        said.setdefault(index, []).append((DEAD, words))
    for index in study.saturated:
        words = (
            f"{noun} {index} was saturated in {share(float(study.saturated_shares[index]))} of its outputs"
        )
        said.setdefault(index, []).append((SATURATED, words))
    for index, twin in study.twins().items():
        said.setdefault(index, []).append((ALIKE, alike_words(twin, noun)))
    return {index: Mark(signs[0][0], "\n".join(words for _, words in signs)) for index, signs in said.items()}


def alike_words(pair: Alike, noun: str) -> str:
    """Return a near duplicate in words: `filter 3 ≈ filter 9, cosine 0.98`."""
    return f"{noun} {pair.filter} {ALIKE} {noun} {pair.other}, cosine {pair.cosine:.2f}"


def findings_text(studied: StudiedLayer, noun: str) -> str:
    """Return what was found in a layer, as rich text whose links are numbers of filters."""
    study = studied.study
    through = f"{study.images} {_SPLITS[studied.split]} images"
    if studied.is_of_activation:
        through = f"filters of {study.layer_id}, {through}"
    when = f", step {studied.step:,}" if studied.step else ""
    parts = []
    if not np.isnan(study.dead_shares).all():
        parts.append(_group(DEAD, "dead", study.dead))
    if not np.isnan(study.saturated_shares).all():
        parts.append(_group(SATURATED, "saturated", study.saturated))
    if study.cosines is None:
        parts.append(f"too many {noun}s to compare")
    else:
        parts.append(_pairs(study.alike))
    return f"{'; '.join(parts)} ({through}{when})"


def findings_list(study: LayerStudy, noun: str) -> str:
    """Return each finding in a line of its own, as many as can be read."""
    lines = [mark.words for _, mark in sorted(marks_of(study, noun).items())]
    rest = [f"and {len(lines) - _LISTED:,} more"] if len(lines) > _LISTED else []
    return "\n".join([*lines[:_LISTED], *rest])


def _group(sign: str, adjective: str, filters: Sequence[int]) -> str:
    if not filters:
        return f"none {adjective}"
    names = ", ".join(_link(index) for index in filters[:_NAMED])
    return f"<b>{sign} {len(filters):,} {adjective}</b>: {names}{_more(len(filters))}"


def _pairs(alike: Sequence[Alike]) -> str:
    if not alike:
        return "no near duplicates"
    names = ", ".join(
        f"{_link(pair.filter)}&nbsp;{ALIKE}&nbsp;{_link(pair.other)}" for pair in alike[:_NAMED]
    )
    most = f"cosine up to {alike[0].cosine:.2f}"
    return f"<b>{ALIKE} {counted(len(alike), 'near-duplicate pair')}</b>: {names}{_more(len(alike))}, {most}"


def _more(count: int) -> str:
    return f" and {count - _NAMED:,} more" if count > _NAMED else ""


def _link(index: int) -> str:
    return f'<a href="{index}">{index}</a>'


class FindingsLine(QLabel):
    """A line on dead, saturated and alike filters, whose numbers can be clicked.

    Signals
    -------
    filter_chosen(int)
    cancel_requested(), again_requested()
        The study under way is to be given up, or one is to be made after all.
    """

    filter_chosen = Signal(int)
    cancel_requested = Signal()
    again_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(caption_font(self))
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setWordWrap(True)
        self.setObjectName("markup")  # by which the style sheet knows it
        self.setTextFormat(Qt.TextFormat.RichText)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.LinksAccessibleByMouse | flags.LinksAccessibleByKeyboard)
        self.linkActivated.connect(self._on_link_activated)
        self.hide()

    def show_study(self, studied: StudiedLayer, noun: str) -> None:
        """Say what was found."""
        self._say(findings_text(studied, noun), findings_list(studied.study, noun))

    def reserve(self) -> None:
        """Take the room of a line, so that nothing moves when there is one."""
        self._say("&nbsp;", "")

    def show_busy(self) -> None:
        """Say that a study is under way."""
        self._say(f'Looking at many images … <a href="{_CANCEL}">Cancel</a>', "")

    def show_cancelled(self) -> None:
        """Say that there is no study, and how to get one."""
        self._say(f'Not studied. <a href="{_AGAIN}">Study the layer</a>', "")

    def show_failure(self, reason: str) -> None:
        """Say why there is no study."""
        self._say(reason, "")

    def clear(self) -> None:
        """Say nothing."""
        super().clear()
        self.setToolTip("")
        self.hide()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            QTimer.singleShot(0, self, self._say_again)  # once all has the colours of the theme

    @Slot()
    def _say_again(self) -> None:
        """Set the text anew: its links keep the colours of when they were set."""
        text = self.text()
        self.setText("")
        self.setText(text)

    def _say(self, text: str, tip: str) -> None:
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(QTextDocumentFragment.fromHtml(text).toPlainText())
        self.setToolTip(tip)
        self.show()

    @Slot(str)
    def _on_link_activated(self, link: str) -> None:
        if link == _CANCEL:
            self.cancel_requested.emit()
            self.show_cancelled()
        elif link == _AGAIN:
            self.again_requested.emit()
        else:
            self.filter_chosen.emit(int(link))
