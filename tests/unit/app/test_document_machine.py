"""Thousands of random edits: undo and redo give the identical designs, and what is known is always true."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.helpers.document_machine import DocumentMachine

pytestmark = pytest.mark.usefixtures("qapp")


def test_random_edits_can_all_be_undone_and_redone():
    quick = settings(max_examples=20, stateful_step_count=25, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(DocumentMachine, settings=quick)


@pytest.mark.slow
def test_thousands_of_random_edits_can_all_be_undone_and_redone():
    thorough = settings(max_examples=200, stateful_step_count=60, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(DocumentMachine, settings=thorough)
