"""What the programs of this folder let the contenders do."""

from __future__ import annotations

import dataclasses
import enum
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.resource_files import resource_path
from cnnviz.spec.io import load

if TYPE_CHECKING:
    from cnnviz.spec.network import NetworkSpec

CLASSES = 10
SEED = 0


class Work(enum.StrEnum):
    """What is repeated while time is measured."""

    TRAIN = "train"
    """One training step with Adam."""
    EVALUATE = "evaluate"
    """Loss and number of right answers of one batch."""
    RUN = "run"
    """A run as the program does it: three steps, an evaluation of 256 images, the copies it keeps."""
    LOOK = "look"
    """One image forward, with the outputs of all layers."""


@dataclasses.dataclass(frozen=True, slots=True)
class Task:
    """A design (with another image size, if wanted), the work, images in a batch, threads.

    `network` is a bundled name, or the path of a design file.
    """

    network: str
    batch: int
    threads: int
    work: Work = Work.TRAIN
    size: int | None = None

    @property
    def spec(self) -> NetworkSpec:
        """The design."""
        path = Path(self.network)
        spec = load(path if path.suffix == ".json" else resource_path("networks", f"{self.network}.json"))
        if self.size is None:
            return spec
        return dataclasses.replace(
            spec, input=dataclasses.replace(spec.input, height=self.size, width=self.size)
        )

    def batch_arrays(self) -> tuple[Any, Any]:
        """Return images (C, H, W, N) and labels (N,), the same for every contender."""
        rng = np.random.default_rng(SEED)
        image = self.spec.input
        shape = (image.channels, image.height, image.width, self.batch)
        return rng.random(shape, dtype=np.float32), rng.integers(0, CLASSES, self.batch)

    def to_json(self) -> str:
        """Return the task as text for another process."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Task:
        """Return the task that `to_json` wrote."""
        values = json.loads(text)
        return cls(**{**values, "work": Work(values["work"])})
