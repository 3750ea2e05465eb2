"""How long the window waits while a data set of the size of CIFAR-10 is downloaded, looked at and opened.

An archive of the true format and size, with random pixels, lies on a server of this machine. A heartbeat
timer asks for its turn every 8 ms; the time between two beats is how long the event loop let someone wait.

Usage: python -m benchmarks.catalog_opening [--images 60000] [--json]
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import functools
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from benchmarks._beats import gap_during
from cnnviz.data.cifar import CIFAR_10
from cnnviz.data.dataset import Split
from cnnviz.data.downloading import entries
from cnnviz.data.downloading.entry import RemoteFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.data.downloading.entry import DownloadEntry
    from cnnviz.ui.main_window import MainWindow

GOAL_GAP_MS = 50.0
_FILE = "cifar-10-binary.tar.gz"
_PARTS = 6


def main() -> int:
    """Measure, print, and return 0 where the window never waited longer than the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=60_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        (folder / "served").mkdir()
        content = _archive(arguments.images // _PARTS)
        (folder / "served" / _FILE).write_bytes(content)
        with _server(folder / "served") as port:
            entry = _entry(content, arguments.images, port)
            entries.DOWNLOADS = (entry,)
            figures = _measure(entry, folder)
    if arguments.json:
        print(json.dumps(figures))
    return 0 if max(figures["download_gap_ms"], figures["open_gap_ms"]) <= GOAL_GAP_MS else 1


def _archive(images: int) -> bytes:
    """Return six files of random records in a tar.gz, as large packed as the real one."""
    rng, buffer = np.random.default_rng(0), io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=1) as stream,
        tarfile.open(fileobj=stream, mode="w") as archive,
    ):
        for name in (*CIFAR_10.train, *CIFAR_10.test):
            # Seven bits of eight, so that there is something to unpack.
            records = rng.integers(0, 128, (images, CIFAR_10.record_bytes), dtype=np.uint8)
            records[:, 0] = np.arange(images) % 10
            info = tarfile.TarInfo(name)
            info.size = records.nbytes
            archive.addfile(info, io.BytesIO(records.tobytes()))
    return buffer.getvalue()


@contextlib.contextmanager
def _server(folder: Path) -> Iterator[int]:
    """Serve a folder from another process, which does not take the interpreter from this one."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "-d", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None  # a pipe was asked for
        try:
            yield int(process.stdout.readline().split(" port ")[1].split()[0])
        finally:
            process.terminate()


def _entry(content: bytes, images: int, port: int) -> DownloadEntry:
    entry = entries.find_download("cifar10")
    assert entry is not None
    known_hash = "sha256:" + hashlib.sha256(content).hexdigest()
    file = RemoteFile(_FILE, len(content), known_hash, (f"http://127.0.0.1:{port}/{_FILE}",))
    test = images // _PARTS
    validation = test // 2
    train = test * (_PARTS - 1) - validation
    sizes = {Split.TRAIN: train, Split.VALIDATION: validation, Split.TEST: test}
    return dataclasses.replace(entry, files=(file,), sizes=MappingProxyType(sizes))


def _measure(entry: DownloadEntry, folder: Path) -> dict[str, float]:
    from PySide6.QtWidgets import QApplication

    from cnnviz.app.settings import Settings
    from cnnviz.ui.dialogs import Dialogs
    from cnnviz.ui.launch import make_window

    app = QApplication(sys.argv[:1])
    window = make_window(app, Settings(folder / "settings.ini"), Dialogs())
    window.show()
    window.commands["get_data"].trigger()
    gap_during(lambda: True, least_seconds=1.0)
    bench, figures = window.workbench, {}
    bench.downloader.start(entry)
    figures["download_s"], figures["download_gap_ms"] = gap_during(
        lambda: not bench.downloader.is_running(entry.name)
    )
    window.files.open_dataset(entry.name)
    figures["open_s"], figures["open_gap_ms"] = gap_during(functools.partial(_is_shown, window, entry.name))
    megabytes = entry.download_bytes / 1e6
    print(f"{megabytes:.0f} MB: downloaded, checked and looked at in {figures['download_s']:.1f} s,", end=" ")
    print(f"longest gap {figures['download_gap_ms']:.1f} ms (goal {GOAL_GAP_MS:g})")
    print(f"opened in {figures['open_s']:.1f} s, longest gap {figures['open_gap_ms']:.1f} ms", end=" ")
    print(f"(goal {GOAL_GAP_MS:g})")
    window.workbench.close()
    return figures


def _is_shown(window: MainWindow, name: str) -> bool:
    return window.workbench.selection.dataset.name == name


if __name__ == "__main__":
    sys.exit(main())
