"""Numbers as people read them: four significant digits, thousands separators, real minus signs."""

from __future__ import annotations

import math

SIGNIFICANT_DIGITS = 4
_SMALLEST_PLAIN = 1e-4
_LARGEST_PLAIN = 1e7


def number(value: float, digits: int = SIGNIFICANT_DIGITS) -> str:
    """Return a value with four significant digits, or as many: `0.1234`, `−12.34`, `1,234`, `1.2×10⁻⁵`."""
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "−∞" if value < 0 else "∞"
    if value == 0:
        return "0"
    magnitude = abs(value)
    sign = "−" if value < 0 else ""
    mantissa, exponent = f"{magnitude:.{digits - 1}e}".split("e")  # rounded: 9.9999 has two digits before
    if magnitude < _SMALLEST_PLAIN or magnitude >= _LARGEST_PLAIN:
        return f"{sign}{mantissa}×10{raised(int(exponent))}"
    decimals = max(0, digits - 1 - int(exponent))
    return f"{sign}{magnitude:,.{decimals}f}"


def raised(exponent: int) -> str:
    """Return an exponent as it stands above the line: `⁻⁵`."""
    digits = str(abs(exponent)).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"⁻{digits}" if exponent < 0 else digits
