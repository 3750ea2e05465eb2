from __future__ import annotations

import threading

import numpy as np
import pytest
from PIL import Image

from cnnviz.data.fitting import Color, Fitting
from cnnviz.data.importing import decoding
from cnnviz.data.importing.listing import list_folder
from cnnviz.data.importing.room import SMALL_BYTES, DecodingRoom
from cnnviz.data.importing.watch import ImportCancelled, Watch
from cnnviz.data.pictures import decode
from tests.helpers.picture_folders import fill, save

_FITTING = Fitting(6, 5, Color.GRAY)


def _blocks(folder, watch=None, fitting=_FITTING, threads=3):
    listing = list_folder(folder)
    places = np.arange(len(listing.pictures))
    return decoding.decode_all(listing, places, fitting, watch or Watch(), threads)


def test_blocks_come_in_order_whichever_thread_is_first(tmp_path, monkeypatch):
    pixels = fill(tmp_path / "a", 23)
    monkeypatch.setattr(decoding, "_BLOCK_PICTURES", 2)
    taken = [block.pixels.copy() for block in _blocks(tmp_path)]
    assert len(taken) == 12
    np.testing.assert_array_equal(np.concatenate(taken)[..., 0], pixels)


def test_blocks_are_written_into_the_same_few_places(tmp_path, monkeypatch):
    fill(tmp_path / "a", 40)
    monkeypatch.setattr(decoding, "_BLOCK_PICTURES", 1)
    addresses = {block.pixels.ctypes.data for block in _blocks(tmp_path, threads=2)}
    assert len(addresses) <= 5


def test_large_images_are_given_fewer_places(tmp_path, monkeypatch):
    fill(tmp_path / "a", 9)
    monkeypatch.setattr(decoding, "_BLOCK_BYTES", 1)
    monkeypatch.setattr(decoding, "_WAITING_BYTES", 100)
    addresses = {block.pixels.ctypes.data for block in _blocks(tmp_path, threads=8)}
    assert len(addresses) <= 3


def test_what_cannot_be_read_leaves_no_hole(tmp_path):
    pixels = fill(tmp_path / "a", 4)
    (tmp_path / "a" / "00.png").write_bytes(b"no picture")
    (block,) = _blocks(tmp_path)
    assert [place for place, _ in block.skipped] == [0]
    assert len(block.pixels) + 1 == len(list((tmp_path / "a").iterdir()))
    np.testing.assert_array_equal(block.pixels[-1, ..., 0], pixels[-1])


def test_nobody_wants_the_rest(tmp_path, monkeypatch):
    fill(tmp_path / "a", 9)
    monkeypatch.setattr(decoding, "_BLOCK_PICTURES", 1)
    is_over = threading.Event()
    blocks = _blocks(tmp_path, Watch(is_stopping=is_over.is_set))
    next(blocks)
    is_over.set()
    with pytest.raises(ImportCancelled):
        next(blocks)


def test_large_pictures_are_decoded_as_many_at_once_as_there_is_room_for(tmp_path, monkeypatch):
    for number in range(6):
        save(tmp_path / "a" / f"{number}.png", number * 40, (1100, 1200))
    monkeypatch.setattr(decoding, "ROOM_BYTES", 2 * 1200 * 1100 * 8)
    most, at_once, lock = 0, 0, threading.Lock()
    fitted = decoding.fitted

    def counting(*args):
        nonlocal most, at_once
        with lock:
            at_once += 1
            most = max(most, at_once)
        try:
            return fitted(*args)
        finally:
            with lock:
                at_once -= 1

    monkeypatch.setattr(decoding, "fitted", counting)
    monkeypatch.setattr(decoding, "_BLOCK_PICTURES", 1)
    taken = [int(block.pixels[0, 0, 0, 0]) for block in _blocks(tmp_path, threads=6)]
    assert taken == [0, 40, 80, 120, 160, 200]
    assert 1 <= most <= 2


def test_a_damaged_picture_gives_back_what_it_claimed(tmp_path, monkeypatch):
    rooms = []
    monkeypatch.setattr(decoding, "DecodingRoom", lambda size: rooms.append(DecodingRoom(size)) or rooms[-1])
    path = save(tmp_path / "a" / "0.png", 9, (1100, 1200))
    path.write_bytes(path.read_bytes()[:200])
    (block,) = _blocks(tmp_path)
    assert len(block.skipped) == 1
    assert rooms[0].used == 0


@pytest.mark.parametrize(
    ("name", "shape", "least"),
    [
        ("plain.png", (1000, 900, 3), 4.2),
        ("alpha.png", (1000, 900, 4), 13.0),
        ("moving.webp", (1000, 900, 4), 24.0),
        ("large.jpg", (1000, 900, 3), 4.2),
    ],
)
def test_a_picture_claims_no_less_than_it_was_measured_to_need(tmp_path, name, shape, least):
    Image.fromarray(np.zeros(shape, np.uint8)).save(tmp_path / name)
    claims = []
    decode(tmp_path / name, claim=claims.append)
    assert claims
    assert claims[0] >= least * shape[0] * shape[1]


def test_a_jpeg_that_is_made_smaller_claims_less(tmp_path):
    Image.fromarray(np.zeros((1600, 1600, 3), np.uint8)).save(tmp_path / "large.jpg")
    claims = []
    decode(tmp_path / "large.jpg", at_least=(64, 64), claim=claims.append)
    assert claims[0] < SMALL_BYTES
