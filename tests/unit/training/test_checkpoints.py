from __future__ import annotations

import dataclasses
import math

import pytest

from cnnviz.errors import FileError
from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, ReLU
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.schedules import SCHEDULE_TYPES, ReduceOnPlateau
from cnnviz.spec.training import OPTIMIZER_TYPES
from cnnviz.training.checkpoints import CheckpointFolder, CheckpointWriter, checkpoints_of
from cnnviz.training.control import RunControl
from cnnviz.training.events import Checkpoint, EpochDone, Finished, Paused, StepDone, Stopped
from cnnviz.training.runfile import load_run
from tests.helpers.runs import SETTINGS, STEPS_PER_EPOCH, events_of, finished, same_arrays, stopped_after

EPOCHS = 3
LONG = dataclasses.replace(SETTINGS, epochs=EPOCHS)


def design() -> NetworkSpec:
    """A design with everything that makes going on hard: random numbers and running statistics."""
    layers = (
        *(Conv2D(filters=3), BatchNorm(), ReLU(), Dropout(rate=0.3)),
        *(Flatten(), Dense(units=8), BatchNorm(), ReLU(), Dropout(rate=0.3), Dense(units=10)),
    )
    return NetworkSpec(name="Hard", input=InputSpec(height=8, width=8, channels=1), layers=layers)


def checkpoints_after(training, *steps: int, **options):
    """Train to the end, asking for a checkpoint after some steps, and return them and the result."""
    control, found = RunControl(), []
    for event in events_of(training, spec=design(), control=control, **options):
        if isinstance(event, Checkpoint):
            found.append(event.result)
        elif isinstance(event, StepDone) and event.step in steps:
            control.request_checkpoint()
        elif isinstance(event, Finished):
            result = event.result
    return found, result


def assert_equal_runs(one, other):
    assert same_arrays(one.parameters, other.parameters)
    assert same_arrays(one.best_parameters, other.best_parameters)
    assert same_arrays(one.state.optimizer, other.state.optimizer)
    assert one.best_epoch == other.best_epoch
    assert one.history.steps.loss.tolist() == other.history.steps.loss.tolist()
    assert one.history.epochs.val_loss.tolist() == other.history.epochs.val_loss.tolist()
    for name in ("step", "epoch", "images_in_epoch", "order", "dropout", "plateau"):
        assert getattr(one.state, name) == getattr(other.state, name), name


def assert_goes_on_exactly(training, tmp_path, **options):
    """Go on from a file of each checkpoint: within the first epoch, at the end of one, and later."""
    steps = (1, STEPS_PER_EPOCH, STEPS_PER_EPOCH + 2)
    found, whole = checkpoints_after(training, *steps, **options)
    assert [run.state.step for run in found] == list(steps)
    for run in found:
        path = CheckpointFolder(tmp_path).write(run)
        read = load_run(path).result
        assert_equal_runs(finished(training, spec=design(), resume_from=read, **options), whole)


@pytest.mark.parametrize("optimizer", OPTIMIZER_TYPES)
def test_every_optimizer_goes_on_bit_for_bit(optimizer, tmp_path):
    assert_goes_on_exactly(dataclasses.replace(LONG, optimizer=optimizer(learning_rate=0.01)), tmp_path)


@pytest.mark.parametrize("schedule", [*(kind() for kind in SCHEDULE_TYPES), ReduceOnPlateau(patience=1)])
def test_every_schedule_goes_on_bit_for_bit(schedule, tmp_path):
    training = dataclasses.replace(LONG, schedule=schedule, warmup_steps=2, l2=1e-3, clip_norm=0.5)
    assert_goes_on_exactly(training, tmp_path, threads=1)


def test_checkpoints_change_nothing_of_a_run():
    found, result = checkpoints_after(LONG, *range(1, 9))
    assert len(found) == 8
    assert_equal_runs(result, finished(LONG, spec=design()))


def test_a_paused_run_is_put_down_at_once():
    control = RunControl()
    control.pause()
    control.request_checkpoint()
    events = events_of(control=control)
    assert any(isinstance(next(events), Checkpoint) for _ in range(2))
    control.request_stop()
    assert isinstance([*events][-1], Stopped)


# The folder


def numbered(run, step: int, *, best: bool = False):
    """The same run as it would be at another step."""
    state = dataclasses.replace(run.state, step=step, images_in_epoch=0 if best else 1)
    return dataclasses.replace(run, state=state, best_epoch=state.epoch if best else 1)


def test_old_checkpoints_are_thinned_to_three_and_the_best(tmp_path):
    folder, run = CheckpointFolder(tmp_path / "kept"), finished()
    for step in range(1, 7):
        folder.write(numbered(run, step, best=step in (1, 2)))
    assert [path.name for path in folder.files] == [
        *(f"step-00000000000{step}.cnnviz" for step in (6, 5, 4)),
        "step-000000000002-best.cnnviz",
    ]
    folder.clear()
    assert not folder.path.exists()


def test_a_damaged_checkpoint_is_passed_over(tmp_path):
    folder = CheckpointFolder(tmp_path)
    older, newer = (folder.write(stopped_after(step)) for step in (4, 5))
    newer.write_bytes(newer.read_bytes()[:-7])
    assert folder.newest().result.state.step == 4
    older.write_bytes(b"")
    with pytest.raises(FileError, match="step-000000000005"):
        folder.newest()
    folder.clear()
    with pytest.raises(FileError, match="no checkpoint"):
        folder.newest()


def test_checkpoints_are_beside_the_run_file(tmp_path):
    assert checkpoints_of(tmp_path / "a.cnnviz").path == tmp_path / "a.cnnviz.checkpoints"


# The writer


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


class NotedFolder:
    """Notes what would be written, and may refuse it."""

    def __init__(self):
        self.steps = []
        self.problem = ""

    def write(self, run):
        self.steps.append(run.state.step)
        if self.problem:
            raise FileError(self.problem)


def requests(events, monkeypatch, clock=None):
    """The steps after which a writer asks for a checkpoint of a run."""
    asked, control, last = [], RunControl(), 0
    monkeypatch.setattr(control, "request_checkpoint", lambda: asked.append(last))
    times = CheckpointWriter(NotedFolder(), print, first_seconds=10, every_seconds=30, clock=clock or Clock())

    def watched():
        nonlocal last
        for event in events:
            last = getattr(event, "step", last)
            yield event

    for _ in times.kept(watched(), control):
        pass
    return asked


def test_one_is_asked_for_at_every_new_best_epoch(monkeypatch):
    values = [(0.5, 0.9), (0.4, 0.95), (0.5, 0.8), (0.5, 0.85), (0.3, 0.7), (0.6, 2.0)]
    epochs = [
        EpochDone(number, 10 * number, 1.0, 0.1, loss, accuracy, 1.0, 1.0)
        for number, (accuracy, loss) in enumerate(values, 1)
    ]
    assert requests(epochs, monkeypatch) == [10, 30, 50, 60]


def test_epochs_without_accuracy_are_the_best_by_their_loss(monkeypatch):
    losses = [0.9, 0.95, 0.8]
    epochs = [
        EpochDone(number, number, 1.0, math.nan, loss, math.nan, 1.0, 1.0)
        for number, loss in enumerate(losses, 1)
    ]
    assert requests(epochs, monkeypatch) == [1, 3]


def test_the_first_is_asked_for_after_ten_seconds_and_others_half_a_minute_after_it(monkeypatch):
    clock = Clock()
    result = finished()

    def events():
        for second in range(1, 75):
            clock.now = float(second)
            yield StepDone(second, 1, 1.0, 0.1, second, 1.0)
            if second in (10, 40, 70):
                yield Checkpoint(result)

    assert requests(events(), monkeypatch, clock) == [10, 40, 70]


def test_a_pause_asks_for_one(monkeypatch):
    assert requests([Paused(7)], monkeypatch) == [7]


def test_a_disk_that_takes_nothing_is_told_of_once_and_the_run_goes_on(qtbot):
    told, folder, control = [], NotedFolder(), RunControl()
    folder.problem = "Cannot write x: No space left on device."
    writer = CheckpointWriter(folder, told.append, first_seconds=0, every_seconds=0, between_seconds=0)
    for event in writer.kept(events_of(LONG, control=control), control):
        if isinstance(event, StepDone) and 1 < event.step < 5:
            qtbot.waitUntil(lambda: len(folder.steps) >= 1)
    assert isinstance(event, Finished)
    assert told == ["The run goes on, but only in memory. Cannot write x: No space left on device."]


def test_an_error_of_the_program_is_told_and_the_run_goes_on(qtbot, monkeypatch, caplog):
    told, folder, control = [], NotedFolder(), RunControl()
    monkeypatch.setattr(folder, "write", lambda run: 1 / 0)
    writer = CheckpointWriter(folder, told.append, first_seconds=0, every_seconds=0, between_seconds=0)
    for event in writer.kept(events_of(LONG, control=control), control):
        if isinstance(event, StepDone) and 1 < event.step < 5:
            qtbot.waitUntil(lambda: bool(told))
    assert isinstance(event, Finished)
    assert told == ["The run goes on, but only in memory: a checkpoint could not be written."]
    assert "ZeroDivisionError" in caplog.text


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="Cannot make the folder"):
        CheckpointFolder(tmp_path / "file" / "a").write(finished())


def test_the_thread_of_a_run_that_is_given_up_ends(tmp_path):
    control = RunControl()
    writer = CheckpointWriter(CheckpointFolder(tmp_path), print, first_seconds=0)
    events = writer.kept(events_of(control=control), control)
    for event in events:
        if isinstance(event, StepDone) and event.step == 3:
            break
    events.close()
    assert writer.close(0.0)
