"""The numbers behind an explanation, to be computed with elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.interpret.explain.pointwise import Bent, Normalised, Passed, Quieted
from cnnviz.interpret.explain.rows import Added, Shares, WeightedRow
from cnnviz.interpret.explain.steps import steps
from cnnviz.interpret.explain.windows import Largest, Mean, Weighted
from cnnviz.interpret.number_files import NumberSet, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from cnnviz.interpret.explain.explain import Explanation, How

_NAMES: Mapping[type, str] = {
    Weighted: "products of a patch and a kernel",
    WeightedRow: "products of a row and its weights",
    Largest: "largest of a window",
    Mean: "mean of a window",
    Shares: "share of an exponential",
    Bent: "function of a number",
    Normalised: "normalised number",
    Quieted: "number divided by its neighbours",
    Added: "sum of two ways",
    Passed: "passed on",
}


def numbers_of(explanation: Explanation) -> NumberSet:
    """Return all that a number was made from.

    Arrays are float64, but for `engine`, the float32 number that the engine computed; single numbers have no
    axes. A patch, its kernel and their products are (C, KH, KW), the sums of the products (C,); a window is
    (KH, KW), and `inside` tells its numbers from padding; rows are (K,).
    """
    arrays = dict(_arrays(explanation.how))
    arrays |= {"value": np.array(explanation.value), "engine": np.array(explanation.engine, np.float32)}
    return NumberSet(arrays, _table(explanation.how))


def facts_of(explanation: Explanation) -> dict[str, Any]:
    """Return how a number was made as plain values for a JSON object."""
    unit, then, deeper = explanation.unit, explanation.then, explanation.deeper
    facts: dict[str, Any] = {
        "layer": unit.layer_id,
        "channel": unit.channel,
        "row": unit.row,
        "column": unit.column,
        "kind": _NAMES[type(explanation.how)],
        "value": explanation.value,
        "engine": explanation.engine,
        "rounding": explanation.rounding,
        "steps": [{"label": step.label, "value": step.value} for step in steps(explanation)],
    }
    if deeper is not None:
        facts["strongest"] = [deeper.layer_id, deeper.channel, deeper.row, deeper.column]
    if then is not None:
        facts["then"] = {"layer": then.layer.id, "value": then.value}
    return facts


def _arrays(how: How) -> Iterator[tuple[str, NDArray[Any]]]:
    match how:
        case Weighted():
            yield from (("products", how.products), ("patch", how.patch), ("kernel", how.kernel))
            yield from (("sums", how.sums), ("inside", how.window.inside))
            yield "bias", np.array(how.bias or 0.0)
        case WeightedRow():
            yield from (("products", how.products), ("inputs", how.inputs), ("weights", how.weights))
            yield "bias", np.array(how.bias)
        case Largest() | Mean():
            yield from (("window", how.cells), ("inside", how.window.inside))
        case Shares():
            yield from (("shares", how.exponentials / how.total), ("scores", how.scores))
            yield "exponentials", how.exponentials
        case Bent():
            yield from (("x", np.array(how.x)), ("slope", np.array(how.slope)))
        case Normalised():
            for name in ("x", "mean", "variance", "epsilon", "weight", "bias"):
                yield name, np.array(getattr(how, name))
        case Quieted():
            yield from (("neighbours", how.neighbours), ("divisor", np.array(how.divisor)))
        case Added():
            yield from (("body", np.array(how.body_value)), ("past", np.array(how.past_value)))
            if how.projection is not None:
                yield from ((f"projection_{name}", array) for name, array in _arrays(how.projection))
        case Passed():
            return


def _table(how: How) -> Table | None:
    """Return the numbers that were added, compared or shared out, one in each row."""
    match how:
        case Weighted():
            places = np.ndindex(how.products.shape)
            rows = [
                (
                    how.first_channel + c,
                    r,
                    k,
                    *(float(a[c, r, k]) for a in (how.patch, how.kernel, how.products)),
                )
                for c, r, k in places
            ]
            return Table(("channel", "row", "column", "input", "weight", "product"), rows)
        case WeightedRow():
            triples = zip(how.inputs.tolist(), how.weights.tolist(), how.products.tolist(), strict=True)
            return Table(("unit", "input", "weight", "product"), [(n, *one) for n, one in enumerate(triples)])
        case Largest() | Mean():
            cells = [(*place, float(how.cells[place])) for place in np.ndindex(how.cells.shape)]
            return Table(("row", "column", "number"), [one for one in cells if how.window.inside[one[:2]]])
        case Shares():
            shares = (how.exponentials / how.total).tolist()
            columns = zip(how.scores.tolist(), how.exponentials.tolist(), shares, strict=True)
            return Table(("unit", "score", "exponential", "share"), [(n, *c) for n, c in enumerate(columns)])
        case Quieted():
            found = enumerate(how.neighbours.tolist(), how.first_channel)
            return Table(("map", "number"), list(found))
        case Added() if how.projection is not None:
            return _table(how.projection)
        case _:
            return None
