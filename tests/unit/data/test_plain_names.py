from __future__ import annotations

import pytest

from cnnviz.data.plain_names import plain_name


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("folder:pets", "pets"),
        ("npz:mine", "mine"),
        ("idx:letters", "letters"),
        ("folder:idx:2", "idx:2"),
        ("digits", "digits"),
        ("shapes-size:images=100", "shapes-size:images=100"),
        ("folder", "folder"),
    ],
)
def test_people_read_no_kind_of_file(name: str, plain: str) -> None:
    assert plain_name(name) == plain
