"""What there is to know of one data set, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from cnnviz.ui.catalog import words
from cnnviz.ui.catalog.sample_strip import SampleStrip
from cnnviz.ui.forms.problem_label import ProblemLabel
from cnnviz.ui.theme import (
    LOOK_CHANGES,
    RADIUS,
    SPACE_4,
    SPACE_8,
    SPACE_12,
    caption_font,
    colors_of,
    strong_font,
)
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

    from cnnviz.app.data.downloader import Transfer
    from cnnviz.data.downloading.entry import DownloadEntry

_PROGRESS_STEPS = 1_000
_BAR_PX = 160


class CatalogCard(QWidget):
    """Shows one data set; knows nothing of downloads but what it is told.

    Signals
    -------
    download_requested(str), cancel_requested(str), use_requested(str), remove_requested(str)
        With the name of the data set.
    """

    download_requested = Signal(str)
    cancel_requested = Signal(str)
    use_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, entry: DownloadEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.title = QLabel(entry.title, self)
        self.state = QLabel(self)
        self.description = QLabel(entry.description, self)
        self.facts = ElidedLabel(words.facts(entry), self)
        self.classes = ElidedLabel(words.classes(entry), self)
        self.credit = ElidedLabel(entry.credit, self)
        self.samples = SampleStrip(self)
        self.bar = QProgressBar(self)
        self.moving = ElidedLabel(parent=self)
        self.problem, self.remedy = ProblemLabel(self), QLabel(self)
        self.download, self.cancel = self._button("Download"), self._button("Cancel")
        self.use, self.remove = self._button("Use"), self._button("Remove")
        self._buttons = (self.cancel, self.remove, self.use, self.download)
        self.remove.setToolTip("Delete the downloaded files. They can be downloaded again.")
        self.download.clicked.connect(self._on_download_clicked)
        self.cancel.clicked.connect(self._on_cancel_clicked)
        self.use.clicked.connect(self._on_use_clicked)
        self.remove.clicked.connect(self._on_remove_clicked)
        self._lay_out()
        self._adopt_look()
        self.show_unknown()

    def show_unknown(self) -> None:
        """Offer nothing: what is on this computer is being looked up."""
        self._offer_nothing("")

    def show_removing(self) -> None:
        """Offer nothing: the files are being deleted."""
        self._offer_nothing("Removing…")
        self.samples.show_pictures(None)

    def _offer_nothing(self, state: str) -> None:
        focused = next((button for button in self._buttons if button.hasFocus()), None)
        self.state.setText(state)
        for widget in (self.bar, self.moving, *self._buttons):
            widget.hide()
        self._pass_focus_on(focused)

    def show_state(
        self, *, used: int, is_complete: bool, why_not: str = "", transfer: Transfer | None = None
    ) -> None:
        """Say whether the data set is here, the room its files take, and how far its download is.

        `why_not` is a word or two for why it cannot be used now.
        """
        focused = next((button for button in self._buttons if button.hasFocus()), None)
        is_moving = transfer is not None
        self.state.setText(words.kept(used) if is_complete else words.to_download(self.entry))
        self.use.setText(why_not or "Use")
        self.use.setEnabled(not why_not)
        self.use.setVisible(is_complete and not is_moving)
        self.download.setVisible(not is_complete and not is_moving)
        self.remove.setVisible(used > 0 and not is_moving)
        for widget in (self.bar, self.moving, self.cancel):
            widget.setVisible(is_moving)
        if not is_complete:
            self.samples.show_pictures(None)
        if transfer is not None:
            self.show_problem("")
            self.show_transfer(transfer)
        self._pass_focus_on(focused)

    def show_transfer(self, transfer: Transfer) -> None:
        """Show how far the download is."""
        # Qt's moving bar stands for what cannot be measured.
        self.bar.setRange(0, _PROGRESS_STEPS if transfer.host else 0)
        self.bar.setValue(_PROGRESS_STEPS * transfer.done // max(transfer.total, 1))
        self.moving.setText(words.moving(transfer))

    def show_problem(self, sentence: str, remedy: str = "") -> None:
        """Say what went wrong, and what helps; an empty sentence says nothing."""
        self.problem.show_problems((sentence,) if sentence else ())
        self.remedy.setText(remedy)
        self.remedy.setVisible(bool(remedy))

    def show_samples(self, pictures: NDArray[np.uint8]) -> None:
        """Show pictures of the data set, uint8 (N, H, W, C)."""
        self.samples.show_pictures(pictures)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self._adopt_look()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            colors = colors_of(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colors.hairline, 1))
            painter.setBrush(colors.base)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        finally:
            painter.end()

    @Slot()
    def _on_download_clicked(self) -> None:
        self.download_requested.emit(self.entry.name)

    @Slot()
    def _on_cancel_clicked(self) -> None:
        self.cancel_requested.emit(self.entry.name)

    @Slot()
    def _on_use_clicked(self) -> None:
        self.use_requested.emit(self.entry.name)

    @Slot()
    def _on_remove_clicked(self) -> None:
        self.remove_requested.emit(self.entry.name)

    def _pass_focus_on(self, button: QPushButton | None) -> None:
        """Lead the keyboard from a button that has gone to the one in its place, never to Remove."""
        if button is None or (not button.isHidden() and button.isEnabled()):
            return
        heirs = (heir for heir in (self.cancel, self.use, self.download) if not heir.isHidden())
        heir = next((heir for heir in heirs if heir.isEnabled()), None)
        (heir or self.window()).setFocus()

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAccessibleName(f"{text} {self.entry.title}")
        return button

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(SPACE_12)
        top.addWidget(self.title, 1)
        top.addWidget(self.state)
        bottom = QHBoxLayout()
        bottom.setSpacing(SPACE_8)
        bottom.addWidget(self.samples, 1)
        bottom.addWidget(self.bar)
        bottom.addWidget(self.moving, 1)
        bottom.addStretch()
        for button in self._buttons:
            bottom.addWidget(button)
        bottom.addStrut(self.download.sizeHint().height())  # nothing moves when the first button comes
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_12, SPACE_12, SPACE_12)
        layout.setSpacing(SPACE_4)
        layout.addLayout(top)
        for widget in (self.description, self.facts, self.classes, self.credit, self.problem, self.remedy):
            layout.addWidget(widget)
        layout.addSpacing(SPACE_4)
        layout.addLayout(bottom)
        for label in (self.description, self.remedy):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.remedy.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.remedy.hide()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(_BAR_PX)

    def _adopt_look(self) -> None:
        self.title.setFont(strong_font(self))
        for label in (self.state, self.facts, self.classes, self.credit, self.remedy, self.moving):
            label.setFont(caption_font(self))
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
