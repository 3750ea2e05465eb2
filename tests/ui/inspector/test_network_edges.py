from __future__ import annotations

from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, Flatten, ReLU, Residual
from cnnviz.ui.inspector.network_columns import Column, block_ids, columns_of, layer_of
from cnnviz.ui.inspector.network_edges import Edge, edges_of, readers_of, sources_of
from tests.ui.inspector.views import DIGITS, make_view

BODY = (Conv2D(filters=4, padding="same"), ReLU(), Conv2D(filters=4, padding="same"))


def columns(*layers, opened: bool = True) -> tuple[Column, ...]:
    view = make_view(*layers)
    return columns_of(view, DIGITS, frozenset(block_ids(view)) if opened else frozenset())


def ends(found: tuple[Column, ...]) -> list[tuple[str, str, bool]]:
    return [(found[one.start].title, found[one.end].title, one.is_skip) for one in edges_of(found)]


def way(found: tuple[Column, ...], start: str, end: str, *, is_skip: bool = False) -> Edge:
    return next(
        one
        for one in edges_of(found)
        if (found[one.start].title, found[one.end].title, one.is_skip) == (start, end, is_skip)
    )


def test_the_way_past_an_open_block_starts_before_its_body() -> None:
    found = columns(Conv2D(filters=4, padding="same"), Residual(layers=BODY), Flatten(), Dense(units=10))
    assert [one.title for one in found][1:6] == ["conv1", "conv2", "relu1", "conv3", "residual1"]
    assert [one.depth for one in found][1:6] == [0, 1, 1, 1, 0]
    assert ("conv1", "residual1", True) in ends(found)
    assert ("conv3", "residual1", False) in ends(found)
    assert found[5].skip == "skip"
    for start, is_skip in (("conv3", False), ("conv1", True)):
        edge = way(found, start, "residual1", is_skip=is_skip)
        assert list(sources_of(edge, found, 2)) == [2]
        assert list(readers_of(edge, found, 2)) == [2]


def test_a_closed_block_is_one_column_and_keeps_its_way_past() -> None:
    found = columns(Conv2D(filters=4, padding="same"), Residual(layers=BODY), opened=False)
    assert [one.title for one in found] == ["input", "conv1", "residual1"]
    assert ends(found)[1:] == [("conv1", "residual1", False), ("conv1", "residual1", True)]
    assert list(sources_of(way(found, "conv1", "residual1"), found, 1)) == [0, 1, 2, 3]


def test_a_projection_is_named_and_reads_every_map() -> None:
    body = (Conv2D(filters=6, padding="same", stride=(2, 2)), BatchNorm())
    found = columns(Conv2D(filters=4, padding="same"), Residual(layers=body))
    assert found[-1].skip == "1×1 projection, stride 2"
    edge = way(found, "conv1", "residual1", is_skip=True)
    assert list(sources_of(edge, found, 5)) == [0, 1, 2, 3]
    assert list(readers_of(edge, found, 0)) == [0, 1, 2, 3, 4, 5]


def test_a_block_in_a_block_stands_deeper() -> None:
    view = make_view(Residual(layers=(Conv2D(filters=1, padding="same"), Residual(layers=(ReLU(),)))))
    found = columns_of(view, DIGITS, frozenset(block_ids(view)))
    assert [(one.depth, one.body) for one in found[:5]] == [(0, 0), (1, 0), (2, 0), (1, 1), (0, 3)]
    for column in found[1:]:
        assert layer_of(view, column).layer_id == column.layer_id


def test_a_convolution_in_groups_reads_and_feeds_its_group_only() -> None:
    found = columns(
        Conv2D(filters=4, padding="same"), Conv2D(filters=8, groups=2), Conv2D(filters=8, groups=8)
    )
    halves, depthwise = edges_of(found)[1:3]
    assert list(sources_of(halves, found, 5)) == [2, 3]
    assert list(readers_of(halves, found, 1)) == [0, 1, 2, 3]
    assert list(sources_of(depthwise, found, 6)) == [6]
    assert list(readers_of(depthwise, found, 6)) == [6]


def test_a_map_goes_into_its_stretch_of_units() -> None:
    found = columns(Conv2D(filters=4, padding="same"), Flatten(), Dense(units=10))
    edge = way(found, "conv1", "flatten1")
    assert list(readers_of(edge, found, 1)) == list(range(64, 128))
    assert list(sources_of(edge, found, 64)) == [1]


def test_the_image_is_one_source_of_all() -> None:
    found = columns(Conv2D(filters=4), opened=False)
    edge = edges_of(found)[0]
    assert list(sources_of(edge, found, 3)) == [0]
    assert list(readers_of(edge, found, 0)) == [0, 1, 2, 3]
