"""Which numbers of a layer put one class ahead of another, or a number that far off."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.errors import SpecError
from cnnviz.interpret.atlas import read_only
from cnnviz.interpret.attribution.grad_cam import cell_at
from cnnviz.interpret.attribution.score import ClassScore
from cnnviz.spec.trace import trace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.engine.network import Network
    from cnnviz.engine.types import Array
    from cnnviz.spec.receptive import ReceptiveField


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """What every number of a layer adds to a difference: to the first order, by its size times its slope.

    The share of a number is that number times the derivative of the difference with respect to it
    ("gradient times input", Shrikumar et al. 2016, taken at a layer). From the layer to the scores the shares
    add up to the difference, less what biases add, wherever the way between bends at nothing but 0.

    Attributes
    ----------
    class_index
        The class that is ahead, or the output of a network whose numbers are no classes.
    against
        The class that it is ahead of; None for an output, whose difference is that to its target.
    value
        The difference of the scores before softmax; of an output, output - target, or the output itself where
        no target is known.
    layer_id
        The layer whose numbers are looked at.
    shares
        float32 (F, h, w), read-only.
    field
        What the layer's cells see of the image.
    has_target
        Whether the right number of an output is known.
    """

    class_index: int
    against: int | None
    value: float
    layer_id: str
    shares: NDArray[np.float32]
    field: ReceptiveField
    has_target: bool = False

    def strongest(self) -> tuple[int, int, int]:
        """Return the (map, row, column) whose share of the difference is the largest.

        Where an output lies below its target, that is the one which pulls it down most.
        """
        signed = -self.shares if self.value < 0 else self.shares
        channel, row, column = np.unravel_index(int(signed.argmax()), signed.shape)
        return int(channel), int(row), int(column)

    def cell_at(self, row: int, column: int) -> tuple[int, int]:
        """Return the cell of the layer that looks at a pixel of the image."""
        return cell_at(self.field, (self.shares.shape[1], self.shares.shape[2]), row, column)

    def ranked(self, row: int, column: int) -> NDArray[np.intp]:
        """Return the maps (F,), the one first whose number in a cell counts most, for or against."""
        order: NDArray[np.intp] = np.argsort(-np.abs(self.shares[:, row, column]), kind="stable")
        return order

    def strongest_at(self, row: int, column: int) -> tuple[int, int, int]:
        """Return the (map, row, column) of the number that counts most where a pixel is looked at."""
        cell = self.cell_at(row, column)
        return int(self.ranked(*cell)[0]), *cell


def difference(
    network: Network,
    image: Array,
    class_index: int,
    against: int | None,
    layer_id: str,
    *,
    target: float | None = None,
) -> Difference:
    """Return what each number of a layer adds to the lead of a class over another, for an image (C, H, W).

    Without `against`, the score of the class, or the output, is looked at by itself, and `target` is taken
    from it where one is known: a constant, which no number of the network adds to.

    Raises
    ------
    SpecError
        There is no such class, or no such layer with maps before the score.
    """
    record = next((one for one in trace(network.spec).walk() if one.layer.id == layer_id), None)
    if record is None or record.receptive_field is None or len(record.output_shape or ()) != 3:
        raise SpecError(f'No layer with maps is called "{layer_id}".')
    score = ClassScore(network, class_index, against=against)
    value, maps, gradient = score.at_layer(np.ascontiguousarray(image, network.dtype), layer_id)
    shares = np.asarray(maps * gradient, np.float32)
    value -= target if target is not None else 0
    has_target = target is not None
    field = record.receptive_field
    return Difference(class_index, against, value, layer_id, read_only(shares), field, has_target)


def held_against(
    scores: NDArray[np.floating], explained: int, predicted: int, true: int | None
) -> tuple[int, int]:
    """Return which class is ahead of which in the difference that is asked about.

    It is always the predicted class that is ahead: of the explained class where that is another one, or else
    of the true class, or, where it is the true class itself or that is not known, of the runner-up.
    """
    if explained != predicted:
        return predicted, explained
    if true is not None and true != predicted and true < max(2, len(scores)):
        return predicted, true
    if len(scores) == 1:
        return predicted, 1 - predicted
    others = np.array(scores, np.float64)
    others[predicted] = -np.inf
    return predicted, int(others.argmax())
