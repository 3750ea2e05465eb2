"""From a mistake to its number and back: what is shown becomes a path, and a path is shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cnnviz.app.attribution.attribution_work import ClassChoice
from cnnviz.app.navigation import History, Mistakes, Number, Path, Picture, Place, Reason
from cnnviz.app.selection import Selected
from cnnviz.interpret.attribution.grad_cam import map_layers
from cnnviz.interpret.attribution.methods import GradCAM, IntegratedGradients
from cnnviz.interpret.attribution.score import class_count
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.spec.trace import trace
from cnnviz.ui.actions import describe
from cnnviz.ui.trail.trail_bar import TrailBar
from cnnviz.ui.trail.words import next_text, path_text, place_text

if TYPE_CHECKING:
    from cnnviz.data.dataset import Split
    from cnnviz.ui.main_window import MainWindow


class TrailLinks(QObject):
    """Notes where one goes in the window, and takes one back there.

    The bar with the way is seen only where it leads through the evaluation or a reason: to a number that was
    clicked in the network, the page of the number itself has the way back.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._bench = window, window.workbench
        self._document, self._selection = window.workbench.document, window.workbench.selection
        self._why = window.workbench.attributions.why
        self._is_going = False
        self.history = History((Picture(self._selection.selected),), self)
        self._back, self._forward = window.commands["go_back"], window.commands["go_forward"]
        self.bar = TrailBar(self._back, self._forward, window)
        self._connect()
        self._show()

    def _connect(self) -> None:
        window, evaluation = self._window, self._window.evaluation
        self.history.changed.connect(self._show)
        self._back.triggered.connect(self._on_back_triggered)
        self._forward.triggered.connect(self._on_forward_triggered)
        self.bar.place_requested.connect(self._on_place_requested)
        self.bar.forget_requested.connect(self._forget)
        window.commands["ask_why"].triggered.connect(self._on_why_triggered)
        window.image_panel.bars.why_requested.connect(self.ask_why)
        evaluation.image_chosen.connect(self._on_evaluated_image_chosen)
        evaluation.images_chosen.connect(self._on_images_chosen)
        evaluation.why_requested.connect(self._on_evaluated_image_doubted)
        self._bench.evaluator.evaluated.connect(self._show)  # the panel has been told before
        self._selection.image_changed.connect(self._on_image_changed)
        self._selection.dataset_changed.connect(self._forget)
        self._why.question_changed.connect(self._on_question_changed)
        window.why.class_page.unit_requested.connect(self._on_unit_requested)
        window.stage.unit_page.unit_changed.connect(self._note_numbers)
        window.stage.currentChanged.connect(self._note_numbers)
        self._document.spec_changed.connect(self._on_spec_changed)

    @Slot(object)
    def ask_why(self, class_index: int | None) -> None:
        """Show why the selected image gets a class; None is for the answer itself, whichever it is."""
        answers = self._answers()
        is_one = class_index is not None and answers > 1 and class_index < answers
        self._why.set_choice(class_index if is_one and class_index is not None else ClassChoice.PREDICTED)
        if isinstance(self._why.method, GradCAM) and not map_layers(self._document.spec):
            self._why.set_kind(IntegratedGradients)  # there is nothing for Grad-CAM to look at
        self.history.visit((*self._way_to_image(), self._reason()))
        self._bring_why()

    def _answers(self) -> int:
        """Return how many classes there are, or how many numbers that are no classes."""
        spec = self._document.spec
        if not isinstance(self._document.loss, MeanSquaredError):
            return class_count(spec)
        shape = trace(spec).output_shape
        return shape[0] if shape is not None and len(shape) == 1 else 0

    def _bring_why(self) -> None:
        self._window.why.show_page(0)
        self._window.docks.bring(self._window.docks.why)
        self._window.why.class_page.take_focus()

    def _reason(self) -> Reason:
        why = self._why
        return Reason(type(why.method), why.choice, why.layer_id)

    def _picture(self) -> Picture:
        return Picture(self._selection.selected)

    def _way_to_image(self) -> Path:
        """Return the path to the selected image, which may have been selected anywhere."""
        path, picture = self.history.path, self._picture()
        return path[: path.index(picture) + 1] if picture in path else (picture,)

    @Slot()
    def _on_images_chosen(self) -> None:
        if not self._is_going:
            self.history.visit(self._come_by_evaluation())

    def _come_by_evaluation(self) -> Path:
        """Note that one comes from the evaluation, and return the path to the images that it lists."""
        mistakes = Mistakes(*self._window.evaluation.classes.choice)
        path: Path = (Mistakes(),) if mistakes == Mistakes() else (Mistakes(), mistakes)
        for places in range(1, len(path) + 1):
            if self.history.path[:places] != path[:places]:
                self.history.visit(path[:places])
        return path

    @Slot(object, int)
    def _on_evaluated_image_chosen(self, split: Split, position: int) -> None:
        """Note an image of the evaluation, before it becomes the selected one."""
        self.history.visit((*self._come_by_evaluation(), Picture(Selected(split, position))))

    @Slot()
    def _on_evaluated_image_doubted(self) -> None:
        """Ask why of an image that the evaluation lists, which may have been selected elsewhere."""
        self.history.visit((*self._come_by_evaluation(), self._picture()))
        self.ask_why(None)

    @Slot()
    def _on_image_changed(self) -> None:
        """Look at another image from the same place; it is not on the way that led to the one before."""
        path, picture = self.history.path, self._picture()
        if self._is_going or picture in path:
            return
        place = next((number for number, one in enumerate(path) if isinstance(one, Picture)), None)
        if place is None:
            self.history.visit((picture,))
        else:
            self.history.amend((picture, *path[place + 1 :]))

    @Slot()
    def _on_question_changed(self) -> None:
        path = self.history.path
        place = next((number for number, one in enumerate(path) if isinstance(one, Reason)), None)
        if place is not None and not self._is_going:
            self.history.amend((*path[:place], self._reason(), *path[place + 1 :]))

    @Slot(str, int, int, int)
    def _on_unit_requested(self, layer_id: str, channel: int, row: int, column: int) -> None:
        """Go from a reason to a number; the reason is on the way, however it was come to."""
        self.history.visit((*self._way_to_image(), self._reason()))
        self._window.stage.open_sum(layer_id, channel, row, column)

    @Slot()
    def _note_numbers(self) -> None:
        if self._is_going:
            return
        numbers = self._numbers()
        others = tuple(place for place in self.history.path if not isinstance(place, Number))
        has_image = any(isinstance(place, Picture) for place in others)
        self.history.visit((*(others if has_image or not numbers else self._way_to_image()), *numbers))

    def _numbers(self) -> tuple[Number, ...]:
        """Return the numbers on the way to the one that is shown; none while the network is."""
        stage = self._window.stage
        return tuple(Number(unit) for unit in stage.unit_page.way) if stage.is_at_unit else ()

    @Slot()
    def _on_spec_changed(self) -> None:
        """Forget what leads to layers that are gone."""
        history, spec = self.history, self._document.spec
        if (history.before, history.after, len(history.path)) == (None, None, 1):
            return  # an edit is not to wait for what nobody has looked at
        ids, with_maps = {layer.id for layer in spec.walk()} | {""}, {*map_layers(spec), ""}

        def is_there(place: Place) -> bool:
            if isinstance(place, Reason):
                return place.layer_id in with_maps
            return not isinstance(place, Number) or place.unit.layer_id in ids

        history.keep(is_there)

    @Slot()
    def _on_why_triggered(self) -> None:
        self.ask_why(None)

    @Slot()
    def _on_back_triggered(self) -> None:
        self._show_place(self.history.back())

    @Slot()
    def _on_forward_triggered(self) -> None:
        self._show_place(self.history.forward())

    @Slot(int)
    def _on_place_requested(self, place: int) -> None:
        path = self.history.path[: place + 1]
        self.history.visit(path)
        self._show_place(path)

    @Slot()
    def _forget(self) -> None:
        self.history.start((self._picture(), *self._numbers()))

    def _show_place(self, path: Path) -> None:
        """Make the window show the last place of a path, with all that led there."""
        self._is_going = True
        try:
            for place in {type(place): place for place in path}.values():  # the last of each kind
                self._restore(place)
            self._bring_dock_of(path)
            units = [place.unit for place in path if isinstance(place, Number)]
            if units:
                self._window.stage.open_way(units)
            else:
                self._window.stage.show_network()
                self._take_focus(path)
        finally:
            self._is_going = False

    def _restore(self, place: Place) -> None:
        match place:
            case Mistakes(true_class, predicted):
                self._window.evaluation.choose(true_class, predicted)
            case Picture(selected):
                self._selection.restore(selected)
            case Reason(kind, choice, layer_id):
                self._why.set_kind(kind)
                self._why.set_choice(choice)
                self._why.set_layer(layer_id)

    def _bring_dock_of(self, path: Path) -> None:
        kinds, docks = {type(place) for place in path}, self._window.docks
        if Reason in kinds:
            self._window.why.show_page(0)
            docks.bring(docks.why)
        elif Mistakes in kinds:
            docks.bring(docks.evaluation)

    def _take_focus(self, path: Path) -> None:
        kinds = {type(place) for place in path}
        if Reason in kinds:
            self._window.why.class_page.take_focus()
        elif Mistakes in kinds:
            self._window.evaluation.take_focus(at_image=Picture in kinds)
        else:
            self._window.network_view.canvas.setFocus()

    @Slot()
    def _show(self) -> None:
        """Show the way in the bar, and say of the commands where they lead."""
        history, spec = self.history, self._document.spec
        names = self._selection.dataset.class_names
        is_told = any(isinstance(place, Mistakes | Reason) for place in history.path)
        self.bar.setVisible(is_told and len(history.path) > 1)
        if is_told:
            texts = [place_text(place, spec, names) for place in history.path]
            listed = self._window.evaluation.classes.images.images.rowCount()
            self.bar.show_path(texts, next_text(history.path[-1], has_images=listed > 0))
        for action, path, word in (
            (self._back, history.before, "Back"),
            (self._forward, history.after, "Forward"),
        ):
            action.setEnabled(path is not None)
            describe(action, word if path is None else f"{word} to {path_text(path[-1:], spec, names)}")
