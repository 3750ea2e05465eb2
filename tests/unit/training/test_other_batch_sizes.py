"""A run that goes on with batches of another size is where it was in its schedule, and stays there."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.spec.schedules import Cosine
from tests.helpers.runs import SETTINGS, finished, stopped_after

COSINE = dataclasses.replace(SETTINGS, schedule=Cosine(), epochs=4)


def cosine(share: float) -> float:
    return SETTINGS.optimizer.learning_rate * (1 + np.cos(np.pi * share)) / 2


@pytest.mark.parametrize("batch_size", [9, 32, 64, 90])
def test_the_rest_of_the_schedule_takes_the_rest_of_the_epochs(batch_size):
    half = stopped_after(6, COSINE)  # two of four epochs, of three steps each
    other = dataclasses.replace(COSINE, batch_size=batch_size)
    steps = finished(other, resume_from=half).history.steps
    per_epoch = -(-90 // batch_size)
    assert len(steps) == 6 + 2 * per_epoch
    shares = 0.5 + np.arange(2 * per_epoch) / (4 * per_epoch)
    np.testing.assert_allclose(steps.learning_rate[6:], [cosine(share) for share in shares], rtol=1e-9)


def test_it_is_there_again_after_another_interruption():
    other = dataclasses.replace(COSINE, batch_size=9)
    half = stopped_after(4, COSINE)
    whole = finished(other, resume_from=half)
    again = finished(other, resume_from=stopped_after(9, other, resume_from=half))
    np.testing.assert_array_equal(again.history.steps.learning_rate, whole.history.steps.learning_rate)
    for name, array in whole.parameters.items():
        np.testing.assert_array_equal(again.parameters[name], array)
