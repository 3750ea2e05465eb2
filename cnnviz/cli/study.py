"""`cnnviz inspect --study`: what the filters of each layer are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnviz.cli.output import print_table, say
from cnnviz.files import write_atomic
from cnnviz.interpret.layer_study import LayerStudy, study_layer
from cnnviz.interpret.number_files import csv_bytes
from cnnviz.interpret.number_sets import study_table
from cnnviz.interpret.study_images import study_images
from cnnviz.spec.layers import Conv2D, Dense
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cnnviz.data.dataset import Dataset, Split
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.events import Parameters

Studies = dict[str, tuple[LayerStudy, "Split"]]

_HEADINGS = ("Layer", "Filters", "Dead", "Saturated", "Near duplicates", "Mean activation", "Mean norm")


def studies_of(spec: NetworkSpec, parameters: Parameters, dataset: Dataset) -> Studies:
    """Return what is measured of each convolution and Dense layer, on images of a data set.

    Raises
    ------
    CnnvizError
        A layer cannot be computed.
    """
    split, images = study_images(dataset)
    say(f"Studying the filters on {counted(len(images), split.value + ' image')} of {dataset.plain_name} …")
    found: Studies = {}
    for layer in spec.walk():
        if isinstance(layer, Conv2D | Dense):
            study = study_layer(spec, parameters, layer.id, images)
            assert study is not None  # nobody cancels it
            found[layer.id] = study, split
    return found


def write_studies(studies: Mapping[str, tuple[LayerStudy, Split]], folder: Path) -> list[str]:
    """Write a table with a row for each filter of each layer; return the names of the files."""
    written = []
    for layer_id, (study, _) in studies.items():
        name = f"{layer_id}-study.csv"
        write_atomic(folder / name, csv_bytes(study_table(study)))
        written.append(name)
    return written


def studied_facts(studies: Mapping[str, tuple[LayerStudy, Split]]) -> dict[str, Any]:
    """Return the findings as plain values for a JSON object."""
    return {
        layer_id: {
            "images": study.images,
            "split": split.value,
            "filters": len(study.norms),
            "dead": list(study.dead),
            "saturated": list(study.saturated),
            "alike": [[pair.filter, pair.other, pair.cosine] for pair in study.alike],
        }
        for layer_id, (study, split) in studies.items()
    }


def print_studies(studies: Mapping[str, tuple[LayerStudy, Split]]) -> None:
    """Print a line for each layer."""
    rows = [
        (
            layer_id,
            f"{len(study.norms):,}",
            f"{len(study.dead):,}",
            f"{len(study.saturated):,}",
            f"{len(study.alike):,}",
            f"{float(study.activities.mean()):.4g}",
            f"{float(study.norms.mean()):.4g}",
        )
        for layer_id, (study, _) in studies.items()
    ]
    print_table(_HEADINGS, rows, right_from=1)
