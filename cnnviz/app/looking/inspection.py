"""Looking inside without waiting: views are computed on a thread of their own, the latest wish first."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.threads.answering import answer_or_reason
from cnnviz.app.threads.newest_thread import NewestThread
from cnnviz.interpret.activations import ImageView, Lens, view_image
from cnnviz.interpret.atlas import Scale
from cnnviz.interpret.filters import FilterView, view_filters

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.app.training.weights import Arrays
    from cnnviz.spec.network import NetworkSpec

_CLOSE_SECONDS = 5.0


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """What one image looks like in a design, and the filters of the same weights.

    `filters` are those that are made already; `filters_of` makes others when they are asked for.
    `true_class` is that of the image; None where it is not known. `is_past` says that the weights are not the
    newest, but those of an earlier moment. `parameters` are the weights and states that all was made with.
    """

    spec: NetworkSpec
    image_view: ImageView
    filters: tuple[FilterView, ...] = ()
    true_class: int | None = None
    is_past: bool = False
    parameters: Arrays = dataclasses.field(default_factory=dict)
    _made: dict[str, FilterView | None] = dataclasses.field(default_factory=dict, init=False, repr=False)

    def filters_of(self, layer_id: str) -> FilterView | None:
        """Return the filters of this layer, or None where it has none. For one thread at a time."""
        ready = next((view for view in self.filters if view.layer_id == layer_id), None)
        if ready is not None or all(layer.id != layer_id for layer in self.spec.walk()):
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
        view = view_image(
            self.spec,
            self.parameters,
            self.image,
            step=self.step,
            epoch=self.epoch,
            scale=self.scale,
            lens=lens,
            units=self.units,
        )
        answer = Inspection(self.spec, view, (), self.true_class, self.is_past, self.parameters)
        answer.filters_of(self.near)
        return answer


class Inspector(QObject):
    """Computes views on its own thread. A wish that comes while one is computed replaces any that waits.

    Signals
    -------
    inspected(Inspection)
        The newest wish is met: maps and filters of one snapshot of the weights.
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
        return answer_or_reason(lambda: wish.meet(self._lens), "The maps could not be computed")

    @Slot(object, object)
    def _on_answered(self, wish: _Wish, answer: Inspection | str) -> None:
        if self._newest is None or wish.spec != self._newest.spec:
            return  # the design has changed meanwhile
        self._is_busy = wish is not self._newest
        if isinstance(answer, str):
            if not self._is_busy:  # else a newer answer is on its way
                self.failed.emit(answer)
            return
        self._inspection = answer
        self.inspected.emit(answer)
