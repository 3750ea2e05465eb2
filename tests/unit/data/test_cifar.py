from __future__ import annotations

import gzip
import io
import tarfile
import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnviz.data.cifar import CIFAR_10, CIFAR_100, CifarImages, read_cifar
from cnnviz.errors import DataError
from tests.helpers.data_files import mutated, outcome
from tests.helpers.downloads import cifar_records, small_cifar_counts, tar_gz

_MEMBERS = cifar_records(small_cifar_counts(train=2, test=3))
_ARCHIVE = tar_gz(_MEMBERS)
_PLAIN = gzip.decompress(_ARCHIVE)


def _written(tmp_path, content):
    path = tmp_path / "cifar-10-binary.tar.gz"
    path.write_bytes(content)
    return path


def test_pixels_labels_and_parts_are_where_the_records_have_them(tmp_path):
    content = read_cifar(_written(tmp_path, _ARCHIVE), CIFAR_10)
    assert content.images.shape == (13, 32, 32, 3)
    assert content.train_count == 10
    np.testing.assert_array_equal(content.labels, np.arange(13) % 10)
    np.testing.assert_array_equal(content.images[:, 5, 7], [[number, 5, 7] for number in range(13)])


def test_the_fine_label_of_cifar_100_counts(tmp_path):
    members = cifar_records({CIFAR_100.train[0]: 4, CIFAR_100.test[0]: 2}, CIFAR_100)
    members = {name: b"\x13" + content[1:] for name, content in members.items()}
    content = read_cifar(_written(tmp_path, tar_gz(members)), CIFAR_100)
    np.testing.assert_array_equal(content.labels, np.arange(6))
    assert content.train_count == 4


def test_other_members_and_a_dot_before_the_names_do_no_harm(tmp_path):
    members = {"readme.html": b"hello", "../../evil": b"x" * 9} | {f"./{k}": v for k, v in _MEMBERS.items()}
    assert len(read_cifar(_written(tmp_path, tar_gz(members)), CIFAR_10).images) == 13
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["cifar-10-binary.tar.gz"]


def test_a_missing_member_is_named(tmp_path):
    members = dict(_MEMBERS)
    del members[CIFAR_10.test[0]]
    with pytest.raises(DataError, match=r"lacks cifar-10-batches-bin/test_batch\.bin"):
        read_cifar(_written(tmp_path, tar_gz(members)), CIFAR_10)


def test_the_names_of_a_path_trick_are_not_those_of_the_records(tmp_path):
    members = {f"x/../{name}": content for name, content in _MEMBERS.items()}
    with pytest.raises(DataError, match="lacks"):
        read_cifar(_written(tmp_path, tar_gz(members)), CIFAR_10)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.GNUTYPE_SPARSE])
def test_a_link_is_no_file_of_records(tmp_path, kind):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo(CIFAR_10.train[0])
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
    with pytest.raises(DataError):
        read_cifar(_written(tmp_path, buffer.getvalue()), CIFAR_10)


def test_half_a_record(tmp_path):
    members = _MEMBERS | {CIFAR_10.train[2]: _MEMBERS[CIFAR_10.train[2]][:-1]}
    with pytest.raises(DataError, match=r"data_batch_3\.bin must be a file of records of 3,073 bytes"):
        read_cifar(_written(tmp_path, tar_gz(members)), CIFAR_10)


@pytest.mark.parametrize("length", [0, 1, 100, len(_ARCHIVE) // 2, len(_ARCHIVE) - 20])
def test_an_archive_that_is_cut_off(tmp_path, length):
    with pytest.raises(DataError, match=r"cifar-10-binary\.tar\.gz"):
        read_cifar(_written(tmp_path, _ARCHIVE[:length]), CIFAR_10)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="Cannot read"):
        read_cifar(tmp_path / "nothing", CIFAR_10)


def test_too_many_members(tmp_path):
    with pytest.raises(DataError, match="more than 64 files"):
        read_cifar(_written(tmp_path, tar_gz({str(number): b"" for number in range(70)})), CIFAR_10)


def _bomb(kind: bytes, size: int) -> bytes:
    """A header that promises `size` bytes, and so many zeros, packed to a thousandth."""
    info = tarfile.TarInfo("cifar-10-batches-bin/data_batch_1.bin")
    info.type, info.size = kind, size
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=1) as stream:
        stream.write(info.tobuf(tarfile.GNU_FORMAT))
        for _ in range(size >> 20):
            stream.write(bytes(1 << 20))
    return buffer.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, b"?"])
def test_a_small_file_that_grows_without_end_is_not_followed(tmp_path, kind):
    path = _written(tmp_path, _bomb(kind, 512 << 20))
    assert path.stat().st_size < 4 << 20
    tracemalloc.start()
    try:
        with pytest.raises(DataError):
            read_cifar(path, CIFAR_10)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 450 << 20


_CHANGES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=8)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=_CHANGES, length=st.integers(0, len(_ARCHIVE)))
def test_damaged_archives_are_read_or_refused_in_words(tmp_path, changes, length):
    result = outcome(read_cifar, _written(tmp_path, mutated(_ARCHIVE, changes, length)), CIFAR_10)
    assert isinstance(result, CifarImages) or "cifar-10-binary.tar.gz" in result


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(0, 512 * 9), st.integers(0, 255)), max_size=12),
    length=st.integers(len(_PLAIN) // 2, len(_PLAIN)),
)
def test_damaged_headers_are_read_or_refused_in_words(tmp_path, changes, length):
    damaged = gzip.compress(mutated(_PLAIN, changes, length), 1)
    result = outcome(read_cifar, _written(tmp_path, damaged), CIFAR_10)
    assert isinstance(result, CifarImages) or "cifar-10-binary.tar.gz" in result
