from __future__ import annotations

import os

import numpy as np
import pytest

from cnnviz.data.dataset import Split
from cnnviz.data.importing import layout as layouts
from cnnviz.data.importing.layout import LayoutKind, folder_layout, wrapper_of
from cnnviz.data.importing.listing import Listing, list_folder
from cnnviz.data.importing.opening import lay_out
from cnnviz.data.importing.recipe import Goal, Recipe
from cnnviz.data.importing.table_layout import PictureFinder
from cnnviz.errors import DataError
from tests.helpers.picture_folders import save


def _listing(tmp_path, *pictures: str, **tables: str) -> Listing:
    for name in pictures:
        save(tmp_path / name, 5)
    for name, content in tables.items():
        (tmp_path / f"{name}.csv").write_text(content)
    return list_folder(tmp_path)


def _laid_out(listing: Listing, goal: Goal | None = None, *columns: str):
    found, remarks = lay_out(listing, Recipe(goal=goal, columns=columns))
    classes = [found.class_names[label] for label in found.labels]
    names = [found.listing.pictures[place] for place in found.pictures]
    return found, dict(zip(names, classes, strict=True)), {each.sentence: each.names for each in remarks}


def test_a_folder_around_all_others_is_no_class(tmp_path):
    found, classes, _ = _laid_out(_listing(tmp_path, "pets/cat/1.png", "pets/cat/2.png", "pets/dog/1.png"))
    assert found.kind is LayoutKind.CLASS_FOLDERS
    assert classes == {"pets/cat/1.png": "cat", "pets/cat/2.png": "cat", "pets/dog/1.png": "dog"}
    assert wrapper_of(["a/b/c/1.png", "a/b/d/1.png"]) == "a/b/"
    assert wrapper_of(["a/1.png", "a/2.png"]) == ""
    assert wrapper_of(["1.png"]) == ""


def test_folders_in_class_folders_belong_to_the_class(tmp_path):
    _, classes, _ = _laid_out(_listing(tmp_path, "cat/old/1.png", "cat/2.png", "dog/x/y/1.png"))
    assert set(classes.values()) == {"cat", "dog"}


def test_classes_that_are_numbers_are_sorted_as_numbers(tmp_path):
    found, _, _ = _laid_out(_listing(tmp_path, *(f"{number}/a.png" for number in range(12))))
    assert found.class_names == tuple(map(str, range(12)))


@pytest.mark.parametrize(("train", "test"), [("train", "test"), ("TRAINING", "Val"), ("trn", "valid")])
def test_folders_for_training_and_test(tmp_path, train, test):
    found, _, remarks = _laid_out(
        _listing(tmp_path, f"{train}/cat/1.png", f"{test}/cat/1.png", f"{test}/dog/1.png", "more/x/1.png")
    )
    assert found.kind is LayoutKind.SPLIT_FOLDERS
    assert found.class_names == ("cat", "dog")
    assert (found.parts == layouts.SPLITS.index(Split.TRAIN)).sum() == 1
    assert remarks["1 picture outside the folders for training and test left out"] == ("more/x/1.png",)


def test_train_and_test_may_be_classes(tmp_path):
    found, _, _ = _laid_out(_listing(tmp_path, "train/1.png", "test/1.png"))
    assert found.kind is LayoutKind.CLASS_FOLDERS
    assert found.class_names == ("test", "train")


def test_links_are_followed_but_not_in_circles(tmp_path):
    save(tmp_path / "set" / "cat" / "1.png", 4)
    save(tmp_path / "elsewhere" / "1.png", 4)
    os.symlink(tmp_path / "elsewhere", tmp_path / "set" / "dog")
    os.symlink(tmp_path / "set" / "cat", tmp_path / "set" / "cat" / "again")
    os.symlink(tmp_path / "nowhere", tmp_path / "set" / "broken.png")
    assert list_folder(tmp_path / "set").pictures == ("cat/1.png", "dog/1.png")


def test_too_many_classes(tmp_path, monkeypatch):
    monkeypatch.setattr(layouts, "MAX_CLASSES", 2)
    with pytest.raises(DataError, match="has 3 classes; at most 2"):
        folder_layout(_listing(tmp_path, "a/1.png", "b/1.png", "c/1.png"))


@pytest.mark.parametrize("first", ["name,label\n", ""])
def test_a_table_with_and_without_a_heading(tmp_path, first):
    listing = _listing(tmp_path, "a.png", "b.png", t=f"{first}a.png,dog\nb.png,cat\n")
    found, classes, remarks = _laid_out(listing)
    assert found.kind is LayoutKind.TABLE
    assert classes == {"a.png": "dog", "b.png": "cat"}
    assert found.table.learned == (("label",) if first else ("column 2",))
    assert remarks == {}


def test_names_in_a_table_may_lack_folder_and_ending(tmp_path):
    listing = _listing(tmp_path, "img/a1.png", "img/B2.png", t="id,x,breed\na1,0.5,pug\nb2,0.7,husky\n")
    assert _laid_out(listing)[1] == {"img/B2.png": "husky", "img/a1.png": "pug"}


def test_rows_and_pictures_without_each_other_are_listed(tmp_path):
    table = (
        "file,label\na.png,cat\n../../etc/passwd,cat\n/etc/../a.png,cat\ngone.png,dog\nb.png,\n"
        "a.png,dog\na.png,cat\nbad row\n"
    )
    _, classes, remarks = _laid_out(_listing(tmp_path, "a.png", "b.png", "c.png", t=table))
    assert classes == {"a.png": "cat"}
    assert remarks["3 rows of t.csv without a picture left out"] == (
        "../../etc/passwd",
        "/etc/../a.png",
        "gone.png",
    )
    assert remarks["1 picture without a label in t.csv left out"] == ("b.png",)
    assert remarks["1 picture not named in t.csv left out"] == ("c.png",)
    assert remarks["1 picture named in t.csv with different labels; the first counts"] == ("a.png",)
    assert remarks["1 line of t.csv with too many or too few fields left out"] == ("line 9",)


def test_nothing_outside_the_folder_is_found():
    finder = PictureFinder(["x/a.png", "y/a.png", "b.png"])
    assert [
        finder.find(name) for name in ("x/a.png", "./x/a.png", "x\\a.png", "B.PNG", "/photos/me/b.png")
    ] == [
        *(0, 0, 0),
        *(2, 2),
    ]
    for name in ("a.png", "../b.png", "x/../b.png", "..\\b.png", "", "/", "c.png"):
        assert finder.find(name) is None


def test_a_column_may_divide(tmp_path):
    table = "file,label,Split\na.png,x,train\nb.png,y,test\nc.png,x,VAL\n"
    found, _, _ = _laid_out(_listing(tmp_path, "a.png", "b.png", "c.png", t=table))
    assert [layouts.SPLITS[part] for part in found.parts] == [Split.TRAIN, Split.TEST, Split.VALIDATION]
    assert found.table.learned == ("label",)


@pytest.mark.parametrize(
    ("values", "goal"),
    [
        (["1", "2", "1"], Goal.CLASSES),
        (["1.5", "2", "1"], Goal.NUMBERS),
        (["x", "2", "1"], Goal.CLASSES),
        (["-1", "2", "1"], Goal.NUMBERS),
    ],
)
def test_whether_classes_or_numbers_are_learned_is_guessed(tmp_path, values, goal):
    rows = "\n".join(f"{name}.png,{value}" for name, value in zip("abc", values, strict=True))
    found, _, _ = _laid_out(_listing(tmp_path, "a.png", "b.png", "c.png", t=f"file,value\n{rows}"))
    assert found.table.goal is goal


def test_long_headings_are_cut_and_stay_apart(tmp_path):
    heading = "x" * 500
    listing = _listing(tmp_path, "a.png", "b.png", t=f"file,{heading},{heading}\na.png,0.5,2\nb.png,1.5,3\n")
    found, _, _ = _laid_out(listing)
    assert found.table.learned == ("x" * 100, "x" * 100 + " (3)")


def test_numbers_that_are_none_are_left_out(tmp_path):
    table = "file,age\na.png,1.5\nb.png,1e999\nc.png,2\nd.png,1e39\n"
    found, _, remarks = _laid_out(
        _listing(tmp_path, *(f"{name}.png" for name in "abcd"), t=table), Goal.NUMBERS, "age"
    )
    assert found.targets.dtype == np.float32
    assert found.targets.tolist() == [[1.5], [2]]
    assert remarks["2 pictures without a number in t.csv left out"] == ("b.png", "d.png")


@pytest.mark.parametrize(
    ("goal", "columns", "words"),
    [
        (None, ("weight",), "no column 'weight' to learn. Found: kind, age"),
        (Goal.NUMBERS, ("kind",), "'kind' does not hold numbers"),
        (Goal.CLASSES, ("kind", "age"), "classes are in one column"),
    ],
)
def test_columns_that_cannot_be_learned(tmp_path, goal, columns, words):
    listing = _listing(tmp_path, "a.png", "b.png", t="file,kind,age\na.png,x,1\nb.png,y,2\n")
    with pytest.raises(DataError, match=words):
        lay_out(listing, Recipe(goal=goal, columns=columns))


def test_class_folders_go_before_a_table_about_few_pictures(tmp_path):
    pictures = [f"{kind}/{number}.png" for kind in ("cat", "dog") for number in range(4)]
    found, _, _ = _laid_out(_listing(tmp_path, *pictures, names="cat/1.png,good\ndog/2.png,bad\n"))
    assert found.kind is LayoutKind.CLASS_FOLDERS


def test_a_table_that_cannot_be_read_is_told(tmp_path):
    listing = _listing(tmp_path, "cat/1.png", "dog/1.png", t="")
    assert _laid_out(listing)[2]["The table t.csv was left out"][0].endswith("labels is needed.")


def test_one_slip_makes_no_classes_of_numbers(tmp_path):
    names = [f"p{number:02}.png" for number in range(40)]
    rows = [f"{name},{number}.5" for number, name in enumerate(names)]
    rows[7] = f"{names[7]},abc"
    found, _, remarks = _laid_out(_listing(tmp_path, *names, t="\n".join(["file,size", *rows]) + "\n"))
    assert found.table.goal is Goal.NUMBERS
    assert found.targets.shape == (39, 1)
    assert remarks["1 picture without a number in t.csv left out"] == (names[7],)


def test_many_words_among_numbers_are_classes(tmp_path):
    rows = [f"p{number}.png,{'abc' if number % 4 else number}" for number in range(20)]
    names = [f"p{number}.png" for number in range(20)]
    found, classes, _ = _laid_out(_listing(tmp_path, *names, t="\n".join(["file,size", *rows]) + "\n"))
    assert found.table.goal is Goal.CLASSES
    assert "abc" in classes.values()
