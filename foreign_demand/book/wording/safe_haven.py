"""Tables of the safe haven as they are printed, and words that depend on their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd

from foreign_demand import words
from foreign_demand.analysis import evidence
from foreign_demand.analysis.inference import SHORTEST
from foreign_demand.analysis.safe_haven import ASSETS
from foreign_demand.book.figures import Columns, as_printed

_SIDES = {"works": "works", "broken": "is broken"}
_ORDER = ("supported", "contradicted", "open", evidence.SAME_EVENT)
_TOLD = {evidence.SAME_EVENT: "of an event already counted"}
_MANY = {"daily": "days", "weekly": "weeks", "monthly": "months"}

_signed_one, _estimate_one = partial(words.signed, decimals=1), partial(words.estimate, decimals=1)
_estimate_two = partial(words.estimate, decimals=2)


# --- tables that print a row for a row ---------------------------------------


def _regime_from(before: float, month: pd.Timestamp, low: pd.Timestamp, high: pd.Timestamp) -> str:
    return f"{month:%b\u00a0%Y} ({low:%b\u00a0%Y} to {high:%b\u00a0%Y})"


def _number(
    value: float,
    low: float,
    high: float,
    unit: str,
    share: float,
    of: str,
    measure: str,
    number: float,
    regime: str,
) -> str:
    if pd.isna(value):
        return f"no such case: {measure}"
    text = words.estimate(value, low, high, 2, unit=unit if unit[:1] in ("", "%") else f" {unit}")
    extreme = "" if pd.isna(share) else f"; as extreme: {words.percent(share, 1)} of {of}"
    size = "" if pd.isna(number) else f", n = {number:.0f}{' ' + regime if regime else ''}"
    return f"{text}{size}{extreme}: {measure}"


BREAKS: Columns = {
    "Stocks with": ("asset", str),
    "New regime from": (("before", "month", "low", "high"), _regime_from),
    "Mean": (
        ("before", "after"),
        lambda before, after: f"{words.signed(before, 2)} to {words.signed(after, 2)}",
    ),
    "Found in step": ("step", words.count),
    "p-value": ("p_value", "{:.3f}".format),
}
"""Break dates of several correlations."""

DOLLAR: Columns = {
    "Measure": ("measure", words.begun),
    "April 2025": ("april", str.capitalize),
    "Before": ("before", _signed_one),
    "Since": (("since", "since_low", "since_high"), _estimate_one),
    "Change": (("change", "low", "high"), _estimate_one),
    "As large": ("share_pct", words.percent),
}
"""Slopes of the dollar on yields before and since April 2025."""

PREMIUM_BY_MATURITY: Columns = {
    "Maturity": ("maturity_years", "{} years".format),
    "Before": ("before_bp", _signed_one),
    "Since": ("since_bp", _signed_one),
    "Change": (("change_bp", "low", "high"), _estimate_one),
    "As large": ("share_pct", words.percent),
}
"""The premium on the newest issues."""

RESERVES: Columns = {
    "Currency": ("currency", str),
    "Share": ("share_pct", partial(words.percent, decimals=1)),
    "USD billion": ("value_usd_bn", "{:,.0f}".format),
    "Would grow by": ("added_pct", words.percent),
}
"""Official reserves by currency."""

CURRENCIES: Mapping[str, str] = {
    "AUD": "the Australian dollar",
    "CAD": "the Canadian dollar",
    "CHF": "the Swiss franc",
    "CNY": "the renminbi",
    "EUR": "the euro",
    "GBP": "sterling",
    "JPY": "the yen",
    "USD": "the dollar",
}
"""Currencies of reserves, as a sentence names them."""

_TWO = "{:.2f}".format
HEDGED: Columns = {
    "Holder of": ("holder", str),
    "10-year at home": ("home_pct", _TWO),
    "Own short rate": ("short_pct", _TWO),
    "Hedge costs": ("cost_points", _TWO),
    "US 10-year, hedged": ("hedged_pct", _TWO),
    "Less home": ("pickup_points", partial(words.signed, decimals=2)),
    "Months it was more, %": ("better_pct", "{:.0f}".format),
    "Short rate at which both are one": ("breakeven_short_pct", _TWO),
    "Unhedged, twelve months": ("unhedged_return_pct", partial(words.signed, decimals=1)),
}
"""What a Treasury gives holders elsewhere."""

SCORECARD: Columns = {
    "Argument": (("side", "argument"), lambda side, argument: f"It {_SIDES[side]}: {argument}"),
    "Number, with its uncertainty": (
        ("unit", "value", "low", "high", "share_pct", "share_of", "measure", "observations", "regime"),
        lambda unit, value, low, high, *rest: _number(value, low, high, unit, *rest),
    ),
    "Readings": (
        ("first_reading", "holds", "readings"),
        lambda first, holds, readings: f"{first} in {holds} of {readings}",
    ),
    "Verdict, and what would change it": (
        ("reading", "would_change"),
        lambda reading, change: f"{reading.capitalize()}; {change}",
    ),
}
"""The arguments, their numbers and their verdicts; the present is since :data:`LATELY`."""


# --- tables that spread rows over columns --------------------------------------


def _spread_out(
    cells: pd.DataFrame, across: str, *, rows: Sequence[str], order: Sequence[str]
) -> pd.DataFrame:
    """One row for each combination of ``rows`` in the order met, one column for each of ``order``."""
    wide = cells.set_index([*rows, across])["cell"].unstack()
    wide.columns.name = None
    keys = cells[list(rows)].drop_duplicates()
    return keys.merge(wide[list(order)].fillna("–").reset_index(), on=list(rows), how="left")


def _short(asset: str) -> str:
    """``10-year Treasury`` → ``10-year``."""
    return asset.removesuffix(" Treasury")


def windows_as_printed(latest: pd.DataFrame) -> pd.DataFrame:
    """The latest rolling correlations of several ``asset`` over every frequency and window."""
    columns: Columns = {
        "Window": (("window", "frequency"), lambda window, frequency: f"{window} {_MANY[frequency]}"),
        "asset": ("asset", "Stocks and {}".format),
        "cell": (("correlation", "low", "high"), _estimate_two),
    }
    cells = as_printed(latest, columns)
    return _spread_out(cells, "asset", rows=["Window"], order=list(cells["asset"].unique()))


def worst_as_printed(worst: pd.DataFrame) -> pd.DataFrame:
    """Mean returns on the worst days or weeks, with of how many a mean is where they are few.

    An asterisk says that the interval leaves out zero.
    """

    def row(tail: float, frequency: str, period: str) -> str:
        return f"{tail:g}%\u00a0of\u00a0{_MANY[frequency]}, {period}"

    def mean(value: float, low: float, high: float, number: float) -> str:
        return f"{words.signed(value, 2)}{'*' if low > 0 or high < 0 else ''}{words.of_few(number)}"

    def on_these(value: float, number: float) -> str:
        return f"{_signed_one(value)}{words.of_few(number)}"

    label: tuple[str, ...] = ("tail_pct", "frequency", "period")
    stocks = as_printed(
        worst.drop_duplicates(list(label)),
        {"Worst": (label, row), "cell": (("stocks_pct", "number"), on_these)},
    )
    assets: Columns = {
        "Worst": (label, row),
        "asset": ("asset", _short),
        "cell": (("mean_pct", "low", "high", "number"), mean),
    }
    cells = pd.concat([stocks.assign(asset="Stocks"), as_printed(worst, assets)])
    return _spread_out(cells, "asset", rows=["Worst"], order=["Stocks", *map(_short, ASSETS)])


def cost_as_printed(cost: pd.DataFrame) -> pd.DataFrame:
    """Carry of the 10-year note by period, and what holding Treasuries and the dollar paid."""
    columns: Columns = {
        "Period": ("period", str),
        "Asset": ("asset", _short),
        "cell": (("return_pct", "low", "high"), _estimate_one),
        "Carry": ("carry_points", _signed_one),
    }
    cells = as_printed(cost, columns)
    wide = _spread_out(cells, "Asset", rows=["Period"], order=["10-year", "30-year", "Dollar"])
    carry = cells[cells["Asset"] == "10-year"].set_index("Period")["Carry"]
    wide.insert(1, "Carry", wide["Period"].map(carry))
    return wide


def episodes_as_printed(episodes: pd.DataFrame) -> pd.DataFrame:
    """Returns in each episode, with their percentile among windows of the same length."""
    columns: Columns = {
        "Asset": ("asset", _short),
        "episode": ("episode", str),
        "cell": (
            ("return_pct", "percentile"),
            lambda value, percentile: f"{words.signed(value, 1)} ({percentile:.0f})",
        ),
    }
    order = list(episodes["episode"].unique())
    return _spread_out(as_printed(episodes, columns), "episode", rows=["Asset"], order=order)


def jumps_as_printed(jumps: pd.DataFrame) -> pd.DataFrame:
    """Responses to jumps of the VIX by period."""
    columns: Columns = {
        "Period": ("period", str),
        "Jumps": ("jumps", str),
        "response": ("response", str),
        "cell": (("mean", "low", "high"), _estimate_two),
    }
    order = list(jumps["response"].unique())
    return _spread_out(as_printed(jumps, columns), "response", rows=["Period", "Jumps"], order=order)


def worth_as_printed(worth: pd.DataFrame) -> pd.DataFrame:
    """Convenience on the covariance by measure and sample: levels beside monthly changes."""
    columns: Columns = {
        "Measure": ("measure", words.begun),
        "Sample": ("sample", str.capitalize),
        "form": ("form", str.capitalize),
        "cell": (("effect_bp", "low", "high"), _estimate_one),
    }
    order = ["Levels", "Monthly changes"]
    return _spread_out(as_printed(worth, columns), "form", rows=["Measure", "Sample"], order=order)


def readings_as_printed(outcomes: pd.DataFrame) -> pd.DataFrame:
    """How arguments read with and without April 2025, those that were read both ways."""
    both = outcomes.dropna(subset="april")
    counted = both.groupby(["side", "argument", "april"], sort=False)["reading"].value_counts(sort=False)
    rows = counted.rename("number").reset_index()
    rows["text"] = [f"{r.reading} in {r.number}" for r in rows.itertuples()]
    cells = rows.groupby(["side", "argument", "april"], sort=False)["text"].agg(", ".join).reset_index()
    cells = cells.assign(
        Argument=[f"It {_SIDES[r.side]}: {r.argument}" for r in cells.itertuples()],
        april=cells["april"].str.capitalize() + " April 2025",
        cell=cells["text"],
    )
    order = ["With April 2025", "Without April 2025"]
    return _spread_out(cells, "april", rows=["Argument"], order=order)


# --- words -------------------------------------------------------------------


def dated_against(found: pd.Series, event: pd.Timestamp) -> str:
    """Where an event lies against the interval of a break date, as the end of a clause.

    Parameters
    ----------
    found
        A row of :func:`foreign_demand.analysis.inference.break_dates`.
    event
        A day.
    """
    if event > found["high"]:
        return "came after the whole interval"
    if event < found["low"]:
        return "came before the whole interval"
    return "fell within it"


def events_against(found: pd.Series, named: Mapping[str, pd.Timestamp]) -> str:
    """Events against the interval of a break date, those that lie alike together.

    Parameters
    ----------
    found
        As for :func:`dated_against`.
    named
        Days, by what the sentence calls them.
    """
    told: dict[str, list[str]] = {}
    for name, event in named.items():
        told.setdefault(dated_against(found, event), []).append(name)
    return words.listed([f"{words.listed(names)} {clause}" for clause, names in told.items()])


def near_end_in_words(months: int) -> str:
    """Whether a break with so many months since could be found, as the end of a clause."""
    if months < SHORTEST:
        return "is too near the end for such a test"
    return "is far enough from the end for such a test too"


def last_breaks_in_words(robust: pd.DataFrame) -> str:
    """When the last break is dated under each choice that finds one: date (number of choices).

    Parameters
    ----------
    robust
        From :func:`foreign_demand.analysis.inference.break_robustness`.
    """
    dates = robust.groupby(["shortest", "block"])["month"].max().value_counts()
    return words.listed([f"{words.month(date)} ({words.count(number)})" for date, number in dates.items()])


def with_interval(row: pd.Series, value: str, decimals: int = 2, *, unit: str = "%") -> str:
    """``+0.57% (95% interval +0.50 to +0.65)``.

    Parameters
    ----------
    row
        With ``low`` and ``high``.
    value
        Name of the estimate in it.
    decimals
        To print.
    unit
        Written behind the estimate.
    """
    return words.estimate(row[value], row["low"], row["high"], decimals, unit=unit, interval="95% interval ")


def loose_in_words(slopes: pd.DataFrame) -> str:
    """In how many measures the slope of the dollar on yields changed, as a clause.

    Parameters
    ----------
    slopes
        From :func:`dollar_and_differentials`.
    """
    signs = pd.Series([words.against_zero(row.low, row.high) for row in slopes.itertuples()])
    parts = [f"{sign} in {words.count(number)}" for sign, number in signs.value_counts().items()]
    rare = words.how_many(int((slopes["share_pct"] <= evidence.RARE_PCT).sum()))
    return (
        f"{words.listed(parts)} of {words.count(len(slopes))} measures, and larger than at "
        f"{words.percent(100 - evidence.RARE_PCT)} of earlier dates in {rare}"
    )


def supported_in_words(card: pd.DataFrame, side: str) -> str:
    """How many arguments of one side the data support, contradict and leave open, as a clause.

    Parameters
    ----------
    card
        From :func:`scorecard`.
    side
        ``works`` or ``broken``.
    """
    own = card[card["side"] == side]
    found = own["reading"].value_counts()
    if len(found) == 1:
        told = _TOLD.get(found.index[0], found.index[0])
        return f"all {words.count(len(own))} arguments that it {_SIDES[side]} are {told}"
    parts = [
        f"{words.count(found[r])} {'is' if found[r] == 1 else 'are'} {_TOLD.get(r, r)}"
        for r in _ORDER
        if r in found
    ]
    return f"of {words.count(len(own))} arguments that it {_SIDES[side]}, {words.listed(parts)}"


def samples_apart(rows: pd.DataFrame) -> str:
    """Samples in which an interval leaves out zero, with the estimate: ``none``, or ``one (…)``.

    Parameters
    ----------
    rows
        Of :func:`~foreign_demand.analysis.safe_haven.convenience_and_covariance`, one a sample.
    """
    if rows.empty:
        return "none"
    each = [f"{r.sample.lower()}: {words.estimate(r.effect_bp, r.low, r.high, 1)}" for r in rows.itertuples()]
    return f"{words.count(len(rows))} ({words.listed(each)})"


def answer(card: pd.DataFrame) -> str:
    """Whether the haven still works, by the verdicts of :func:`~foreign_demand.analysis.evidence.verdicts`.

    It does where an argument for it stands and none against it, it does not where it is the other
    way round, partly where both do; where neither does, it cannot be told.
    """
    stands = {side: int((card.loc[card["side"] == side, "reading"] == "supported").sum()) for side in _SIDES}
    short = {
        (True, False): "Yes",
        (False, True): "No",
        (True, True): "Partly",
        (False, False): "It cannot be told yet",
    }[stands["works"] > 0, stands["broken"] > 0]
    sizes = card["side"].value_counts()
    works, broken = (f"{words.how_many(stands[s])} of {words.count(sizes[s])}" for s in ("works", "broken"))
    return (
        f"{short}: {works} arguments that the hedge works and {broken} that it is broken stand under "
        "every choice of dates, bases and windows"
    )


def card_title(card: pd.DataFrame) -> str:
    """How many arguments of each side stand, as a title."""
    parts = []
    for side, clause in _SIDES.items():
        own = card.loc[card["side"] == side, "reading"]
        stand = words.how_many(int((own == "supported").sum()))
        parts.append(f"{stand} of {words.count(len(own))} arguments that it {clause}")
    return f"Supported whatever is chosen: {words.listed(parts)}"


def held(row: pd.Series) -> str:
    """``it is supported under 12 of 15 choices``.

    Parameters
    ----------
    row
        Of :func:`~foreign_demand.analysis.evidence.verdicts`.
    """
    return f"it is {row['first_reading']} under {row['holds']} of {row['readings']} choices"


def hedged_in_words(elsewhere: pd.DataFrame) -> str:
    """Whom a hedged Treasury pays more than a bond at home, of those whose short rate is known.

    Parameters
    ----------
    elsewhere
        From :func:`foreign_demand.analysis.safe_haven.hedged_abroad`.
    """
    known = elsewhere.dropna(subset="pickup_points")
    each = [
        f"{abs(r.pickup_points):.2f} points {'less' if r.pickup_points < 0 else 'more'} in {r.holder.lower()}"
        for r in known.itertuples()
    ]
    return f"the US 10-year, hedged, gave {words.listed(each)} than a bond at home"
