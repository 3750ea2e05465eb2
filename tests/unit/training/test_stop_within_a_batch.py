"""A stop is met between two layers: the batch is given up, and what goes on later learns it once more."""

from __future__ import annotations

import pytest

from cnnviz.engine import parallel
from cnnviz.spec.layers import AvgPool2D, BatchNorm, Conv2D, Dense, Dropout, Flatten, ReLU, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.training.control import RunControl
from cnnviz.training.events import Stopped
from tests.helpers.runs import SETTINGS, events_of, finished, noisy_design, same_arrays, stopped_after

MET = NetworkSpec(
    name="Met",
    input=InputSpec(height=8, width=8, channels=1),
    layers=(
        Conv2D(filters=4, padding="same"),
        Residual(layers=(BatchNorm(), ReLU(), Conv2D(filters=4, padding="same"))),
        AvgPool2D(),
        Flatten(),
        Dropout(rate=0.3),
        Dense(units=10),
    ),
)
"""A block, and a layer in which the shards of a batch have to meet."""


class Impatient(RunControl):
    """Wants to stop once it was asked so many times, by whatever thread."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    @property
    def stopping(self) -> bool:
        """Whether it was asked often enough."""
        self.left -= 1
        if self.left < 0:
            self.request_stop()
        return super().stopping


@pytest.fixture(params=[1, 2])
def lanes(request, monkeypatch):
    monkeypatch.setattr(parallel, "MIN_LANE_WORK", 1)
    return request.param


def stopped(times, **options):
    *_, last = events_of(control=Impatient(times), **options)
    assert isinstance(last, Stopped), last
    return last.result


@pytest.mark.parametrize("spec", [noisy_design(), MET], ids=["noisy", "met"])
@pytest.mark.parametrize("times", range(0, 72, 5))
def test_what_was_learned_before_the_batch_is_kept_and_goes_on_bit_for_bit(times, spec, lanes):
    result = stopped(times, spec=spec, threads=lanes)
    steps = result.state.step
    if steps:
        same = stopped_after(steps, spec=spec, threads=lanes)
        assert same_arrays(result.parameters, same.parameters)
        assert result.state.dropout == same.state.dropout
        assert len(result.history.steps) == steps
    whole = finished(spec=spec, threads=lanes)
    continued = finished(spec=spec, threads=lanes, resume_from=result)
    assert same_arrays(continued.parameters, whole.parameters)
    assert same_arrays(continued.best_parameters, whole.best_parameters)
    assert same_arrays(continued.state.optimizer, whole.state.optimizer)


def test_a_batch_is_left_before_its_end():
    asked = []

    class Counting(RunControl):
        @property
        def stopping(self) -> bool:
            asked.append(None)
            return False

    run = events_of(control=Counting(), threads=1)
    next(run)
    next(run)
    run.close()
    assert len(asked) >= 2 * 5  # each layer, forward and back


def test_validation_is_left_within_a_batch(monkeypatch):
    steps = -(-len(finished().history.steps) // SETTINGS.epochs)

    class InValidation(RunControl):
        """Stops at the second layer of the first validation."""

        asked = 0

        @property
        def stopping(self) -> bool:
            if self.done == steps:
                self.asked += 1
            return self.asked > 2

        done = 0

    control = InValidation()
    for event in events_of(control=control, threads=1):
        if type(event).__name__ == "StepDone":
            control.done = event.step
    assert isinstance(event, Stopped)
    assert event.result.state.epoch == 0
    assert event.result.state.step == steps
