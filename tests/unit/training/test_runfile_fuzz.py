"""Whatever stands in the texts of a run file: it is refused in one sentence, or it can be used."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import safetensors.numpy
from PIL import Image

from cnnviz.cli import predict
from cnnviz.data.preparing import prepared
from cnnviz.errors import CnnvizError, FileError
from cnnviz.spec.layers import Sigmoid
from cnnviz.spec.losses import BinaryCrossEntropy, MeanSquaredError
from cnnviz.spec.preparing import Preparing
from cnnviz.training import runfile
from cnnviz.training.result import RunResult
from cnnviz.training.run_metadata import to_metadata
from tests.helpers.mutations import mutations
from tests.helpers.run_files import a_run, refusal
from tests.helpers.runs import SETTINGS, few_digits, finished, measured_digits, noisy_design, odd_digits

MAX_SENTENCE = 700


@functools.cache
def runs() -> tuple[RunResult, ...]:
    """Runs of all kinds: on classes, on numbers, on two classes with one unit, on prepared images."""

    def settings(loss):
        return dataclasses.replace(SETTINGS, loss=loss, epochs=1)

    treated = prepared(few_digits(), Preparing(standardise=True))
    scaled = prepared(measured_digits(), Preparing(standardise_targets=True))
    return (
        a_run(),
        finished(settings(MeanSquaredError()), spec=noisy_design(2), dataset=measured_digits()),
        finished(settings(BinaryCrossEntropy()), spec=noisy_design(1, Sigmoid()), dataset=odd_digits()),
        finished(dataset=treated),
        finished(settings(MeanSquaredError()), spec=noisy_design(2), dataset=scaled),
    )


@functools.cache
def tensors(place: int) -> dict[str, np.ndarray]:
    return safetensors.numpy.load(runfile.to_bytes(runs()[place]))


def write(path: Path, place: int, name: str, text: str) -> None:
    texts = to_metadata(runs()[place]) | {name: text}
    path.write_bytes(safetensors.numpy.save(tensors(place), texts))


@pytest.fixture
def picture(tmp_path):
    Image.new("L", (8, 8), 99).save(tmp_path / "digit.png")
    return tmp_path / "digit.png"


@pytest.mark.parametrize("name", ["data", "training", "state", "history", "design"])
@pytest.mark.parametrize("count", [150, pytest.param(2_000, marks=pytest.mark.slow)])
def test_every_mutated_text_is_refused_in_one_sentence_or_used(tmp_path, picture, capsys, name, count):
    path, refused = tmp_path / "r.cnnviz", 0
    plain = [json.loads(to_metadata(run)[name]) for run in runs()]
    for number, content in enumerate(itertools.islice(mutations(count, plain), count)):
        write(path, number % len(plain), name, content.decode("utf-8", "replace"))
        options = SimpleNamespace(run=path, weights="last", images=[picture], json=True)
        try:
            predict.run(options)
        except FileError as error:
            refused += 1
            sentence = str(error)
            assert sentence.endswith("."), (number, content)
            assert "\n" not in sentence, (number, content)
            assert len(sentence) < len(str(path)) + MAX_SENTENCE, (number, content)
        except CnnvizError as error:
            assert "\n" not in str(error), (number, content)
        capsys.readouterr()
    assert count // 2 < refused < count


@pytest.mark.parametrize(
    ("place", "changes", "reason"),
    [
        (
            0,
            {"class_names": ["a"]},
            '"class_names" must be 10 names, one for each class that',
        ),
        (0, {"class_names": ["a"] * 11}, "received 11"),
        (2, {"class_names": ["a"]}, '"class_names" must be 2 names'),
        (1, {"quantities": [{"name": "ink", "unit": "", "part": ""}]}, '"quantities" must be 2 names'),
    ],
)
def test_names_are_as_many_as_the_answers_of_the_network(tmp_path, place, changes, reason):
    path = tmp_path / "r.cnnviz"
    data = json.loads(to_metadata(runs()[place])["data"]) | changes
    write(path, place, "data", json.dumps(data))
    assert reason in refusal(path)


def test_numbers_without_names_are_those_of_an_earlier_version(tmp_path, picture, capsys):
    path = tmp_path / "r.cnnviz"
    data = json.loads(to_metadata(runs()[1])["data"]) | {"quantities": []}
    write(path, 1, "data", json.dumps(data))
    assert predict.run(SimpleNamespace(run=path, weights="last", images=[picture], json=True)) == 0
    assert '"output 1"' in capsys.readouterr().out
