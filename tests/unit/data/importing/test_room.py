from __future__ import annotations

import threading

import pytest

from cnnviz.data.importing.room import SMALL_BYTES, DecodingRoom

_LARGE = 10 * SMALL_BYTES


def _claiming(room, needed, claimed, goes_on):
    share = room.share()
    share.claim(needed)
    claimed.set()
    assert goes_on.wait(10)
    share.give_back()


@pytest.fixture
def begun():
    """Claim on another thread; return what is set when there is room, and what ends the claim."""
    threads = []

    def begin(room, needed):
        claimed, goes_on = threading.Event(), threading.Event()
        thread = threading.Thread(target=_claiming, args=(room, needed, claimed, goes_on))
        threads.append((thread, goes_on))
        thread.start()
        return claimed, goes_on

    yield begin
    for _, goes_on in threads:
        goes_on.set()
    for thread, _ in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_two_that_do_not_fit_together_take_turns(begun):
    room = DecodingRoom(_LARGE + 1)
    first, end_first = begun(room, _LARGE)
    assert first.wait(10)
    second, _ = begun(room, _LARGE)
    assert not second.wait(0.05)
    assert room.used == _LARGE
    end_first.set()
    assert second.wait(10)


def test_two_that_fit_need_not_wait(begun):
    room = DecodingRoom(2 * _LARGE)
    assert begun(room, _LARGE)[0].wait(10)
    assert begun(room, _LARGE)[0].wait(10)
    assert room.used == 2 * _LARGE


def test_what_is_larger_than_all_has_it_alone(begun):
    room = DecodingRoom(_LARGE)
    first, end_first = begun(room, 5 * _LARGE)
    assert first.wait(10)
    second, _ = begun(room, SMALL_BYTES + 1)
    assert not second.wait(0.05)
    end_first.set()
    assert second.wait(10)


def test_small_ones_never_wait(begun):
    room = DecodingRoom(_LARGE)
    assert begun(room, _LARGE)[0].wait(10)
    assert begun(room, SMALL_BYTES)[0].wait(10)
    assert room.used == _LARGE


def test_what_is_given_back_is_given_back_once():
    room = DecodingRoom(_LARGE)
    share = room.share()
    share.claim(_LARGE)
    for _ in range(2):
        share.give_back()
        assert room.used == 0
