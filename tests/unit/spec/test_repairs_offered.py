"""What is offered for each kind of problem, in its order."""

from __future__ import annotations

from random import Random

import pytest

from cnnviz.spec.layers import (
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LocalResponseNorm,
    MaxPool2D,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    SpatialDropout,
    ZeroPadding2D,
)
from cnnviz.spec.losses import BinaryCrossEntropy, MeanSquaredError, MulticlassSVM
from cnnviz.spec.network import InputSpec
from cnnviz.spec.repair_edits import changed_layers
from cnnviz.spec.repairs import repairs
from cnnviz.spec.validate import DataShape, check
from tests.helpers.broken_designs import broken_design
from tests.helpers.offers import DIGITS, END, design, labels, offered

CASES: list[tuple[str, tuple[Layer, ...], list[str]]] = [
    (
        "a volume for a row",
        (Conv2D(), Dense(units=10)),
        [
            "Insert Flatten before dense1",
            "Insert GlobalAvgPool2D before dense1",
            "Insert GlobalMaxPool2D before dense1",
        ],
    ),
    (
        "Flatten stands too late",
        (Conv2D(), Dense(units=20), Flatten(), Dense(units=10)),
        [
            "Move flatten1 before dense1",
            "Insert Flatten before dense1",
            "Insert GlobalAvgPool2D before dense1",
        ],
    ),
    (
        "Dense in a block of maps",
        (Residual(layers=(Conv2D(padding="same"), Dense(units=4))), *END),
        [
            "Take the layers out of residual1 and insert Flatten before dense1",
            "Remove dense1",
            "Insert Flatten before dense1",
        ],
    ),
    (
        "a row for a window",
        (Conv2D(), Flatten(), MaxPool2D(), Dense(units=10)),
        ["Move flatten1 before dense1", "Remove maxpool1", "Remove flatten1"],
    ),
    (
        "a row for a convolution",
        (Conv2D(), Flatten(), Conv2D(), ReLU(), Dense(units=10)),
        ["Move flatten1 before dense1", "Move conv2 before flatten1", "Replace conv2 by Dense"],
    ),
    (
        "a row for a block",
        (Flatten(), Residual(layers=(MaxPool2D(),)), Dense(units=10)),
        ["Move flatten1 before dense1", "Remove flatten1", "Remove maxpool1"],
    ),
    (
        "a row for whole maps",
        (Conv2D(), Flatten(), SpatialDropout(rate=0.3), Dense(units=10)),
        [
            "Move flatten1 before dense1",
            "Replace spatialdropout1 by Dropout",
            "Remove spatialdropout1",
        ],
    ),
    (
        "a row for neighbouring maps",
        (Conv2D(), Flatten(), Dense(units=20), LocalResponseNorm(), Dense(units=10)),
        ["Move lrn1 before flatten1", "Replace lrn1 by BatchNorm", "Remove lrn1"],
    ),
    (
        "a kernel larger than its maps",
        (Conv2D(), MaxPool2D(), Conv2D(kernel_size=(5, 5)), *END),
        [
            "Set the padding of conv2 to same (2 on each side)",
            "Set the kernel of conv2 to 3×3",
            "Remove maxpool1",
        ],
    ),
    (
        "a dilation too wide",
        (Conv2D(dilation=(5, 5)), *END),
        [
            "Set the padding of conv1 to same (5 on each side)",
            "Set the dilation of conv1 to 3×3",
            "Set the kernel of conv1 to 1×1",
        ],
    ),
    (
        "a stride before that is too large",
        (Conv2D(stride=(4, 4), padding="same"), MaxPool2D(pool_size=(3, 3), stride=(1, 1)), *END),
        [
            "Set the padding of maxpool1 to same (1 on each side)",
            "Set the window of maxpool1 to 2×2",
            "Set the stride of conv1 to 1",
        ],
    ),
    (
        "a pool too many",
        (Conv2D(), MaxPool2D(), MaxPool2D(), MaxPool2D(), *END),
        ["Set the padding of maxpool3 to same", "Set the window of maxpool3 to 1×1", "Remove maxpool2"],
    ),
    (
        "groups and channels",
        (Conv2D(filters=16), Conv2D(filters=16, groups=3), *END),
        [
            "Set the groups of conv2 to 2",
            "Set the groups of conv2 to 1",
            "Set the filters of conv1 to 15 and those of conv2 to 15",
        ],
    ),
    (
        "groups and filters",
        (Conv2D(filters=12), Conv2D(filters=16, groups=3), *END),
        ["Set the filters of conv2 to 15", "Set the groups of conv2 to 2", "Set the groups of conv2 to 1"],
    ),
    (
        "a pool that sees padding only",
        (MaxPool2D(padding=(2, 0, 0, 0)), Conv2D(), *END),
        [
            "Set the padding of maxpool1 to 1 above, 0 below, 0 left, 0 right",
            "Set the padding of maxpool1 to same",
            "Set the window of maxpool1 to 3×2",
        ],
    ),
    (
        "a block without a body",
        (Conv2D(), Residual(layers=()), *END),
        ["Put Conv2D into residual1", "Remove residual1"],
    ),
    (
        "a block of rows without a body",
        (Flatten(), Residual(layers=()), Dense(units=10)),
        ["Put Dense into residual1", "Remove residual1"],
    ),
    (
        "a block that shrinks its maps",
        (Residual(layers=(Conv2D(filters=4),)), *END),
        ["Set the padding of conv1 to same", "Take the layers out of residual1", "Remove residual1"],
    ),
    (
        "a block that shrinks its maps in two places",
        (Residual(layers=(Conv2D(kernel_size=(2, 2)), Conv2D(kernel_size=(2, 2)))), *END),
        [
            "Set the padding of conv1 and conv2 to same",
            "Take the layers out of residual1",
            "Remove residual1",
        ],
    ),
    (
        "a block that lets its maps grow",
        (Residual(layers=(ZeroPadding2D(), Conv2D(padding="same"))), *END),
        ["Remove padding1", "Take the layers out of residual1", "Remove residual1"],
    ),
    (
        "a block that makes a row of maps",
        (Residual(layers=(Conv2D(padding="same"), Flatten())), Dense(units=10)),
        ["Move flatten1 behind residual1", "Take the layers out of residual1", "Remove flatten1"],
    ),
    (
        "as many units as another data set has classes",
        (Conv2D(), Flatten(), Dense(units=12)),
        ["Set the units of dense1 to 10", "Add Dense with 10 units"],
    ),
    (
        "an end that is meant to be hidden",
        (Conv2D(), Flatten(), Dense(units=64), ReLU()),
        ["Add Dense with 10 units", "Set the units of dense1 to 10"],
    ),
    (
        "maps at the end",
        (Conv2D(), ReLU()),
        ["Add Flatten and Dense with 10 units", "Add GlobalAvgPool2D and Dense with 10 units"],
    ),
    (
        "a convolution at the end",
        (Conv2D(),),
        [
            "Set the filters of conv1 to 10 and add GlobalAvgPool2D",
            "Add Flatten and Dense with 10 units",
            "Add GlobalAvgPool2D and Dense with 10 units",
        ],
    ),
    (
        "as many maps as classes",
        (Conv2D(filters=10), ReLU()),
        [
            "Add GlobalAvgPool2D",
            "Add Flatten and Dense with 10 units",
            "Add GlobalAvgPool2D and Dense with 10 units",
        ],
    ),
    (
        "nothing",
        (),
        [
            "Add Flatten and Dense: a linear classifier",
            "Add Conv2D, ReLU, MaxPool2D, Flatten and Dense",
        ],
    ),
    ("nothing that learns", (Flatten(),), ["Add Dense with 10 units", "Insert Conv2D behind the input"]),
    (
        "a value out of its range",
        (Dropout(rate=2.0), Conv2D(), *END),
        ["Set the rate of dropout1 to 0.95", "Set the rate of dropout1 to 0.5", "Remove dropout1"],
    ),
    (
        "a pair out of its range",
        (Conv2D(kernel_size=(0, 2000), padding="same"), *END),
        ["Set the kernel of conv1 to 1×1024", "Set the kernel of conv1 to 3×3", "Remove conv1"],
    ),
    (
        "a word that is none",
        (Conv2D(), Flatten(), Dense(units=10, initializer="best")),
        ["Set the first weights of dense1 to auto", "Remove dense1"],
    ),
]


@pytest.mark.parametrize(("layers", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_offered(layers: tuple[Layer, ...], wanted: list[str]) -> None:
    assert labels(*layers) == wanted


def test_the_input_is_set_to_the_images() -> None:
    spec = design(Conv2D(kernel_size=(9, 9)), *END, given=InputSpec(height=28, width=28, channels=1))
    (repair,) = offered(spec).values()
    assert repair.label == "Set the input to 8×8×1"
    assert repair.left == 1  # the kernel is larger than the new input, which is its own problem
    assert repair.parameters == 0


def test_ends_for_other_losses() -> None:
    two, binary = DataShape(8, 8, 1, 2), BinaryCrossEntropy()
    targets = DataShape(8, 8, 1, 0, targets=3)
    scores = (Conv2D(), *END)
    assert labels(*scores, data=two, loss=MulticlassSVM())[0] == "Set the units of dense1 to 2"
    assert labels(*scores, data=two, loss=binary)[0] == "Set the units of dense1 to 1 and add Sigmoid"
    assert labels(*scores, Softmax(), data=two, loss=binary) == [
        "Set the units of dense1 to 1 and replace softmax1 by Sigmoid",
        "Add Dense with 1 unit and replace softmax1 by Sigmoid",
    ]
    assert labels(*scores, Sigmoid(), data=two, loss=binary)[0] == "Set the units of dense1 to 1"
    one = (Conv2D(), Flatten(), Dense(units=1))
    assert labels(*one, data=two, loss=binary) == ["Add Sigmoid"]
    assert labels(*one, ReLU(), data=two, loss=binary) == ["Replace relu1 by Sigmoid"]
    assert labels(data=two, loss=binary)[0] == "Add Flatten, Dense and Sigmoid: a linear classifier"
    assert labels(*scores, data=targets, loss=MeanSquaredError())[0] == "Set the units of dense1 to 3"
    assert labels(*one, Softmax(), data=targets, loss=MeanSquaredError()) == [
        "Set the units of dense1 to 3 and remove softmax1",
        "Add Dense with 3 units and remove softmax1",
    ]
    three = (Flatten(), Dense(units=3), Softmax())
    assert labels(*three, data=targets, loss=MeanSquaredError()) == ["Remove softmax1"]


def test_a_loss_for_other_data_is_beyond_a_repair_of_the_design() -> None:
    assert labels(Conv2D(), *END, loss=BinaryCrossEntropy()) == []
    assert labels(Conv2D(), *END, loss=MeanSquaredError()) == []


def test_a_design_too_large_is_made_smaller() -> None:
    large = InputSpec(height=128, width=128, channels=1)
    dense = offered(design(Flatten(), Dense(units=65_000), Dense(units=10), given=large), None)
    assert list(dense)[:2] == ["Set the units of dense1 to 8,192", "Replace flatten1 by GlobalAvgPool2D"]
    layers = (Conv2D(filters=2), MaxPool2D(), Conv2D(filters=4096, padding="same"))
    maps = offered(design(*layers, given=InputSpec(height=512, width=512)), None)
    assert list(maps) == [
        "Set the filters of conv2 to 1,024",
        "Set the stride of conv2 to 2×2",
        "Insert MaxPool2D before conv2",
    ]


def test_the_repairs_come_in_their_order() -> None:
    """Fewest new problems first, then fewest changed layers."""
    random = Random(99)
    for _ in range(200):
        spec = broken_design(random)
        problems = check(spec, DIGITS)
        for problem in problems:
            found = repairs(problem, spec, DIGITS)
            new = [len(set(check(repair.spec, DIGITS)) - set(problems)) for repair in found]
            assert new == sorted(new)
            kept = [repair for repair, count in zip(found, new, strict=True) if count == new[0]]
            kept = [repair for repair in kept if not repair.label.startswith("Remove")]
            changed = [changed_layers(spec, repair.spec) for repair in kept]
            assert changed == sorted(changed)
