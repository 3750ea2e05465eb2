"""What the last layer's numbers mean, which the loss decides: probabilities, scores, or plain numbers."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.quantities import degrees, quantity_name, told
from cnnviz.spec.losses import MeanSquaredError, MulticlassSVM
from cnnviz.ui.format import number, share
from cnnviz.ui.inspector.answer_scale import AnswerScale, scale_of
from cnnviz.ui.inspector.words import class_name, prediction, prediction_text, problem_text, shown_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cnnviz.app.selection import Selection
    from cnnviz.data.quantities import Quantity
    from cnnviz.interpret.activations import ImageView
    from cnnviz.spec.losses import Loss

_LARGEST_PLAIN = 1000.0
"""Scores have as many decimals as each other up to here."""


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
    numbers (K,), where they are known, and `ranges` the least and the largest ones in the data set (2, K).
    `scale` is what the bars of scores and plain numbers are measured with; None where there are none.
    """

    values: NDArray[np.float32] | None = None
    meaning: Meaning = Meaning.PROBABILITIES
    quantities: tuple[Quantity, ...] = ()
    margin: float | None = None
    targets: NDArray[np.float32] | None = None
    ranges: NDArray[np.float32] | None = None
    scale: AnswerScale | None = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        """Measure once what is asked for again and again."""
        scale = None
        if self.values is not None and self.meaning is not Meaning.PROBABILITIES:
            units = [quantity.unit for quantity in self.quantities]
            scale = scale_of(self.values, self.targets, self.ranges, units)
        object.__setattr__(self, "scale", scale)

    @property
    def form(self) -> tuple[object, ...]:
        """What its rows are made from, but for the numbers; equal where the rows would be."""
        count = None if self.values is None else len(self.values)
        return self.meaning, count, self.quantities, self.widest

    @property
    def widest(self) -> str:
        """A text as wide as any number beside a bar."""
        return share(1) if self.scale is None else self.scale.widest

    def rows(self, count: int) -> list[int]:
        """Return which of them have a row where there is room for `count`.

        All in their order, or the most likely first; plain numbers have no order but that.
        """
        values = np.zeros(0, np.float32) if self.values is None else self.values
        if count >= len(values) or self.meaning is Meaning.NUMBERS:
            return list(range(min(count, len(values))))
        return [int(index) for index in np.argsort(-np.nan_to_num(values), kind="stable")[:count]]

    def name(self, class_names: Sequence[str], index: int) -> str:
        """Return what a number is the answer for."""
        if self.meaning is Meaning.NUMBERS:
            return quantity_name(self.quantities, index)
        return class_name(class_names, index)

    def text(self, value: float) -> str:
        """Return a probability or a score as it is written beside its bar."""
        if self.meaning is Meaning.PROBABILITIES:
            return share(value)
        return f"{value:.3f}".replace("-", "−") if abs(value) < _LARGEST_PLAIN else number(value)

    def texts(self) -> list[str]:
        """Return what is written beside each bar."""
        values, scale = [] if self.values is None else self.values.tolist(), self.scale
        if scale is None or self.meaning is Meaning.SCORES:
            return [self.text(value) for value in values]
        return [scale.text(index, value) for index, value in enumerate(values)]

    def spans(self) -> NDArray[np.float32]:
        """Return where the bar of each number begins and where it ends, (K, 2) from 0 to 1.

        Probabilities begin at 0. Scores and plain numbers have a sign: their bars begin where 0 lies, and
        reach to the right or to the left of it.
        """
        values, scale = self.values, self.scale
        if values is None:
            return np.zeros((0, 2), np.float32)
        if scale is None:
            return np.stack([np.zeros_like(values), values], axis=-1)
        begins, ends = scale.places(np.zeros_like(values)), scale.places(values)
        ends = np.where(np.isnan(ends), begins, np.clip(ends, 0, 1))
        return np.stack([begins, ends], axis=-1)

    def marks(self) -> NDArray[np.float32] | None:
        """Return where the right numbers are on the bars (K,), from 0 to 1; None where they are not known."""
        scale, right = self.scale, self.targets
        if scale is None or right is None or self.values is None or right.shape != self.values.shape:
            return None
        return np.clip(scale.places(right), 0, 1)

    def line(self, true_class: int | None) -> float | None:
        """Return where the scores that are learned from begin, from 0 to 1; None where there is no such line.

        That is the margin below the score of the true class: scores above it cost something.
        """
        if self.values is None or self.margin is None or true_class is None or true_class >= len(self.values):
            return None
        scale = self.scale
        assert scale is not None, "scores have one"
        place = float(scale.places(self.values - self.margin)[true_class])
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

    def legend(self, true_class: int | None) -> str:
        """Return what lines and scale mean; empty where there is nothing to be told."""
        words = []
        if self.line(true_class) is not None:
            words.append(f"Line: {self.margin:g} below the true score; other scores beyond it cost.")
        if self.meaning is Meaning.NUMBERS and self.scale is not None:
            words.append(
                self.scale.sentence() + ("; marks: what is right" if self.marks() is not None else "")
            )
        return " ".join(words)

    def told(self, index: int) -> str:
        """Return all that is known of one of them, but its name: `0.431 of the side; it is 0.500`."""
        text, scale = self.texts()[index], self.scale
        if scale is None or self.meaning is not Meaning.NUMBERS:
            return text
        named = len(self.quantities) > index
        words = [f"{text} {self.quantities[index].unit}".strip() if named else text]
        if self.marks() is not None and self.targets is not None:
            words.append(f"it is {scale.text(index, float(self.targets[index]))}")
        low, high = scale.ends(index)
        return "; ".join((*words, f"bar from {low} to {high}"))

    def announced(self, class_names: Sequence[str]) -> str:
        """Return the answer after what it is called: `Prediction: 3 with 98.2 %`; empty for none."""
        if self.values is None:
            return ""
        kind = "Prediction" if self.meaning is Meaning.PROBABILITIES else "Output"
        return f"{kind}: {self.sentence(class_names, None)}"

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


def answers_of(
    view: ImageView,
    loss: Loss,
    quantities: tuple[Quantity, ...] = (),
    ranges: NDArray[np.float32] | None = None,
) -> Answers:
    """Return what the network says of the image of a view, where it is trained with this loss.

    `quantities` are what the numbers of the data set are, `ranges` the least and the largest of each (2, K).
    """
    if view.probabilities is None:
        return Answers()
    if isinstance(loss, MulticlassSVM):
        return Answers(view.layers[-1].values, Meaning.SCORES, margin=loss.margin)
    if isinstance(loss, MeanSquaredError):
        values = told(quantities, view.layers[-1].values)
        return Answers(values, Meaning.NUMBERS, quantities, ranges=ranges)
    return Answers(view.probabilities)


def selected_answers(view: ImageView, loss: Loss, selection: Selection) -> Answers:
    """Return what the network says of an image, with what is right where that is the selected one."""
    answers = answers_of(view, loss, selection.dataset.quantities, selection.target_ranges)
    is_known = selection.targets is not None and np.array_equal(view.image, selection.pixels)
    return dataclasses.replace(answers, targets=selection.told_targets) if is_known else answers


def network_summary(view: ImageView, class_names: Sequence[str], answers: Answers | None = None) -> str:
    """Return what the network makes of the image, in a few sentences.

    Without `answers` they are the view's probabilities.
    """
    layers = ", ".join(f"{layer.layer_id} {shown_shape(layer.values)}" for layer in view.layers)
    parts = [f"Input {shown_shape(view.image)}" + (f", then {layers}." if layers else ".")]
    said = (answers or Answers(view.probabilities)).announced(class_names)
    parts += [said + "." * (not said.endswith("."))] if said else []
    parts += [problem_text(view)] if view.problem is not None else []
    return " ".join(parts)
