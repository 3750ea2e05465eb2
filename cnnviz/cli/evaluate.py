"""`cnnviz evaluate`: how well a trained network does on a part of a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.cli.output import print_json, say
from cnnviz.cli.runs import dataset_of, figures, measure, read_run, share_right
from cnnviz.data.dataset import Split
from cnnviz.training.loop import check_fit

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Print accuracy and loss."""
    result, parameters = read_run(options.run, options.weights)
    dataset = dataset_of(result.data, options.dataset)
    check_fit(result.spec, dataset, result.training.loss)
    same_data = dataset.content_hash == result.data.content_hash
    if not same_data:
        say(
            f'Note: the run learned from "{result.data.name}"; these images ("{dataset.name}") are not the '
            "same, so some of them may have been used for training."
        )
    measured = measure(result, parameters, dataset, Split(options.split))
    if options.json:
        print_json(
            {
                "run": str(options.run),
                "dataset": dataset.name,
                "split": options.split,
                "weights": options.weights,
                "accuracy": share_right(measured),
                "top5_accuracy": measured.top_accuracy,
                "mean_absolute_error": measured.mean_absolute_error,
                "r_squared": measured.r_squared,
                "loss": measured.loss,
                "images": measured.images,
                "same_data": same_data,
            }
        )
        return 0
    print(f"{options.split} {figures(measured)}, over {measured.images:,} images")
    return 0
