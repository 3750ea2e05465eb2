"""`cnnviz baselines`: how well simple classifiers do on a data set, which a network has to beat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnviz.app.evaluation.baseline_plan import baselines_for
from cnnviz.cli.output import print_json, print_table, say
from cnnviz.cli.runs import open_prepared
from cnnviz.spec.preparing import Preparing, preparing_in_words
from cnnviz.training.baselines import measure_test, run_baseline
from cnnviz.training.gate import Gate

if TYPE_CHECKING:
    import argparse

    from cnnviz.training.baselines import BaselineResult, Measure

_HEADINGS = ("baseline", "validation", "test", "training", "per image", "parameters")
_NONE = "-"


def run(options: argparse.Namespace) -> int:
    """Make one baseline after the other and print what was measured."""
    preparing = Preparing(**dict(options.prepare or ()))
    dataset = open_prepared(options.dataset, preparing)
    gate, results = Gate(), []
    for baseline in baselines_for(dataset, seed=options.seed):
        result = run_baseline(baseline, dataset, gate, _ignore, threads=options.threads)
        if options.test:
            result = measure_test(result, dataset, gate, _ignore, threads=options.threads)
        say(f"{result.title}: validation accuracy {result.validation.accuracy:.2%}. {result.how}")
        results.append(result)
    if options.json:
        rows = [_to_dict(result) for result in results]
        print_json(
            {
                "dataset": dataset.name,
                "content_hash": dataset.content_hash,
                "prepared": preparing_in_words(preparing),
                "baselines": rows,
            }
        )
    else:
        print_table(_HEADINGS, [_row(result) for result in results], right_from=1)
    return 0


def _ignore(share: float) -> None:
    """Take no notice of the progress: each baseline is a matter of seconds, and is told when done."""


def _row(result: BaselineResult) -> tuple[str, ...]:
    seconds = result.training_seconds
    return (
        result.title,
        _share(result.validation),
        _share(result.test),
        _NONE if seconds is None else f"{seconds:.2f} s",
        f"{1e6 * result.validation.seconds_per_image:,.1f} µs",
        f"{result.parameters:,}",
    )


def _share(measure: Measure | None) -> str:
    return _NONE if measure is None else f"{measure.accuracy:.2%}"


def _to_dict(result: BaselineResult) -> dict[str, Any]:
    choice, test = result.choice, result.test
    chosen = {} if choice is None else {"k": choice.k, "distance": choice.metric.value}
    return {
        "name": result.name,
        "title": result.title,
        "val_accuracy": result.validation.accuracy,
        "test_accuracy": None if test is None else test.accuracy,
        "training_seconds": result.training_seconds,
        "seconds_per_image": result.validation.seconds_per_image,
        "parameters": result.parameters,
        **chosen,
        "how": result.how,
    }
