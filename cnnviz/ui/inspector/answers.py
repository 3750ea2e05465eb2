"""What the last layer's numbers mean, which the loss decides: probabilities, scores, or plain numbers."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.quantities import degrees, quantity_name
from cnnviz.spec.losses import MeanSquaredError, MulticlassSVM
from cnnviz.ui.format import number, share
from cnnviz.ui.inspector.words import class_name, prediction, prediction_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cnnviz.data.quantities import Quantity
    from cnnviz.interpret.activations import ImageView
    from cnnviz.spec.losses import Loss


_LARGEST_PLAIN = 1000.0
"""Numbers beside bars have as many decimals as each other up to here."""


class Meaning(enum.Enum):
    """What a row of numbers says; the value is how people call it."""

    PROBABILITIES = "Probabilities of the classes"
    SCORES = "Scores of the classes"
    NUMBERS = "Outputs of the network"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """A network's last word on an image: float32 (K,), or None where there is none yet.

    `quantities` says what plain numbers are, where somebody has given them names.
    """

    values: NDArray[np.float32] | None = None
    meaning: Meaning = Meaning.PROBABILITIES
    quantities: tuple[Quantity, ...] = ()

    def name(self, class_names: Sequence[str], index: int) -> str:
        """Return what a number is the answer for."""
        if self.meaning is Meaning.NUMBERS:
            return quantity_name(self.quantities, index)
        return class_name(class_names, index)

    def text(self, value: float) -> str:
        """Return a number as it is written beside its bar."""
        if self.meaning is Meaning.PROBABILITIES:
            return share(value)
        return f"{value:.3f}".replace("-", "−") if abs(value) < _LARGEST_PLAIN else number(value)

    def shares(self) -> NDArray[np.float32]:
        """Return how long the bars are, from 0 to 1.

        Scores have no scale of their own: they reach from the lowest to the highest. A bar of a plain number
        is as long as its size, the largest being whole.
        """
        if self.values is None:
            return np.zeros(0, np.float32)
        if self.meaning is Meaning.PROBABILITIES:
            return self.values
        with np.errstate(all="ignore"):
            lowest = 0 if self.meaning is Meaning.NUMBERS else self.values.min()
            sizes = np.abs(self.values - lowest)
            shares: NDArray[np.float32] = np.nan_to_num(sizes / sizes.max(), nan=0.0)
        return shares

    def predicted(self) -> int | None:
        """Return the class that is answered; None where there is none."""
        return None if self.values is None or self.meaning is Meaning.NUMBERS else prediction(self.values)

    def sentence(self, class_names: Sequence[str], true_class: int | None) -> str:
        """Return the answer as a sentence: `3 with 98.2 %; correct`."""
        if self.values is None:
            return "The probabilities of the classes appear here once the design gives a score for each."
        if self.meaning is Meaning.PROBABILITIES:
            return prediction_text(self.values, class_names, true_class)
        if not np.isfinite(self.values).all():
            return f"No prediction: the {self._called} are not numbers."
        if self.meaning is Meaning.NUMBERS:
            return _sentence_of_numbers(self.quantities, self.values)
        best = int(np.argmax(self.values))
        said = (
            f"{class_name(class_names, best)} with the highest score, {self.text(float(self.values[best]))}"
        )
        if true_class is None:
            return said
        if best == true_class:
            return f"{said}; correct"
        return f"{said}; wrong, it is {class_name(class_names, true_class)}"

    @property
    def _called(self) -> str:
        return "scores" if self.meaning is Meaning.SCORES else "outputs"


def _sentence_of_numbers(quantities: tuple[Quantity, ...], values: NDArray[np.float32]) -> str:
    """Return numbers as a sentence: an angle in degrees, and units where there are some."""
    angle = degrees(quantities, values)
    if angle is not None:
        return f"An angle of {float(angle):.0f}°"
    if len(quantities) != len(values):
        return "Numbers that the network gives; they are not classes."
    said = (
        f"{what.name} {number(float(value))} {what.unit}".strip()
        for what, value in zip(quantities, values, strict=True)
    )
    return ", ".join(said)


def answers_of(view: ImageView, loss: Loss, quantities: tuple[Quantity, ...] = ()) -> Answers:
    """Return what the network says of the image of a view, where it is trained with this loss.

    `quantities` are what the numbers of the data set are.
    """
    if view.probabilities is None:
        return Answers()
    if isinstance(loss, MulticlassSVM):
        return Answers(view.layers[-1].values, Meaning.SCORES)
    if isinstance(loss, MeanSquaredError):
        return Answers(view.layers[-1].values, Meaning.NUMBERS, quantities)
    return Answers(view.probabilities)


def shown_view(view: ImageView, loss: Loss) -> ImageView:
    """Return the view without probabilities where the loss does not make any."""
    is_of_classes = answers_of(view, loss).meaning is Meaning.PROBABILITIES
    return view if is_of_classes else dataclasses.replace(view, probabilities=None)
