"""Where there is one of something, it is told as one."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pytest

from cnnviz.app.designs.pattern_plan import PatternPlan
from cnnviz.cli.entry import main
from cnnviz.spec.io import save
from cnnviz.spec.layers import Conv2D, Dense, Flatten, LocalResponseNorm, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.repairs import repairs
from cnnviz.spec.trace import Problem, trace
from cnnviz.spec.tree_edits import Place, insert_layers
from cnnviz.spec.validate import DataShape, check, check_trace
from cnnviz.ui.builder import repair_words
from cnnviz.ui.builder.arithmetic import input_arithmetic, key_arithmetic, more_arithmetic
from cnnviz.ui.builder.builder_panel import totals
from cnnviz.ui.builder.cards import cards_of
from cnnviz.ui.builder.drop import DraggedLayers, drop_label, removal_label
from cnnviz.ui.builder.drop_preview import drop_preview
from cnnviz.ui.templates.pattern_dialog import totals_text
from cnnviz.ui.templates.template_dialog import facts_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_NOUNS = "layer parameter multiply-add unit filter channel map image epoch step problem pixel product group"
_WRONG = re.compile(rf"(?<![\d.,×·])1 (?:more )?(?:{'|'.join(_NOUNS.split())})s\b")

ONES = NetworkSpec(
    name="ones",
    input=InputSpec(height=1, width=1, channels=1),
    layers=(
        Conv2D(filters=1, kernel_size=(1, 1), use_bias=False),
        LocalResponseNorm(size=1),
        Residual(layers=(Conv2D(filters=1, kernel_size=(1, 1)),)),
        Flatten(),
        Dense(units=1),
    ),
)
SMALLEST = NetworkSpec(name="one", input=ONES.input, layers=ONES.layers[:1])


def _of_cards() -> Iterator[str]:
    for card in cards_of(trace(ONES), check(ONES)):
        yield from (card.settings, card.sentence, card.tooltip)


def _of_arithmetic() -> Iterator[str]:
    yield from (line.text for line in input_arithmetic(ONES.input))
    for record in trace(ONES).walk():
        yield from (line.text for line in (*key_arithmetic(record), *more_arithmetic(record)))


def _of_drops() -> Iterator[str]:
    dragged = DraggedLayers(SMALLEST.layers, "list")
    yield removal_label(dragged)
    yield drop_label(ONES, dragged, copy=True, target="list")
    after, landed = insert_layers(SMALLEST, SMALLEST.layers, Place(1))
    preview = drop_preview((trace(SMALLEST), ()), (trace(after), ()), landed, "Add")
    yield from (preview.landing, *preview.notes)


def _of_drops_that_break_much() -> Iterator[str]:
    problems = [Problem(f"Nothing fits into {layer.id}.", layer.id) for layer in ONES.layers[:3]]
    yield from drop_preview((trace(ONES), ()), (trace(ONES), problems), (), "Move").warnings


def _of_repairs() -> Iterator[str]:
    spec, data = (
        dataclasses.replace(SMALLEST, input=InputSpec(height=2, width=2, channels=1)),
        DataShape(1, 1, 1, 2),
    )
    for problem in check_trace(trace(spec), data):
        for repair in repairs(problem, spec, data):
            yield from (repair.label, repair_words.note(repair), repair_words.tooltip(repair))


def _of_dialogs() -> Iterator[str]:
    yield facts_text(trace(SMALLEST))
    yield totals_text(PatternPlan(SMALLEST.layers, Place(0), SMALLEST, trace(SMALLEST), ()))


def _of_sums() -> Iterator[str]:
    yield totals(trace(SMALLEST))


@pytest.mark.parametrize(
    "texts",
    [_of_cards, _of_arithmetic, _of_drops, _of_drops_that_break_much, _of_repairs, _of_dialogs, _of_sums],
)
def test_one_is_never_told_as_many(texts: Callable[[], Iterator[str]]) -> None:
    told = list(texts())
    assert any(re.search(r"\b1 \w", text) for text in told), told
    assert [text for text in told if _WRONG.search(text)] == []


def test_the_command_line_tells_one_as_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ones.json"
    save(ONES, path)
    assert main(["summary", str(path)]) == 0
    assert not _WRONG.search(capsys.readouterr().out)


@pytest.mark.parametrize("text", ["1 layers", "and 1 more problems", "5·5 + 1 units"])
def test_the_search_finds_the_wrong_forms(text: str) -> None:
    assert _WRONG.search(text)
