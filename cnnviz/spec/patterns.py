"""The usual pattern of a convolutional network, as a recipe with numbers and as the layers it stands for.

The pattern is that of the notes of Stanford's course CS231n, "Convolutional Neural Networks: Architectures",
section "Layer Patterns": INPUT → [[CONV → RELU]×N → POOL?]×M → [FC → RELU]×K → FC.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.errors import SpecError
from cnnviz.spec.fields import FieldInfo, FieldKind, described, field_infos, value_problem
from cnnviz.spec.layer_parts import MAX_FILTERS, MAX_UNITS, MAX_WINDOW
from cnnviz.spec.layers import AvgPool2D, Conv2D, Dense, Flatten, MaxPool2D, ReLU, Softmax
from cnnviz.spec.trace import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Literal

    from cnnviz.spec.layers import Layer
    from cnnviz.spec.shapes import Shape
    from cnnviz.spec.trace import LayerTrace

    Pooling = Literal["max", "average", "none"]
    Ending = Literal["softmax", "scores", "none"]

MAX_REPEATS = 10
_WITH_END = ("ending", ("softmax", "scores"))


def _count(
    label: str,
    meaning: str,
    effect: str,
    default: int,
    only_with: tuple[str, tuple[str, ...]] | None = None,
) -> int:
    info = FieldInfo(
        FieldKind.INTEGER, label, meaning, effect, minimum=0, maximum=MAX_REPEATS, only_with=only_with
    )
    value: int = described(default, info)
    return value


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """INPUT → [[CONV → RELU]×N → POOL?]×M → [FC → RELU]×K → FC (CS231n's notes, "Layer Patterns").

    N is `convolutions`, M `stages` and K `dense_layers`. Windows are square. With `doubling` every stage has
    twice the filters of the one before. Without an `ending` the pattern stops before the dense part.
    """

    convolutions: int = _count(
        "N, convolutions",
        "How many times a convolution and a ReLU follow each other before each pooling.",
        "Several small kernels in a row see as much as a large one, with fewer weights.",
        2,
    )
    stages: int = _count(
        "M, stages",
        "How many times the convolutions and their pooling are repeated.",
        "More stages: smaller maps that see more of the image.",
        2,
    )
    filters: int = described(
        16,
        FieldInfo(
            FieldKind.INTEGER,
            "First filters",
            "Filters of each convolution of the first stage.",
            "More filters: more parameters and deeper volumes.",
            minimum=1,
            maximum=MAX_FILTERS,
        ),
    )
    doubling: bool = described(
        True,
        FieldInfo(
            FieldKind.FLAG, "Double them", "Whether every stage has twice the filters of the one before."
        ),
    )
    kernel_size: int = described(
        3,
        FieldInfo(
            FieldKind.INTEGER,
            "Kernel",
            "Height and width of the patch that a filter sees at once.",
            "A larger kernel sees more of the image and costs more.",
            minimum=1,
            maximum=MAX_WINDOW,
        ),
    )
    padding: Literal["same", "valid"] = described(
        "same",
        FieldInfo(
            FieldKind.CHOICE,
            "Padding",
            "Whether zeros around its input keep the output of a convolution as large.",
            choices=(("same", "same: keeps size"), ("valid", "valid: none")),
        ),
    )
    pooling: Pooling = described(
        "max",
        FieldInfo(
            FieldKind.CHOICE,
            "Pooling",
            "What each stage ends with.",
            choices=(("max", "maximum"), ("average", "average"), ("none", "none")),
        ),
    )
    pool_size: int = described(
        2,
        FieldInfo(
            FieldKind.INTEGER,
            "Pool window",
            "Height and width of the window that becomes one number, which is also its stride.",
            "A window of 2 halves height and width.",
            minimum=1,
            maximum=MAX_WINDOW,
            only_with=("pooling", ("max", "average")),
        ),
    )
    ending: Ending = described(
        "softmax",
        FieldInfo(
            FieldKind.CHOICE,
            "Ending",
            "What comes behind the stages: dense layers with a score for each class, or nothing.",
            choices=(
                ("softmax", "dense, then probabilities"),
                ("scores", "dense: scores only"),
                ("none", "none: feature maps"),
            ),
        ),
    )
    dense_layers: int = _count(
        "K, dense layers",
        "How many times a dense layer and a ReLU follow each other before the last dense layer.",
        "More of them: more parameters than anything else adds, and more over-fitting.",
        1,
        only_with=_WITH_END,
    )
    dense_units: int = described(
        64,
        FieldInfo(
            FieldKind.INTEGER,
            "Their units",
            "How many numbers come out of each of these dense layers.",
            "More units: more parameters.",
            minimum=1,
            maximum=MAX_UNITS,
            only_with=_WITH_END,
        ),
    )
    classes: int = described(
        10,
        FieldInfo(
            FieldKind.INTEGER,
            "Classes",
            "Units of the last dense layer: a score for each class.",
            minimum=1,
            maximum=MAX_UNITS,
            only_with=_WITH_END,
        ),
    )


def notation(pattern: Pattern, source: str = "INPUT") -> str:
    """Return the pattern with its numbers, as the notes write it: `INPUT → [CONV → RELU → POOL]×2 → FC`.

    `source` stands for what it begins with.
    """
    pool = "" if pattern.pooling == "none" else "POOL"
    stage = _chain(_repeated("CONV → RELU", pattern.convolutions), pool)
    parts = [source, _repeated(stage, pattern.stages)]
    if pattern.ending != "none":
        parts += [_repeated("FC → RELU", pattern.dense_layers), "FC"]
    if pattern.ending == "softmax":
        parts.append("SOFTMAX")
    return _chain(*parts)


def pattern_layers(pattern: Pattern, input_shape: Shape) -> tuple[Layer, ...]:
    """Return the layers of a pattern that takes `input_shape`, without ids.

    Before the dense part a volume is flattened; a row of numbers is one already.

    Raises
    ------
    SpecError
        A number of the pattern is not allowed.
    """
    for name, info in field_infos(Pattern).items():
        sentence = value_problem(info, getattr(pattern, name))
        if sentence is not None:
            raise SpecError(sentence)
    layers = list(_stages(pattern))
    if pattern.ending == "none":
        return tuple(layers)
    if len(input_shape) == 3 or layers:
        layers.append(Flatten())
    for _ in range(pattern.dense_layers):
        layers += [Dense(units=pattern.dense_units), ReLU()]
    layers.append(Dense(units=pattern.classes))
    if pattern.ending == "softmax":
        layers.append(Softmax())
    return tuple(layers)


def pattern_problems(records: Iterable[LayerTrace]) -> tuple[Problem, ...]:
    """Return the problems of the layers of a pattern, each blamed on the setting of the pattern behind it."""
    return tuple(
        Problem(
            f"{record.layer.id}: {problem.message}", problem.layer_id, _setting(record.layer, problem.field)
        )
        for record in records
        for problem in record.problems
    )


def _stages(pattern: Pattern) -> Iterator[Layer]:
    kernel, window = (pattern.kernel_size,) * 2, (pattern.pool_size,) * 2
    for stage in range(pattern.stages):
        filters = pattern.filters * 2**stage if pattern.doubling else pattern.filters
        for _ in range(pattern.convolutions):
            yield Conv2D(filters=filters, kernel_size=kernel, padding=pattern.padding)
            yield ReLU()
        if pattern.pooling == "max":
            yield MaxPool2D(pool_size=window, stride=window)
        elif pattern.pooling == "average":
            yield AvgPool2D(pool_size=window, stride=window)


def _setting(layer: Layer, field: str | None) -> str | None:
    """Return the setting of a pattern that decides a setting of one of its layers."""
    match layer:
        case Conv2D():
            return field if field in ("filters", "padding", "kernel_size") else None
        case MaxPool2D() | AvgPool2D():
            return "pool_size"
        case Dense():
            return "dense_units"
        case _:
            return None


def _repeated(text: str, times: int) -> str:
    if not text or times == 0:
        return ""
    if times == 1:
        return text
    return f"[{text}]×{times}"


def _chain(*parts: str) -> str:
    return " → ".join(part for part in parts if part)
