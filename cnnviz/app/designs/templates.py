"""The bundled designs with what there is to say about each, in the order in which they are offered."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.app.designs.bundled import bundled_training
from cnnviz.resource_files import resource_path
from cnnviz.spec import io

if TYPE_CHECKING:
    from typing import Any

    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec

_TEXTS = "templates.json"


@dataclasses.dataclass(frozen=True, slots=True)
class Template:
    """A design to begin with.

    `summary` is one line; `about` says what the network is and why it is known, `look` what to look at, and
    `source` where it comes from.
    """

    name: str
    spec: NetworkSpec
    training: TrainingSpec
    summary: str
    about: str
    look: str
    source: str


@dataclasses.dataclass(frozen=True, slots=True)
class TemplateGroup:
    """Templates under one heading."""

    title: str
    templates: tuple[Template, ...]


def template_groups() -> tuple[TemplateGroup, ...]:
    """Return every template, in groups.

    Raises
    ------
    FileError
        A file of the program is missing or damaged.
    """
    path = resource_path(_TEXTS)
    texts = io.parse_json(path.read_text(encoding="utf-8"), str(path))
    return tuple(
        TemplateGroup(group["title"], tuple(_template(entry) for entry in group["networks"]))
        for group in texts["groups"]
    )


def _template(entry: dict[str, Any]) -> Template:
    name = entry["name"]
    spec = io.load(resource_path("networks", f"{name}.json"))
    words = {key: entry[key] for key in ("summary", "about", "look", "source")}
    return Template(name=name, spec=spec, training=bundled_training(name), **words)
