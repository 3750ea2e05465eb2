"""Reports with little in them, for tests of what is made of reports."""

from __future__ import annotations

import numpy as np

from cnnviz.interpret.number_files import NumberSet, Table
from cnnviz.ui.export.report import Report
from cnnviz.ui.inspector.unit.blocks import MapTile, enlarged
from cnnviz.ui.inspector.unit.figures import Figure
from cnnviz.ui.inspector.unit.pens import Pens, Ramp, Scaling

CELL_PX = 10
VALUES = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 1.0]])


def board(pens: Pens) -> Figure:
    """A map of two rows and three columns, black and white in turn, with cells of ten logical pixels."""
    cell = pens.px(CELL_PX)
    image = pens.image(VALUES, Scaling(Ramp.IMAGE, 0.0, 1.0))
    return MapTile(enlarged(image, cell, pens), VALUES.shape, cell, pens)


def report_of(**changes) -> Report:
    """A report of a chess board with an array and a table."""
    fields = {
        "name": "board",
        "title": "A board <of> cells & more",
        "about": "design · image",
        "body": board,
        "notes": ("White is one.", "Black is zero."),
        "numbers": NumberSet({"cells": VALUES}, Table(("a",), [(1.5,)])),
    }
    return Report(**(fields | changes))
