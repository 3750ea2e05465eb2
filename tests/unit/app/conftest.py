"""What most tests of the program without its widgets begin with; a file that needs more makes its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cnnviz.app.document import Document
from cnnviz.app.selection import Selection
from cnnviz.app.training.session import Session
from tests.helpers.designs import small_design
from tests.helpers.runs import few_digits

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def document(qapp: object) -> Iterator[Document]:
    """A document with a small design."""
    document = Document(small_design())
    yield document
    document.deleteLater()


@pytest.fixture
def session(qapp: object) -> Iterator[Session]:
    """A session that has no run, and knows no design yet."""
    session = Session(threads=1)
    yield session
    assert session.close()


@pytest.fixture
def selection(qapp: object) -> Selection:
    """A few digits, of which the first is selected."""
    return Selection(few_digits())
