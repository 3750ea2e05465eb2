from __future__ import annotations

import sys

from cnnviz.cli.progress import reporter
from cnnviz.training.events import EpochDone, RunStarted, StepDone

STARTED = RunStarted(first_step=0, first_epoch=0, steps_per_epoch=2, epochs=1, threads=2)
STEP = StepDone(step=1, epoch=1, loss=1.0, accuracy=0.5, images=32, seconds=0.5)
EPOCH = EpochDone(
    epoch=1,
    step=2,
    train_loss=0.1234,
    train_accuracy=0.5,
    val_loss=0.25,
    val_accuracy=0.75,
    seconds=1.0,
    images_per_second=6480.0,
)


def test_plain_lines_where_there_is_no_terminal(capsys):
    with reporter() as progress:
        for event in (STARTED, STEP, EPOCH):
            progress.show(event)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        "epoch 1/1  train loss 0.1234 accuracy 50.00%"
        "  validation loss 0.2500 accuracy 75.00%  6,480 images/s\n"
    )


def test_a_bar_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    with reporter() as progress:
        for event in (STARTED, STEP, EPOCH):
            progress.show(event)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "epoch 1/1  train loss 0.1234" in captured.err
    assert "\x1b[" in captured.err
