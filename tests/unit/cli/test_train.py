from __future__ import annotations

import json
import os
import signal

import numpy as np
import pytest
from PIL import Image

from cnnviz.app.designs.adapting import adapted
from cnnviz.cli import runs, train
from cnnviz.cli.arguments import LOSSES, SCHEDULES, parse
from cnnviz.cli.train import settings
from cnnviz.data.dataset import Split
from cnnviz.data.digits import open_digits
from cnnviz.engine.parallel import Executor
from cnnviz.errors import FileError
from cnnviz.spec import io
from cnnviz.spec.augmenting import Augmenting
from cnnviz.spec.losses import LOSS_TYPES, CrossEntropy, MulticlassSVM
from cnnviz.spec.preparing import Preparing
from cnnviz.spec.schedules import SCHEDULE_TYPES, Cosine
from cnnviz.spec.training import SGD, Adam, Momentum, TrainingSpec
from cnnviz.spec.validate import DataShape
from cnnviz.training import machine_memory
from cnnviz.training.runfile import load_run, save_run
from tests.helpers.runs import linear_design, measured_digits, noisy_design

PROMISED = {
    "train_loss": float,
    "train_accuracy": float,
    "val_loss": float,
    "val_accuracy": float,
    "test_accuracy": float,
    "epochs": int,
    "images_per_second": float,
    "parameters": int,
    "seconds": float,
    "seed": int,
    "threads": int,
}


def settings_of(*words: str) -> TrainingSpec:
    return settings(parse(["train", "x", *words]))


def test_without_options_the_default_settings_are_used():
    assert settings_of() == TrainingSpec()


def test_options_replace_single_settings():
    changed = settings_of("--epochs", "3", "--batch-size", "9", "--seed", "4", "--lr", "0.5")
    assert changed == TrainingSpec(epochs=3, batch_size=9, seed=4, optimizer=Adam(learning_rate=0.5))
    assert settings_of("--optimizer", "momentum").optimizer == Momentum()
    assert settings_of("--optimizer", "sgd", "--lr", "0.5").optimizer == SGD(learning_rate=0.5)
    assert settings_of("--optimizer", "adam").optimizer == TrainingSpec().optimizer


def test_variations_of_training_images_are_named_one_by_one():
    changed = settings_of("--augment", "shift=0.1", "flip-horizontal", "--augment", "rotate=15")
    assert changed == TrainingSpec(augmenting=Augmenting(shift=0.1, rotate=15.0, flip_horizontal=True))


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("shif=0.1", "'shif=0.1' is not known here; allowed are shift=X, rotate=X"),
        ("shift", "shift needs a number: shift=X"),
        ("shift=far", "shift needs a number: shift=X"),
        ("shift=0.9", "Shift must be from 0 to 0.5; received 0.9."),
        ("noise=nan", "Noise must be a number"),
        ("flip-vertical=1", "flip-vertical is named alone"),
    ],
)
def test_a_wrong_variation_is_named(word, message, capsys):
    with pytest.raises(SystemExit, match="2"):
        parse(["train", "x", "--augment", word])
    assert message in capsys.readouterr().err


def test_images_are_prepared_and_so_are_those_of_the_commands_that_use_the_run(call, call_json, tmp_path):
    run, picture = tmp_path / "run.cnnviz", tmp_path / "seven.png"
    words = ("--prepare", "standardise", "height=6", "width=6", "scaling=symmetric")
    io.save(adapted(linear_design(), DataShape(6, 6, 1, 10, 0)), tmp_path / "design.json")
    result = call_json("train", tmp_path / "design.json", "--epochs", 1, "--out", run, *words)
    treatment = load_run(run).result.data.treatment
    assert treatment.preparing == Preparing(standardise=True, height=6, width=6, scaling="symmetric")
    assert call_json("evaluate", run)["loss"] == result["test_loss"]
    index = int(open_digits().indices(Split.TEST)[0])
    pixels = np.rint(open_digits().unit_image(index)[0] * 255).astype(np.uint8)
    Image.fromarray(pixels).save(picture)
    predicted = call_json("predict", run, picture)["predictions"][0]
    assert any(step.startswith("Standardised: less") for step in predicted["steps"])
    call_json("inspect", run, "--image", index, "--out", tmp_path / "look", "--npz")
    arrays = np.load(tmp_path / "look" / "activations.npz")
    assert predicted["probability"] == pytest.approx(float(arrays["probabilities"].max()), abs=1e-4)
    assert arrays["input"].shape == (1, 6, 6)
    assert arrays["input"].min() < 0
    status, _, err = call("doctor", run, "--tests")
    assert (status, "other images" in err, "left out" in err) == (0, False, False)


def test_json_has_what_is_promised(call_json, design_file, data_file):
    result = call_json(
        "train", design_file, "--dataset", data_file, "--epochs", 2, "--seed", 3, "--threads", 1
    )
    assert {name: type(result[name]) for name in PROMISED} == PROMISED
    assert (result["epochs"], result["seed"], result["threads"]) == (2, 3, 1)
    assert result["parameters"] == 410
    assert result["ended"] == "finished"
    assert result["seconds"] > result["training_seconds"] > 0


def test_progress_goes_to_standard_error_and_the_result_to_standard_output(call, design_file, data_file):
    status, out, err = call("train", design_file, "--dataset", data_file, "--epochs", 2)
    assert status == 0
    assert out.startswith('"Small" on few: 2 epochs')
    assert "test accuracy" in out
    assert [line.split()[1] for line in err.splitlines()] == ["1/2", "2/2"]


def test_the_run_is_kept_with_what_opens_its_data_again(
    call_json, design_file, data_file, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    result = call_json("train", "small.json", "--dataset", "few.npz", "--epochs", 1, "--out", "r.cnnviz")
    kept = load_run(tmp_path / "r.cnnviz").result
    assert kept.data.source == str(data_file)
    assert float(kept.history.epochs.val_loss[-1]) == result["val_loss"]
    assert kept.training.epochs == 1


def test_a_seed_gives_the_same_weights_again(call, design_file, data_file, tmp_path):
    for name in ("a", "b"):
        words = ("--dataset", data_file, "--epochs", 1, "--threads", 2, "--out", tmp_path / f"{name}.cnnviz")
        assert call("train", design_file, *words)[0] == 0
    one, two = (load_run(tmp_path / f"{name}.cnnviz").result.parameters for name in ("a", "b"))
    assert all((one[name] == two[name]).all() for name in one)


def test_a_network_that_does_not_fit_is_refused_with_every_problem(refused):
    sentence = refused("train", "lenet5", "--dataset", "digits")
    assert "8×8×1, but the input is 28×28×1" in sentence
    sentence = refused("train", "alexnet")
    assert "8×8×1, but the input is 227×227×3" in sentence
    assert "10 classes" in sentence


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nothing",), 'There is no network "nothing"'),
        (("digits-cnn", "--dataset", "nothing"), "There is no data set 'nothing'"),
        (("digits-cnn", "--out", "no/folder/r.cnnviz"), "there is no folder"),
        (("digits-cnn", "--out", "."), "it is a folder"),
    ],
)
def test_what_cannot_be_used_is_named_before_training(refused, words, sentence):
    assert sentence in refused("train", *words)


def test_a_run_that_diverges_is_kept_and_named(call, tmp_path):
    io.save(linear_design(), tmp_path / "linear.json")
    out = tmp_path / "r.cnnviz"
    status, _, err = call(
        "train", tmp_path / "linear.json", "--optimizer", "sgd", "--lr", "100", "--out", out
    )
    assert status == 1
    assert "the loss is infinite or not a number" in err.splitlines()[-1]
    assert load_run(out).result.state.epoch == 0


def test_ctrl_c_stops_the_run_and_keeps_it(call, design_file, data_file, tmp_path, monkeypatch, hears_ctrl_c):
    learn, steps = Executor.step, []

    def interrupted(self, x, y, rng, glance=None):
        steps.append(1)
        if len(steps) == 3:
            os.kill(os.getpid(), signal.SIGINT)
        return learn(self, x, y, rng)

    monkeypatch.setattr(Executor, "step", interrupted)
    handler = signal.getsignal(signal.SIGINT)
    out = tmp_path / "r.cnnviz"
    status, text, err = call(
        "train", design_file, "--dataset", data_file, "--epochs", 50, "--out", out, "--json"
    )
    assert status == 130
    assert "Stopping …" in err
    assert json.loads(text)["ended"] == "stopped"
    assert json.loads(text)["val_loss"] is None, "no epoch was finished"
    assert load_run(out).result.state.step in (2, 3), "the batch under way is given up where it can be"
    assert signal.getsignal(signal.SIGINT) is handler


def test_ctrl_c_in_the_middle_of_a_remark_stops_the_run_all_the_same(
    call, design_file, data_file, monkeypatch, hears_ctrl_c
):
    learn = Executor.step

    def busy(sentence):
        raise RuntimeError("reentrant call inside the buffer of standard error")

    def interrupted(self, x, y, rng, glance=None):
        with monkeypatch.context() as during:
            during.setattr(train, "say", busy)
            os.kill(os.getpid(), signal.SIGINT)
        return learn(self, x, y, rng)

    monkeypatch.setattr(Executor, "step", interrupted)
    assert call("train", design_file, "--dataset", data_file)[0] == 130


def test_a_second_ctrl_c_ends_the_program(call, design_file, data_file, monkeypatch, hears_ctrl_c):
    def interrupted(self, x, y, rng, glance=None):
        for _ in range(2):  # two sent to the process may arrive as one, in another thread
            signal.raise_signal(signal.SIGINT)
        raise AssertionError("the second one was not noticed")

    monkeypatch.setattr(Executor, "step", interrupted)
    status, _, err = call("train", design_file, "--dataset", data_file)
    assert status == 130
    assert err.splitlines()[-1] == "Interrupted."


def test_where_ctrl_c_is_ignored_it_stays_so(call, design_file, data_file, monkeypatch, hears_ctrl_c):
    """A shell starts what is to run in its background so: Ctrl-C is meant for what runs in front of it."""
    learn = Executor.step

    def interrupted(self, x, y, rng, glance=None):
        signal.raise_signal(signal.SIGINT)
        return learn(self, x, y, rng)

    monkeypatch.setattr(Executor, "step", interrupted)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    status, text, err = call("train", design_file, "--dataset", data_file, "--epochs", 2, "--json")
    assert status == 0
    assert json.loads(text)["ended"] == "finished"
    assert "Stopping" not in err
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_an_error_of_the_program_shows_its_traceback(call, design_file, data_file, monkeypatch):
    def broken(self, x, y, rng, glance=None):
        raise ZeroDivisionError("planted here")

    monkeypatch.setattr(Executor, "step", broken)
    status, _, err = call("train", design_file, "--dataset", data_file)
    assert status == 1
    assert "Traceback" in err
    assert "planted here" in err.splitlines()[-1]


@pytest.mark.parametrize("room", ["current", "temporary", "nowhere"])
def test_a_run_that_cannot_be_written_where_it_should_is_not_lost(
    call, design_file, data_file, tmp_path, monkeypatch, room
):
    there, here, spare = (tmp_path / name for name in ("there", "here", "spare"))
    for folder in (there, here, spare):
        folder.mkdir()
    (here / "run.cnnviz").write_text("of somebody else")
    rooms = {"current": {here, spare}, "temporary": {spare}, "nowhere": set()}[room]

    def save(path, result):
        if path.parent not in rooms:
            raise FileError(f"Cannot write {path}: No space left on device.")
        save_run(path, result)

    monkeypatch.chdir(here)
    monkeypatch.setattr(train.tempfile, "gettempdir", lambda: str(spare))
    monkeypatch.setattr(train, "save_run", save)
    wanted = there / "run.cnnviz"
    status, out, err = call("train", design_file, "--dataset", data_file, "--epochs", 1, "--out", wanted)
    assert status == 1
    assert "test accuracy" in out
    assert f"cnnviz: Cannot write {wanted}: No space left on device." in err
    assert (here / "run.cnnviz").read_text() == "of somebody else"
    found = {"current": here / "run-2.cnnviz", "temporary": spare / "run.cnnviz"}.get(room)
    if found is None:
        assert "it is lost" in err
    else:
        assert f"The run is in {found} instead." in err
        assert load_run(found).result.state.epoch == 1


def test_loss_schedule_and_penalties_can_be_chosen():
    changed = settings_of("--loss", "svm", "--schedule", "cosine", "--l2", "0.01", "--l1", "0.5")
    assert changed == TrainingSpec(loss=MulticlassSVM(), schedule=Cosine(), l2=0.01, l1=0.5)


def test_every_loss_and_schedule_has_a_name():
    assert set(LOSSES.values()) == set(LOSS_TYPES)
    assert set(SCHEDULES.values()) == set(SCHEDULE_TYPES)


def test_the_linear_svm_learns_with_its_own_loss_unless_another_is_named():
    assert settings(parse(["train", "linear-svm"])) == TrainingSpec(loss=MulticlassSVM())
    named = settings(parse(["train", "linear-svm", "--loss", "cross-entropy"]))
    assert named.loss == CrossEntropy()
    assert settings(parse(["train", "linear-softmax"])) == TrainingSpec()


def test_a_penalty_below_zero_is_refused(call):
    status, _, err = call("train", "x", "--l2", "-1")
    assert status == 2
    assert "L2 must be from 0" in err


def test_how_a_run_ends_can_be_chosen(call_json, design_file, data_file):
    words = ("--patience", "2", "--best-by", "val-loss", "--final-weights", "best")
    assert settings_of(*words) == TrainingSpec(patience=2, best_by="val_loss", final_weights="best")
    result = call_json(
        *(
            "train",
            design_file,
            "--dataset",
            data_file,
            "--epochs",
            500,
            "--lr",
            0.3,
            "--threads",
            1,
            *words[:4],
        )
    )
    assert result["epochs"] < 500
    assert result["epochs"] == result["best_epoch"] + 2


def test_layers_can_be_frozen(call_json, refused, design_file, data_file, tmp_path):
    assert settings_of("--freeze", "conv1", "conv2", "--freeze", "conv1").frozen == ("conv1", "conv2")
    words = ("train", design_file, "--dataset", data_file, "--epochs", 1)
    call_json(*words, "--freeze", "conv1", "--out", tmp_path / "r.cnnviz")
    assert load_run(tmp_path / "r.cnnviz").result.training.frozen == ("conv1",)
    assert 'no layer "conv7" with weights' in refused(*words, "--freeze", "conv7")


def test_what_does_not_fit_the_memory_is_refused_before_weights_are_made(refused, data_file, monkeypatch):
    monkeypatch.setattr(machine_memory, "available_bytes", lambda: 1_000_000)
    monkeypatch.setattr(train, "build", lambda *_: pytest.fail("weights were made"))
    sentence = refused("train", "digits-cnn", "--dataset", data_file)
    assert "1 MB are free" in sentence
    assert "The largest layer is" in sentence


def test_a_run_that_learns_numbers_says_how_far_it_is_off(call, call_json, monkeypatch, tmp_path):
    io.save(noisy_design(2), tmp_path / "two.json")
    monkeypatch.setattr(runs, "open_or_download", lambda name: measured_digits())
    words = ("train", tmp_path / "two.json", "--loss", "squares", "--epochs", 2)
    answer = call_json(*words)
    assert [answer[f"{part}_accuracy"] for part in ("train", "val", "test")] == [None] * 3
    assert answer["test_mean_absolute_error"] > 0
    assert answer["test_r_squared"] < 1
    _, out, err = call(*words)
    assert "mean absolute error" in out
    assert "accuracy" not in out + err
    assert err.count("mean absolute error") == 2


@pytest.fixture
def wide_data_file(tmp_path):
    """Forty random images of the size that the linear classifiers take."""
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 10
    images = rng.integers(0, 60, (40, 28, 28), dtype=np.uint8)
    images[np.arange(40), labels] += 180  # a row of light tells the class
    np.savez(tmp_path / "wide.npz", images=images, labels=labels)
    return tmp_path / "wide.npz"


def test_the_bundled_linear_svm_is_trained_measured_and_asked(call, call_json, wide_data_file, tmp_path):
    out = tmp_path / "svm.cnnviz"
    words = ("--dataset", wide_data_file, "--epochs", 40, "--lr", "0.01", "--out", out)
    trained = call_json("train", "linear-svm", *words)
    assert trained["train_accuracy"] == 1
    measured = call_json("evaluate", out)
    assert measured["loss"] == pytest.approx(trained["test_loss"], rel=1e-6)
    assert measured["top5_accuracy"] >= measured["accuracy"] == trained["test_accuracy"]
    assert measured["r_squared"] is None
    Image.fromarray(np.load(wide_data_file)["images"][3]).save(tmp_path / "3.png")
    (answer,) = call_json("predict", out, tmp_path / "3.png")["predictions"]
    assert answer["class"] == "3"
    assert answer["score"] == answer["top"][0]["score"] > answer["top"][1]["score"]
    assert "probability" not in answer
    assert "3 (score " in call("predict", out, tmp_path / "3.png")[1]
