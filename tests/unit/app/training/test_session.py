"""The session: what it does with a run, what it tells, and what it keeps."""

from __future__ import annotations

import dataclasses
import threading

import numpy as np
import pytest

from cnnviz.app.document import Document
from cnnviz.app.training import weights
from cnnviz.app.training.session import Session, SessionState
from cnnviz.app.training.worker import Broken
from cnnviz.data.digits import open_digits
from cnnviz.errors import FileError, TrainingError
from cnnviz.spec.layers import Conv2D, Dense, Dropout, ReLU
from cnnviz.spec.training import SGD
from cnnviz.training.events import Failed, Finished, Stopped
from cnnviz.training.runfile import load_run
from tests.helpers.designs import ENDLESS, short_training, small_design

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(scope="module")
def digits():
    return open_digits()


@pytest.fixture
def spec():
    return small_design()


@pytest.fixture
def ends(session):
    seen = []
    session.run_ended.connect(seen.append)
    return seen


@pytest.fixture
def states(session):
    seen = []
    session.state_changed.connect(seen.append)
    return seen


def run(session, qtbot, *args, **kwargs):
    with qtbot.waitSignal(session.run_ended, timeout=30_000) as blocker:
        session.start(*args, **kwargs)
    return blocker.args[0]


def steps_of(session):
    return len(session.history.steps)


def test_a_run_tells_its_start_its_curves_and_exactly_one_end(session, spec, digits, qtbot, ends, states):
    started = []
    session.run_started.connect(started.append)
    end = run(session, qtbot, spec, short_training(epochs=2), digits)
    assert isinstance(end, Finished)
    assert ends == [end]
    assert states == [SessionState.RUNNING, SessionState.IDLE]
    assert [(event.epochs, event.steps_per_epoch) for event in started] == [(2, 5)]
    assert session.history.steps.step.tolist() == list(range(1, 11))
    assert session.history.epochs.epoch.tolist() == [1, 2]
    assert session.result is end.result
    assert session.unsaved


def test_the_first_weights_are_those_of_the_seed_and_a_run_learns_from_them(session, spec, digits, qtbot):
    first = session.parameters_for(spec)
    session.set_seed(1)
    assert not np.array_equal(session.parameters_for(spec)["conv1/weight"], first["conv1/weight"])
    session.set_seed(0)
    np.testing.assert_array_equal(session.parameters_for(spec)["conv1/weight"], first["conv1/weight"])
    end = run(session, qtbot, spec, short_training(), digits)
    other = Session(threads=1)
    same = run(other, qtbot, spec, short_training(), digits)
    for name, array in end.result.parameters.items():
        np.testing.assert_array_equal(array, same.result.parameters[name])
        np.testing.assert_array_equal(array, session.parameters_for(spec)[name])
    assert not np.array_equal(end.result.parameters["conv1/weight"], first["conv1/weight"])
    assert session.weights_step == 5


def test_pause_step_and_resume(session, spec, digits, qtbot):
    session.start(spec, ENDLESS, digits)
    qtbot.waitUntil(lambda: steps_of(session) > 0)
    session.pause()
    qtbot.waitUntil(lambda: session.state is SessionState.PAUSED)
    qtbot.waitUntil(lambda: session.weights_step == session.progress.step)
    before = session.progress.step
    session.step()
    qtbot.waitUntil(lambda: session.weights_step == before + 1)
    assert session.state is SessionState.PAUSED
    assert session.progress.step == before + 1
    session.resume()
    qtbot.waitUntil(lambda: session.state is SessionState.RUNNING)
    qtbot.waitUntil(lambda: steps_of(session) > before + 1)


def test_a_run_may_begin_with_a_single_step(session, spec, digits, qtbot):
    session.start(spec, ENDLESS, digits, single_step=True)
    qtbot.waitUntil(lambda: session.state is SessionState.PAUSED)
    qtbot.waitUntil(lambda: session.weights_step == 1)
    assert steps_of(session) == 1


@pytest.mark.parametrize("paused", [False, True])
def test_stop_shows_at_once_and_keeps_the_result(session, spec, digits, qtbot, ends, paused):
    session.start(spec, ENDLESS, digits, single_step=paused)
    qtbot.waitUntil(lambda: steps_of(session) > 0)
    session.stop()
    assert session.state is SessionState.STOPPING
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
    assert [type(end) for end in ends] == [Stopped]
    assert session.result is ends[0].result
    assert session.history.steps.step[-1] == session.result.state.step == session.weights_step


def test_closing_while_training_ends_the_thread(session, spec, digits, qtbot, ends):
    session.start(spec, ENDLESS, digits)
    qtbot.waitUntil(lambda: steps_of(session) > 0)
    assert session.close()
    assert session.state is SessionState.IDLE
    assert [type(end) for end in ends] == [Stopped]
    assert session.close()


def test_wishes_without_a_run_do_nothing(session, states):
    for wish in (session.pause, session.resume, session.step, session.stop, session.want_weights):
        wish()
    assert session.state is SessionState.IDLE
    assert not states


def test_a_design_that_does_not_fit_is_refused_with_its_problems(session, spec, digits, states):
    wrong = spec.replace(Dense(id="dense1", units=3))
    with pytest.raises(TrainingError, match="10 classes"):
        session.start(wrong, ENDLESS, digits)
    assert not states


def test_one_run_at_a_time(session, spec, digits, qtbot, tmp_path):
    session.start(spec, ENDLESS, digits)
    for wish in (
        lambda: session.start(spec, ENDLESS, digits),
        session.reset_weights,
        lambda: session.save_run(tmp_path / "run.cnnviz"),
        lambda: session.bring_back(None),
    ):
        with pytest.raises(TrainingError, match="Stop it first"):
            wish()


def test_weights_come_when_asked_for_and_only_then(session, spec, digits, qtbot):
    seen = []
    session.weights_changed.connect(lambda: seen.append(session.weights_step))
    session.start(spec, ENDLESS, digits)
    qtbot.waitUntil(lambda: steps_of(session) > 20)
    assert seen == []
    for count in (1, 2):
        session.want_weights()
        qtbot.waitUntil(lambda count=count: len(seen) == count)
    assert seen == sorted(set(seen))
    assert seen[0] > 0


def test_a_stopped_run_goes_on_where_it_was(session, spec, digits, qtbot):
    session.start(spec, short_training(epochs=3), digits, single_step=True)
    qtbot.waitUntil(lambda: session.state is SessionState.PAUSED)
    session.stop()
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
    end = run(session, qtbot, spec.renamed("Other name"), short_training(epochs=3), digits)
    assert session.history.steps.step.tolist() == list(range(1, 16))
    whole = Session(threads=1)
    expected = run(whole, qtbot, spec, short_training(epochs=3), digits)
    for name, array in expected.result.parameters.items():
        np.testing.assert_array_equal(array, end.result.parameters[name])


def test_a_finished_run_gets_as_many_epochs_again(session, spec, digits, qtbot):
    run(session, qtbot, spec, short_training(epochs=2), digits)
    run(session, qtbot, spec, short_training(epochs=2), digits)
    assert session.history.epochs.epoch.tolist() == [1, 2, 3, 4]
    assert (session.progress.epoch, session.progress.epochs) == (4, 4)
    assert session.progress.fraction == 1.0


def test_an_edit_keeps_the_weights_that_fit_and_undo_brings_the_others_back(session, spec, digits, qtbot):
    document = Document(spec)
    learned = run(session, qtbot, spec, short_training(), digits).result.parameters
    document.insert_layer(Conv2D(filters=4), 1)
    assert session.fresh_layers(document.spec) == {"conv2", "dense1"}
    edited = session.parameters_for(document.spec)
    np.testing.assert_array_equal(edited["conv1/weight"], learned["conv1/weight"])
    assert edited["dense1/weight"].shape != learned["dense1/weight"].shape
    end = run(session, qtbot, document.spec, short_training(), digits)
    assert end.result.history.steps.step[0] == 1
    document.undo_stack.undo()
    undone = session.parameters_for(document.spec)
    np.testing.assert_array_equal(undone["dense1/weight"], learned["dense1/weight"])


def test_layers_without_weights_and_problems_leave_the_rest_alone(session, spec, digits, qtbot):
    learned = run(session, qtbot, spec, short_training(), digits).result.parameters
    edited = session.parameters_for(spec.insert(1, Dropout()).insert(4, Conv2D(kernel_size=(9, 9))))
    assert set(edited) == {"conv1/weight", "conv1/bias"}
    np.testing.assert_array_equal(edited["conv1/weight"], learned["conv1/weight"])


def test_reset_forgets_what_was_learned(session, spec, digits, qtbot):
    first = session.parameters_for(spec)["conv1/weight"].copy()
    assert session.fresh_layers(spec) == frozenset()
    run(session, qtbot, spec, short_training(), digits)
    assert session.is_trained
    with qtbot.waitSignals([session.weights_changed, session.history_changed]):
        session.reset_weights()
    assert not session.is_trained
    assert session.result is None
    assert steps_of(session) == 0
    assert session.weights_step == session.progress.steps == 0
    np.testing.assert_array_equal(session.parameters_for(spec)["conv1/weight"], first)


def test_a_run_file_brings_everything_back(session, spec, digits, qtbot, tmp_path):
    path = tmp_path / "run.cnnviz"
    with pytest.raises(FileError, match="nothing to save"):
        session.save_run(path)
    result = run(session, qtbot, spec, short_training(epochs=2), digits).result
    session.save_run(path)
    assert not session.unsaved
    other = Session(threads=1)
    opened = load_run(path).result
    other.bring_back(opened)
    assert opened.spec == spec
    assert not other.unsaved
    assert other.history.steps.step.tolist() == session.history.steps.step.tolist()
    assert (other.weights_step, other.weights_epoch) == (10, 2)
    shown, before = other.progress, session.progress
    assert (shown.step, shown.steps, shown.epoch, shown.epochs) == (10, 10, 2, 2)
    assert (shown.step, shown.steps, shown.epoch) == (before.step, before.steps, before.epoch)
    np.testing.assert_array_equal(
        other.parameters_for(spec)["dense1/weight"], result.parameters["dense1/weight"]
    )
    run(other, qtbot, opened.spec, opened.training, digits)
    assert other.history.epochs.epoch.tolist() == [1, 2, 3, 4]


def test_an_error_in_the_thread_is_an_end_that_says_why(session, spec, digits, qtbot, monkeypatch, caplog):
    def explode(*args, **kwargs):
        raise RuntimeError("The roof fell in.")

    monkeypatch.setattr("cnnviz.app.training.job.train", explode)
    end = run(session, qtbot, spec, short_training(), digits)
    assert isinstance(end, Broken)
    assert end.reason == "The roof fell in."
    assert "explode" in end.details
    assert "The roof fell in." in caplog.text
    assert session.state is SessionState.IDLE
    monkeypatch.undo()
    assert isinstance(run(session, qtbot, spec, short_training(), digits), Finished)


def test_a_run_that_fails_before_it_has_good_weights_leaves_those_of_before(session, spec, digits, qtbot):
    first = dict(session.parameters_for(spec))
    wild = dataclasses.replace(short_training(), optimizer=SGD(learning_rate=1e36))
    with qtbot.waitSignal(session.run_ended, timeout=30_000) as blocker:
        session.start(spec, wild, digits, single_step=True)
        qtbot.waitUntil(lambda: session.weights_step == 1)
        assert np.abs(session.parameters_for(spec)["conv1/weight"]).max() > 1e3
        session.resume()
    assert isinstance(blocker.args[0], Failed)
    assert session.weights_step == 0
    assert not session.is_trained
    assert not session.unsaved
    assert session.result is None
    assert steps_of(session) > 0
    for name, array in session.parameters_for(spec).items():
        np.testing.assert_array_equal(array, first[name])
    assert isinstance(run(session, qtbot, spec, short_training(), digits), Finished)


def test_a_failed_run_does_not_take_the_place_of_one_that_learned(session, spec, digits, qtbot):
    result = run(session, qtbot, spec, short_training(), digits).result
    other = spec.insert(1, ReLU())
    wild = dataclasses.replace(short_training(), optimizer=SGD(learning_rate=1e36))
    assert isinstance(run(session, qtbot, other, wild, digits), Failed)
    assert session.result is result
    assert session.unsaved
    np.testing.assert_array_equal(session.parameters_for(spec)["conv1/bias"], result.parameters["conv1/bias"])


def test_a_run_that_stops_too_late_is_noticed_all_the_same(session, spec, digits, qtbot, monkeypatch):
    opened = threading.Event()

    def stuck(*args, **kwargs):
        assert opened.wait(10)
        yield from ()

    monkeypatch.setattr("cnnviz.app.training.job.train", stuck)
    with qtbot.waitSignal(session.run_ended):
        session.start(spec, short_training(), digits)
        assert not session.close(0.05)
        assert session.state is SessionState.STOPPING
        opened.set()
    assert session.is_idle


def test_first_weights_are_drawn_by_the_thread_that_reads_them(session, spec, monkeypatch):
    threads = []
    real = weights.first_arrays

    def noted(*args):
        threads.append(threading.current_thread())
        return real(*args)

    monkeypatch.setattr(weights, "first_arrays", noted)
    parameters = session.parameters_for(spec)
    assert threads == []
    reader = threading.Thread(target=lambda: parameters["conv1/weight"])
    reader.start()
    reader.join()
    assert list(parameters) == ["conv1/weight", "conv1/bias", "dense1/weight", "dense1/bias"]
    assert parameters["dense1/weight"].shape == (10, 36)
    assert session.parameters_for(spec)["conv1/weight"] is parameters["conv1/weight"]
    assert threads == [reader]


def test_another_seed_is_told_to_views(session, qtbot):
    with qtbot.waitSignal(session.weights_changed):
        session.set_seed(5)
    with qtbot.assertNotEmitted(session.weights_changed):
        session.set_seed(5)


def test_a_changed_rate_goes_on_and_another_design_begins_anew(session, spec, digits, qtbot):
    run(session, qtbot, spec, short_training(), digits)
    training = short_training()
    faster = dataclasses.replace(
        training, optimizer=dataclasses.replace(training.optimizer, learning_rate=0.01)
    )
    run(session, qtbot, spec, faster, digits)
    assert len(session.history.epochs) == 2
    run(session, qtbot, spec.insert(1, ReLU()), faster, digits)
    assert len(session.history.epochs) == 1


def test_a_run_may_begin_with_a_single_epoch(session, spec, digits, qtbot):
    session.start(spec, short_training(epochs=3), digits, single_epoch=True)
    qtbot.waitUntil(lambda: session.state is SessionState.PAUSED)
    assert len(session.history.epochs) == 1
    session.steering.step_epoch()
    qtbot.waitUntil(lambda: session.state is SessionState.PAUSED and len(session.history.epochs) == 2)
    session.close()


def test_settings_change_on_the_way_and_slow_motion_is_kept_from_run_to_run(session, spec, digits, qtbot):
    training = short_training(epochs=1000)
    session.steering.set_delay(0.001)
    session.start(spec, training, digits)
    changed = dataclasses.replace(training, l2=0.5)
    session.steering.change(changed)
    qtbot.waitUntil(lambda: bool(session.history.changes))
    session.close()
    assert session.result.training.l2 == 0.5
    assert session.history.changes[0].text == "L2 0 → 0.5"
    assert session.steering.delay == 0.001
    session.steering.pause()  # nobody to lead: nothing happens
