"""One contender at work, in a process of its own: python -m benchmarks._serve NAME TASK.

Questions come as lines of JSON on standard input, answers go to standard output.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks._task import Task, Work

if TYPE_CHECKING:
    from collections.abc import Callable

_WARM_UP_SECONDS = 0.15


def main(name: str, text: str) -> None:
    """Answer questions until there are no more."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a framework prints must not mix with the answers
    task = Task.from_json(text)
    make, imported = _import(name), peak_bytes()
    step = make(task)
    if task.work is Work.RUN:
        imported = peak_bytes()  # all that a run has made so far is its data set
    for line in sys.stdin:
        question = json.loads(line)
        if "task" in question:
            task = Task.from_json(question["task"])
            step, answer = make(task), {}
        else:
            answer = _answer(question, step, task, imported)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _import(name: str) -> Callable[[Task], Callable[[], object]]:
    if name == "cnnviz":
        from benchmarks._own_work import make_step
    elif name == "keras":
        from benchmarks._keras_work import make_step
    elif name == "torch channels-last":
        from benchmarks._torch_work import make_channels_last_step as make_step
    else:
        from benchmarks._torch_work import make_step
    return make_step


def _answer(
    question: dict[str, float], step: Callable[[], object], task: Task, imported: int
) -> dict[str, float]:
    if "steps" in question:
        for _ in range(int(question["steps"])):
            step()
        return {"imported": imported, "peak": peak_bytes(), "held": _status_bytes("VmRSS")}
    clock = time.process_time if question.get("cpu_time") else time.perf_counter
    repeat(step, _WARM_UP_SECONDS, clock, least=1)
    return {"images_per_second": repeat(step, question["seconds"], clock) * task.batch}


def repeat(step: Callable[[], object], seconds: float, clock: Callable[[], float], least: int = 2) -> float:
    """Return steps per second: the median over the steps, which a short disturbance does not move."""
    durations: list[float] = []
    start = now = clock()
    while now - start < seconds or len(durations) < least:
        step()
        before, now = now, clock()
        durations.append(now - before)
    return float(1 / np.median(durations))


def peak_bytes() -> int:
    """Return the most memory this process ever had resident.

    Not `ru_maxrss` where Linux tells the peak itself: that one is inherited from the parent process.
    """
    own = _status_bytes("VmHWM")
    if own:
        return own
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _status_bytes(field: str) -> int:
    """Return a figure of /proc/self/status in bytes, or 0 where there is none."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    lines = (line.split() for line in status.read_text().splitlines())
    return next((int(words[1]) * 1024 for words in lines if words[0] == f"{field}:"), 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
