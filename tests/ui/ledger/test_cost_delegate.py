"""What stands in the cost table can be read in every row."""

from __future__ import annotations

import pytest

from cnnviz.spec.layers import Category
from cnnviz.spec.ledger import LedgerRow
from cnnviz.ui.ledger.cost_delegate import Inks
from cnnviz.ui.ledger.ledger_model import Cell
from cnnviz.ui.theme import DARK, LIGHT, Colors
from tests.ui.test_theme import TEXT_RATIO, contrast


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=lambda colors: colors.name)
@pytest.mark.parametrize("selected", [False, True])
@pytest.mark.parametrize("blocks", [(), ("block1",)])
@pytest.mark.parametrize("stale", [False, True])
def test_text_stands_out_from_its_row(
    colors: Colors, selected: bool, blocks: tuple[str, ...], stale: bool
) -> None:
    row = LedgerRow("conv1", "Conv2D", "Conv2D", Category.CONVOLUTION, blocks, (8, 8, 4), 1, 1, 1, 1, None)
    inks = Inks.of(Cell(row, "1", 0.5, stale), colors, selected=selected)
    paper = colors.selection if selected else colors.base
    assert min(contrast(ink, paper) for ink in (inks.name, inks.caption, inks.number)) >= TEXT_RATIO
