"""What a repair brings, in few words. Pure: no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from cnnviz.spec.repairs import Repair


def note(repair: Repair) -> str:
    """Return the second line of a repair's button: the shapes that come about, and what the design learns."""
    return " · ".join(part for part in (repair.shapes, _rest(repair.left) or _parameters(repair)) if part)


def tooltip(repair: Repair) -> str:
    """Return everything there is to say about a repair."""
    lines = [repair.label, repair.shapes]
    if repair.left:
        lines.append(f"After it, {_rest(repair.left)}.")
    else:
        change = _change(repair.more_multiply_adds, repair.multiply_adds)
        cost = f"{counted(repair.multiply_adds, 'multiply-add')}{change}"
        lines.append(f"The design then has {_parameters(repair)} and takes {cost} for each image.")
    return "\n".join(line for line in lines if line)


def sentence(repair: Repair) -> str:
    """Return what a screen reader says of a repair's button."""
    return f"Repair: {repair.label}. {note(repair)}"


def _rest(left: int) -> str:
    if left == 0:
        return ""
    return f"{counted(left, 'problem')} {'is' if left == 1 else 'are'} left"


def _parameters(repair: Repair) -> str:
    return f"{counted(repair.parameters, 'parameter')}{_change(repair.more_parameters, repair.parameters)}"


def _change(more: int | None, total: int) -> str:
    if more is None or more == total:
        return ""
    if more == 0:
        return ", as before"
    return f" ({'+' if more > 0 else '−'}{abs(more):,})"
