"""Run files, whole and spoiled."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
import safetensors.numpy

from cnnviz.errors import FileError
from cnnviz.training import runfile
from cnnviz.training.result import RunResult
from cnnviz.training.run_metadata import to_metadata
from cnnviz.training.runfile import load_run
from tests.helpers.runs import stopped_after

NO_VITALS = dict.fromkeys(
    f"vitals/{name}" for name in ("step", "update_ratio", "gradient_norm", "dead_share", "saturated_share")
)
"""What files of versions before 4 have not."""


@functools.cache
def a_run() -> RunResult:
    """A run that was stopped in its second epoch, so that it has everything."""
    return stopped_after(4)


@functools.cache
def content() -> bytes:
    return runfile.to_bytes(a_run())


def saved(path: Path, *, metadata=None, tensors=None) -> Path:
    """Write the run with some metadata (None: removed) or tensors (None: removed) changed."""
    texts = to_metadata(a_run()) | (metadata or {})
    arrays = safetensors.numpy.load(content()) | (tensors or {})
    texts, arrays = ({k: v for k, v in values.items() if v is not None} for values in (texts, arrays))
    path.write_bytes(safetensors.numpy.save(arrays, texts))
    return path


def refusal(path: Path) -> str:
    with pytest.raises(FileError) as caught:
        load_run(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert message.endswith(".")
    return message.removeprefix(str(path))
