"""How fast a folder of small pictures is opened, against Pillow alone, and how long the window waits.

    python -m benchmarks.import_speed [--images 10000] [--turns 3] [--threads N] [--json]

PNG files of 64×64 pixels are made in a folder for each of ten classes. Pillow alone opens and decodes each of
them on the same number of threads, in the same blocks, and keeps nothing. This program looks through the
folder, decodes, fits, writes its cache, divides, and computes the hash of the data set. Both take turns; a
figure is the median. The second opening finds the cache. In the window, a timer asks for its turn every 8 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from benchmarks._beats import gap_during
from cnnviz.data.importing.cache import PictureCache
from cnnviz.data.importing.decoding import MAX_THREADS
from cnnviz.data.importing.opening import import_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

GOAL_FIRST, GOAL_SECOND, GOAL_GAP_MS = 1.3, 0.1, 50.0
_SIDE, _CLASSES, _BLOCK = 64, 10, 64


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0 where all goals are reached."""
    options = _parse(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "pictures"
        os.environ["XDG_CACHE_HOME"] = str(Path(name) / "cache")
        files = _make(folder, options.images)
        figures = _speeds(folder, files, options)
        figures |= _gaps(folder, Path(name))
    figures["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    _print(figures, options)
    if options.json:
        print(json.dumps(figures))
    reached = figures["ratio_to_pillow"] <= GOAL_FIRST and figures["ratio_of_second"] <= GOAL_SECOND
    return 0 if reached and figures["longest_gap_ms"] <= GOAL_GAP_MS else 1


def _make(folder: Path, count: int) -> list[str]:
    """Write pictures with areas and noise, as photographs have them, and return their names."""
    rng = np.random.default_rng(0)
    files = []
    for number in range(count):
        place = folder / f"class-{number % _CLASSES}"
        place.mkdir(parents=True, exist_ok=True)
        areas = Image.fromarray(rng.integers(0, 256, (8, 8, 3), dtype=np.uint8))
        smooth = np.asarray(areas.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)).astype(np.int16)
        pixels = (smooth + rng.integers(-6, 7, smooth.shape)).clip(0, 255).astype(np.uint8)
        files.append(str(place / f"{number:06}.png"))
        Image.fromarray(pixels).save(files[-1])
    return files


def _speeds(folder: Path, files: list[str], options: argparse.Namespace) -> dict[str, float]:
    alone, first, second = [], [], []
    cache = PictureCache()
    for _ in range(options.turns):
        alone.append(_pillow_alone(files, options.threads))
        cache.clear()
        first.append(_open(folder, cache))
        second.append(_open(folder, cache))
    seconds = {"pillow_s": alone, "first_s": first, "second_s": second}
    figures = {name: statistics.median(values) for name, values in seconds.items()}
    figures["ratio_to_pillow"] = figures["first_s"] / figures["pillow_s"]
    figures["ratio_of_second"] = figures["second_s"] / figures["first_s"]
    return figures


def _pillow_alone(files: list[str], threads: int) -> float:
    def decode(block: list[str]) -> None:
        for name in block:
            with Image.open(name) as image:
                image.load()

    began = time.perf_counter()
    blocks = [files[start : start + _BLOCK] for start in range(0, len(files), _BLOCK)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(decode, blocks))
    return time.perf_counter() - began


def _open(folder: Path, cache: PictureCache) -> float:
    began = time.perf_counter()
    imported = import_folder(folder, cache=cache)
    assert imported.dataset.content_hash
    return time.perf_counter() - began


def _gaps(folder: Path, settings: Path) -> dict[str, float]:
    """Import the folder in a window, as a person does, for the first time and once more."""
    from PySide6.QtWidgets import QApplication

    from cnnviz.app.settings import Settings
    from cnnviz.ui.dialogs import Dialogs
    from cnnviz.ui.importing.import_dialog import ImportStage
    from cnnviz.ui.launch import make_housekeeper, make_window

    PictureCache().clear()
    app = QApplication(sys.argv[:1])
    window = make_window(app, Settings(settings / "settings.ini"), Dialogs())
    window.show()
    keeper = make_housekeeper(window)
    keeper.begin()
    gap_during(lambda: True, least_seconds=1.5)
    gaps = {}
    for name in ("first", "second"):
        before = window.workbench.selection.dataset
        window.files.open_path(folder)
        dialog = window.imports.dialog
        assert dialog is not None
        _, looking = gap_during(lambda: dialog.stage is ImportStage.CHOOSING)  # noqa: B023
        dialog.accept()
        _, importing = gap_during(lambda: window.workbench.selection.dataset is not before)  # noqa: B023
        gaps[f"{name}_looking_gap_ms"], gaps[f"{name}_import_gap_ms"] = looking, importing
    window.workbench.close()
    keeper.end()
    return {**gaps, "longest_gap_ms": max(gaps.values())}


def _print(figures: dict[str, float], options: argparse.Namespace) -> None:
    gaps = {name: value for name, value in figures.items() if name.endswith("_gap_ms")}
    first, second = figures["ratio_to_pillow"], figures["ratio_of_second"]
    print(f"{options.images:,} PNG files of {_SIDE}×{_SIDE}, {options.threads} thread(s)")
    print(f"Pillow alone  {figures['pillow_s']:.2f} s")
    print(f"first time    {figures['first_s']:.2f} s, {first:.2f} of it (goal {GOAL_FIRST:g})")
    print(f"second time   {figures['second_s']:.2f} s, {second:.1%} of that (goal {GOAL_SECOND:.0%})")
    print(f"longest gap   {gaps.pop('longest_gap_ms'):.1f} ms (goal {GOAL_GAP_MS:g}):", end=" ")
    print(", ".join(f"{name[:-7].replace('_', ' ')} {value:.1f}" for name, value in gaps.items()))
    print(f"most memory   {figures['peak_memory_mb']:.0f} MB")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--threads", type=int, default=min(MAX_THREADS, os.cpu_count() or 1))
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
