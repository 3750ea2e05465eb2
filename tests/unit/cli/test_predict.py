from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PIL import Image

from cnnviz.data.quantities import AnglePart, Quantity
from cnnviz.engine.network import Network, scores_to_probabilities
from cnnviz.spec.layers import Sigmoid
from cnnviz.spec.losses import BinaryCrossEntropy, MeanSquaredError, MulticlassSVM
from cnnviz.training.runfile import load_run, save_run
from tests.helpers.runs import SETTINGS, finished, measured_digits, noisy_design, odd_digits


@pytest.fixture
def picture(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "p.png")
    return tmp_path / "p.png"


def test_the_three_likeliest_classes_and_what_was_done(call_json, run_file, picture):
    (answer,) = call_json("predict", run_file, picture)["predictions"]
    run = load_run(run_file).result
    pixels = np.asarray(Image.open(picture), np.float32)[None, :, :, None] / 255
    scores = Network.with_parameters(run.spec, run.parameters).forward(pixels)
    probabilities = scores_to_probabilities(scores)[:, 0]
    order = np.argsort(-probabilities)[:3]
    assert [guess["class"] for guess in answer["top"]] == [str(place) for place in order]
    assert [guess["probability"] for guess in answer["top"]] == pytest.approx(probabilities[order], rel=1e-5)
    assert (answer["class"], answer["probability"]) == tuple(answer["top"][0].values())
    assert answer["steps"] == ["Read p.png: PNG, 8 wide, 8 high"]


def test_several_pictures_are_answered_in_order(call, run_file, picture, tmp_path):
    Image.new("RGB", (30, 20), "red").save(tmp_path / "red.png")
    status, out, err = call("predict", run_file, picture, tmp_path / "red.png")
    assert (status, err) == (0, "")
    answers = [line for line in out.splitlines() if not line.startswith("    ")]
    assert [line.partition(":")[0] for line in answers] == [str(picture), str(tmp_path / "red.png")]
    assert "    Made grey" in out
    assert "%" in answers[0]


def test_what_is_no_picture_is_refused(refused, run_file):
    assert "is not a picture" in refused("predict", run_file, run_file)
    assert "There is no file nothing.png" in refused("predict", run_file, "nothing.png")


def test_two_classes_of_one_unit_have_probabilities_that_add_up(call_json, picture, tmp_path):
    training = dataclasses.replace(SETTINGS, loss=BinaryCrossEntropy())
    run = finished(training, spec=noisy_design(1, Sigmoid()), dataset=odd_digits())
    save_run(tmp_path / "two.cnnviz", run)
    (answer,) = call_json("predict", tmp_path / "two.cnnviz", picture)["predictions"]
    assert {guess["class"] for guess in answer["top"]} == {"even", "odd"}
    assert sum(guess["probability"] for guess in answer["top"]) == pytest.approx(1)
    assert answer["probability"] >= 0.5


def test_learned_numbers_are_told_as_they_are(call, call_json, picture, tmp_path):
    training = dataclasses.replace(SETTINGS, loss=MeanSquaredError())
    run = finished(training, spec=noisy_design(2), dataset=measured_digits())
    save_run(tmp_path / "ink.cnnviz", run)
    (answer,) = call_json("predict", tmp_path / "ink.cnnviz", picture)["predictions"]
    assert len(answer["values"]) == 2
    assert f": {answer['values'][0]:.4f}, " in call("predict", tmp_path / "ink.cnnviz", picture)[1]


def test_numbers_with_names_are_told_by_them(call, call_json, picture, tmp_path):
    quantities = (Quantity("sine", part=AnglePart.SINE), Quantity("cosine", part=AnglePart.COSINE))
    dataset = dataclasses.replace(measured_digits(), quantities=quantities)
    training = dataclasses.replace(SETTINGS, loss=MeanSquaredError())
    save_run(tmp_path / "turn.cnnviz", finished(training, spec=noisy_design(2), dataset=dataset))
    (answer,) = call_json("predict", tmp_path / "turn.cnnviz", picture)["predictions"]
    assert answer["names"] == ["sine", "cosine"]
    assert 0 <= answer["degrees"] < 360
    said = call("predict", tmp_path / "turn.cnnviz", picture)[1]
    assert f": sine {answer['values'][0]:.4f}, cosine" in said
    assert f"({answer['degrees']:.1f}°)" in said


def test_an_svm_gives_scores_and_how_far_the_first_is_ahead(call_json, call, picture, tmp_path):
    run = finished(dataclasses.replace(SETTINGS, loss=MulticlassSVM()))
    save_run(tmp_path / "svm.cnnviz", run)
    (answer,) = call_json("predict", tmp_path / "svm.cnnviz", picture)["predictions"]
    first, second = (guess["score"] for guess in answer["top"][:2])
    assert "probability" not in answer
    assert answer["lead"] == pytest.approx(first - second)
    _, out, _ = call("predict", tmp_path / "svm.cnnviz", picture)
    assert f"(score {first:.2f})" in out
    assert f"; ahead by {first - second:.2f}" in out
