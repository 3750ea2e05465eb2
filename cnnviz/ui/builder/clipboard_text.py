"""Layers as text for the clipboard: a design file that holds just them, so it can be mailed. Pure: no Qt."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.errors import FileError
from cnnviz.spec import io
from cnnviz.spec.tree_edits import outermost

if TYPE_CHECKING:
    from collections.abc import Collection

    from cnnviz.spec.layers import Layer
    from cnnviz.spec.network import NetworkSpec

_ORIGIN = "The text on the clipboard"
NOTHING_THERE = "The clipboard holds no layers. Copy some here, or the text of a design file."


def copied_layers(spec: NetworkSpec, layer_ids: Collection[str]) -> tuple[Layer, ...]:
    """Return the layers with these ids in their order; those inside another of them go along with it."""
    return tuple(spec.layer(layer_id) for layer_id in outermost(spec, layer_ids))


def to_text(spec: NetworkSpec, layers: tuple[Layer, ...]) -> str:
    """Return layers of a design as the text of a design file, with the name and the input of `spec`."""
    return io.to_json(dataclasses.replace(spec, layers=layers))


def from_text(text: str) -> tuple[Layer, ...]:
    """Return the layers of a design file's text.

    Raises
    ------
    FileError
        The text is no design, or one without layers; with the reason in one sentence.
    """
    if not text.lstrip("\ufeff \t\r\n").startswith("{"):
        raise FileError(NOTHING_THERE)
    if len(text) > io.MAX_FILE_BYTES:
        raise FileError(
            f"{_ORIGIN} is too large: {len(text):,} characters, at most {io.MAX_FILE_BYTES:,} are taken."
        )
    layers = io.from_json(text.lstrip("\ufeff"), _ORIGIN).layers
    if not layers:
        raise FileError(f"{_ORIGIN} is a design without layers.")
    return layers
