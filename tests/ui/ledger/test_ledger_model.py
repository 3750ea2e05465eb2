from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt

from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, Flatten, ReLU, Residual
from cnnviz.spec.ledger import ledger
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import trace
from cnnviz.spec.training import Adam
from cnnviz.ui.ledger.columns import COLUMNS, Costs
from cnnviz.ui.ledger.ledger_model import CostRole, LedgerModel

pytestmark = pytest.mark.usefixtures("qapp")
PARAMETERS = next(place for place, column in enumerate(COLUMNS) if column.title == "Parameters")


def costs_of(spec):
    return Costs(ledger(trace(spec), 32, 2, Adam()))


@pytest.fixture
def spec():
    block = Residual(layers=(BatchNorm(), Conv2D(filters=8, padding="same")))
    return NetworkSpec(
        name="rows", input=InputSpec(), layers=(Conv2D(filters=8), block, ReLU(), Flatten(), Dense(units=10))
    )


@pytest.fixture
def model(spec, qtmodeltester):
    model = LedgerModel(costs_of(spec))
    qtmodeltester.check(model)
    return model


def ids(model):
    return [model.layer_id(row) for row in range(model.rowCount())]


def test_rows_are_layers_in_the_order_of_the_design(model, spec):
    assert ids(model) == [layer.id for layer in spec.walk()]
    assert model.columnCount() == len(COLUMNS)
    assert model.index(0, PARAMETERS).data() == "80"
    assert model.row_of("dense1") == 6
    assert model.row_of("nobody") == -1


def test_sorting_by_costs_begins_with_the_dearest(model):
    order = model.headerData(PARAMETERS, Qt.Orientation.Horizontal, Qt.ItemDataRole.InitialSortOrderRole)
    assert order is Qt.SortOrder.DescendingOrder
    model.sort(PARAMETERS, order)
    assert ids(model) == ["dense1", "residual1", "conv2", "batchnorm1", "conv1", "relu1", "flatten1"]
    model.sort(0, Qt.SortOrder.AscendingOrder)
    assert ids(model)[0] == "conv1"


def test_the_order_outlives_an_edit(model, spec):
    model.sort(PARAMETERS, Qt.SortOrder.DescendingOrder)
    model.show(costs_of(spec.replace(dataclasses.replace(spec.layer("dense1"), units=1))))
    assert ids(model)[:4] == ["residual1", "conv2", "batchnorm1", "dense1"]
    model.show(costs_of(spec.remove("residual1")))
    assert ids(model)[:2] == ["dense1", "conv1"]


def test_an_index_stays_with_its_layer_when_the_order_changes(model):
    kept = QPersistentModelIndex(model.index(model.row_of("conv2"), PARAMETERS))
    model.sort(PARAMETERS, Qt.SortOrder.DescendingOrder)
    assert model.layer_id(kept.row()) == "conv2"
    assert kept.data() == "584"


def test_numbers_that_change_keep_the_rows(model, spec, qtbot):
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.show(Costs(ledger(trace(spec), 64, 2, Adam())))
    with qtbot.waitSignal(model.modelReset):
        model.show(costs_of(spec.remove("relu1")))


def test_shares_and_words_for_a_screen_reader(model):
    index = model.index(model.row_of("dense1"), PARAMETERS)
    assert 0.5 < index.data(CostRole.CELL).share < 1
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith("dense1: Parameters 2,890, ")
    assert "of all parameters" in index.data(Qt.ItemDataRole.ToolTipRole)
    name = model.index(0, 0)
    assert name.data(Qt.ItemDataRole.AccessibleTextRole) == "Conv2D conv1"
    assert model.index(0, len(COLUMNS) - 1).data(Qt.ItemDataRole.AccessibleTextRole).endswith("not known")


def test_the_table_for_other_programs_has_headings_rows_and_sums(model, spec):
    table = model.table()
    assert len(table) == 1 + 7 + 1
    assert {len(line) for line in table} == {len(COLUMNS) + 2}
    assert table[0][:3] == ["Layer", "Type", "Inside"]
    assert table[3][:3] == ["batchnorm1", "BatchNorm", "residual1"]
    assert table[-1][0] == "Total"
    at = table[0].index("Parameters")
    assert int(table[-1][at]) == trace(spec).parameters


def test_an_empty_design_has_no_rows(spec, qtmodeltester):
    empty = LedgerModel(costs_of(dataclasses.replace(spec, layers=())))
    qtmodeltester.check(empty)
    assert empty.rowCount() == 0
    empty.show(costs_of(spec))
    assert empty.rowCount() == 7
