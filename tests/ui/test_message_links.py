"""What the parts of the window have to say stands above the network, with what can be done about it."""

from __future__ import annotations

import numpy as np

from cnnviz.training.runfile import save_run
from tests.helpers.designs import small_design
from tests.helpers.runs import few_digits, finished


def test_a_data_set_that_is_not_found_can_be_opened_from_the_message(window, questions, tmp_path, qtbot):
    save_run(tmp_path / "run.cnnviz", finished(spec=small_design()))
    window.files.open_path(tmp_path / "run.cnnviz")
    assert 'learned from "few-digits"' in window.banner.text
    images = few_digits()
    np.savez(tmp_path / "few.npz", images=images.images, labels=images.labels)
    questions.paths = [tmp_path / "few.npz"]
    with qtbot.waitSignal(window.workbench.selection.dataset_changed):
        window.banner.action_requested.emit("Open File…")
    assert window.workbench.selection.dataset.name == "npz:few"
    assert 'learned from "few-digits"' not in window.banner.text
