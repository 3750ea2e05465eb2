"""Errands are done one after the other, in their order, and none stands in the way of the next."""

from __future__ import annotations

import logging
import threading

import pytest

from cnnviz.app.threads.errands import Errands


def test_all_is_done_in_order_on_one_thread() -> None:
    done: list[tuple[int, int]] = []
    errands = Errands("test-errands", lambda: None)
    for number in range(20):
        errands.put(lambda number=number: done.append((number, threading.get_ident())))
    assert errands.flush(20)
    assert [number for number, _ in done] == list(range(20))
    assert {thread for _, thread in done}.isdisjoint({threading.get_ident()})
    errands.put(lambda: done.append((20, 0)))
    assert errands.close()
    assert done[-1] == (20, 0), "what was put is done before the end"


def test_one_that_breaks_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []
    errands = Errands("test-errands", lambda: told.append("broken"))
    with caplog.at_level(logging.ERROR):
        errands.put(lambda: 1 / 0)
        errands.put(lambda: told.append("next"))
        assert errands.close()
    assert told == ["broken", "next"]
    assert "ZeroDivisionError" in caplog.text


def test_without_any_there_is_no_thread() -> None:
    assert Errands("test-errands", lambda: None).close()


def test_who_waits_in_vain_is_told() -> None:
    errands, go = Errands("test-errands", lambda: None), threading.Event()
    errands.put(go.wait)
    assert not errands.flush(0.01)
    go.set()
    assert errands.close()
