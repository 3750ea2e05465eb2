"""A layer is frozen where it stands, and everybody can see it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QToolButton

from cnnviz.app.settings import Settings
from cnnviz.app.workbench import Workbench
from cnnviz.spec.layers import Conv2D, Dense, Flatten, ReLU, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.training import TrainingSpec
from cnnviz.ui.builder.builder_panel import BuilderPanel
from cnnviz.ui.builder.freezing import Freezing
from cnnviz.ui.training.settings_form import TrainingForm
from tests.helpers.designs import ENDLESS

DESIGN = NetworkSpec(
    name="blocks",
    input=InputSpec(),
    layers=(
        Conv2D(filters=2),
        ReLU(),
        Residual(layers=(Conv2D(filters=2, padding="same"), ReLU())),
        Flatten(),
        Dense(units=10),
    ),
)


@pytest.fixture
def workbench(qapp, tmp_path) -> Iterator[Workbench]:
    workbench = Workbench(Settings(tmp_path / "settings.ini"))
    workbench.document.new(DESIGN)
    yield workbench
    assert workbench.close()
    workbench.deleteLater()


@pytest.fixture
def freezing(workbench: Workbench, qtbot) -> Freezing:
    builder = BuilderPanel(workbench.document)
    form = TrainingForm(TrainingSpec(), workbench.presets)
    for widget in (builder, form):
        qtbot.addWidget(widget)
    builder.resize(340, 860)
    with qtbot.waitExposed(builder):
        builder.show()
    return Freezing(workbench, builder, form)


def frozen_cards(freezing: Freezing) -> list[str]:
    return [card.layer_id for card in freezing._builder.model.cards if card.frozen]


def test_the_chosen_layer_is_frozen_and_let_go_by_the_same_command(freezing: Freezing) -> None:
    freezing._builder.select_layer("conv1")
    freezing.action.trigger()
    assert freezing._form.training.frozen == ("conv1",)
    assert frozen_cards(freezing) == ["conv1"]
    assert freezing.action.text() == "Unfreeze Weights"
    card = freezing._builder.model.card(1)
    assert "frozen" in card.sentence
    assert "stay as they are" in card.tooltip
    freezing.action.trigger()
    assert freezing._form.training.frozen == ()
    assert frozen_cards(freezing) == []


def test_the_menu_of_the_card_and_the_lock_in_the_form_are_the_same(freezing: Freezing) -> None:
    builder = freezing._builder
    builder.select_layer("dense1")
    menu = builder.layer_actions.context_menu()
    assert freezing.action in menu.actions()
    menu.deleteLater()
    lock = next(b for b in builder.form.findChildren(QToolButton) if b.defaultAction() is freezing.action)
    assert lock.isVisible()
    lock.click()
    assert frozen_cards(freezing) == ["dense1"]
    builder.select_layer("relu1")
    assert not lock.isVisible()


def test_a_block_stands_for_its_layers(freezing: Freezing) -> None:
    builder = freezing._builder
    builder.select_layer("residual1")
    freezing.action.trigger()
    assert frozen_cards(freezing) == ["residual1", "conv2"]
    builder.select_layer("conv2")
    assert freezing.action.isChecked()
    assert not freezing.action.isEnabled()
    assert "block" in freezing.action.toolTip()


def test_something_has_to_be_left_to_learn(freezing: Freezing) -> None:
    for layer_id in ("conv1", "residual1", "dense1"):
        freezing.freeze(layer_id, is_frozen=True)
    assert freezing._form.training.frozen == ("conv1", "residual1")
    assert "leave at least one to learn" in freezing._builder.problem_text
    assert frozen_cards(freezing) == ["conv1", "residual1", "conv2"]


def test_another_design_begins_with_nothing_frozen_but_a_run_brings_its_own(
    freezing: Freezing, workbench: Workbench
) -> None:
    freezing.freeze("conv1", is_frozen=True)
    workbench.document.new(dataclasses.replace(DESIGN, name="another"))
    assert freezing._form.training.frozen == ()
    freezing._form.set_training(dataclasses.replace(freezing._form.training, frozen=("dense1",)))
    assert frozen_cards(freezing) == ["dense1"]


def test_edits_keep_what_is_frozen(freezing: Freezing, workbench: Workbench) -> None:
    freezing.freeze("conv1", is_frozen=True)
    workbench.document.remove_layer("conv1")
    assert frozen_cards(freezing) == []
    workbench.document.undo_stack.undo()
    assert frozen_cards(freezing) == ["conv1"]


def test_what_is_frozen_follows_another_name(freezing: Freezing, workbench: Workbench) -> None:
    freezing.freeze("conv1", is_frozen=True)
    workbench.document.rename_layer("conv1", "edges")
    assert freezing._form.training.frozen == ("edges",)
    assert frozen_cards(freezing) == ["edges"]
    workbench.document.undo_stack.undo()
    assert frozen_cards(freezing) == ["conv1"]


def test_while_a_run_is_on_nothing_else_is_frozen(freezing: Freezing, workbench: Workbench, qtbot) -> None:
    freezing._builder.select_layer("conv1")
    workbench.session.start(DESIGN, ENDLESS, workbench.selection.dataset)
    assert not freezing.action.isEnabled()
    assert "while a run is on" in freezing.action.toolTip()
    workbench.session.stop()
    qtbot.waitUntil(lambda: workbench.session.is_idle, timeout=20_000)
    assert freezing.action.isEnabled()


def test_a_frozen_block_that_is_chosen_gives_way_to_other_layers(
    freezing: Freezing, workbench: Workbench
) -> None:
    freezing._builder.select_layer("residual1")
    freezing.action.trigger()
    freezing._builder.select_layer("conv2")
    layers = (*(ReLU() for _ in range(4)), Flatten(), Dense(units=10))
    workbench.document.edit("Change all", dataclasses.replace(DESIGN, layers=layers))
    model = freezing._builder.model
    assert [card.layer_id for card in model.cards[1:]] == [
        layer.id for layer in workbench.document.spec.walk()
    ]
    assert frozen_cards(freezing) == []
