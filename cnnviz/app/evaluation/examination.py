"""Examining the network on screen with the images of a part of a data set: for a thread to do."""

from __future__ import annotations

import dataclasses
import threading
import time
from typing import TYPE_CHECKING

from cnnviz.app.threads.answering import answer_or_reason
from cnnviz.engine.network import Network
from cnnviz.engine.parallel import Executor
from cnnviz.training.evaluation import examine

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.training.weights import Arrays
    from cnnviz.data.dataset import Dataset, Split
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.evaluation import Report

_BATCH_SIZE = 64
RESTS, SHORT_RESTS = 19, 4
"""While a run is on, a batch is followed by a rest of so many times its time; fewer where a person waits."""
_LONGEST_REST_SECONDS = 0.5


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """A report on a part of a data set, and on which weights of which design it is.

    `is_past` says that the weights are not the newest, but those of an earlier moment.
    """

    report: Report
    spec: NetworkSpec
    dataset: Dataset
    split: Split
    step: int
    epoch: int
    is_past: bool = False


@dataclasses.dataclass(slots=True, eq=False)
class Examination:
    """Which weights of which design are to be examined, with which images.

    `cancelled` is set where nobody wants the findings any more; `done` counts the images looked at so far.
    """

    spec: NetworkSpec
    parameters: Arrays
    loss: Loss
    dataset: Dataset
    split: Split
    step: int
    epoch: int
    is_past: bool = False
    cancelled: threading.Event = dataclasses.field(default_factory=threading.Event)
    done: int = 0

    @property
    def images(self) -> int:
        """How many images there are to look at."""
        return len(self.dataset.indices(self.split))

    def meet(self, is_run_on: Callable[[], bool], rests: int) -> Findings | str | None:
        """Return the findings, why there are none in a sentence, or None where nobody wants them any more.

        While a run is on, each batch is followed by a rest of so many times its time.
        """
        return answer_or_reason(
            lambda: self._findings(is_run_on, rests), "The images could not be evaluated", "this design"
        )

    def _findings(self, is_run_on: Callable[[], bool], rests: int) -> Findings | None:
        network = Network.wrapping(self.spec, self.parameters)
        began = time.perf_counter()
        batches = 0

        def is_stopping() -> bool:
            nonlocal began, batches
            if is_run_on():
                spent = time.perf_counter() - began
                self.cancelled.wait(min(rests * spent, _LONGEST_REST_SECONDS))
            began = time.perf_counter()
            self.done = batches * _BATCH_SIZE
            batches += 1
            return self.cancelled.is_set()

        with Executor(network, 1 if is_run_on() else None, self.loss) as executor:
            report = examine(
                executor,
                self.dataset,
                self.dataset.indices(self.split),
                batch_size=_BATCH_SIZE,
                is_stopping=is_stopping,
            )
        if report is None:
            return None
        return Findings(report, self.spec, self.dataset, self.split, self.step, self.epoch, self.is_past)
