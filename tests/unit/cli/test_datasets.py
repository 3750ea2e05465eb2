from __future__ import annotations

import pytest

from cnnviz.data.downloading import entries
from cnnviz.data.downloading.cache import DownloadCache
from cnnviz.data.importing.cache import PictureCache
from cnnviz.data.importing.opening import import_folder
from tests.helpers.downloads import digit_files, entry_of, mirror_server
from tests.helpers.picture_folders import fill

_FILES = digit_files()


@pytest.fixture
def offered(monkeypatch):
    """A small MNIST on a server of this machine, in the place of the catalog."""
    with mirror_server() as server:
        for name, content in _FILES.items():
            server.offer(name, content)
        entry = entry_of("mnist", _FILES, lambda file: (server.address + file,))
        monkeypatch.setattr(entries, "DOWNLOADS", (entry,))
        yield server


def test_json_lists_the_bundled_digits(call_json):
    digits = next(item for item in call_json("datasets")["datasets"] if item["name"] == "digits")
    assert digits["sizes"] == {"train": 1197, "validation": 300, "test": 300}
    assert (digits["image_shape"], digits["classes"], digits["on_disk"]) == ([8, 8, 1], 10, True)
    assert (digits["download_bytes"], "Alpaydin" in digits["credit"]) == (0, True)


def test_the_table_credits_the_makers_and_says_what_is_on_disk(call):
    status, out, err = call("datasets")
    assert (status, err) == (0, "")
    assert "CC BY 4.0" in out
    assert "Alpaydin" in out
    cifar = next(line for line in out.splitlines() if line.lstrip().startswith("cifar10 "))
    assert " no " in cifar
    assert "170.1 MB" in cifar
    assert str(DownloadCache().folder) in out


def test_a_data_set_is_downloaded_listed_used_and_removed(call, call_json, offered):
    status, out, err = call("datasets", "--get", "mnist")
    assert status == 0
    assert "--dataset mnist" in out
    assert "from 127.0.0.1" in err
    mnist = next(item for item in call_json("datasets")["datasets"] if item["name"] == "mnist")
    assert mnist["on_disk"]
    offered.asked.clear()
    result = call_json("train", "one-conv", "--dataset", "mnist", "--epochs", "1")
    assert 0 <= result["test_accuracy"] <= 1
    assert not offered.asked
    status, out, _ = call("datasets", "--remove", "mnist")
    assert (status, "free again" in out) == (0, True)
    assert call("datasets", "--remove", "mnist")[1] == "MNIST handwritten digits is not on this computer.\n"


def test_training_downloads_what_it_needs(call_json, offered):
    result = call_json("train", "one-conv", "--dataset", "mnist", "--epochs", "1")
    assert 0 <= result["test_accuracy"] <= 1
    assert len(offered.asked) == 4


def test_without_a_connection_one_sentence_says_how_to_add_the_files(call, monkeypatch):
    entry = entry_of("mnist", _FILES, lambda file: ("http://127.0.0.1:9/" + file,))
    monkeypatch.setattr(entries, "DOWNLOADS", (entry,))
    status, out, err = call("train", "one-conv", "--dataset", "mnist")
    assert (status, out) == (1, "")
    last = err.splitlines()[-1]
    assert "cannot be downloaded: 127.0.0.1 cannot be reached" in last
    assert str(DownloadCache().folder_of(entry)) in last


def test_the_outcome_as_json(call_json, offered):
    got = call_json("datasets", "--get", "mnist")
    assert got["bytes"] == sum(map(len, _FILES.values()))
    assert got["folder"].endswith("mnist")
    assert call_json("datasets", "--remove", "mnist") == {"name": "mnist", "bytes": got["bytes"]}


def test_what_was_prepared_of_imported_pictures_is_listed_and_removed(call, call_json, tmp_path):
    assert "imported" not in call("datasets")[1].lower()
    assert "Nothing prepared" in call("datasets", "--remove", "imported")[1]
    fill(tmp_path / "pets" / "cat", 5)
    fill(tmp_path / "pets" / "dog", 5)
    import_folder(tmp_path / "pets")
    listed = call_json("datasets")["imported"]
    assert listed["bytes"] > 0
    out = call("datasets")[1]
    assert listed["folder"] in out
    assert "cnnviz datasets --remove imported" in out
    assert call_json("datasets", "--remove", "imported") == {
        "name": "imported",
        "bytes": listed["bytes"],
        "bytes_left": 0,
        "bytes_unfinished": 0,
    }
    assert call_json("datasets")["imported"]["bytes"] == 0


def test_what_is_in_use_is_said_to_stay(call, tmp_path, monkeypatch):
    fill(tmp_path / "pets" / "cat", 5)
    import_folder(tmp_path / "pets")
    monkeypatch.setattr(PictureCache, "clear", lambda cache: 0)
    assert "are in use" in call("datasets", "--remove", "imported")[1]


def test_an_import_that_is_under_way_is_said_to_stay(call, call_json):
    part = PictureCache().folder / ".part-now"
    part.mkdir(parents=True)
    (part / "pixels.npy").write_bytes(b"x" * 3_000_000)
    (part / "facts.json").write_bytes(b"{}")
    out = call("datasets", "--remove", "imported")[1]
    assert out.startswith("3.0 MB in ")
    assert "under way" in out
    left = call_json("datasets", "--remove", "imported")
    assert (left["bytes"], left["bytes_left"], left["bytes_unfinished"]) == (0, 0, 3_000_002)
    assert part.is_dir()


@pytest.mark.parametrize("option", ["--get", "--remove"])
def test_only_what_is_in_the_catalog_can_be_downloaded(call, option):
    status, _, err = call("datasets", option, "digits")
    assert status == 1
    assert "no data set 'digits' to download. Allowed are: 'mnist', " in err
