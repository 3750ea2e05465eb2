"""Looking inside without waiting: views are computed on a thread of their own, the latest wish first."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.threads.answering import answer_or_reason
from cnnviz.app.threads.newest_thread import NewestThread
from cnnviz.app.training.weights import GivenArrays
from cnnviz.interpret.activations import ImageView, Lens, view_image
from cnnviz.interpret.atlas import Scale
from cnnviz.interpret.filters import FilterView, view_filters
from cnnviz.spec.layers import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.app.training.weights import Arrays
    from cnnviz.spec.network import NetworkSpec

_CLOSE_SECONDS = 5.0
_MANY = 1 << 21
"""Weights of a layer that take so long to draw, some 50 ms, that the layers before it are shown meanwhile."""
_PAINT_SECONDS = 0.06
"""So long the window has the processor for itself to paint the first layers; drawing goes on after that."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """What one image looks like in a design, and the filters of the same weights.

    `filters` are those that are made already; `filters_of` makes others when they are asked for.
    `true_class` is that of the image; None where it is not known. `is_past` says that the weights are not the
    newest, but those of an earlier moment. `parameters` are the weights and states that all was made with.
    `is_partial` says that the views end before a layer whose weights are still being drawn: the others come.
    """

    spec: NetworkSpec
    image_view: ImageView
    filters: tuple[FilterView, ...] = ()
    true_class: int | None = None
    is_past: bool = False
    parameters: Arrays = dataclasses.field(default_factory=dict)
    is_partial: bool = False
    _made: dict[str, FilterView | None] = dataclasses.field(default_factory=dict, init=False, repr=False)

    def is_coming(self, layer_id: str) -> bool:
        """Return whether the views of a layer will be there soon: until then its weights are left alone."""
        return self.is_partial and self.image_view.layer(layer_id) is None

    def filters_of(self, layer_id: str) -> FilterView | None:
        """Return the filters of this layer, or None where it has none. For one thread at a time."""
        ready = next((view for view in self.filters if view.layer_id == layer_id), None)
        if (
            ready is not None
            or self.is_coming(layer_id)
            or all(layer.id != layer_id for layer in self.spec.walk())
        ):
            return ready
        if layer_id not in self._made:
            scale = self.image_view.input.atlas.scale
            self._made[layer_id] = view_filters(self.spec, self.parameters, layer_id, scale=scale)
        return self._made[layer_id]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    spec: NetworkSpec
    parameters: Arrays
    image: NDArray[np.float32]
    true_class: int | None
    step: int
    epoch: int
    scale: Scale
    is_past: bool
    units: NDArray[np.float32] | None
    near: str

    def meet(self, lens: Lens) -> Inspection:
        """Return all there is to see."""
        return self._inspection(self._view(self.spec, lens), is_partial=False)

    def beginnings(self) -> Iterator[Inspection]:
        """Return what there is to see before each layer whose many weights have still to be drawn.

        It is made when it is asked for, and so is what comes after it drawn.
        """
        arrays = self.parameters
        if not isinstance(arrays, GivenArrays):
            return
        for place, layer in enumerate(self.spec.layers):
            inside = [one.id for one in walk((layer,))]
            if place and arrays.left_to_draw(inside) >= _MANY:
                part = dataclasses.replace(self.spec, layers=self.spec.layers[:place])
                view = self._view(part, Lens())
                if view.problem is not None:
                    return
                yield self._inspection(dataclasses.replace(view, probabilities=None), is_partial=True)

    def _view(self, spec: NetworkSpec, lens: Lens) -> ImageView:
        return view_image(
            spec,
            self.parameters,
            self.image,
            step=self.step,
            epoch=self.epoch,
            scale=self.scale,
            lens=lens,
            units=self.units,
        )

    def _inspection(self, view: ImageView, *, is_partial: bool) -> Inspection:
        made = Inspection(self.spec, view, (), self.true_class, self.is_past, self.parameters, is_partial)
        made.filters_of(self.near)
        return made


class Inspector(QObject):
    """Computes views on its own thread. A wish that comes while one is computed replaces any that waits.

    Signals
    -------
    inspected(Inspection)
        The newest wish is met: maps and filters of one snapshot of the weights. Of a large design that was
        never looked at, the first layers come before all of them.
    failed(str)
        The wish cannot be met; why, in one sentence.
    """

    inspected = Signal(object)
    failed = Signal(str)
    _answered = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest: _Wish | None = None
        self._is_busy = False
        self._near = ""
        self._inspection: Inspection | None = None
        self._lens = Lens()
        self._thread = NewestThread("cnnviz-inspector", self._met, self._answered.emit)
        self._answered.connect(self._on_answered)

    @property
    def inspection(self) -> Inspection | None:
        """The newest answer; None before the first."""
        return self._inspection

    @property
    def is_busy(self) -> bool:
        """Whether the newest wish is not met yet."""
        return self._is_busy

    def request(
        self,
        spec: NetworkSpec,
        parameters: Arrays,
        image: NDArray[np.float32],
        *,
        true_class: int | None = None,
        step: int = 0,
        epoch: int = 0,
        scale: Scale = Scale.PER_LAYER,
        is_past: bool = False,
        units: NDArray[np.float32] | None = None,
    ) -> None:
        """Ask for the views of an image (C, H, W). The arrays are not copied; nobody may write them later.

        `units` is the image in [0, 1] as people are to see it, where the network gets other numbers.
        """
        wish = _Wish(spec, parameters, image, true_class, step, epoch, scale, is_past, units, self._near)
        self._newest, self._is_busy = wish, True
        self._thread.put(wish)

    def set_near(self, layer_id: str) -> None:
        """Say whose filters are in sight: they come with the next answers, those of others when asked for."""
        self._near = layer_id

    def close(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """End the thread, waiting at most `seconds`, and return whether it has ended."""
        return self._thread.close(seconds)

    def _met(self, wish: _Wish) -> Inspection | str:
        return answer_or_reason(lambda: self._meet(wish), "The maps could not be computed")

    def _meet(self, wish: _Wish) -> Inspection:
        """Tell of the first layers while the weights of others are drawn, unless something else is wanted."""
        for beginning in wish.beginnings():
            if wish is not self._newest or self._thread.is_closing:
                break
            self._answered.emit(wish, beginning)
            time.sleep(_PAINT_SECONDS)
        return wish.meet(self._lens)

    @Slot(object, object)
    def _on_answered(self, wish: _Wish, answer: Inspection | str) -> None:
        if self._newest is None or wish.spec != self._newest.spec:
            return  # the design has changed meanwhile
        is_whole = isinstance(answer, str) or not answer.is_partial
        self._is_busy = wish is not self._newest or not is_whole
        if isinstance(answer, str):
            if not self._is_busy:  # else a newer answer is on its way
                self.failed.emit(answer)
            return
        self._inspection = answer
        self.inspected.emit(answer)
