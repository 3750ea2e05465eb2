"""The window closed in the middle of long work: at once, without a word on standard error, or half a file."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.e2e.closed_window import WORKS
from tests.e2e.x11_window import PATIENCE_S, Display

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.x11, pytest.mark.slow]
MOST_SECONDS = 2.0


@pytest.fixture
def display() -> Iterator[Display]:
    display = Display()
    yield display
    display.close()


@pytest.mark.parametrize("work", WORKS)
def test_a_window_is_closed_in_the_middle_of_work(work: str, display: Display, tmp_path: Path) -> None:
    environment = {**os.environ, "DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb", "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "tests.e2e.closed_window", str(tmp_path), work]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=3 * PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert float(done.stdout.splitlines()[-1]) < MOST_SECONDS
    assert not (tmp_path / "film.gif").exists()
    assert [path for path in tmp_path.rglob("*") if path.suffix in (".part", ".tmp")] == []
