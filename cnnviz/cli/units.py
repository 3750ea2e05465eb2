"""`cnnviz inspect --unit`: one number, taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnviz.errors import SpecError
from cnnviz.files import write_atomic
from cnnviz.interpret.explain.effective import effective_field, unit_gradient
from cnnviz.interpret.explain.explain import explain
from cnnviz.interpret.explain.numbers import facts_of, numbers_of
from cnnviz.interpret.explain.place import Unit
from cnnviz.interpret.explain.reach import reaches
from cnnviz.interpret.explain.sentences import text, unit_file_name
from cnnviz.interpret.number_files import NPZ, npz_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from cnnviz.interpret.explain.place import Look

_IMAGE = "input"
_MOST_DIGITS = 9


def parsed_unit(wanted: str, look: Look) -> Unit:
    """Return the unit that is written as ID:MAP:ROW:COLUMN, or ID:UNIT where numbers stand in a row.

    Raises
    ------
    CnnvizError
        It is written otherwise, or there is no such number.
    """
    layer_id, *numbers = wanted.split(":")
    is_sound = all(one.isascii() and one.isdecimal() and len(one) <= _MOST_DIGITS for one in numbers)
    has_layer = any(layer.layer_id == layer_id for layer in (*look.view.layers, *look.view.inner))
    layer_id = "" if layer_id == _IMAGE and not has_layer else layer_id
    places = tuple(int(one) for one in numbers) if is_sound else ()
    count = 3 if look.values(layer_id).ndim == 3 else 1
    if len(places) != count:
        form = "ID:MAP:ROW:COLUMN" if count == 3 else "ID:UNIT, as its numbers stand in a row"
        raise SpecError(f'A number of this layer is written as {form}; received "{wanted}".')
    unit = Unit(layer_id, *places)
    look.value(unit)
    return unit


def write_unit(look: Look, unit: Unit, folder: Path, *, arrays: bool) -> tuple[list[str], dict[str, Any]]:
    """Write the sum as text, and with `arrays` all that was added; return the files and the facts.

    Raises
    ------
    CnnvizError
        There is no such number, or a file cannot be written.
    """
    explanation = explain(look, unit)
    name = unit_file_name(look, unit)
    said = text(look, explanation)
    write_atomic(folder / f"{name}.txt", said.encode())
    written = [f"{name}.txt"]
    if arrays:
        field = effective_field(unit_gradient(look, unit))
        write_atomic(folder / f"{name}{NPZ}", npz_bytes({**numbers_of(explanation).arrays, "field": field}))
        written.append(f"{name}{NPZ}")
    facts = facts_of(explanation)
    facts["sees"] = {layer_id or _IMAGE: list(found.box) for layer_id, found in reaches(look, unit).items()}
    return written, facts | {"text": said}
