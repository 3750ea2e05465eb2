"""What the last layer's numbers mean, which the loss decides: probabilities, scores, or plain numbers."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.quantities import degrees, quantity_name, told
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

    `quantities` says what plain numbers are, where somebody has given them names. `margin` is how far the
    right score is to be ahead of every other; None where no such thing is learned. `targets` are the right
    numbers (K,), where they are known.
    """

    values: NDArray[np.float32] | None = None
    meaning: Meaning = Meaning.PROBABILITIES
    quantities: tuple[Quantity, ...] = ()
    margin: float | None = None
    targets: NDArray[np.float32] | None = None

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

    def spans(self) -> NDArray[np.float32]:
        """Return where the bar of each number begins and where it ends, (K, 2) from 0 to 1.

        Probabilities begin at 0. Scores and plain numbers have a sign and no scale of their own: all bars
        begin where 0 lies, and reach to the right or to the left of it.
        """
        if self.values is None:
            return np.zeros((0, 2), np.float32)
        if self.meaning is Meaning.PROBABILITIES:
            return np.stack([np.zeros_like(self.values), self.values], axis=-1)
        begin, ends = self.zero, self._places(self.values)
        ends = np.where(np.isnan(ends), begin, np.clip(ends, 0, 1))
        return np.stack([np.full_like(ends, begin), ends], axis=-1).astype(np.float32)

    @property
    def zero(self) -> float:
        """Where 0 lies between the beginning and the end of the tracks."""
        if self.values is None or self.meaning is Meaning.PROBABILITIES:
            return 0.0
        return float(self._places(np.zeros(1, np.float32))[0])

    def line(self, true_class: int | None) -> float | None:
        """Return where the scores that are learned from begin, from 0 to 1; None where there is no such line.

        That is the margin below the score of the true class: scores above it cost something.
        """
        if self.values is None or self.margin is None or true_class is None or true_class >= len(self.values):
            return None
        place = float(self._places(self.values[true_class : true_class + 1] - self.margin)[0])
        return place if 0 <= place <= 1 else None

    def remark(self, index: int, true_class: int | None) -> str:
        """Return what a score costs, in words; empty where nothing is to be said."""
        values = self.values
        if values is None or self.margin is None or not np.isfinite(values).all():
            return ""
        if true_class is None or true_class == index or true_class >= len(values):
            return ""
        lead = float(values[true_class] - values[index])
        said = f"{number(abs(lead))} {'below' if lead >= 0 else 'above'} the true class"
        cost = self.margin - lead
        return f"{said}, which costs {number(cost)}" if cost > 0 else f"{said}, which is enough"

    def line_text(self, true_class: int | None) -> str:
        """Return what the line means; empty where there is none."""
        if self.line(true_class) is None:
            return ""
        return f"Line: {self.margin:g} below the true score; other scores beyond it cost."

    def _places(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return where numbers lie on a scale that holds 0 and all of the answer."""
        assert self.values is not None
        finite = self.values[np.isfinite(self.values)]
        low, high = float(finite.min(initial=0.0)), float(finite.max(initial=0.0))
        with np.errstate(all="ignore"):
            return np.asarray((values - low) / (high - low if high > low else 1.0), np.float32)

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
            return _sentence_of_numbers(self.quantities, self.values, self.targets)
        return self._sentence_of_scores(self.values, class_names, true_class)

    def _sentence_of_scores(
        self, scores: NDArray[np.float32], class_names: Sequence[str], true_class: int | None
    ) -> str:
        best = int(np.argmax(scores))
        said = f"{class_name(class_names, best)} with the highest score, {self.text(float(scores[best]))}"
        if len(scores) > 1:
            second = int(np.argsort(-scores, kind="stable")[1])
            lead = self.text(float(scores[best] - scores[second]))
            said += f", {lead} ahead of {class_name(class_names, second)}"
        if true_class is None:
            return said
        if best == true_class:
            return f"{said}; correct"
        return f"{said}; wrong, it is {class_name(class_names, true_class)}"

    @property
    def _called(self) -> str:
        return "scores" if self.meaning is Meaning.SCORES else "outputs"


def _sentence_of_numbers(
    quantities: tuple[Quantity, ...], values: NDArray[np.float32], targets: NDArray[np.float32] | None
) -> str:
    """Return numbers as a sentence: an angle in degrees, units where there are some, and what is right."""
    angle = degrees(quantities, values)
    if angle is not None:
        right = None if targets is None else degrees(quantities, targets)
        return f"An angle of {float(angle):.0f}°" + ("" if right is None else f"; it is {float(right):.0f}°")
    if len(quantities) != len(values):
        return "Numbers that the network gives; they are not classes."
    said = [
        f"{what.name} {number(float(value))} {what.unit}".strip()
        for what, value in zip(quantities, values, strict=True)
    ]
    if targets is not None:
        said = [f"{one}; it is {number(right)}" for one, right in zip(said, targets.tolist(), strict=True)]
    return ", ".join(said)


def answers_of(view: ImageView, loss: Loss, quantities: tuple[Quantity, ...] = ()) -> Answers:
    """Return what the network says of the image of a view, where it is trained with this loss.

    `quantities` are what the numbers of the data set are.
    """
    if view.probabilities is None:
        return Answers()
    if isinstance(loss, MulticlassSVM):
        return Answers(view.layers[-1].values, Meaning.SCORES, margin=loss.margin)
    if isinstance(loss, MeanSquaredError):
        return Answers(told(quantities, view.layers[-1].values), Meaning.NUMBERS, quantities)
    return Answers(view.probabilities)


def shown_view(view: ImageView, loss: Loss) -> ImageView:
    """Return the view without probabilities where the loss does not make any."""
    is_of_classes = answers_of(view, loss).meaning is Meaning.PROBABILITIES
    return view if is_of_classes else dataclasses.replace(view, probabilities=None)
