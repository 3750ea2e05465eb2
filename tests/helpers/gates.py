"""Work that waits until a test lets it go on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

SECONDS = 10.0


class Gate:
    """`entered` tells that somebody waits; who waits goes on once it is `opened`."""

    def __init__(self) -> None:
        self.entered, self.opened = threading.Event(), threading.Event()


@contextmanager
def held(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> Iterator[Gate]:
    """Hold every call of a function, in whatever thread, until the gate is opened; at the end it is."""
    gate, real = Gate(), getattr(module, name)

    def wait(*args: object, **kwargs: object) -> object:
        gate.entered.set()
        assert gate.opened.wait(SECONDS)
        return real(*args, **kwargs)

    monkeypatch.setattr(module, name, wait)
    yield gate
    gate.opened.set()
