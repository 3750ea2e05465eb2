"""`cnnviz inspect --why` gives what the window shows: pictures, arrays and figures."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from cnnviz.data.digits import open_digits
from cnnviz.engine.network import Network
from cnnviz.interpret.attribution.difference import difference
from cnnviz.interpret.attribution.explain import explain
from cnnviz.interpret.attribution.methods import METHOD_NAMES, GradCAM, IntegratedGradients
from cnnviz.spec import io
from cnnviz.spec.layers import Dense, Flatten
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.training.runfile import load_run


def test_all_methods_of_a_run(call_json, run_file, tmp_path):
    out = tmp_path / "out"
    written = call_json(
        "inspect", run_file, "--image", 3, "--dataset", "digits", "--out", out, "--why", "all", "--npz"
    )
    names = [f"why-{name}.png" for name in METHOD_NAMES]
    assert [name for name in written["files"] if name.startswith("why")] == [*names, "why.npz"]
    run = load_run(run_file).result
    network = Network.wrapping(run.spec, run.parameters)
    pixels = open_digits().scaled_image(3)
    best = int(network.forward(pixels[..., None])[:, 0].argmax())
    assert [fact["method"] for fact in written["why"]] == list(METHOD_NAMES)
    assert {fact["class"] for fact in written["why"]} == {best}
    arrays = np.load(out / "why.npz")
    expected = explain(network, pixels, best, GradCAM())
    np.testing.assert_array_equal(arrays["grad-cam"], expected.map)
    np.testing.assert_array_equal(arrays["grad-cam/values"], expected.values)
    assert written["why"][0]["layer"] == expected.layer_id
    picture = np.asarray(Image.open(out / "why-grad-cam.png"))
    assert picture.shape[1] > 3 * picture.shape[0]


def test_class_layer_and_settings_can_be_chosen(call_json, run_file, tmp_path):
    written = call_json(
        *("inspect", run_file, "--image", 3, "--dataset", "digits", "--out", tmp_path / "o"),
        *("--why", "grad-cam", "integrated-gradients", "--class", 7, "--layer", "conv1"),
        *("--setting", "steps=7", "--setting", "baseline=white"),
    )
    cam, integrated = written["why"]
    assert (cam["class"], cam["layer"]) == (7, "conv1")
    run = load_run(run_file).result
    method = IntegratedGradients(steps=7, baseline="white")
    network = Network.wrapping(run.spec, run.parameters)
    found = explain(network, open_digits().scaled_image(3), 7, method)
    assert integrated["sum"] == pytest.approx(found.completeness.total)
    assert integrated["missed"] == pytest.approx(found.completeness.error, abs=1e-5)
    assert not (tmp_path / "o" / "why.npz").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--why", "saliency", "--class", "10"], "classes 0 to 9; received 10"),
        (["--why", "grad-cam", "--layer", "nowhere"], 'called "nowhere"'),
        (["--why", "occlusion", "--setting", "patch=0"], "Patch must be from 1"),
        (["--why", "occlusion", "--setting", "patch=big"], "a whole number; received 'big'"),
        (["--why", "occlusion", "--setting", "steps=3"], "allowed are: fill, patch, stride"),
        (["--why", "saliency", "--setting", "steps=3"], "allowed are: none"),
        (["--why", "occlusion", "--setting", "patch"], "NAME=VALUE"),
    ],
)
def test_what_is_not_possible_is_said_in_a_sentence(options, said, call, design_file, tmp_path):
    status, _, err = call("inspect", design_file, "--image", 0, "--out", tmp_path / "o", *options)
    assert status == 1
    assert said in err


def test_a_design_with_running_statistics_and_one_without_maps(call, tmp_path):
    Image.new("RGB", (32, 32), "orange").save(tmp_path / "p.png")
    out = tmp_path / "o"
    status, _, _ = call(
        "inspect", "resnet-small", "--image", tmp_path / "p.png", "--out", out, "--why", "saliency"
    )
    assert status == 0
    flat = NetworkSpec(name="Flat", input=InputSpec(), layers=(Flatten(), Dense(units=10)))
    io.save(flat, tmp_path / "flat.json")
    status, _, err = call("inspect", tmp_path / "flat.json", "--image", 0, "--out", out, "--why", "grad-cam")
    assert status == 1
    assert "no layer of this design has" in err.lower()


def test_a_class_is_held_against_another_and_the_number_that_did_most_is_named(call_json, run_file, tmp_path):
    written = call_json(
        *("inspect", run_file, "--image", 3, "--dataset", "digits", "--out", tmp_path / "o"),
        *("--why", "saliency", "grad-cam", "--class", 7, "--against", 2, "--layer", "conv1"),
    )
    run = load_run(run_file).result
    network = Network.wrapping(run.spec, run.parameters)
    image = open_digits().scaled_image(3)
    scores = network.forward(image[..., None])[:, 0]
    found = difference(network, image, 7, 2, "conv1")
    for fact in written["why"]:
        assert (fact["class"], fact["against"]) == (7, 2)
        assert fact["score"] == pytest.approx(float(scores[7] - scores[2]), abs=1e-5)
        channel, row, column = found.strongest()
        assert fact["number"]["unit"] == f"conv1:{channel}:{row}:{column}"
        assert fact["number"]["share"] == pytest.approx(float(found.shares[found.strongest()]), rel=1e-5)
        assert fact["number"]["of"] == pytest.approx(found.value, rel=1e-5)
