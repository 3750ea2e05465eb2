"""What the dock says of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.dataset import Split
from cnnviz.data.quantities import deviations_of, quantity_name
from cnnviz.engine.network import scores_to_probabilities
from cnnviz.engine.ops.softmax import logistic
from cnnviz.spec.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError
from cnnviz.spec.words import counted
from cnnviz.ui.format import number, share
from cnnviz.ui.inspector.words import class_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cnnviz.app.attribution.attribution_work import ClassAnswer, Snapshot
    from cnnviz.data.quantities import Quantity
    from cnnviz.interpret.attribution.difference import Difference
    from cnnviz.interpret.attribution.maximisation import Maximised
    from cnnviz.interpret.attribution.result import Attribution, Completeness
    from cnnviz.interpret.attribution.top_images import Excitement, TopImages
    from cnnviz.spec.losses import Loss

SPLIT_WORDS = {Split.TRAIN: "training", Split.VALIDATION: "validation", Split.TEST: "test"}
_OF_OUTPUTS = (
    ("speaks for the class, red against it", "raises the output, red lowers it"),
    ("speaks for or against the class", "raises or lowers the output"),
    ("speaks against the class", "lowers the output"),
    ("speaks for the class", "raises the output"),
    ("speak for the class", "raise the output"),
    ("more than the class: other classes", "more than the output: other outputs"),
    ("counts for this class", "counts for this output"),
    ("the score", "the output"),
)
"""What is said of classes, and of numbers that are none."""
_EXACT = 5e-4
"""A sum that misses by less than this share is right to the decimals that are shown."""


def of_output(words: str, *, is_class: bool) -> str:
    """Return what is said of the score of a class, in words that fit a learned number where it is one."""
    if is_class:
        return words
    for before, after in _OF_OUTPUTS:
        words = words.replace(before, after)
    return words


def answer_text(
    answer: ClassAnswer, class_names: Sequence[str], loss: Loss, quantities: Sequence[Quantity] = ()
) -> str:
    """Return which class is explained, and what the network gives it: `3 with 98.2 %`."""
    attribution = answer.attribution
    if attribution.against is not None:
        ahead, behind = (class_name(class_names, k) for k in (attribution.class_index, attribution.against))
        return f"{ahead} rather than {behind}: score {number(attribution.score)} higher"
    if isinstance(loss, MeanSquaredError):
        name = output_name(class_names, attribution.class_index, loss, len(answer.scores), quantities)
        return f"{name}: {_told_score(attribution, len(answer.scores), quantities)}"
    name = class_name(class_names, attribution.class_index)
    chances = class_chances(answer.scores, loss)
    if chances is None:
        return f"{name} with the score {number(attribution.score)}"
    return f"{name} with {share(float(chances[attribution.class_index]))}"


def _told_score(attribution: Attribution, outputs: int, quantities: Sequence[Quantity]) -> str:
    """Return a number in its own unit; where it is learned standardised, that as well, as it is explained."""
    place, score = 0 if outputs == 1 else attribution.class_index, attribution.score
    what = _standardised(quantities, place)
    if what is None:
        return number(score)
    return f"{number(what.mean + what.deviation * score)}, learned as {number(score)}"


def _standardised(quantities: Sequence[Quantity], place: int) -> Quantity | None:
    """Return a quantity where it is learned otherwise than it is told; else None."""
    is_so = place < len(quantities) and deviations_of(quantities[place : place + 1]) is not None
    return quantities[place] if is_so else None


def score_text(answer: ClassAnswer, loss: Loss) -> str:
    """Return the score behind the probability; empty where the score itself has been said."""
    has_chances = class_chances(answer.scores, loss) is not None and answer.attribution.against is None
    return f"score {number(answer.attribution.score)}" if has_chances else ""


def role_text(answer: ClassAnswer) -> str:
    """Return what the explained class is for this image: predicted, true, both, or neither."""
    explained, true = answer.attribution.class_index, answer.question.true_class
    if answer.attribution.against is not None:
        return "predicted against true" if answer.attribution.against == true else "predicted against second"
    roles = [role for role, index in (("predicted", answer.predicted), ("true", true)) if index == explained]
    if roles or answer.predicted is None:
        return " and ".join(roles)
    return "not predicted" if true is None else "neither predicted nor true"


def difference_text(
    found: Difference, class_names: Sequence[str], outputs: int, quantities: Sequence[Quantity] = ()
) -> str:
    """Return what is different, and by how much: `8 is 2.94 ahead of 9`.

    A number that is learned standardised is told in its own unit, and as the shares of it are counted:
    `price is 97.5 below its target, learned as 0.881`.
    """
    if found.against is not None:
        ahead, behind = (class_name(class_names, k) for k in (found.class_index, found.against))
        return f"{ahead} is {number(found.value)} ahead of {behind}"
    place = 0 if outputs == 1 else found.class_index
    name, what = quantity_name(quantities, place), _standardised(quantities, place)
    if not found.has_target:
        told = found.value if what is None else what.mean + what.deviation * found.value
        said, learned = f"{name} is {number(told)}", found.value
    else:
        learned = abs(found.value)
        told = learned if what is None else what.deviation * learned
        said = f"{name} is {number(told)} {'above' if found.value >= 0 else 'below'} its target"
    return said if what is None else f"{said}, learned as {number(learned)}"


def share_text(found: Difference, place: tuple[int, int, int]) -> str:
    """Return what a number of the layer adds: `relu2 map 7, row 3, column 4: +1.83`."""
    channel, row, column = place
    share = float(found.shares[place])
    sign = "" if share < 0 else "+"
    return f"{found.layer_id} map {channel}, row {row}, column {column}: {sign}{number(share)}"


def most_text(
    found: Difference, class_names: Sequence[str], outputs: int, quantities: Sequence[Quantity] = ()
) -> str:
    """Return what is different, and how much of that one number makes, in words for everybody.

    `8 is 2.94 ahead of 9; 1.83 of that comes from one number of relu2`, or where the others take some of it
    back, `8 is 2.94 ahead of 9: one number of relu2 alone makes 4.1, and the rest takes 1.16 back`.
    """
    said, layer = difference_text(found, class_names, outputs, quantities), found.layer_id
    share = float(found.shares[found.strongest()])
    towards = -share if found.value < 0 else share
    if towards <= 0:
        return f"{said}; no single number of {layer} adds to that."
    is_signed = found.against is None and not found.has_target
    made = number(share if is_signed else towards)
    excess = towards - abs(found.value)
    if excess <= 0:
        return f"{said}; {made} of that comes from one number of {layer}."
    return f"{said}: one number of {layer} alone makes {made}, and the rest takes {number(excess)} back."


def output_name(
    class_names: Sequence[str],
    index: int,
    loss: Loss,
    units: int,
    quantities: Sequence[Quantity] = (),
) -> str:
    """Return what a class, or a number that is no class, is called."""
    if isinstance(loss, MeanSquaredError):
        return quantity_name(quantities, 0 if units == 1 else index)
    return class_name(class_names, index)


def class_chances(scores: NDArray[np.float32], loss: Loss) -> NDArray[np.float32] | None:
    """Return the probabilities of the classes that scores (K,) mean; None where the loss makes none."""
    if not isinstance(loss, CrossEntropy | BinaryCrossEntropy):
        return None
    if len(scores) == 1:
        return np.concatenate([logistic(-scores), logistic(scores)])
    chances: NDArray[np.float32] = np.asarray(scores_to_probabilities(scores[:, None])[:, 0], np.float32)
    return chances


def completeness_text(completeness: Completeness) -> str:
    """Return whether the pixels' shares add up, with the numbers."""
    total, expected = number(completeness.total), number(completeness.expected)
    if completeness.relative_error < _EXACT:
        return f"All pixels add up to {total}: by so much the score is above that of the baseline."
    return (
        f"All pixels add up to {total}; the score is {expected} above that of the baseline. Missed: "
        f"{number(abs(completeness.error))} ({share(completeness.relative_error)}); more steps miss less."
    )


def when_text(snapshot: Snapshot) -> str:
    """Return from when the weights are: `untrained`, or `epoch 3, step 1,234`."""
    return f"epoch {snapshot.epoch:,}, step {snapshot.step:,}" if snapshot.step else "untrained"


UNTRAINED = "These weights have learned nothing yet: the picture shows what chance makes of the image."


def filter_name(layer_id: str, unit: int, units: int, *, is_row: bool) -> str:
    """Return what is looked at: `conv1, filter 3 (of 0 to 15)`."""
    return f"{layer_id}, {'unit' if is_row else 'filter'} {unit} (of 0 to {units - 1:,})"


def top_texts(top: TopImages, when: str) -> tuple[str, ...]:
    """Return how much was looked through, how often the filter answers and with which weights.

    Shorter forms of it for less room come behind; all of them say the most important.
    """
    part, seen = share(top.excited / top.seen), counted(top.seen, f"{SPLIT_WORDS[top.split]} image")
    if not top.excited:
        none = f"Above 0 in none of {seen}: nothing excites it, it may be dead."
        return f"{none} Weights: {when}.", none, f"Above 0 in none of {top.seen:,}: dead?"
    return (
        f"Most exciting of {seen}; above 0 in {part} of them. Weights: {when}.",
        f"of {seen}, above 0 in {part}; {when}",
        f"of {seen}; {when}",
        when,
    )


def excitement_text(one: Excitement, name: str) -> str:
    """Return what there is to know of one exciting image, for the tooltip and for the ear."""
    box = one.box
    return (
        f"{number(one.value)} at row {one.row}, column {one.column} of the map, which sees rows {box.top} to "
        f"{box.bottom - 1}, columns {box.left} to {box.right - 1}; {name}, image {one.position + 1:,}"
    )


def climb_texts(made: Maximised, *, is_row: bool) -> tuple[str, str, str]:
    """Return how far the climb went, and shorter forms of it for less room."""
    what = "Its number" if is_row else "Mean of the map"
    first, last = (number(float(made.values[end])) for end in (0, -1))
    way, steps = f"{first} → {last}", counted(made.settings.steps, "step")
    return f"{what}: {way} in {steps}.", f"{way} in {steps}", way
