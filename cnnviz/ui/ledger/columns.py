"""What the columns of the cost table say about a layer, about all of them, and how layers compare. No Qt."""

from __future__ import annotations

import dataclasses
import enum
import math
from typing import TYPE_CHECKING

from cnnviz.spec.shapes import format_bytes, format_shape
from cnnviz.ui.format import share

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnnviz.spec.layers import Pair
    from cnnviz.spec.ledger import Ledger, LedgerRow
    from cnnviz.training.layer_times import LayerTime, LayerTimes

UNKNOWN = "–"
_UNKNOWN_TIP = "Not known until the problem here or above is solved."
_STALE_TIP = "Measured before the last change."

Amount = float | tuple[float, ...]
"""What layers are sorted by."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """All that the table shows. `is_stale` says that the times are those of another design or batch size."""

    ledger: Ledger
    times: LayerTimes | None = None
    is_stale: bool = False

    def time_of(self, row: LedgerRow) -> LayerTime | None:
        """Return the measured times of a layer, or None where there are none."""
        return None if self.times is None else self.times.layers.get(row.layer_id)

    def milliseconds(self, seconds: float) -> str:
        """Return a time with as many decimals as all times of the table have."""
        whole = self.times.step_seconds if self.times is not None else seconds
        decimals = 3 if whole < 0.02 else 2 if whole < 0.2 else 1
        return f"{1000 * seconds:,.{decimals}f}"


class Kind(enum.Enum):
    """What a column holds."""

    NAME = "name"
    WORDS = "words"
    AMOUNT = "amount"
    """A number that has a sum, of which each layer has a share."""
    TIME = "time"
    """The same, in seconds."""


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One column. `amount` is what a layer is compared by, None where it is not known; `total` is the sum."""

    title: str
    tip: str
    of: str
    kind: Kind
    amount: Callable[[Costs, LedgerRow], Amount | None]
    text: Callable[[Costs, LedgerRow], str]
    total: Callable[[Costs], float | None] = lambda costs: None
    total_text: Callable[[Costs], str] = lambda costs: ""

    def share(self, costs: Costs, row: LedgerRow) -> float | None:
        """Return which part of the sum a layer has, or None where there is none."""
        amount, total = self.amount(costs, row), self.total(costs)
        return amount / total if isinstance(amount, float | int) and total else None

    def plain(self, costs: Costs, row: LedgerRow) -> str:
        """Return what other programs can calculate with: a number without separators, times in ms."""
        if self.kind is Kind.NAME:
            return row.layer_id
        amount = self.amount(costs, row)
        if amount is None:
            return ""
        return self.text(costs, row) if self.kind is Kind.WORDS else _plain(amount, self.kind)

    def plain_total(self, costs: Costs) -> str:
        """Return the sum in the same way; empty where there is none."""
        total = self.total(costs)
        return "" if total is None else _plain(total, self.kind)

    def tooltip(self, costs: Costs, row: LedgerRow) -> str:
        """Return what a number means, and what is special about it."""
        if not row.is_known and self.kind is not Kind.NAME:
            return _UNKNOWN_TIP
        lines = [f"{row.title} {row.layer_id}" if self.kind is Kind.NAME else ""]
        part = self.share(costs, row)
        if part is not None:
            inside = " Its body is counted in it." if row.type_name == "Residual" else ""
            lines.append(f"{share(part)} of {self.of}.{inside}")
        time = costs.time_of(row)
        if self.kind is Kind.TIME and time is not None:
            lines += [time.note, _STALE_TIP if costs.is_stale else ""]
        return "\n".join(line for line in lines if line)


def in_order(rows: Sequence[LedgerRow], amounts: Sequence[Amount | None], *, descending: bool) -> list[int]:
    """Return the places of `rows` sorted by their amounts; a block is followed by its body, sorted likewise.

    What is not known comes last; what is equal stays in the order of the design.
    """
    families: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        families.setdefault(row.blocks[-1] if row.blocks else "", []).append(place)

    def family(parent: str) -> list[int]:
        places = families.get(parent, [])
        known = [(amount, place) for place in places if (amount := amounts[place]) is not None]
        known.sort(key=lambda pair: _comparable(pair[0]), reverse=descending)  # stable, reversed or not
        unknown = [place for place in places if amounts[place] is None]
        result = []
        for place in (*(place for _, place in known), *unknown):
            result += [place, *family(rows[place].layer_id)]
        return result

    return family("")


def _comparable(amount: Amount) -> tuple[float, ...]:
    return amount if isinstance(amount, tuple) else (amount,)


def _plain(amount: Amount, kind: Kind) -> str:
    if kind is Kind.TIME and isinstance(amount, float | int):
        return f"{1000 * amount:.4f}"
    return str(amount)


def _count(title: str, tip: str, of: str, name: str) -> Column:
    return Column(
        title,
        tip,
        of,
        Kind.AMOUNT,
        amount=lambda costs, row: getattr(row, name) if row.is_known else None,
        text=lambda costs, row: f"{getattr(row, name):,}" if row.is_known else UNKNOWN,
        total=lambda costs: getattr(costs.ledger, name),
        total_text=lambda costs: f"{getattr(costs.ledger, name):,}",
    )


def _memory(title: str, tip: str, of: str, name: str) -> Column:
    return dataclasses.replace(
        _count(title, tip, of, name),
        text=lambda costs, row: format_bytes(getattr(row, name)) if row.is_known else UNKNOWN,
        total_text=lambda costs: format_bytes(getattr(costs.ledger, name)),
    )


def _field(title: str, tip: str, name: str, text: Callable[[Pair], str], *, is_area: bool = True) -> Column:
    def pair(row: LedgerRow) -> Pair | None:
        return getattr(row.receptive_field, name) if row.receptive_field is not None else None

    def amount(costs: Costs, row: LedgerRow) -> Amount | None:
        value = pair(row)
        return None if value is None else math.prod(value) if is_area else value

    def words(costs: Costs, row: LedgerRow) -> str:
        value = pair(row)
        return UNKNOWN if value is None else text(value)

    return Column(title, tip, "", Kind.WORDS, amount, words)


def _time(title: str, tip: str, of: str, way: str) -> Column:
    def seconds(costs: Costs, row: LedgerRow) -> float | None:
        time = costs.time_of(row)
        return None if time is None or not row.is_known else getattr(time, way)

    def text(costs: Costs, row: LedgerRow) -> str:
        value = seconds(costs, row)
        if value is not None:
            return costs.milliseconds(value)
        return "" if costs.times is None else UNKNOWN

    def total(costs: Costs) -> float | None:
        return None if costs.times is None else getattr(costs.times, f"{way}_seconds")

    def total_text(costs: Costs) -> str:
        value = total(costs)
        return "" if value is None else costs.milliseconds(value)

    return Column(title, tip, of, Kind.TIME, seconds, text, total, total_text)


def _step_text(step: Pair) -> str:
    if step == (0, 0):
        return UNKNOWN
    return str(step[0]) if step[0] == step[1] else format_shape(step)


def _start_text(start: Pair) -> str:
    return ", ".join(str(side).replace("-", "−") for side in start)


COLUMNS: tuple[Column, ...] = (
    Column(
        "Layer",
        "In the order of the design; the layers of a block stand under it.",
        "",
        Kind.NAME,
        amount=lambda costs, row: None,
        text=lambda costs, row: row.layer_id,
        total_text=lambda costs: "Total",
    ),
    Column(
        "Output",
        "What comes out of the layer: height × width × channels, or a row of numbers.",
        "",
        Kind.WORDS,
        amount=lambda costs, row: None if row.output_shape is None else math.prod(row.output_shape),
        text=lambda costs, row: UNKNOWN if row.output_shape is None else format_shape(row.output_shape),
    ),
    _count("Parameters", "Numbers that the layer learns.", "all parameters", "parameters"),
    _count(
        "Multiply-adds",
        "Multiplications, each with its addition, of one image's way forward. Convolutions and dense layers "
        "are counted.",
        "all multiply-adds",
        "multiply_adds",
    ),
    _memory(
        "Activations",
        "Memory of the layer's output for one whole batch.",
        "the memory of all outputs",
        "activation_bytes",
    ),
    _memory(
        "Memory",
        "Memory of training, estimated: outputs, gradients, weights, the optimizer's numbers, and copies. "
        "The total contains what no layer needs alone.",
        "the memory of training",
        "training_bytes",
    ),
    _field(
        "Sees", "Receptive field: how many rows × columns of the image one unit sees.", "size", format_shape
    ),
    _field(
        "Step",
        "How many pixels of the image lie between the fields of two neighbouring units.",
        "jump",
        _step_text,
    ),
    _field(
        "From",
        "Row and column of the image where the first unit's field begins; below 0 it reaches into the "
        "padding.",
        "start",
        _start_text,
        is_area=False,
    ),
    _time(
        "Forward ms",
        "Measured time of the layer on the way forward of one step.",
        "the way forward",
        "forward",
    ),
    _time(
        "Backward ms", "Measured time of the layer on the way back of one step.", "the way back", "backward"
    ),
)
"""From left to right."""
