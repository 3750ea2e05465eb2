from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnviz.data import npz
from cnnviz.data.dataset import Split
from cnnviz.data.npz import open_npz, read_arrays
from cnnviz.errors import DataError
from tests.helpers.data_files import mutated, outcome

_IMAGES = np.random.default_rng(3).integers(0, 256, (20, 6, 5), dtype=np.uint8)
_LABELS = np.arange(20) % 4


def _write(path: Path, **arrays) -> Path:
    np.savez_compressed(path, **({"images": _IMAGES, "labels": _LABELS} | arrays))
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.npz"


def test_images_and_labels(file):
    dataset = open_npz(_write(file))
    np.testing.assert_array_equal(dataset.images[..., 0], _IMAGES)
    np.testing.assert_array_equal(dataset.labels, _LABELS)
    assert dataset.class_names == ("0", "1", "2", "3")
    assert dataset.name == "npz:mine"
    assert dataset.title == "mine: 20 images 6×5"
    assert [len(dataset.indices(split)) for split in Split] == [16, 2, 2]


def test_colour_small_labels_and_class_names(file):
    images = np.random.default_rng(3).integers(0, 256, (20, 6, 5, 3), dtype=np.uint8)
    names = np.array(["cat", "dog", "cow", "owl", "bee"])
    dataset = open_npz(_write(file, images=images, labels=_LABELS.astype(np.uint8), class_names=names))
    np.testing.assert_array_equal(dataset.images, images)
    assert dataset.class_names == ("cat", "dog", "cow", "owl", "bee")


def test_columns_first_and_other_arrays(file):
    dataset = open_npz(_write(file, images=np.asfortranarray(_IMAGES), extra=np.array([1.5])))
    np.testing.assert_array_equal(dataset.images[..., 0], _IMAGES)


def test_stored_without_compression(file):
    np.savez(file, images=_IMAGES, labels=_LABELS)
    assert len(open_npz(file)) == 20


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"images": _IMAGES.astype(float)}, "images must be uint8.*received float64"),
        ({"images": _IMAGES[0]}, r"received uint8 \(6, 5\)"),
        ({"images": _IMAGES[..., None, None]}, r"received uint8 \(20, 6, 5, 1, 1\)"),
        ({"images": np.zeros((20, 4, 4, 2), np.uint8)}, "1 or 3 channels"),
        ({"images": _IMAGES[:0], "labels": _LABELS[:0]}, "no labels"),
        ({"labels": _LABELS.astype(float)}, "labels must be whole numbers.*received float64"),
        ({"labels": _LABELS[:, None]}, r"received int64 \(20, 1\)"),
        ({"labels": _LABELS[:19]}, "20 images, but 19 labels"),
        ({"labels": _LABELS - 1}, "0 to 999; received -1"),
        ({"labels": np.full(20, 10**9)}, "received 1000000000"),
        ({"labels": np.full(20, 2**64 - 1, np.uint64)}, "no class number"),
        ({"class_names": np.array(["a", "b"])}, "labels must be 0 to 1; received 0 to 3"),
        ({"class_names": np.array([1, 2])}, "class_names must be strings"),
        ({"class_names": np.array(["x"] * 1_001)}, "names 1,001 classes; at most 1,000"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(file, arrays, words):
    with pytest.raises(DataError, match=words):
        open_npz(_write(file, **arrays))


def test_a_missing_array_is_named_with_what_was_found(file):
    np.savez(file, images=_IMAGES, y=_LABELS)
    with pytest.raises(DataError, match=r"mine\.npz has no array named labels\. Found: images, y"):
        open_npz(file)


def test_python_objects_are_never_read(file):
    _write(file, labels=np.array([print] * 20, dtype=object))
    with pytest.raises(DataError, match="Python objects, which are never read"):
        open_npz(file)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\3\4 and no more"])
def test_a_foreign_file(file, content):
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"mine\.npz is not a readable \.npz archive"):
        open_npz(file)


def test_a_file_or_folder_that_cannot_be_read(tmp_path, file):
    with pytest.raises(DataError, match=r"Cannot read .*mine\.npz: No such file"):
        open_npz(file)
    with pytest.raises(DataError, match="Cannot read"):
        open_npz(tmp_path)


def _npy(array: np.ndarray, header_shape: tuple[int, ...] | None = None) -> bytes:
    stream = io.BytesIO()
    header = np.lib.format.header_data_from_array_1_0(array)
    if header_shape is not None:
        header["shape"] = header_shape
    np.lib.format.write_array_header_1_0(stream, header)
    return stream.getvalue() + array.tobytes()


def _zip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("shape", [(10**12, 28, 28), (21, 6, 5), (19, 6, 5), (-20, 6, 5)])
def test_a_header_that_promises_another_size_than_the_file_has(file, shape):
    _zip(file, {"images.npy": _npy(_IMAGES, shape), "labels.npy": _npy(_LABELS)})
    with pytest.raises(DataError, match=r"promises|negative"):
        open_npz(file)


def test_a_bomb_of_zeros_is_not_unpacked(file):
    _zip(file, {"images.npy": bytes(40 << 20), "labels.npy": _npy(_LABELS)})
    with pytest.raises(DataError, match=r"images\.npy would grow more than 500 times"):
        open_npz(file)


def test_the_total_size_is_limited(file, monkeypatch):
    monkeypatch.setattr(npz, "MAX_BYTES", 700)
    with pytest.raises(DataError, match=r"is too large: .* at most 700 are allowed"):
        open_npz(_write(file))


def test_the_number_of_members_is_limited(file):
    with pytest.raises(DataError, match="holds 19 files; at most 16"):
        open_npz(_write(file, **{f"a{number}": np.zeros(1) for number in range(17)}))


def test_other_packing_methods_are_refused(file):
    _zip(file, {"images.npy": _npy(_IMAGES)}, zipfile.ZIP_BZIP2)
    with pytest.raises(DataError, match="packed in a way that is not read here"):
        read_arrays(file, required=("images",))


def test_a_changed_value_is_noticed_by_the_checksum(file):
    _zip(file, {"images.npy": _npy(_IMAGES), "labels.npy": _npy(_LABELS)}, zipfile.ZIP_STORED)
    content = bytearray(file.read_bytes())
    content[content.index(_IMAGES[10].tobytes())] ^= 1
    file.write_bytes(content)
    with pytest.raises(DataError, match="Bad CRC-32"):
        open_npz(file)


def _archive(method: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("images.npy", _npy(_IMAGES))
        archive.writestr("labels.npy", _npy(_LABELS))
        archive.writestr("class_names.npy", _npy(np.array(["cat", "dog", "cow", "owl"])))
    return stream.getvalue()


_ARCHIVES = [_archive(zipfile.ZIP_STORED), _archive(zipfile.ZIP_DEFLATED)]
_HEADER_SIGNS = "{}()[],:'0123456789dscrhapeotnu_<>|iTrF -."
_BYTES = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=4)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.sampled_from(_ARCHIVES), changes=_BYTES, cut=st.one_of(st.just(-1), st.integers(0, 10_000)))
def test_damaged_files_give_a_data_set_or_one_clear_error(tmp_path, content, changes, cut):
    path = tmp_path / "victim.npz"
    path.write_bytes(mutated(content, changes, len(content) if cut < 0 else cut))
    result = outcome(open_npz, path)
    assert "victim" in result if isinstance(result, str) else len(result) == 20


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=st.one_of(st.binary(max_size=120), st.text(_HEADER_SIGNS, max_size=120)))
def test_any_header_of_an_array_gives_a_data_error(tmp_path, header):
    text = header if isinstance(header, bytes) else header.encode()
    member = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + bytes(600)
    path = _zip(tmp_path / "x.npz", {"images.npy": member, "labels.npy": _npy(_LABELS)})
    with pytest.raises(DataError):
        open_npz(path)
