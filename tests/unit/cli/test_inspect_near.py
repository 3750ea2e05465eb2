"""`cnnviz inspect` from near: one number, measures of filters, and the pictures that the window exports."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from cnnviz.data.digits import open_digits
from cnnviz.interpret.activations import view_image
from cnnviz.spec.training import BEST
from cnnviz.training.runfile import load_run, save_run

INSPECT = ("--image", 3, "--dataset", "digits")


@pytest.fixture(autouse=True)
def _drawing(qapp):
    """Pictures are drawn with Qt, in this process."""


@pytest.fixture
def view(run_file):
    run = load_run(run_file).result
    return view_image(run.spec, run.parameters, open_digits().scaled_image(3))


def test_a_number_with_its_sum_as_text_and_all_its_products(call_json, run_file, view, tmp_path) -> None:
    out = tmp_path / "o"
    unit = ("--unit", "conv1:2:0:5", "--npz")
    written = call_json("inspect", run_file, *INSPECT, "--out", out, *unit)
    names = [f"unit-conv1-2-0-5{end}" for end in (".txt", ".npz", ".png", "-sees.png", "-maps.png")]
    assert written["files"][-5:] == names
    (facts,) = written["units"]
    engine = float(view.layer("conv1").values[2, 0, 5])
    assert facts["engine"] == engine
    assert facts["value"] == pytest.approx(engine, rel=1e-5)
    assert facts["sees"] == {"input": [0, 5, 3, 3]}
    assert facts["text"] == (out / names[0]).read_text()
    assert facts["text"].startswith("conv1, map 2, row 0, column 5, is ")
    arrays = np.load(out / names[1])
    assert arrays["products"].shape == (1, 3, 3)
    assert arrays["products"].sum() + arrays["bias"] == pytest.approx(facts["value"])
    assert np.argwhere(arrays["field"]).tolist()[0][0] in range(3)
    assert all((out / name).read_bytes().startswith(b"\x89PNG") for name in names[2:])


def test_a_number_of_a_row_and_a_pixel(call_json, run_file, view, tmp_path) -> None:
    units = ("--unit", "dense1:4", "--unit", "input:0:2:3")
    written = call_json("inspect", run_file, *INSPECT, "--out", tmp_path / "o", *units)
    assert "unit-dense1-4.txt" in written["files"]
    assert "unit-input-0-2-3.txt" in written["files"]
    row, pixel = written["units"]
    assert row["engine"] == float(view.layer("dense1").values[4])
    assert pixel["engine"] == float(view.image[0, 2, 3])
    assert not (tmp_path / "o" / "unit-dense1-4.npz").exists()


def test_the_sum_is_printed_for_people(call, run_file, tmp_path) -> None:
    status, out, _ = call("inspect", run_file, *INSPECT, "--out", tmp_path / "o", "--unit", "conv1:0:1:1")
    assert status == 0
    assert "Σ of 9 products" in out
    assert "files are in" in out.splitlines()[-1]


@pytest.mark.parametrize(
    ("unit", "complaint"),
    [
        ("conv1:0:1", "ID:MAP:ROW:COLUMN"),
        ("conv1:0:1:-1", "ID:MAP:ROW:COLUMN"),
        ("dense1:0:0:0", "ID:UNIT"),
        ("conv1:0:1:99", "received map 0, row 1, column 99"),
        ("nowhere:0:0:0", 'output of layer "nowhere"'),
        ("conv1:" + "9" * 5000 + ":0:0", "ID:MAP:ROW:COLUMN"),
        ("", "ID:MAP:ROW:COLUMN"),
    ],
)
def test_numbers_that_are_not_there_are_refused_before_anything_is_written(
    refused, run_file, tmp_path, unit, complaint
) -> None:
    assert complaint in refused("inspect", run_file, *INSPECT, "--out", tmp_path / "o", "--unit", unit)
    assert not (tmp_path / "o").exists()


def test_the_filters_of_each_layer_are_measured(call_json, run_file, tmp_path) -> None:
    written = call_json("inspect", run_file, *INSPECT, "--out", tmp_path / "o", "--study")
    assert {"conv1-study.csv", "dense1-study.csv"} <= set(written["files"])
    found = written["study"]["conv1"]
    assert (found["filters"], found["images"], found["split"]) == (4, 128, "validation")
    text = (tmp_path / "o" / "conv1-study.csv").read_text()
    rows = list(csv.DictReader(io.StringIO(text)))
    dead = [int(row["filter"]) for row in rows if float(row["dead_share"]) == 1]
    assert dead == found["dead"]
    weight = load_run(run_file).result.parameters["conv1/weight"]
    assert float(rows[2]["norm"]) == pytest.approx(np.linalg.norm(weight[2]), rel=1e-6)


@pytest.mark.parametrize(("suffix", "beginning"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_sheets_are_those_of_the_window(call_json, run_file, tmp_path, suffix, beginning) -> None:
    out = tmp_path / "o"
    sheets = ("--sheets", suffix, "--study", "--unit", "conv1:0:0:0")
    written = call_json("inspect", run_file, *INSPECT, "--out", out, *sheets)
    for name in ("network", "answer", "layer-conv1", "layer-dense1", "unit-conv1-0-0-0"):
        assert f"{name}.{suffix}" in written["files"]
        assert (out / f"{name}.{suffix}").read_bytes().startswith(beginning)
    assert sorted(written["files"]) == sorted(path.name for path in out.iterdir())


@pytest.mark.parametrize("said", ["by the command", "by the run"])
def test_a_sheet_names_design_image_and_weights(call_json, run_file, tmp_path, said) -> None:
    run = load_run(run_file).result
    words = ("--weights", "best")
    if said == "by the run":  # which leaves the weights of its best epoch to look at
        run_file, words = tmp_path / "r.cnnviz", ()
        save_run(run_file, replace(run, training=replace(run.training, final_weights=BEST)))
    call_json("inspect", run_file, *INSPECT, "--out", tmp_path / "o", "--sheets", "svg", *words)
    answer = (tmp_path / "o" / "answer.svg").read_text()
    assert "image 3 of digits" in answer
    assert f"weights of the best epoch, {run.best_epoch}" in answer


def test_a_design_and_a_picture_of_ones_own_have_sheets_too(call_json, tmp_path) -> None:
    Image.new("L", (40, 40), 90).save(tmp_path / "p.png")
    out = tmp_path / "o"
    written = call_json(
        "inspect", "linear-svm", "--image", tmp_path / "p.png", "--out", out, "--sheets", "png"
    )
    assert "answer.png" in written["files"]
    assert "layer-dense1.png" in written["files"]
