from __future__ import annotations

from pathlib import Path

import pytest

import cnnviz
from cnnviz.cli.arguments import COMMANDS, parse


def test_without_a_command_the_window_is_meant():
    assert vars(parse([])) == {
        "command": "window",
        "file": None,
        "exit_when_shown": False,
        "headless_if_no_display": False,
    }
    assert parse(["my.json", "--exit-when-shown"]).file == Path("my.json")
    assert parse(["--headless-if-no-display"]).headless_if_no_display


def test_all_options_of_train():
    words = "lenet5 --dataset d --epochs 3 --batch-size 7 --optimizer sgd --lr 0.5 --seed 9 --threads 1"
    options = parse(["train", *words.split(), "--out", "r.cnnviz", "--json"])
    assert vars(options) == {
        "command": "train",
        "network": "lenet5",
        "dataset": "d",
        "epochs": 3,
        "batch_size": 7,
        "optimizer": "sgd",
        "lr": 0.5,
        "seed": 9,
        "threads": 1,
        "loss": None,
        "schedule": None,
        "l1": None,
        "l2": None,
        "patience": None,
        "best_by": None,
        "final_weights": None,
        "augment": None,
        "image_size": None,
        "color": None,
        "fit": None,
        "prepare": None,
        "freeze": None,
        "out": Path("r.cnnviz"),
        "resume": None,
        "json": True,
    }


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("train", "NETWORK"),
        ("train x --epochs 0", "Epochs must be from 1 to 100,000; received 0."),
        ("train x --epochs 1.5", "Epochs must be a whole number; received '1.5'."),
        ("train x --lr 0", "Learning rate must be from 1e-08 to 100; received 0.0."),
        ("train x --lr nan", "Learning rate must be a number; received nan."),
        ("train x --lr fast", "Learning rate must be a number; received 'fast'."),
        ("train x --seed -1", "Seed must be from 0"),
        ("train x --batch-size 1000000", "Batch size must be from 1 to 65,536"),
        ("train x --threads 0", "Threads must be a whole number from 1"),
        (f"train x --threads {'9' * 5000}", "Threads must be a whole number from 1"),
        ("train x --threads two", "Threads must be a whole number from 1"),
        ("train x --patience -1", "Patience must be from 0 to 100,000; received -1."),
        ("train x --best-by train_loss", "invalid choice"),
        ("train x --final-weights first", "invalid choice"),
        ("train x --optimizer best", "invalid choice"),
        ("evaluate r --split all", "invalid choice"),
        ("predict r", "IMAGE"),
        ("inspect r --image 1", "--out"),
        ("summary", "NETWORK"),
        ("trian lenet5", "unrecognized arguments: lenet5"),
        ("--nonsense", "unrecognized arguments: --nonsense"),
    ],
)
def test_wrong_usage_is_named_and_ends_with_2(capsys, words, sentence):
    with pytest.raises(SystemExit) as end:
        parse(words.split())
    assert end.value.code == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["--help"], ["-h"], ["my.json", "-h"], *([name, "--help"] for name in COMMANDS)]
)
def test_help_ends_with_0(capsys, words):
    with pytest.raises(SystemExit) as end:
        parse(words)
    assert end.value.code == 0
    assert "usage: cnnviz" in capsys.readouterr().out


def test_the_first_help_names_every_command_and_status(capsys):
    with pytest.raises(SystemExit):
        parse(["--help"])
    text = capsys.readouterr().out
    assert all(f"\n    {name}" in text for name in COMMANDS)
    assert "[FILE] opens the window" in text
    assert "130 ended by Ctrl-C" in text


@pytest.mark.parametrize("words", [["--version"], ["--version", "train"]])
def test_the_version(capsys, words):
    with pytest.raises(SystemExit) as end:
        parse(words)
    assert end.value.code == 0
    assert capsys.readouterr().out == f"cnnviz {cnnviz.__version__}\n"
