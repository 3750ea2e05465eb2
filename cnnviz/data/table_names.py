"""What tables are called that say what is on the pictures beside them."""

from __future__ import annotations

TABLE_SUFFIXES = (".csv", ".tsv")
