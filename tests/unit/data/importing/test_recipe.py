from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.data.fitting import Color, Fit
from cnnviz.data.importing.recipe import Goal, Recipe, fit_of, read_size, read_source, to_source
from cnnviz.errors import DataError
from tests.helpers.data_files import outcome

_RECIPES = st.builds(
    Recipe,
    size=st.none() | st.tuples(st.integers(1, 4096), st.integers(1, 4096)),
    color=st.none() | st.sampled_from(Color),
    fit=st.sampled_from(Fit),
    validation=st.integers(1, 40),
    test=st.integers(1, 40),
    seed=st.integers(0, 2**32 - 1),
    goal=st.none() | st.sampled_from(Goal),
    columns=st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=4).map(tuple),
)


@given(_RECIPES)
def test_a_recipe_is_read_back_from_its_source(recipe):
    folder = Path("/tmp/my #pets?&=%").resolve()
    assert read_source(to_source(folder, recipe)) == (folder, recipe)


@pytest.mark.parametrize("path", ["/a/b", "/a/#1 pets", "/a/b#", "#size=3", "/a/b#c=d", "digits", ""])
def test_what_has_no_settings_behind_it_is_a_path(path):
    assert read_source(path) == (Path(path), None)
    assert fit_of(path) is Fit.PAD


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("size=0x4", "1 to 4,096"),
        ("size=99999999", "a size is"),
        ("size=4x4x4", "a size is"),
        ("size=-4", "a size is"),
        ("color=blue", "color is wrong"),
        ("fit=squeeze", "fit is wrong"),
        ("validation=0", "Validation must be 1 to 80 %"),
        ("test=81", "Test must be 1 to 80 %"),
        ("validation=50&test=45", "must leave at least 10 %"),
        ("seed=-1", "seed is wrong"),
        ("seed=99999999999", "The seed must be"),
        ("learn=all", "learn is wrong"),
    ],
)
def test_settings_that_are_not_allowed_are_named(settings, words):
    with pytest.raises(DataError, match=words):
        read_source(f"/a/b#{settings}")
    assert fit_of(f"/a/b#{settings}") is Fit.PAD


@given(st.text(max_size=80))
def test_any_text_behind_a_path_is_read_or_refused_in_words(text):
    found = outcome(read_source, f"/a/b#{text}")
    assert isinstance(found, str | tuple)


def test_very_many_settings_are_refused_in_words():
    assert isinstance(outcome(read_source, "/a/b#" + "&".join(["column=a"] * 500)), str)


def test_sizes():
    assert read_size("64") == (64, 64)
    assert read_size("48x64") == read_size("48×64") == read_size("48X64") == (48, 64)
