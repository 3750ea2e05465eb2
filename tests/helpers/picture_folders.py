"""Folders of small pictures, made on the spot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

_RNG = np.random.default_rng(3)


def fill(folder: Path, count: int, shape: tuple[int, ...] = (6, 5), suffix: str = ".png") -> np.ndarray:
    """Put random pictures (H, W) or (H, W, 3) into a new folder; returns their pixels."""
    folder.mkdir(parents=True, exist_ok=True)
    pixels = _RNG.integers(0, 256, (count, *shape), dtype=np.uint8)
    for number, values in enumerate(pixels):
        Image.fromarray(values).save(folder / f"{number:02}{suffix}")
    return pixels


def save(path: Path, value: int, size: tuple[int, int] = (5, 6)) -> Path:
    """Write a grey picture (width, height) of one value."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, value).save(path)
    return path
