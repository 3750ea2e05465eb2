from __future__ import annotations

import numpy as np
import pytest

from cnnviz.engine.ops import products
from cnnviz.engine.ops.products import add_sum_of_products
from cnnviz.engine.program import Program
from cnnviz.engine.workspace import Workspace


@pytest.mark.parametrize("block", [1, 40, 1_000_000])
@pytest.mark.parametrize("outer", [(), (3,)])
def test_equals_the_sum_of_single_products_however_it_is_cut(block, outer, monkeypatch):
    monkeypatch.setattr(products, "_BLOCK_NUMBERS", block)
    rng = np.random.default_rng(0)
    left, right = rng.standard_normal((7, *outer, 4, 5)), rng.standard_normal((7, *outer, 5, 2))
    program = Program()
    received = add_sum_of_products(program, left, right, Workspace().of("layer"))
    program.run()
    np.testing.assert_allclose(received, sum(a @ b for a, b in zip(left, right, strict=True)), rtol=1e-12)
