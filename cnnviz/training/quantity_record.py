"""What the numbers are that a run learned, as it stands in a run file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnviz.data.quantities import AnglePart, Quantity, with_scale
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.data.treatment import Treatment

_MAX_TEXT = 1_000
_NAMES = frozenset({"name", "unit", "part"})


def quantity_to_dict(quantity: Quantity) -> dict[str, str]:
    """Return name, unit and part; what was done to the numbers stands with the treatment of the images."""
    return {"name": quantity.name, "unit": quantity.unit, "part": quantity.part.value}


def is_quantity(item: Any) -> bool:
    """Return whether a value read from a file says what a number is."""
    return (
        isinstance(item, dict)
        and item.keys() == _NAMES
        and all(isinstance(text, str) and len(text) <= _MAX_TEXT for text in item.values())
        and item["part"] in list(AnglePart)
    )


def quantities_of(items: Sequence[dict[str, str]], treatment: Treatment) -> tuple[Quantity, ...]:
    """Return the quantities that a file names; files from before they had names hold none.

    Raises
    ------
    ValueError
        The file has the scale of more numbers than it names, or of fewer; not where it names none.
    """
    named = tuple(Quantity(item["name"], item["unit"], AnglePart(item["part"])) for item in items)
    scaled = len(treatment.target_means)
    if not scaled:
        return named
    if len(named) not in (0, scaled):
        names = counted(scaled, "name")
        raise ValueError(f"must be {names}, one for each number that has a scale; received {len(named):,}")
    return with_scale(named, treatment.target_means, treatment.target_deviations)
