"""What a run is made of, put together so that it can be taken to another thread."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from cnnviz.engine.network import Network
from cnnviz.spec.fields import field_infos
from cnnviz.spec.training import TrainingSpec
from cnnviz.training.loop import train

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.app.training.weights import Arrays
    from cnnviz.data.dataset import Dataset
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.control import RunControl
    from cnnviz.training.events import Event
    from cnnviz.training.result import RunResult


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class RunJob:
    """A design with its weights, what to train it on and how; `earlier` is the run that is continued."""

    spec: NetworkSpec
    training: TrainingSpec
    dataset: Dataset
    parameters: Arrays
    earlier: RunResult | None = None
    threads: int | None = None

    def events(self, control: RunControl) -> Iterator[Event]:
        """Train copies of the weights; see `cnnviz.training.loop.train`."""
        network = Network.with_parameters(self.spec, self.parameters).twin()
        yield from train(
            network,
            self.dataset,
            self.training,
            threads=self.threads,
            control=control,
            resume_from=self.earlier,
        )


EventMaker = Callable[["RunControl"], "Iterator[Event]"]
"""Makes the events of a run, in the thread that runs it."""

Keeping = Callable[["RunJob"], EventMaker]
"""Says what makes the events of a run, as the run is kept somewhere."""


def events_of(job: RunJob) -> EventMaker:
    """Return what makes the events of a run that nobody keeps."""
    return job.events


def continues(earlier: RunResult, spec: NetworkSpec, dataset: Dataset) -> bool:
    """Return whether a run of this design on this data set goes on from an earlier one."""
    same_design = (earlier.spec.layers, earlier.spec.input) == (spec.layers, spec.input)
    return same_design and earlier.data.content_hash == dataset.content_hash


def prolonged(training: TrainingSpec, earlier: RunResult) -> TrainingSpec:
    """Return settings with which a continued run has something left to do.

    Epochs count from the beginning of the earlier run. Where it has done them all, as many again are added,
    up to the most that settings may say: a run file with more could not be opened again.
    """
    done = earlier.state.epoch
    if training.epochs > done:
        return training
    most = int(field_infos(TrainingSpec)["epochs"].maximum or done)
    return dataclasses.replace(training, epochs=min(done + training.epochs, max(done, most)))
