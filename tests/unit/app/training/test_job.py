from __future__ import annotations

import dataclasses

import pytest

from cnnviz.app.training.job import prolonged
from cnnviz.spec import io
from tests.helpers.runs import SETTINGS, stopped_after


@pytest.mark.parametrize(
    ("epochs", "done", "expected"),
    [(5, 2, 5), (5, 5, 10), (2, 5, 7), (60_000, 60_000, 100_000), (100_000, 99_999, 100_000)],
)
def test_a_prolonged_run_has_settings_that_a_file_may_hold(epochs, done, expected):
    run = stopped_after(4)
    earlier = dataclasses.replace(run, state=dataclasses.replace(run.state, epoch=done))
    training = prolonged(dataclasses.replace(SETTINGS, epochs=epochs), earlier)
    assert training.epochs == expected
    assert io.training_from_dict(io.training_to_dict(training)) == training
