from __future__ import annotations

import re

import pytest

from cnnviz.data.dataset import Split
from cnnviz.data.downloading import class_names
from cnnviz.data.downloading.entries import DOWNLOADS, find_download
from cnnviz.data.downloading.entry import Format

_HASH = re.compile(r"sha256:[0-9a-f]{64}|md5:[0-9a-f]{32}")


@pytest.mark.parametrize("entry", DOWNLOADS, ids=lambda entry: entry.name)
def test_every_entry_is_complete(entry):
    files = (*entry.files, *([entry.archive.file] if entry.archive else []))
    assert len({file.name for file in files}) == len(files)
    for file in files:
        assert _HASH.fullmatch(file.known_hash)
        assert file.size > 0
        assert file.mirrors
        assert all(url.startswith("https://") and url.endswith("/" + file.name) for url in file.mirrors)
    assert all(len(file.mirrors) > 1 for file in files) or entry.archive is not None
    assert entry.description.endswith(".")
    assert entry.credit
    assert entry.licence
    assert min(entry.sizes.values()) > 0
    assert set(entry.sizes) == set(Split)
    assert len(set(entry.class_names)) == len(entry.class_names)


def test_validation_is_a_tenth_of_the_official_training_part():
    for entry in DOWNLOADS:
        assert entry.sizes[Split.VALIDATION] * 10 == entry.sizes[Split.TRAIN] + entry.sizes[Split.VALIDATION]


def test_the_classes_are_as_many_as_published():
    expected = {"mnist": 10, "fashion-mnist": 10, "kmnist": 10, "emnist-letters": 26} | {
        "cifar10": 10,
        "cifar100": 100,
    }
    assert {entry.name: len(entry.class_names) for entry in DOWNLOADS} == expected
    assert list(class_names.CIFAR_100) == sorted(class_names.CIFAR_100)  # so numbers the archive them
    assert class_names.CIFAR_100[51:53] == ("mushroom", "oak tree")


def test_the_images_of_four_files_come_before_their_labels():
    for entry in DOWNLOADS:
        if entry.format in (Format.IDX, Format.EMNIST_LETTERS):
            kinds = [("images" in file.name, "train" in file.name) for file in entry.files]
            assert kinds == [(True, True), (False, True), (True, False), (False, False)]


def test_a_name_that_is_not_in_the_list():
    assert find_download("svhn") is None
