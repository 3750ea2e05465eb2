"""Questions about a network that take a while to answer, each with one snapshot of the weights."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.network import Network
from cnnviz.errors import DataError
from cnnviz.interpret.attribution.explain import explain
from cnnviz.interpret.attribution.maximisation import maximise
from cnnviz.interpret.attribution.top_images import top_images
from cnnviz.interpret.attribution.unit import UnitOutput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.app.weights import Arrays
    from cnnviz.data.dataset import Dataset, Split
    from cnnviz.interpret.attribution.maximisation import Maximisation, Maximised
    from cnnviz.interpret.attribution.methods import Method
    from cnnviz.interpret.attribution.result import Attribution
    from cnnviz.interpret.attribution.telling import Tell
    from cnnviz.interpret.attribution.top_images import TopImages
    from cnnviz.spec.network import NetworkSpec


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A design with its weights after a step and so many whole epochs; nobody writes the arrays again."""

    spec: NetworkSpec
    parameters: Arrays
    step: int
    epoch: int


class ClassChoice(enum.Enum):
    """Which class is asked about, where it is not one by its number."""

    PREDICTED = "predicted"
    TRUE = "true"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class ClassQuestion:
    """Why an image (C, H, W) has the score of a class that it has.

    `is_of_classes` is False where the network gives numbers that are no classes: then the first one is taken
    instead of the predicted class. `true_class` is None for images of which it is not known.
    """

    snapshot: Snapshot
    image: NDArray[np.float32]
    method: Method
    choice: ClassChoice | int = ClassChoice.PREDICTED
    true_class: int | None = None
    layer_id: str = ""
    is_of_classes: bool = True

    def answer(self, tell: Tell) -> ClassAnswer:
        """Answer it; `tell` hears how far the work is, and ends it by raising.

        Raises
        ------
        CnnvizError
            There is no answer: the scores are not numbers, or the class or the layer is not there.
        """
        network = Network.wrapping(self.snapshot.spec, self.snapshot.parameters)
        image = np.ascontiguousarray(self.image)
        scores = network.forward(image[..., None])[:, 0].copy()
        if not np.isfinite(scores).all():
            raise DataError("The scores are not numbers: the weights have left the range of numbers.")
        predicted = predicted_class(scores) if self.is_of_classes else None
        attribution = explain(
            network, image, self._class_of(scores), self.method, layer_id=self.layer_id, tell=tell
        )
        return ClassAnswer(self, attribution, scores, predicted)

    def _class_of(self, scores: NDArray[np.float32]) -> int:
        if isinstance(self.choice, int):
            return self.choice
        if not self.is_of_classes:
            return 1 if len(scores) == 1 else 0  # of one number, class 1 is for a high one
        if self.choice is ClassChoice.TRUE and self.true_class is not None:
            return self.true_class
        return predicted_class(scores)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class ClassAnswer:
    """The answer, with the network's scores (K,) for the image and the class that they speak for most."""

    question: ClassQuestion
    attribution: Attribution
    scores: NDArray[np.float32]
    predicted: int | None


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class TopQuestion:
    """Which images of a split excite a filter most."""

    snapshot: Snapshot
    layer_id: str
    unit: int
    dataset: Dataset
    split: Split
    count: int

    def answer(self, tell: Tell) -> TopImages:
        """Answer it; see `ClassQuestion.answer`."""
        return top_images(
            _output(self.snapshot, self.layer_id, self.unit),
            self.dataset,
            self.split,
            count=self.count,
            tell=tell,
        )


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class ClimbQuestion:
    """What a filter looks for: an image made up for it."""

    snapshot: Snapshot
    layer_id: str
    unit: int
    settings: Maximisation

    def answer(self, tell: Tell) -> Maximised:
        """Answer it; see `ClassQuestion.answer`."""
        return maximise(_output(self.snapshot, self.layer_id, self.unit), self.settings, tell)


Question = ClassQuestion | TopQuestion | ClimbQuestion


def predicted_class(scores: NDArray[np.float32]) -> int:
    """Return the class of the highest score; of one number, 1 where it is above 0."""
    return int(scores[0] > 0) if len(scores) == 1 else int(np.argmax(scores))


def _output(snapshot: Snapshot, layer_id: str, unit: int) -> UnitOutput:
    return UnitOutput(snapshot.spec, snapshot.parameters, layer_id, unit)
