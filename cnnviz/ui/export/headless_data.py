"""Evaluations and data sets as reports without a window, for the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.app.data.browsing import MeansWish, PixelsWish
from cnnviz.app.data.image_maps import MapWish
from cnnviz.data.summary import positions_of_class
from cnnviz.errors import DataError
from cnnviz.training.class_report import ClassReport
from cnnviz.ui.browser.words import listed, mapped, pixel_headings
from cnnviz.ui.evaluation.words import list_heading
from cnnviz.ui.export.browser_report import (
    ImagesShown,
    classes_of_images_report,
    images_report,
    map_of_images_report,
    pixels_report,
)
from cnnviz.ui.export.classes_report import classes_report
from cnnviz.ui.export.evaluated_images_report import evaluated_images_report
from cnnviz.ui.export.evaluation_report import evaluation_report
from cnnviz.ui.preparing.words import said_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.app.data.image_maps import LayerOfNetwork, MapOfImages
    from cnnviz.app.evaluation.examination import Findings
    from cnnviz.data.dataset import Dataset, Split
    from cnnviz.ui.export.report import Report

_NO_REST = 0.0
"""Nobody waits for a window."""


def evaluation_reports(findings: Findings) -> Iterator[Report | None]:
    """Return what the page of the evaluation shows: matrix, classes and mistakes, or plots of numbers."""
    report, design = findings.report, findings.spec.name
    is_of_classes = isinstance(report, ClassReport)
    yield evaluation_report(findings, design)
    if is_of_classes:
        yield classes_report(findings, design)
    places = report.mistakes() if isinstance(report, ClassReport) else report.hardest
    heading = list_heading(report, len(places), None, None)
    yield evaluated_images_report(findings, places, heading, design)


def browser_reports(
    dataset: Dataset, split: Split, label: int | None = None, layer: LayerOfNetwork | None = None
) -> Iterator[Report | None]:
    """Return what the browser shows of a part of a data set: images, classes, map and pixels.

    `label` is of which class only; images are alike on the map by their pixels, or by what `layer` makes.

    Raises
    ------
    DataError
        There is no map.
    """
    positions = positions_of_class(dataset, split, label)
    name = None if label is None else dataset.class_names[label]
    about = f"{said_of(dataset)} · {listed(len(positions), split, name)}"
    shown = ImagesShown(dataset, split, positions, about, label)
    yield images_report(shown)
    yield classes_of_images_report(shown, MeansWish(dataset, split, _NO_REST).meet())
    if len(dataset.indices(split)):
        found = _map(dataset, split, layer)
        yield map_of_images_report(shown, found, mapped(found, layer))
        counts = PixelsWish(dataset, split, _NO_REST).meet()
        assert counts is not None  # nobody cancels it
        yield pixels_report(shown, counts, pixel_headings(dataset, counts, label))


def _map(dataset: Dataset, split: Split, layer: LayerOfNetwork | None) -> MapOfImages:
    found = MapWish(dataset, split, layer, _NO_REST).meet()
    assert found is not None  # nobody cancels it
    if isinstance(found, str):
        raise DataError(found)
    return found
