from __future__ import annotations

import pytest

from cnnviz.app.runs.run_about import RunKind
from cnnviz.app.runs.run_ends import kind_of, reason_of
from cnnviz.training.events import Failed, Finished, Stopped


def made(kind, **values):
    """Return an ending with the fields given; what became of the run's numbers does not matter here."""
    end = object.__new__(kind)
    for name, value in values.items():
        object.__setattr__(end, name, value)
    return end


@pytest.mark.parametrize(
    ("end", "kind", "reason"),
    [
        (made(Finished, note="Early."), RunKind.FINISHED, "Early."),
        (made(Stopped), RunKind.STOPPED, ""),
        (made(Failed, reason="NaN."), RunKind.FAILED, "NaN."),
    ],
)
def test_every_ending_has_its_kind_and_says_why_where_there_is_something_to_say(end, kind, reason):
    assert (kind_of(end), reason_of(end)) == (kind, reason)
