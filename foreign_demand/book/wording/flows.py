"""What *Flows and valuation* says: what fell and what was sold, and what a first print is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from foreign_demand import words
from foreign_demand.analysis import flows
from foreign_demand.book.figures import as_printed
from foreign_demand.data.places import TOTAL, in_a_sentence


def fell_answer(falls: pd.DataFrame) -> str:
    """Whether what fell was sold: of the total, and of single rows.

    Parameters
    ----------
    falls
        From :func:`foreign_demand.analysis.flows.falls`.
    """
    total, rows = total_and_rows(falls)
    return {
        (True, True): "Mostly it was",
        (False, False): "Mostly it was not",
        (False, True): "Usually not, where it is the total; mostly yes, where it is one country's row",
        (True, False): "Mostly yes, where it is the total; usually not, where it is one country's row",
    }[total["sold"] > total["fell"] / 2, rows["sold"] > rows["fell"] / 2]


def total_and_rows(falls: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Counts of falls of the grand total, and of all single rows together."""
    total = falls.set_index("country").loc[TOTAL]
    return total, falls[falls["country"] != TOTAL].drop(columns="country").sum()


def case_in_words(row: pd.Series) -> str:
    """``fell by USD 83 billion: bought USD 49 billion net, valuation −172, other +40``."""
    bought = row["bonds_usd_bn"] + row.get("bills_usd_bn", 0.0)
    return (
        f"{words.moved(row['change_usd_bn'], words.billions, unchanged_below=0.5)}: "
        f"{words.bought_or_sold(bought)}, valuation "
        f"{words.signed(row['valuation_usd_bn'])}, other {words.signed(row['other_usd_bn'])}"
    )


def case_label(country: str, start: pd.Timestamp, end: pd.Timestamp) -> str:
    """A case as a chart names it: ``Japan, Sep–Oct 2022``."""
    name, first = "All foreigners" if country == TOTAL else country, start + pd.offsets.Day()
    if first.to_period("M") == end.to_period("M"):
        return f"{name}, {words.month(end)}"
    if first.month == 1 and end.month == 12 and first.year == end.year:
        return f"{name}, {end.year}"
    return f"{name}, {first:%b}{'' if first.year == end.year else f' {first.year}'}–{end:%b %Y}"


def span_in_words(row: pd.Series) -> str:
    """``September to October 2022``: the months of a case."""
    return _from_to(row["start"], row["end"])


def what_it_was(row: pd.Series) -> str:
    """What a fall was, by the share of it that was sold: ``a sale``, ``in part a sale``, ``no sale``."""
    if row["change_usd_bn"] >= 0:
        return "no fall"
    share = row["bonds_usd_bn"] / row["change_usd_bn"]
    names = {0.0: "no sale", 0.25: "hardly a sale", 0.75: "in part a sale"}
    return next((name for most, name in names.items() if share <= most), "a sale")


def cases(long_term: pd.DataFrame, chosen: Sequence[tuple[str, str, str]]) -> pd.DataFrame:
    """Rows and spans by name, each taken apart inside its own record.

    Parameters
    ----------
    long_term
        From :func:`foreign_demand.analysis.flows.long_term_parts`.
    chosen
        Row, and the two month ends that the change runs between.

    Returns
    -------
    pandas.DataFrame
        Rows of :func:`foreign_demand.analysis.flows.between`, with ``label``, as a chart names them.
    """
    found = []
    for country, *ends in chosen:
        start, end = (pd.Period(month, "M").end_time.normalize() for month in ends)
        rows = flows.between(long_term[long_term["country"] == country], start, end)
        found.append(rows.assign(label=case_label(country.partition(",")[0], start, end)))
    return pd.concat(found, ignore_index=True)


def mean_in_words(remainder: pd.Series) -> str:
    """``+5.1 billion (+2.3 to +7.9)``: the mean of other in a month with its interval, in dollars.

    Parameters
    ----------
    remainder
        Row of :func:`foreign_demand.analysis.flows.remainders`.
    """
    mean, low, high = (remainder[f"{name}_usd_bn"] for name in ("mean", "low", "high"))
    return words.estimate(mean, low, high, 1, unit=" billion")


def quarter_in_words(quarters: pd.DataFrame, place: int) -> str:
    """``sold in six of six (USD 53 billion on average)``: one month of the quarters.

    Parameters
    ----------
    quarters
        From :func:`foreign_demand.analysis.flows.by_month_of_quarter`.
    """
    row = quarters.loc[place]
    sold, months, mean = int(row["sold"]), int(row["months"]), row["mean_usd_bn"]
    verb, number = ("sold", sold) if mean < 0 else ("bought", months - sold)
    size = words.billions(abs(mean))
    return f"{verb} in {words.how_many(number)} of {words.count(months)} ({size} on average)"


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


def memory_in_words(remainder: pd.Series) -> str:
    """What the correlation with the month before says: ``−0.40, a see-saw``.

    Parameters
    ----------
    remainder
        Row of :func:`foreign_demand.analysis.flows.remainders`.
    """
    persistence = remainder["persistence"]
    told = abs(persistence) >= 1.96 / remainder["months"] ** 0.5
    kind = "no memory that can be told" if not told else "a see-saw" if persistence < 0 else "a memory"
    return f"{words.signed(persistence, 2)}, {kind}"


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
        fit,
        {
            "Row": ("country", str),
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
    return words.begun(name)


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
                lambda mean, low, high: words.estimate(mean, low, high, 1),
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
    columns: dict[str, Any] = {"Row": ("country", str), "Period": ("period", str)}
    columns |= {"Change": ("change_usd_bn", words.signed)}
    return as_printed(years, columns | {name: (part, words.signed) for part, name in flows.PARTS.items()})


def purchases_as_printed(annual: pd.DataFrame, *, years: Sequence[int]) -> pd.DataFrame:
    """Cells of net purchases of notes and bonds: a row a country, a column a year and form.

    Parameters
    ----------
    annual
        From :func:`foreign_demand.analysis.flows.annual_net_purchases`.
    years
        To print.
    """
    chosen = annual[annual["year"].isin(years)]
    months = chosen.groupby(["year", "form"])["months"].transform("max")
    part = months.map(lambda number: "" if number == 12 else f", {words.count(number)} months")
    part = part.str.replace("one months", "one month")
    heading = (
        chosen["year"].astype(str) + part + chosen["form"].map({flows.S_FORM: " (S)", flows.SLT_FORM: ""})
    )
    wide = chosen.assign(heading=heading).pivot(index="country", columns="heading", values="bonds_usd_bn")
    names = list(dict.fromkeys(heading))
    wide = wide.sort_values(names[-1], ascending=False).reset_index()
    columns: dict[str, Any] = {"Country": ("country", str)}
    return as_printed(wide, columns | {name: (name, words.signed) for name in names})


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
        return f"Twelve months to {words.month(end)}" if months == 12 else _from_to(start, end)
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


def spread_in_words(sizes: pd.DataFrame) -> str:
    """``USD 17 billion since February 2023, of 5 to January 2023``."""
    since, before = (_worth(sizes, era)["sd_usd_bn"] for era in (flows.SINCE, flows.BEFORE))
    return f"{words.billions(since)} {flows.SINCE}, of {before:,.0f} {flows.BEFORE}"


def editions_as_printed(countries: pd.DataFrame) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.analysis.flows.sizes_by_country`."""
    return as_printed(
        countries,
        {
            "Row": ("country", str),
            "Months": ("months", str),
            "Mean size": ("mean_size_usd_bn", "{:.1f}".format),
            "Mean": ("mean_usd_bn", lambda value: words.signed(value, 1)),
        },
    )


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


def prints_between(revised: pd.DataFrame) -> str:
    """Whether a month's first print stood in the releases after: ``stood unchanged in``.

    Parameters
    ----------
    revised
        From :func:`foreign_demand.analysis.flows.first_print_of`.
    """
    between = revised[(revised["holder"] == flows.ALL_FOREIGNERS) & (revised["age"] != flows.NOW)]
    return "stood unchanged in" if (between["revision_usd_bn"].abs() < 0.05).all() else "was changed within"
