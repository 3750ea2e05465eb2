from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from cnnviz.cli.arguments import parse
from cnnviz.data.fitting import Color, Fit
from cnnviz.data.importing.recipe import Recipe, read_source
from cnnviz.spec import io
from cnnviz.spec.layers import Dense, Flatten, Softmax
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.training.runfile import load_run


@pytest.fixture
def pets(tmp_path):
    """Two classes of wide pictures; what tells them apart is in the middle."""
    rng = np.random.default_rng(0)
    for kind, value in (("cat", 30), ("dog", 220)):
        (tmp_path / "pets" / kind).mkdir(parents=True)
        for number in range(30):
            pixels = rng.integers(0, 256, (8, 24, 3), dtype=np.uint8)
            pixels[:, 8:16] = value
            Image.fromarray(pixels).save(tmp_path / "pets" / kind / f"{number:02}.png")
    (tmp_path / "pets" / "dog" / "odd.png").write_text("no picture")
    return tmp_path / "pets"


@pytest.fixture
def design(tmp_path):
    layers = (Flatten(id="flat"), Dense(id="fc", units=2), Softmax(id="out"))
    io.save(
        NetworkSpec(name="Pets", input=InputSpec(height=4, width=4, channels=1), layers=layers),
        tmp_path / "pets.json",
    )
    return str(tmp_path / "pets.json")


def test_the_options_go_behind_the_path(pets):
    command = [
        "train",
        "lenet5",
        "--dataset",
        str(pets),
        "--image-size",
        "4x6",
        "--color",
        "gray",
        "--fit",
        "crop",
    ]
    folder, recipe = read_source(parse(command).dataset)
    assert folder == pets
    assert recipe == Recipe(size=(4, 6), color=Color.GRAY, fit=Fit.CROP)
    again = ["train", "lenet5", "--dataset", f"{pets}#size=9x9&seed=3", "--fit", "stretch"]
    assert read_source(parse(again).dataset)[1] == Recipe(size=(9, 9), fit=Fit.STRETCH, seed=3)
    assert parse(["train", "lenet5", "--dataset", str(pets)]).dataset == str(pets)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--image-size", "64"), "name it by --dataset"),
        (("--dataset", "digits", "--fit", "crop"), "are for folders of pictures"),
        (("--dataset", ".", "--image-size", "0"), "1 to 4,096"),
        (("--dataset", ".", "--image-size", "big"), "height x width"),
        (("--dataset", ".", "--color", "blue"), "invalid choice"),
    ],
)
def test_wrong_options_are_named(more, words, capsys):
    with pytest.raises(SystemExit) as ended:
        parse(["train", "lenet5", *more])
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def test_a_run_keeps_how_its_pictures_were_fitted(pets, design, tmp_path, call):
    run = tmp_path / "run.cnnviz"
    fitting = ("--image-size", "4", "--color", "gray", "--fit", "crop")
    settings = ("--epochs", "20", "--lr", "0.05", "--out", str(run), "--json")
    status, out, err = call("train", design, "--dataset", str(pets), *fitting, *settings)
    assert status == 0, err
    assert "1 picture could not be read" in err
    assert "dog/odd.png: " in err
    trained = json.loads(out.splitlines()[-1])
    assert load_run(run).result.data.source.endswith("&fit=crop&validation=10&test=10&seed=1998")
    status, out, err = call("evaluate", str(run), "--json")
    measured = json.loads(out.splitlines()[-1])
    assert measured["same_data"]
    assert measured["accuracy"] == trained["test_accuracy"] == 1
    status, out, err = call("predict", str(run), str(pets / "dog" / "03.png"), "--json")
    answer = json.loads(out.splitlines()[-1])["predictions"][0]
    assert answer["class"] == "dog"
    assert answer["steps"][1:] == [
        "Made grey (0.299 red + 0.587 green + 0.114 blue)",
        "Cut to its middle: 8 wide, 8 high",
        "Made smaller: 4 wide, 4 high",
    ]
    status, out, err = call(
        "inspect", str(run), "--image", str(pets / "cat" / "01.png"), "--out", str(tmp_path / "look"), "--npz"
    )
    assert status == 0, err
    seen = np.load(tmp_path / "look" / "activations.npz")["input"]
    np.testing.assert_allclose(seen, 30 / 255, atol=1e-6)
