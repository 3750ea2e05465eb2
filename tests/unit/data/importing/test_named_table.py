"""A table that is opened itself, in place of the folder that it lies in."""

from __future__ import annotations

import pytest

from cnnviz.cli.arguments import parse
from cnnviz.data.catalog import open_dataset, picture_folder
from cnnviz.data.importing.listing import list_folder
from cnnviz.data.importing.opening import lay_out
from cnnviz.data.importing.recipe import Recipe, read_source, to_source
from cnnviz.errors import DataError
from tests.helpers.picture_folders import fill, save


@pytest.fixture
def pets(tmp_path):
    """Twelve pictures, a table that names all of them, and one that names four."""
    fill(tmp_path / "pets", 12, (4, 4))
    names = sorted(path.name for path in (tmp_path / "pets").iterdir())
    all_rows = "".join(f"{name},{'cat' if place % 2 else 'dog'}\n" for place, name in enumerate(names))
    some_rows = "".join(f"{name},{1000 * place}.5\n" for place, name in enumerate(names[:4]))
    (tmp_path / "pets" / "kinds.csv").write_text(f"name,kind\n{all_rows}")
    (tmp_path / "pets" / "prices.CSV").write_text(f"name,price\n{some_rows}")
    return tmp_path / "pets"


def test_the_table_that_is_named_counts_and_is_kept_with_the_data_set(pets):
    assert open_dataset(str(pets)).class_names == ("cat", "dog")
    prices = open_dataset(str(pets / "prices.CSV"))
    assert (len(prices), prices.quantities[0].name) == (4, "price")
    again = open_dataset(prices.source)
    assert again.content_hash == prices.content_hash
    assert read_source(prices.source)[1].table == "prices.CSV"


def test_settings_may_stand_behind_a_table(pets):
    folder, recipe = picture_folder(f"{pets / 'kinds.csv'}#size=3x5&fit=crop")
    assert (folder, recipe.table, recipe.size) == (pets, "kinds.csv", (3, 5))
    options = parse(["train", "lenet5", "--dataset", str(pets / "kinds.csv"), "--image-size", "7"])
    assert read_source(options.dataset) == (pets, Recipe(size=(7, 7), table="kinds.csv"))


def test_a_named_table_counts_even_beside_class_folders(tmp_path):
    for name in ("cat/a.png", "cat/b.png", "dog/c.png", "dog/d.png"):
        save(tmp_path / name, 5)
    (tmp_path / "t.csv").write_text("name,age\na.png,3.5\nb.png,4.25\nc.png,5.125\n")
    layout, _ = lay_out(list_folder(tmp_path), Recipe(table="t.csv"))
    assert layout.targets.ravel().tolist() == [3.5, 4.25, 5.125]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "labels is needed"),
        ("name,kind\nx.png,cat\n", "names no picture in its folder"),
        ("just words\n", "names no picture in its folder"),
    ],
)
def test_a_table_that_says_nothing_is_refused_by_name(pets, content, reason):
    (pets / "new.csv").write_text(content)
    with pytest.raises(DataError, match=rf"new\.csv.*{reason}"):
        open_dataset(str(pets / "new.csv"))


def test_a_table_without_pictures_beside_it_is_refused(tmp_path):
    (tmp_path / "t.csv").write_text("name,kind\na.png,cat\n")
    with pytest.raises(DataError, match="no pictures"):
        open_dataset(str(tmp_path / "t.csv"))


@pytest.mark.parametrize("table", ["../kinds.csv", "/etc/passwd", "a/b.csv", ".."])
def test_no_table_outside_the_folder_is_read(pets, table):
    with pytest.raises(DataError):
        open_dataset(to_source(pets, Recipe()) + f"&table={table}")
