"""What the window opens without is loaded after it, a piece at a time."""

from __future__ import annotations

import importlib
import importlib.util

import pytest
from PySide6.QtCore import QObject

from cnnviz.ui.preload import LATER, Preloader


@pytest.fixture
def loaded(monkeypatch):
    names: list[str] = []
    monkeypatch.setattr(importlib, "import_module", names.append)
    return names


def test_all_are_loaded_in_order(qtbot, loaded):
    owner = QObject()
    preloader = Preloader(owner)
    assert loaded == []
    preloader.begin()
    qtbot.waitUntil(lambda: loaded == list(LATER))


def test_nothing_is_loaded_after_the_end(qtbot, loaded):
    owner, other = QObject(), QObject()
    ended, going_on = Preloader(owner), Preloader(other)
    ended.begin()
    qtbot.waitUntil(lambda: len(loaded) == 1)
    ended.end()
    going_on.begin()
    qtbot.waitUntil(lambda: len(loaded) == 1 + len(LATER))
    assert loaded == [LATER[0], *LATER]


def test_one_that_cannot_be_loaded_keeps_none_of_the_others(qtbot, monkeypatch):
    tried: list[str] = []

    def fail(name):
        tried.append(name)
        raise ImportError(f"{name} is damaged")

    monkeypatch.setattr(importlib, "import_module", fail)
    owner = QObject()
    preloader = Preloader(owner)
    with qtbot.captureExceptions() as errors:
        preloader.begin()
        qtbot.waitUntil(lambda: len(errors) >= len(LATER))
        qtbot.waitUntil(lambda: not preloader.is_loading)
    assert tried == list(LATER)
    assert {kind for kind, *_ in errors} == {ImportError}


def test_every_name_is_a_module():
    assert all(importlib.util.find_spec(name) for name in LATER)
