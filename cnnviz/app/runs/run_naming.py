"""What is known of a run as it begins: its name, its colour, of which it is a twin."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from cnnviz.app.runs.run_about import COLORS, About, new_name
from cnnviz.app.training.weights import are_first_weights
from cnnviz.data.batches import batch_count
from cnnviz.data.dataset import Split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.app.runs.run_folder import RunEntry
    from cnnviz.app.training.job import RunJob


def about_new(job: RunJob, entries: Sequence[RunEntry], name: str, twin_of: str) -> About:
    """Return what is to be written beside a run that begins now; `entries` are the list, newest first."""
    newest = next(iter(entries), None)
    names = {entry.about.name for entry in entries}
    return About(
        name=new_name(name, names, design=job.spec.name, data=job.dataset.name),
        color=(newest.about.color + 1) % COLORS if newest is not None else 0,
        began_at=datetime.datetime.now(datetime.UTC),
        steps_per_epoch=batch_count(len(job.dataset.indices(Split.TRAIN)), job.training.batch_size),
        twin_of=twin_of,
        is_from_first=job.earlier is None and are_first_weights(job.parameters),
    )
