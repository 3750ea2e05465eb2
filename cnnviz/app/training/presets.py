"""Training settings under a name: those that come with the program, and a person's own in a file."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from typing import TYPE_CHECKING, Any

from cnnviz.errors import FileError, TrainingError
from cnnviz.files import read_limited, write_atomic
from cnnviz.spec import io
from cnnviz.spec.schedules import Cosine, ReduceOnPlateau
from cnnviz.spec.training import BEST, Adam, Momentum, TrainingSpec

if TYPE_CHECKING:
    from pathlib import Path

FORMAT, VERSION = "cnnviz-presets", 1
MAX_PRESETS = 100
MAX_NAME_LENGTH = 40
_MAX_FILE_BYTES = 1_000_000
_KEPT = ("loss", "seed", "threads", "frozen")
"""What a preset leaves as it is: it belongs to the design, the data set or the machine."""


@dataclasses.dataclass(frozen=True, slots=True)
class Preset:
    """Settings under a name."""

    name: str
    training: TrainingSpec

    def applied_to(self, training: TrainingSpec) -> TrainingSpec:
        """Return these settings with the loss, the seed, the threads and the frozen layers of `training`."""
        kept: dict[str, Any] = {name: getattr(training, name) for name in _KEPT}
        return dataclasses.replace(self.training, **kept)


BUNDLED = (
    Preset("Default", TrainingSpec()),
    Preset(
        "SGD with momentum",
        TrainingSpec(optimizer=Momentum(learning_rate=0.02), schedule=Cosine(), epochs=30, l2=0.0005),
    ),
    Preset(
        "Slow and careful",
        TrainingSpec(
            optimizer=Adam(learning_rate=0.0003),
            schedule=ReduceOnPlateau(factor=0.3, patience=4),
            epochs=100,
            warmup_steps=100,
            l2=0.0001,
            clip_norm=1.0,
            patience=12,
            final_weights=BEST,
        ),
    ),
)


class Presets:
    """The presets that come with the program, and those of a file.

    `notice` is a sentence for the person where the file could not be read; else it is empty. It is then put
    aside when the next preset is saved.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._own: dict[str, Preset] = {}
        self.notice = ""
        try:
            if path.exists():
                self._own = {preset.name: preset for preset in _read(path)}
        except (FileError, OSError) as error:
            self.notice = f"Your training presets are not there: {error}"

    @property
    def all(self) -> tuple[Preset, ...]:
        """The bundled ones, then a person's own by their names."""
        return (*BUNDLED, *(self._own[name] for name in sorted(self._own, key=str.casefold)))

    def is_own(self, name: str) -> bool:
        """Return whether a preset of this name was saved, and so can be replaced and deleted."""
        return name in self._own

    def matching(self, training: TrainingSpec, preferred: str = "") -> Preset | None:
        """Return the preset that would change nothing, or None; of several, that of the preferred name."""
        several = [preset for preset in self.all if preset.applied_to(training) == training]
        return next(
            (preset for preset in several if preset.name == preferred), several[0] if several else None
        )

    def save(self, name: str, training: TrainingSpec) -> Preset:
        """Keep settings under a name; an own preset of that name is replaced.

        Raises
        ------
        TrainingError
            The name is empty, too long or that of a bundled preset, or there are too many.
        FileError
            The file cannot be written; nothing has changed then.
        """
        preset = Preset(self._checked_name(name), training)
        self._write({**self._own, preset.name: preset})
        return preset

    def delete(self, name: str) -> None:
        """Forget an own preset; raises `FileError` where the file cannot be written."""
        self._write({key: preset for key, preset in self._own.items() if key != name})

    def _checked_name(self, name: str) -> str:
        name = " ".join(name.split())
        if not 1 <= len(name) <= MAX_NAME_LENGTH:
            raise TrainingError(
                f"A preset needs a name of 1 to {MAX_NAME_LENGTH} characters; received {len(name)}."
            )
        if name.casefold() in (preset.name.casefold() for preset in BUNDLED):
            raise TrainingError(f'"{name}" comes with the program. Choose another name.')
        if name not in self._own and len(self._own) >= MAX_PRESETS:
            raise TrainingError(f"There are {MAX_PRESETS} presets already. Delete one first.")
        return name

    def _write(self, own: dict[str, Preset]) -> None:
        entries = [
            {"name": preset.name, "training": io.training_to_dict(preset.training)} for preset in own.values()
        ]
        content = {"format": FORMAT, "version": VERSION, "presets": entries}
        if self.notice:
            with contextlib.suppress(OSError):
                self._path.replace(self._path.with_suffix(".broken"))
            self.notice = ""
        write_atomic(self._path, json.dumps(content, indent=2).encode())
        self._own = own


def _read(path: Path) -> list[Preset]:
    origin = str(path)
    try:
        text = read_limited(path, _MAX_FILE_BYTES).decode()
    except UnicodeDecodeError as error:
        raise FileError(f"{origin} is not a file of presets: it is not UTF-8 text.") from error
    root = io.parse_json(text, origin)
    if not isinstance(root, dict) or root.get("format") != FORMAT or root.get("version") != VERSION:
        raise FileError(f'{origin} is not a file of presets: "format" and "version" are not as expected.')
    entries = root.get("presets")
    if not isinstance(entries, list) or len(entries) > MAX_PRESETS:
        raise FileError(f'{origin}: "presets" must be a list of at most {MAX_PRESETS} presets.')
    return [_preset(entry, f"{origin}, preset {number}") for number, entry in enumerate(entries, 1)]


def _preset(entry: Any, origin: str) -> Preset:
    name = entry.get("name") if isinstance(entry, dict) else None
    if not isinstance(name, str) or not 1 <= len(name) <= MAX_NAME_LENGTH:
        raise FileError(f"{origin}: must have a name of 1 to {MAX_NAME_LENGTH} characters.")
    return Preset(name, io.training_from_dict(entry.get("training"), origin))
