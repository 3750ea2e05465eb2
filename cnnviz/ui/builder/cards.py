"""What the card of each layer says: one frozen record per row, made from the trace of a design."""

from __future__ import annotations

import dataclasses
import enum
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
from cnnviz.spec.shapes import Shape, format_shape
from cnnviz.spec.tree_edits import carries_activation
from cnnviz.spec.words import counted
from cnnviz.ui.widgets.breakable import unbroken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from cnnviz.spec.trace import LayerTrace, NetworkTrace, Problem

INPUT_TYPE = "Input"
INPUT_SUMMARY = "The images that the network takes."
UNKNOWN = "–"
SUM_WITH_INPUT = "+ input"
SUM_WITH_PROJECTION = "+ projected input"


class Fold(enum.Enum):
    """Whether a card holds others, and whether these are shown."""

    NONE = enum.auto()
    OPEN = enum.auto()
    CLOSED = enum.auto()


@dataclasses.dataclass(frozen=True, slots=True)
class Card:
    """One row of the list, ready to be painted.

    `layer_id` is empty and `category` None for the input. `shape` is what comes out; it is a dash where an
    earlier layer has a problem. `fresh` says that other layers have been trained, but this one not; `frozen`
    that its weights stay as they are in the next run.

    `depth` counts the blocks around the layer, and `parent` is the id of the innermost of them. `endings` has
    a word for each block that ends below this row, the innermost first. `attached` says that this is the
    activation of the row above, `carries` that the row below is this one's. `held` is how many layers a block
    has in its body. `volume` is the output shape again, as numbers. `problems` are sentences on what is wrong
    here, `unfinished` on what has to follow.
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
    unfinished: tuple[str, ...] = ()
    fresh: bool = False
    frozen: bool = False
    depth: int = 0
    parent: str | None = None
    endings: tuple[str, ...] = ()
    attached: bool = False
    carries: bool = False
    fold: Fold = Fold.NONE
    held: int = 0
    volume: Shape | None = None

    @property
    def is_empty_block(self) -> bool:
        """Whether this is an open block without any layer, which waits for some."""
        return self.fold is Fold.OPEN and self.held == 0

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
            parts.append(self._parameters_in_words())
        if self.fresh:
            parts.append("not trained yet")
        if self.frozen:
            parts.append("frozen")
        if self.fold is not Fold.NONE:
            parts.append(f"{self.fold.name.lower()}, {counted(self.held, 'layer')} inside")
        if self.parent is not None:
            parts.append(f"inside {self.parent}")
        text = ", ".join(part for part in parts if part)
        return " ".join([f"{text}.", *(f"Problem: {problem}" for problem in self.problems), *self.unfinished])

    @property
    def tooltip(self) -> str:
        """What the card means, and what there was no room for."""
        lines = [f"{self.title} {self.layer_id}".rstrip(), self.summary]
        lines.append(f"{self.settings}" if self.settings else "")
        if self.shape == UNKNOWN:
            lines.append("The output shape is not known until the problem here or above is solved.")
        else:
            lines.append(", ".join(filter(None, (f"Output {self.shape}", self._parameters_in_words()))))
        if self.fresh:
            lines.append("The weights of this layer are fresh: it has not been trained yet.")
        if self.frozen:
            lines.append("The weights of this layer are frozen: they stay as they are in the next run.")
        return "\n".join(line for line in (*lines, *self.problems, *self.unfinished) if line)

    def _parameters_in_words(self) -> str:
        nouns = "parameter" if self.parameters == "1" else "parameters"
        return f"{self.parameters} {nouns}" if self.parameters else ""


def cards_of(
    trace: NetworkTrace,
    problems: Iterable[Problem],
    fresh: Collection[str] = (),
    closed: Collection[str] = (),
    frozen: Collection[str] = (),
) -> tuple[Card, ...]:
    """Return the cards of a design: the input's first, then one for each layer, a block before its body.

    The bodies of blocks whose ids are in `closed` are left out.
    """
    found: dict[str, list[str]] = {}
    unfinished: dict[str, list[str]] = {}
    for problem in problems:
        if problem.layer_id is not None:
            kind = unfinished if problem.is_unfinished else found
            kind.setdefault(problem.layer_id, []).append(unbroken(problem.message))
    dealer = _Dealer(found, unfinished, fresh, closed, frozen)
    return (_input_card(trace), *dealer.deal(trace.layers, _ROOT))


def _input_card(trace: NetworkTrace) -> Card:
    height, width, channels = trace.input_shape
    return Card(
        layer_id="",
        type_name=INPUT_TYPE,
        title="Input",
        category=None,
        settings={1: "gray image", 3: "colour image"}.get(channels, counted(channels, "channel")),
        summary=INPUT_SUMMARY,
        shape=format_shape((height, width, channels)),
        parameters="",
        volume=trace.input_shape,
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _Spot:
    """Where a card is dealt: inside which block, how deep, and what is said below it."""

    parent: str | None = None
    depth: int = 0
    endings: tuple[str, ...] = ()
    attached: bool = False
    carries: bool = False


_ROOT = _Spot()


@dataclasses.dataclass(frozen=True, slots=True)
class _Dealer:
    """Makes the cards of layers that stand side by side, and of those inside them."""

    found: Mapping[str, list[str]]
    unfinished: Mapping[str, list[str]]
    fresh: Collection[str]
    closed: Collection[str]
    frozen: Collection[str]

    def deal(self, records: tuple[LayerTrace, ...], body: _Spot) -> Iterator[Card]:
        """Yield the cards of a body; `body` says where, and what is said below its last card."""
        last, attached = len(records) - 1, False
        for place, record in enumerate(records):
            layer = record.layer
            carries = place < last and carries_activation(layer, records[place + 1].layer)
            endings = body.endings if place == last else ()
            spot = _Spot(body.parent, body.depth, endings, attached, carries)
            attached = carries
            if isinstance(layer, Residual):
                yield from self._block(record, layer, spot)
            else:
                yield self._card(record, spot, tuple(self.found.get(layer.id, ())))

    def _block(self, record: LayerTrace, block: Residual, spot: _Spot) -> Iterator[Card]:
        held = len(block.layers)
        if block.id in self.closed:
            card = self._card(record, spot, _problems_inside(block, self.found))
            is_fresh = any(inner.id in self.fresh for inner in walk((block,)))
            yield dataclasses.replace(card, fold=Fold.CLOSED, held=held, fresh=is_fresh)
            return
        own = dataclasses.replace(spot, endings=()) if held else spot
        card = self._card(record, own, tuple(self.found.get(block.id, ())))
        yield dataclasses.replace(card, fold=Fold.OPEN, held=held, settings=counted(held, "layer"))
        yield from self.deal(record.inner, _Spot(block.id, spot.depth + 1, (_ending(record), *spot.endings)))

    def _card(self, record: LayerTrace, spot: _Spot, problems: tuple[str, ...]) -> Card:
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
            unfinished=tuple(self.unfinished.get(layer.id, ())),
            fresh=layer.id in self.fresh,
            frozen=layer.id in self.frozen and record.parameters > 0,
            depth=spot.depth,
            parent=spot.parent,
            endings=spot.endings,
            attached=spot.attached,
            carries=spot.carries,
            volume=record.output_shape,
        )


def _ending(record: LayerTrace) -> str:
    """Return what a block does below its last layer; what it has to learn there is a projection."""
    own = record.parameters - sum(inner.parameters for inner in record.inner)
    return SUM_WITH_PROJECTION if own > 0 else SUM_WITH_INPUT


def _problems_inside(block: Layer, found: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return the problems of a layer, and those of the layers inside it with their names."""
    inside = (
        f"{inner.id}: {sentence}"
        for inner in walk((block,))
        if inner is not block
        for sentence in found.get(inner.id, ())
    )
    return (*found.get(block.id, ()), *inside)


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
            return counted(layer.units, "unit")
        case Dropout() | SpatialDropout():
            return f"rate {layer.rate:.4g}"
        case LeakyReLU():
            return f"max({layer.slope:.4g} x, x)"
        case ELU():
            return f"from −{layer.alpha:.4g} up"
        case BatchNorm():
            return f"momentum {layer.momentum:.4g}"
        case LocalResponseNorm():
            return counted(layer.size, "channel")
        case ZeroPadding2D():
            return _padding((layer.top, layer.bottom, layer.left, layer.right))
        case Residual():
            return ", ".join(inner.title for inner in layer.layers) or "no layers"
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
        parts.append(counted(layer.groups, "group"))
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
