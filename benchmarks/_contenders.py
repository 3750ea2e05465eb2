"""Programs that do the same work, each in a process of its own.

A contender waits while another one runs, so that no idle thread pool disturbs a turn. It is asked for turns
by lines of JSON, so that it may run under another Python than this one (Keras, given by `--keras-python`).
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks._task import Task

OWN = "cnnviz"
TORCH = ("torch", "torch channels-last")
KERAS = "keras"
KERAS_PYTHON = "CNNVIZ_KERAS_PYTHON"
_ROOT = Path(__file__).resolve().parents[1]


def available(keras_python: str | None = None, names: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the contenders that can run here, `cnnviz` first; only those in `names` if there are any."""
    found = [OWN]
    if importlib.util.find_spec("torch"):
        found.extend(TORCH)
    if _keras_interpreter(keras_python):
        found.append(KERAS)
    return tuple(name for name in found if not names or name in names)


class Contender:
    """One program with one task, ready to take its turns. Use it as a context manager."""

    def __init__(self, name: str, task: Task, keras_python: str | None = None) -> None:
        self.name = name
        self._task = task
        interpreter = _keras_interpreter(keras_python) if name == KERAS else sys.executable
        self._command = [interpreter or sys.executable, "-m", "benchmarks._serve", name, task.to_json()]
        self._process: subprocess.Popen[str] | None = None
        self._messages = tempfile.TemporaryFile("w+")

    def __enter__(self) -> Contender:
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": str(os.cpu_count()),
            "PYTHONPATH": str(_ROOT),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "",
        }
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._messages,
            env=environment,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.communicate()
        self._messages.close()

    def take(self, task: Task) -> None:
        """Go on with another task in the same process, which saves starting one."""
        self._ask({"task": task.to_json()})

    def turn(self, seconds: float, cpu_time: bool = False) -> float:
        """Work for about `seconds` and return images per second, of the processor's time if wanted."""
        return float(self._ask({"seconds": seconds, "cpu_time": cpu_time})["images_per_second"])

    def memory(self, steps: int) -> dict[str, Any]:
        """Work `steps` times and return bytes in memory: `imported`, `peak` and, at the end, `held`."""
        return self._ask({"steps": steps})

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise RuntimeError("A contender takes turns inside of its `with` block only.")
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            self._messages.seek(0)
            raise RuntimeError(f"{self.name} ended without an answer:\n{self._messages.read()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _keras_interpreter(given: str | None) -> str | None:
    named = given or os.environ.get(KERAS_PYTHON)
    if named:
        return named
    has_both = importlib.util.find_spec("keras") and importlib.util.find_spec("tensorflow")
    return sys.executable if has_both else None
