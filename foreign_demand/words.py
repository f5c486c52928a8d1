"""Numbers as they are read in a sentence, and words that depend on a number.

Chapters type no figure and no "rose": they ask here.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import pandas as pd

from foreign_demand.exceptions import FigureError

Day: TypeAlias = "dt.date | pd.Timestamp"

_SMALL = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def _no_minus_zero(text: str) -> str:
    return text.replace("−", "") if not text.strip("−0.,") else text


def _number(value: float, decimals: int, *, sign: bool = False) -> str:
    if not math.isfinite(value):
        raise FigureError("A sentence was asked to print a missing number; look at the data behind it.")
    text = f"{value:{'+' if sign else ''},.{decimals}f}".replace("-", "−")
    return _no_minus_zero(text)


def billions(usd_bn: float, decimals: int = 0) -> str:
    """``1079.3`` → ``USD 1,079 billion``."""
    return f"USD {_number(usd_bn, decimals)} billion"


def signed(value: float, decimals: int = 0) -> str:
    """``-12.3`` → ``−12``: for tables whose heading has the unit."""
    return _number(value, decimals, sign=True)


def trillions(usd_bn: float, decimals: int = 2) -> str:
    """``9349.6`` (USD billion) → ``USD 9.35 trillion``."""
    return f"USD {_number(usd_bn / 1000, decimals)} trillion"


def percent(value: float, decimals: int = 0) -> str:
    """``49.06`` → ``49%``."""
    return f"{_number(value, decimals)}%"


def signed_percent(value: float, decimals: int = 0) -> str:
    """``262.3`` → ``+262%``."""
    return f"{_number(value, decimals, sign=True)}%"


def estimate(
    value: float,
    low: float,
    high: float,
    decimals: int = 0,
    *,
    unit: str = "",
    interval: str = "",
    signs: bool = True,
) -> str:
    """``0.571, 0.5, 0.654`` → ``+0.57% (+0.50 to +0.65)``: an estimate with its interval.

    Parameters
    ----------
    value, low, high
        Without the bracket where there is no interval.
    decimals
        To print.
    unit
        Written behind the estimate.
    interval
        Written before the interval, to say which it is.
    signs
        Whether a plus is written; not for shares and ratios, which are never negative.
    """
    text = f"{_number(value, decimals, sign=signs)}{unit}"
    if math.isnan(low):
        return text
    ends = (_number(end, decimals, sign=signs) for end in (low, high))
    return f"{text} ({interval}{' to '.join(ends)})"


FEW = 10
"""Below so many observations a mean is printed with their number."""


def of_few(number: float) -> str:
    """`` (n = 7)`` behind a mean of fewer than ten; nothing behind one of more."""
    return f" (n = {number:.0f})" if number < FEW else ""


def against_zero(low: float, high: float) -> str:
    """``above zero``, ``below zero`` or ``not distinguishable from zero``, by an interval."""
    if low > 0:
        return "above zero"
    return "below zero" if high < 0 else "not distinguishable from zero"


def between(low: float, high: float, decimals: int = 0) -> str:
    """``1005.8, 1035.1`` → ``1,006 to 1,035``; one number where they round to the same."""
    first, last = _number(low, decimals), _number(high, decimals)
    return first if first == last else f"{first} to {last}"


def basis_points(value: float, decimals: int = 0) -> str:
    """``-35.4`` → ``35 basis points``: the size, without its direction."""
    size = _number(abs(value), decimals)
    return f"{size} basis point{'' if float(size.replace(',', '')) == 1 else 's'}"


def points_between(first: float, second: float, decimals: int = 0) -> str:
    """``-10.2, -28.2`` → ``10 to 28 percentage points``: sizes, the smaller first."""
    low, high = sorted((abs(first), abs(second)))
    return f"{between(low, high, decimals)} percentage points"


def points(value: float, decimals: int = 0) -> str:
    """``-4.2`` → ``4 percentage points``: the size, without its direction."""
    size = _number(abs(value), decimals)
    return f"{size} percentage point{'' if float(size) == 1 else 's'}"


def day(value: Day) -> str:
    """``9 April 2025``."""
    return f"{value.day} {value:%B %Y}"


def short_day(value: Day) -> str:
    """``9 Apr 2025``: for tables."""
    return f"{value.day} {value:%b %Y}"


def span(first: Day, last: Day) -> str:
    """``2 to 11 April 2025``: the month or year of the first day only where it differs."""
    if first.year != last.year:
        return f"{day(first)} to {day(last)}"
    return f"{first.day}{'' if first.month == last.month else f' {first:%B}'} to {day(last)}"


def month(value: Day) -> str:
    """``April 2025``."""
    return f"{value:%B %Y}"


def quarter(value: Day) -> str:
    """``the second quarter of 2025``."""
    return f"the {('first', 'second', 'third', 'fourth')[(value.month - 1) // 3]} quarter of {value.year}"


def rose_or_fell(change: float, *, unchanged_below: float = 0.0) -> str:
    """``rose``, ``fell`` or ``was unchanged``, by the sign of a change.

    Parameters
    ----------
    change
        In any unit.
    unchanged_below
        Size up to which the change is smaller than the rounding of the sentence.
    """
    if math.isnan(change):
        raise FigureError("A sentence was asked for the direction of a missing change; look at the data.")
    if abs(change) <= unchanged_below:
        return "was unchanged"
    return "rose" if change > 0 else "fell"


def count(number: int) -> str:
    """``3`` → ``three``; from thirteen on in digits."""
    return _SMALL[number] if 0 <= number < len(_SMALL) else f"{number:,}"


def how_many(number: int) -> str:
    """``0`` → ``none``, else as :func:`count`: for numbers that stand alone, as in "none of six"."""
    return count(number) if number else "none"


def moved(change: float, size: Callable[..., str], decimals: int = 0, *, unchanged_below: float = 0.0) -> str:
    """``-12.3, percent, 1`` → ``fell by 12.3%``; ``rose by …`` or ``was unchanged`` likewise.

    Parameters
    ----------
    change
        In the unit that ``size`` prints; its sign decides the word, as in :func:`rose_or_fell`.
    size, decimals
        How its size is printed: :func:`percent`, :func:`billions`, :func:`basis_points` and their like.
    """
    word = rose_or_fell(change, unchanged_below=unchanged_below)
    return word if word == "was unchanged" else f"{word} by {size(abs(change), decimals)}"


def bought_or_sold(net_usd_bn: float, decimals: int = 0) -> str:
    """``-58.5`` → ``sold USD 58 billion net``."""
    verb = "bought" if net_usd_bn >= 0 else "sold"
    return f"{verb} {billions(abs(net_usd_bn), decimals)} net"


def begun(text: str) -> str:
    """``the total fell`` → ``The total fell``: as it stands at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def listed(items: Sequence[str]) -> str:
    """``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
