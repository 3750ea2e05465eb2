"""Moments: kept within bounds, in memory and on disk, and thinned where they are missed least."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from cnnviz.errors import FileError
from cnnviz.files import read_limited, write_atomic
from cnnviz.spec.layers import Dense, Flatten
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.training import moments as module
from cnnviz.training.moments import Moment, MomentStore, check_fits, is_early_step, least_missed

TIMEOUT_SECONDS = 20.0
SIZE = 400
"""Bytes of the arrays of one moment."""


def weights(step):
    return {"dense1/weight": np.full((10, 9), step, np.float32), "dense1/bias": np.zeros(10, np.float32)}


def assert_weights_of(step, found):
    np.testing.assert_array_equal(found["dense1/weight"], weights(step)["dense1/weight"])


def store_of(*steps, folder=None, **limits):
    store = MomentStore(folder, **limits)
    for step in steps:
        assert store.add(Moment(step, 1), weights(step))
    return store


def steps_of(store):
    return [moment.step for moment in store.moments]


def test_early_steps_are_the_powers_of_two():
    assert [step for step in range(70) if is_early_step(step)] == [0, 1, 2, 4, 8, 16, 32, 64]


def test_moments_stand_in_order_and_give_their_own_weights():
    store = store_of(8, 0, 4)
    assert steps_of(store) == [0, 4, 8]
    for moment in store.moments:
        assert_weights_of(moment.step, store.parameters(moment))


def test_the_tuple_stays_the_same_object_until_there_is_another_moment():
    store = store_of(0, 4)
    before = store.moments
    store.parameters(before[0])
    assert store.moments is before
    store.add(Moment(4, 1), weights(4))
    assert store.moments is before
    store.add(Moment(8, 1), weights(8))
    assert store.moments is not before


@pytest.mark.parametrize("limits", [{"most": 6}, {"memory_bytes": 6 * SIZE}])
def test_beyond_the_limit_the_first_the_last_the_best_and_the_one_looked_at_stay(limits):
    store = MomentStore(**limits)
    store.set_best(30)
    for step in range(0, 200, 5):
        store.add(Moment(step, 1), weights(step))
        if step == 45:
            store.hold(45)
    assert len(store.moments) == 6
    assert {0, 30, 45, 195} <= set(steps_of(store))


def test_where_all_are_protected_more_are_kept_than_the_limit_says():
    store = MomentStore(memory_bytes=2 * SIZE)
    store.set_best(1)
    for step in range(3):
        store.add(Moment(step, 1), weights(step))
    assert steps_of(store) == [0, 1, 2]


def test_thinning_is_even():
    steps = [0]
    for step in range(1, 3000):
        steps.append(step)
        while len(steps) > 60:
            steps.remove(least_missed(steps, ()))
    numbers = np.array(steps, float)
    places = numbers / numbers[-1] + np.log1p(numbers) / np.log1p(numbers[-1])
    gaps = np.diff(places[:-1])[1:]
    assert gaps.max() < 4.5 * np.median(gaps)
    assert {1, 2} <= set(steps)
    assert np.diff(steps)[-12:].max() < 150


def test_least_missed_of_two_is_none():
    assert least_missed([0, 7], ()) is None
    assert least_missed([0, 3, 7], {3, None}) is None
    assert least_missed([0, 3, 6, 7], ()) == 6


def test_a_network_larger_than_the_memory_keeps_nothing(tmp_path):
    for folder in (None, tmp_path / "moments"):
        store = MomentStore(folder, memory_bytes=SIZE - 1)
        assert not store.add(Moment(0, 0), weights(0))
        assert store.moments == ()


def test_what_is_written_is_there_after_a_restart(tmp_path):
    store = store_of(0, 64, folder=tmp_path / "moments")
    store.add(Moment(1_500_000, 12), weights(9))
    store.write()
    assert store.unwritten_bytes == 0
    again = MomentStore(tmp_path / "moments")
    assert again.moments == (Moment(0, 1), Moment(64, 1), Moment(1_500_000, 12))
    assert again.remembered(again.moments[1]) is None
    read = again.parameters(again.moments[1])
    assert read["dense1/weight"].dtype == np.float32
    assert_weights_of(64, read)
    assert again.remembered(again.moments[1]) is not None


def test_the_memory_holds_only_what_fits_and_the_disk_gives_the_rest(tmp_path):
    store = MomentStore(tmp_path / "moments", memory_bytes=3 * SIZE)
    for step in range(10):
        assert store.add(Moment(step, 1), weights(step))
        store.write()
    remembered = [moment.step for moment in store.moments if store.remembered(moment) is not None]
    assert remembered == [7, 8, 9]
    assert_weights_of(2, store.parameters(Moment(2, 1)))
    assert len(store.moments) == 10
    store.release()
    assert all(store.remembered(moment) is None for moment in store.moments)


def test_a_disk_that_is_too_slow_costs_moments_and_not_memory(tmp_path):
    store = MomentStore(tmp_path / "moments", memory_bytes=2 * SIZE)
    assert [store.add(Moment(step, 1), weights(step)) for step in range(4)] == [True, True, False, False]
    store.write()
    assert store.add(Moment(4, 1), weights(4))


def test_the_disk_is_thinned_too(tmp_path):
    folder = tmp_path / "moments"
    store = MomentStore(folder, disk_bytes=5 * SIZE)
    for step in range(12):
        store.add(Moment(step, 1), weights(step))
        store.write()
    assert len(store.moments) == 5
    assert len(list(folder.iterdir())) == 5
    assert MomentStore(folder).moments == store.moments


def test_a_run_that_goes_on_from_before_gives_up_what_came_after(tmp_path):
    store = store_of(0, 4, 8, 16, folder=tmp_path / "moments")
    store.write()
    store.forget_after(8)
    store.add(Moment(8, 2), weights(80))
    store.write()
    again = MomentStore(tmp_path / "moments")
    assert again.moments == (Moment(0, 1), Moment(4, 1), Moment(8, 2))
    assert again.parameters(Moment(8, 2))["dense1/weight"][0, 0] == 80


def test_other_files_in_the_folder_are_no_moments(tmp_path):
    folder = tmp_path / "moments"
    folder.mkdir()
    for name in ("step-12-epoch-1.safetensors", "notes.txt", "step-000000000001-epoch-000001.tmp"):
        (folder / name).write_bytes(b"x")
    assert MomentStore(folder).moments == ()


def test_a_damaged_or_missing_file_is_told(tmp_path):
    store = store_of(0, 4, folder=tmp_path / "moments")
    store.write()
    store.release()
    first, second = sorted((tmp_path / "moments").iterdir())
    first.write_bytes(first.read_bytes()[:-5])
    second.unlink()
    with pytest.raises(FileError, match="damaged"):
        store.parameters(Moment(0, 1))
    with pytest.raises(FileError, match="There is no file"):
        store.parameters(Moment(4, 1))
    with pytest.raises(FileError, match="step 2,000 are kept no more"):
        store.parameters(Moment(2000, 1))


def test_the_folder_of_a_deleted_run_is_not_made_again(tmp_path):
    store = store_of(0, folder=tmp_path / "gone" / "moments")
    with pytest.raises(FileError, match="Cannot make the folder"):
        store.write()
    assert not (tmp_path / "gone").exists()
    assert_weights_of(0, store.parameters(Moment(0, 1)))


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays: arrays.pop("dense1/bias"),
        lambda arrays: arrays.update(extra=np.zeros(3)),
        lambda arrays: arrays.update({"dense1/bias": np.zeros(11)}),
    ],
)
def test_arrays_of_another_design_are_refused(change):
    layers = (Flatten(id="flatten1"), Dense(id="dense1", units=10))
    spec = NetworkSpec(name="Tiny", input=InputSpec(height=3, width=3, channels=1), layers=layers)
    arrays = weights(1)
    check_fits(arrays, spec, "The weights of step 1")
    change(arrays)
    with pytest.raises(FileError, match="The weights of step 1 are damaged"):
        check_fits(arrays, spec, "The weights of step 1")


def test_a_moment_that_was_given_up_while_it_was_read_is_not_mixed_up_with_the_new_one(tmp_path, monkeypatch):
    """A run goes on from before while somebody looks at what came after."""
    store = store_of(0, 8, folder=tmp_path / "moments")
    store.write()
    store.forget_after(-1)
    store.add(Moment(8, 2), weights(8))
    store.write()
    again = MomentStore(tmp_path / "moments")

    def read_slowly(*arguments):
        content = read_limited(*arguments)
        again.forget_after(0)
        again.add(Moment(8, 2), weights(80))
        return content

    monkeypatch.setattr(module, "read_limited", read_slowly)
    assert_weights_of(8, again.parameters(Moment(8, 2)))
    assert_weights_of(80, again.parameters(Moment(8, 2)))


def test_two_threads_that_write_at_once_write_each_moment_once(tmp_path, monkeypatch):
    """A run goes on while the one before is still being written: the same folder, two keepers."""
    store = store_of(0, 8, folder=tmp_path / "moments", memory_bytes=2 * SIZE)
    written, others = [], []

    def write_with_another(path, content):
        if not others:
            others.append(threading.Thread(target=store.write))
            others[0].start()
            others[0].join(0.2)  # long enough to be through, were it not made to wait
        written.append(path.name)
        write_atomic(path, content)

    monkeypatch.setattr(module, "write_atomic", write_with_another)
    store.write()
    others[0].join(TIMEOUT_SECONDS)
    assert sorted(written) == sorted(path.name for path in (tmp_path / "moments").iterdir())
    assert store.unwritten_bytes == 0
