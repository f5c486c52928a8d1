"""What *Flows and valuation* says: what fell and what was sold, and what a first print is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from foreign_demand import words
from foreign_demand.analysis import flows
from foreign_demand.book.figures import as_printed
from foreign_demand.data.places import TOTAL, in_a_sentence

TWELVE, WHOLE = "Twelve months", "All months"


def fell_answer(falls: pd.DataFrame) -> str:
    """Whether what fell was sold: of the total, and of single rows.

    Parameters
    ----------
    falls
        From :func:`foreign_demand.analysis.flows.falls`.
    """
    total, rows = _total_and_rows(falls)
    return {
        (True, True): "Mostly it was",
        (False, False): "Mostly it was not",
        (False, True): "Not as a rule where it is the total, mostly yes where it is one country's row",
        (True, False): "Mostly yes where it is the total, not as a rule where it is one country's row",
    }[total["sold"] > total["fell"] / 2, rows["sold"] > rows["fell"] / 2]


def falls_in_words(falls: pd.DataFrame) -> dict[str, str]:
    """The counts behind the answer, as facts."""
    total, rows = _total_and_rows(falls)
    return {
        "total_months": words.count(int(total["months"])),
        "total_fell": words.count(int(total["fell"])),
        "total_sold": words.how_many(int(total["sold"])),
        "rows_fell": f"{int(rows['fell']):,}",
        "rows_sold": words.percent(100 * rows["sold"] / rows["fell"]),
        "rows_number": words.count(len(falls) - 1),
    }


def _total_and_rows(falls: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    total = falls.set_index("country").loc[TOTAL]
    return total, falls[falls["country"] != TOTAL].drop(columns="country").sum()


def case_in_words(row: pd.Series) -> str:
    """``fell by USD 83 billion: bought USD 49 billion net, valuation −172, other +40``."""
    bought = row["bonds_usd_bn"] + row.get("bills_usd_bn", 0.0)
    return (
        f"{words.moved(row['change_usd_bn'], words.billions)}: {words.bought_or_sold(bought)}, valuation "
        f"{words.signed(row['valuation_usd_bn'])}, other {words.signed(row['other_usd_bn'])}"
    )


def case_label(country: str, start: pd.Timestamp, end: pd.Timestamp) -> str:
    """A case as a chart names it: ``Japan, September to October 2022``."""
    name, first = "All foreigners" if country == TOTAL else country, start + pd.offsets.Day()
    if first.to_period("M") == end.to_period("M"):
        return f"{name}, {words.month(end)}"
    if first.month == 1 and end.month == 12:
        return f"{name}, {words.between(first.year, end.year).replace(',', '')}"
    return f"{name}, {_from_to(start, end)}"


def largest_others(rows: pd.DataFrame, *, number: int, lowest: bool) -> str:
    """The rows with the most of other change, one way: ``Belgium (+97) and the United Kingdom (+28)``.

    Parameters
    ----------
    rows
        From :func:`foreign_demand.analysis.flows.between`, countries only.
    """
    ordered = rows.sort_values("other_usd_bn", ascending=lowest).head(number)
    return words.listed(
        [f"{in_a_sentence(row.country)} ({words.signed(row.other_usd_bn)})" for row in ordered.itertuples()]
    )


def moves_back(persistence: float, months: int) -> str:
    """Whether a month's remainder is taken back in the next, by the correlation with the month before."""
    if abs(persistence) < 1.96 / months**0.5:
        return "no memory from month to month that can be told"
    return "a see-saw, each month taking back part of the one before" if persistence < 0 else "a memory"


def fit_in_words(fit: pd.DataFrame, countries: list[str]) -> str:
    """``the total 0.94, Japan 0.91 and China 0.90``.

    Parameters
    ----------
    fit
        From :func:`foreign_demand.analysis.flows.fit_of_valuation`, indexed by country.
    """
    named = ["the total" if name == TOTAL else in_a_sentence(name) for name in countries]
    return words.listed(
        [f"{name} {fit.loc[country, 'r2']:.2f}" for name, country in zip(named, countries, strict=True)]
    ).replace("-", "−")


def fit_as_printed(fit: pd.DataFrame) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.analysis.flows.fit_of_valuation`."""
    two = "{:.2f}".format
    return as_printed(
        fit.assign(country=fit["country"].map(in_a_sentence)),
        {
            "Row": ("country", _capital),
            "Held, USD billion": ("holdings_usd_bn", "{:,.0f}".format),
            "R²": ("r2", two),
            "Error, USD billion": ("rmse_usd_bn", "{:.1f}".format),
            "Own duration, years": ("own_duration", "{:.1f}".format),
            "R² with it": ("own_r2", two),
            "Reported in all": ("official_usd_bn", words.signed),
            "By price in all": ("modelled_usd_bn", words.signed),
        },
    )


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def remainders_as_printed(remainders: pd.DataFrame) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.analysis.flows.remainders`."""
    one: Any = lambda value: words.signed(value, 1)  # noqa: E731
    return as_printed(
        remainders,
        {
            "Row": ("country", str),
            "Held, USD billion": ("holdings_usd_bn", "{:,.0f}".format),
            "Added up": ("total_usd_bn", words.signed),
            "Mean a month (95% interval)": (
                ("mean_usd_bn", "low_usd_bn", "high_usd_bn"),
                lambda *values: words.estimate(*values, 1),
            ),
            "Standard deviation": ("sd_usd_bn", "{:.1f}".format),
            "Lowest tenth": ("p10_usd_bn", one),
            "Highest tenth": ("p90_usd_bn", one),
            "Share of changes, %": ("of_changes_pct", "{:.0f}".format),
            "With the month before": ("persistence", lambda value: words.signed(value, 2)),
        },
    )


def years_as_printed(years: pd.DataFrame) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.analysis.flows.every_period`, periods as :func:`labelled` calls them."""
    columns: dict[str, Any] = {"Period": ("period", str), "Row": ("country", str)}
    columns |= {"Change": ("change_usd_bn", words.signed)}
    return as_printed(years, columns | {name: (part, words.signed) for part, name in flows.PARTS.items()})


def labelled(periods: pd.DataFrame) -> pd.DataFrame:
    """Give every period the name by which a reader chooses it, with the record where it is not the last.

    Parameters
    ----------
    periods
        From :func:`foreign_demand.analysis.flows.every_period`.

    Returns
    -------
    pandas.DataFrame
        The same with ``period``.
    """
    spans = periods[["span", "start", "end"]].drop_duplicates()
    names = {tuple(row): _period(*row) for row in spans.itertuples(index=False)}
    keys = zip(periods["span"], periods["start"], periods["end"], strict=True)
    return periods.assign(period=[names[key] for key in keys])


def _period(span: str, start: pd.Timestamp, end: pd.Timestamp) -> str:
    months = (end.to_period("M") - start.to_period("M")).n
    if months == 1:
        return words.month(end)
    whole_year = months == 12 and end.month == 12
    if span == flows.SLT_SPAN:
        if whole_year:
            return str(end.year)
        return f"{TWELVE} to {words.month(end)}" if months == 12 else _from_to(start, end)
    records = {
        flows.SURVEYS: "surveys and S form",
        flows.POSITIONS: flows.POSITIONS,
        flows.S_SPAN: "S form",
    }
    name = str(end.year) if whole_year else _from_to(start, end)
    return f"{name}, notes and bonds ({records[span]})"


def _from_to(start: pd.Timestamp, end: pd.Timestamp) -> str:
    first = start + pd.offsets.Day()
    return f"{first:%B}{'' if first.year == end.year else f' {first.year}'} to {words.month(end)}"


def first_print_worth(sizes: pd.DataFrame) -> str:
    """What a first print of notes and bonds is worth: one sentence, for wherever one is quoted.

    Parameters
    ----------
    sizes
        From :func:`foreign_demand.analysis.flows.sizes`.
    """
    since, before = _worth(sizes, flows.SINCE), _worth(sizes, flows.BEFORE)
    mean, spread, mean_then, spread_then = (
        f"{row[name]:,.0f}" for row in (since, before) for name in ("mean_size_usd_bn", "sd_usd_bn")
    )
    turned, months = words.how_many(int(since["turned"])), words.count(int(since["months"]))
    return (
        f"A first print of a month's net purchases of notes and bonds has {flows.SINCE} been revised by "
        f"USD {mean} billion on average, with a standard deviation of {spread} ({mean_then} and "
        f"{spread_then} before), and in {turned} of {months} months its sign turned"
    )


def _worth(sizes: pd.DataFrame, era: str) -> pd.Series:
    rows = sizes[(sizes["era"] == era) & (sizes["age"] == flows.NOW)]
    rows = rows[(rows["type"] == flows.NOTES_AND_BONDS) & (rows["holder"] == flows.ALL_FOREIGNERS)]
    return rows.iloc[0]


def bias_in_words(sizes: pd.DataFrame) -> str:
    """Whether first prints are too high or too low, by the mean revision and its error."""
    row = _worth(sizes, flows.SINCE)
    half = 1.96 * row["error_usd_bn"]
    low, high = row["mean_usd_bn"] - half, row["mean_usd_bn"] + half
    told = words.against_zero(low, high)
    return f"{words.estimate(row['mean_usd_bn'], low, high, 1, unit=' billion')}, {told}"


def sizes_as_printed(sizes: pd.DataFrame) -> pd.DataFrame:
    """Cells of revisions from the first print to now, or to the last print where now is not told apart."""
    last = sizes[sizes["age"].isin([flows.NOW, "3"])].sort_values("age", key=lambda ages: ages == flows.NOW)
    last = last.drop_duplicates(["era", "type", "holder"], keep="last")
    order = {name: place for place, name in enumerate(flows.TYPES)} | {
        name: place for place, name in enumerate(flows.HOLDERS)
    }
    last = last.sort_values(["era", "type", "holder"], key=lambda names: names.map(lambda n: order.get(n, n)))
    return as_printed(
        last.assign(until=last["age"].map({flows.NOW: "now", "3": "third month after"})),
        {
            "Form": ("era", _capital),
            "Type": ("type", str),
            "Holder": ("holder", str),
            "From first print to": ("until", str),
            "Months": ("months", str),
            "Bias": ("mean_usd_bn", lambda value: words.signed(value, 1)),
            "Mean size": ("mean_size_usd_bn", "{:.1f}".format),
            "Standard deviation": ("sd_usd_bn", "{:.1f}".format),
            "Largest": ("largest_usd_bn", "{:.0f}".format),
            "Of first prints": ("spread_usd_bn", "{:.0f}".format),
            "Sign turned": ("turned", str),
        },
    )


def first_print_in_words(revised: pd.DataFrame) -> dict[str, str]:
    """One month as first printed, three months on and now, as facts.

    Parameters
    ----------
    revised
        From :func:`foreign_demand.analysis.flows.first_print_of`.
    """
    rows: Mapping[tuple[str, str], Any] = {
        (holder, age): group.iloc[0] for (holder, age), group in revised.groupby(["holder", "age"])
    }
    total, official = rows[flows.ALL_FOREIGNERS, flows.NOW], rows["Official", flows.NOW]
    printed = [row["later_usd_bn"] for (holder, age), row in rows.items() if holder == flows.ALL_FOREIGNERS]
    same = all(abs(value - total["first_usd_bn"]) < 0.05 for value in printed[:-1])
    return {
        "first_print": words.bought_or_sold(total["first_usd_bn"], 1),
        "print_now": words.bought_or_sold(total["later_usd_bn"], 1),
        "prints_between": "stood unchanged in" if same else "was changed within",
        "official_first": words.bought_or_sold(official["first_usd_bn"], 1),
        "official_now": words.bought_or_sold(official["later_usd_bn"], 1),
    }
