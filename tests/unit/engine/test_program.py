from __future__ import annotations

import numpy as np

from cnnviz.engine.program import Program


def test_calls_are_carried_out_in_order_whenever_it_runs():
    x, y = np.array([1.0, 2.0]), np.zeros(2)
    program = Program()
    program.add(np.multiply, x, 2.0, y)
    program.add(np.maximum, y, 3.0, out=y)
    assert y.tolist() == [0, 0]
    program.run()
    assert y.tolist() == [3, 4]
    x[:] = 5
    program.run()
    assert y.tolist() == [10, 10]
