from __future__ import annotations

import json
import os
import subprocess
import sys

from cnnviz.spec import io
from tests.helpers.designs import small_design


def test_json_has_every_layer_and_the_sums(call_json):
    summary = call_json("summary", "lenet5")
    assert summary["parameters"] == 61_706
    assert summary["input_shape"] == [28, 28, 1]
    conv, dense = summary["layers"][0], summary["layers"][7]
    assert (conv["id"], conv["type"], conv["output_shape"]) == ("conv1", "Conv2D", [28, 28, 6])
    assert (conv["parameters"], conv["multiply_adds"]) == (156, 28 * 28 * 6 * 25)
    assert conv["receptive_field"] == [5, 5]
    assert (dense["output_shape"], dense["parameters"]) == ([120], 48_120)
    assert sum(layer["multiply_adds"] for layer in summary["layers"]) == summary["multiply_adds"]


def test_a_block_has_the_layers_inside_it_and_counts_them(call, call_json):
    block = next(
        layer for layer in call_json("summary", "resnet-small")["layers"] if layer["id"] == "block2_1"
    )
    assert [layer["id"] for layer in block["layers"]] == [
        "conv2_1a",
        "norm2_1a",
        "relu2_1a",
        "conv2_1b",
        "norm2_1b",
    ]
    projection = 16 * 32 + 32
    assert block["parameters"] == sum(layer["parameters"] for layer in block["layers"]) + projection
    lines = call("summary", "resnet-small")[1].splitlines()
    assert any(line.startswith("   conv2_1a ") for line in lines)
    assert any(line.startswith(" block2_1 ") for line in lines)


def test_the_table_is_whole_where_the_output_is_no_terminal(call):
    status, out, err = call("summary", "alexnet")
    assert (status, err) == (0, "")
    assert "37,752,832" in out
    assert "62,378,344" in out
    assert "227×227×3" in out
    assert "…" not in out


def test_a_design_with_a_problem_is_refused_with_the_arithmetic(tmp_path, refused):
    design = io.to_dict(small_design())
    design["layers"][0]["kernel_size"] = [9, 9]
    (tmp_path / "bad.json").write_text(json.dumps(design))
    assert 'Layer "conv1": A window 9 high' in refused("summary", tmp_path / "bad.json")
    assert "8 − 9 = −1 is below 0" in refused("summary", tmp_path / "bad.json")


def test_the_network_is_drawn_as_well(tmp_path):
    """In a process of its own, since only there Qt has to be loaded and a screen to be done without."""
    for name, beginning in (("a.svg", b"<?xml"), ("a.png", b"\x89PNG")):
        command = [sys.executable, "-m", "cnnviz", "summary", "lenet5", "--diagram", str(tmp_path / name)]
        environment = {key: value for key, value in os.environ.items() if key != "QT_QPA_PLATFORM"}
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, check=False, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "61,706" in done.stdout
        assert (tmp_path / name).read_bytes().startswith(beginning)


def test_a_drawing_of_another_kind_is_refused(call, tmp_path, qapp):
    status, out, err = call("summary", "lenet5", "--diagram", tmp_path / "a.pdf")
    assert (status, out) == (1, "")
    assert "a diagram is a file .svg or .png" in err
