"""A unit page with a network in it, for tests."""

from __future__ import annotations

import numpy as np

from cnnviz.app.looking.inspection import Inspection
from cnnviz.interpret.activations import view_image
from cnnviz.interpret.explain.place import Unit
from cnnviz.spec.network import NetworkSpec
from cnnviz.ui.inspector.unit.unit_page import UnitPage
from tests.helpers.looks import look_of

CLASSES = tuple("0123456789")


def inspection_of(spec: NetworkSpec, *, seed: int = 0) -> Inspection:
    """Return the inspection of a random image with random weights."""
    look = look_of(spec, seed=seed)
    return Inspection(spec, look.view, (), parameters=look.arrays)


def with_weights(inspection: Inspection, factor: float) -> Inspection:
    """Return the same image in the same network with weights of another size."""
    arrays = {name: array * np.float32(factor) for name, array in inspection.parameters.items()}
    view = view_image(inspection.spec, arrays, inspection.image_view.image)
    return Inspection(inspection.spec, view, (), parameters=arrays)


def open_page(qtbot, spec: NetworkSpec, unit: Unit, size=(880, 560)) -> UnitPage:
    page = UnitPage()
    qtbot.addWidget(page)
    page.resize(*size)
    page.set_inspection(inspection_of(spec), CLASSES)
    page.open_unit(unit)
    with qtbot.waitExposed(page):
        page.show()
    qtbot.waitUntil(lambda: page.sheet_view.figure is not None)
    return page
