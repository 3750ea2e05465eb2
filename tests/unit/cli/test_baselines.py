from __future__ import annotations

from cnnviz.app.evaluation.baseline_plan import NETWORKS


def test_json_has_every_baseline_on_validation_only(call_json, data_file):
    received = call_json("baselines", "--dataset", data_file, "--threads", 1)
    neighbors, *networks = received["baselines"]
    assert neighbors["name"] == "nearest-neighbours"
    assert (neighbors["parameters"], neighbors["training_seconds"]) == (0, None)
    assert neighbors["distance"] in ("l1", "l2")
    assert [row["name"] for row in networks] == list(NETWORKS)
    for row in received["baselines"]:
        assert 0.2 < row["val_accuracy"] <= 1
        assert row["test_accuracy"] is None
        assert row["seconds_per_image"] > 0
    assert len(received["content_hash"]) == 64


def test_the_test_images_are_measured_when_asked_for(call, data_file):
    status, out, err = call("baselines", "--dataset", data_file, "--test", "--threads", 1)
    assert status == 0
    assert "Linear SVM: validation accuracy" in err
    row = next(line for line in out.splitlines() if "Linear softmax" in line)
    assert row.count("%") == 2


def test_an_unknown_data_set_is_one_sentence(call):
    status, out, err = call("baselines", "--dataset", "nowhere")
    assert (status, out) == (1, "")
    assert "nowhere" in err


def test_images_can_be_prepared_as_for_training(call_json, data_file):
    plain = call_json("baselines", "--dataset", data_file, "--threads", 1)
    words = ("--prepare", "standardise", "height=4", "width=4")
    received = call_json("baselines", "--dataset", data_file, *words, "--threads", 1)
    assert plain["prepared"] == ""
    assert received["prepared"] == "height 4, width 4, standardise"
    assert received["content_hash"] != plain["content_hash"]
    for row, before in zip(received["baselines"][1:], plain["baselines"][1:], strict=True):
        assert row["parameters"] < before["parameters"]  # the images are smaller
