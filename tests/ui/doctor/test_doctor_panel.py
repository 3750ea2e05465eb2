"""The doctor's panel: rows, what is said from near, tests on request, what a person has chosen."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from cnnviz.app.settings import Settings
from cnnviz.app.training.doctor_runner import DoctorRunner
from cnnviz.app.workbench import Workbench
from cnnviz.spec.training import Adam, TrainingSpec
from cnnviz.training.doctor_revival import restarted
from cnnviz.training.doctor_tests import RateTest
from cnnviz.training.findings import Case, Finding, Fix, Kind, Severity
from cnnviz.training.history import empty_history
from cnnviz.ui.doctor.doctor_panel import DoctorPanel, summary
from cnnviz.ui.doctor.finding_details import CHANGED, FindingDetails
from cnnviz.ui.doctor.findings_model import ICONS, VERDICTS, FindingsModel, cell_text, verdict_icon
from cnnviz.ui.doctor.rate_plot import RatePlot
from tests.helpers.runs import few_digits
from tests.helpers.sick_runs import plain_design

LOWER = dataclasses.replace(TrainingSpec(), optimizer=Adam(learning_rate=1e-4))
FIXES = (
    Fix("Use LeakyReLU", spec=plain_design()),
    Fix("Rate 0.0001", training=LOWER, of=TrainingSpec()),
)
DEAD = Finding(Kind.DEAD, Severity.PROBLEM, "70 % of the units", "at most 50 %", "Bad.", "relu1", FIXES)
GOOD = Finding(Kind.BALANCE, Severity.FINE, "122 and 116", "at most 3 times")
OPEN = Finding(Kind.ONE_BATCH, Severity.UNKNOWN, "Run the overfit test.", "every answer right")
RATES = Finding(Kind.RATE, Severity.FINE, "rate 0.001", "below 0.1")


@pytest.fixture
def bench(qapp, tmp_path):
    bench = Workbench(Settings(tmp_path / "settings.ini"))
    bench.selection.set_dataset(few_digits())
    yield bench
    assert bench.close()


@pytest.fixture
def panel(bench, qtbot):
    panel = DoctorPanel(bench)
    qtbot.addWidget(panel)
    panel.resize(900, 260)
    panel.show()
    yield panel
    panel.set_in_sight(False)


@pytest.fixture
def details(qtbot):
    details = FindingDetails()
    qtbot.addWidget(details)
    details.resize(400, 260)
    details.show()
    return details


def rate_test(count=60):
    rates = np.geomspace(1e-5, 1, count)
    losses = np.linspace(2.3, 0.5, count)
    return RateTest(plain_design(), TrainingSpec(), "", rates, losses, losses, 1e-4, 0.9, 0.01)


def case(**more):
    return Case(plain_design(), TrainingSpec(), empty_history(), None, **more)


def show(panel, monkeypatch, *findings):
    monkeypatch.setattr(DoctorRunner, "findings", findings)
    panel._runner.examined.emit()


def rows(panel):
    return [one.kind for one in panel.model.findings]


def test_the_panel_is_filled_once_it_is_seen(panel, bench, qtbot):
    assert rows(panel) == []
    panel.set_in_sight(True)
    qtbot.waitUntil(lambda: rows(panel) != [])
    assert panel.note.text() == "Nothing found in 4 checks, 5 not measured yet"
    assert panel.chosen is panel.model.findings[0]
    assert "scale of the pixels" in panel.details.text.lower()


def test_a_row_has_a_word_and_a_sign_for_its_verdict(qapp, qtmodeltester):
    model = FindingsModel()
    model.show((DEAD, GOOD, OPEN))
    qtmodeltester.check(model)
    assert [cell_text(DEAD, column) for column in range(4)] == [
        *("Problem", "Dead units", "relu1", "70 % of the units")
    ]
    assert cell_text(GOOD, 2) == "–"
    assert set(VERDICTS) == set(ICONS) == set(Severity)
    assert len(set(ICONS.values())) == len(Severity)
    for severity in Severity:
        mark = verdict_icon(severity)
        plain, chosen = (mark.pixmap(20, 20, mode) for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected))
        assert plain.toImage() != chosen.toImage()


@pytest.mark.parametrize(
    ("findings", "words"),
    [
        ((), ""),
        ((GOOD,), "Nothing found in 1 check"),
        ((GOOD, OPEN), "Nothing found in 1 check, 1 not measured yet"),
        ((DEAD, GOOD), "1 finding in 2 checks"),
        ((DEAD, DEAD, GOOD, OPEN), "2 findings in 3 checks, 1 not measured yet"),
    ],
)
def test_the_line_above_sums_up(findings, words):
    assert summary(findings) == words


def test_the_worst_is_shown_until_somebody_chooses(panel, monkeypatch):
    show(panel, monkeypatch, GOOD, OPEN)
    assert panel.chosen is GOOD
    show(panel, monkeypatch, DEAD, GOOD, OPEN)
    assert panel.chosen is DEAD


def test_what_a_person_has_chosen_stays(panel, monkeypatch, qtbot):
    show(panel, monkeypatch, GOOD, OPEN)
    panel.table.selectRow(1)
    assert panel.chosen is OPEN
    show(panel, monkeypatch, DEAD, GOOD, OPEN)
    assert panel.chosen is OPEN
    show(panel, monkeypatch, DEAD, GOOD)
    assert panel.chosen is DEAD


def test_choosing_a_finding_about_a_layer_selects_it(panel, monkeypatch, qtbot):
    selected = []
    panel.layer_selected.connect(selected.append)
    show(panel, monkeypatch, DEAD, GOOD)
    assert selected == []  # not chosen by anybody
    panel.table.selectRow(1)
    assert selected == []
    panel.table.selectRow(0)
    assert selected == ["relu1"]
    show(panel, monkeypatch, GOOD, DEAD)
    assert panel.chosen is DEAD
    assert selected == ["relu1"]


def test_a_test_shows_its_progress_and_then_its_finding(panel, bench, qtbot):
    panel.set_in_sight(True)
    qtbot.waitUntil(lambda: rows(panel) != [])
    panel.batch_action.trigger()
    assert not panel.batch_action.isEnabled()
    assert not panel.rate_action.isEnabled()
    assert panel._cancel_button.isVisible()
    assert panel.note.text() == "Under way: overfit test…"
    qtbot.waitUntil(lambda: bench.doctor.experiment is None, timeout=20_000)
    assert panel.chosen.kind is Kind.ONE_BATCH
    assert panel.chosen.severity is Severity.FINE
    assert panel.batch_action.isEnabled()
    assert not panel.cancel_action.isEnabled()
    assert not panel._cancel_button.isVisible()
    assert not panel.bar.isVisible()


def test_the_range_test_is_drawn_with_its_finding(panel, bench, qtbot):
    panel.set_in_sight(True)
    panel.rate_action.trigger()
    qtbot.waitUntil(lambda: bench.doctor.experiment is None, timeout=20_000)
    assert panel.chosen.kind is Kind.RATE
    assert panel.details.plot.isVisible()
    panel.table.setCurrentIndex(panel.model.index(rows(panel).index(Kind.BALANCE), 0))
    assert not panel.details.plot.isVisible()


def test_a_test_is_broken_off(panel, bench, qtbot):
    panel.set_in_sight(True)
    panel.rate_action.trigger()
    panel.cancel_action.trigger()
    assert bench.doctor.experiment is None
    assert panel.rate_action.isEnabled()


def test_why_a_test_was_not_possible_stands_above(panel, monkeypatch):
    monkeypatch.setattr(DoctorRunner, "problem", "It does not fit.")
    panel._runner.experiment_changed.emit()
    assert panel.note.text() == "It does not fit."


def test_from_near_there_are_the_number_the_meaning_and_the_fixes(details, qtbot):
    details.show_finding(DEAD, case(), can_edit=True, now=TrainingSpec())
    assert details.text.splitlines() == [
        "Problem: dead units in relu1",
        "70 % of the units",
        "Healthy: at most 50 %.",
        "Bad.",
    ]
    assert not any(" %" in label.text() for label in details.findChildren(QLabel)), "no line ends before it"
    assert [button.text() for button in details.buttons if button.isVisible()] == [
        *("Use LeakyReLU", "Rate 0.0001")
    ]
    asked = []
    details.fix_requested.connect(asked.append)
    details.buttons[1].click()
    assert asked == [FIXES[1]]


def test_a_fix_that_was_made_already_is_not_offered_again(details):
    details.show_finding(DEAD, case(), can_edit=False, now=TrainingSpec())
    assert [button.text() for button in details.buttons if button.isVisible()] == ["Rate 0.0001"]
    assert CHANGED in details.text
    details.show_finding(DEAD, case(), can_edit=True, now=LOWER)
    assert [button.text() for button in details.buttons if button.isVisible()] == ["Use LeakyReLU"]
    assert CHANGED in details.text


def test_what_begins_anew_says_that_it_stops_the_run_under_way(details):
    anew = dataclasses.replace(DEAD, fixes=(restarted(TrainingSpec()), FIXES[1]))
    details.show_finding(anew, case(), can_edit=True, now=TrainingSpec())
    first, second = details.buttons
    assert first.text() == "Set Rate 0.0001 and Restart"
    details.show_finding(anew, case(), can_edit=True, now=TrainingSpec(), is_running=True)
    assert first.text() == "Stop, Set Rate 0.0001 and Restart"
    assert "is stopped, and kept" in first.toolTip()
    assert second.text() == "Rate 0.0001", "it goes to the run under way"


def test_a_fix_follows_what_the_session_does(panel, bench, qtbot, monkeypatch):
    anew = dataclasses.replace(DEAD, fixes=(restarted(TrainingSpec()),))
    monkeypatch.setattr(DoctorPanel, "chosen", anew)
    panel.set_in_sight(True)
    bench.session.start(bench.document.spec, TrainingSpec(epochs=100_000), bench.selection.dataset)
    qtbot.waitUntil(lambda: panel.details.buttons[0].text().startswith("Stop, "))
    with qtbot.waitSignal(bench.session.run_ended):
        bench.session.stop()
    qtbot.waitUntil(lambda: panel.details.buttons[0].text().startswith("Set "))


def test_nothing_chosen_is_nothing_shown(details):
    details.show_finding(None, case(), can_edit=True, now=TrainingSpec())
    assert not details._content.isVisible()


@pytest.mark.parametrize("width", [190, 400])
def test_nothing_is_cut_off_at_the_right(details, width, qtbot):
    details.resize(width, 200)
    details.show_finding(DEAD, case(rate_test=rate_test()), can_edit=True, now=TrainingSpec())
    details.show_finding(RATES, case(rate_test=rate_test()), can_edit=True, now=TrainingSpec())
    anew = dataclasses.replace(DEAD, fixes=(restarted(TrainingSpec()),))
    details.show_finding(anew, case(), can_edit=True, now=TrainingSpec(), is_running=True)
    assert details._content.minimumSizeHint().width() <= details.viewport().width()


def test_the_plot_says_what_is_under_the_mouse(qtbot):
    plot = RatePlot()
    qtbot.addWidget(plot)
    plot.resize(400, 150)
    plot.show()
    plot.set_test(rate_test(), 0.001)
    assert plot.pointed_text == ""
    where = QPointF(round(plot._area().left()) + 1, 60)
    left = Qt.MouseButton.NoButton
    no_keys = Qt.KeyboardModifier.NoModifier
    plot.mouseMoveEvent(QMouseEvent(QEvent.Type.MouseMove, where, where, left, left, no_keys))
    assert plot.pointed_text == "rate 1×10⁻⁵: loss 2.300"
    plot.leaveEvent(QEvent(QEvent.Type.Leave))
    assert plot.pointed_text == ""
    assert "0.01 is suggested" in plot.accessibleDescription()


@pytest.mark.parametrize("now", [1e-7, 0.001, 50.0])
def test_the_plot_has_room_for_any_present_rate(qtbot, now):
    plot = RatePlot()
    qtbot.addWidget(plot)
    plot.resize(200, 150)
    test = rate_test()
    plot.set_test(test, now)
    area = plot._area()
    assert area.left() <= plot._at(now, test, area) <= area.right()
    assert not plot.grab().toImage().allGray()


def test_a_test_that_exploded_at_once_is_drawn(qtbot):
    plot = RatePlot()
    qtbot.addWidget(plot)
    plot.resize(200, 150)
    one = dataclasses.replace(
        rate_test(),
        rates=np.array([1e-5, 1e-4]),
        losses=np.array([2.3, np.inf]),
        smooth=np.array([2.3, np.inf]),
    )
    plot.set_test(one, 0.001)
    assert not plot.grab().toImage().isNull()


def test_the_table_is_reached_by_the_keyboard(panel, monkeypatch, qtbot):
    show(panel, monkeypatch, DEAD, GOOD)
    QTest.keyClick(panel.table, Qt.Key.Key_Down)
    assert panel.chosen is GOOD


def test_the_second_click_of_two_does_nothing_to_the_finding_that_comes_up(panel, monkeypatch, qtbot):
    other = dataclasses.replace(DEAD, layer="relu2", fixes=(Fix("Use another", spec=plain_design()),))
    asked = []
    show(panel, monkeypatch, DEAD, other)

    def fixed(fix):
        asked.append(fix)
        show(panel, monkeypatch, other)

    panel.fix_requested.connect(fixed)
    button = panel.details.buttons[0]
    monkeypatch.setattr(type(panel._runner), "is_of_design_on_screen", True)
    panel._show_details()
    place = button.rect().center()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton, pos=place)
    assert [fix.label for fix in asked] == ["Use LeakyReLU"]
    assert panel.chosen.layer == "relu2"
    interval = QGuiApplication.styleHints().mouseDoubleClickInterval()
    qtbot.waitUntil(lambda: panel.details._since_click.hasExpired(interval))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=place)
    assert [fix.label for fix in asked] == ["Use LeakyReLU", "Use another"]
