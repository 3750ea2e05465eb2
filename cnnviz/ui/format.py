"""Numbers as people read them: four significant digits, shares, durations."""

from __future__ import annotations

from cnnviz.spec.numerals import SIGNIFICANT_DIGITS, number

__all__ = ["SIGNIFICANT_DIGITS", "duration", "number", "share"]


def share(value: float) -> str:
    """Return a share of 1 as a percentage with one decimal: `98.2 %`."""
    return f"{100 * value:.1f} %"


def duration(seconds: float) -> str:
    """Return a time: `0:21`, `1:04:07`."""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
