from __future__ import annotations

import errno

import numpy as np
import pytest
from PIL import Image

from cnnviz.data.catalog import open_dataset
from cnnviz.data.dataset import Split
from cnnviz.data.fitting import Color, Fit
from cnnviz.data.importing import opening
from cnnviz.data.importing.cache import PictureCache
from cnnviz.data.importing.opening import import_folder, look_into
from cnnviz.data.importing.recipe import Goal, Recipe
from cnnviz.data.importing.watch import ImportCancelled, Stage, Watch
from cnnviz.errors import DataError
from tests.helpers.picture_folders import fill, save


def _open(folder, recipe=None):
    return import_folder(folder, recipe).dataset


def _sentences(folder, recipe=None):
    return {remark.sentence: remark.names for remark in import_folder(folder, recipe).remarks}


def test_one_folder_per_class(tmp_path):
    dogs = fill(tmp_path / "pets" / "dog", 6)
    cats = fill(tmp_path / "pets" / "cat", 4)
    dataset = _open(tmp_path / "pets")
    assert dataset.class_names == ("cat", "dog")
    assert dataset.labels.tolist() == [0] * 4 + [1] * 6
    np.testing.assert_array_equal(dataset.images[..., 0], np.concatenate([cats, dogs]))
    assert dataset.name == "folder:pets"
    assert dataset.title == "pets: 10 images 6×5"
    assert [len(dataset.indices(split)) for split in Split] == [8, 1, 1]


def test_one_colour_picture_makes_all_colour(tmp_path):
    grey = fill(tmp_path / "a", 3)
    colour = fill(tmp_path / "b", 1, (6, 5, 3))
    dataset = _open(tmp_path)
    assert dataset.image_shape == (6, 5, 3)
    np.testing.assert_array_equal(dataset.images[3], colour[0])
    for channel in range(3):
        np.testing.assert_array_equal(dataset.images[0, ..., channel], grey[0])


def test_grey_saved_as_colour_is_grey(tmp_path):
    (tmp_path / "a").mkdir()
    for number in range(3):
        Image.new("RGB", (4, 4), (number, number, number)).save(tmp_path / "a" / f"{number}.png")
    assert _open(tmp_path).image_shape == (4, 4, 1)


def test_a_size_and_a_colour_can_be_chosen(tmp_path):
    fill(tmp_path / "a", 3, (6, 5, 3))
    imported = import_folder(tmp_path, Recipe(size=(9, 12), color=Color.GRAY, fit=Fit.CROP))
    assert imported.dataset.image_shape == (9, 12, 1)
    assert "3 pictures in colour made grey" in [remark.sentence for remark in imported.remarks]


def test_the_source_opens_the_same_again(tmp_path):
    fill(tmp_path / "my # pets" / "a", 8, (6, 5, 3))
    fill(tmp_path / "my # pets" / "b", 9, (12, 10, 3))
    dataset = _open(tmp_path / "my # pets", Recipe(size=(4, 7), fit=Fit.STRETCH, validation=20, seed=5))
    again = open_dataset(dataset.source)
    assert again.content_hash == dataset.content_hash
    assert again.source == dataset.source
    assert open_dataset(str(tmp_path / "my # pets")).content_hash != dataset.content_hash


def test_the_second_opening_decodes_nothing(tmp_path, monkeypatch):
    fill(tmp_path / "a", 5)
    first = _open(tmp_path)
    monkeypatch.setattr(opening, "decode_all", lambda *args: pytest.fail("decoded again"))
    second = _open(tmp_path)
    np.testing.assert_array_equal(second.images, first.images)
    assert second.content_hash == first.content_hash
    computed = second.__class__(
        **{
            name: getattr(second, name)
            for name in ("name", "title", "images", "labels", "class_names", "splits", "source")
        }
    )
    assert computed.content_hash == second.content_hash  # the remembered one is the true one


def test_a_changed_folder_is_read_again(tmp_path):
    fill(tmp_path / "a", 5)
    first = _open(tmp_path)
    save(tmp_path / "a" / "00.png", 77)
    assert np.unique(_open(tmp_path).images[0]).tolist() == [77]
    save(tmp_path / "a" / "99.png", 3)
    assert len(_open(tmp_path)) == 6
    assert len(first) == 5


def test_other_files_and_hidden_or_empty_folders_are_left_out(tmp_path):
    fill(tmp_path / "a", 3)
    fill(tmp_path / ".cache", 2)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "readme.txt").write_text("hello")
    (tmp_path / "a" / "list.csv").write_text("1,2")
    (tmp_path / "a" / ".hidden.png").write_text("no picture")
    Image.new("L", (5, 6)).save(tmp_path / "loose.png")
    dataset = _open(tmp_path)
    assert dataset.class_names == ("a",)
    assert len(dataset) == 3
    assert _sentences(tmp_path)["1 picture in no class folder left out"] == ("loose.png",)


def test_kinds_may_be_mixed_and_endings_in_capitals(tmp_path):
    for name, suffix in (("a", ".PNG"), ("b", ".jpg"), ("c", ".bmp"), ("d", ".webp")):
        fill(tmp_path / name, 2, suffix=suffix)
    assert len(_open(tmp_path)) == 8


def test_unreadable_pictures_are_listed_and_skipped(tmp_path):
    kept = fill(tmp_path / "a", 4)
    (tmp_path / "a" / "00b.png").write_bytes(b"\x89PNG")
    whole = (tmp_path / "a" / "01.png").read_bytes()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "cut.png").write_bytes(whole[: len(whole) // 2])
    save(tmp_path / "b" / "fine.png", 9)
    dataset = _open(tmp_path)
    np.testing.assert_array_equal(dataset.images[:4, ..., 0], kept)
    assert dataset.labels.tolist() == [0, 0, 0, 0, 1]
    names = _sentences(tmp_path)["2 pictures could not be read"]
    assert names[0].startswith("a/00b.png: is not a picture that can be read")
    assert names[1].startswith("b/cut.png: ")
    assert str(tmp_path) not in "".join(names)


def test_nothing_readable_is_an_error(tmp_path):
    (tmp_path / "a").mkdir()
    for number in range(4):
        (tmp_path / "a" / f"{number}.png").write_bytes(b"no")
    with pytest.raises(DataError, match="none of 4 pictures tried can be read"):
        _open(tmp_path)
    with pytest.raises(DataError, match="none of 4 pictures can be read"):
        _open(tmp_path, Recipe(size=(4, 4), color=Color.GRAY))


def test_given_splits_are_kept(tmp_path):
    for name, value in (("train", 10), ("Validation", 20), ("test", 30)):
        for kind in ("cat", "dog"):
            for number in range(3):
                save(tmp_path / name / kind / f"{number}.png", value + number + (40 if kind == "dog" else 0))
    dataset = _open(tmp_path)
    assert dataset.class_names == ("cat", "dog")
    means = {split: dataset.images[dataset.indices(split)].min() for split in Split}
    assert means == {Split.TRAIN: 10, Split.VALIDATION: 20, Split.TEST: 30}
    assert [len(dataset.indices(split)) for split in Split] == [6, 6, 6]


def test_a_missing_validation_part_is_cut_from_training(tmp_path):
    fill(tmp_path / "train" / "cat", 10)
    fill(tmp_path / "train" / "dog", 10)
    fill(tmp_path / "test" / "cat", 4)
    dataset = _open(tmp_path, Recipe(validation=20))
    assert [len(dataset.indices(split)) for split in Split] == [16, 4, 4]
    assert np.bincount(dataset.labels[dataset.indices(Split.VALIDATION)]).tolist() == [2, 2]
    assert _sentences(tmp_path)["No image for test of 1 class"] == ("dog",)


def test_equal_images_do_not_cross_the_parts_of_a_division_by_chance(tmp_path):
    fill(tmp_path / "a", 30)
    for number in range(10):
        save(tmp_path / "a" / f"same{number}.png", 200)
    dataset = _open(tmp_path)
    same = (dataset.images == 200).all(axis=(1, 2, 3))
    assert same.sum() == 10
    assert same[dataset.indices(Split.TRAIN)].sum() == 10
    assert [len(dataset.indices(split)) for split in Split] == [32, 4, 4]
    sentence = "10 images show 1 picture more than once: copies are in one part"
    assert _sentences(tmp_path)[sentence][0].startswith("a/same0.png = a/same1.png")


def test_equal_images_across_given_parts_are_told(tmp_path):
    for name in ("train", "val", "test"):
        fill(tmp_path / name / "a", 4)
    save(tmp_path / "train" / "a" / "x.png", 7)
    save(tmp_path / "test" / "a" / "y.png", 7)
    sentence = "2 images with the same pixels in different parts, so that what is measured may be too good"
    assert _sentences(tmp_path)[sentence] == ("test/a/y.png = train/a/x.png",)


def test_equal_images_in_different_classes_are_told(tmp_path):
    for name in ("a", "b"):
        fill(tmp_path / name, 5)
        save(tmp_path / name / "x.png", 7)
    assert _sentences(tmp_path)["2 images with the same pixels in different classes"] == (
        "a/x.png = b/x.png",
    )


def test_numbers_of_a_table_are_learned(tmp_path):
    lines = ["file,age,height"]
    for number in range(6):
        save(tmp_path / "photos" / f"p{number}.png", number)
        lines.append(f"p{number}.png,{number + 0.5},{10 * number}")
    (tmp_path / "people.csv").write_text("\n".join(lines))
    dataset = _open(tmp_path)
    assert dataset.targets is not None
    assert dataset.targets[3].tolist() == [3.5, 30]
    assert [quantity.name for quantity in dataset.quantities] == ["age", "height"]
    assert "learn=numbers&column=age&column=height" in dataset.source
    only = _open(tmp_path, Recipe(goal=Goal.NUMBERS, columns=("height",)))
    assert only.targets is not None
    assert only.targets[:, 0].tolist() == [0, 10, 20, 30, 40, 50]
    assert open_dataset(only.source).content_hash == only.content_hash


def test_a_folder_that_says_nothing(tmp_path):
    Image.new("L", (5, 6)).save(tmp_path / "loose.png")
    with pytest.raises(
        DataError, match="holds 1 picture, but nothing says what is on them: it must hold one"
    ):
        _open(tmp_path)
    (tmp_path / "loose.png").unlink()
    with pytest.raises(DataError, match="holds no pictures"):
        _open(tmp_path)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="Cannot read the folder"):
        _open(tmp_path / "none")


def test_fewer_than_three_pictures(tmp_path):
    fill(tmp_path / "a", 2)
    with pytest.raises(DataError, match="holds 2 images; at least 3"):
        _open(tmp_path)


def test_without_room_on_the_disk_they_are_held_in_memory(tmp_path):
    pixels = fill(tmp_path / "a", 4)
    cache = PictureCache(tmp_path / "cache", max_bytes=10)
    dataset = import_folder(tmp_path / "a" / "..", cache=cache).dataset
    np.testing.assert_array_equal(dataset.images[..., 0], pixels)
    assert cache.bytes_used() == 0


def test_a_disk_that_is_full_leaves_nothing_behind(tmp_path, monkeypatch):
    pixels = fill(tmp_path / "pets" / "a", 4)
    cache = PictureCache(tmp_path / "cache")

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("cnnviz.data.importing.cache._write_facts", full)
    dataset = import_folder(tmp_path / "pets", cache=cache).dataset
    np.testing.assert_array_equal(dataset.images[..., 0], pixels)
    assert list(cache.folder.iterdir()) == []


def test_too_many_bytes_are_refused_before_decoding(tmp_path, monkeypatch):
    fill(tmp_path / "a", 3)
    monkeypatch.setattr(opening, "MAX_MEMORY_BYTES", 89)
    with pytest.raises(
        DataError, match="3 pictures of 6×5 need 90 bytes, and there is no room .* at most 89"
    ):
        import_folder(tmp_path, cache=PictureCache(tmp_path / "cache", max_bytes=0))


def test_an_import_can_be_cancelled_and_leaves_nothing_behind(tmp_path):
    fill(tmp_path / "pets" / "a", 200)
    cache = PictureCache(tmp_path / "cache")
    told = []

    def tell(stage, done, total):
        told.append((stage, done, total))

    watch = Watch(tell, lambda: any(stage is Stage.READING for stage, _, _ in told))
    with pytest.raises(ImportCancelled):
        import_folder(tmp_path / "pets", watch=watch, cache=cache)
    assert list(cache.folder.iterdir()) == []
    assert told[-1] == (Stage.READING, 64, 200)


def test_what_was_prepared_stays_when_reading_it_again_is_given_up(tmp_path):
    fill(tmp_path / "pets" / "dog", 9)
    fill(tmp_path / "pets" / "cat", 9)
    cache, told = PictureCache(tmp_path / "cache"), []
    import_folder(tmp_path / "pets", cache=cache)
    kept = {path: path.stat().st_ino for path in cache.folder.rglob("*")}
    watch = Watch(lambda stage, done, total: told.append(stage), lambda: Stage.CHECKING in told)
    with pytest.raises(ImportCancelled):
        import_folder(tmp_path / "pets", watch=watch, cache=cache)
    assert {path: path.stat().st_ino for path in cache.folder.rglob("*")} == kept


def test_a_look_reads_few_pictures_only(tmp_path):
    fill(tmp_path / "a", 150)
    found = look_into(tmp_path)
    assert found.samples is not None
    assert len(found.samples.sizes) == 32
    assert len(found.samples.shown) == 10
    assert look_into(tmp_path, Recipe(size=(3, 3), color=Color.GRAY)).samples is None
