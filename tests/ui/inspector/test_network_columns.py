from __future__ import annotations

from cnnviz.spec.layers import Conv2D, Dense, Dropout, Flatten, ReLU
from cnnviz.ui.inspector.network_columns import ColumnKind, Wiring, columns_of
from tests.ui.inspector.views import DIGITS, make_view


def test_the_image_each_layer_and_the_classes_stand_side_by_side() -> None:
    columns = columns_of(make_view(), DIGITS)
    assert [column.title for column in columns] == [
        "input",
        "conv1",
        "relu1",
        "maxpool1",
        "flatten1",
        "dense1",
        "softmax1",
    ]
    assert [column.shape_text for column in columns] == ["8×8×1", "8×8×4", "8×8×4", "4×4×4", "64", "10", "10"]
    assert columns[0].kind is ColumnKind.PICTURE
    assert columns[-1].kind is ColumnKind.ANSWERS
    assert columns[-1].names == DIGITS


def test_a_design_that_ends_in_scores_gets_a_column_of_classes_that_is_no_layer() -> None:
    columns = columns_of(make_view(Flatten(), Dense(units=10)), DIGITS)
    assert [column.layer_id for column in columns] == ["", "flatten1", "dense1", ""]
    assert columns[-1].kind is ColumnKind.ANSWERS


def test_more_outputs_than_names_are_numbered() -> None:
    columns = columns_of(make_view(Flatten(), Dense(units=3)), ("cat",))
    assert columns[-1].names == ("cat", "1", "2")


def test_without_scores_there_are_no_classes() -> None:
    assert columns_of(make_view(Conv2D()), DIGITS)[-1].kind is ColumnKind.MAPS


def test_what_is_made_from_what() -> None:
    columns = columns_of(make_view(Conv2D(), ReLU(), Dropout(), Flatten(), Dense(units=10)), DIGITS)
    assert [column.wiring for column in columns[1:6]] == [
        Wiring.ALL,
        Wiring.SAME,
        Wiring.SAME,
        Wiring.UNROLLED,
        Wiring.ALL,
    ]


def test_other_numbers_are_the_same_columns() -> None:
    assert columns_of(make_view(seed=1), DIGITS) == columns_of(make_view(seed=2), DIGITS)
    assert columns_of(make_view(), DIGITS) != columns_of(make_view(channels=3), DIGITS)
