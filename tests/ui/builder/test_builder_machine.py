"""Random edits, of the document and through the list: the cards and the costs always equal the design."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from cnnviz.spec.layers import Residual
from cnnviz.spec.ledger import ledger
from cnnviz.spec.training import Adam
from cnnviz.ui.builder.builder_panel import BuilderPanel
from cnnviz.ui.builder.cards import cards_of
from cnnviz.ui.ledger.columns import Costs
from cnnviz.ui.ledger.ledger_model import LedgerModel
from tests.helpers.document_machine import DocumentMachine

pytestmark = pytest.mark.usefixtures("qapp")


class BuilderMachine(DocumentMachine):
    """A document in the builder, and in the table of costs."""

    def opened(self):
        QApplication.clipboard().clear()  # what it holds would decide what pasting does
        self.panel = BuilderPanel(self.document)
        self.panel.resize(340, 860)
        self.costs = LedgerModel(self.wanted_costs())
        self.document.spec_changed.connect(self.show_costs)
        fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
        self.testers = [QAbstractItemModelTester(model, fatal) for model in (self.panel.model, self.costs)]

    def teardown(self):
        if hasattr(self, "panel"):
            self.document.spec_changed.disconnect(self.show_costs)
            QApplication.clipboard().clear()
            self.testers.clear()
            self.panel.deleteLater()
            self.costs.deleteLater()
        super().teardown()

    def wanted_costs(self):
        return Costs(ledger(self.document.trace, 32, 2, Adam()))

    def show_costs(self):
        self.costs.show(self.wanted_costs())

    def blocks(self):
        return [layer.id for layer in self.document.spec.walk() if isinstance(layer, Residual)]

    @precondition(lambda self: self.ids())
    @rule(data=st.data())
    def choose(self, data):
        layer_id = data.draw(st.sampled_from(self.ids()))
        self.panel.select_layer(layer_id)
        assert self.panel.selected_layer_id == layer_id

    @rule(data=st.data())
    def choose_several_and_act(self, data):
        view, model = self.panel.list_view, self.panel.model
        for row in data.draw(st.lists(st.integers(0, model.rowCount() - 1), min_size=1, max_size=3)):
            view.selectionModel().select(model.index(row), QItemSelectionModel.SelectionFlag.Select)
        action = data.draw(st.sampled_from(self.panel.actions_of_layer))
        count = self.document.undo_stack.index()
        action.trigger()
        self.document.end_merging()
        assert self.document.undo_stack.index() - count in (0, 1)
        self.note()

    @precondition(lambda self: self.blocks())
    @rule(data=st.data(), is_open=st.booleans())
    def fold(self, data, is_open):
        self.panel.model.set_open([data.draw(st.sampled_from(self.blocks()))], is_open=is_open)

    @rule(data=st.data())
    def sort_costs(self, data):
        self.costs.sort(data.draw(st.integers(0, self.costs.columnCount() - 1)))

    @invariant()
    def the_cards_are_those_of_the_design(self):
        model, document = self.panel.model, self.document
        wanted = cards_of(document.trace, document.problems, closed=model.closed)
        assert tuple(model.card(row) for row in range(model.rowCount())) == wanted

    @invariant()
    def the_costs_are_those_of_the_design(self):
        shown = [self.costs.layer_id(row) for row in range(self.costs.rowCount())]
        assert sorted(shown) == sorted(self.ids())

    @invariant()
    def the_chosen_layer_exists(self):
        assert self.panel.selected_layer_id in ("", *self.ids())


def test_the_list_always_shows_the_design():
    quick = settings(max_examples=8, stateful_step_count=20, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(BuilderMachine, settings=quick)


@pytest.mark.slow
def test_the_list_shows_the_design_after_a_thousand_edits():
    thorough = settings(max_examples=25, stateful_step_count=50, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(BuilderMachine, settings=thorough)
