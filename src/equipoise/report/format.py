"""Numbers as readers see them: the one place where a result is rounded.

Rounding is half up on the decimal value (42.65 becomes 42.7, as printed by hand), never on the
binary float. Results themselves are never rounded; this module returns text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

__all__ = [
    "FIGURE_SPACE",
    "MINUS",
    "PILOT_P_VALUE",
    "P_VALUE",
    "PValueStyle",
    "amount",
    "count",
    "decimals_of",
    "fixed",
    "integer_width",
    "p_value",
    "padding",
    "percent",
    "plain",
]

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_POWERS_FROM = 1e5
MINUS = "−"
"""The minus sign, as wide as a digit; a hyphen is not."""

FIGURE_SPACE = "\u2007"
"""A space as wide as a digit."""

_MORE_DECIMALS = {
    "mean": 1,
    "median": 1,
    "q1": 1,
    "q3": 1,
    "estimate": 1,
    "ci_low": 1,
    "ci_high": 1,
    "sd": 2,
    "standard_error": 2,
}
_OWN_DECIMALS = {"statistic": 2, "df": 1, "df_2": 1, "percent": 1, "survival": 1, "expected": 1}
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)  # holds any float, to its last digit
_LEADING_NUMBER = re.compile(rf"[<>]?{MINUS}?\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PValueStyle:
    """How p values are printed.

    Attributes
    ----------
    decimals : int
        Decimals of a p value.
    fewer_above : float or None
        From here on two decimals are enough; None keeps ``decimals`` everywhere.
    lowest, highest : float or None
        Bounds beyond which only ``<`` or ``>`` the bound is printed.
    leading_zero : bool
        Print ``<0.001`` (True) or ``<.001`` (False) at the bounds.
    """

    decimals: int = 3
    fewer_above: float | None = 0.1
    lowest: float = 0.001
    highest: float | None = 0.99
    leading_zero: bool = True


P_VALUE = PValueStyle()
"""Three decimals below 0.1, two above; ``<0.001`` and ``>0.99`` at the ends."""

PILOT_P_VALUE = PValueStyle(decimals=4, fewer_above=None, lowest=0.0001, leading_zero=False)
"""As the CDISC pilot report prints: four decimals, ``<.0001`` and ``>.99`` at the ends."""


def fixed(value: float, decimals: int, *, shift: int = 0) -> str:
    """Print a number with so many decimals, half rounded up (away from zero), never ``-0.0``.

    Parameters
    ----------
    value : float
        A finite number, or an infinity, which prints as ``∞``.
    decimals : int
        Number of decimals, 0 or more.
    shift : int
        Places by which the decimal point moves to the right first: 2 prints a share in percent.

    Raises
    ------
    ValueError
        If ``value`` is NaN: a result without a value is printed by its state.
    """
    if math.isnan(value):
        raise ValueError("NaN has no digits; print the state of the result instead")
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    exact = Decimal(repr(float(value))).scaleb(shift, context=_EXACT)
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), context=_EXACT)
    text = f"{abs(rounded):f}"
    return f"{MINUS}{text}" if rounded < 0 else text


def decimals_of(statistic: str, collected: int) -> int:
    """Say how many decimals a statistic takes.

    Parameters
    ----------
    statistic : str
        Name of the statistic, as results hold it.
    collected : int
        Decimals with which the summarised variable was collected.

    Notes
    -----
    A mean, a quantile, a difference and its limits take one more than was collected, a standard
    deviation or error two more; a minimum or maximum is a collected value.
    """
    if statistic in _OWN_DECIMALS:
        return _OWN_DECIMALS[statistic]
    return collected + _MORE_DECIMALS.get(statistic, 0)


def count(value: float) -> str:
    """Print a number of subjects or events; a weighted count keeps one decimal."""
    return fixed(value, 0 if float(value).is_integer() else 1)


def percent(value: float) -> str:
    """Print a percentage with one decimal, without its sign."""
    return fixed(value, 1)


def p_value(value: float, style: PValueStyle = P_VALUE) -> str:
    """Print a p value.

    Parameters
    ----------
    value : float
        Between 0 and 1.
    style : PValueStyle
        Where the decimals end.
    """
    if value < style.lowest:
        return f"<{_bound(style.lowest, style)}"
    if style.highest is not None and value > style.highest:
        return f">{_bound(style.highest, style)}"
    if style.fewer_above is not None and value >= style.fewer_above:
        return fixed(value, 2)
    return fixed(value, style.decimals)


def _bound(bound: float, style: PValueStyle) -> str:
    text = f"{Decimal(repr(bound)).normalize():f}"
    return text if style.leading_zero else text.removeprefix("0")


def plain(value: float, most: int = 6, *, shift: int = 0) -> str:
    """Print a number of the plan (a dose, a level, a day) with no more decimals than it has."""
    text = fixed(value, most, shift=shift)
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: float) -> str:
    """Write a dose; cells by the million as a power of ten: ``1 × 10⁸``."""
    if value < _POWERS_FROM:
        return plain(value)
    exact = Decimal(repr(value))
    power = exact.adjusted()
    factor = plain(float(exact.scaleb(-power)))
    return f"{factor} × 10{str(power).translate(_SUPERSCRIPTS)}"


def integer_width(text: str) -> int:
    """Count the digit-wide characters before the decimal point of a leading number.

    Text that does not begin with a number has width 0.
    """
    leading = _LEADING_NUMBER.match(text)
    return len(leading.group()) if leading else 0


def padding(texts: Sequence[str]) -> tuple[str, ...]:
    """Find the figure spaces that bring the decimal points of numbers under each other.

    Parameters
    ----------
    texts : sequence of str
        Texts of one column; those that do not begin with a number get no padding.

    Returns
    -------
    tuple of str
        What to put before each text.
    """
    widths = [integer_width(text) for text in texts]
    widest = max(widths, default=0)
    return tuple(FIGURE_SPACE * (widest - width) if width else "" for width in widths)
