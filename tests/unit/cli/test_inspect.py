from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PIL import Image

from cnnviz.cli.arrays import write_arrays
from cnnviz.cli.networks import load_design
from cnnviz.cli.pictures import BACKGROUND, enlarged, paint
from cnnviz.data.digits import open_digits
from cnnviz.engine.build import build
from cnnviz.errors import SpecError
from cnnviz.interpret.activations import view_image
from cnnviz.interpret.atlas import build_atlas
from cnnviz.spec import io
from cnnviz.spec.layers import Conv2D
from cnnviz.training.random_state import initial_rng
from cnnviz.training.runfile import load_run
from tests.helpers.designs import small_design


def test_pictures_and_arrays_of_a_run(call_json, run_file, tmp_path):
    out = tmp_path / "deep" / "out"
    written = call_json("inspect", run_file, "--image", 3, "--dataset", "digits", "--out", out, "--npz")
    names = ["input.png", "conv1-maps.png", "conv1-filters.png", "activations.npz", "filters.npz"]
    assert written == {"out": str(out), "files": names}
    assert sorted(path.name for path in out.iterdir()) == sorted(names)
    run = load_run(run_file).result
    activations, filters = np.load(out / "activations.npz"), np.load(out / "filters.npz")
    assert list(activations) == ["input", "probabilities", "conv1", "relu1", "maxpool1", "flatten1", "dense1"]
    assert np.array_equal(activations["input"], open_digits().scaled_image(3))
    assert all(array.dtype == np.float32 for array in activations.values())
    assert activations["conv1"].shape == (4, 6, 6)
    assert activations["dense1"].shape == activations["probabilities"].shape == (10,)
    assert activations["probabilities"].sum() == pytest.approx(1, abs=1e-5)
    assert np.array_equal(filters["conv1"], run.parameters["conv1/weight"])
    assert np.array_equal(filters["conv1/bias"], run.parameters["conv1/bias"])


def test_a_design_is_shown_with_fresh_weights(call, design_file, tmp_path):
    status, out, err = call("inspect", design_file, "--image", 0, "--out", tmp_path / "o", "--npz")
    assert status == 0
    assert "design without training" in err
    assert "5 files" in out
    first = build(small_design(), initial_rng(0)).parameters["conv1/weight"]
    assert np.array_equal(np.load(tmp_path / "o" / "filters.npz")["conv1"], first)


def test_a_picture_file_can_be_looked_at_in_colour(call, tmp_path):
    Image.new("RGB", (50, 40), "orange").save(tmp_path / "p.png")
    status, _, err = call("inspect", "two-conv-rgb", "--image", tmp_path / "p.png", "--out", tmp_path / "o")
    assert status == 0
    assert "Padded to 32 wide, 32 high" in err
    assert (tmp_path / "o" / "conv1-filters-rgb.png").is_file()
    assert not (tmp_path / "o" / "conv2-filters-rgb.png").exists()
    picture = np.asarray(Image.open(tmp_path / "o" / "input.png"))
    assert picture.shape == (768, 768, 3)
    assert picture[384, 384].tolist() == [255, 165, 0]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("digits-cnn", "--image", "1797"), "There is no image 1797"),
        (("digits-cnn", "--image", "nothing.png"), "There is no file nothing.png"),
        (("two-conv", "--image", "0"), 'data set "digits" are 8×8×1, but the input is 28×28×1'),
        (("digits-cnn", "--image", "9" * 5000), "Cannot read the picture 999"),
        (("digits-cnn", "--image", "٣"), "There is no file ٣"),
        (("nothing", "--image", "0"), 'There is no network "nothing"'),
    ],
)
def test_what_cannot_be_looked_at_is_named(call, tmp_path, words, sentence):
    status, out, err = call("inspect", *words, "--out", tmp_path / "o")
    assert (status, out) == (1, "")
    assert sentence in err.splitlines()[-1]
    assert not (tmp_path / "o").exists()


def test_a_picture_alone_is_written_where_there_is_no_convolution(call, tmp_path):
    status, out, _ = call("inspect", "linear-softmax", "--image", _gray_square(tmp_path), "--out", tmp_path)
    assert status == 0
    assert out.startswith("1 file is in ")


def test_a_design_that_cannot_be_computed_is_named_with_its_layer(refused, tmp_path):
    io.save(
        dataclasses.replace(small_design(), layers=(Conv2D(id="wide", kernel_size=(1, 9)),)),
        tmp_path / "d.json",
    )
    sentence = refused("inspect", tmp_path / "d.json", "--image", "0", "--out", tmp_path / "o")
    assert 'Layer "wide": A window 9 wide does not fit' in sentence


def _gray_square(folder):
    Image.new("L", (28, 28), 100).save(folder / "gray.png")
    return folder / "gray.png"


def test_a_folder_that_cannot_be_made_is_named(call, tmp_path):
    (tmp_path / "o").write_text("in the way")
    status, _, err = call("inspect", "digits-cnn", "--image", "0", "--out", tmp_path / "o")
    assert status == 1
    assert "Cannot make the folder" in err.splitlines()[-1]


def test_a_damaged_run_is_named(refused, run_file, tmp_path):
    content = run_file.read_bytes()
    run_file.write_bytes(content[: len(content) // 2])
    assert "is damaged" in refused("inspect", run_file, "--image", "0", "--out", tmp_path / "o")


@pytest.mark.parametrize("name", ["input", "probabilities"])
def test_a_layer_with_a_reserved_name_is_refused(tmp_path, name):
    spec = small_design()
    spec = dataclasses.replace(spec, layers=(dataclasses.replace(spec.layers[0], id=name), *spec.layers[1:]))
    view = view_image(spec, build(spec, initial_rng(0)).parameters, open_digits().scaled_image(0))
    with pytest.raises(SpecError, match=f'A layer cannot be called "{name}"'):
        write_arrays(view, (), tmp_path)


def test_a_layer_called_file_is_stored_like_any_other(tmp_path):
    spec = small_design()
    spec = dataclasses.replace(
        spec, layers=(dataclasses.replace(spec.layers[0], id="file"), *spec.layers[1:])
    )
    view = view_image(spec, build(spec, initial_rng(0)).parameters, open_digits().scaled_image(0))
    write_arrays(view, (), tmp_path)
    assert np.load(tmp_path / "activations.npz")["file"].shape == (4, 6, 6)


def test_signed_maps_are_white_at_zero_and_gaps_are_background():
    maps = np.array([[[-1.0]], [[0.0]], [[1.0]]], np.float32)
    row = paint(build_atlas(maps, signed=True, columns=3))[0]
    assert row[1].tolist() == row[3].tolist() == list(BACKGROUND)
    red, zero, blue = row[0].astype(int), row[2].astype(int), row[4].astype(int)
    assert red[0] > red[2]
    assert blue[2] > blue[0]
    assert zero.min() > 230


def test_pixels_are_repeated_by_one_whole_factor():
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    large = enlarged(pixels)
    factor = large.shape[0] // 2
    assert large.shape == (2 * factor, 3 * factor, 3)
    assert factor > 1
    assert np.array_equal(large[::factor, ::factor], pixels)
    assert np.array_equal(large[factor - 1 :: factor, factor - 1 :: factor], pixels)
    huge = np.zeros((2000, 1, 3), np.uint8)
    assert enlarged(huge).shape == huge.shape


def test_a_bundled_name_goes_before_a_file_of_the_same_name(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    io.save(small_design(), tmp_path / "digits-cnn")
    status, _, err = call("inspect", "digits-cnn", "--image", "0", "--out", "o")
    assert status == 0
    assert load_design("digits-cnn").name in err
