from __future__ import annotations

import pytest

from cnnviz.cli.networks import bundled_names, exists, load_design
from cnnviz.errors import FileError
from cnnviz.spec.layers import Conv2D, Dense
from cnnviz.spec.trace import trace
from cnnviz.spec.validate import check

PARAMETERS = {
    "alexnet": 62_378_344,
    "alexnet-small": 777_738,
    "digits-cnn": 13_706,
    "dropout-cnn": 315_722,
    "lenet5": 61_706,
    "linear-softmax": 7_850,
    "linear-svm": 7_850,
    "one-conv": 54_410,
    "resnet-small": 175_162,
    "resnet20": 272_378,
    "shapes-angle": 60_994,
    "shapes-binary": 6_177,
    "shapes-cnn": 61_514,
    "shapes-size": 60_929,
    "two-conv": 225_034,
    "two-conv-rgb": 315_722,
    "vanilla": 109_386,
    "vgg-small": 591_274,
}


@pytest.mark.parametrize(("name", "parameters"), PARAMETERS.items())
def test_every_bundled_design_can_be_trained_and_has_the_known_size(name, parameters):
    spec = load_design(name)
    assert check(spec) == ()
    assert trace(spec).parameters == parameters


def test_all_bundled_designs_are_known_here():
    assert set(bundled_names()) >= set(PARAMETERS)


def test_alexnet_begins_as_krizhevsky_sutskever_and_hinton_2012_drew_it_without_groups():
    first = trace(load_design("alexnet")).layers[0]
    assert first.output_shape == (55, 55, 96)
    assert first.parameters == 34_848 + 96
    widths = [
        layer.filters if isinstance(layer, Conv2D) else layer.units
        for layer in load_design("alexnet").layers
        if isinstance(layer, Conv2D | Dense)
    ]
    assert widths == [96, 256, 384, 384, 256, 4096, 4096, 1000]


def test_a_path_is_read_where_no_bundled_design_has_the_name(design_file):
    assert load_design(str(design_file)).name == "Small"


@pytest.mark.parametrize("name", ["nothing", "", "x" * 5000, "a\0b"])
def test_a_name_that_is_not_known_lists_those_that_are(name):
    with pytest.raises(FileError, match="digits-cnn.*lenet5.*path of a design file"):
        load_design(name)


def test_a_file_that_is_no_design_is_refused(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("[]")
    with pytest.raises(FileError, match=r"x\.json"):
        load_design(str(path))


def test_an_impossible_path_does_not_exist(tmp_path):
    assert exists(tmp_path)
    assert not exists(tmp_path / ("x" * 5000))
