"""From a number to the sum that it is made of: through activations, norms, pools and blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.interpret.explain.explain import explain
from cnnviz.interpret.explain.rows import WeightedRow
from cnnviz.interpret.explain.windows import Weighted

if TYPE_CHECKING:
    from cnnviz.interpret.explain.place import Look, Unit


def way_to_sum(look: Look, unit: Unit) -> tuple[Unit, ...]:
    """Return the numbers from `unit` to the patch or row whose products are summed, both included.

    At each step it goes to the input that counted most. Where the image comes before any sum, the way is
    `unit` alone.

    Raises
    ------
    ExplainError
        There is no such unit, or its layer could not be computed.
    """
    way = [unit]
    while way[-1].layer_id:
        how = explain(look, way[-1]).how
        if isinstance(how, Weighted | WeightedRow):
            return tuple(way)
        if how.strongest is None:
            break
        way.append(how.strongest)
    return (unit,)
