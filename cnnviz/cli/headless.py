"""What `make run` does on a machine without a display: train the default design and write its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.cli.inspect import Subject, write_inspection
from cnnviz.cli.networks import load_design
from cnnviz.cli.output import say
from cnnviz.cli.runs import measure
from cnnviz.cli.test_use import with_use
from cnnviz.cli.train import INTERRUPTED, check_success, print_result, train_headless
from cnnviz.data.catalog import open_dataset
from cnnviz.data.dataset import Split
from cnnviz.spec.training import TrainingSpec
from cnnviz.training.events import Stopped
from cnnviz.training.runfile import save_run

if TYPE_CHECKING:
    from pathlib import Path

_DESIGN = "digits-cnn"
_DATASET = "digits"
_RUN_FILE = "run.cnnviz"


def run_headless(folder: Path) -> int:
    """Train, keep the run, and write pictures of it for the first test image, all into `folder`."""
    say("There is no display, so no window can open. Training the default design instead.")
    dataset = open_dataset(_DATASET)
    ending = train_headless(load_design(_DESIGN), dataset, TrainingSpec())
    check_success(ending)
    result = with_use(ending.result)
    image = dataset.scaled_image(int(dataset.indices(Split.TEST)[0]))
    subject = Subject(result.spec, result.shown_parameters, result.data)
    written = write_inspection(subject, image, folder, arrays=False)
    save_run(folder / _RUN_FILE, result)
    print_result(result, measure(result, result.shown_parameters, dataset, Split.TEST))
    print(f"Pictures of its filters and feature maps are in {folder.resolve()}: {', '.join(written)}")
    print(f"The run is in {folder / _RUN_FILE}; look further with: cnnviz predict, cnnviz inspect --help")
    return INTERRUPTED if isinstance(ending, Stopped) else 0
