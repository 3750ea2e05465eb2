from __future__ import annotations

import json

import numpy as np
import pytest

from cnnviz.cli import main
from cnnviz.spec import io
from cnnviz.training.runfile import save_run
from tests.helpers.designs import small_design
from tests.helpers.runs import few_digits, finished


@pytest.fixture
def design_file(tmp_path):
    """A design file for the bundled digits that trains in a moment."""
    io.save(small_design(), tmp_path / "small.json")
    return tmp_path / "small.json"


@pytest.fixture
def data_file(tmp_path):
    """A data set of 130 digits in a file."""
    chosen = np.concatenate(list(few_digits().splits.values()))
    images, labels = few_digits().images[chosen], few_digits().labels[chosen]
    np.savez(tmp_path / "few.npz", images=images, labels=labels)
    return tmp_path / "few.npz"


@pytest.fixture
def run_file(tmp_path):
    """A run on a few digits; the data set cannot be opened by name."""
    save_run(tmp_path / "run.cnnviz", finished(spec=small_design()))
    return tmp_path / "run.cnnviz"


@pytest.fixture
def call(capsys):
    """Call the command line and return exit status, standard output and standard error."""

    def run(*words) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = main([str(word) for word in words])
        except SystemExit as end:
            status = int(end.code or 0)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def call_json(call):
    """Call the command line with --json and return the object in the last line of standard output."""

    def run(*words):
        status, out, err = call(*words, "--json")
        assert status == 0, err
        return json.loads(out.splitlines()[-1])

    return run


@pytest.fixture
def refused(call):
    """Call the command line and return the one sentence with which it ends in exit status 1."""

    def run(*words) -> str:
        status, out, err = call(*words)
        assert status == 1
        assert out == ""
        last = err.splitlines()[-1]
        assert "Traceback" not in err
        assert last.startswith("cnnviz: ")
        return last

    return run
