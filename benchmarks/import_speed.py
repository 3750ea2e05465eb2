"""How fast a folder of small pictures is opened, against Pillow alone, and how long the window waits.

    python -m benchmarks.import_speed [--images 10000] [--turns 7] [--threads N] [--json]
    python -m benchmarks.import_speed --images 100000 --turns 1

PNG files of 64×64 pixels are made in a folder for each of ten classes. Pillow alone opens and decodes each of
them on the same number of threads, in the same blocks, and keeps nothing. This program looks through the
folder, decodes, fits, writes its cache, divides, and computes the hash of the data set; the second opening
finds the cache.

Both take turns, Pillow first and last, and each opening is compared with the mean of the two turns of Pillow
beside it; the ratio is the median of these. A machine that is shared is slower for seconds at a time, which
meets neighbours alike, but not the medians of all turns. The ratio of the fastest turns, which nothing
disturbed, and that of the processor's time, which does not count waiting, are told beside it: where the three
are far apart, the machine was too busy for any of them to be believed.

In the window, a timer asks for its turn every 8 ms, while the folder is imported twice, its images are
scrolled through, and a network learns from them.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from benchmarks._import_window import window_figures
from cnnviz.data.importing.cache import PictureCache
from cnnviz.data.importing.decoding import MAX_THREADS
from cnnviz.data.importing.opening import import_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GOAL_FIRST, GOAL_SECOND, GOAL_GAP_MS = 1.3, 0.1, 50.0
_SIDE, _CLASSES, _BLOCK = 64, 10, 64


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0 where all goals are reached."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    options = _parse(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "pictures"
        os.environ["XDG_CACHE_HOME"] = str(Path(name) / "cache")
        files = _make(folder, options.images)
        figures = _speeds(folder, files, options)
        figures |= window_figures(folder, Path(name))
    gaps = _gaps(figures)
    figures["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    _print(figures, options)
    if options.json:
        print(json.dumps(figures))
    reached = figures["ratio_to_pillow"] <= GOAL_FIRST and figures["ratio_of_second"] <= GOAL_SECOND
    return 0 if reached and max(gaps.values()) <= GOAL_GAP_MS else 1


def _gaps(figures: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in figures.items() if name.endswith("_gap_ms")}


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
    cache = PictureCache()
    alone, first, second = [_pillow_alone(files, options.threads)], [], []
    for _ in range(options.turns):
        cache.clear()
        first.append(_open(folder, cache))
        second.append(_open(folder, cache))
        alone.append(_pillow_alone(files, options.threads))
    beside = [_Turn.mean(pair) for pair in itertools.pairwise(alone)]
    figures = {}
    for name, turns in (("pillow", alone), ("first", first), ("second", second)):
        figures[f"{name}_s"] = statistics.median(turn.seconds for turn in turns)
        figures[f"{name}_processor_s"] = statistics.median(turn.processor_seconds for turn in turns)
    figures["ratio_to_pillow"] = _ratio([turn.seconds for turn in first], [turn.seconds for turn in beside])
    figures["ratio_of_fastest"] = min(turn.seconds for turn in first) / min(turn.seconds for turn in alone)
    figures["ratio_of_processor"] = _ratio(
        [turn.processor_seconds for turn in first], [turn.processor_seconds for turn in beside]
    )
    figures["ratio_of_second"] = _ratio([turn.seconds for turn in second], [turn.seconds for turn in first])
    return figures


def _ratio(own: list[float], other: list[float]) -> float:
    return statistics.median(mine / theirs for mine, theirs in zip(own, other, strict=True))


@dataclass(frozen=True, slots=True)
class _Turn:
    """What something took by the clock, and of the processors all together."""

    seconds: float
    processor_seconds: float

    @classmethod
    def of(cls, work: Callable[[], None]) -> _Turn:
        began, processor_began = time.perf_counter(), time.process_time()
        work()
        return cls(time.perf_counter() - began, time.process_time() - processor_began)

    @classmethod
    def mean(cls, turns: Sequence[_Turn]) -> _Turn:
        return cls(
            statistics.mean(turn.seconds for turn in turns),
            statistics.mean(turn.processor_seconds for turn in turns),
        )


def _pillow_alone(files: list[str], threads: int) -> _Turn:
    def decode(block: list[str]) -> None:
        for name in block:
            with Image.open(name) as image:
                image.load()

    def work() -> None:
        blocks = [files[start : start + _BLOCK] for start in range(0, len(files), _BLOCK)]
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(decode, blocks))

    return _Turn.of(work)


def _open(folder: Path, cache: PictureCache) -> _Turn:
    def work() -> None:
        assert import_folder(folder, cache=cache).dataset.content_hash

    return _Turn.of(work)


def _print(figures: dict[str, float], options: argparse.Namespace) -> None:
    gaps = _gaps(figures)
    print(f"{options.images:,} PNG files of {_SIDE}×{_SIDE}, {options.threads} thread(s)")
    for name, words in (("pillow", "Pillow alone"), ("first", "first time  "), ("second", "second time ")):
        print(f"{words}  {figures[f'{name}_s']:.2f} s, processor {figures[f'{name}_processor_s']:.2f} s")
    print(
        f"first time    {figures['ratio_to_pillow']:.2f} of Pillow (goal {GOAL_FIRST:g}); of the fastest "
        f"turns {figures['ratio_of_fastest']:.2f}, of processor time {figures['ratio_of_processor']:.2f}"
    )
    print(f"second time   {figures['ratio_of_second']:.1%} of the first (goal {GOAL_SECOND:.0%})")
    print(f"longest gap   {max(gaps.values()):.1f} ms (goal {GOAL_GAP_MS:g}):", end=" ")
    print(", ".join(f"{name[:-7].replace('_', ' ')} {value:.1f}" for name, value in gaps.items()))
    print(f"in the window {figures['first_window_s']:.1f} s, then {figures['second_window_s']:.1f} s")
    own, before = figures["private_mb"], figures["private_before_mb"]
    print(
        f"memory        {own:.0f} MB of its own at most while learning, {before:.0f} MB of that before;",
        end=" ",
    )
    print(f"{figures['peak_memory_mb']:.0f} MB with the pages of the file that the images are mapped from")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--threads", type=int, default=min(MAX_THREADS, os.cpu_count() or 1))
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
