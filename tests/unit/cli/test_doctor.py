from __future__ import annotations

import pytest

from cnnviz.spec.training import SGD, TrainingSpec
from cnnviz.training.runfile import save_run
from tests.helpers.runs import failure, linear_design

HEALTHY = ("train", "digits-cnn", "--epochs", 3, "--threads", 1)


@pytest.fixture
def healthy_file(call, tmp_path):
    path = tmp_path / "healthy.cnnviz"
    status, _, err = call(*HEALTHY, "--out", path)
    assert status == 0, err
    return path


@pytest.fixture
def failed_file(tmp_path):
    training = TrainingSpec(optimizer=SGD(learning_rate=100.0), epochs=3)
    save_run(tmp_path / "failed.cnnviz", failure(training, spec=linear_design()).result)
    return tmp_path / "failed.cnnviz"


def test_nothing_is_found_in_a_healthy_run(call_json, healthy_file):
    received = call_json("doctor", healthy_file)
    assert received["troubles"] == 0
    assert len(received["findings"]) >= 10
    assert {row["severity"] for row in received["findings"]} == {"fine", "unknown"}
    first = next(row for row in received["findings"] if row["kind"] == "first_loss")
    assert 1 < first["value"] < 4
    assert set(first) == {
        *("kind", "title", "severity", "layer", "value", "measured", "healthy", "meaning", "helps")
    }


def test_the_tests_are_made_when_asked_for(call_json, healthy_file):
    rows = call_json("doctor", healthy_file, "--tests", "--threads", 1)["findings"]
    found = {row["kind"]: row for row in rows}
    assert found["one_batch"]["severity"] == "fine"
    assert "suggested" in found["rate"]["measured"]


def test_a_table_has_one_row_for_each_check(call, healthy_file):
    status, out, err = call("doctor", healthy_file)
    assert (status, err) == (0, "")
    assert "Over-fitting" in out
    assert "Run the overfit test." in out


def test_a_run_that_failed_is_told_in_words_and_judged_without_its_images(call, failed_file):
    status, out, err = call("doctor", failed_file)
    assert status == 0
    assert "left out" in err
    assert "Learning rate: At step" in err
    assert "Rate 10" in out


def test_the_tests_need_images(refused, failed_file):
    assert "--dataset" in refused("doctor", failed_file, "--tests")


def test_other_images_are_not_taken_for_those_of_the_run(call, call_json, failed_file, data_file):
    _, _, err = call("doctor", failed_file, "--dataset", "digits")
    assert "other images" in err
    kinds = {row["kind"] for row in call_json("doctor", failed_file, "--dataset", "digits")["findings"]}
    assert "balance" not in kinds


def test_a_data_set_that_is_named_must_open(refused, failed_file):
    assert "nowhere" in refused("doctor", failed_file, "--dataset", "nowhere")


def test_a_file_that_is_no_run_is_one_sentence(refused, tmp_path):
    (tmp_path / "no.cnnviz").write_bytes(b"no run")
    assert "no.cnnviz" in refused("doctor", tmp_path / "no.cnnviz")
