from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget

from cnnviz.interpret.colormaps import ColorMap
from cnnviz.ui.theme import apply_theme
from cnnviz.ui.widgets.action_button import ActionButton
from cnnviz.ui.widgets.banner import Banner, BannerKind
from cnnviz.ui.widgets.empty_state import EmptyState
from cnnviz.ui.widgets.legend import Legend

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_a_banner_says_offers_and_goes(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    assert banner.isHidden()
    banner.show_message("The file is damaged.", BannerKind.PROBLEM, action="Open another", details="byte 7")
    assert not banner.isHidden()
    assert banner.accessibleName() == "The file is damaged."
    with qtbot.waitSignal(banner.action_requested):
        qtbot.mouseClick(banner.findChild(QPushButton), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(banner.closed):
        qtbot.mouseClick(banner.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert banner.isHidden()
    assert banner.text == ""


def test_a_banner_says_which_of_its_buttons_was_pressed(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_message("Recover it?", action="Yes", more_actions=("No", "Later"))
    shown = [button for button in banner.findChildren(QPushButton) if not button.isHidden()]
    assert [button.text() for button in shown] == ["Yes", "No", "Later"]
    for button in shown:
        with qtbot.waitSignal(banner.action_requested) as blocker:
            button.click()
        assert blocker.args == [button.text()]
    banner.show_message("Done.", action="Undo")
    assert [button.text() for button in shown if not button.isHidden()] == ["Undo"]
    banner.show_message("Well.")
    assert all(button.isHidden() for button in shown)


@pytest.mark.parametrize("kind", BannerKind)
def test_a_banner_that_is_shown_takes_on_another_theme(
    qtbot: QtBot, qapp: QApplication, kind: BannerKind
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    banner = Banner(window)
    for mode, surface_is_dark in (("light", False), ("dark", True), ("light", False)):
        apply_theme(qapp, mode)
        banner.show_message("There is news.", kind)
        apply_theme(qapp, "light" if mode == "dark" else "dark")
        assert (banner.palette().window().color().lightness() < 128) is not surface_is_dark


def test_a_banner_shows_names_as_they_are(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_message("<b>x</b>.json is no design.")
    label = next(label for label in banner.findChildren(QLabel) if label.text())
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_an_empty_state_has_a_button_only_with_an_action(qtbot: QtBot) -> None:
    plain = EmptyState("Nothing here yet.")
    qtbot.addWidget(plain)
    assert plain.findChild(QPushButton) is None
    action = QAction("Train", plain)
    offering = EmptyState("Nothing here yet.", action)
    qtbot.addWidget(offering)
    with qtbot.waitSignal(action.triggered):
        offering.findChild(QPushButton).click()


def test_a_button_shows_and_does_what_its_action_does(qtbot: QtBot) -> None:
    action = QAction("Train")
    button = ActionButton(action)
    qtbot.addWidget(button)
    action.setText("Train on")
    action.setToolTip("There are no layers yet.")
    action.setEnabled(False)
    assert (button.text(), button.toolTip(), button.isEnabled()) == (
        "Train on",
        "There are no layers yet.",
        False,
    )


def test_a_legend_names_numbers_and_scale(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    assert legend.text == ""
    legend.set_range(-1.5, 1.5, ColorMap.DIVERGING, scale="per layer")
    assert legend.text == "Colours from −1.500 to 1.500, zero in the middle; per layer."
    legend.resize(200, legend.sizeHint().height())
    image = legend.grab().toImage()
    middle = image.pixelColor(100, 4)
    assert image.pixelColor(4, 4).red() > image.pixelColor(4, 4).blue()
    assert image.pixelColor(195, 4).blue() > image.pixelColor(195, 4).red()
    assert max(middle.red(), middle.blue()) - min(middle.red(), middle.blue()) < 20
    legend.clear()
    assert legend.text == ""
