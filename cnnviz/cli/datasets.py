"""`cnnviz datasets`: what is known by name, and what is on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.cli.output import print_json, print_table
from cnnviz.data.catalog import DatasetInfo, known_datasets
from cnnviz.data.dataset import Split
from cnnviz.spec.shapes import format_shape

if TYPE_CHECKING:
    import argparse

_HEADINGS = ("Name", "Title", "On disk", "Licence", "Images", "Classes", "Training", "Validation", "Test")


def run(options: argparse.Namespace) -> int:
    """Print the catalog as a table or as a JSON object."""
    infos = known_datasets()
    if options.json:
        print_json({"datasets": [_to_dict(info) for info in infos]})
    else:
        print_table(_HEADINGS, [_row(info) for info in infos], right_from=4)
        print("Credit:")
        for info in infos:
            print(f"  {info.name}: {info.credit}")
    return 0


def _to_dict(info: DatasetInfo) -> dict[str, object]:
    return {
        "name": info.name,
        "title": info.title,
        "image_shape": list(info.image_shape),
        "classes": info.class_count,
        "sizes": {split.value: info.sizes[split] for split in Split},
        "credit": info.credit,
        "licence": info.licence,
        "on_disk": info.on_disk,
    }


def _row(info: DatasetInfo) -> tuple[str, ...]:
    sizes = (f"{info.sizes[split]:,}" for split in Split)
    on_disk = "yes" if info.on_disk else "no"
    shape = format_shape(info.image_shape)
    return (info.name, info.title, on_disk, info.licence, shape, str(info.class_count), *sizes)
