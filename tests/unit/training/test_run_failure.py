"""Why a run has failed is kept in its file."""

from __future__ import annotations

import dataclasses
import functools

import pytest

from cnnviz.spec.training import SGD
from cnnviz.training.result import RunFailure
from cnnviz.training.runfile import load_facts, load_run, save_run
from tests.helpers.run_files import a_run, refusal, saved
from tests.helpers.runs import SETTINGS, failure, finished, linear_design

WILD = dataclasses.replace(SETTINGS, optimizer=SGD(learning_rate=100.0))


@functools.cache
def failed():
    return failure(WILD, spec=linear_design())


def test_a_failed_run_says_where_and_why():
    end = failed()
    assert end.result.failure == RunFailure(end.reason, end.step, end.layer_id, True)
    assert str(end.step) in end.result.failure.reason


def test_the_failure_comes_back_from_the_file(tmp_path):
    save_run(tmp_path / "r.cnnviz", failed().result)
    assert load_run(tmp_path / "r.cnnviz").result.failure == failed().result.failure
    assert load_facts(tmp_path / "r.cnnviz").failure == failed().result.failure


def test_a_run_that_goes_on_has_not_failed():
    gentle = dataclasses.replace(WILD, optimizer=SGD(learning_rate=0.001))
    assert finished(gentle, spec=linear_design(), resume_from=failed().result).failure is None


def test_a_run_that_has_not_failed_says_nothing(tmp_path):
    save_run(tmp_path / "r.cnnviz", a_run())
    assert load_run(tmp_path / "r.cnnviz").result.failure is None


def test_a_file_from_before_it_was_kept_says_nothing(tmp_path):
    assert load_run(saved(tmp_path / "r.cnnviz", metadata={"failure": None})).result.failure is None


def test_a_long_reason_is_cut_so_that_the_file_can_be_read(tmp_path):
    long = RunFailure("x" * 5_000, 3, None, False)
    save_run(tmp_path / "r.cnnviz", dataclasses.replace(a_run(), failure=long))
    kept = load_run(tmp_path / "r.cnnviz").result.failure
    assert kept == dataclasses.replace(long, reason="x" * 1_000)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "nonsense",
        '{"reason": "x", "step": -1, "layer": null, "diverged": true}',
        '{"reason": "x", "step": 1, "layer": 3, "diverged": true}',
        '{"reason": "x", "step": 1, "layer": null, "diverged": 1}',
        '{"step": 1, "layer": null, "diverged": true}',
    ],
)
def test_a_damaged_failure_is_refused(tmp_path, text):
    assert "failure" in refusal(saved(tmp_path / "r.cnnviz", metadata={"failure": text}))
