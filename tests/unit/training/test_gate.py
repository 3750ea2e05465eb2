"""The gate: closed it holds work up, cancelled it ends it, but never while closed."""

from __future__ import annotations

import threading

import pytest

from cnnviz.training.gate import Gate, Interrupted


def test_an_open_gate_lets_work_through():
    Gate().go_through()


def test_cancelled_work_ends():
    gate = Gate()
    gate.cancel()
    assert gate.is_cancelled
    with pytest.raises(Interrupted):
        gate.go_through()


def test_a_closed_gate_holds_even_cancelled_work_until_it_opens():
    gate, ended = Gate(is_open=False), threading.Event()

    def work() -> None:
        with pytest.raises(Interrupted):
            gate.go_through()
        ended.set()

    thread = threading.Thread(target=work)
    thread.start()
    gate.cancel()
    assert not ended.wait(0.05)
    gate.set_open(True)
    assert ended.wait(5)
    thread.join()
