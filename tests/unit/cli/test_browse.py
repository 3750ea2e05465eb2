"""`cnnviz browse`, and the pages of `cnnviz evaluate`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cnnviz.cli import browse
from cnnviz.data.catalog import open_dataset
from cnnviz.data.dataset import Split
from cnnviz.errors import DataError
from cnnviz.training.runfile import load_run, save_run
from tests.helpers.data_files import small_dataset
from tests.helpers.designs import small_design
from tests.helpers.runs import finished

PAGES = ["images-train", "classes-train", "map-of-images-train", "pixels-train"]


@pytest.mark.parametrize(("suffix", "beginning"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_a_data_set_is_written_as_pages(call_json, data_file, tmp_path, suffix, beginning) -> None:
    out = tmp_path / "o"
    told = call_json("browse", data_file, "--out", out, "--sheets", suffix)
    assert told["files"] == [f"{name}.{suffix}" for name in PAGES]
    assert sorted(told["files"]) == sorted(path.name for path in out.iterdir())
    for name in told["files"]:
        assert (out / name).read_bytes().startswith(beginning)


def test_arrays_and_tables_stand_beside_them(call_json, tmp_path) -> None:
    told = call_json("browse", "digits", "--out", tmp_path, "--split", "validation", "--npz")
    dataset = open_dataset("digits")
    indices = dataset.indices(Split.VALIDATION)
    assert (told["split"], told["images"]) == ("validation", len(indices))
    assert sum(told["classes"].values()) == len(indices)
    counts = np.load(tmp_path / "classes-validation.npz")
    assert counts["counts"].tolist() == list(told["classes"].values())
    expected = dataset.images[indices[dataset.labels[indices] == 0]].mean(axis=0)[..., 0] / 16
    np.testing.assert_allclose(counts["means"][0, 0], expected, rtol=1e-5)
    assert np.load(tmp_path / "pixels-validation.npz")["counts"].sum() == len(indices) * 64
    table = (tmp_path / "images-validation.csv").read_text().splitlines()
    assert len(table) == 1 + len(indices)


@pytest.mark.parametrize("wanted", ["3", 3, "03"])
def test_a_class_alone_is_named_or_counted(call_json, tmp_path, wanted) -> None:
    call_json("browse", "digits", "--out", tmp_path, "--class", wanted, "--npz")
    dataset = open_dataset("digits")
    assert set(dataset.labels[np.load(tmp_path / "images-train.npz")["listed"]]) == {3}


@pytest.mark.parametrize(("wanted", "label"), [("3", 2), ("03", 2), ("007", 3), ("1", 0)])
def test_of_classes_whose_names_are_numbers_a_number_is_a_name(wanted, label) -> None:
    assert browse._label(wanted, small_dataset(class_names=("1", "2", "3", "007"))) == label


@pytest.mark.parametrize("wanted", ["0", "00", "8", "²", "1" * 5_000])
def test_of_classes_whose_names_are_numbers_no_other_is_one(wanted) -> None:
    with pytest.raises(DataError, match=r'its names, "1", "2", "3" and "007"\.$'):
        browse._label(wanted, small_dataset(class_names=("1", "2", "3", "007")))


def test_two_names_of_one_number_are_told_apart_only_as_they_are_written() -> None:
    dataset = small_dataset(class_names=("3", "03", "4"))
    assert [browse._label(name, dataset) for name in ("3", "03", "04")] == [0, 1, 2]
    with pytest.raises(DataError, match="no class"):
        browse._label("003", dataset)


@pytest.mark.parametrize(("wanted", "label"), [("2", 1), ("01", 1), ("0", 0)])
def test_a_name_goes_before_a_number_from_0(wanted, label) -> None:
    assert browse._label(wanted, small_dataset(class_names=("cat", "2", "dog"))) == label


def test_a_map_by_what_a_layer_makes(call_json, run_file, tmp_path) -> None:
    pages = {}
    for name, words in (("pixels", ()), ("layer", ("--by", run_file, "dense1"))):
        call_json("browse", "digits", "--out", tmp_path / name, "--npz", *words)
        pages[name] = np.load(tmp_path / name / "map-of-images-train.npz")["plane"]
    assert pages["pixels"].shape == pages["layer"].shape
    assert not np.allclose(pages["pixels"], pages["layer"])


@pytest.mark.parametrize(("split", "looks"), [("validation", 0), ("test", 1)])
def test_test_images_beside_a_run_are_a_use_of_them(call_json, data_file, tmp_path, split, looks) -> None:
    path = tmp_path / "run.cnnviz"
    save_run(path, finished(spec=small_design(), dataset=open_dataset(str(data_file))))
    call_json("browse", data_file, "--out", tmp_path / "o", "--split", split, "--by", path, "dense1")
    assert len(load_run(path).result.test_uses) == looks


def test_a_layer_or_class_that_is_not_there_is_refused(refused, run_file, tmp_path) -> None:
    said = refused("browse", "digits", "--out", tmp_path, "--class", "ten")
    assert 'no class "ten"' in said
    assert '"0" to "9"' in said
    said = refused("browse", "digits", "--out", tmp_path, "--by", run_file, "dense9")
    assert "dense9" in said
    assert "dense1" in said
    said = refused("browse", "shapes-angle:images=100", "--out", tmp_path, "--class", "0")
    assert "have no classes" in said


def test_an_evaluation_is_written_as_pages(call_json, run_file, tmp_path) -> None:
    words = ("--dataset", "digits", "--split", "validation", "--out", tmp_path / "o", "--npz")
    told = call_json("evaluate", run_file, *words)
    assert sorted(told["files"]) == sorted(path.name for path in (tmp_path / "o").iterdir())
    arrays = np.load(tmp_path / "o" / "confusion-matrix.npz")
    assert arrays["confusion"].tolist() == told["confusion_matrix"]
    figures = np.load(tmp_path / "o" / "classes.npz")
    assert [row["recall"] for row in told["classes"]] == pytest.approx(figures["recall"].tolist())
    mistakes = np.load(tmp_path / "o" / "evaluated-images.npz")
    assert (mistakes["labels"] != mistakes["predicted"]).all()
    assert len(mistakes["labels"]) == (arrays["labels"] != arrays["predicted"]).sum()


def test_a_page_names_the_weights(call, run_file, tmp_path) -> None:
    words = ("--dataset", "digits", "--split", "validation", "--out", tmp_path / "o", "--sheets", "svg")
    status, out, _ = call("evaluate", run_file, *words, "--weights", "best")
    assert status == 0
    assert "3 files are in" in out
    run = load_run(run_file).result
    assert f"epoch {run.best_epoch}, step" in (tmp_path / "o" / "classes.svg").read_text()


def test_a_form_without_a_folder_is_wrong_usage(call, run_file) -> None:
    for words in (("--sheets", "svg"), ("--npz",)):
        status, _, err = call("evaluate", run_file, *words)
        assert status == 2
        assert "--out" in err


def test_without_a_folder_an_evaluation_says_nothing_of_files(call_json, run_file) -> None:
    told = call_json("evaluate", run_file, "--dataset", "digits", "--split", "validation")
    assert "files" not in told


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("0", "1", "2"), '"0" to "2"'),
        (("1", "2", "4"), '"1", "2" and "4"'),
        (("7",), '"7"'),
        (("2", "1"), '"2" and "1"'),
        (tuple(map(str, range(0, 60, 2))), '"18", "20", … "58"'),
    ],
)
def test_classes_that_are_numbers_are_a_range_only_without_gaps(names, said):
    digits = open_dataset("digits")
    dataset = replace(digits, class_names=names, labels=digits.labels % len(names))
    with pytest.raises(DataError, match="allowed are its names") as told:
        browse._label("99", dataset)
    assert str(told.value).endswith(f"{said}.")
