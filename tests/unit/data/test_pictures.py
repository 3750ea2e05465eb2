from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from cnnviz.data import pictures
from cnnviz.data.pictures import decode
from cnnviz.errors import DataError
from tests.helpers.data_files import mutated, outcome

_RNG = np.random.default_rng(3)
_COLOUR = _RNG.integers(0, 256, (6, 9, 3), dtype=np.uint8)
_GREY = _RNG.integers(0, 256, (6, 9), dtype=np.uint8)


def _save(path: Path, image: Image.Image, **options) -> Path:
    image.save(path, **options)
    return path


@pytest.mark.parametrize("suffix", ["png", "bmp", "tiff", "webp"])
def test_lossless_kinds_come_back_exactly(tmp_path, suffix):
    options = {"lossless": True} if suffix == "webp" else {}
    picture = decode(_save(tmp_path / f"a.{suffix}", Image.fromarray(_COLOUR), **options))
    np.testing.assert_array_equal(np.asarray(picture.image), _COLOUR)
    assert picture.steps == (f"Read a.{suffix}: {suffix.upper()}, 9 wide, 6 high",)


def test_jpeg_is_read(tmp_path):
    picture = decode(_save(tmp_path / "a.jpg", Image.new("RGB", (9, 6), (200, 30, 30)), quality=95))
    assert picture.image.size == (9, 6)
    assert np.abs(np.asarray(picture.image).astype(int) - [200, 30, 30]).max() < 12


def test_grey_stays_grey(tmp_path):
    picture = decode(_save(tmp_path / "a.png", Image.fromarray(_GREY)))
    assert picture.image.mode == "L"
    np.testing.assert_array_equal(np.asarray(picture.image), _GREY)


def test_black_and_white_is_grey(tmp_path):
    picture = decode(_save(tmp_path / "a.png", Image.fromarray(_GREY > 99)))
    assert picture.image.mode == "L"
    np.testing.assert_array_equal(np.asarray(picture.image), np.where(_GREY > 99, 255, 0))


def test_a_palette_becomes_colour(tmp_path):
    image = Image.fromarray(_COLOUR).quantize(256)
    picture = decode(_save(tmp_path / "a.png", image))
    np.testing.assert_array_equal(np.asarray(picture.image), np.asarray(image.convert("RGB")))


def test_other_colour_spaces_become_rgb(tmp_path):
    assert decode(_save(tmp_path / "a.jpg", Image.new("CMYK", (9, 6)))).image.mode == "RGB"


def test_sixteen_bits_are_scaled_not_cut(tmp_path):
    values = np.array([[0, 257, 32_896, 65_535]], np.uint16)
    picture = decode(_save(tmp_path / "a.png", Image.fromarray(values)))
    assert np.asarray(picture.image).tolist() == [[0, 1, 128, 255]]
    assert picture.steps[1] == "Reduced from 16 to 8 bits per pixel"


@pytest.mark.parametrize("kind", [np.float32, np.int32])
def test_other_numbers_than_8_or_16_bits_are_refused(tmp_path, kind):
    path = _save(tmp_path / "a.tiff", Image.fromarray(np.full((2, 2), 70_000, kind)))
    with pytest.raises(DataError, match=r"a\.tiff: pixels are floating-point or 32-bit numbers"):
        decode(path)


def test_transparent_pixels_are_placed_on_white(tmp_path):
    pixels = np.dstack([_COLOUR, np.full((6, 9), 255, np.uint8)])
    pixels[0, 0, 3] = 0
    pixels[1, 1] = (0, 0, 0, 51)
    picture = decode(_save(tmp_path / "a.png", Image.fromarray(pixels)))
    result = np.asarray(picture.image)
    assert result[0, 0].tolist() == [255, 255, 255]
    assert result[1, 1].tolist() == [204, 204, 204]
    np.testing.assert_array_equal(result[2:], _COLOUR[2:])
    assert picture.steps[1:] == ("Placed on white where it is transparent",)


def test_an_opaque_alpha_channel_is_dropped_without_a_word(tmp_path):
    picture = decode(_save(tmp_path / "a.png", Image.fromarray(_GREY).convert("LA")))
    assert picture.image.mode == "L"
    np.testing.assert_array_equal(np.asarray(picture.image), _GREY)
    assert len(picture.steps) == 1


def test_a_transparent_colour_of_a_palette(tmp_path):
    image = Image.new("P", (3, 2), 1)
    image.putpalette([0, 0, 0, 10, 20, 30])
    image.putpixel((0, 0), 0)
    picture = decode(_save(tmp_path / "a.gif", image, transparency=0))
    assert np.asarray(picture.image)[0, :2].tolist() == [[255, 255, 255], [10, 20, 30]]


_TURNS = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.T,
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].T,
    8: lambda a: np.rot90(a, 1),
    9: lambda a: a,
}


@pytest.mark.parametrize("orientation", _TURNS)
def test_exif_orientation_is_applied(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = decode(_save(tmp_path / "a.png", Image.fromarray(_GREY), exif=exif))
    np.testing.assert_array_equal(np.asarray(picture.image), _TURNS[orientation](_GREY))
    turned = "Turned upright, as its EXIF data say" in picture.steps
    assert turned == (orientation not in (1, 9))


def test_of_a_moving_picture_the_first_frame_is_taken(tmp_path):
    frames = [Image.new("L", (4, 4), level) for level in (0, 128, 255)]
    picture = decode(_save(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:]))
    assert np.asarray(picture.image).max() == 0
    assert picture.steps[1] == "Took the first of several frames"


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x93NUMPY", b"P5 2 2 255 abcd", b"%!PS-Adobe-3.0 EPSF-3.0"]
)
def test_foreign_files(tmp_path, content):
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"a\.png is not a picture that can be read \(PNG, JPEG"):
        decode(path)


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path):
    with pytest.raises(DataError, match=r"There is no file .*a\.png"):
        decode(tmp_path / "a.png")
    with pytest.raises(DataError, match="Cannot read the picture"):
        decode(tmp_path)


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "gif", "webp"])
def test_a_cut_off_file_is_named(tmp_path, suffix):
    path = _save(
        tmp_path / f"a.{suffix}", Image.fromarray(_RNG.integers(0, 256, (64, 64, 3), dtype=np.uint8))
    )
    path.write_bytes(path.read_bytes()[:-600])
    with pytest.raises(DataError, match=rf"a\.{suffix}"):
        decode(path)


def _png_of_size(width: int, height: int) -> bytes:
    """A PNG whose header promises a size that its data do not have."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(99)))


@pytest.mark.parametrize("size", [(8_000, 5_001), (10_000, 10_000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_bombs_are_refused_before_they_are_decoded(tmp_path, size):
    path = tmp_path / "a.png"
    path.write_bytes(_png_of_size(*size))
    with pytest.raises(DataError, match=r"a\.png is too large.* 40,000,000"):
        decode(path)


def test_large_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "_MAX_FILE_BYTES", 50)
    with pytest.raises(DataError, match="at most 50 bytes"):
        decode(_save(tmp_path / "a.png", Image.fromarray(_COLOUR)))


def _encoded(kind: str, image: Image.Image) -> bytes:
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(stream, kind, **({"exif": exif} if kind in ("PNG", "JPEG", "WEBP", "TIFF") else {}))
    return stream.getvalue()


_FILES = [
    *(_encoded(kind, Image.fromarray(_COLOUR)) for kind in ("PNG", "JPEG", "BMP", "WEBP", "TIFF")),
    _encoded("GIF", Image.fromarray(_GREY)),
    _encoded("PNG", Image.fromarray(_COLOUR).quantize(16)),
]
_BYTES = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=4)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns of some damage; what counts is the outcome
@settings(max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.sampled_from(_FILES), changes=_BYTES, cut=st.one_of(st.just(-1), st.integers(0, 10_000)))
def test_damaged_files_give_a_picture_or_one_clear_error(tmp_path, content, changes, cut):
    path = tmp_path / "x.png"
    path.write_bytes(mutated(content, changes, len(content) if cut < 0 else cut))
    result = outcome(decode, path)
    if isinstance(result, str):
        assert str(path) in result
    else:
        assert result.image.mode in ("L", "RGB")


def _kinds(tmp_path: Path) -> list[Path]:
    """Return a file of each kind that needs more than decoding, and of some that do not."""
    turned = Image.Exif()
    turned[0x0112] = 6
    colour, alpha = Image.fromarray(_COLOUR), Image.fromarray(_COLOUR).convert("RGBA")
    alpha.putalpha(Image.fromarray(_GREY))
    kinds = {
        "a.png": (colour, {}),
        "grey.jpg": (Image.fromarray(_GREY), {}),
        "turned.jpg": (colour, {"exif": turned}),
        "turned.png": (colour, {"exif": turned}),
        "turned.tiff": (colour, {"exif": turned}),
        "palette.gif": (colour.quantize(16), {}),
        "alpha.png": (alpha, {}),
        "transparent.png": (colour, {"transparency": tuple(map(int, _COLOUR[0, 0]))}),
        "deep.png": (Image.fromarray(_GREY.astype(np.uint16) * 257), {}),
        "black.png": (Image.fromarray(_GREY > 99), {}),
    }
    return [_save(tmp_path / name, image, **options) for name, (image, options) in kinds.items()]


def test_an_image_alone_is_the_same_as_with_words(tmp_path):
    for path in _kinds(tmp_path):
        expected = decode(path, at_least=(9, 6)).image
        claims: list[int] = []
        length = path.stat().st_size
        image = pictures.decode_image(str(path), at_least=(9, 6), claim=claims.append, length=length)
        assert (image.mode, image.size) == (expected.mode, expected.size), path
        np.testing.assert_array_equal(np.asarray(image), np.asarray(expected))
        assert len(claims) == 1


@pytest.mark.parametrize("difference", [-50, -1, 1, 1_000])
@pytest.mark.parametrize("at_once", [16 << 20, 10])
def test_a_file_that_has_changed_its_length_is_read_whole(tmp_path, monkeypatch, difference, at_once):
    monkeypatch.setattr(pictures, "_READ_AT_ONCE_BYTES", at_once)
    path = _save(tmp_path / "a.png", Image.fromarray(_COLOUR))
    length = path.stat().st_size + difference
    image = pictures.decode_image(str(path), at_least=(9, 6), claim=int, length=length)
    np.testing.assert_array_equal(np.asarray(image), _COLOUR)


def test_a_file_that_has_become_far_too_large_is_refused(tmp_path, monkeypatch):
    path = _save(tmp_path / "a.png", Image.fromarray(_COLOUR))
    monkeypatch.setattr(pictures, "_MAX_FILE_BYTES", 100)
    with pytest.raises(DataError, match="at most 100 bytes"):
        pictures.decode_image(str(path), at_least=(9, 6), claim=int, length=90)
