from __future__ import annotations

import json

import numpy as np
import pytest
import safetensors.numpy

from cnnviz.errors import FileError
from cnnviz.training import safetensors_reader
from cnnviz.training.safetensors_reader import read_tensors

ENTRY = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


def file_of(header, data: bytes = b"\0" * 8) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def test_what_the_library_writes_is_read_back():
    tensors = {
        "a/weight": np.arange(6, dtype=np.float32).reshape(2, 3),
        "b": np.arange(3, dtype=np.int64),
        "c": np.zeros((0,), np.float64),
        "d": np.array(1.5, np.float32),
    }
    file = read_tensors(safetensors.numpy.save(tensors, {"note": "hello"}), "x")
    assert file.metadata == {"note": "hello"}
    assert set(file.tensors) == set(tensors)
    for name, array in tensors.items():
        assert file.tensors[name].dtype == array.dtype
        assert np.array_equal(file.tensors[name], array)
        assert not file.tensors[name].flags.writeable


def test_a_file_without_metadata_is_read():
    assert read_tensors(file_of({"a": ENTRY}), "x").metadata == {}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "does not begin"),
        (b"\0" * 7, "does not begin"),
        ((2**63).to_bytes(8, "little") + b"{}", "does not begin"),
        ((50).to_bytes(8, "little") + b"{}", "ends before its header does"),
        (file_of(b"\xff\xfe"), "not text"),
        (file_of(b"[]"), "not an object"),
        (file_of(b"{"), "not valid JSON"),
        (file_of(b"[" * 100_000), "nested too deeply"),
        (file_of(b'{"a": NaN}'), "NaN"),
        (file_of(b'{"a": {}, "a": {}}'), "stands twice"),
        (file_of({"__metadata__": {"a": 1}}, b""), "metadata"),
        (file_of({"__metadata__": []}, b""), "metadata"),
        (file_of({"a": 3}), "needs dtype"),
        (file_of({"a": {**ENTRY, "more": 1}}), "needs dtype"),
        (file_of({"a": {**ENTRY, "dtype": "F16"}}), "of type"),
        (file_of({"a": {**ENTRY, "dtype": []}}), "of type"),
        (file_of({"a": {**ENTRY, "shape": [-2]}}), "impossible"),
        (file_of({"a": {**ENTRY, "shape": [2.0]}}), "impossible"),
        (file_of({"a": {**ENTRY, "shape": [True, 2]}}), "impossible"),
        (file_of({"a": {**ENTRY, "shape": [1] * 9}}), "impossible"),
        (file_of({"a": {**ENTRY, "shape": [2**60]}}), "impossible"),
        (file_of({"a": {**ENTRY, "data_offsets": [0]}}), "impossible"),
        (file_of({"a": {**ENTRY, "data_offsets": [0, 80]}}), "outside"),
        (file_of({"a": {**ENTRY, "data_offsets": [8, 0]}}), "outside"),
        (file_of({"a": {**ENTRY, "shape": [3]}}), "number of bytes"),
        (file_of({"a": ENTRY}, b"\0" * 9), "belong to no tensor"),
        (file_of({"a": ENTRY, "b": ENTRY}), "overlap"),
        (file_of({"a": {**ENTRY, "data_offsets": [4, 12]}}, b"\0" * 12), "leave a gap"),
    ],
)
def test_damage_is_named_in_a_sentence(content, reason):
    with pytest.raises(FileError, match=rf"^x.*{reason}"):
        read_tensors(content, "x")


def test_limits_are_checked_before_anything_is_parsed(monkeypatch):
    monkeypatch.setattr(safetensors_reader, "MAX_HEADER_BYTES", 10)
    with pytest.raises(FileError, match="damaged or is no run file: it does not begin"):
        read_tensors(file_of({"a": ENTRY}), "x")


def test_the_number_of_tensors_is_limited(monkeypatch):
    monkeypatch.setattr(safetensors_reader, "MAX_TENSORS", 1)
    with pytest.raises(FileError, match="lists 2 tensors; at most 1"):
        read_tensors(file_of({"a": ENTRY, "b": ENTRY}), "x")
