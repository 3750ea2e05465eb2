from __future__ import annotations

import itertools
import re

import numpy as np
import pyqtgraph
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QStyle, QTableWidget, QTableWidgetItem

from cnnviz.resource_files import resource_path
from cnnviz.spec.layers import Category
from cnnviz.ui.runs.runs_model import RUN_COLORS
from cnnviz.ui.theme import (
    DARK,
    LIGHT,
    Colors,
    ThemeKeeper,
    apply_theme,
    caption_font,
    category_color,
    colors_of,
    heading_font,
    mixed,
    palette_for,
    style_sheet,
    type_color,
)

TEXT_RATIO = 4.5
CONTROL_RATIO = 3.0
THEMES = pytest.mark.parametrize("colors", [LIGHT, DARK], ids=lambda colors: colors.name)


def _luminance(color: QColor) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    linear = _linear(color)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _linear(color: QColor) -> list[float]:
    return [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (color.redF(), color.greenF(), color.blueF())
    ]


def contrast(first: QColor, second: QColor) -> float:
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_and_white_is_the_published_21() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)


@THEMES
def test_text_stands_out_from_every_surface_it_is_put_on(colors: Colors) -> None:
    surfaces = [colors.window, colors.base, colors.raised, colors.selection, colors.hover]
    pairs = [(ink, paper) for ink in (colors.text, colors.muted) for paper in surfaces]
    pairs += [(colors.on_accent, colors.accent), (colors.text, colors.info_surface)]
    pairs += [(colors.text, colors.problem_surface), (colors.problem, colors.problem_surface)]
    pairs += [(colors.problem, colors.base), (colors.problem, colors.window), (colors.success, colors.base)]
    low = [(a.name(), b.name(), contrast(a, b)) for a, b in pairs if contrast(a, b) < TEXT_RATIO]
    assert low == []


@THEMES
def test_controls_curves_and_kinds_of_layer_stand_out_from_their_paper(colors: Colors) -> None:
    marks = [colors.border, colors.accent, colors.neutral, *colors.categories.values()]
    marks += [colors.plot_train, colors.plot_validation, colors.plot_test, *colors.plot_cycle]
    pairs = itertools.product(marks, (colors.window, colors.base))
    low = [(a.name(), b.name(), contrast(a, b)) for a, b in pairs if contrast(a, b) < CONTROL_RATIO]
    assert low == []


# Machado et al. 2009: linear light as eyes see it that lack one kind of cones.
BLINDNESS = {
    "protan": [
        [0.1523, 1.0526, -0.2049],
        [0.1145, 0.7863, 0.0992],
        [-0.0039, -0.0481, 1.0520],
    ],
    "deutan": [
        [0.3673, 0.8606, -0.2280],
        [0.2801, 0.6725, 0.0474],
        [-0.0118, 0.0429, 0.9689],
    ],
    "tritan": [
        [1.2555, -0.0767, -0.1788],
        [-0.0784, 0.9308, 0.1476],
        [0.0047, 0.6914, 0.3039],
    ],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = XYZ.sum(axis=1)
CLEARLY_OTHER = 10
"""A difference of colours in CIE Lab, where about 2 is just seen."""


def _lab(color: QColor, sight: list) -> np.ndarray:
    linear = np.clip(np.array(sight) @ _linear(color), 0, 1)
    share = XYZ @ linear / WHITE
    x, y, z = np.where(share > 0.008856, np.cbrt(share), 7.787 * share + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@THEMES
@pytest.mark.parametrize("sight", BLINDNESS.values(), ids=[*BLINDNESS])
def test_curves_beside_each_other_are_told_apart_by_colour_blind_eyes(colors: Colors, sight: list) -> None:
    pairs = itertools.combinations(colors.plot_cycle, 2)
    apart = [float(np.linalg.norm(_lab(a, sight) - _lab(b, sight))) for a, b in pairs]
    assert min(apart) > CLEARLY_OTHER


@THEMES
@pytest.mark.parametrize("sight", [*BLINDNESS.values(), np.eye(3).tolist()], ids=[*BLINDNESS, "all cones"])
def test_other_runs_are_told_from_the_curves_they_are_laid_over(colors: Colors, sight: list) -> None:
    drawn = [colors.plot_train, colors.plot_validation]
    pairs = [*itertools.product(map(QColor, RUN_COLORS), drawn)]
    pairs += itertools.combinations(map(QColor, RUN_COLORS), 2)
    apart = [float(np.linalg.norm(_lab(a, sight) - _lab(b, sight))) for a, b in pairs]
    assert min(apart) > CLEARLY_OTHER


@THEMES
def test_the_colours_of_runs_stand_out_from_their_paper(colors: Colors) -> None:
    pairs = itertools.product(map(QColor, RUN_COLORS), (colors.window, colors.base))
    assert min(contrast(a, b) for a, b in pairs) >= CONTROL_RATIO


@THEMES
def test_every_kind_of_layer_has_a_colour_of_its_own(colors: Colors) -> None:
    names = {category_color(category, colors).name() for category in (*Category, None)}
    assert len(names) == len(Category) + 1
    assert type_color("Conv2D", colors) == colors.categories[Category.CONVOLUTION]
    assert type_color("input", colors) == colors.neutral


@THEMES
def test_the_palette_tells_the_theme(colors: Colors, qtbot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    label.setPalette(palette_for(colors))
    assert colors_of(label) is colors
    assert colors.is_dark == (colors is DARK)


@THEMES
def test_every_place_in_the_style_sheets_is_filled_and_every_picture_exists(colors: Colors) -> None:
    text = style_sheet(colors)
    assert "$" not in text
    pictures = re.findall(r'url\("([^"]+)"\)', text)
    assert pictures
    for picture in pictures:
        assert resource_path("styles", picture.rsplit("/", 1)[1]).is_file()


def test_the_theme_reaches_widgets_and_plots(qapp) -> None:
    assert apply_theme(qapp, "dark") is DARK
    assert qapp.palette().color(QPalette.ColorRole.Base) == DARK.base
    assert pyqtgraph.getConfigOption("background") == DARK.base
    assert apply_theme(qapp, "light") is LIGHT
    assert qapp.palette().color(QPalette.ColorRole.Base) == LIGHT.base
    assert pyqtgraph.getConfigOption("background") == LIGHT.base
    qapp.setStyleSheet("")
    assert qapp.style().name() == "fusion"


def test_the_system_scheme_is_followed_only_while_that_is_the_choice(qapp, qtbot) -> None:
    keeper = ThemeKeeper(qapp, "dark")
    assert keeper.colors is DARK
    keeper._on_color_scheme_changed(Qt.ColorScheme.Light)
    assert keeper.colors is DARK
    with qtbot.waitSignal(keeper.theme_changed):
        keeper.set_mode("light")
    assert (keeper.mode, keeper.colors) == ("light", LIGHT)
    keeper.set_mode("system")
    assert keeper.colors is (DARK if qapp.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT)
    keeper.deleteLater()


def test_there_are_three_sizes_in_order(qtbot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    sizes = [caption_font(label).pointSizeF(), label.font().pointSizeF(), heading_font(label).pointSizeF()]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 3


def test_mixing_goes_from_one_colour_to_the_other() -> None:
    black, white = QColor("black"), QColor("white")
    assert mixed(white, black, 1.0).name() == "#ffffff"
    assert mixed(white, black, 0.0).name() == "#000000"
    assert 120 < mixed(white, black, 0.5).red() < 135


def test_buttons_of_dialogs_carry_no_icons(qtbot, qapp):
    apply_theme(qapp, "light")
    standard = QDialogButtonBox.StandardButton
    box = QDialogButtonBox(standard.Save | standard.Discard)
    qtbot.addWidget(box)
    box.ensurePolished()
    hint = QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons
    assert box.style().styleHint(hint, None, box) == 0
    assert all(button.icon().isNull() for button in box.buttons())


@THEMES
def test_boxes_of_rows_stand_out_from_their_paper(colors: Colors, qapp, qtbot) -> None:
    apply_theme(qapp, colors.name)
    table, item = QTableWidget(1, 1), QTableWidgetItem()
    qtbot.addWidget(table)
    item.setCheckState(Qt.CheckState.Unchecked)
    table.setItem(0, 0, item)
    table.setShowGrid(False)
    picture = table.viewport().grab().toImage()
    inside = table.visualRect(table.indexFromItem(item)).adjusted(2, 2, -2, -2)
    middle = inside.center().y()
    row = [picture.pixelColor(x, middle) for x in range(inside.left(), inside.right())]
    assert max(contrast(color, colors.base) for color in row) >= CONTROL_RATIO


@pytest.mark.parametrize("side", [Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight])
def test_what_stands_in_a_cell_is_in_line_with_its_heading(side: Qt.AlignmentFlag, qapp, qtbot) -> None:
    apply_theme(qapp, "light")
    table, heading, item = QTableWidget(1, 2), QTableWidgetItem("H"), QTableWidgetItem("H")
    qtbot.addWidget(table)
    for cell in (heading, item):
        cell.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    table.setHorizontalHeaderItem(0, heading)
    table.setItem(0, 0, item)
    table.setShowGrid(False)
    table.horizontalHeader().setHighlightSections(False)
    inks = []
    for part in (table.horizontalHeader().viewport(), table.viewport()):
        picture = part.grab().toImage()
        columns, rows = range(table.columnWidth(0) - 2), range(4, 16)
        inks.append([x for x in columns if any(picture.pixelColor(x, y).lightness() < 160 for y in rows)])
    drawn, written = inks
    assert abs(drawn[0] - written[0]) <= 1
    assert abs(drawn[-1] - written[-1]) <= 1
