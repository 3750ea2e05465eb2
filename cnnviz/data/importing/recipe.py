"""How a folder of pictures becomes a data set, and how that is written behind its path."""

from __future__ import annotations

import dataclasses
import enum
from pathlib import Path, PurePath
from urllib.parse import parse_qsl, urlencode

from cnnviz.data.fitting import MAX_SIDE, Color, Fit
from cnnviz.errors import DataError

SHARE_RANGE = (1, 80)
"""Least and most per cent of the images for validation, and for test."""

MAX_SEED = 2**32 - 1
MAX_COLUMNS = 64
"""Numbers that can be learned of an image."""

_MARK = "#"
_LEAST_TRAINING = 10
_DEFAULT_SHARE, _DEFAULT_SEED = 10, 1998


class Goal(enum.Enum):
    """What is learned from a table: to which class an image belongs, or numbers."""

    CLASSES = "classes"
    NUMBERS = "numbers"


@dataclasses.dataclass(frozen=True, slots=True)
class Recipe:
    """How the pictures of a folder are made into a data set; what is None is guessed from the pictures.

    Attributes
    ----------
    size
        Height and width of the images.
    color
        Grey or coloured.
    fit
        What happens to pictures of other proportions.
    validation, test
        How many per cent of the images go there, where the folder does not say it.
    seed
        From which images are chosen for validation and test.
    goal, columns
        What is learned from a table, and its columns that say it: one for classes, several for numbers.
    table
        The name of the table; where it is empty, the one in the folder that names most pictures.

    Raises
    ------
    DataError
        A value is not allowed.
    """

    size: tuple[int, int] | None = None
    color: Color | None = None
    fit: Fit = Fit.PAD
    validation: int = _DEFAULT_SHARE
    test: int = _DEFAULT_SHARE
    seed: int = _DEFAULT_SEED
    goal: Goal | None = None
    columns: tuple[str, ...] = ()
    table: str = ""

    def __post_init__(self) -> None:
        """Check the values."""
        if self.size is not None and not all(1 <= side <= MAX_SIDE for side in self.size):
            height, width = self.size
            raise DataError(
                f"Images must be 1 to {MAX_SIDE:,} pixels high and wide; received {height}×{width}."
            )
        least, most = SHARE_RANGE
        for name, share in (("Validation", self.validation), ("Test", self.test)):
            if not least <= share <= most:
                raise DataError(f"{name} must be {least} to {most} % of the images; received {share} %.")
        if self.validation + self.test > 100 - _LEAST_TRAINING:
            raise DataError(
                f"Validation ({self.validation} %) and test ({self.test} %) must leave at least "
                f"{_LEAST_TRAINING} % of the images for training."
            )
        if not 0 <= self.seed <= MAX_SEED:
            raise DataError(f"The seed must be 0 to {MAX_SEED:,}; received {self.seed}.")
        if len(self.columns) > MAX_COLUMNS:
            raise DataError(f"At most {MAX_COLUMNS} columns can be learned; received {len(self.columns)}.")
        if self.table != PurePath(self.table).name:
            raise DataError(f"A table must lie in the folder itself; received {self.table[:200]!r}.")


def to_source(folder: Path, recipe: Recipe) -> str:
    """Return what opens a folder with a recipe again: its absolute path, and behind it the settings."""
    parts: list[tuple[str, str]] = []
    if recipe.size is not None:
        parts.append(("size", f"{recipe.size[0]}x{recipe.size[1]}"))
    if recipe.color is not None:
        parts.append(("color", recipe.color.value))
    parts.append(("fit", recipe.fit.value))
    parts += [(name, str(getattr(recipe, name))) for name in ("validation", "test", "seed")]
    if recipe.goal is not None:
        parts.append(("learn", recipe.goal.value))
    if recipe.table:
        parts.append(("table", recipe.table))
    parts += [("column", column) for column in recipe.columns]
    return f"{folder.resolve()}{_MARK}{urlencode(parts, errors='replace')}"


def read_source(source: str) -> tuple[Path, Recipe | None]:
    """Return the path and the recipe that a source names; None where it is a path alone.

    A path that has the mark in its name is a path, where there are no settings behind it.

    Raises
    ------
    DataError
        There are settings behind a path, but a value in them is not allowed.
    """
    path, mark, text = source.rpartition(_MARK)
    if not mark or not path:
        return Path(source), None
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=len(_READERS) + MAX_COLUMNS)
    except ValueError as error:
        raise DataError(f"There are too many settings behind {path[:200]}.") from error
    names = {name for name, _ in pairs}
    if not names or not names <= {*_READERS, "column"}:
        return Path(source), None
    values: dict[str, object] = {}
    for name, value in pairs:
        if name != "column":
            field, read = _READERS[name]
            values[field] = _read(read, name, value, source)
    values["columns"] = tuple(value for name, value in pairs if name == "column")
    return Path(path), Recipe(**values)  # type: ignore[arg-type]


def fit_of(source: str) -> Fit:
    """Return how single pictures are fitted that belong to a data set with this source."""
    try:
        recipe = read_source(source)[1]
    except DataError:
        return Fit.PAD
    return Fit.PAD if recipe is None else recipe.fit


def read_size(text: str) -> tuple[int, int]:
    """Return the height and width that `64` or `48x64` say.

    Raises
    ------
    ValueError
        It says something else.
    """
    sides = text.lower().replace("×", "x").split("x")
    if len(sides) > 2 or not all(side.isascii() and side.isdecimal() and len(side) < 6 for side in sides):
        raise ValueError(
            f"a size is a number of pixels, or height x width such as 48x64; received {text[:80]!r}"
        )
    return int(sides[0]), int(sides[-1])


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 12):
        raise ValueError(f"a whole number is allowed; received {text[:80]!r}")
    return int(text)


_READERS = {
    "size": ("size", read_size),
    "color": ("color", Color),
    "fit": ("fit", Fit),
    "validation": ("validation", _number),
    "test": ("test", _number),
    "seed": ("seed", _number),
    "learn": ("goal", Goal),
    "table": ("table", str),
}


def _read(read: object, name: str, value: str, source: str) -> object:
    assert callable(read)
    try:
        return read(value)
    except ValueError as error:
        raise DataError(f"In {source[:200]}: {name} is wrong: {error}.") from error
