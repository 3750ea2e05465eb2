"""Curves as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json

from cnnviz.spec.training import TrainingSpec
from cnnviz.training.events import EpochDone, LayerVitals, SettingsChanged, StepDone, Vitals
from cnnviz.training.history import HistoryLog, empty_history
from cnnviz.training.history_text import history_csv, history_json


def history():
    log = HistoryLog()
    log.append(StepDone(1, 1, 2.5, float("nan"), 32, 0.25))
    log.append(StepDone(2, 1, float("inf"), 0.5, 64, 0.5))
    log.append(EpochDone(1, 2, 1.5, 0.5, 0.75, 0.625, 0.5, 128.0))
    return log.frozen()


def test_a_table_has_a_line_for_each_step_and_epochs_where_they_end():
    rows = list(csv.DictReader(io.StringIO(history_csv(history()))))
    assert [row["step"] for row in rows] == ["1", "2"]
    assert rows[0]["accuracy"] == ""
    assert float(rows[1]["loss"]) == float("inf")
    assert [row["epoch_val_loss"] for row in rows] == ["", "0.75"]


def test_json_has_a_list_for_each_column_and_null_for_what_is_no_number():
    data = json.loads(history_json(history()))
    assert data["steps"]["loss"] == [2.5, None]
    assert data["steps"]["accuracy"] == [None, 0.5]
    assert data["epochs"]["val_accuracy"] == [0.625]


def test_what_was_measured_of_layers_has_columns_of_its_own():
    looks = (LayerVitals("conv1", 0.001, None, None, None), LayerVitals("relu1", None, None, 0.25, None))
    log = HistoryLog(history())
    log.append(Vitals(2, looks))
    rows = list(csv.DictReader(io.StringIO(history_csv(log.frozen()))))
    assert [(row["conv1/update_ratio"], row["relu1/dead_share"]) for row in rows] == [
        ("", ""),
        ("0.001", "0.25"),
    ]
    assert "conv1/gradient_norm" not in rows[0]
    vitals = json.loads(history_json(log.frozen()))["vitals"]
    assert vitals == {
        "step": [2],
        "layers": {"conv1": {"update_ratio": [0.001]}, "relu1": {"dead_share": [0.25]}},
    }


def test_what_was_changed_stands_with_the_first_step_that_was_learned_with_it():
    log = HistoryLog()
    log.append(StepDone(1, 1, 2.5, 0.25, 32, 0.25))
    for text in ("learning rate 0.01 → 0.1", "momentum 0 → 0.9"):
        log.append(SettingsChanged(1, text, TrainingSpec()))
    log.append(StepDone(2, 1, 2.0, 0.5, 64, 0.5))
    rows = list(csv.DictReader(io.StringIO(history_csv(log.frozen()))))
    assert [row["changed"] for row in rows] == ["", "learning rate 0.01 → 0.1; momentum 0 → 0.9"]
    changes = json.loads(history_json(log.frozen()))["changes"]
    assert changes == {"step": [2, 2], "text": ["learning rate 0.01 → 0.1", "momentum 0 → 0.9"]}


def test_before_the_first_step_there_are_columns_and_no_lines():
    assert len(history_csv(empty_history()).splitlines()) == 1
    assert json.loads(history_json(empty_history()))["steps"]["step"] == []
