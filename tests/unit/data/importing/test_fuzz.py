"""Pictures with damaged bytes, in every format that is read: skipped with a reason, never the end."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from cnnviz.data.fitting import Color, Fit
from cnnviz.data.importing.cache import PictureCache
from cnnviz.data.importing.opening import import_folder
from cnnviz.data.importing.recipe import Recipe
from tests.helpers.data_files import mutated, outcome
from tests.helpers.picture_folders import fill

_FORMATS = ("png", "jpeg", "bmp", "gif", "webp", "tiff")


def _content(form: str) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 256, (7, 9, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, form)
    return buffer.getvalue()


_CONTENTS = {form: _content(form) for form in _FORMATS}


def _bomb(width: int, height: int) -> bytes:
    """A small PNG file that claims to be huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(999)))
        + chunk(b"IEND", b"")
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    fill(folder / "set" / "a", 3, (7, 9, 3))
    (folder / "set" / "b").mkdir()
    return folder


@pytest.mark.filterwarnings("ignore")  # Pillow warns of damaged data before it refuses them
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    form=st.sampled_from(_FORMATS),
    changes=st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 255)), max_size=6),
    length=st.integers(0, 1200),
    fit=st.sampled_from(Fit),
)
def test_damaged_pictures_are_skipped_with_a_reason(folder, form, changes, length, fit):
    (folder / "set" / "b" / f"x.{form}").unlink(missing_ok=True)
    for path in (folder / "set" / "b").iterdir():
        path.unlink()
    (folder / "set" / "b" / f"x.{form}").write_bytes(mutated(_CONTENTS[form], changes, length))
    recipe = Recipe(size=(4, 4), color=Color.RGB, fit=fit)
    imported = outcome(import_folder, folder / "set", recipe, cache=PictureCache(folder / "cache"))
    assert not isinstance(imported, str), imported
    assert len(imported.dataset) in (3, 4)
    if len(imported.dataset) == 3:
        told = {remark.sentence: remark.names for remark in imported.remarks}
        (line,) = told["1 picture could not be read"]
        assert line.startswith(f"b/x.{form}: ")
        assert len(line) > len(f"b/x.{form}: ")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(2**31 - 1, 2**31 - 1), (60_000, 60_000), (9_000, 9_000)])
def test_bombs_are_refused_before_they_are_decoded(tmp_path, size):
    fill(tmp_path / "a", 3, (4, 4))
    (tmp_path / "a" / "bomb.png").write_bytes(_bomb(*size))
    imported = import_folder(tmp_path)
    assert len(imported.dataset) == 3
    assert "too large" in imported.remarks[0].names[0]
