"""What is drawn of a run and how: quantities, curves, smoothing, axes, and the way out to files."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QComboBox, QMenu, QToolBar, QToolButton, QWidget

from cnnviz.ui.icons import icon
from cnnviz.ui.plots.curve_plot import SINGLE_BATCHES
from cnnviz.ui.theme import colors_of_palette, mixed
from cnnviz.ui.training.layer_choice import SWATCH, LayerChoice, swatch
from cnnviz.ui.training.quantities import OF_NUMBERS, TRAINING, VALIDATION, WORDS, Quantity

SMOOTHINGS = (1, 5, 20, 50, 200, 1000)
FIRST_SMOOTHING = 20
_ICON_PX = 16
_OFFERED = tuple(quantity for quantity in Quantity if quantity not in OF_NUMBERS)
_FIRST_SHOWN = frozenset({Quantity.LOSS, Quantity.ACCURACY})


class PlotOptions(QToolBar):
    """One line of controls over the plots; those that find no room wait behind an arrow.

    Signals
    -------
    changed()
        Another choice was made.
    fit_requested()
    export_requested()
    """

    changed = Signal()
    fit_requested = Signal()
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Plots", parent)
        self.setObjectName("plot-options")
        self.setMovable(False)
        self.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self._lines = {name: self._line_button(name) for name in (TRAINING, VALIDATION, SINGLE_BATCHES)}
        self._quantities = {quantity: self._quantity_action(quantity) for quantity in _OFFERED}
        self.smoothing = self._choice("Smoothing", "The mean of so many batches is drawn.")
        for count in SMOOTHINGS:
            self.smoothing.addItem("not smoothed" if count == 1 else f"mean of {count:,} batches", count)
        self.smoothing.setCurrentIndex(SMOOTHINGS.index(FIRST_SMOOTHING))
        self.axis = self._choice("Horizontal axis", "What is counted under the plots.")
        for word, is_epochs in (("over steps", False), ("over epochs", True)):
            self.axis.addItem(word, is_epochs)
        self.log = self._tool("log", "Logarithmic upright axes", checkable=True)
        self.layers = LayerChoice(self)
        self._lay_out()

    @property
    def shown(self) -> list[Quantity]:
        """The quantities that have a plot."""
        return [quantity for quantity, action in self._quantities.items() if action.isChecked()]

    @property
    def hidden(self) -> frozenset[str]:
        """The names of the curves that are left out."""
        lines = frozenset(name for name, button in self._lines.items() if not button.isChecked())
        return lines | self.layers.hidden

    @property
    def mean_of(self) -> int:
        """Of how many batches the mean is drawn."""
        return int(self.smoothing.currentData())

    @property
    def counts_epochs(self) -> bool:
        """Whether epochs are counted under the plots, and not steps."""
        return bool(self.axis.currentData())

    @property
    def is_log(self) -> bool:
        """Whether the upright axes are logarithmic."""
        return self.log.isChecked()

    def set_shown(self, quantity: Quantity, shown: bool) -> None:
        """Give a quantity a plot, or take it away."""
        self._quantities[quantity].setChecked(shown)

    def line_button(self, name: str) -> QToolButton:
        """Return the button that shows and hides a curve."""
        return self._lines[name]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange):
            self._color_swatches()

    def _lay_out(self) -> None:
        plots = self._tool("Plots", "Which quantities are drawn")
        menu = QMenu(plots)
        menu.addActions(list(self._quantities.values()))
        plots.setMenu(menu)
        plots.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        fit = self._tool("Fit", "Show everything again (double click or 0 in a plot)")
        fit.setIcon(icon("fit"))
        fit.clicked.connect(self.fit_requested)
        export = self._tool("Export…", "Export the curves as a picture, and their numbers")
        export.setIcon(icon("export"))
        export.clicked.connect(self.export_requested)
        self.addWidget(plots)
        self._layers_place = self.addWidget(self.layers)
        for widget in (*self._lines.values(), self.smoothing, self.axis, self.log, fit, export):
            self.addWidget(widget)
        self.log.toggled.connect(self._on_changed)
        self.layers.changed.connect(self._on_changed)
        for action in self._quantities.values():
            action.toggled.connect(self._offer_layers)
        self._offer_layers()
        self._color_swatches()

    def _line_button(self, name: str) -> QToolButton:
        button = self._tool(name, f"Show or hide: {name}", checkable=True)
        button.setChecked(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(SWATCH)
        button.toggled.connect(self._on_changed)
        return button

    def _quantity_action(self, quantity: Quantity) -> QAction:
        action = QAction(quantity.value, self)
        action.setCheckable(True)
        action.setChecked(quantity in _FIRST_SHOWN)
        action.setToolTip(WORDS[quantity].tip)
        action.toggled.connect(self._on_changed)
        return action

    def _tool(self, text: str, tip: str, *, checkable: bool = False) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setCheckable(checkable)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _choice(self, name: str, tip: str) -> QComboBox:
        choice = QComboBox(self)
        choice.setAccessibleName(name)
        choice.setToolTip(tip)
        choice.currentIndexChanged.connect(self._on_changed)
        return choice

    def _color_swatches(self) -> None:
        colors = colors_of_palette(QGuiApplication.palette())  # a styled widget may lag behind
        faint = mixed(colors.plot_train, colors.base, 0.35)
        for name, color, style in (
            (TRAINING, colors.plot_train, Qt.PenStyle.SolidLine),
            (VALIDATION, colors.plot_validation, Qt.PenStyle.DashLine),
            (SINGLE_BATCHES, faint, Qt.PenStyle.SolidLine),
        ):
            self._lines[name].setIcon(swatch(color, style, self.devicePixelRatioF()))

    @Slot()
    def _offer_layers(self) -> None:
        """Have the legend of the layers where a plot has curves of them."""
        self._layers_place.setVisible(any(WORDS[quantity].of_layers for quantity in self.shown))

    @Slot()
    def _on_changed(self) -> None:
        self.changed.emit()
