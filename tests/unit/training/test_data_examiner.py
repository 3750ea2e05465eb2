"""What a data set says, asked again and again."""

from __future__ import annotations

import pytest

from cnnviz.spec.layers import BatchNorm, Dense
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.spec.training import TrainingSpec
from cnnviz.training import data_examiner, doctor_data
from cnnviz.training.data_examiner import DataExaminer
from cnnviz.training.findings import Case, Kind
from cnnviz.training.history import empty_history
from tests.helpers.sick_runs import images, plain_design


@pytest.fixture
def looks(monkeypatch):
    """What was looked at, in order."""
    seen = []

    def counted(name):
        real = getattr(doctor_data, name)

        def look(*arguments):
            seen.append(name)
            return real(*arguments)

        monkeypatch.setattr(data_examiner, name, look)

    counted("brightest")
    counted("examine_labels")
    return seen


def dark():
    splits = {"train": slice(0, 180), "validation": slice(180, 240), "test": slice(240, 300)}
    return images([0, 1, 2] * 100, **splits, brightest=16)


def case_of(spec=None, **settings):
    return Case(spec or plain_design(), TrainingSpec(**settings), empty_history())


def agrees(examiner, case, dataset):
    return examiner.findings(case, dataset) == tuple(doctor_data.examine_data(case, dataset))


def test_edits_and_other_settings_do_not_look_at_the_images_again(looks):
    dataset, examiner = dark(), DataExaminer()
    spec = plain_design()
    cases = [
        case_of(spec),
        case_of(spec.insert(0, BatchNorm())),
        case_of(spec.insert(4, Dense(units=20))),
        case_of(spec, epochs=3, l2=0.1, clip_norm=1.0),
    ]
    for case in cases:
        assert agrees(examiner, case, dataset)
    assert looks == ["brightest", "examine_labels"]


@pytest.mark.parametrize("settings", [{"batch_size": 7}, {"seed": 9}, {"loss": MeanSquaredError()}])
def test_labels_are_looked_at_again_where_their_order_or_the_loss_is_another(looks, settings):
    dataset, examiner = dark(), DataExaminer()
    examiner.findings(case_of(), dataset)
    assert agrees(examiner, case_of(**settings), dataset)
    assert looks == ["brightest", "examine_labels", "examine_labels"]


def test_another_data_set_is_looked_at(looks):
    examiner = DataExaminer()
    examiner.findings(case_of(), dark())
    bright = images([0, 1] * 150, train=slice(0, 180), validation=slice(180, 240), test=slice(240, 300))
    assert agrees(examiner, case_of(), bright)
    assert looks == ["brightest", "examine_labels"] * 2


def test_the_advice_is_an_edit_of_the_design_asked_about():
    dataset, examiner = dark(), DataExaminer()
    examiner.findings(case_of(), dataset)
    spec = plain_design().insert(5, Dense(units=20))
    found = next(one for one in examiner.findings(case_of(spec), dataset) if one.kind is Kind.SCALE)
    (advice,) = (fix.spec for fix in found.fixes if fix.spec is not None)
    assert advice.layers[1:] == spec.layers
