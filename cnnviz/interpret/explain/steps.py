"""The last sums of an explanation, one line for each, as a view writes them and people copy them."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from cnnviz.interpret.explain.pointwise import Bent, Normalised, Passed, Quieted
from cnnviz.interpret.explain.rows import Added, Shares, WeightedRow
from cnnviz.interpret.explain.windows import Largest, Mean, Weighted
from cnnviz.spec.layers import ELU, LeakyReLU, ReLU, Sigmoid
from cnnviz.spec.numerals import number
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnnviz.interpret.explain.explain import Explanation, How
    from cnnviz.interpret.explain.place import Bending

_MOST_DECIMALS = 8
_SUMS = (Weighted, WeightedRow, Added, Largest, Passed)
"""Explanations of which all steps are of one size: a sum, or a single number."""


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One line of a sum. `is_result` marks the last line, over which a rule is drawn."""

    label: str
    value: float
    is_result: bool = False


def steps(explanation: Explanation) -> tuple[Step, ...]:
    """Return the lines that lead to the number, and the number itself as the last one."""
    return (*_parts(explanation.how), Step("= value", explanation.value, is_result=True))


def bend_formula(layer: Bending) -> str:
    """Return an activation as people write it: `max(0, x)`."""
    match layer:
        case ReLU():
            return "max(0, x)"
        case LeakyReLU():
            return f"x above 0, else {number(layer.slope)} · x"
        case ELU():
            return f"x above 0, else {number(layer.alpha)} · (exp(x) − 1)"
        case Sigmoid():
            return "1 / (1 + exp(−x))"
        case _:
            return "tanh(x)"


def rounding_text(explanation: Explanation) -> str:
    """Return how the engine's float32 number differs from the exact sum, in a sentence."""
    rounding = explanation.rounding
    if not math.isfinite(rounding):
        return "The engine's number is not finite."
    if rounding == 0:
        return "The engine's number is the same to the last digit."
    return f"The engine, which computes in float32, differs by {number(rounding)}."


def aligned(values: Sequence[float]) -> list[str]:
    """Return numbers with as many decimals as each other, so that their points stand below each other."""
    finite = [abs(value) for value in values if math.isfinite(value) and value != 0]
    if not finite or max(finite) >= 1e7 or max(finite) < 1e-4:
        return [number(value) for value in values]
    decimals = min(max(0, 3 - math.floor(math.log10(max(finite)))), _MOST_DECIMALS)
    return [_fixed(value, decimals) for value in values]


def written(explanation: Explanation) -> list[str]:
    """Return the numbers of the steps with their points below each other.

    What is added up has as many decimals as the rest of its sum. What is divided or multiplied counts with
    all its digits, however small it is: each has its own four, and blanks behind them.
    """
    values = [step.value for step in steps(explanation)]
    if isinstance(explanation.how, _SUMS):
        return aligned(values)
    texts = [number(value) for value in values]
    if any("×" in text or not text[-1].isdigit() for text in texts):
        return texts
    behind = [len(text.partition(".")[2]) + ("." in text) for text in texts]
    return [text + " " * (max(behind) - own) for text, own in zip(texts, behind, strict=True)]


def _fixed(value: float, decimals: int) -> str:
    if not math.isfinite(value):
        return number(value)
    text = f"{value:,.{decimals}f}"
    return (text.removeprefix("-") if float(text.replace(",", "")) == 0 else text).replace("-", "−")


def _parts(how: How) -> Iterator[Step]:
    match how:
        case Weighted() | WeightedRow():
            yield Step(
                f"Σ of {how.products.size:,} product{'' if how.products.size == 1 else 's'}", how.total
            )
            if how.bias is not None:
                yield Step("+ bias", how.bias)
        case Largest():
            yield Step(f"max of {counted(how.window.count, 'number')}", how.value)
        case Mean():
            yield Step(f"Σ of {counted(how.count, 'number')}", how.total)
            yield Step("/ count", how.count)
        case Bent():
            yield Step("x", how.x)
            yield Step("slope there", how.slope)
        case Normalised():
            yield Step("x", how.x)
            yield Step("− mean", how.mean)
            yield Step("/ deviation", how.deviation)
            yield Step("× weight", how.weight)
            yield Step("+ bias", how.bias)
        case Quieted():
            yield Step("x", how.x)
            yield Step("/ divisor", how.divisor)
        case Shares():
            yield Step("exp of its own", float(how.exponentials[how.index]))
            yield Step("/ Σ of all", how.total)
        case Added():
            yield Step("body", how.body_value)
            yield Step("+ way past", how.past_value)
        case Passed():
            return
