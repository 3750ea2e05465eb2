from __future__ import annotations

import contextlib
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.errors import CnnvizError, FileError
from cnnviz.spec import io
from cnnviz.spec.fields import FieldInfo, FieldKind, field_infos
from cnnviz.spec.layers import LAYER_TYPES, Conv2D, Dense, Flatten, Layer, MaxPool2D
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.training import OPTIMIZER_TYPES, SGD, Adam, TrainingSpec


def values(info: FieldInfo) -> st.SearchStrategy[Any]:
    low, high = info.minimum, info.maximum
    whole = st.integers(int(low), int(min(high, 2**31)))
    return {
        FieldKind.INTEGER: whole,
        FieldKind.NUMBER: st.floats(low, min(high, 1e9)),
        FieldKind.FLAG: st.booleans(),
        FieldKind.PAIR: st.tuples(whole, whole),
        FieldKind.CHOICE: st.sampled_from([word for word, _ in info.choices] or [""]),
        FieldKind.PADDING: st.sampled_from(["valid", "same"]) | st.tuples(whole, whole, whole, whole),
    }[info.kind]


def records(cls: Any) -> st.SearchStrategy[Any]:
    infos = field_infos(cls)
    return st.builds(cls, **{name: values(info) for name, info in infos.items()})


layers: st.SearchStrategy[Layer] = st.one_of([records(cls) for cls in LAYER_TYPES])
designs = st.builds(
    NetworkSpec,
    name=st.text(max_size=30),
    input=records(InputSpec),
    layers=st.lists(layers, max_size=6).map(tuple),
)


@given(designs)
def test_every_design_comes_back_as_it_was(spec: NetworkSpec) -> None:
    assert io.from_json(io.to_json(spec)) == spec


@given(
    st.builds(
        TrainingSpec,
        optimizer=st.one_of([records(cls) for cls in OPTIMIZER_TYPES]),
        batch_size=st.integers(1, 1000),
        epochs=st.integers(1, 1000),
        seed=st.integers(0, 1000),
    )
)
def test_training_settings_come_back_as_they_were(training: TrainingSpec) -> None:
    plain = json.loads(json.dumps(io.training_to_dict(training)))
    assert io.training_from_dict(plain) == training


def test_a_single_layer_comes_back_or_is_named() -> None:
    for kind in LAYER_TYPES:
        layer = kind(id="it")
        assert io.layer_from_dict(io.layer_to_dict(layer), "the drop") == layer
    with pytest.raises(FileError, match=r"the drop, at layer\.units: Units must be from 1"):
        io.layer_from_dict({"type": "Dense", "units": 0}, "the drop")


SMALL = NetworkSpec(
    name="small",
    input=InputSpec(height=8, width=8, channels=1),
    layers=(Conv2D(filters=2), MaxPool2D(), Flatten(), Dense(units=10)),
)


def changed(**changes: Any) -> str:
    return json.dumps({**io.to_dict(SMALL), **changes})


def layer(**changes: Any) -> str:
    return changed(layers=[{"id": "conv1", "type": "Conv2D", **changes}])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not valid JSON"),
        ('{"format', "Unterminated string starting at line 1, column 2"),
        ("[]", "must be an object"),
        ("{}", '"format" must be'),
        ('{"format": "cnnviz-network", "version": 1, "version": 1}', '"version" stands twice'),
        (changed(version=True), "version: this program reads version 1; received True"),
        (changed(version=2), "version: this program reads version 1; received 2"),
        (changed(colour="red"), '"colour" is not known here'),
        (changed(layers=3), "layers: must be a list"),
        (changed(input=None), "input: must be an object"),
        (changed(input={"height": 8, "width": 8}), 'input: "channels" is missing'),
        (changed(input={"height": 8, "width": 0, "channels": 1}), "input.width: Width must be from 1"),
        (changed(name=7), "name: must be text"),
        (layer(type="Lambda"), r"layers\[0\].type: 'Lambda' is not known"),
        (layer(filters="many"), r"layers\[0\].filters: Filters must be a whole number; received 'many'"),
        (layer(filters=True), "must be a whole number"),
        (layer(filters=10**6), "must be from 1 to 4,096"),
        (layer(kernel_size=[3]), "must be two whole numbers"),
        (layer(padding="full"), '"valid", "same" or four'),
        (layer(fitlers=3), r'layers\[0\]: "fitlers" is not known here; allowed are dilation, filters'),
        (layer(id="no space"), r"layers\[0\].id: must begin with a letter"),
        (layer(filters=float("nan")), "NaN is not a number that a file may hold"),
        ("[" * 100_000, "nested too deeply"),
        ('{"version": ' + "9" * 5000 + "}", "too many digits"),
        (changed(layers=[{"type": "ReLU", "id": "a"}] * 2), '"a" stands more than once'),
        (changed(layers=[{"type": "ReLU"}] * 501), "at most 500 layers"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, words: str) -> None:
    with pytest.raises(FileError, match=words) as caught:
        io.from_json(text, "my.json")
    assert str(caught.value).startswith("my.json")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(st.data())
@settings(max_examples=200)
def test_any_value_anywhere_raises_nothing_but_our_own_error(data: st.DataObject) -> None:
    plain = io.to_dict(SMALL)
    place: Any = plain
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = data.draw(json_values)
        break
    with contextlib.suppress(CnnvizError):
        assert isinstance(io.from_json(json.dumps(plain)), NetworkSpec)


@given(st.integers(0, 400), st.binary(min_size=1, max_size=4))
@settings(max_examples=200)
def test_mutated_bytes_raise_nothing_but_our_own_error(
    tmp_path_factory: pytest.TempPathFactory, place: int, noise: bytes
) -> None:
    content = bytearray(io.to_json(SMALL).encode())
    content[place : place + len(noise)] = noise
    path = tmp_path_factory.getbasetemp() / "mutated.json"
    path.write_bytes(bytes(content))
    with contextlib.suppress(CnnvizError):
        assert isinstance(io.load(path), NetworkSpec)


def test_save_and_load(tmp_path: Path) -> None:
    path = tmp_path / "design.json"
    io.save(SMALL, path)
    assert io.load(path) == SMALL
    assert [item.name for item in tmp_path.iterdir()] == ["design.json"]


def test_a_failing_save_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "design.json"
    io.save(SMALL, path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cnnviz.files.os.fsync", full)
    with pytest.raises(FileError, match=r"Cannot write .*design\.json: No space left"):
        io.save(SMALL.renamed("other"), path)
    assert io.load(path) == SMALL
    assert [item.name for item in tmp_path.iterdir()] == ["design.json"]


def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "design.json"
    io.save(SMALL, path)
    path.chmod(0o600)
    io.save(SMALL, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_name_that_is_no_unicode_can_be_written(tmp_path: Path) -> None:
    odd = SMALL.renamed("b\udcffd")
    io.save(odd, tmp_path / "odd.json")
    assert io.load(tmp_path / "odd.json") == odd


def test_a_missing_a_binary_and_an_oversized_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="There is no file"):
        io.load(tmp_path / "none.json")
    with pytest.raises(FileError, match="is a folder"):
        io.load(tmp_path)
    for content in (b"\x89PNG\xff\xfe", b'\x10\0\0\0\0\0\0\0{"__metadata__":{}}'):
        (tmp_path / "binary.json").write_bytes(content)
        with pytest.raises(FileError, match="is not a design file: it is not UTF-8 text"):
            io.load(tmp_path / "binary.json")
    (tmp_path / "big.json").write_bytes(b" " * (io.MAX_FILE_BYTES + 1))
    with pytest.raises(FileError, match="too large"):
        io.load(tmp_path / "big.json")


def test_settings_left_out_take_their_defaults() -> None:
    text = changed(layers=[{"type": "Conv2D"}])
    assert io.from_json(text).layers == (Conv2D(id="conv1"),)
    assert io.training_from_dict({"optimizer": {"type": "SGD"}}).optimizer == SGD()


def test_unknown_optimizers_are_refused() -> None:
    with pytest.raises(FileError, match=r"optimizer.type: 'Magic' is not known .* Adam, AdamW, Momentum"):
        io.training_from_dict({"optimizer": {"type": "Magic"}})
    with pytest.raises(FileError, match="Learning rate must be from"):
        io.training_from_dict({"optimizer": {"type": "Adam", "learning_rate": -1}})
    assert Adam().learning_rate == 0.001
