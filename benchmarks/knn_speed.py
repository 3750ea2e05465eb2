"""Seconds for the nearest neighbours of 1,000 MNIST images among 8,000, against scikit-learn's brute force.

    python -m benchmarks.knn_speed [--json] [--turns N] [--mnist FOLDER] [--sklearn-python PATH]

`--sklearn-python` is a Python that has scikit-learn, where this one has not; images and neighbours go through
a folder that is removed afterwards. Both take turns; a figure is the median, ± half of the middle 50 %.
Without the MNIST test images, random ones of the same size are compared.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.data.idx import open_idx
from cnnviz.engine.neighbors import Metric, nearest
from cnnviz.engine.parallel import default_threads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

REFERENCES, QUERIES, NEIGHBOURS = 8_000, 1_000, 5
_PEER = """
import sys, time
import numpy as np
from sklearn.neighbors import NearestNeighbors
folder, metric, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
references, queries = np.load(folder + "/references.npy"), np.load(folder + "/queries.npy")
model = NearestNeighbors(algorithm="brute", metric=metric, n_jobs=-1).fit(references)
model.kneighbors(queries[:50], count)
for line in sys.stdin:
    started = time.perf_counter()
    _, indices = model.kneighbors(queries, count)
    print(time.perf_counter() - started, flush=True)
    np.save(folder + "/indices.npy", indices)
"""
_PEER_METRICS = {Metric.L1: "manhattan", Metric.L2: "euclidean"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both distances and print a table, and with `--json` one JSON object."""
    options = _parse(arguments)
    source, images = _images(options.mnist)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/references.npy", images[:REFERENCES])
        np.save(f"{folder}/queries.npy", images[REFERENCES:])
        for metric in (Metric.L2, Metric.L1):
            rows.append(_row(images, metric, folder, options))
    print(f"{QUERIES:,} queries, {REFERENCES:,} references of {source}, {default_threads()} thread(s)")
    for row in rows:
        print("  ".join(f"{name} {value}" for name, value in row.items()))
    if options.json:
        print(json.dumps({"images": source, "threads": default_threads(), "rows": rows}))
    return 0


def _row(
    images: NDArray[np.float32], metric: Metric, folder: str, options: argparse.Namespace
) -> dict[str, Any]:
    references, queries = images[:REFERENCES], images[REFERENCES:]
    nearest(references, queries[:50], NEIGHBOURS, metric)
    own, other = [], []
    with contextlib.ExitStack() as stack:
        peer = stack.enter_context(_peer(metric, folder, options)) if _has_peer(options) else None
        for _ in range(options.turns):
            started = time.perf_counter()
            found = nearest(references, queries, NEIGHBOURS, metric)
            own.append(time.perf_counter() - started)
            if peer is not None:
                other.append(_turn(peer))
    row: dict[str, Any] = {"distance": metric.value, "cnnviz": _figure(own)}
    if other:
        ratio = statistics.median(a / b for a, b in zip(own, other, strict=True))
        same = float((np.load(f"{folder}/indices.npy") == found.indices).mean())
        row |= {"scikit-learn": _figure(other), "ratio": round(ratio, 2), "same": round(same, 5)}
    return row


def _has_peer(options: argparse.Namespace) -> bool:
    words = [options.sklearn_python, "-c", "import sklearn"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _peer(metric: Metric, folder: str, options: argparse.Namespace) -> subprocess.Popen[str]:
    words = [options.sklearn_python, "-c", _PEER, folder, _PEER_METRICS[metric], str(NEIGHBOURS)]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _turn(peer: subprocess.Popen[str]) -> float:
    """Let scikit-learn do its work once and return its seconds."""
    assert peer.stdin is not None
    assert peer.stdout is not None
    peer.stdin.write("go\n")
    peer.stdin.flush()
    return float(peer.stdout.readline())


def _figure(seconds: list[float]) -> str:
    quarters = statistics.quantiles(seconds, n=4) if len(seconds) > 1 else [0.0, 0.0, 0.0]
    return f"{statistics.median(seconds):.3f} s ± {(quarters[2] - quarters[0]) / 2:.3f}"


def _images(folder: Path) -> tuple[str, NDArray[np.float32]]:
    """Return the name and the rows (9000, 784) of the images to compare."""
    if not folder.is_dir():
        return "random numbers", np.random.default_rng(0).random((REFERENCES + QUERIES, 784), np.float32)
    pixels = open_idx(folder).images[: REFERENCES + QUERIES].astype(np.float32)
    return "MNIST", pixels.reshape(len(pixels), -1) / np.float32(255)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.knn_speed", description=__doc__)
    default = os.environ.get("CNNVIZ_MNIST") or str(Path(__file__).parents[2] / "shared/data/mnist-t10k")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--mnist", type=Path, default=Path(default), help="folder with the MNIST test images")
    parser.add_argument("--sklearn-python", default=sys.executable, metavar="PATH")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
