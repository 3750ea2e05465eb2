"""What the card of each layer says: one frozen record per row, made from the trace of a design."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.spec.layers import (
    ELU,
    AvgPool2D,
    BatchNorm,
    Category,
    Conv2D,
    Dense,
    Dropout,
    Layer,
    LeakyReLU,
    LocalResponseNorm,
    MaxPool2D,
    Pair,
    Residual,
    SpatialDropout,
    ZeroPadding2D,
    type_name,
    walk,
)
from cnnviz.spec.shapes import format_shape

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from cnnviz.spec.trace import LayerTrace, NetworkTrace, Problem

INPUT_TYPE = "Input"
INPUT_SUMMARY = "The images that the network takes."
UNKNOWN = "–"


@dataclasses.dataclass(frozen=True, slots=True)
class Card:
    """One row of the list, ready to be painted.

    `layer_id` is empty and `category` None for the input. `shape` is what comes out; it is a dash where an
    earlier layer has a problem. `fresh` says that other layers have been trained, but this one not.
    """

    layer_id: str
    type_name: str
    title: str
    category: Category | None
    settings: str
    summary: str
    shape: str
    parameters: str
    problems: tuple[str, ...] = ()
    fresh: bool = False

    @property
    def is_input(self) -> bool:
        """Whether this is the row of the input."""
        return not self.layer_id

    @property
    def sentence(self) -> str:
        """Everything on the card in words, for a screen reader."""
        parts = [f"{self.title} {self.layer_id}".rstrip(), self.settings]
        parts.append("output shape unknown" if self.shape == UNKNOWN else f"output {self.shape}")
        if self.parameters:
            parts.append(f"{self.parameters} parameters")
        if self.fresh:
            parts.append("not trained yet")
        text = ", ".join(part for part in parts if part)
        return " ".join([f"{text}.", *(f"Problem: {problem}" for problem in self.problems)])

    @property
    def tooltip(self) -> str:
        """What the card means, and what there was no room for."""
        lines = [f"{self.title} {self.layer_id}".rstrip(), self.summary]
        lines.append(f"{self.settings}" if self.settings else "")
        if self.shape == UNKNOWN:
            lines.append("The output shape is not known until the problem here or above is solved.")
        else:
            lines.append(f"Output {self.shape}" + self._parameters_in_words())
        if self.fresh:
            lines.append("The weights of this layer are fresh: it has not been trained yet.")
        return "\n".join(line for line in (*lines, *self.problems) if line)

    def _parameters_in_words(self) -> str:
        return f", {self.parameters} parameters" if self.parameters else ""


def cards_of(
    trace: NetworkTrace, problems: Iterable[Problem], fresh: Collection[str] = ()
) -> tuple[Card, ...]:
    """Return the cards of a design: the input's first, then one for each layer."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        if problem.layer_id is not None:
            found.setdefault(problem.layer_id, []).append(_unbroken(problem.message))
    height, width, channels = trace.input_shape
    first = Card(
        layer_id="",
        type_name=INPUT_TYPE,
        title="Input",
        category=None,
        settings={1: "gray image", 3: "colour image"}.get(channels, f"{channels} channels"),
        summary=INPUT_SUMMARY,
        shape=format_shape((height, width, channels)),
        parameters="",
    )
    rest = (_card(record, _problems_inside(record, found), fresh) for record in trace.layers)
    return (first, *rest)


def _problems_inside(record: LayerTrace, found: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return the problems of a layer, and those of the layers inside it with their names."""
    inside = (
        f"{inner.id}: {sentence}"
        for inner in walk((record.layer,))
        if inner is not record.layer
        for sentence in found.get(inner.id, ())
    )
    return (*found.get(record.layer.id, ()), *inside)


def _card(record: LayerTrace, problems: tuple[str, ...], fresh: Collection[str]) -> Card:
    layer = record.layer
    return Card(
        layer_id=layer.id,
        type_name=type_name(layer),
        title=layer.title,
        category=layer.category,
        settings=settings_text(layer),
        summary=layer.summary,
        shape=UNKNOWN if record.output_shape is None else format_shape(record.output_shape),
        parameters=f"{record.parameters:,}" if record.parameters else "",
        problems=problems,
        fresh=any(inner.id in fresh for inner in walk((layer,))),
    )


def settings_text(layer: Layer) -> str:
    """Return the settings of a layer in short, such as `32 × 3×3, same`; what it computes if it has none."""
    match layer:
        case Conv2D():
            return _convolution(layer)
        case MaxPool2D() | AvgPool2D():
            strided = "" if layer.stride == layer.pool_size else f", stride {_pair_short(layer.stride)}"
            padded = "" if layer.padding == "valid" else f", {_padding(layer.padding)}"
            return f"{_pair(layer.pool_size)}{strided}{padded}"
        case Dense():
            return f"{layer.units:,} unit{'' if layer.units == 1 else 's'}"
        case Dropout() | SpatialDropout():
            return f"rate {layer.rate:.4g}"
        case LeakyReLU():
            return f"max({layer.slope:.4g} x, x)"
        case ELU():
            return f"from −{layer.alpha:.4g} up"
        case BatchNorm():
            return f"momentum {layer.momentum:.4g}"
        case LocalResponseNorm():
            return f"{layer.size} channels"
        case ZeroPadding2D():
            return _padding((layer.top, layer.bottom, layer.left, layer.right))
        case Residual():
            return ", ".join(inner.title for inner in layer.layers)
        case _:
            return _WHAT_IT_DOES[type_name(layer)]


_WHAT_IT_DOES = {
    "ReLU": "max(0, x)",
    "Sigmoid": "from 0 to 1",
    "Tanh": "from −1 to 1",
    "Softmax": "probabilities",
    "Flatten": "one row of numbers",
    "GlobalAvgPool2D": "mean of each map",
    "GlobalMaxPool2D": "largest of each map",
}


def _convolution(layer: Conv2D) -> str:
    parts = [f"{layer.filters:,} × {_pair(layer.kernel_size)}"]
    if layer.stride != (1, 1):
        parts.append(f"stride {_pair_short(layer.stride)}")
    if layer.padding != "valid":
        parts.append(_padding(layer.padding))
    if layer.dilation != (1, 1):
        parts.append(f"dilation {_pair_short(layer.dilation)}")
    if layer.groups != 1:
        parts.append(f"{layer.groups} groups")
    if not layer.use_bias:
        parts.append("no bias")
    return ", ".join(parts)


def _pair(pair: Pair) -> str:
    return f"{pair[0]}×{pair[1]}"


def _pair_short(pair: Pair) -> str:
    return str(pair[0]) if pair[0] == pair[1] else _pair(pair)


def _padding(padding: str | tuple[int, int, int, int]) -> str:
    if isinstance(padding, str):
        return padding
    return f"padding {padding[0]}" if len(set(padding)) == 1 else f"padding {' '.join(map(str, padding))}"


def _unbroken(sentence: str) -> str:
    """Keep products and sums of a sentence on one line."""
    for sign in "×=−+":
        sentence = sentence.replace(f" {sign} ", f"\u00a0{sign}\u00a0")
    return sentence
