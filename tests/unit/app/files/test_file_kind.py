from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from cnnviz.app.files.file_kind import FileKind, kind_of
from cnnviz.spec import io
from tests.helpers.designs import small_design


def test_a_known_ending_decides_even_where_there_is_no_file(tmp_path):
    for name, kind in {
        "a.JSON": FileKind.DESIGN,
        "a.cnnviz": FileKind.RUN,
        "a.Png": FileKind.PICTURE,
        "a.npz": FileKind.DATA,
        "train-images-idx3-ubyte": FileKind.DATA,
    }.items():
        assert kind_of(tmp_path / name) is kind


def test_a_folder_is_one_of_pictures_whatever_it_is_called(tmp_path):
    for name in ("a.json", "a.cnnviz", "a.png"):
        (tmp_path / name).mkdir()
        assert kind_of(tmp_path / name) is FileKind.PICTURES


def test_a_folder_of_idx_files_is_a_data_set(tmp_path):
    (tmp_path / "t10k-images-idx3-ubyte.gz").touch()
    assert kind_of(tmp_path) is FileKind.DATA


@pytest.mark.parametrize("suffix", ["", ".txt", ".bak"])
def test_without_a_known_ending_the_beginning_decides(tmp_path, suffix):
    path = tmp_path / f"file{suffix}"
    io.save(small_design(), path)
    assert kind_of(path) is FileKind.DESIGN
    path.write_bytes((40).to_bytes(8, "little") + b'{"__metadata__":{}}')
    assert kind_of(path) is FileKind.RUN
    for form in ("png", "jpeg", "bmp", "gif", "webp", "tiff"):
        Image.new("RGB", (4, 4)).save(path, form)
        assert kind_of(path) is FileKind.PICTURE
    with path.open("wb") as file:
        np.savez(file, images=np.zeros(3))
    assert kind_of(path) is FileKind.DATA
    path.write_bytes(b"")
    assert kind_of(path) is FileKind.DATA
