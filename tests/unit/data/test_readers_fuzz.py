"""What readers make of damaged bytes: what the tests of each format leave out.

Every reader of a file of somebody else's is given mutated and cut bytes, and answers with what it reads or
with one sentence that names the file. Mutations at each run of the tests (those marked slow try many more):

- IDX (test_idx) 300; npz (test_npz) 600; CIFAR archives (test_cifar) 300; pictures (test_pictures) 600, in
  folders (importing/test_fuzz) 150; tables (importing/test_tables) 400, in folders here 120; the cache of
  pictures (importing/test_cache) 150; archives of several files here 150; gzip files added by hand here 200;
- run files: bytes 200, characters of the header 300 (training/test_runfile), texts 750
  (training/test_runfile_fuzz); designs 500 (spec/test_io_fuzz); settings behind a path here 200.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cnnviz.data.catalog import picture_folder
from cnnviz.data.downloading import fetching
from cnnviz.data.downloading.cache import DownloadCache, is_published
from cnnviz.data.downloading.entry import RemoteArchive, RemoteFile
from cnnviz.data.importing.listing import list_folder
from cnnviz.data.importing.opening import lay_out
from cnnviz.data.importing.recipe import Recipe
from tests.helpers.data_files import mutated, outcome
from tests.helpers.downloads import digit_files, entry_of, remote, zip_bytes
from tests.helpers.picture_folders import save

_CHANGES = st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=6)
_LENGTHS = st.just(-1) | st.integers(0, 1 << 20)
_FILES = {f"emnist-letters-{name}": content for name, content in digit_files((52, 26), 26, 1).items()}
_ZIPPED = zip_bytes({f"gzip/{name}": content for name, content in _FILES.items()})
_CONTENT = bytes(range(256)) * 8
_PACKED = gzip.compress(_CONTENT)
_PUBLISHED = RemoteFile("a.gz", 9, "sha256:" + "0" * 64, (), f"sha256:{hashlib.sha256(_CONTENT).hexdigest()}")
_TABLE = "name,price\n" + "".join(f"{number}.png,{number}000.5\n" for number in range(6))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=_CHANGES, length=_LENGTHS)
@example(changes=[(169154, 1)], length=-1)  # a member that begins before the file
def test_a_damaged_archive_gives_published_files_or_none(tmp_path, changes, length):
    archive = RemoteArchive(remote("gzip.zip", _ZIPPED), "gzip/")
    entry = entry_of("emnist-letters", _FILES, lambda file: (), (47, 5, 26), archive)
    cache, failures = DownloadCache(tmp_path / "cache"), []
    with cache.workshop(entry) as workshop:
        path = workshop / "gzip.zip"
        path.write_bytes(mutated(_ZIPPED, changes, length))
        work = fetching._Files(entry, cache, workshop, lambda progress: None, threading.Event())
        done = fetching._take_members(path, archive, work, failures)
    assert done is not bool(failures)
    assert not cache.wrong(entry)  # what has taken its place is what was published
    assert all("gzip" in str(failure) for failure in failures)
    assert {path.name for path in tmp_path.iterdir()} == {"cache"}
    cache.remove(entry)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=_CHANGES, length=_LENGTHS)
def test_a_damaged_gzip_file_is_published_only_with_the_published_content(tmp_path, changes, length):
    path, content = tmp_path / "a.gz", mutated(_PACKED, changes, length)
    path.write_bytes(content)
    if is_published(path, _PUBLISHED):
        assert gzip.decompress(content) == _CONTENT


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=_CHANGES, length=st.integers(0, 1 << 20))
def test_a_damaged_table_that_is_opened_itself_is_read_or_named(tmp_path, changes, length):
    for number in range(6):
        if not (tmp_path / f"{number}.png").exists():
            save(tmp_path / f"{number}.png", number)
    (tmp_path / "t.csv").write_bytes(mutated(_TABLE.encode(), changes, length) or b" ")
    found = outcome(lay_out, list_folder(tmp_path), Recipe(table="t.csv"))
    if isinstance(found, str):
        assert "t.csv" in found
        assert "\n" not in found
    else:
        assert len(found[0].pictures) <= 6


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet="sizecolorfitvaldtseedncutbg=&%#x0123456789/.\\ ", max_size=60))
def test_settings_behind_a_path_are_read_or_refused(tmp_path, text):
    found = outcome(picture_folder, f"{tmp_path}#{text}")
    if isinstance(found, tuple):
        assert isinstance(found[0], Path)
    else:
        assert found is None or isinstance(found, str)
