"""The last sums of an explanation, one line for each, as a view writes them and people copy them."""

from __future__ import annotations

import dataclasses
import decimal
import math
import operator
from typing import TYPE_CHECKING

from cnnviz.interpret.explain.pointwise import Bent, Normalised, Passed, Quieted
from cnnviz.interpret.explain.rows import Added, Shares, WeightedRow
from cnnviz.interpret.explain.windows import Largest, Mean, Weighted
from cnnviz.spec.layers import ELU, LeakyReLU, ReLU, Sigmoid
from cnnviz.spec.numerals import SIGNIFICANT_DIGITS, number
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnnviz.interpret.explain.explain import Explanation, How
    from cnnviz.interpret.explain.place import Bending

_MOST_DECIMALS = 8
_MORE_DIGITS = 4
"""So many digits are added at most for a sum to come out."""
_OPERATIONS = {"+": operator.add, "−": operator.sub, "×": operator.mul, "/": operator.truediv}
"""What the first sign of a label does with the number before."""
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


def aligned(values: Sequence[float], more: int = 0) -> list[str]:
    """Return numbers with as many decimals as each other, so that their points stand below each other.

    `more` decimals are added to those that give the largest number four digits.
    """
    finite = [abs(value) for value in values if math.isfinite(value) and value != 0]
    if not finite or max(finite) >= 1e7 or max(finite) < 1e-4:
        return [number(value) for value in values]
    decimals = min(max(0, 3 - math.floor(math.log10(max(finite)))) + more, _MOST_DECIMALS)
    return [_fixed(value, decimals) for value in values]


def written(explanation: Explanation) -> list[str]:
    """Return the numbers of the steps with their points below each other.

    What is added up has as many decimals as the rest of its sum. What is divided or multiplied counts with
    all its digits, however small it is: each has its own four, and blanks behind them. Where the written
    numbers would not give the written result, they have more digits: 1.0000 / 1.0004 is 0.9996.
    """
    found = steps(explanation)
    is_sum = isinstance(explanation.how, _SUMS)
    with_digits = [_texts(found, more, is_sum=is_sum) for more in range(_MORE_DIGITS + 1)]
    texts = next((texts for texts in with_digits if _comes_out(found, texts)), with_digits[0])
    if is_sum or any("×" in text or not text[-1].isdigit() for text in texts):
        return texts
    behind = [len(text.partition(".")[2]) + ("." in text) for text in texts]
    return [text + " " * (max(behind) - own) for text, own in zip(texts, behind, strict=True)]


def _texts(found: Sequence[Step], more: int, *, is_sum: bool) -> list[str]:
    """Return the numbers of steps with more digits than usual, but for the result of what is no sum."""
    if is_sum:
        return aligned([step.value for step in found], more)
    return [number(step.value, SIGNIFICANT_DIGITS + (0 if step.is_result else more)) for step in found]


def _comes_out(found: Sequence[Step], texts: Sequence[str]) -> bool:
    """Return whether whoever computes with the written numbers gets the written result.

    Numbers that are no plain decimals, such as 1.2×10⁻⁵, are let pass.
    """
    signs = [step.label[0] for step in found[1:-1]]
    if not signs or not set(signs) <= set(_OPERATIONS):
        return True
    try:
        first, *others, result = (decimal.Decimal(one.replace(",", "").replace("−", "-")) for one in texts)
        for sign, other in zip(signs, others, strict=True):
            first = _OPERATIONS[sign](first, other)
        return first.quantize(result) == result
    except decimal.DecimalException:
        return True


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
