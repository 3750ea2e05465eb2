"""The look shared by every widget: two palettes, one hue per kind of layer, spacing and three sizes of type.

A widget asks `colors_of(self)` whenever it paints. The answer depends on the widget's palette only, so nobody
has to be told that the theme has changed: Qt sends `QEvent.PaletteChange` and the widget paints anew.
"""

from __future__ import annotations

import dataclasses
import string
from typing import TYPE_CHECKING, Literal

import pyqtgraph
from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from cnnviz.resource_files import resource_path
from cnnviz.spec.layers import LAYER_TYPES, Category

if TYPE_CHECKING:
    from collections.abc import Mapping

Mode = Literal["system", "light", "dark"]

LOOK_CHANGES = (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange)
"""After these, colours and fonts of a widget's own are to be set again: a new style sheet undoes them."""

SPACE_4 = 4
SPACE_8 = 8
SPACE_12 = 12
SPACE_16 = 16
SPACE_24 = 24
RADIUS = 6
FOCUS_RING_PX = 2
ICON_PX = 20
_CAPTION_SCALE = 0.88
_HEADING_SCALE = 1.2


@dataclasses.dataclass(frozen=True, slots=True)
class Colors:
    """Every colour the program draws with, for one theme.

    `window` is the frame around panels, `base` the paper things are drawn on. `hairline` divides surfaces and
    carries no meaning; `border` outlines controls. `accent` marks the selection and the one primary action;
    `selection` is its calm version behind text. `plot_*` are the curves; `plot_cycle` those that stand beside
    each other as equals, told apart by colour-blind eyes. `categories` has one colour for each
    kind of layer; `neutral` is that of input and output. `zero` is the middle of the scale of signed values.
    """

    name: str
    window: QColor
    base: QColor
    raised: QColor
    text: QColor
    muted: QColor
    disabled: QColor
    hairline: QColor
    border: QColor
    accent: QColor
    on_accent: QColor
    selection: QColor
    hover: QColor
    info_surface: QColor
    problem: QColor
    problem_surface: QColor
    success: QColor
    plot_train: QColor
    plot_validation: QColor
    plot_test: QColor
    plot_cycle: tuple[QColor, ...]
    neutral: QColor
    zero: QColor
    categories: Mapping[Category, QColor]

    @property
    def is_dark(self) -> bool:
        """Whether this is the theme for dark rooms."""
        return self.base.lightness() < 128


# Hues from the Okabe-Ito set, darkened or lightened where 3:1 against window and base asks for it.
LIGHT = Colors(
    name="light",
    window=QColor("#F3F4F6"),
    base=QColor("#FFFFFF"),
    raised=QColor("#FFFFFF"),
    text=QColor("#1B1F24"),
    muted=QColor("#586069"),
    disabled=QColor("#9AA1A9"),
    hairline=QColor("#DDE0E5"),
    border=QColor("#858C95"),
    accent=QColor("#3B55D9"),
    on_accent=QColor("#FFFFFF"),
    selection=QColor("#E3E8FC"),
    hover=QColor("#EBEDF1"),
    info_surface=QColor("#E9EDFB"),
    problem=QColor("#B3261E"),
    problem_surface=QColor("#FCEBE9"),
    success=QColor("#1A7F37"),
    plot_train=QColor("#0072B2"),
    plot_validation=QColor("#BD7800"),
    plot_test=QColor("#007F5F"),
    plot_cycle=tuple(map(QColor, ("#0072B2", "#D55E00", "#007F5F", "#B9608F", "#1B1F24"))),
    neutral=QColor("#6A737D"),
    zero=QColor("#F5F5F5"),
    categories={
        Category.CONVOLUTION: QColor("#0072B2"),
        Category.POOLING: QColor("#B87A00"),
        Category.ACTIVATION: QColor("#008A65"),
        Category.DENSE: QColor("#B9608F"),
        Category.REGULARISATION: QColor("#2489C4"),
        Category.STRUCTURE: QColor("#D55E00"),
    },
)
DARK = Colors(
    name="dark",
    window=QColor("#1C1E22"),
    base=QColor("#25282D"),
    raised=QColor("#2E3238"),
    text=QColor("#E6E8EB"),
    muted=QColor("#A3ABB5"),
    disabled=QColor("#666D76"),
    hairline=QColor("#393E45"),
    border=QColor("#7D8590"),
    accent=QColor("#8FA5FF"),
    on_accent=QColor("#12151B"),
    selection=QColor("#343C63"),
    hover=QColor("#32363D"),
    info_surface=QColor("#2B3152"),
    problem=QColor("#FF8A80"),
    problem_surface=QColor("#4A2422"),
    success=QColor("#5CC97B"),
    plot_train=QColor("#56B4E9"),
    plot_validation=QColor("#E69F00"),
    plot_test=QColor("#1FB88D"),
    plot_cycle=tuple(map(QColor, ("#56B4E9", "#F07A2B", "#1FB88D", "#CC79A7", "#F0E442"))),
    neutral=QColor("#98A1AB"),
    zero=QColor("#2F3237"),
    categories={
        Category.CONVOLUTION: QColor("#4BA3DB"),
        Category.POOLING: QColor("#E69F00"),
        Category.ACTIVATION: QColor("#1FB88D"),
        Category.DENSE: QColor("#CC79A7"),
        Category.REGULARISATION: QColor("#56B4E9"),
        Category.STRUCTURE: QColor("#F07A2B"),
    },
)
_WINDOW = QPalette.ColorRole.Window
_CATEGORY_OF_TYPE: Mapping[str, Category] = {kind.__name__: kind.category for kind in LAYER_TYPES}


def colors_of(widget: QWidget) -> Colors:
    """Return the colours that go with the widget's palette."""
    return colors_of_palette(widget.palette())


def colors_of_palette(palette: QPalette) -> Colors:
    """Return the colours that go with a palette."""
    return DARK if palette.color(_WINDOW).lightness() < 128 else LIGHT


def category_color(category: Category | None, colors: Colors) -> QColor:
    """Return the hue of a kind of layer; None stands for input and output."""
    return colors.neutral if category is None else colors.categories[category]


def type_color(type_name: str, colors: Colors) -> QColor:
    """Return the hue of a layer by the name of its type; input, output and unknown types are neutral."""
    return category_color(_CATEGORY_OF_TYPE.get(type_name), colors)


def mixed(color: QColor, other: QColor, share: float) -> QColor:
    """Return `share` (0 to 1) of `color` over `other`."""
    rest = 1.0 - share
    return QColor.fromRgbF(
        color.redF() * share + other.redF() * rest,
        color.greenF() * share + other.greenF() * rest,
        color.blueF() * share + other.blueF() * rest,
    )


def caption_font(widget: QWidget) -> QFont:
    """Return the smallest of the three sizes, with figures of equal width."""
    return with_tabular_figures(_scaled(widget.font(), _CAPTION_SCALE))


def heading_font(widget: QWidget) -> QFont:
    """Return the largest of the three sizes."""
    font = _scaled(QApplication.font(), _HEADING_SCALE)
    font.setWeight(QFont.Weight.DemiBold)
    return font


def strong_font(widget: QWidget) -> QFont:
    """Return the widget's own size in a heavier weight."""
    font = QFont(widget.font())
    font.setWeight(QFont.Weight.DemiBold)
    return font


def mono_font(widget: QWidget) -> QFont:
    """Return the system's fixed font in the widget's size, for arithmetic."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    _copy_size(widget.font(), font, 1.0)
    return font


def with_tabular_figures(font: QFont) -> QFont:
    """Return the font with figures of equal width, so that changing numbers do not jump."""
    result = QFont(font)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def _scaled(font: QFont, scale: float) -> QFont:
    result = QFont(font)
    _copy_size(font, result, scale)
    return result


def _copy_size(source: QFont, target: QFont, scale: float) -> None:
    if source.pointSizeF() > 0:
        target.setPointSizeF(source.pointSizeF() * scale)
    else:
        target.setPixelSize(max(1, round(source.pixelSize() * scale)))


def palette_for(colors: Colors) -> QPalette:
    """Return the palette of a theme."""
    role = QPalette.ColorRole
    palette = QPalette(colors.text, colors.window)
    filled = {
        role.Window: colors.window,
        role.WindowText: colors.text,
        role.Base: colors.base,
        role.AlternateBase: colors.window,
        role.ToolTipBase: colors.raised,
        role.ToolTipText: colors.text,
        role.PlaceholderText: colors.muted,
        role.Text: colors.text,
        role.Button: colors.raised,
        role.ButtonText: colors.text,
        role.BrightText: colors.problem,
        role.Light: colors.raised,
        role.Midlight: colors.hover,
        role.Mid: colors.hairline,
        role.Dark: colors.border,
        role.Shadow: colors.border,
        role.Link: colors.accent,
        role.LinkVisited: colors.accent,
        role.Highlight: colors.accent,
        role.HighlightedText: colors.on_accent,
        role.Accent: colors.accent,
    }
    for name, color in filled.items():
        palette.setColor(name, color)
    disabled = QPalette.ColorGroup.Disabled
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(disabled, name, colors.disabled)
    palette.setColor(disabled, role.Highlight, colors.hover)
    return palette


def style_sheet(colors: Colors) -> str:
    """Return the style sheet: the files of resources/styles in order, with the theme's values filled in."""
    values = {
        field.name: value.name()
        for field in dataclasses.fields(colors)
        if isinstance(value := getattr(colors, field.name), QColor)
    }
    values["theme"] = colors.name
    values["styles"] = resource_path("styles").as_posix()
    values |= {"radius": f"{RADIUS}px", "ring": f"{FOCUS_RING_PX}px"}
    files = sorted(resource_path("styles").glob("*.qss"))
    return "\n".join(string.Template(path.read_text(encoding="utf-8")).substitute(values) for path in files)


def apply_theme(app: QApplication, mode: Mode) -> Colors:
    """Give the whole program the light or dark look, or that of the system, and return its colours."""
    hints = app.styleHints()
    if mode == "system":
        hints.unsetColorScheme()
    else:
        hints.setColorScheme(Qt.ColorScheme.Dark if mode == "dark" else Qt.ColorScheme.Light)
    dark = mode == "dark" or (mode == "system" and hints.colorScheme() is Qt.ColorScheme.Dark)
    colors = DARK if dark else LIGHT
    if not app.styleSheet():  # with a style sheet on, Fusion is already under it and must not be set again
        app.setStyle("Fusion")
    app.setPalette(palette_for(colors))
    app.setStyleSheet(style_sheet(colors))
    pyqtgraph.setConfigOptions(background=colors.base, foreground=colors.muted, imageAxisOrder="row-major")
    return colors


class ThemeKeeper(QObject):
    """Keeps the program in the chosen theme, and follows the system while that is the choice.

    Signals
    -------
    theme_changed
        After the look has changed.
    """

    theme_changed = Signal()

    def __init__(self, app: QApplication, mode: Mode) -> None:
        super().__init__(app)
        self._app = app
        self._mode: Mode = mode
        self._colors = apply_theme(app, mode)
        app.styleHints().colorSchemeChanged.connect(self._on_color_scheme_changed)

    @property
    def mode(self) -> Mode:
        """The choice, not what it amounts to."""
        return self._mode

    @property
    def colors(self) -> Colors:
        """The colours in use."""
        return self._colors

    def set_mode(self, mode: Mode) -> None:
        """Change the theme now."""
        self._mode = mode
        self._colors = apply_theme(self._app, mode)
        self.theme_changed.emit()

    @Slot(Qt.ColorScheme)
    def _on_color_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        wanted = DARK if scheme is Qt.ColorScheme.Dark else LIGHT
        if self._mode == "system" and wanted is not self._colors:
            self.set_mode("system")
