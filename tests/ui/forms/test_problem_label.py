"""Problems in words: their colour follows the theme."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from cnnviz.ui.forms.problem_label import ProblemLabel
from cnnviz.ui.theme import DARK, LIGHT, apply_theme


@pytest.fixture
def label(qtbot, qapp):
    apply_theme(qapp, "light")
    panel = QWidget()
    qtbot.addWidget(panel)
    label = ProblemLabel(panel)
    QVBoxLayout(panel).addWidget(label)
    label.show_problems(["The kernel is larger than its input."])
    with qtbot.waitExposed(panel):
        panel.show()
    yield label
    apply_theme(qapp, "light")


def colors_in(label):
    image = label.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_words_and_surface_follow_the_theme(label):
    assert {LIGHT.problem.name(), LIGHT.problem_surface.name()} <= colors_in(label)
    apply_theme(QApplication.instance(), "dark")
    assert {DARK.problem.name(), DARK.problem_surface.name()} <= colors_in(label)
    assert LIGHT.problem.name() not in colors_in(label)


def test_what_only_has_to_go_on_is_said_calmly_and_problems_as_before_after_it(label):
    label.show_problems(["Add Flatten."], is_unfinished=True)
    assert {LIGHT.text.name(), LIGHT.info_surface.name()} <= colors_in(label)
    assert not {LIGHT.problem.name(), LIGHT.problem_surface.name()} & colors_in(label)
    assert label.accessibleName() == "Add Flatten."
    label.show_problems(["Add Flatten."])
    assert {LIGHT.problem.name(), LIGHT.problem_surface.name()} <= colors_in(label)
    assert label.accessibleName() == "Problem: Add Flatten."
