"""Whether a run file names as many classes, or numbers, as its network tells of an image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.errors import FileError
from cnnviz.spec.losses import BinaryCrossEntropy, Loss, MeanSquaredError
from cnnviz.spec.trace import trace
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.result import DataFacts

_TWO = 2


def check_answer_names(spec: NetworkSpec, loss: Loss, data: DataFacts, origin: str) -> None:
    """Raise `FileError` where answers of the network would have no names, or names no answers.

    Numbers need no names, as runs of earlier versions gave them none. A design that gives no list of numbers
    is not judged here.
    """
    shape = trace(spec).output_shape
    if shape is None or len(shape) != 1:
        return
    if isinstance(loss, MeanSquaredError):
        name, what, received, needed = "quantities", "number", len(data.quantities), shape[0]
        if not received:
            return
    else:
        name, what, received = "class_names", "class", len(data.class_names)
        needed = _TWO if isinstance(loss, BinaryCrossEntropy) else shape[0]
    if received != needed:
        names = counted(needed, "name")
        raise FileError(
            f'{origin}, in data: "{name}" must be {names}, one for each {what} that the network tells; '
            f"received {received:,}."
        )
