"""The dock that answers why, with one page for a class and one for a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QProgressBar,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnviz.interpret.attribution.methods import method_name
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.ui.attribution.class_page import ClassPage
from cnnviz.ui.attribution.filter_page import FilterPage
from cnnviz.ui.icons import icon
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12

if TYPE_CHECKING:
    from cnnviz.app.attribution.filter_look import FilterLook
    from cnnviz.app.attribution.why_class import WhyClass
    from cnnviz.app.workbench import Workbench

_FORM_PX, _PROGRESS_STEPS = 232, 1000
_PAGES = (
    ("Class", "Why the selected image gets its class: which parts speak for it, or against it"),
    ("Filter", "What the chosen filter looks for: the images that excite it most"),
)
_OUTPUT = ("Output", "Why the network makes this number of the selected image: which parts raise or lower it")
"""In place of the class, where numbers are learned."""


class WhyPanel(QWidget):
    """Lets one page be seen; while the dock or the page is out of sight, nothing is computed for it.

    Signals
    -------
    hover_text_changed(str)
        What is under the mouse, in words.
    export_requested()
        What is shown is to be written to a file.
    """

    hover_text_changed = Signal(str)
    export_requested = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._questions: tuple[WhyClass, FilterLook] = (
            workbench.attributions.why,
            workbench.attributions.filters,
        )
        self._session = workbench.session
        self._is_in_sight = False
        self.class_page, self.filter_page = ClassPage(workbench, self), FilterPage(workbench, self)
        self.tabs = [self._tab(text, tip) for text, tip in _PAGES]
        self.progress = QProgressBar(self)
        self.cancel_button = self._button("stop", "Cancel")
        self.again_button = self._button("reset", "Ask again, of the newest weights")
        self.export_button = self._button(
            "export", "Write what is shown to a picture (PNG), or its numbers (NPY)"
        )
        self._forms, self._pages = QStackedLayout(), QStackedLayout()
        self._lay_out()
        self._connect()
        self._document = workbench.document
        self._document.loss_changed.connect(self._name_first_tab)
        self.tabs[0].setChecked(True)
        self._name_first_tab()
        self._update_state()

    @property
    def page(self) -> int:
        """Which page is shown: 0 for the class, 1 for the filter."""
        return self._pages.currentIndex()

    @property
    def export_name(self) -> str:
        """What a file with what is shown could be called, without a suffix; empty where nothing is shown."""
        if self.page == 1:
            _, filters = self._questions
            return f"{filters.layer_id}-{filters.unit}" if self.filter_page.has_answer else ""
        answer = self.class_page.answer
        if answer is None:
            return ""
        name = method_name(type(answer.attribution.method))
        against = answer.attribution.against
        other = f"-against-{against}" if against is not None else ""
        return f"{name}-class-{answer.attribution.class_index}{other}"

    def show_page(self, page: int) -> None:
        """Show the page of the class (0) or of the filter (1)."""
        self.tabs[page].setChecked(True)
        self._forms.setCurrentIndex(page)
        self._pages.setCurrentIndex(page)
        self._tell_watched()
        self._update_state()

    @Slot(bool)
    def set_in_sight(self, in_sight: bool) -> None:
        """Say whether anybody can see the panel."""
        self._is_in_sight = in_sight
        self._tell_watched()
        self._update_state()

    @Slot(str, int)
    def choose_filter(self, layer_id: str, unit: int) -> None:
        """Look at another filter, or unit."""
        self._questions[1].choose(layer_id, unit)

    def _lay_out(self) -> None:
        """Put the forms at the left under the choice of the page: the pictures have all the height."""
        self.progress.setRange(0, _PROGRESS_STEPS)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("How much is computed")
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        for page in (self.class_page, self.filter_page):
            self._forms.addWidget(page.form)
            self._pages.addWidget(page)
        side = QWidget(self)
        side.setFixedWidth(_FORM_PX)
        column = QVBoxLayout(side)
        column.setContentsMargins(SPACE_12, SPACE_4, 0, SPACE_8)
        column.setSpacing(SPACE_4)
        column.addLayout(self._head())
        column.addLayout(self._forms, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(side)
        row.addLayout(self._pages, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.progress)
        layout.addLayout(row, 1)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, SPACE_8, 0)
        head.setSpacing(SPACE_4)
        for tab in self.tabs:
            head.addWidget(tab)
        head.addStretch(1)
        for button in (self.cancel_button, self.again_button, self.export_button):
            head.addWidget(button)
        return head

    def _button(self, drawing: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(drawing))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _tab(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setCheckable(True)
        _name(button, text, tip)
        return button

    @Slot()
    def _name_first_tab(self) -> None:
        """Speak of a class only where there are any."""
        _name(self.tabs[0], *(_OUTPUT if isinstance(self._document.loss, MeanSquaredError) else _PAGES[0]))

    def _connect(self) -> None:
        group = QButtonGroup(self)
        for number, tab in enumerate(self.tabs):
            group.addButton(tab, number)
        group.idClicked.connect(self.show_page)
        self.cancel_button.clicked.connect(self._on_cancel_clicked)
        self.again_button.clicked.connect(self._on_again_clicked)
        self.export_button.clicked.connect(self.export_requested)
        self.class_page.hover_text_changed.connect(self.hover_text_changed)
        for changed in (self._session.weights_changed, self._session.state_changed):
            changed.connect(self._update_state)
        for question in self._questions:
            question.busy_changed.connect(self._update_state)
            question.progressed.connect(self._on_progressed)

    def _tell_watched(self) -> None:
        why, filters = self._questions
        why.set_watched(self._is_in_sight and self.page == 0)
        filters.set_watched(self._is_in_sight and self.page == 1)

    @Slot()
    def _update_state(self) -> None:
        """Show progress and what can be done about it."""
        why, filters = self._questions
        is_busy = self._questions[self.page].is_busy
        is_behind = why.is_cancelled if self.page == 0 else filters.is_behind
        self.progress.setVisible(is_busy)
        self.cancel_button.setVisible(is_busy)
        self.again_button.setVisible(is_behind and not is_busy)
        if not is_busy:
            self.progress.setValue(0)

    @Slot(float)
    def _on_progressed(self, share: float) -> None:
        if self.sender() is self._questions[self.page]:
            self.progress.setValue(round(share * _PROGRESS_STEPS))

    @Slot()
    def _on_cancel_clicked(self) -> None:
        self._questions[self.page].cancel()

    @Slot()
    def _on_again_clicked(self) -> None:
        self._questions[self.page].ask_again()


def _name(button: QToolButton, text: str, tip: str) -> None:
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleDescription(tip)
