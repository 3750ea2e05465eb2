"""What is left of long names still tells them apart."""

from __future__ import annotations

import pytest

from cnnviz.ui.class_names import without_common_words


@pytest.mark.parametrize(
    ("names", "left"),
    [
        (("class 01 of things", "class 02 of things"), ("01", "02")),
        (("a cat", "a dog"), ("cat", "dog")),
        (("cat", "dog"), ("cat", "dog")),
        (("red cat", "red tabby cat"), ("cat", "tabby cat")),
        (("one of us", "one of us two"), ("us", "us two")),
        (("same", "same"), ("same", "same")),
        (("", "b"), ("", "b")),
        (("only one",), ("only one",)),
        ((), ()),
    ],
)
def test_words_that_all_names_have_are_left_out(names, left):
    assert without_common_words(names) == left


@pytest.mark.parametrize(
    "names", [("red cat", "red tabby cat"), ("one of us", "one of us two"), ("a b", "a a b")]
)
def test_what_is_left_tells_them_apart(names):
    assert len(set(without_common_words(names))) == len(names)
