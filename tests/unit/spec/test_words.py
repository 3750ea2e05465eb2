from __future__ import annotations

import pytest

from cnnviz.spec.words import counted


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 layers"), (1, "1 layer"), (2, "2 layers"), (1_200, "1,200 layers")]
)
def test_a_number_stands_with_its_noun(count: int, words: str) -> None:
    assert counted(count, "layer") == words


def test_a_noun_may_have_its_own_plural() -> None:
    assert counted(1, "class", "classes") == "1 class"
    assert counted(2, "class", "classes") == "2 classes"
