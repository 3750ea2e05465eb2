from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cnnviz.ui.builder.row_changes import RowChange, RowInserted, RowMoved, RowRemoved, row_changes

rows = st.lists(st.sampled_from("abcdefghij"), unique=True)


def applied(old: list[str], changes: list[RowChange]) -> list[str]:
    result = list(old)
    for change in changes:
        match change:
            case RowRemoved(row):
                del result[row]
            case RowMoved(row, target):
                result.insert(target, result.pop(row))
            case RowInserted(row, key):
                result.insert(row, key)
    return result


@given(rows, rows)
def test_the_changes_lead_from_one_list_to_the_other(old: list[str], new: list[str]) -> None:
    changes = list(row_changes(old, new))
    assert applied(old, changes) == new
    assert len(changes) <= len(old) + len(new)


@given(st.permutations("abcdefgh"), st.data())
def test_one_moved_row_is_one_change(old: list[str], data: st.DataObject) -> None:
    source, target = (data.draw(st.integers(0, len(old) - 1)) for _ in range(2))
    new = list(old)
    new.insert(target, new.pop(source))
    assert len(list(row_changes(old, new))) == (0 if source == target else 1)


def test_rows_that_go_and_come_touch_no_other() -> None:
    assert list(row_changes("abcd", "abd")) == [RowRemoved(2)]
    assert list(row_changes("abd", "abcd")) == [RowInserted(2, "c")]
    assert list(row_changes("abcd", "abcd")) == []
    assert list(row_changes("abcd", "bcda")) == [RowMoved(0, 3)]
    assert list(row_changes("abcd", "dabc")) == [RowMoved(3, 0)]
