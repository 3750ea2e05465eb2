"""Going on with a run as if it had never been interrupted."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.engine.parallel import default_threads

if TYPE_CHECKING:
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.training.result import RunResult


def exact_settings(result: RunResult) -> TrainingSpec:
    """Return settings with which a run goes on bit for bit.

    Where the number of threads was left open, it is named if this machine would take another one now.
    """
    training = result.training
    if (training.threads or default_threads()) == result.threads:
        return training
    return dataclasses.replace(training, threads=result.threads)
