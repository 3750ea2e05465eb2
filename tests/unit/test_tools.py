"""The check of Qt's system libraries, with a pretended dynamic linker."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "qt_libraries.py"
LISTING = """
\tlibxcb-cursor.so.0 => not found
\tlibEGL.so.1 => not found
\tlibz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f)
\tlibEGL.so.1 => not found
"""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="checks Linux libraries")


@pytest.fixture
def qt_libraries() -> ModuleType:
    spec = importlib.util.spec_from_file_location("qt_libraries", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def commands(qt_libraries: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Pretend that two libraries are missing; record every command instead of running it."""
    seen: list[list[str]] = []

    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        seen.append(command)
        return subprocess.CompletedProcess(command, 0, stdout=LISTING if command[0] == "ldd" else "")

    monkeypatch.setattr(qt_libraries.subprocess, "run", run)
    monkeypatch.setattr(qt_libraries.shutil, "which", lambda name: f"/usr/bin/{name}")
    return seen


def _start(module: ModuleType, monkeypatch: pytest.MonkeyPatch, *arguments: str, user: int) -> int:
    monkeypatch.setattr(sys, "argv", ["qt_libraries.py", *arguments])
    monkeypatch.setattr(module.os, "geteuid", lambda: user)
    return module.main()


def test_a_user_is_told_the_one_command(qt_libraries, commands, monkeypatch, capsys) -> None:
    assert _start(qt_libraries, monkeypatch, "--install", user=1000) == 1
    said = capsys.readouterr().err
    assert "Missing system libraries: libEGL.so.1, libxcb-cursor.so.0." in said
    assert "sudo apt-get install -y libegl1 libxcb-cursor0\n" in said
    assert [command[0] for command in commands] == ["ldd"]


def test_root_gets_them_installed(qt_libraries, commands, monkeypatch, capsys) -> None:
    _start(qt_libraries, monkeypatch, "--install", user=0)
    installs = [command for command in commands if command[:2] == ["apt-get", "install"]]
    assert [command[-2:] for command in installs] == [["libegl1", "libxcb-cursor0"]]


def test_nothing_is_installed_unasked(qt_libraries, commands, monkeypatch) -> None:
    assert _start(qt_libraries, monkeypatch, user=0) == 1
    assert [command[0] for command in commands] == ["ldd"]


def test_offscreen_does_not_ask_for_the_x_libraries(qt_libraries, commands) -> None:
    qt_libraries.missing_libraries("offscreen")
    qt_libraries.missing_libraries("window")
    assert not any("libqxcb" in path for path in commands[0])
    assert any("libqxcb" in path for path in commands[1])
