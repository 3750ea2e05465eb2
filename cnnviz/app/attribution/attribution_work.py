"""Questions about a network that take a while to answer, each with one snapshot of the weights."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.network import Network
from cnnviz.errors import DataError
from cnnviz.interpret.attribution.difference import difference, held_against
from cnnviz.interpret.attribution.explain import explain
from cnnviz.interpret.attribution.grad_cam import usual_layer
from cnnviz.interpret.attribution.maximisation import maximise
from cnnviz.interpret.attribution.top_images import top_images
from cnnviz.interpret.attribution.unit import UnitOutput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.app.training.weights import Arrays
    from cnnviz.data.dataset import Dataset, Split
    from cnnviz.data.treatment import Treatment
    from cnnviz.interpret.attribution.difference import Difference
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
    """Which class is asked about, where it is not one by its number.

    `DIFFERENCE` asks why the predicted class is ahead of the true one, or of the runner-up.
    """

    PREDICTED = "predicted"
    TRUE = "true"
    DIFFERENCE = "difference"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class ClassQuestion:
    """Why an image (C, H, W) has the score of a class that it has.

    `is_of_classes` is False where the network gives numbers that are no classes: then the first one is taken
    instead of the predicted class. `true_class` is None for images of which it is not known, and `targets`
    (K,) are the right numbers where these are to be learned. `treatment` is what was done to the image.
    Grad-CAM looks at the layer, and every answer tells what the layer's numbers add; an empty id is the usual
    one.
    """

    snapshot: Snapshot
    image: NDArray[np.float32]
    method: Method
    choice: ClassChoice | int = ClassChoice.PREDICTED
    true_class: int | None = None
    layer_id: str = ""
    is_of_classes: bool = True
    targets: NDArray[np.float32] | None = None
    treatment: Treatment | None = None

    @property
    def units(self) -> NDArray[np.float32]:
        """The image in [0, 1], as people see it."""
        return self.image if self.treatment is None else self.treatment.units(self.image)

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
        explained, against = self._classes_of(scores)
        attribution = explain(
            network,
            image,
            explained,
            self.method,
            against=against,
            layer_id=self.layer_id,
            tell=tell,
            treatment=self.treatment,
        )
        tell(1, 1)
        found = self._difference(network, image, scores, explained)
        return ClassAnswer(self, attribution, scores, predicted, found)

    def _classes_of(self, scores: NDArray[np.float32]) -> tuple[int, int | None]:
        """Return the class that is explained, and the one that it is held against."""
        if isinstance(self.choice, int):
            return self.choice, None
        if not self.is_of_classes:
            return _first_output(scores), None
        predicted = predicted_class(scores)
        if self.choice is ClassChoice.DIFFERENCE:
            return held_against(scores, predicted, predicted, self.true_class)
        if self.choice is ClassChoice.TRUE and self.true_class is not None:
            return self.true_class, None
        return predicted, None

    def _difference(
        self, network: Network, image: NDArray[np.float32], scores: NDArray[np.float32], explained: int
    ) -> Difference | None:
        """Return what the numbers of the layer add; None where no layer has maps."""
        layer_id = self.layer_id or usual_layer(network.spec)
        if not layer_id:
            return None
        if self.is_of_classes:
            ahead, behind = held_against(scores, explained, predicted_class(scores), self.true_class)
            return difference(network, image, ahead, behind, layer_id)
        output, targets = 0 if len(scores) == 1 else explained, self.targets
        target = None if targets is None or output >= len(targets) else float(targets[output])
        return difference(network, image, explained, None, layer_id, target=target)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class ClassAnswer:
    """The answer, with the network's scores (K,) for the image and the class that they speak for most.

    `difference` says which numbers of the layer put the predicted class ahead of the explained, true or
    second one, or an output off its target; None where no layer has maps.
    """

    question: ClassQuestion
    attribution: Attribution
    scores: NDArray[np.float32]
    predicted: int | None
    difference: Difference | None = None


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
    treatment: Treatment | None = None

    def answer(self, tell: Tell) -> Maximised:
        """Answer it; see `ClassQuestion.answer`."""
        output = _output(self.snapshot, self.layer_id, self.unit)
        return maximise(output, self.settings, tell, self.treatment)


Question = ClassQuestion | TopQuestion | ClimbQuestion


def predicted_class(scores: NDArray[np.float32]) -> int:
    """Return the class of the highest score; of one number, 1 where it is above 0."""
    return int(scores[0] > 0) if len(scores) == 1 else int(np.argmax(scores))


def _output(snapshot: Snapshot, layer_id: str, unit: int) -> UnitOutput:
    return UnitOutput(snapshot.spec, snapshot.parameters, layer_id, unit)


def _first_output(scores: NDArray[np.float32]) -> int:
    return 1 if len(scores) == 1 else 0  # of one number, class 1 is for a high one
