"""One number of the network, taken apart: what it was made from, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from cnnviz.interpret.explain.explain import explain
from cnnviz.interpret.explain.place import Look, Unit
from cnnviz.interpret.explain.sentences import sentence, text
from cnnviz.ui.format import number
from cnnviz.ui.inspector.unit.breadcrumb import Breadcrumb
from cnnviz.ui.inspector.unit.figure_view import FigureView
from cnnviz.ui.inspector.unit.figures import stack
from cnnviz.ui.inspector.unit.kept import Kept
from cnnviz.ui.inspector.unit.maps_sheet import has_maps
from cnnviz.ui.inspector.unit.pens import Pens
from cnnviz.ui.inspector.unit.reach_sheet import reach_figure
from cnnviz.ui.inspector.unit.result_sheet import result_figure
from cnnviz.ui.inspector.unit.scene import Scene
from cnnviz.ui.inspector.unit.sentence_label import SentenceLabel
from cnnviz.ui.inspector.unit.sheets import sheet
from cnnviz.ui.inspector.unit.unit_bar import UnitBar
from cnnviz.ui.inspector.unit.unit_keys import ARROWS, BACK, DEEPER, MAPS
from cnnviz.ui.inspector.unit.unit_path import UnitPath, following, moved, nearest
from cnnviz.ui.inspector.words import weights_text
from cnnviz.ui.theme import SPACE_8, SPACE_12, SPACE_16
from cnnviz.ui.widgets.focus_ring import FocusRing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent, QShowEvent

    from cnnviz.app.looking.inspection import Inspection
    from cnnviz.app.looking.unit_field import UnitField
    from cnnviz.interpret.explain.explain import Explanation
    from cnnviz.ui.inspector.unit.figures import Spot

_NARROW_PX, _LOW_PX = 660, 300
_RESULT_PX = 236


class UnitPage(QWidget):
    """Shows one number of the newest inspection; it rests while hidden.

    The mouse over a map shows the unit there for as long as it stays; a click keeps it. Everything comes from
    one snapshot of the weights, as the inspection holds the maps and the weights they were made with.

    Signals
    -------
    left()
        The whole network is wanted.
    unit_changed(Unit)
        Another number is looked at, for longer than the mouse passes.
    hover_text_changed(str)
        What is under the mouse, in words; empty when it leaves.
    field_requested(Look, Unit)
        How strongly each pixel moves a number is wanted; `show_field` takes the answer.
    export_requested()
        What is shown is wanted as a picture or as numbers.
    """

    left = Signal()
    unit_changed = Signal(object)
    hover_text_changed = Signal(str)
    field_requested = Signal(object, object)
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look: Look | None = None
        self._class_names: tuple[str, ...] = ()
        self._path = UnitPath()
        self._passing: Unit | None = None
        self._chosen: Unit | None = None
        self._linked: tuple[int, int, int] | None = None
        self._explanation: Explanation | None = None
        self._pens: Pens | None = None
        self._field: UnitField | None = None
        self._kept = Kept()
        self._drawn: Look | None = None
        self.breadcrumb = Breadcrumb(self)
        self.sheet_view = FigureView("How the number was made", self)
        self.result_view = FigureView("The number", self, keeps_size=False)
        self.result_view.setFixedWidth(_RESULT_PX)
        self.bar = UnitBar(self)
        self.slide_bar, self.reach_button = self.bar.slide_bar, self.bar.reach_button
        self._sentence = SentenceLabel(self)
        self._scroll = QScrollArea(self)
        self._body = QHBoxLayout()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._render)
        self._lay_out()
        self._connect()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("One number explained")
        self._ring = FocusRing(self)

    @property
    def unit(self) -> Unit | None:
        """The number that is looked at; None for none."""
        return self._path.unit

    @property
    def way(self) -> tuple[Unit, ...]:
        """The numbers on the way to the one that is looked at, which is the last."""
        return self._path.units

    @property
    def shown(self) -> Unit | None:
        """The number that is shown: one that the mouse passes, or else the one looked at."""
        return self._passing or self._path.unit

    @property
    def explanation(self) -> Explanation | None:
        """What is shown, as data."""
        return self._explanation

    @property
    def look(self) -> Look | None:
        """What everything is explained from."""
        return self._look

    @property
    def field(self) -> UnitField | None:
        """How strongly each pixel moves the number, where that is shown."""
        return self._field if self.reach_button.isChecked() else None

    @property
    def shows_maps(self) -> bool:
        """Whether the map of the number is shown as what each map before it adds."""
        return self.bar.maps_button.isChecked() and not self.bar.maps_button.isHidden()

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the classes are called."""
        return self._class_names

    @property
    def sentence(self) -> str:
        """What is shown, in words."""
        return self._sentence.text()

    @property
    def text(self) -> str:
        """All of the arithmetic as text."""
        return text(self._look, self._explanation) if self._look and self._explanation else ""

    def set_inspection(self, inspection: Inspection, class_names: Sequence[str]) -> None:
        """Show newer numbers, or another image or network. Where the layer is gone, the page is left."""
        self._look = Look(inspection.spec, inspection.parameters, inspection.image_view)
        self._class_names = tuple(class_names)
        self.bar.show_weights(weights_text(inspection.image_view))
        was_open = self._path.unit is not None
        self._path.fit(self._look)
        self._passing = self._passing and nearest(self._look, self._passing)
        if was_open and self._path.unit is None:
            self.left.emit()
        elif self.isVisible():
            self._render()

    def open_unit(self, *way: Unit) -> None:
        """Look at the last of these numbers; the way there, which Esc goes back, begins anew."""
        fitting = [found for unit in way if self._look and (found := nearest(self._look, unit)) is not None]
        if fitting:
            self._path.start(*fitting)
            self._show_unit()

    def show_map(self, layer_id: str, channel: int) -> None:
        """Look at another map, at the same place if the layer is the same, else in its middle."""
        unit = self._path.unit
        if unit is None or self._look is None or (unit.layer_id, unit.channel) == (layer_id, channel):
            return
        if unit.layer_id == layer_id:
            self._move_to(unit.in_map(channel))
            return
        view = self._look.view.layer(layer_id)
        if view is None:
            self.left.emit()
            return
        row, column = (side // 2 for side in view.values.shape[1:]) if view.values.ndim == 3 else (0, 0)
        self.open_unit(Unit(layer_id, channel, row, column))

    @Slot(object)
    def show_field(self, field: UnitField) -> None:
        """Show how strongly each pixel moves the number, where that is still wanted."""
        if self.reach_button.isChecked() and field.unit == self.shown:
            self._field = field
            self._draw(field.look, field.unit)

    @Slot()
    def go_deeper(self) -> None:
        """Look at the input that was chosen, or else at the one that counted most."""
        explanation = self._explanation
        deeper = self._chosen or (explanation.deeper if explanation is not None else None)
        if deeper is not None:
            self._path.deeper(deeper)
            self._show_unit()

    @Slot()
    def go_back(self) -> None:
        """Look at the number before, or leave the page after the first one."""
        if self._path.back():
            self._show_unit()
        else:
            self.left.emit()

    @Slot()
    def copy_text(self) -> None:
        """Put all of the arithmetic on the clipboard."""
        QGuiApplication.clipboard().setText(self.text)
        self.bar.say_copied()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_text()
        elif key in DEEPER:
            self.go_deeper()
        elif key in BACK:
            self.go_back()
        elif key in ARROWS:
            self._move_by(*ARROWS[key])
        elif key in MAPS and self._path.unit is not None:
            self._move_to(self._path.unit.in_map(self._path.unit.channel + MAPS[key]))
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take keys that are also shortcuts of the window."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)  # those of the window
            is_own = Qt.Key(event.key()) in {*ARROWS, *MAPS, *DEEPER, *BACK} and not is_alt
            if is_own or event.matches(QKeySequence.StandardKey.Copy):
                event.accept()
                return True
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._render()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW_PX
        self.result_view.setVisible(not is_narrow)
        is_low = self.height() < _LOW_PX
        self.bar.set_narrow(is_narrow=is_narrow, is_low=is_low)
        self._sentence.setHidden(is_low)
        self._soon.start()

    def _lay_out(self) -> None:
        self._scroll.setWidget(self.sheet_view)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        for widget in (self, self.sheet_view, self.result_view):
            widget.setBackgroundRole(QPalette.ColorRole.Base)
            widget.setAutoFillBackground(True)
        self._body.setSpacing(SPACE_16)
        self._body.addWidget(self._scroll, 1)
        self._body.addWidget(self.result_view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_8)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self.breadcrumb)
        layout.addWidget(self._sentence)
        layout.addLayout(self._body, 1)
        layout.addWidget(self.bar)

    def _connect(self) -> None:
        self.breadcrumb.back_requested.connect(self.go_back)
        self.breadcrumb.network_requested.connect(self.left)
        self.slide_bar.step_requested.connect(self._on_step_requested)
        self.bar.copy_button.clicked.connect(self.copy_text)
        self.bar.export_button.clicked.connect(self.export_requested)
        for button in (self.reach_button, self.bar.maps_button):
            button.toggled.connect(self._on_showing_toggled)
        for view in (self.sheet_view, self.result_view):
            view.pointed.connect(self._on_pointed)
            view.clicked.connect(self._on_clicked)
            view.double_clicked.connect(self._on_double_clicked)
            view.look_changed.connect(self._on_look_changed)

    def _move_by(self, down: int, right: int) -> None:
        if self._path.unit is not None and self._look is not None:
            self._move_to(moved(self._look, self._path.unit, down, right))

    def _move_to(self, unit: Unit) -> None:
        """Look at another number of the same layer."""
        fitting = nearest(self._look, unit) if self._look is not None else None
        if fitting is not None and self._path.unit is not None:
            self._path.move(fitting)
            self._show_unit()

    def _show_unit(self) -> None:
        self._passing = self._chosen = self._linked = None
        if self.isVisible():
            self._render()
        self.unit_changed.emit(self._path.unit)

    @Slot()
    def _render(self) -> None:
        """Make everything for the shown number anew."""
        look, unit = self._look, self.shown
        if look is None or unit is None or not self.isVisible():
            return
        if self.reach_button.isChecked():
            self.field_requested.emit(look, unit)
            if self._field is not None and self._field.unit == unit:
                return  # what is shown stays until all of it is there from the same weights
        self._draw(look, unit)

    def _draw(self, look: Look, unit: Unit) -> None:
        """Show a number of a look."""
        self._pens = self._pens or Pens.of(self)
        if look is not self._drawn:
            self._drawn = look
            self._kept = Kept()
        self._explanation = explain(look, unit)
        bar = self._scroll.verticalScrollBar().sizeHint().width()  # it keeps its room, so nothing jumps
        width = self._scroll.width() - bar - 4
        room = self._pens.px(self._scroll.height())
        scene = self._scene(look, width, room)
        self.bar.maps_button.setVisible(has_maps(scene))
        is_reach, is_whole = self.reach_button.isChecked(), self.shows_maps
        figure = reach_figure(scene, self._field) if is_reach else sheet(scene, whole=is_whole)
        if self.width() < _NARROW_PX:  # there is no room beside: the result stands below
            result = result_figure(scene, room)
            self.sheet_view.set_figure(stack((figure, result), self._pens.px(SPACE_16)))
        else:
            self.sheet_view.set_figure(figure)
            self.result_view.set_figure(result_figure(self._scene(look, _RESULT_PX - 4), room))
        self._describe(look, unit)

    def _scene(self, look: Look, width: int, height: int = 0) -> Scene:
        assert self._explanation is not None
        assert self._pens is not None
        pens, names = self._pens, self._class_names
        return Scene(look, self._explanation, pens, pens.px(width), names, self._linked, height, self._kept)

    def _describe(self, look: Look, unit: Unit) -> None:
        assert self._explanation is not None
        scene = self._scene(look, 0)
        self.breadcrumb.show_path(scene.way(unit), f"= {number(self._explanation.engine)}")
        words = sentence(look, self._explanation)
        self._sentence.setText(words)
        if self._passing is None:
            self.setAccessibleDescription(words)

    @Slot()
    def _on_step_requested(self) -> None:
        if self._path.unit is not None and self._look is not None:
            self._move_to(following(self._look, self._path.unit))

    @Slot(object)
    def _on_pointed(self, spot: Spot | None) -> None:
        self.hover_text_changed.emit(spot.text if spot is not None else "")
        passing = spot.moves_to if spot is not None else None
        if passing is not None:
            self.slide_bar.pause()
        linked = spot.link if spot is not None else None
        if (passing, linked) != (self._passing, self._linked):
            self._passing, self._linked = passing, linked
            self._render()

    @Slot(object)
    def _on_clicked(self, spot: Spot) -> None:
        self.setFocus()
        if spot.moves_to is not None:
            self._move_to(spot.moves_to)
        self._chosen = spot.unit if spot.moves_to is None else None

    @Slot(object)
    def _on_double_clicked(self, spot: Spot) -> None:
        if spot.unit is not None and spot.unit.layer_id != getattr(self._path.unit, "layer_id", None):
            self._chosen = spot.unit
            self.go_deeper()

    @Slot()
    def _on_showing_toggled(self) -> None:
        self._field = None
        self._render()
        self.setFocus()

    @Slot()
    def _on_look_changed(self) -> None:
        self._pens = self._field = None
        self._kept = self._kept.without_pictures()
        self._soon.start()
