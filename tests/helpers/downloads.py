"""Small data sets of the true formats, as a catalog entry, and a server on this machine that offers them."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType

import numpy as np

from cnnviz.data.cifar import CIFAR_10, CifarLayout
from cnnviz.data.dataset import Split
from cnnviz.data.downloading.entries import find_download
from cnnviz.data.downloading.entry import DownloadEntry, RemoteArchive, RemoteFile
from tests.helpers.data_files import idx_bytes

Answer = Callable[[BaseHTTPRequestHandler], None]


class MirrorServer(ThreadingHTTPServer):
    """Answers each path as it is told to; unknown ones with 404. `asked` lists the paths in order."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.released = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def offer(self, path: str, content: bytes) -> str:
        """Give `content` at `path`; returns its address."""
        return self.answer(path, lambda handler: send(handler, content))

    def answer(self, path: str, answer: Answer) -> str:
        self.answers["/" + path] = answer
        return self.address + path


class _Handler(BaseHTTPRequestHandler):
    server: MirrorServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        answer = self.server.answers.get(self.path)
        if answer is None:
            self.send_error(404, "Not Found")
            return
        try:
            answer(self)
        except OSError:  # the other side has hung up
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Say nothing: the tests look at `asked`."""


@contextmanager
def mirror_server() -> Iterator[MirrorServer]:
    server = MirrorServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


def send(handler: BaseHTTPRequestHandler, content: bytes, *, promised: int | None = None) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content) if promised is None else promised))
    handler.end_headers()
    handler.wfile.write(content)
    handler.close_connection = True


def send_status(status: int) -> Answer:
    return lambda handler: handler.send_error(status)


def send_slowly(server: MirrorServer, content: bytes) -> Answer:
    """Send the first half, then nothing more until the server is released."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[: len(content) // 2])
        handler.wfile.flush()
        server.released.wait(30)
        handler.wfile.write(content[len(content) // 2 :])

    return answer


def redirect(address: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", address)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def digit_files(counts: tuple[int, int] = (40, 20), classes: int = 10, first: int = 0) -> dict[str, bytes]:
    """Four IDX files as MNIST has them: image `n` has its number in the upper row."""
    files = {}
    for kind, count in zip(("train", "t10k"), counts, strict=True):
        images = np.zeros((count, 28, 28), np.uint8)
        images[:, 0, 1:] = np.arange(count)[:, None]
        files[f"{kind}-images-idx3-ubyte.gz"] = gzip.compress(idx_bytes(images), 1)
        labels = np.arange(count) % classes + first
        files[f"{kind}-labels-idx1-ubyte.gz"] = gzip.compress(idx_bytes(labels), 1)
    return files


def cifar_records(counts: Mapping[str, int], layout: CifarLayout = CIFAR_10) -> dict[str, bytes]:
    """Members of a CIFAR archive; in every image red is its number, green the row, blue the column."""
    members, number = {}, 0
    for name, count in counts.items():
        records = np.zeros((count, layout.record_bytes), np.uint8)
        for record in records:
            planes = record[layout.label_bytes :].reshape(3, 32, 32)
            planes[0], planes[1], planes[2] = number, np.arange(32)[:, None], np.arange(32)
            record[layout.label_bytes - 1] = number % 10
            number += 1
        members[name] = records.tobytes()
    return members


def tar_gz(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def small_cifar_counts(train: int = 8, test: int = 20) -> dict[str, int]:
    return dict.fromkeys(CIFAR_10.train, train) | dict.fromkeys(CIFAR_10.test, test)


def zip_bytes(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def sha256(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def remote(name: str, content: bytes, *mirrors: str) -> RemoteFile:
    return RemoteFile(name, len(content), sha256(content), mirrors)


def entry_of(
    name: str,
    files: Mapping[str, bytes],
    mirrors: Callable[[str], tuple[str, ...]],
    sizes: tuple[int, int, int] = (36, 4, 20),
    archive: RemoteArchive | None = None,
) -> DownloadEntry:
    """The entry of this name in the catalog, with small files instead of the published ones."""
    entry = find_download(name)
    assert entry is not None
    return dataclasses.replace(
        entry,
        files=tuple(remote(file, content, *mirrors(file)) for file, content in files.items()),
        sizes=MappingProxyType(dict(zip(Split, sizes, strict=True))),
        archive=archive,
    )
