"""What data sets are called where people read it."""

from __future__ import annotations

_KINDS = ("folder:", "idx:", "npz:")
"""Where files are from, before the name of a data set that is on no list."""


def plain_name(name: str) -> str:
    """Return the name of a data set as people say it: `pets` of `folder:pets`. Settings of Shapes stay."""
    kind = next((kind for kind in _KINDS if name.startswith(kind)), "")
    return name.removeprefix(kind)
