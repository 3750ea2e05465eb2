"""Shapes, counts, problems and files of the kinds of layer that came with the complete engine."""

from __future__ import annotations

import dataclasses
import json

import pytest

from cnnviz.errors import FileError
from cnnviz.spec import io
from cnnviz.spec.layers import (
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Flatten,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    Layer,
    LocalResponseNorm,
    MaxPool2D,
    ReLU,
    Residual,
    SpatialDropout,
    ZeroPadding2D,
)
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.receptive import ReceptiveField, receptive_field
from cnnviz.spec.shapes import (
    Shape,
    ShapeError,
    multiply_adds,
    output_shape,
    parameter_count,
    parameter_shapes,
    state_shapes,
)
from cnnviz.spec.trace import trace
from cnnviz.spec.validate import check

VOLUME = (8, 9, 6)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Conv2D(dilation=(2, 3)), (4, 3, 16)),
        (Conv2D(dilation=(2, 3), padding="same"), (8, 9, 16)),
        (Conv2D(groups=2, filters=4), (6, 7, 4)),
        (MaxPool2D(padding="same"), (4, 5, 6)),
        (AvgPool2D(pool_size=(3, 3), padding=(1, 1, 2, 0)), (4, 5, 6)),
        (GlobalAvgPool2D(), (6,)),
        (GlobalMaxPool2D(), (6,)),
        (ZeroPadding2D(top=1, bottom=2, left=3, right=0), (11, 12, 6)),
        (BatchNorm(), VOLUME),
        (LocalResponseNorm(), VOLUME),
        (Residual(layers=(Conv2D(filters=12, padding="same", stride=(2, 2)),)), (4, 5, 12)),
    ],
)
def test_output_shapes(layer: Layer, shape: Shape) -> None:
    assert output_shape(layer, VOLUME) == shape


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (Conv2D(groups=4), VOLUME, "4 groups need a number of channels that they divide; 6 / 4"),
        (Conv2D(groups=3), VOLUME, "4 groups|3 groups need a number of filters that they divide; 16 / 3"),
        (Conv2D(dilation=(4, 1)), VOLUME, r"A window 9 high does not fit into a height of 8: 8 − 9"),
        (MaxPool2D(padding=(2, 0, 0, 0)), VOLUME, "must be below 2 on each side"),
        (GlobalAvgPool2D(), (10,), "needs feature maps"),
        (SpatialDropout(), (10,), "needs feature maps"),
        (LocalResponseNorm(), (10,), "needs feature maps"),
        (Residual(layers=()), VOLUME, "at least one layer inside"),
        (Residual(layers=(Conv2D(),)), VOLUME, "no stride turns 8 into 6. Use padding"),
        (Residual(layers=(Flatten(),)), VOLUME, "one is a volume, the other a row"),
    ],
)
def test_what_a_layer_cannot_take_is_said(layer: Layer, shape: Shape, words: str) -> None:
    with pytest.raises(ShapeError, match=words):
        output_shape(layer, shape)


def test_what_layers_learn_and_keep() -> None:
    depthwise = Conv2D(filters=12, groups=6, use_bias=False)
    assert parameter_shapes(depthwise, VOLUME) == {"weight": (12, 1, 3, 3)}
    assert multiply_adds(depthwise, VOLUME) == 6 * 7 * 12 * 9
    assert parameter_shapes(BatchNorm(), VOLUME) == {"weight": (6,), "bias": (6,)}
    assert state_shapes(BatchNorm(), (7,)) == {"running_mean": (7,), "running_var": (7,)}
    assert state_shapes(ReLU(), (7,)) == {}


def test_a_block_counts_what_is_inside_and_its_projection() -> None:
    body = (Conv2D(filters=12, padding="same", stride=(2, 2)), BatchNorm(), ReLU())
    block = Residual(layers=body)
    assert parameter_shapes(block, VOLUME) == {"weight": (12, 6, 1, 1), "bias": (12,)}
    assert parameter_count(block, VOLUME) == (9 * 6 + 1) * 12 + 24 + 7 * 12
    assert multiply_adds(block, VOLUME) == 4 * 5 * 12 * 9 * 6 + 4 * 5 * 12 * 6
    identity = Residual(layers=(BatchNorm(),))
    assert parameter_shapes(identity, VOLUME) == {}
    assert parameter_shapes(Residual(layers=(Dense(units=3),)), (5,)) == {"weight": (3, 5), "bias": (3,)}


def test_what_a_unit_sees() -> None:
    before = ReceptiveField(size=(3, 3), jump=(2, 2), start=(-1, -1))
    image = (16, 18)

    def seen(layer: Layer) -> ReceptiveField:
        return receptive_field(layer, before, VOLUME, image)

    assert seen(Conv2D(dilation=(2, 1))) == ReceptiveField((11, 7), (2, 2), (-1, -1))
    assert seen(ZeroPadding2D(top=1, left=2)) == ReceptiveField((3, 3), (2, 2), (-3, -5))
    assert seen(GlobalAvgPool2D()) == ReceptiveField((17, 19), (0, 0), (-1, -1))
    two = (Conv2D(padding="same"), Conv2D(padding="same"))
    assert seen(Residual(layers=two)) == ReceptiveField((11, 11), (2, 2), (-5, -5))


def design(*layers: Layer) -> NetworkSpec:
    return NetworkSpec(name="test", input=InputSpec(), layers=layers)


def test_a_trace_has_a_record_for_every_layer_inside() -> None:
    spec = design(Residual(layers=(Conv2D(filters=4, padding="same"), BatchNorm())), Flatten(), Dense())
    traced = trace(spec)
    assert [record.layer.id for record in traced.walk()] == [layer.id for layer in spec.walk()]
    assert [record.output_shape for record in traced.walk()] == [(8, 8, 4)] * 3 + [(256,), (64,)]
    block, norm = traced.layers[0], traced.layers[0].inner[1]
    assert (norm.input_shape, norm.parameters) == ((8, 8, 4), 8)
    assert block.parameters == 40 + 8 + 8
    assert block.activation_bytes == 3 * 8 * 8 * 4 * 4
    assert traced.parameters == block.parameters + 257 * 64


def test_a_problem_inside_a_block_names_the_layer_and_stops_what_comes_after() -> None:
    body = (Conv2D(kernel_size=(9, 9)), Conv2D(filters=0))
    spec = design(Residual(layers=body), Flatten(), Dense())
    problems = check(spec)
    assert [(problem.layer_id, problem.field) for problem in problems] == [
        ("conv1", "kernel_size"),
        ("conv2", "filters"),
    ]
    assert trace(spec).output_shape is None


def test_a_tree_is_written_and_read_as_it_was() -> None:
    inner = Residual(layers=(BatchNorm(), ReLU()))
    spec = design(Residual(layers=(Conv2D(padding="same", groups=1, use_bias=False), inner)), Flatten())
    assert io.from_json(io.to_json(spec)) == spec


def nested(depth: int) -> str:
    layers: list[object] = [{"type": "ReLU"}]
    for _ in range(depth):
        layers = [{"type": "Residual", "layers": layers}]
    return json.dumps({**io.to_dict(design()), "layers": layers})


def test_what_is_wrong_inside_a_block_is_named_with_its_place() -> None:
    assert len(list(io.from_json(nested(8)).walk())) == 9
    for depth in (9, 300):
        with pytest.raises(FileError, match="up to 8 deep"):
            io.from_json(nested(depth))
    text = nested(2).replace("ReLU", "Relu")
    with pytest.raises(FileError, match=r"layers\[0\].layers\[0\].layers\[0\].type: 'Relu' is not known"):
        io.from_json(text)
    without = {**io.to_dict(design()), "layers": [{"type": "Residual"}]}
    with pytest.raises(FileError, match=r"layers\[0\].layers: must be a list of layers"):
        io.from_dict(without)


def test_a_new_block_has_a_body_that_works() -> None:
    spec = design(Residual(), Flatten(), Dense())
    assert check(spec) == ()
    assert dataclasses.replace(Residual(), id="r").layers == Residual().layers
