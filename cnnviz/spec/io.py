"""Design files: JSON with a version, read strictly, written atomically."""

from __future__ import annotations

import collections
import dataclasses
import json
import math
from typing import TYPE_CHECKING, Any, NoReturn

from cnnviz.errors import FileError, SpecError
from cnnviz.files import read_limited, write_atomic
from cnnviz.spec.augmenting import Augmenting
from cnnviz.spec.fields import field_infos, value_problem
from cnnviz.spec.layers import LAYER_TYPES, Layer, Residual, type_name
from cnnviz.spec.losses import LOSS_TYPES
from cnnviz.spec.network import MAX_DEPTH, MAX_LAYERS, InputSpec, NetworkSpec
from cnnviz.spec.preparing import Preparing
from cnnviz.spec.renaming import ID_PATTERN, ID_RULE
from cnnviz.spec.schedules import SCHEDULE_TYPES
from cnnviz.spec.training import OPTIMIZER_TYPES, TrainingSpec

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = "cnnviz-network"
VERSION = 1
MAX_FILE_BYTES = 4_000_000
MAX_NAME_LENGTH = 200
_TRAINING_PARTS: dict[str, tuple[Any, ...]] = {
    "optimizer": OPTIMIZER_TYPES,
    "loss": LOSS_TYPES,
    "schedule": SCHEDULE_TYPES,
}
_MAX_NUMBERS = 4
"""The most values in a setting: padding at the top, bottom, left and right."""


def to_json(spec: NetworkSpec) -> str:
    """Return the design as the text of a design file."""
    text = json.dumps(to_dict(spec), indent=2, ensure_ascii=False) + "\n"
    # A name may hold halves of characters, which UTF-8 cannot; written as \udcff they are JSON's own escapes.
    return text.encode("utf-8", "backslashreplace").decode()


def from_json(text: str, origin: str = "the design") -> NetworkSpec:
    """Read a design from the text of a design file.

    Raises
    ------
    FileError
        The text is no design; the message begins with `origin` and names the place.
    """
    return from_dict(parse_json(text, origin), origin)


def load(path: Path) -> NetworkSpec:
    """Read a design file, or raise `FileError` naming the file, the place and the reason."""
    content = read_limited(path, MAX_FILE_BYTES)
    if b"\0" in content:
        raise FileError(f"{path} is not a design file: it is not UTF-8 text.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"{path} is not a design file: it is not UTF-8 text (byte {error.start}).") from error
    return from_json(text, str(path))


def save(spec: NetworkSpec, path: Path) -> None:
    """Write a design file, whole or not at all; raises `FileError` where it cannot."""
    write_atomic(path, to_json(spec).encode())


def to_dict(spec: NetworkSpec) -> dict[str, Any]:
    """Return the design as plain JSON values."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": spec.name,
        "input": _settings(spec.input),
        "layers": [layer_to_dict(layer) for layer in spec.layers],
    }


def layer_to_dict(layer: Layer) -> dict[str, Any]:
    """Return one layer as plain JSON values."""
    values = {"id": layer.id, "type": type_name(layer), **_settings(layer)}
    if isinstance(layer, Residual):
        values["layers"] = [layer_to_dict(inner) for inner in layer.layers]
    return values


def training_to_dict(training: TrainingSpec) -> dict[str, Any]:
    """Return training settings as plain JSON values."""
    parts = {name: getattr(training, name) for name in _TRAINING_PARTS}
    chosen = {name: {"type": type(part).__name__, **_settings(part)} for name, part in parts.items()}
    # Left out where there is none of it, so that earlier versions of the program can read the settings.
    varied = {"augmenting": _settings(training.augmenting)} if training.augmenting.is_on else {}
    return {**chosen, **varied, **_settings(training), "frozen": list(training.frozen)}


def from_dict(value: Any, origin: str = "the design") -> NetworkSpec:
    """Read a design from plain JSON values, or raise `FileError` naming the place."""
    reader = _Reader(origin)
    root = reader.mapping(value, "")
    if root.get("format") != FORMAT:
        raise FileError(f'{origin} is not a cnnviz design: "format" must be "{FORMAT}".')
    version = root.get("version")
    if type(version) is not int or version != VERSION:
        reader.fail("version", f"this program reads version {VERSION}; received {_brief(version)}")
    reader.known_keys(root, "", {"format", "version", "name", "input", "layers"})
    name = root.get("name", "")
    if not isinstance(name, str) or len(name) > MAX_NAME_LENGTH:
        reader.fail("name", f"must be text of at most {MAX_NAME_LENGTH} characters")
    try:
        return NetworkSpec(
            name=name,
            input=reader.input(root.get("input"), "input"),
            layers=reader.layers(root.get("layers"), "layers"),
        )
    except SpecError as error:
        raise FileError(f"{origin}: {error}") from error


def layer_from_dict(value: Any, origin: str, place: str = "layer") -> Layer:
    """Read one layer from plain JSON values, or raise `FileError` naming `origin` and the place in it."""
    return _Reader(origin).layer(value, place)


def training_from_dict(value: Any, origin: str = "the training settings") -> TrainingSpec:
    """Read training settings from plain JSON values, or raise `FileError` naming the place.

    What is missing, as in files from before there was a choice of it, is as by default; the optimizer must
    be there.
    """
    reader = _Reader(origin)
    root = {"optimizer": None, **reader.mapping(value, "")}
    frozen = reader.ids(root.pop("frozen", []), "frozen")
    parts = {
        name: reader.chosen(root.pop(name), kinds, name)
        for name, kinds in _TRAINING_PARTS.items()
        if name in root
    }
    augmenting = reader.record(
        Augmenting, reader.mapping(root.pop("augmenting", {}), "augmenting"), "augmenting"
    )
    settings: TrainingSpec = reader.record(TrainingSpec, root, "")
    return dataclasses.replace(settings, frozen=frozen, augmenting=augmenting, **parts)


def preparing_to_dict(preparing: Preparing) -> dict[str, Any]:
    """Return what is done to images as plain JSON values."""
    settings = _settings(preparing)
    if not preparing.standardise_targets:
        del settings["standardise_targets"]  # as in files from before it was there
    return settings


def preparing_from_dict(value: Any, origin: str = "the preparation") -> Preparing:
    """Read what is done to images from plain JSON values, or raise `FileError` naming the place."""
    reader = _Reader(origin)
    preparing: Preparing = reader.record(Preparing, reader.mapping(value, ""), "")
    return preparing


def parse_json(text: str, origin: str) -> Any:
    """Parse JSON strictly: no duplicate keys, no NaN or infinity, no endless nesting.

    Raises
    ------
    FileError
        With `origin` and, for a syntax error, line and column.
    """

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(items)
        if len(result) != len(items):
            counts = collections.Counter(key for key, _ in items)
            double = next(key for key, count in counts.items() if count > 1)
            raise FileError(f"{origin}: {_quoted(double)} stands twice in the same place.")
        return result

    def refuse(constant: str) -> NoReturn:
        raise FileError(f"{origin}: {constant} is not a number that a file may hold.")

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_constant=refuse)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise FileError(f"{origin} is not valid JSON: {error.msg.removesuffix(' at')} at {place}.") from error
    except RecursionError as error:
        raise FileError(f"{origin} is nested too deeply.") from error
    except ValueError as error:
        raise FileError(f"{origin}: a number has too many digits.") from error


def _settings(record: Any) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in field_infos(type(record))}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


class _Reader:
    """Reads plain values into records and says where something is wrong."""

    def __init__(self, origin: str) -> None:
        self._origin = origin

    def fail(self, place: str, reason: str) -> NoReturn:
        where = f", at {place}" if place else ""
        raise FileError(f"{self._origin}{where}: {reason}.")

    def mapping(self, value: Any, place: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.fail(place, f"must be an object with named values; received {_brief(value)}")
        return value

    def known_keys(self, value: dict[str, Any], place: str, allowed: set[str]) -> None:
        for key in value:
            if key not in allowed:
                names = ", ".join(sorted(allowed))
                self.fail(place, f"{_quoted(key)} is not known here; allowed are {names}")

    def layers(self, value: Any, place: str, depth: int = 0) -> tuple[Layer, ...]:
        if not isinstance(value, list):
            self.fail(place, "must be a list of layers")
        if len(value) > MAX_LAYERS:
            self.fail(place, f"must be at most {MAX_LAYERS} layers; received {len(value)}")
        if depth > MAX_DEPTH:
            self.fail(place, f"blocks can stand in each other up to {MAX_DEPTH} deep")
        return tuple(self.layer(item, f"{place}[{number}]", depth) for number, item in enumerate(value))

    def layer(self, value: Any, place: str, depth: int = 0) -> Layer:
        item = dict(self.mapping(value, place))
        kind = self._kind(item.pop("type", None), LAYER_TYPES, f"{place}.type")
        layer_id = item.pop("id", "")
        if not isinstance(layer_id, str) or (layer_id and not ID_PATTERN.fullmatch(layer_id)):
            self.fail(f"{place}.id", ID_RULE)
        body = None
        if kind is Residual:
            body = self.layers(item.pop("layers", None), f"{place}.layers", depth + 1)
        layer: Layer = dataclasses.replace(self.record(kind, item, place), id=layer_id)
        if body is not None and isinstance(layer, Residual):
            layer = dataclasses.replace(layer, layers=body)
        return layer

    def input(self, value: Any, place: str) -> InputSpec:
        item = self.mapping(value, place)
        for name in field_infos(InputSpec):
            if name not in item:
                self.fail(place, f'"{name}" is missing')
        shape: InputSpec = self.record(InputSpec, item, place)
        return shape

    def ids(self, value: Any, place: str) -> tuple[str, ...]:
        if not isinstance(value, list) or len(value) > MAX_LAYERS:
            self.fail(place, f"must be a list of at most {MAX_LAYERS} layer ids")
        for item in value:
            if not isinstance(item, str) or not ID_PATTERN.fullmatch(item):
                self.fail(place, f"{_brief(item)} is not a layer id")
        return tuple(value)

    def chosen(self, value: Any, kinds: tuple[Any, ...], place: str) -> Any:
        item = dict(self.mapping(value, place))
        kind = self._kind(item.pop("type", None), kinds, f"{place}.type")
        return self.record(kind, item, place)

    def record(self, cls: Any, item: dict[str, Any], place: str) -> Any:
        infos = field_infos(cls)
        self.known_keys(item, place, set(infos))
        values = {}
        for name, info in infos.items():
            if name not in item:
                continue
            value = _comparable(item[name])
            sentence = value_problem(info, value)
            if sentence is not None:
                self.fail(f"{place}.{name}".lstrip("."), _shortened(sentence).rstrip("."))
            values[name] = value
        return cls(**values)

    def _kind(self, name: Any, kinds: tuple[Any, ...], place: str) -> Any:
        for kind in kinds:
            if kind.__name__ == name:
                return kind
        names = ", ".join(kind.__name__ for kind in kinds)
        self.fail(place, f"{_brief(name)} is not known to this program; allowed are {names}")


@dataclasses.dataclass(frozen=True, slots=True)
class _Unfit:
    """Stands for a value that no setting takes, and that may be too large or too deep to be written out."""

    words: str

    def __repr__(self) -> str:
        return self.words


def _comparable(value: Any) -> Any:
    """Return a value as settings have it: a list is a tuple there."""
    if isinstance(value, list):
        is_flat = len(value) <= _MAX_NUMBERS and not any(isinstance(item, dict | list) for item in value)
        return tuple(value) if is_flat else _Unfit(_brief(value))
    return _Unfit(_brief(value)) if isinstance(value, dict) else value


def _brief(value: Any) -> str:
    if isinstance(value, dict):
        return f"an object of {len(value):,} values"
    if isinstance(value, list):
        return f"a list of {len(value):,} values"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return _shortened(repr(value), 80)


def _quoted(name: str) -> str:
    """Return a name in quotes, cut, and with what cannot be seen written out."""
    visible = (char if char.isprintable() else ascii(char)[1:-1] for char in name[:80])
    return f'"{"".join(visible)}"'


def _shortened(text: str, limit: int = 300) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"
