from __future__ import annotations

from hypothesis import given

from cnnviz.spec.layers import (
    BatchNorm,
    Category,
    Conv2D,
    Dense,
    Flatten,
    MaxPool2D,
    ReLU,
    Residual,
    Softmax,
)
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import trace
from cnnviz.ui.plots.diagram_stages import Arc, Solid, solid_of, stages_of
from tests.helpers.designs import bundled_design
from tests.helpers.random_designs import random_designs


def _stages(*layers):
    return stages_of(
        trace(NetworkSpec(name="", input=InputSpec(height=8, width=8, channels=3), layers=layers))
    )


def test_layers_that_keep_the_shape_are_bands_of_the_one_before():
    shown = _stages(Conv2D(), BatchNorm(), ReLU(), MaxPool2D(), Flatten(), Dense(), Softmax())
    assert [stage.title for stage in shown.stages] == ["Input", "Conv2D", "MaxPool2D", "Flatten", "Dense"]
    conv = shown.stages[1]
    assert conv.extras == ("BatchNorm", "ReLU")
    assert conv.bands == (Category.REGULARISATION, Category.ACTIVATION)
    assert conv.plain_lines == ("6×6×16", "3×3", "BatchNorm", "ReLU")


def test_a_layer_right_after_the_input_or_the_start_of_a_block_stands_alone():
    shown = _stages(ReLU(), Conv2D(), Residual(layers=(BatchNorm(), Conv2D(padding="same"))), ReLU())
    assert [stage.title for stage in shown.stages] == [
        "Input", "ReLU", "Conv2D", "BatchNorm", "Conv2D", "Residual",
    ]  # fmt: skip
    assert shown.stages[2].extras == ()
    assert shown.stages[-1].extras == ("ReLU",)


def test_an_unusual_stride_is_said_and_the_usual_one_is_not():
    shown = _stages(Conv2D(stride=(2, 2)), MaxPool2D(), MaxPool2D(pool_size=(1, 1), stride=(1, 2)))
    assert [stage.settings for stage in shown.stages[1:]] == ["3×3, stride 2", "2×2", "1×1, stride 1×2"]
    assert _stages(Conv2D(stride=(1, 2))).stages[1].settings == "3×3, stride 1×2"


def test_arcs_go_around_blocks_and_stand_above_those_inside():
    inner = Residual(layers=(Conv2D(padding="same"),))
    shown = _stages(Residual(layers=(inner, Conv2D(padding="same", filters=3))), Flatten())
    titles = [stage.title for stage in shown.stages]
    assert titles == ["Input", "Conv2D", "Residual", "Conv2D", "Residual", "Flatten"]
    assert set(shown.arcs) == {Arc(0, 2, 0, "projection"), Arc(0, 4, 1)}
    assert [stage.is_sum for stage in shown.stages] == [False, False, True, False, True, False]
    assert [stage.block for stage in shown.stages] == [None, 0, 0, 0, 0, None]


def test_an_empty_block_is_a_sum_of_its_own():
    shown = _stages(Residual(layers=()))
    assert [stage.title for stage in shown.stages] == ["Input", "Residual"]
    assert shown.arcs == (Arc(0, 1, 0),)


def test_what_lies_behind_a_problem_is_unknown_and_has_no_bands():
    shown = _stages(Dense(), ReLU(), Dense())
    assert [stage.is_known for stage in shown.stages] == [True, False, False, False]
    assert [stage.has_problem for stage in shown.stages] == [False, True, False, False]
    assert {stage.shape for stage in shown.stages[1:]} == {"–"}


def test_solids_grow_by_steps_with_every_doubling():
    small, large = solid_of((8, 8, 16)), solid_of((16, 16, 32))
    larger = solid_of((32, 32, 64))
    assert large.height - small.height == larger.height - large.height > 0
    assert large.width > small.width
    assert large.slant > small.slant
    assert solid_of((10,)).slant == 0
    assert solid_of((100,)).height > solid_of((10,)).height
    assert isinstance(solid_of(None), Solid)


def test_a_bundled_design_of_many_layers_has_a_stage_for_each_volume():
    shown = stages_of(trace(bundled_design("resnet-small")))
    assert len(shown.arcs) == 6
    assert sum(arc.note == "projection" for arc in shown.arcs) == 2


@given(random_designs())
def test_every_layer_is_shown_once(spec):
    shown = stages_of(trace(spec))
    titles = [title for stage in shown.stages for title in (stage.title, *stage.extras)]
    assert sorted(titles) == sorted(["Input", *(layer.title for layer in spec.walk())])
    assert all(0 <= arc.first < arc.last < len(shown.stages) for arc in shown.arcs)
