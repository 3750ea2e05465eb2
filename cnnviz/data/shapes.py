"""Pictures of plane figures, made from a seed: 32×32 pixels in colour, the same on every machine."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.chance import Chance
from cnnviz.data.dataset import Dataset
from cnnviz.data.outlines import OUTLINES
from cnnviz.data.quantities import AnglePart, Quantity
from cnnviz.data.shape_painter import AT_ONCE, SIDE, add_noise, draw_scenes, paint
from cnnviz.data.splitting import stratified_splits
from cnnviz.errors import DataError
from cnnviz.spec.fields import FieldInfo, FieldKind, described, field_infos, value_problem
from cnnviz.spec.training import MAX_SEED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.data.shape_painter import Scenes

CREDIT = "Drawn by cnnviz from a seed"
LICENCE = "free of rights"
IMAGE_SHAPE = (SIDE, SIDE, 3)
IMAGES = 6_000
_TENTH = 10
_GROUPS = 10
_NOISE_STREAM = 1


class ShapesTask(enum.Enum):
    """What is to be learned from the pictures; the value is the name of the data set."""

    KIND = "shapes"
    BINARY = "shapes-binary"
    ANGLE = "shapes-angle"
    SIZE = "shapes-size"

    @property
    def figures(self) -> tuple[str, ...]:
        """The figures that are drawn, those of classes in their order."""
        return {ShapesTask.BINARY: ("circle", "square"), ShapesTask.ANGLE: ("arrow",)}.get(
            self, tuple(OUTLINES)
        )

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes; a single one where numbers are learned."""
        if self is ShapesTask.SIZE:
            return ("shape",)
        return self.figures

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What the numbers are that are learned; none where classes are."""
        return {
            ShapesTask.ANGLE: (
                Quantity("sine", part=AnglePart.SINE),
                Quantity("cosine", part=AnglePart.COSINE),
            ),
            ShapesTask.SIZE: (Quantity("size", "of the picture's side"),),
        }.get(self, ())

    @property
    def target_count(self) -> int:
        """How many numbers are learned for each image; 0 where classes are."""
        return len(self.quantities)

    @property
    def title(self) -> str:
        """What the user reads."""
        return {
            ShapesTask.KIND: "Shapes 32×32",
            ShapesTask.BINARY: "Shapes: circle, square",
            ShapesTask.ANGLE: "Shapes: angle of arrow",
            ShapesTask.SIZE: "Shapes: size",
        }[self]


def _share(default: float, label: str, meaning: str, effect: str, maximum: float = 1.0) -> float:
    info = FieldInfo(FieldKind.NUMBER, label, meaning, effect, minimum=0.0, maximum=maximum, step=0.05)
    value: float = described(default, info)
    return value


def _diameter(default: float, label: str, meaning: str) -> float:
    info = FieldInfo(FieldKind.NUMBER, label, meaning, minimum=0.2, maximum=1.0, step=0.05)
    value: float = described(default, info)
    return value


def _whole(default: int, label: str, meaning: str, effect: str, minimum: int, maximum: int) -> int:
    info = FieldInfo(FieldKind.INTEGER, label, meaning, effect, minimum=minimum, maximum=maximum)
    value: int = described(default, info)
    return value


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ShapesSettings:
    """What the pictures look like.

    Raises
    ------
    DataError
        A value is out of its range, or the smallest shape is larger than the largest.
    """

    colour: float = _share(0.8, "Colour", "How saturated colours may be.", "0: shades of grey only.")
    rotation: float = described(
        30.0,
        FieldInfo(
            FieldKind.NUMBER,
            "Rotation",
            "How far a shape may be turned to either side, in degrees.",
            "180: it may lie in any direction.",
            minimum=0.0,
            maximum=180.0,
            step=15.0,
        ),
    )
    smallest: float = _diameter(0.5, "Smallest", "Across the smallest shape, as a share of the picture.")
    largest: float = _diameter(0.9, "Largest", "Across the largest shape, as a share of the picture.")
    noise: float = _share(
        0.03,
        "Noise",
        "Standard deviation of the noise on every pixel, as a share of full brightness.",
        "More: outlines drown.",
        maximum=0.5,
    )
    clutter: int = _whole(
        3, "Clutter", "The most dots and strokes behind a shape.", "More: the shape must be found.", 0, 16
    )
    seed: int = _whole(0, "Seed", "Where all chance begins.", "Another one: other pictures.", 0, MAX_SEED)
    images: int = _whole(
        IMAGES, "Images", "How many pictures are made.", "More: the network learns more.", 100, 60_000
    )

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        for name, info in field_infos(type(self)).items():
            problem = value_problem(info, getattr(self, name))
            if problem is not None:
                raise DataError(f"Shapes: {problem}")
        if self.smallest > self.largest:
            raise DataError(
                f"Shapes: the smallest must not be above the largest ({self.largest}); "
                f"received {self.smallest}."
            )


def usual_settings(task: ShapesTask) -> ShapesSettings:
    """Return the settings that nobody has changed; the range of numbers to be learned is wide."""
    if task is ShapesTask.ANGLE:
        return ShapesSettings(rotation=180.0)
    return ShapesSettings(smallest=0.3) if task is ShapesTask.SIZE else ShapesSettings()


def shapes_name(task: ShapesTask, settings: ShapesSettings) -> str:
    """Return the name under which the data set is opened again, such as `shapes:noise=0.2,seed=7`."""
    usual = usual_settings(task)
    changed = [
        f"{name}={getattr(settings, name)}"
        for name in field_infos(ShapesSettings)
        if getattr(settings, name) != getattr(usual, name)
    ]
    return f"{task.value}:{','.join(changed)}" if changed else task.value


def is_shapes_name(text: str) -> bool:
    """Return whether `text` begins as the name of one of these data sets."""
    return text.partition(":")[0] in {task.value for task in ShapesTask}


def read_shapes_name(text: str) -> tuple[ShapesTask, ShapesSettings]:
    """Return what `shapes_name` has made a name of.

    Raises
    ------
    DataError
        A setting is not known, is given twice, is no number or is out of its range.
    """
    name, _, given = text.partition(":")
    values: dict[str, float] = {}
    for part in filter(None, given.split(",")):
        setting, _, written = (word.strip() for word in part.partition("="))
        if setting in values:
            raise DataError(f"{text}: {setting} is given twice.")
        values[setting] = _value(text, setting, written)
    task = ShapesTask(name)
    return task, dataclasses.replace(usual_settings(task), **values)  # type: ignore[arg-type]


def open_shapes(task: ShapesTask, settings: ShapesSettings | None = None) -> Dataset:
    """Draw a data set; the same settings give the same bits on every machine.

    What a setting does not touch stays as it is: with more noise, the same shapes lie in the same places.
    80 % of the images are for training, 10 % for validation and 10 % for test, with every class, or every
    tenth of the range of sizes or directions, in proportion.

    Targets are, of `ANGLE`, the sine and the cosine of the arrow's direction, anticlockwise from the right
    (one number in degrees would jump where a full turn ends); of `SIZE`, the diameter of the circle around
    the shape as a share of the picture's side.
    """
    settings = usual_settings(task) if settings is None else settings
    scenes = _scenes(settings)
    images = _painted(task, settings, scenes, settings.images)
    labels = _labels(task, settings.images)
    tenth = settings.images // _TENTH
    name = shapes_name(task, settings)
    return Dataset(
        name=name,
        title=task.title if name == task.value else f"{task.title}, own settings",
        images=images,
        labels=labels,
        class_names=task.class_names,
        splits=stratified_splits(_groups(task, labels, scenes), validation=tenth, test=tenth),
        credit=CREDIT,
        licence=LICENCE,
        source=name,
        targets=_targets(task, scenes),
        quantities=task.quantities,
    )


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class SomeShapes:
    """The first pictures of a data set, uint8 (n, H, W, 3), with labels int64 (n,) and targets, if any."""

    task: ShapesTask
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    targets: NDArray[np.float32] | None


def first_shapes(task: ShapesTask, settings: ShapesSettings, count: int) -> SomeShapes:
    """Draw the first `count` pictures that `open_shapes` would draw, the very same."""
    scenes = _scenes(settings)
    count = min(count, settings.images)
    # Noise is drawn for so many pictures at a time: with fewer, it would be another one.
    drawn = min(-(-count // AT_ONCE) * AT_ONCE, settings.images)
    images = _painted(task, settings, scenes, drawn)[:count]
    targets = _targets(task, scenes)
    return SomeShapes(task, images, _labels(task, count), None if targets is None else targets[:count])


def _scenes(settings: ShapesSettings) -> Scenes:
    return draw_scenes(
        Chance(settings.seed),
        settings.images,
        colour=settings.colour,
        rotation=settings.rotation,
        diameters=(settings.smallest, settings.largest),
        clutter=settings.clutter,
    )


def _painted(task: ShapesTask, settings: ShapesSettings, scenes: Scenes, count: int) -> NDArray[np.uint8]:
    """Paint the first `count` scenes."""
    figures = np.arange(count) % len(task.figures)
    images = np.empty((count, *IMAGE_SHAPE), np.uint8)
    for place, name in enumerate(task.figures):
        paint(images, np.flatnonzero(figures == place), OUTLINES[name], scenes)
    add_noise(images, settings.noise, Chance(settings.seed, _NOISE_STREAM))
    return images


def _labels(task: ShapesTask, count: int) -> NDArray[np.int64]:
    if task.target_count:
        return np.zeros(count, np.int64)
    return (np.arange(count) % len(task.figures)).astype(np.int64)


def _value(text: str, setting: str, written: str) -> float:
    infos = field_infos(ShapesSettings)
    if setting not in infos:
        raise DataError(f"{text}: there is no setting '{setting}'; allowed are {', '.join(infos)}.")
    is_whole = infos[setting].kind is FieldKind.INTEGER
    try:
        return int(written) if is_whole else float(written)
    except ValueError as error:
        kind = "a whole number" if is_whole else "a number"
        raise DataError(f"{text}: {setting} must be {kind}; received '{written[:40]}'.") from error


def _targets(task: ShapesTask, scenes: Scenes) -> NDArray[np.float32] | None:
    if task is ShapesTask.ANGLE:
        return np.stack([scenes.places.sine, scenes.places.cosine], axis=1).astype(np.float32)
    if task is ShapesTask.SIZE:
        return scenes.diameter[:, None].astype(np.float32)
    return None


def _groups(task: ShapesTask, labels: NDArray[np.int64], scenes: Scenes) -> NDArray[np.int64]:
    """Return what every split gets in proportion: classes, or tenths of the images in order of the number."""
    if not task.target_count:
        return labels
    numbers = scenes.places.degrees if task is ShapesTask.ANGLE else scenes.diameter
    rank = np.argsort(np.argsort(numbers, kind="stable"), kind="stable")
    return (rank * _GROUPS // len(numbers)).astype(np.int64)
