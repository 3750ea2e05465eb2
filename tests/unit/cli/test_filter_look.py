"""`cnnviz inspect --filter` gives what the window shows of a filter."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from cnnviz.cli.filter_look import _tile
from cnnviz.data.dataset import Split
from cnnviz.data.digits import open_digits
from cnnviz.interpret.attribution.maximisation import Maximisation, maximise
from cnnviz.interpret.attribution.top_images import top_images
from cnnviz.interpret.attribution.unit import Box, UnitOutput
from cnnviz.training.runfile import load_run


def test_a_filter_of_a_run(call_json, run_file, tmp_path):
    out = tmp_path / "out"
    written = call_json(
        *("inspect", run_file, "--image", 3, "--dataset", "digits", "--out", out),
        *("--filter", "conv1:2", "--npz"),
    )
    names = ["filter-conv1-2-top.png", "filter-conv1-2-made.png", "filter-conv1-2.npz"]
    assert written["files"][-3:] == names
    run = load_run(run_file).result
    output = UnitOutput(run.spec, run.parameters, "conv1", 2)
    top = top_images(output, open_digits(), Split.TRAIN)
    assert [one["index"] for one in written["filter"]["top"]] == [one.index for one in top.images]
    assert written["filter"]["seen"] == top.seen
    arrays = np.load(out / names[2])
    assert arrays["top"].shape == (9, 1, 8, 8)
    np.testing.assert_array_equal(arrays["made"], maximise(output, Maximisation()).image)
    with Image.open(out / names[0]) as picture:
        assert picture.size[0] > 600


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("conv1", "LAYER:NUMBER"),
        ("conv1:", "LAYER:NUMBER"),
        (":3", "LAYER:NUMBER"),
        ("conv1:-1", "LAYER:NUMBER"),
        ("conv1:4", "0 to 3; received 4"),
        ("nowhere:0", '"nowhere"'),
    ],
)
def test_what_is_no_filter_is_said_in_a_sentence(wanted, said, call, design_file, tmp_path):
    status, _, err = call("inspect", design_file, "--image", 0, "--out", tmp_path / "o", "--filter", wanted)
    assert status == 1
    assert said in err


def test_the_box_is_framed_and_its_part_stands_beside_it():
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[2:4, 4:6] = 255
    tile = _tile(picture, Box(2, 4, 4, 6))
    factor = 112 // 8
    assert tile[2 * factor, 5 * factor].tolist() == [255, 176, 0]
    assert tile[3 * factor, 5 * factor].tolist() == [255, 255, 255]
    assert tile[0, 0].tolist() == [0, 0, 0]
    assert tile[0, 8 * factor + 4].tolist() == [255, 255, 255]
