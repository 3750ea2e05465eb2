from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.errors import FileError
from cnnviz.spec import io
from cnnviz.spec.layers import Conv2D, Dense, Flatten, ReLU, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.ui.builder.clipboard_text import NOTHING_THERE, copied_layers, from_text, to_text
from tests.helpers.random_designs import random_designs

BLOCK = Residual(id="block", layers=(Conv2D(id="conv1", padding="same"), ReLU(id="relu1")))
SPEC = NetworkSpec(name="Näme", input=InputSpec(), layers=(BLOCK, Flatten(id="flat"), Dense(id="dense")))


@given(random_designs(), st.data())
def test_copied_layers_come_back_as_they_were(spec: NetworkSpec, data: st.DataObject) -> None:
    every = [layer.id for layer in spec.walk()]
    layers = copied_layers(spec, data.draw(st.sets(st.sampled_from(every), min_size=1)))
    assert from_text(to_text(spec, layers)) == layers


def test_the_text_is_a_design_file() -> None:
    text = to_text(SPEC, copied_layers(SPEC, {"dense", "relu1", "block"}))
    assert json.loads(text)["format"] == "cnnviz-network"
    assert io.from_json(text).layers == (BLOCK, Dense(id="dense"))


def test_the_text_of_a_whole_file_gives_its_layers() -> None:
    assert from_text("\ufeff\n" + io.to_json(SPEC)) == SPEC.layers


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", NOTHING_THERE),
        ("hello", NOTHING_THERE),
        ("[1, 2]", NOTHING_THERE),
        ("{", "The text on the clipboard is not valid JSON: .* at line 1, column 2"),
        ("{}", 'is not a cnnviz design: "format" must be'),
        (io.to_json(NetworkSpec(name="", input=InputSpec())), "is a design without layers"),
        ("{" + " " * io.MAX_FILE_BYTES, "is too large"),
        (io.to_json(SPEC).replace('"Dense"', '"Dance"'), r"layers\[2\].type: 'Dance' is not known"),
    ],
)
def test_anything_else_is_refused_with_its_reason(text: str, words: str) -> None:
    with pytest.raises(FileError, match=words):
        from_text(text)


@given(st.text() | st.text().map(lambda text: "{" + text))
def test_no_text_raises_anything_but_our_own_error(text: str) -> None:
    try:
        from_text(text)
    except FileError:
        return
