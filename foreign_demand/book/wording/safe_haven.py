"""Tables of the safe haven as they are printed, and words that depend on their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from foreign_demand.analysis import evidence
from foreign_demand.analysis.inference import SHORTEST
from foreign_demand.analysis.safe_haven.assets import ASSETS
from foreign_demand.words import count, how_many, listed, month, percent, signed

_SIDES = {"works": "works", "broken": "is broken"}
_ORDER = tuple(evidence.LABELS[found] for found in (evidence.FOR, evidence.AGAINST, evidence.OPEN))


def estimate_as_printed(
    value: float, low: float, high: float, decimals: int, *, unit: str = "", interval: str = ""
) -> str:
    """``+0.57% (+0.50 to +0.65)``; without the bracket where there is no interval.

    Parameters
    ----------
    value, low, high
        An estimate and its interval.
    decimals
        To print.
    unit
        Written behind the estimate.
    interval
        Written before the interval.
    """
    if pd.isna(value):
        return "–"
    text = signed(value, decimals) + unit
    return text if pd.isna(low) else f"{text} ({interval}{signed(low, decimals)} to {signed(high, decimals)})"


def _short(asset: str) -> str:
    """``10-year Treasury`` → ``10-year``."""
    return asset.removesuffix(" Treasury")


def _spread_out(
    table: pd.DataFrame, rows: list[str], column: str, text: pd.Series, order: Sequence[str]
) -> pd.DataFrame:
    """One row for each combination of ``rows`` in the order met, one column for each of ``order``."""
    keys = table[rows].drop_duplicates()
    wide = table.assign(text=text).set_index([*rows, column])["text"].unstack()
    wide.columns.name = None
    return keys.merge(wide[list(order)].fillna("–").reset_index(), on=rows, how="left")


def breaks_as_printed(breaks: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Break dates of several correlations, by name, as printed."""
    return pd.DataFrame(
        [
            {
                "Stocks with": name,
                "New regime from": f"{row.month:%b\u00a0%Y} ({row.low:%b\u00a0%Y} to {row.high:%b\u00a0%Y})",
                "Mean": f"{signed(row.before, 2)} to {signed(row.after, 2)}",
                "p-value": f"{row.p_value:.3f}",
            }
            for name, table in breaks.items()
            for row in table.itertuples()
        ]
    )


def windows_as_printed(latest: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The latest rolling correlations over every frequency and window, by name of the pair."""
    columns = {
        name: [estimate_as_printed(r.correlation, r.low, r.high, 2) for r in table.itertuples()]
        for name, table in latest.items()
    }
    first = next(iter(latest.values()))
    units = {"daily": "days", "weekly": "weeks", "monthly": "months"}
    labels = [f"{r.window} {units[r.frequency]}" for r in first.itertuples()]
    return pd.DataFrame({"Window": labels} | columns)


def worst_as_printed(worst: pd.DataFrame) -> pd.DataFrame:
    """Mean returns on the worst days or weeks; an asterisk where the interval leaves out zero."""
    clear = (worst["low"] > 0) | (worst["high"] < 0)
    text = worst["mean_pct"].map(lambda v: signed(v, 2)) + clear.map({True: "*", False: ""})
    units = {"daily": "days", "weekly": "weeks"}
    table = worst.assign(
        asset=worst["asset"].map(_short),
        Worst=[f"{r.tail_pct:g}%\u00a0of\u00a0{units[r.frequency]}, {r.period}" for r in worst.itertuples()],
    )
    order = ["Stocks", *map(_short, ASSETS)]
    stocks = table.drop_duplicates("Worst").assign(asset="Stocks")
    both = pd.concat([stocks, table], ignore_index=True)
    shown = pd.concat([stocks["stocks_pct"].map(lambda v: signed(v, 1)), text], ignore_index=True)
    return _spread_out(both, ["Worst"], "asset", shown, order)


def cost_as_printed(cost: pd.DataFrame) -> pd.DataFrame:
    """Carry of the 10-year note by period, and returns over bills of what hedges most."""
    text = pd.Series(
        [estimate_as_printed(r.excess_pct, r.low, r.high, 1) for r in cost.itertuples()], index=cost.index
    )
    table = cost.assign(asset=cost["asset"].map(_short)).rename(columns={"period": "Period"})
    wide = _spread_out(table, ["Period"], "asset", text, ["10-year", "30-year", "Dollar"])
    carry = table[table["asset"] == "10-year"].set_index("Period")["carry_points"]
    wide.insert(1, "Carry", [signed(carry[p], 1) for p in wide["Period"]])
    return wide


def episodes_as_printed(episodes: pd.DataFrame) -> pd.DataFrame:
    """Returns in each episode, with their percentile among windows of the same length."""
    text = pd.Series(
        [
            "–" if pd.isna(r.return_pct) else f"{signed(r.return_pct, 1)} ({r.percentile:.0f})"
            for r in episodes.itertuples()
        ],
        index=episodes.index,
    )
    table = episodes.assign(Asset=episodes["asset"].map(_short))
    return _spread_out(table, ["Asset"], "episode", text, list(table["episode"].unique()))


def jumps_as_printed(jumps: pd.DataFrame) -> pd.DataFrame:
    """Answers to VIX jumps by period."""
    text = pd.Series(
        [estimate_as_printed(r.mean, r.low, r.high, 2) for r in jumps.itertuples()], index=jumps.index
    )
    table = jumps.rename(columns={"period": "Period", "jumps": "Jumps"})
    return _spread_out(table, ["Period", "Jumps"], "answer", text, list(table["answer"].unique()))


def dollar_as_printed(slopes: pd.DataFrame) -> pd.DataFrame:
    """Slopes of the dollar on yields before and since April 2025."""
    return pd.DataFrame(
        {
            "Measure": slopes["measure"].str[:1].str.upper() + slopes["measure"].str[1:],
            "Before": slopes["before"].map(lambda v: signed(v, 1)),
            "Since": [
                estimate_as_printed(r.since, r.since_low, r.since_high, 1) for r in slopes.itertuples()
            ],
            "Change": [estimate_as_printed(r.change, r.low, r.high, 1) for r in slopes.itertuples()],
            "As large": slopes["share_pct"].map(lambda v: percent(v)),
        }
    )


def premium_by_maturity_as_printed(table: pd.DataFrame) -> pd.DataFrame:
    """The premium on the newest issues, by maturity."""
    return pd.DataFrame(
        {
            "Maturity": [f"{years} years" for years in table["maturity_years"]],
            "Before": table["before_bp"].map(lambda v: signed(v, 1)),
            "Since": table["since_bp"].map(lambda v: signed(v, 1)),
            "Change": [estimate_as_printed(r.change_bp, r.low, r.high, 1) for r in table.itertuples()],
            "As large": table["share_pct"].map(percent),
        }
    )


def reserves_as_printed(reserves: pd.DataFrame) -> pd.DataFrame:
    """Official reserves by currency."""
    return pd.DataFrame(
        {
            "Currency": reserves["currency"],
            "Share": reserves["share_pct"].map(lambda v: percent(v, 1)),
            "USD billion": reserves["value_usd_bn"].map("{:,.0f}".format),
            "Would grow by": reserves["added_pct"].map(lambda v: "–" if pd.isna(v) else percent(v)),
        }
    )


def scorecard_as_printed(card: pd.DataFrame) -> pd.DataFrame:
    """The scorecard in words."""
    sides = {"works": "It works", "broken": "It is broken"}

    def number(row: pd.Series) -> str:
        unit = row["unit"] if row["unit"][:1] in ("", "%") else f" {row['unit']}"
        text = estimate_as_printed(row["value"], row["low"], row["high"], 2, unit=unit)
        if pd.notna(row["share_pct"]):
            text += f"; as extreme: {percent(row['share_pct'], 1)} of {row['share_of']}"
        return f"{text}: {row['measure']}"

    return pd.DataFrame(
        {
            "Argument": [f"{sides[r.side]}: {r.argument}" for r in card.itertuples()],
            "Number, with its uncertainty": card.apply(number, axis=1),
            "Reading, and what would change it": [
                f"{r.reading.capitalize()}; {r.would_change}" for r in card.itertuples()
            ],
        }
    )


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
    return "lies within it"


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
    return listed([f"{month(date)} ({count(number)})" for date, number in dates.items()])


def sign_in_words(low: float, high: float) -> str:
    """``above zero``, ``below zero`` or ``not distinguishable from zero``, by an interval."""
    if low > 0:
        return "above zero"
    return "below zero" if high < 0 else "not distinguishable from zero"


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
    return estimate_as_printed(
        row[value], row["low"], row["high"], decimals, unit=unit, interval="95% interval "
    )


def loose_in_words(slopes: pd.DataFrame) -> str:
    """In how many measures the slope of the dollar on yields changed, as a clause.

    Parameters
    ----------
    slopes
        From :func:`dollar_and_differentials`.
    """
    signs = pd.Series([sign_in_words(row.low, row.high) for row in slopes.itertuples()])
    parts = [f"{sign} in {count(number)}" for sign, number in signs.value_counts().items()]
    rare = how_many(int((slopes["share_pct"] <= evidence.RARE_PCT).sum()))
    return (
        f"{listed(parts)} of {count(len(slopes))} measures, and larger than at "
        f"{percent(100 - evidence.RARE_PCT)} of earlier dates in {rare}"
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
    parts = [f"{count(found[r])} {r}" for r in _ORDER if r in found]
    return f"of {count(len(own))} arguments that it {_SIDES[side]}, {listed(parts)}"
