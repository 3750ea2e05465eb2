from __future__ import annotations

import codecs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnviz.data.importing import tables
from cnnviz.data.importing.tables import Table, read_table
from cnnviz.errors import DataError
from tests.helpers.data_files import mutated, outcome

_TEXT = "file,label\na.png,Käse\nb.png,dog\n"


def _table(tmp_path, content: str | bytes) -> Table:
    path = tmp_path / "labels.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path, separator):
    table = _table(tmp_path, _TEXT.replace(",", separator))
    assert table.rows == (("file", "label"), ("a.png", "Käse"), ("b.png", "dog"))
    assert table.separator == separator


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + _TEXT.encode(),
        codecs.BOM_UTF16_LE + _TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + _TEXT.encode("utf-16-be"),
        _TEXT.encode("cp1252"),
        _TEXT.replace("\n", "\r\n").encode(),
    ],
)
def test_encodings_and_ends_of_lines(tmp_path, content):
    assert _table(tmp_path, content).rows[:2] == (("file", "label"), ("a.png", "Käse"))


def test_quotes_blanks_and_empty_lines(tmp_path):
    table = _table(tmp_path, 'file, label\n\n"a, b.png", "big ""dog"""\n  c.png ,cat \n')
    assert table.rows == (("file", "label"), ("a, b.png", 'big "dog"'), ("c.png", "cat"))


def test_lines_of_another_width_are_left_out_and_numbered(tmp_path):
    table = _table(tmp_path, "a.png,1\nb.png\nc.png,2\nd.png,3,4\ne.png,5\n")
    assert [row[0] for row in table.rows] == ["a.png", "c.png", "e.png"]
    assert table.uneven == (2, 4)


@pytest.mark.parametrize(
    ("separator", "text", "number"),
    [
        (",", "1.5", 1.5),
        (";", "1,5", 1.5),
        (",", "1,5", None),
        (",", "-2", -2),
        (",", ".5", 0.5),
        (",", "1e-3", 0.001),
        *((",", text, None) for text in ("", "nan", "inf", "1_000", "0x10", "٣", "1.2.3", "dog")),
    ],
)
def test_numbers(separator, text, number):
    assert Table((("a",),), separator).number(text) == number


def test_what_is_no_table_is_refused(tmp_path, monkeypatch):
    for content, words in ((b"", "is empty"), (b"\0\1\0\2" * 50, "bytes that are no text")):
        with pytest.raises(DataError, match=rf"labels\.csv .*{words}"):
            _table(tmp_path, content)
    with pytest.raises(DataError, match="not a readable table"):
        _table(tmp_path, 'a,"' + "x" * 200_000)
    monkeypatch.setattr(tables, "MAX_BYTES", 10)
    with pytest.raises(DataError, match="too large"):
        _table(tmp_path, _TEXT)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400)
@given(
    changes=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=8),
    length=st.integers(0, 200),
    content=st.sampled_from([_TEXT * 4, 'x;"y;z"\n' * 9]) | st.text(max_size=200),
)
def test_damaged_tables_are_read_or_refused_in_words(tmp_path, changes, length, content):
    path = tmp_path / "labels.csv"
    path.write_bytes(mutated(content.encode("utf-8", "replace") or b"a", changes, length))
    found = outcome(read_table, path)
    if isinstance(found, str):
        assert "labels.csv" in found
    else:
        assert {len(row) for row in found.rows} == {found.width}
