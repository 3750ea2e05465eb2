"""How long each layer takes in a training step, measured on steps like those of a run."""

from __future__ import annotations

import collections
import dataclasses
import itertools
import statistics
import time
from typing import TYPE_CHECKING

from cnnviz.engine.network import Network
from cnnviz.engine.timing import Direction, LayerClock, TimedNetwork
from cnnviz.errors import TrainingError
from cnnviz.spec.losses import end_left_to_loss
from cnnviz.training.control import RunControl
from cnnviz.training.events import Ending, EpochDone, Event, Failed, RunStarted, StepDone
from cnnviz.training.loop import train

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cnnviz.data.dataset import Dataset
    from cnnviz.spec.layers import Layer
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.training.events import Parameters

_WARM_UP_STEPS = 2
"""The first steps make buffers."""
_FEWEST_STEPS, _MOST_STEPS = 5, 300
_SECONDS = 0.6
"""Measured for as long, unless there are too few or too many steps in it."""
_MOST_SECONDS = 4.0
"""No longer than this, even for fewer steps; at least one is measured."""
_EPOCHS = 1_000
"""More than are ever needed."""

_Laps = dict[tuple[str, Direction], float]


class MeasurementCancelled(Exception):
    """The measurement was broken off because nobody wants its result any more."""


@dataclasses.dataclass(frozen=True, slots=True)
class LayerTime:
    """What one layer takes in a step, in seconds. A block's time contains that of its body.

    A time is None where the layer is not computed by itself, and `note` says why, or what else is special.
    """

    forward: float | None
    backward: float | None
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class LayerTimes:
    """What every layer takes in a step with `images` images on `threads` threads: medians over `steps` steps.

    `step_seconds` is what a whole step takes, with the loss, the optimizer, and fetching the images.
    """

    spec: NetworkSpec
    images: int
    threads: int
    steps: int
    layers: Mapping[str, LayerTime]
    step_seconds: float

    @property
    def forward_seconds(self) -> float:
        """What all layers take forward."""
        return sum(self._outer(layer).forward or 0.0 for layer in self.spec.layers)

    @property
    def backward_seconds(self) -> float:
        """What all layers take back."""
        return sum(self._outer(layer).backward or 0.0 for layer in self.spec.layers)

    @property
    def other_seconds(self) -> float:
        """What is left of a step: images, loss, sums of gradients, optimizer, and waiting of threads."""
        return max(0.0, self.step_seconds - self.forward_seconds - self.backward_seconds)

    def is_of(self, spec: NetworkSpec, batch_size: int) -> bool:
        """Return whether these are the times of this design with this batch size."""
        return (self.spec.layers, self.spec.input, self.images) == (spec.layers, spec.input, batch_size)

    def _outer(self, layer: Layer) -> LayerTime:
        return self.layers[layer.id]


def measure_layers(
    spec: NetworkSpec,
    parameters: Parameters,
    dataset: Dataset,
    training: TrainingSpec,
    *,
    threads: int | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> LayerTimes:
    """Train copies of the weights for some steps, with a clock on each layer, and return the medians.

    It takes about a second; `is_cancelled` is asked before each layer.

    Raises
    ------
    TrainingError
        The design cannot be trained on the data set or fits into no memory, or the steps fail.
    MeasurementCancelled
        `is_cancelled` said yes.
    """
    settings = dataclasses.replace(training, epochs=_EPOCHS)
    clock = LayerClock(is_cancelled)
    network = TimedNetwork(Network.with_parameters(spec, parameters), clock)
    if is_cancelled():  # before anything is set for the whole process, such as the threads of BLAS
        raise MeasurementCancelled
    control = RunControl()
    events = train(network, dataset, settings, threads=threads, control=control)
    started = next(events)
    assert isinstance(started, RunStarted)  # the first event of every run
    try:
        steps = _measured(_steps(events, clock))
    except TrainingError as error:
        if is_cancelled():
            raise MeasurementCancelled from error
        raise
    finally:
        control.request_stop()
        collections.deque(events, maxlen=0)  # to the end, at which the threads end
    return LayerTimes(
        spec=spec,
        images=steps[0].images,
        threads=started.threads,
        steps=len(steps),
        layers=_layer_times(spec, [step.laps for step in steps]),
        step_seconds=statistics.median(step.seconds for step in steps),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _Step:
    images: int
    seconds: float
    laps: _Laps


def _steps(events: Iterator[Event], clock: LayerClock) -> Iterator[_Step]:
    """Yield every step of a run with its times."""
    images = 0
    while True:
        began = time.perf_counter()
        event = next(events)
        seconds, laps = time.perf_counter() - began, clock.take()
        match event:
            case StepDone():
                yield _Step(event.images - images, seconds, laps)
                images = event.images
            case EpochDone():
                continue  # the laps were those of validation
            case Failed():
                raise TrainingError(f"The times of the layers could not be measured: {event.reason}")
            case _ if isinstance(event, Ending):
                return


def _measured(steps: Iterator[_Step]) -> Sequence[_Step]:
    """Take steps until there are enough, and return those of whole batches."""
    warm_up = list(itertools.islice(steps, _WARM_UP_STEPS))
    whole = max(step.images for step in warm_up)
    began, taken = time.perf_counter(), list[_Step]()
    for step in steps:
        if step.images == whole:
            taken.append(step)
        spent = time.perf_counter() - began
        if taken and (
            len(taken) >= _MOST_STEPS
            or spent >= _MOST_SECONDS
            or (len(taken) >= _FEWEST_STEPS and spent >= _SECONDS)
        ):
            break
    return taken


def _layer_times(spec: NetworkSpec, laps: Sequence[_Laps]) -> dict[str, LayerTime]:
    medians = {key: statistics.median(step[key] for step in laps) for key in laps[0]}
    done = {layer_id: place for place, (layer_id, way) in enumerate(medians) if way is Direction.FORWARD}
    return {
        layer.id: LayerTime(
            medians.get((layer.id, Direction.FORWARD)),
            medians.get((layer.id, Direction.BACKWARD)),
            _note(spec, layer, medians, done),
        )
        for layer in spec.walk()
    }


def _note(spec: NetworkSpec, layer: Layer, medians: _Laps, done: Mapping[str, int]) -> str:
    """Return what there is to say about a layer's time, in a sentence; mostly nothing."""
    siblings = [other.id for other in spec.layers_of(spec.parent_of(layer.id))]
    place = siblings.index(layer.id)
    if layer.id not in done:
        if layer is spec.layers[-1] and end_left_to_loss(spec) is not None:
            return "Computed together with the loss."
        before = next((name for name in reversed(siblings[:place]) if name in done), None)
        return f"Computed together with {before}." if before else "Not computed by itself."
    sooner = [name for name in siblings[place + 1 :] if done.get(name, len(medians)) < done[layer.id]]
    if sooner:
        return f"Computed after {sooner[0]}, where there are fewer numbers: the result is the same."
    if (layer.id, Direction.BACKWARD) not in medians:
        return "No gradient has to go back through it: nothing before it learns."
    return ""
