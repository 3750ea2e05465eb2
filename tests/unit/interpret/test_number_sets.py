from __future__ import annotations

import numpy as np

from cnnviz.interpret.filters import view_filters
from cnnviz.interpret.layer_study import study_layer
from cnnviz.interpret.number_sets import activations_of, layer_numbers, network_numbers, study_table
from cnnviz.spec.layers import Conv2D, Dense, Flatten, ReLU, Residual
from tests.helpers.looks import design_of, look_of

DESIGN = design_of(
    Conv2D(id="conv", filters=3, kernel_size=(3, 3)), ReLU(id="relu"), Flatten(id="flat"), Dense(id="end")
)


def test_all_that_comes_out_of_layers_inside_of_blocks_too() -> None:
    body = (Conv2D(id="inner", filters=2, kernel_size=(3, 3), padding="same"), ReLU(id="bent"))
    look = look_of(design_of(Residual(id="block", layers=body), Flatten(id="flat"), Dense(id="end")))
    arrays = activations_of(look.view)
    assert list(arrays) == ["input", "probabilities", "block", "flat", "end", "inner", "bent"]
    assert np.array_equal(arrays["inner"], look.values("inner"))
    assert np.array_equal(arrays["input"], look.view.image)


def test_a_layer_called_input_does_not_take_the_place_of_the_image() -> None:
    look = look_of(design_of(ReLU(id="input"), Flatten(id="flat"), Dense(id="end")))
    arrays = activations_of(look.view)
    assert np.array_equal(arrays["input"], look.view.image)
    assert np.array_equal(arrays["layer_input"], look.values("input"))


def test_the_table_of_a_network_says_how_large_the_numbers_are() -> None:
    look = look_of(DESIGN)
    table = network_numbers(look.view).table
    row = dict(zip(table.headings, table.rows[1], strict=True))
    relu = look.values("relu").astype(float)
    assert row["layer"] == "relu"
    assert row["shape"] == "x".join(map(str, relu.shape))
    assert row["largest"] == relu.max()
    assert row["zero_share"] == (relu == 0).mean()
    assert np.isclose(row["deviation"], relu.std())


def test_the_table_of_a_layer_has_a_row_for_each_map_and_what_was_measured_of_its_filter() -> None:
    look = look_of(DESIGN)
    images = np.random.default_rng(1).random((8, 2, 7, 6)).astype(np.float32)
    study = study_layer(look.spec, look.arrays, "conv", images)
    filters = view_filters(look.spec, look.arrays, "conv")
    numbers = layer_numbers(look.view.layer("conv"), filters, study)
    assert np.array_equal(numbers.arrays["maps"], look.values("conv"))
    assert np.array_equal(numbers.arrays["filters"], look.arrays["conv/weight"])
    assert np.array_equal(numbers.arrays["dead_shares"], study.dead_shares)
    assert numbers.table.headings[-3:] == ("saturated_share", "most_alike", "cosine")
    row = dict(zip(numbers.table.headings, numbers.table.rows[2], strict=True))
    assert row["map"] == 2
    assert row["norm"] == study.norms[2]
    assert row["saturated_share"] == ""  # a ReLU does not saturate
    others = np.where(np.arange(3) == 2, -np.inf, study.cosines[2])
    assert row["most_alike"] == others.argmax()
    assert row["cosine"] == others.max()


def test_a_layer_of_one_filter_has_none_that_is_alike() -> None:
    look = look_of(design_of(Conv2D(id="conv", filters=1, kernel_size=(3, 3))))
    images = np.random.default_rng(1).random((4, 2, 7, 6)).astype(np.float32)
    study = study_layer(look.spec, look.arrays, "conv", images)
    assert study_table(study).rows[0][-2:] == ("", "")


def test_a_row_of_numbers_is_called_outputs() -> None:
    look = look_of(DESIGN)
    assert list(layer_numbers(look.view.layer("end"), None, None).arrays) == ["outputs"]
