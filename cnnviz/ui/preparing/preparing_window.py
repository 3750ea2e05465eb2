"""The window in which is chosen what is done to every image before the network gets it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cnnviz.app.data.preparing_preview import Outlook, OutlookWish
from cnnviz.spec.numerals import number
from cnnviz.spec.preparing import Preparing
from cnnviz.ui.forms.field_rows import FieldRows
from cnnviz.ui.importing.words import progress
from cnnviz.ui.preparing.stage_strip import StageStrip
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, SPACE_16, SPACE_24, caption_font, heading_font
from cnnviz.ui.widgets.side_window import SideWindow

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QShowEvent

    from cnnviz.app.data.dataset_opener import DatasetOpener
    from cnnviz.app.data.import_progress import ImportProgress
    from cnnviz.app.selection import Selection
    from cnnviz.app.threads.latest_wish import LatestWish
    from cnnviz.app.training.session import Session

_SIZE, _LEAST_SIZE = QSize(900, 400), QSize(480, 320)
_FORM_CHARACTERS = 48
_BUSY = "A run is under way. Stop it first: a run has one preparation from its beginning to its end."
_IN_USE = "This preparation is in use."
_NEW_RUN = "Applied, it is that of every image: training begins a new run, and looks and tests follow."
_MAKING = "The images are being prepared …"
_CHANNELS = {1: ("grey",), 3: ("red", "green", "blue")}


class PreparingWindow(SideWindow):
    """Edits a `Preparing` beside the selected image on its way; nothing happens to the data set before Apply.

    Signals
    -------
    preparing_requested(Preparing)
        The data set is to be prepared so.
    """

    preparing_requested = Signal(object)

    def __init__(
        self,
        selection: Selection,
        session: Session,
        finder: LatestWish,
        opener: DatasetOpener,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._selection, self._session = selection, session
        self._preparing = selection.dataset.treatment.preparing
        self.setObjectName("preparing-window")
        self.setWindowTitle("Prepare Images")
        self._finder, self._opener = finder, opener
        self.rows = FieldRows(self._preparing, self)
        self.strip = StageStrip(self)
        self._figures = QLabel(self)
        self._figures.setTextFormat(Qt.TextFormat.PlainText)
        self._note = QLabel(self)
        self.restore_button = QPushButton("As Before", self)
        self.restore_button.setToolTip("Show the preparation that is in use")
        self.apply_button = QPushButton("Apply", self)
        self.apply_button.setToolTip("Prepare all images so")
        self.cancel_button = QPushButton("Cancel", self)
        self.cancel_button.setToolTip("Keep the images as they are")
        self.cancel_button.setVisible(opener.is_busy)
        self._lay_out()
        self._connect()
        self.setMinimumSize(_LEAST_SIZE)
        self.resize(_SIZE)

    @property
    def preparing(self) -> Preparing:
        """What is shown, whether it is in use or not."""
        return self._preparing

    @property
    def figures(self) -> str:
        """The numbers of the preparation, as they are told."""
        return self._figures.text()

    @property
    def note(self) -> str:
        """What is said beside the buttons."""
        return self._note.text()

    def set_preparing(self, preparing: Preparing) -> None:
        """Show another preparation."""
        self._preparing = preparing
        self.rows.show_values(preparing, None)
        self.rows.show_row("standardise_targets", shown=self._selection.dataset.targets is not None)
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.set_preparing(self._selection.dataset.treatment.preparing)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._finder.cancel()
        super().closeEvent(event)

    def _connect(self) -> None:
        self.rows.change_requested.connect(self._on_change_requested)
        self._finder.found.connect(self._on_found)
        self._finder.failed.connect(self._on_failed)
        self._selection.image_changed.connect(self._refresh)
        self._selection.dataset_changed.connect(self._on_dataset_changed)
        self._session.state_changed.connect(self._update_buttons)
        self._opener.busy_changed.connect(self._on_busy_changed)
        self._opener.progressed.connect(self._on_progressed)
        self.cancel_button.clicked.connect(self._opener.cancel)
        self.apply_button.clicked.connect(self._on_apply_clicked)
        self.restore_button.clicked.connect(self._on_dataset_changed)

    def _lay_out(self) -> None:
        heading, summary = QLabel("What is done to every image", self), QLabel(Preparing.summary, self)
        heading.setFont(heading_font(self))
        for label in (summary, self._note):
            label.setFont(caption_font(label))
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            label.setWordWrap(True)
        buttons = QDialogButtonBox(self)
        buttons.addButton(self.restore_button, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.addButton(self.cancel_button, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.addButton(self.apply_button, QDialogButtonBox.ButtonRole.ApplyRole)
        bottom = QHBoxLayout()
        bottom.setSpacing(SPACE_12)
        bottom.addWidget(self._note, 1)
        bottom.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_12)
        layout.setSpacing(SPACE_8)
        layout.addWidget(heading)
        layout.addWidget(summary)
        layout.addWidget(self._page(), 1)
        layout.addLayout(bottom)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)

    def _page(self) -> QScrollArea:
        """Return the settings and the pictures beside each other, which scroll where there is no room."""
        page = QWidget(self)
        grid = QGridLayout(page)
        grid.setContentsMargins(0, SPACE_4, 0, SPACE_4)
        grid.setHorizontalSpacing(SPACE_24)
        grid.setVerticalSpacing(SPACE_12)
        top = Qt.AlignmentFlag.AlignTop
        self.rows.setMinimumWidth(_FORM_CHARACTERS * self.fontMetrics().averageCharWidth())
        grid.addWidget(self.rows, 0, 0, 2, 1, top)
        grid.addWidget(self.strip, 0, 1, top)
        grid.addWidget(self._figures, 1, 1, top)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(1, 1)
        area = QScrollArea(self)
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        page.setBackgroundRole(QPalette.ColorRole.Base)
        return area

    @Slot()
    def _refresh(self) -> None:
        """Ask for the pictures, if anybody can see them."""
        if self.isVisible():
            self._update_buttons()
            selection = self._selection
            self._finder.request(OutlookWish(selection.dataset, self._preparing, selection.picture))

    @Slot()
    def _update_buttons(self) -> None:
        is_in_use = self._preparing == self._selection.dataset.treatment.preparing
        is_idle, is_making = self._session.is_idle, self._opener.is_busy
        self.apply_button.setEnabled(is_idle and not is_in_use and not is_making)
        self.restore_button.setEnabled(not is_in_use)
        self.cancel_button.setVisible(is_making)
        if not is_making:
            self._note.setText(_IN_USE if is_in_use else _NEW_RUN if is_idle else _BUSY)

    @Slot(bool)
    def _on_busy_changed(self, busy: bool) -> None:
        if busy:
            self._note.setText(_MAKING)
        self._update_buttons()

    @Slot(object)
    def _on_progressed(self, told: ImportProgress) -> None:
        self._note.setText(progress(told))

    @Slot(str, object, int)
    def _on_change_requested(self, name: str, value: object, _change: int) -> None:
        changes: dict[str, Any] = {name: value}
        self.set_preparing(dataclasses.replace(self._preparing, **changes))

    @Slot(object, object)
    def _on_found(self, _wish: OutlookWish, outlook: Outlook) -> None:
        self.strip.show_outlook(outlook)
        self._figures.setText("\n".join(figures_of(outlook)))

    @Slot(object, str)
    def _on_failed(self, _wish: OutlookWish, reason: str) -> None:
        self._figures.setText(reason)

    @Slot()
    def _on_dataset_changed(self) -> None:
        self.set_preparing(self._selection.dataset.treatment.preparing)

    @Slot()
    def _on_apply_clicked(self) -> None:
        self.preparing_requested.emit(self._preparing)


def figures_of(outlook: Outlook) -> tuple[str, ...]:
    """Return the numbers of a preparation in words, a line for each channel that is standardised."""
    treatment = outlook.treatment
    low, high = treatment.range()
    lines = [f"Black becomes {low:g}, white {high:g}.".replace("-", "−")]
    numbers = zip(treatment.target_means, treatment.target_deviations, strict=True)
    for place, (mean, deviation) in enumerate(numbers, 1):
        which = "Targets" if len(treatment.target_means) == 1 else f"Target {place}"
        lines.append(f"{which}: less the mean {number(mean)}, divided by {number(deviation)}.")
    if not (treatment.means or treatment.target_means):
        return tuple(lines)
    names = _CHANNELS.get(len(treatment.means), ())
    for name, mean, deviation in zip(names, treatment.means, treatment.deviations, strict=True):
        lines.append(f"Then {name}: less the mean {number(mean)}, divided by {number(deviation)}.")
    if outlook.is_whole:
        lines.append(f"Mean and deviation are those of all {outlook.images:,} training images.")
    else:
        lines.append(f"Found on {outlook.images:,} of the training images; applied, it will be all of them.")
    return tuple(lines)
