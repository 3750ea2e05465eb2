"""Whatever stands in a design file, reading it gives a design or one sentence, and takes no time."""

from __future__ import annotations

import itertools
import json
import time
from pathlib import Path

import pytest

from cnnviz.errors import FileError
from cnnviz.resource_files import resource_path
from cnnviz.spec import io
from cnnviz.spec.trace import trace
from cnnviz.spec.validate import check_trace
from tests.helpers.mutations import mutations

MAX_SENTENCE = 700
SLOW_S = 2.0
SMALL = json.dumps({"format": io.FORMAT, "version": 1, "input": {"height": 8, "width": 8, "channels": 1}})


def read(path: Path, content: bytes) -> str:
    """Read a file that holds `content`; return the sentence that refuses it, or nothing."""
    path.write_bytes(content)
    try:
        spec = io.load(path)
    except FileError as error:
        return str(error)
    assert io.from_json(io.to_json(spec)) == spec  # what can be read can be written
    check_trace(trace(spec))
    return ""


@pytest.mark.parametrize("count", [500, pytest.param(10_000, marks=pytest.mark.slow)])
def test_every_mutated_file_is_read_or_refused_in_one_sentence(tmp_path: Path, count: int) -> None:
    path = tmp_path / "mutated.json"
    designs = [io.load(file) for file in sorted(resource_path("networks").glob("*.json"))]
    plain = [io.to_dict(spec) for spec in designs if len(spec.layers) < 15]
    refused = 0
    for number, content in enumerate(itertools.islice(mutations(count, plain), count)):
        sentence = read(path, content)
        refused += bool(sentence)
        if sentence:
            assert sentence.startswith(str(path)), (number, content)
            assert sentence.endswith("."), (number, content, sentence)
            assert "\n" not in sentence, (number, content, sentence)
            assert len(sentence) < len(str(path)) + MAX_SENTENCE, (number, content, sentence)
    assert count // 2 < refused < count


def many(count: int, text: str) -> str:
    return ",".join(text.replace("#", str(number)) for number in range(count))


def small(rest: str) -> str:
    """Return a small design with more behind its last value."""
    return f"{SMALL[:-1]},{rest}}}"


def dense(units: str) -> str:
    return small('"layers":[{"type":"Dense","units":' + units + "}]")


HOSTILE = {
    "many keys, the last twice": "{" + many(300_000, '"k#":0') + ',"k299999":1}',
    "many unknown keys": small(many(200_000, '"k#":0')),
    "many layers": small('"layers":[' + many(100_000, "{}") + "]"),
    "many numbers as a name": small('"layers":[],"name":[' + many(400_000, "1") + "]"),
    "many numbers as units": dense("[" + many(400_000, "7") + "]"),
    "a long type": small('"layers":[{"type":"' + "x" * 3_000_000 + '"}]'),
    "a long number": dense("9" * 4_000),
    "a deep value": dense("[" * 900 + "]" * 900),
    "a deep object": dense('{"a":' * 700 + "1" + "}" * 700),
    "a deep type": small('"layers":[{"type":' + "[" * 900 + "]" * 900 + "}]"),
    "endless depth": "[" * 3_000_000,
    "blocks in blocks": small('"layers":[' + '{"type":"Residual","layers":[' * 400 + "]}" * 400 + "]"),
    "a long key": small('"layers":[],"' + "k" * 3_000_000 + '":0'),
    "a version of many digits": f'{{"format":"{io.FORMAT}","version":{"1" * 4_000}}}',
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_file_made_to_hurt_is_refused_at_once(tmp_path: Path, text: str) -> None:
    began = time.perf_counter()
    sentence = read(tmp_path / "hostile.json", text.encode())
    assert time.perf_counter() - began < SLOW_S
    assert sentence.startswith(str(tmp_path / "hostile.json"))
    assert len(sentence) < len(str(tmp_path)) + MAX_SENTENCE


def test_an_oversized_file_is_refused_with_the_limit(tmp_path: Path) -> None:
    sentence = read(tmp_path / "big.json", b" " * (io.MAX_FILE_BYTES + 1))
    assert "too large: at most 4,000,000 bytes are allowed" in sentence
