from __future__ import annotations

import json
import sys
import types

import pytest

from cnnviz.app import startup_check
from cnnviz.cli.window import has_display
from cnnviz.training.runfile import load_run


@pytest.mark.parametrize(
    ("platform", "environment", "answer"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}, True),
        ("linux", {"QT_QPA_PLATFORM": "vnc:size=800x600"}, True),
        ("linux", {"QT_QPA_PLATFORM": "xcb"}, False),
        ("linux", {"QT_QPA_PLATFORM": "wayland;xcb"}, False),
        ("freebsd14", {}, False),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_whether_a_window_can_be_shown(platform, environment, answer):
    assert has_display(environment, platform) is answer


@pytest.fixture
def no_display(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def opened(monkeypatch):
    """Replace the window by a note of the calls that would open it."""
    calls = []

    def open_window(file, *, exit_when_shown):
        calls.append((file, exit_when_shown))
        return 0

    module = types.ModuleType("cnnviz.ui.launch")
    module.open_window = open_window
    monkeypatch.setitem(sys.modules, "cnnviz.ui.launch", module)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return calls


def test_the_window_opens_with_or_without_a_file(call, opened, design_file):
    assert call()[0] == 0
    assert call(design_file, "--exit-when-shown")[0] == 0
    assert opened == [(None, False), (design_file, True)]


def test_a_file_that_is_not_there_is_named_with_the_commands(refused, opened):
    sentence = refused("trian")
    assert "There is no file trian" in sentence
    assert "train, evaluate, predict" in sentence
    assert opened == []


def test_a_known_bad_qt_is_refused(refused, opened, monkeypatch):
    monkeypatch.setattr(startup_check, "startup_problem", lambda: "Install another Qt.")
    assert refused() == "cnnviz: Install another Qt."
    assert opened == []


@pytest.mark.usefixtures("no_display")
def test_without_a_display_the_headless_commands_are_named(refused):
    sentence = refused()
    assert "There is no display" in sentence
    assert "cnnviz train, cnnviz evaluate, cnnviz predict, cnnviz inspect" in sentence


@pytest.mark.slow
@pytest.mark.usefixtures("no_display")
def test_without_a_display_the_default_design_can_be_trained_instead(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = call("--headless-if-no-display")
    assert status == 0, err
    folder = tmp_path / "cnnviz-output"
    assert "There is no display" in err.splitlines()[0]
    assert str(folder) in out
    pictures = {"input.png", "conv1-maps.png", "conv1-filters.png", "conv2-maps.png", "conv2-filters.png"}
    assert {path.name for path in folder.iterdir()} == pictures | {"run.cnnviz"}
    assert load_run(folder / "run.cnnviz").result.data.source == "digits"
    status, out, _ = call("evaluate", folder / "run.cnnviz", "--json")
    assert json.loads(out)["accuracy"] >= 0.97
