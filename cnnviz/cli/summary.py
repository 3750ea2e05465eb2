"""`cnnviz summary`: the layers of a network and their sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnviz.cli.networks import load_design
from cnnviz.cli.output import print_json, print_table
from cnnviz.errors import CnnvizError, SpecError
from cnnviz.spec.layers import type_name
from cnnviz.spec.shapes import format_bytes, format_shape
from cnnviz.spec.trace import LayerTrace, NetworkTrace, trace
from cnnviz.spec.validate import check_trace, in_words

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

_HEADINGS = ("Layer", "Type", "Output", "Parameters", "Multiply-adds", "Memory", "Receptive field")


def run(options: argparse.Namespace) -> int:
    """Print the table or the JSON object of one design."""
    spec = load_design(options.network)
    traced = trace(spec)
    problems = check_trace(traced)
    if problems:
        raise SpecError(in_words(problems))
    if options.diagram is not None:
        _write_diagram(options.diagram, traced, spec.name)
    if options.json:
        print_json({"name": spec.name, "input_shape": list(spec.input.shape), **_to_dict(traced)})
        return 0
    rows: list[tuple[str, ...]] = [("input", "", format_shape(traced.input_shape), "", "", "", "")]
    rows += [row for record in traced.layers for row in _rows(record)]
    rows.append(
        (
            "total",
            "",
            "",
            f"{traced.parameters:,}",
            f"{traced.multiply_adds:,}",
            format_bytes(traced.activation_bytes),
            "",
        )
    )
    print_table(_HEADINGS, rows, right_from=2)
    return 0


def _write_diagram(path: Path, traced: NetworkTrace, name: str) -> None:
    """Draw the design with Qt, which no other part of the command loads."""
    from cnnviz.app.startup_check import startup_problem

    problem = startup_problem()
    if problem is not None:
        raise CnnvizError(problem)
    from cnnviz.ui.diagram_export import export_diagram

    export_diagram(path, traced, name)


def _to_dict(traced: NetworkTrace) -> dict[str, Any]:
    return {
        "layers": [_layer_to_dict(record) for record in traced.layers],
        "parameters": traced.parameters,
        "multiply_adds": traced.multiply_adds,
        "activation_bytes": traced.activation_bytes,
    }


def _layer_to_dict(record: LayerTrace) -> dict[str, Any]:
    field = record.receptive_field
    values = {
        "id": record.layer.id,
        "type": type_name(record.layer),
        "output_shape": list(record.output_shape or ()),
        "parameters": record.parameters,
        "multiply_adds": record.multiply_adds,
        "activation_bytes": record.activation_bytes,
        "receptive_field": list(field.size) if field else None,
    }
    if record.inner:
        values["layers"] = [_layer_to_dict(inner) for inner in record.inner]
    return values


def _rows(record: LayerTrace, depth: int = 0) -> Iterator[tuple[str, ...]]:
    """Yield the row of a layer; behind that of a block stand the rows of what is counted in it."""
    yield _row(record, depth)
    for inner in record.inner:
        yield from _rows(inner, depth + 1)


def _row(record: LayerTrace, depth: int) -> tuple[str, ...]:
    field = record.receptive_field
    return (
        "  " * depth + record.layer.id,
        type_name(record.layer),
        format_shape(record.output_shape or ()),
        f"{record.parameters:,}",
        f"{record.multiply_adds:,}",
        format_bytes(record.activation_bytes),
        f"{field.size[0]}×{field.size[1]}" if field else "",
    )
