from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.data.dataset import Split
from cnnviz.data.shapes import (
    ShapesSettings,
    ShapesTask,
    first_shapes,
    is_shapes_name,
    open_shapes,
    read_shapes_name,
    shapes_name,
)
from cnnviz.errors import DataError

CONTENT_HASHES = {
    ShapesTask.KIND: "42f26e001214ab58b983736906dc151d4a96c7d94219e252e7c652d94ae55543",
    ShapesTask.BINARY: "d5f07d34b8109c8452e3b0a581a5f54cfa7da6ef0ee481883eeaea2c52c1d288",
    ShapesTask.ANGLE: "a066491330eef4d308ca2c6c16924cf651d5bad01e2ccefde708a60b6bb49fea",
    ShapesTask.SIZE: "7ca46f1e04cf58d383569bb7cf877ed9adacb3847f92c9e636063f29284e06aa",
}
PLAIN = ShapesSettings(images=200, noise=0.0, clutter=0)


def _differences(**changes):
    """Return by how much pixels differ at most where settings are changed."""
    usual, changed = (
        open_shapes(ShapesTask.KIND, settings) for settings in (PLAIN, dataclasses.replace(PLAIN, **changes))
    )
    return np.abs(usual.images.astype(int) - changed.images.astype(int))


@pytest.mark.parametrize("task", ShapesTask)
def test_content_and_split_never_change(task):
    """Run files name the data they were trained on by this hash; it is the same on every machine."""
    assert open_shapes(task).content_hash == CONTENT_HASHES[task]


def test_there_are_ten_kinds_in_colour():
    shapes = open_shapes(ShapesTask.KIND)
    assert shapes.images.shape == (6_000, 32, 32, 3)
    assert shapes.class_count == 10
    assert {"circle", "square", "triangle", "star", "cross", "ring", "pentagon", "arrow"} <= set(
        shapes.class_names
    )
    assert shapes.target_count == 0


@pytest.mark.parametrize("task", [ShapesTask.KIND, ShapesTask.BINARY])
def test_every_split_has_the_classes_in_proportion(task):
    shapes = open_shapes(task)
    for split in Split:
        counts = np.bincount(shapes.labels[shapes.indices(split)], minlength=shapes.class_count)
        assert counts.max() - counts.min() <= 1


def test_the_angle_is_learned_as_sine_and_cosine_of_any_direction():
    shapes = open_shapes(ShapesTask.ANGLE)
    assert shapes.class_names == ("arrow",)
    assert shapes.targets.shape == (6_000, 2)
    assert np.hypot(*shapes.targets.T) == pytest.approx(1, abs=1e-6)
    for split in Split:
        quarters = np.bincount(
            (np.arctan2(*shapes.targets[shapes.indices(split)].T) // (np.pi / 2)).astype(int) + 2, minlength=4
        )
        assert quarters.min() > 0.22 * quarters.sum()


def test_an_arrow_points_where_its_target_says():
    """Of all that is painted, the points of the head lie farthest from its axis, and ahead of its middle."""
    shapes = open_shapes(ShapesTask.ANGLE, dataclasses.replace(PLAIN, smallest=0.8, rotation=180.0))
    rows, columns = np.mgrid[:32, :32]
    ahead = []
    for image, (sine, cosine) in zip(shapes.images.astype(int), shapes.targets, strict=True):
        mask = np.abs(image - image[0, 0]).max(axis=2) > 60
        right, up = columns[mask], -rows[mask]
        along, across = right * cosine + up * sine, up * cosine - right * sine
        farthest = np.argmax(np.abs(across - np.median(across)))
        ahead.append(along[farthest] > (along.min() + along.max()) / 2)
    assert np.mean(ahead) > 0.95


def test_the_size_is_that_of_the_circle_around_the_shape():
    settings = ShapesSettings(images=300, noise=0.0, clutter=0, smallest=0.3)
    shapes = open_shapes(ShapesTask.SIZE, settings)
    assert shapes.class_names == ("shape",)
    assert shapes.targets.min() >= 0.3
    assert shapes.targets.max() <= 0.9
    circles = np.arange(0, 300, 10)
    images = shapes.images[circles].astype(int)
    mask = np.abs(images - images[:, :1, :1]).max(axis=3) > 60
    across = np.sqrt(mask.sum(axis=(1, 2)) * 4 / np.pi) / 32
    assert across == pytest.approx(shapes.targets[circles, 0], abs=0.04)


def test_the_whole_figure_is_in_the_picture():
    images = open_shapes(ShapesTask.KIND, dataclasses.replace(PLAIN, largest=0.9)).images.astype(int)
    corners = images[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert (corners == corners[:, :1]).all()


def test_without_colour_there_are_shades_of_grey():
    images = open_shapes(ShapesTask.KIND, dataclasses.replace(PLAIN, colour=0.0)).images
    assert (images == images[..., :1]).all()


def test_without_rotation_shapes_stand_upright():
    shapes = open_shapes(ShapesTask.KIND, dataclasses.replace(PLAIN, rotation=0.0, smallest=0.9))
    square = shapes.images[shapes.class_names.index("square")].astype(int)
    mask = np.abs(square - square[0, 0]).max(axis=2) > 60
    assert mask[mask.any(axis=1)][:, mask.any(axis=0)].all()  # its sides are along the picture's


def test_more_noise_leaves_the_shapes_where_they_are():
    difference = _differences(noise=0.1)
    assert 0 < np.median(difference) < 30
    assert difference.max() < 0.1 * 255 * 3.6


def test_noise_has_the_deviation_that_is_said():
    images = open_shapes(ShapesTask.KIND, dataclasses.replace(PLAIN, noise=0.02)).images.astype(float)
    quiet = open_shapes(ShapesTask.KIND, PLAIN).images.astype(float)
    inner = (quiet > 60) & (quiet < 195)
    assert np.std((images - quiet)[inner]) == pytest.approx(0.02 * 255, rel=0.02)


def test_clutter_touches_a_small_part_of_the_picture():
    share = (_differences(clutter=4) > 10).any(axis=3).mean()
    assert 0.01 < share < 0.15
    assert (_differences(clutter=12) > 10).any(axis=3).mean() > share


def test_another_seed_makes_other_pictures():
    assert _differences(seed=1).mean() > 20


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"noise": 0.6}, r"Noise must be from 0 to 0\.5; received 0\.6"),
        ({"noise": float("nan")}, "Noise must be a number"),
        ({"rotation": -1.0}, "Rotation must be from"),
        ({"clutter": 2.5}, "Clutter must be a whole number"),
        ({"images": 5}, "Images must be from 100"),
        ({"smallest": 0.8, "largest": 0.5}, r"smallest must not be above the largest \(0\.5\)"),
    ],
)
def test_what_cannot_be_drawn_is_refused(changes, reason):
    with pytest.raises(DataError, match=reason):
        ShapesSettings(**changes)


@pytest.mark.parametrize(
    ("task", "settings", "name"),
    [
        (ShapesTask.KIND, ShapesSettings(), "shapes"),
        (ShapesTask.SIZE, ShapesSettings(smallest=0.3, noise=0.2, seed=7), "shapes-size:noise=0.2,seed=7"),
        (ShapesTask.ANGLE, ShapesSettings(rotation=45.0), "shapes-angle:rotation=45.0"),
        (ShapesTask.ANGLE, ShapesSettings(rotation=180.0), "shapes-angle"),
    ],
)
def test_a_name_carries_the_settings(task, settings, name):
    assert shapes_name(task, settings) == name
    assert read_shapes_name(name) == (task, settings)
    assert is_shapes_name(name)


def test_a_data_set_with_settings_of_its_own_says_so():
    shapes = open_shapes(*read_shapes_name("shapes-binary: seed = 7, images=100"))
    assert shapes.name == shapes.source == "shapes-binary:seed=7,images=100"
    assert shapes.title == "Shapes: circle, square, own settings"
    assert len(shapes) == 100


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("shapes:loud=1", "there is no setting 'loud'; allowed are colour, rotation"),
        ("shapes:noise", "noise must be a number; received ''"),
        ("shapes:seed=1.5", "seed must be a whole number"),
        ("shapes:seed=1,seed=2", "seed is given twice"),
        ("shapes:noise=inf", "Noise must be a number"),
        ("shapes:images=" + "9" * 5_000, "whole number|must be from"),
    ],
)
def test_wrong_settings_in_a_name(name, reason):
    with pytest.raises(DataError, match=reason):
        read_shapes_name(name)


@pytest.mark.parametrize("task", list(ShapesTask))
@pytest.mark.parametrize("count", [1, 24, 300])
def test_the_first_pictures_are_those_of_the_whole_data_set(task, count):
    settings = ShapesSettings(noise=0.2, clutter=6, images=700, seed=3)
    some, whole = first_shapes(task, settings, count), open_shapes(task, settings)
    assert np.array_equal(some.images, whole.images[:count])
    assert np.array_equal(some.labels, whole.labels[:count])
    if whole.targets is not None:
        assert np.array_equal(some.targets, whole.targets[:count])


def test_there_are_no_more_pictures_than_the_data_set_has():
    assert len(first_shapes(ShapesTask.KIND, ShapesSettings(images=100), 300).images) == 100
