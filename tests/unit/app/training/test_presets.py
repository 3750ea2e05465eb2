"""Presets: kept in a file, read strictly, and never in the way of what belongs to the design."""

from __future__ import annotations

import dataclasses
import json

import pytest

from cnnviz.app.training.presets import BUNDLED, MAX_NAME_LENGTH, MAX_PRESETS, Presets
from cnnviz.errors import FileError, TrainingError
from cnnviz.spec.losses import MulticlassSVM
from cnnviz.spec.schedules import OneCycle
from cnnviz.spec.training import SGD, TrainingSpec

MINE = TrainingSpec(optimizer=SGD(learning_rate=0.2), schedule=OneCycle(rise=0.2), epochs=7, patience=2)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "presets.json"


def test_without_a_file_there_are_the_bundled_ones(path):
    presets = Presets(path)
    assert presets.all == BUNDLED
    assert presets.notice == ""
    assert [preset.name for preset in BUNDLED] == ["Default", "SGD with momentum", "Slow and careful"]
    assert BUNDLED[0].training == TrainingSpec()


def test_a_preset_is_there_again_after_a_restart(path):
    Presets(path).save("  My\n own ", MINE)
    again = Presets(path)
    assert [preset.name for preset in again.all[len(BUNDLED) :]] == ["My own"]
    assert again.all[-1].training == MINE
    assert again.is_own("My own")
    assert not again.is_own("Default")


def test_a_name_is_replaced_and_deleted(path):
    presets = Presets(path)
    presets.save("mine", MINE)
    presets.save("mine", dataclasses.replace(MINE, epochs=9))
    presets.save("another", MINE)
    assert [preset.name for preset in Presets(path).all[len(BUNDLED) :]] == ["another", "mine"]
    assert Presets(path).all[-1].training.epochs == 9
    presets.delete("mine")
    assert [preset.name for preset in Presets(path).all[len(BUNDLED) :]] == ["another"]


def test_what_belongs_to_the_design_or_the_machine_stays(path):
    now = TrainingSpec(loss=MulticlassSVM(), seed=5, threads=2, frozen=("conv1",))
    preset = Presets(path).save("mine", MINE)
    applied = preset.applied_to(now)
    assert (applied.loss, applied.seed, applied.threads) == (MulticlassSVM(), 5, 2)
    assert applied.frozen == ("conv1",)
    assert (applied.optimizer, applied.schedule, applied.epochs) == (MINE.optimizer, MINE.schedule, 7)


def test_the_preset_of_given_settings_is_known(path):
    presets = Presets(path)
    assert presets.matching(TrainingSpec(seed=4, loss=MulticlassSVM())) == BUNDLED[0]
    assert presets.matching(MINE) is None
    assert presets.matching(presets.save("mine", MINE).training).name == "mine"


@pytest.mark.parametrize("name", ["", "  ", "x" * (MAX_NAME_LENGTH + 1), "Default", "slow AND careful"])
def test_names_that_cannot_be_are_refused_and_nothing_is_written(path, name):
    presets = Presets(path)
    with pytest.raises(TrainingError, match=r"name"):
        presets.save(name, MINE)
    assert presets.all == BUNDLED
    assert not path.exists()


def test_there_is_a_limit(path):
    presets = Presets(path)
    presets._own = {str(number): BUNDLED[0] for number in range(MAX_PRESETS)}
    with pytest.raises(TrainingError, match="Delete one first"):
        presets.save("one more", MINE)


def test_where_nothing_can_be_written_nothing_changes(tmp_path):
    presets = Presets(tmp_path / "missing" / "presets.json")
    with pytest.raises(FileError, match="there is no folder|No such file"):
        presets.save("mine", MINE)
    assert presets.all == BUNDLED


def test_a_damaged_file_is_told_and_put_aside(path):
    path.write_text("{", encoding="utf-8")
    presets = Presets(path)
    assert "not valid JSON" in presets.notice
    assert presets.all == BUNDLED
    presets.save("mine", MINE)
    assert presets.notice == ""
    assert path.with_suffix(".broken").read_text(encoding="utf-8") == "{"
    assert Presets(path).is_own("mine")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"[]", '"format" and "version"'),
        (b'{"format": "cnnviz-presets", "version": 2}', '"format" and "version"'),
        (b'{"format": "cnnviz-presets", "version": 1}', "must be a list"),
        (b'{"format": "cnnviz-presets", "version": 1, "presets": [3]}', "preset 1: must have a name"),
        (b'{"format": "cnnviz-presets", "version": 1, "presets": [{"name": "a"}]}', "preset 1"),
    ],
)
def test_whatever_is_no_file_of_presets_is_named(path, content, reason):
    path.write_bytes(content)
    presets = Presets(path)
    assert reason in presets.notice
    assert presets.all == BUNDLED


def test_a_setting_out_of_range_is_named(path):
    Presets(path).save("mine", MINE)
    root = json.loads(path.read_text(encoding="utf-8"))
    root["presets"][0]["training"]["epochs"] = 0
    path.write_text(json.dumps(root), encoding="utf-8")
    assert "preset 1" in Presets(path).notice
    assert "Epochs must be from 1" in Presets(path).notice
