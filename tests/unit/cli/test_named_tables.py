"""Tables of other pictures that are named for a run: what it learned is read from them."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.cli.runs import dataset_of
from cnnviz.data.importing.opening import import_folder
from cnnviz.data.importing.recipe import Recipe
from cnnviz.errors import DataError
from cnnviz.training.result import DataFacts
from tests.helpers.picture_folders import fill


def _write_table(folder, headings, rows):
    """Fill a new folder with pictures and a table of these values, one row for each."""
    fill(folder, len(rows))
    lines = [f"file,{headings}", *(f"{number:02}.png,{row}" for number, row in enumerate(rows))]
    (folder / "table.csv").write_text("\n".join(lines))
    return str(folder / "table.csv")


@pytest.fixture
def learned(tmp_path):
    """Facts of a run that learned the prices of pictures."""
    _write_table(tmp_path / "first", "weight,price", [f"{n},{n / 7:.3f}" for n in range(30)])
    recipe = Recipe(columns=("price",))
    return DataFacts.of(import_folder(tmp_path / "first", recipe).dataset)


def test_a_few_whole_numbers_are_numbers_where_the_run_learned_numbers(learned, tmp_path):
    few = _write_table(tmp_path / "few", "price", [3, 1, 2, 3, 1, 2])
    assert import_folder(tmp_path / "few").dataset.targets is None  # by itself, they would be classes
    dataset = dataset_of(learned, few)
    assert sorted(dataset.targets[:, 0].tolist()) == [1, 1, 2, 2, 3, 3]
    assert [quantity.name for quantity in dataset.quantities] == ["price"]


def test_the_column_that_the_run_learned_is_taken_of_several(learned, tmp_path):
    more = _write_table(tmp_path / "more", "label,price,weight", [f"a,{n},{100 + n}" for n in range(9)])
    dataset = dataset_of(learned, more)
    np.testing.assert_array_equal(np.sort(dataset.targets[:, 0]), np.arange(9))


def test_a_table_without_that_column_is_refused_and_one_that_is_named_counts(learned, tmp_path):
    other = _write_table(tmp_path / "other", "cost", [3, 1, 2, 3])
    with pytest.raises(DataError, match=r"no column 'price' to learn. Found: cost"):
        dataset_of(learned, other)
    named = dataset_of(learned, f"{other}#learn=numbers&column=cost")
    assert sorted(named.targets[:, 0].tolist()) == [1, 2, 3, 3]


def test_many_numbered_classes_stay_classes_where_the_run_learned_classes(tmp_path):
    _write_table(tmp_path / "first", "number,label", [f"7,{n % 3}" for n in range(12)])
    learned = DataFacts.of(import_folder(tmp_path / "first").dataset)
    assert learned.class_names == ("0", "1", "2")
    many = _write_table(tmp_path / "many", "number,label", [f"{n},{n}" for n in range(110)])
    assert import_folder(tmp_path / "many").dataset.targets is not None  # by itself, they would be numbers
    assert len(dataset_of(learned, many).class_names) == 110


def test_a_folder_of_classes_is_called_what_it_was_before(tmp_path):
    for name in ("cat", "dog"):
        fill(tmp_path / "pets" / name, 5)
    dataset = import_folder(tmp_path / "pets").dataset
    assert dataset_of(DataFacts.of(dataset), str(tmp_path / "pets")).source == dataset.source
