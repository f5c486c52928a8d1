"""Who holds Treasuries: levels, shares, holders. Tables in, tables out.

Holdings are the market value of what US custodians and issuers report as held
for foreigners (US Treasury, TIC). A holding that fell was not necessarily sold,
and a country's row is where a custodian sits, not who owns.

A *segment* is a stretch of a series between two breaks. Changes are computed
inside a segment, or carry the breaks they cross.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from foreign_demand.data.catalog import Break
from foreign_demand.data.sources import tic
from foreign_demand.words import between, listed, month, percent, signed, signed_percent

__all__ = [
    "CUSTODY_CENTRES",
    "DENOMINATORS",
    "OFFICIAL",
    "SUMS",
    "TOTAL",
    "Record",
    "against_output",
    "against_record",
    "as_lines",
    "bills_and_bonds",
    "break_months",
    "breaks_between",
    "by_segment",
    "change_over",
    "china_and_belgium",
    "concentration",
    "custody_band",
    "custody_share",
    "foreign_shares",
    "holders_by_country",
    "join_holders",
    "long_term_holdings",
    "marketable_debt",
    "over_time",
    "peak_of",
    "peaks",
    "peaks_as_printed",
    "peaks_in_words",
    "ranking",
    "ranking_as_printed",
    "segments",
    "survey_revisions",
    "totals",
]

TOTAL = "Grand Total"
OTHER = "All Other"
OFFICIAL = tic.FOREIGN_OFFICIAL
OFFICIAL_BILLS = tic.OFFICIAL_BILLS
OFFICIAL_BONDS = tic.OFFICIAL_BONDS
_AGGREGATES = (TOTAL, OTHER, OFFICIAL, OFFICIAL_BILLS, OFFICIAL_BONDS)
_AREAS = (16713, 16721)
_ORGANISATIONS = (72907, 76929, tic.ORGANISATIONS)
_TOTALS = (tic.ALL_COUNTRIES, tic.OFFICIAL, tic.NON_OFFICIAL, tic.GRAND_TOTAL)
SUMS = frozenset((*_AREAS, *tic.REGIONS, *_ORGANISATIONS, *_TOTALS)) - {tic.CANADA}
"""Codes in the SLT tables that are not countries: areas, regions, organisations, totals."""

CUSTODY_CENTRES = (
    "United Kingdom",
    "Belgium",
    "Luxembourg",
    "Cayman Islands",
    "Ireland",
    "Switzerland",
)
"""Where custodians and funds hold for owners elsewhere: the owner is not known."""

_GROUPS = ("Oil Exporters", "Carib Bnkng Ctrs")
"""Rows that are groups of countries, in the years before each was listed."""


def holders_by_country(by_country: pd.DataFrame) -> pd.DataFrame:
    """Bring SLT table 3 into the form of the major holders table.

    Parameters
    ----------
    by_country
        ``tic_slt_table3``, USD million, selected by code.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``country``, ``series`` (all ``current``), ``holdings_usd_bn``:
        countries with a total (TIC does not show the bills of some small ones), the
        official lines, the grand total, and "All Other": the total less these
        countries, with international organisations in it.
    """
    table = by_country.assign(series="current")

    def line(code: int, column: str, name: str) -> pd.DataFrame:
        rows = table[table["country_code"] == code]
        return rows.assign(country=name, holdings_usd_bn=rows[column] / 1000)

    countries = table[~table["country_code"].isin(SUMS)]
    countries = countries.assign(holdings_usd_bn=countries["holdings_usd_mn"] / 1000)
    total = line(tic.GRAND_TOTAL, "holdings_usd_mn", TOTAL)
    named = countries.groupby("month")["holdings_usd_bn"].sum()
    other = total.assign(country=OTHER, holdings_usd_bn=total["holdings_usd_bn"] - total["month"].map(named))
    lines = [
        countries,
        other,
        total,
        line(tic.OFFICIAL, "holdings_usd_mn", OFFICIAL),
        line(tic.OFFICIAL, "short_term_holdings_usd_mn", OFFICIAL_BILLS),
        line(tic.OFFICIAL, "long_term_holdings_usd_mn", OFFICIAL_BONDS),
    ]
    return pd.concat(lines)[["month", "country", "series", "holdings_usd_bn"]]


def join_holders(history: pd.DataFrame, recent: pd.DataFrame, by_country: pd.DataFrame) -> pd.DataFrame:
    """One table of holders from the three publications that carry them.

    A month is taken whole from one publication, so that its rows add up and are of
    one vintage: from the one that reaches furthest, wherever it has the month.

    Parameters
    ----------
    history, recent
        ``tic_mfhhis01`` and ``tic_slt_table5``.
    by_country
        ``tic_slt_table3``.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``country``, ``series``, ``holdings_usd_bn``, sorted.
    """
    publications = [holders_by_country(by_country), recent, history]
    publications.sort(key=lambda table: table["month"].max(), reverse=True)
    joined = publications[0]
    for table in publications[1:]:
        joined = pd.concat([joined, table[~table["month"].isin(joined["month"])]])
    return joined.sort_values(["month", "country", "series"], ignore_index=True)


def by_segment(holders: pd.DataFrame, breaks: Sequence[Break]) -> pd.DataFrame:
    """Number the stretches between breaks.

    A value that closes an old series (``superseded``) belongs to the stretch
    before the break in its month.

    Parameters
    ----------
    holders
        With ``month`` and ``series``.
    breaks
        Of the dataset, from the catalog.

    Returns
    -------
    pandas.DataFrame
        ``holders`` with a column ``segment``, counted from 0.
    """
    closing = (holders["series"] == "superseded").to_numpy()
    return holders.assign(segment=segments(holders["month"], breaks) - closing)


def segments(periods: pd.Series, breaks: Sequence[Break]) -> np.ndarray:
    """How many breaks each period end has behind it: the number of its stretch."""
    starts = pd.PeriodIndex([b.period for b in breaks], freq="M").end_time.normalize()
    return np.searchsorted(np.sort(starts.to_numpy()), periods.to_numpy(), side="right")


def breaks_between(breaks: Sequence[Break], start: pd.Timestamp, end: pd.Timestamp) -> list[Break]:
    """Breaks that a change from ``start`` to ``end`` crosses."""
    return [b for b in breaks if start < pd.Period(b.period, "M").end_time.normalize() <= end]


@dataclass(frozen=True, kw_only=True)
class Record:
    """The newest value of a series against its largest."""

    latest: float
    latest_period: pd.Timestamp
    peak: float
    peak_period: pd.Timestamp
    breaks: tuple[Break, ...] = ()
    """Breaks between the two."""

    @property
    def below_pct(self) -> float:
        """How far the newest value is below the largest, in percent of it."""
        return 100 * (1 - self.latest / self.peak)

    @property
    def across(self) -> str:
        """The breaks between the two in words, or nothing: ``, across the break of June 2021``."""
        if not self.breaks:
            return ""
        noun = "break" if len(self.breaks) == 1 else "breaks"
        return f", across the {noun} of {break_months(self.breaks)}"

    @property
    def phrase(self) -> str:
        """``the highest on record`` or ``1.2% below the record of February 2026``."""
        if self.latest_period == self.peak_period:
            return "the highest on record"
        return f"{percent(self.below_pct, 1)} below the record of {month(self.peak_period)}{self.across}"


def against_record(
    table: pd.DataFrame, column: str, *, period: str = "month", breaks: Sequence[Break] = ()
) -> Record:
    """Compare the newest value of a column with its largest.

    Parameters
    ----------
    table
        One row a period, or two where an old series closes.
    column, period
        Value and period.
    breaks
        Of the series; those between the two values are kept with the result.
    """
    rows = table.dropna(subset=column)
    order = [period, "segment"] if "segment" in rows else [period]
    latest, peak = rows.sort_values(order).iloc[-1], rows.loc[rows[column].idxmax()]
    return Record(
        latest=latest[column],
        latest_period=latest[period],
        peak=peak[column],
        peak_period=peak[period],
        breaks=tuple(breaks_between(breaks, peak[period], latest[period])),
    )


def peak_of(table: pd.DataFrame, name: str, *, by: str = "country", breaks: Sequence[Break] = ()) -> Record:
    """:class:`Record` of one country's, or one measure's, holdings."""
    return against_record(table[table[by] == name], "holdings_usd_bn", breaks=breaks)


def break_months(breaks: Sequence[Break]) -> str:
    """``June 2021, November 2022 and February 2023``."""
    return listed([month(pd.Period(b.period, "M").end_time) for b in breaks])


def survey_revisions(holders: pd.DataFrame, country: str) -> pd.DataFrame:
    """What each benchmark survey changed in one country's row.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``before_usd_bn`` (closing the old series), ``after_usd_bn``
        (opening the new one), ``revision_usd_bn``; one row a survey that has both.
    """
    rows = holders[holders["country"] == country]
    wide = rows.pivot(index="month", columns="series", values="holdings_usd_bn")
    wide = wide.dropna(subset=["superseded"]).rename(
        columns={"superseded": "before_usd_bn", "current": "after_usd_bn"}
    )
    wide["revision_usd_bn"] = wide["after_usd_bn"] - wide["before_usd_bn"]
    return wide.reset_index().rename_axis(columns=None)


def change_over(table: pd.DataFrame, column: str, *, years: int) -> float:
    """Change of a monthly column over whole years, to its newest month.

    Raises
    ------
    ValueError
        If the table has no value in the month it would start from.
    """
    values = table.dropna(subset=column).drop_duplicates("month", keep="last").set_index("month")[column]
    start = values.index[-1] - pd.offsets.MonthEnd(12 * years)
    if start not in values.index:
        raise ValueError(f"{column} has no value at {start:%Y-%m}, {years} years before its newest month.")
    return float(values.iloc[-1] - values[start])


def as_lines(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Turn columns into named lines for a chart.

    Parameters
    ----------
    table
        With ``month`` or ``quarter`` and, where there are breaks, ``segment``.
    names
        Columns to keep, and what each is called on the chart.

    Returns
    -------
    pandas.DataFrame
        The period, ``segment`` where there is one, ``name``, ``value``.
    """
    kept = [column for column in ("month", "quarter", "segment") if column in table]
    return table.rename(columns=names).melt(kept, list(names.values()), var_name="name", value_name="value")


def totals(holders: pd.DataFrame) -> pd.DataFrame:
    """Foreign holdings by month: total, official and private.

    Parameters
    ----------
    holders
        From :func:`join_holders`, with ``segment`` from :func:`by_segment`.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``segment``, ``series``, ``total_usd_bn``, ``official_usd_bn``,
        ``private_usd_bn``, ``official_share_pct``, ``official_bills_usd_bn``,
        ``official_bonds_usd_bn``.
        Two rows in a month in which an old series closes and a new one opens.
        Private is the difference; it includes international organisations.
    """
    rows = holders[holders["country"].isin(_AGGREGATES)]
    wide = rows.pivot(index=["month", "segment", "series"], columns="country", values="holdings_usd_bn")
    table = pd.DataFrame(
        {
            "total_usd_bn": wide[TOTAL],
            "official_usd_bn": wide[OFFICIAL],
            "private_usd_bn": wide[TOTAL] - wide[OFFICIAL],
            "official_share_pct": 100 * wide[OFFICIAL] / wide[TOTAL],
            "official_bills_usd_bn": wide[OFFICIAL_BILLS],
            "official_bonds_usd_bn": wide[OFFICIAL_BONDS],
        }
    )
    return table.reset_index().sort_values(["month", "segment"], ignore_index=True)


DENOMINATORS = (
    "Gross federal debt",
    "Debt held by the public",
    "Marketable debt",
    "Marketable debt without bills",
)


def marketable_debt(statement: pd.DataFrame) -> pd.DataFrame:
    """Marketable debt, with and without bills, from the Monthly Statement of the Public Debt.

    Parameters
    ----------
    statement
        ``mspd_marketable``: ``month``, ``security_class``, ``total_usd_mn``.

    Returns
    -------
    pandas.DataFrame
        Indexed by month: ``marketable_usd_bn``, ``bills_usd_bn``,
        ``without_bills_usd_bn``; face value.
    """
    wide = statement.pivot(index="month", columns="security_class", values="total_usd_mn") / 1000
    return pd.DataFrame(
        {
            "marketable_usd_bn": wide["Total Marketable"],
            "bills_usd_bn": wide["Bills"],
            "without_bills_usd_bn": wide["Total Marketable"] - wide["Bills"],
        }
    )


def long_term_holdings(maturities: pd.DataFrame, survey: pd.DataFrame) -> pd.Series:
    """Foreign holdings of notes and bonds: yearly surveys, then month by month.

    Parameters
    ----------
    maturities
        From :func:`bills_and_bonds`.
    survey
        ``tic_shlhistdat``; its dates before the first month of ``maturities`` count.

    Returns
    -------
    pandas.Series
        USD billion, indexed by month.
    """
    monthly = maturities.set_index("month")["bonds_usd_bn"]
    world = survey[survey["country_code"] == tic.GRAND_TOTAL].set_index("month")
    older = world["long_term_treasury_holdings_usd_mn"].dropna() / 1000
    return pd.concat([older[older.index < monthly.index.min()], monthly]).sort_index()


def foreign_shares(
    *,
    foreign: pd.DataFrame,
    gross_debt: pd.DataFrame,
    public_debt: pd.DataFrame,
    marketable: pd.DataFrame,
    total: pd.Series,
    long_term: pd.Series,
    breaks: Sequence[Break],
) -> pd.DataFrame:
    """Foreign share of the debt under the four denominators, by quarter.

    Parameters
    ----------
    foreign, gross_debt, public_debt
        ``FDHBFIN`` (USD billion), ``GFDEBTN`` and ``FYGFDPUN`` (USD million).
    marketable
        From :func:`marketable_debt`.
    total
        Foreign holdings by month, USD billion (TIC).
    long_term
        From :func:`long_term_holdings`.
    breaks
        Of the holdings. The surveys behind ``long_term`` are comparable among
        themselves: its breaks begin with the first two values of one year.

    Returns
    -------
    pandas.DataFrame
        ``quarter``, ``denominator`` (one of :data:`DENOMINATORS`), ``holdings_usd_bn``,
        ``debt_usd_bn``, ``share_pct``, ``segment``. Quarter ends that both sides have.

    Notes
    -----
    TIC counts holdings at market value, the debt is at face value: when prices are
    below par a share is understated, in times above par overstated.
    """
    bulletin = foreign.set_index("quarter")["holdings_usd_bn"]
    pairs = (
        (bulletin, gross_debt.set_index("quarter")["debt_usd_mn"] / 1000),
        (bulletin, public_debt.set_index("quarter")["debt_usd_mn"] / 1000),
        (total, marketable["marketable_usd_bn"]),
        (long_term, marketable["without_bills_usd_bn"]),
    )
    tables = []
    for name, (holdings, debt) in zip(DENOMINATORS, pairs, strict=True):
        both = pd.DataFrame({"holdings_usd_bn": holdings, "debt_usd_bn": debt}).dropna()
        both = both[both.index.is_quarter_end].assign(denominator=name)
        years = both.index.year
        monthly_since = both.index[years.duplicated(keep=False)].min()
        own = [b for b in breaks if pd.Period(b.period, "M").end_time >= monthly_since]
        both["segment"] = segments(both.index.to_series(), own)
        tables.append(both.rename_axis("quarter").reset_index())
    table = pd.concat(tables, ignore_index=True)
    table["share_pct"] = 100 * table["holdings_usd_bn"] / table["debt_usd_bn"]
    return table[["quarter", "denominator", "holdings_usd_bn", "debt_usd_bn", "share_pct", "segment"]]


def against_output(foreign: pd.DataFrame, output: pd.DataFrame, breaks: Sequence[Break]) -> pd.DataFrame:
    """Foreign holdings since 1970, in dollars and in percent of US output.

    Parameters
    ----------
    foreign, output
        ``FDHBFIN`` (USD billion, end of quarter) and ``GDP`` (USD billion, annual rate).
    breaks
        Of the holdings.

    Returns
    -------
    pandas.DataFrame
        ``quarter``, ``segment``, ``holdings_usd_bn``, ``gdp_usd_bn``, ``of_gdp_pct``;
        quarters that both have.
    """
    both = foreign.merge(output, on="quarter").dropna()
    both.insert(1, "segment", segments(both["quarter"], breaks))
    return both.assign(of_gdp_pct=100 * both["holdings_usd_bn"] / both["gdp_usd_bn"])


def peaks(shares: pd.DataFrame, breaks: Sequence[Break]) -> pd.DataFrame:
    """When each share peaked, and what has happened since.

    Parameters
    ----------
    shares
        From :func:`foreign_shares`.
    breaks
        Of the holdings; the changes cross those named in the column ``breaks``.

    Returns
    -------
    pandas.DataFrame
        One row a denominator, in order of appearance: ``first_quarter``,
        ``peak_quarter``, ``peak_pct``, ``latest_quarter``, ``latest_pct``,
        ``change_points``, and how much holdings and debt grew between the two,
        in percent: ``holdings_growth_pct``, ``debt_growth_pct``; ``breaks`` crossed.
    """
    rows = []
    for name, group in shares.groupby("denominator", sort=False):
        group = group.sort_values("quarter")
        peak, latest = group.loc[group["share_pct"].idxmax()], group.iloc[-1]
        rows.append(
            {
                "denominator": name,
                "first_quarter": group["quarter"].iloc[0],
                "peak_quarter": peak["quarter"],
                "peak_pct": peak["share_pct"],
                "latest_quarter": latest["quarter"],
                "latest_pct": latest["share_pct"],
                "change_points": latest["share_pct"] - peak["share_pct"],
                "holdings_growth_pct": 100 * (latest["holdings_usd_bn"] / peak["holdings_usd_bn"] - 1),
                "debt_growth_pct": 100 * (latest["debt_usd_bn"] / peak["debt_usd_bn"] - 1),
                "breaks": ", ".join(
                    b.period for b in breaks_between(breaks, peak["quarter"], latest["quarter"])
                ),
            }
        )
    return pd.DataFrame(rows)


def peaks_in_words(peaks: pd.DataFrame) -> str:
    """Whether holdings shrank since the peak of their share, in one sentence."""
    growth = peaks["holdings_growth_pct"]
    low, high = growth.min(), growth.max()
    if low > 0:
        return (
            "In no case did the holdings themselves shrink: since the peak of the share they grew by "
            f"{between(low, high)}%, and the debt grew faster"
        )
    if high < 0:
        return (
            "In every case the holdings themselves are smaller than at the peak of the share, by "
            f"{between(-high, -low)}%"
        )
    return (
        f"Since the peak of the share the holdings themselves changed by {signed_percent(low)} to "
        f"{signed_percent(high)}, depending on the denominator"
    )


def peaks_as_printed(peaks: pd.DataFrame) -> pd.DataFrame:
    """Cells of :func:`peaks` as a reader sees them."""

    def quarters(column: str) -> list[str]:
        return [f"{day.year} Q{day.quarter}" for day in peaks[column]]

    return pd.DataFrame(
        {
            "Denominator": peaks["denominator"].to_numpy(),
            "Known since": quarters("first_quarter"),
            "Peak, %": [f"{v:.1f}" for v in peaks["peak_pct"]],
            "Peak in": quarters("peak_quarter"),
            "Latest, %": [f"{v:.1f}" for v in peaks["latest_pct"]],
            "Latest in": quarters("latest_quarter"),
            "Change, points": [signed(v, 1) for v in peaks["change_points"]],
            "Holdings grew, %": [f"{v:,.0f}" for v in peaks["holdings_growth_pct"]],
            "Debt grew, %": [f"{v:,.0f}" for v in peaks["debt_growth_pct"]],
        }
    )


def bills_and_bonds(older: pd.DataFrame, newer: pd.DataFrame) -> pd.DataFrame:
    """Foreign holdings by maturity at issue, from the two SLT publications.

    Parameters
    ----------
    older
        ``tic_slt3d_globl``, all countries (frozen at January 2023).
    newer
        ``tic_slt_table3``, all countries; counts where both have a month.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``bills_usd_bn`` (short-term), ``bonds_usd_bn`` (notes, bonds and
        other long-term), ``bills_share_pct`` of all foreign holdings.
    """
    parts = [t[t["country_code"] == tic.GRAND_TOTAL] for t in (older, newer)]
    joined = pd.concat(parts).drop_duplicates("month", keep="last").sort_values("month", ignore_index=True)
    bills, bonds = joined["short_term_holdings_usd_mn"] / 1000, joined["long_term_holdings_usd_mn"] / 1000
    return pd.DataFrame(
        {
            "month": joined["month"],
            "bills_usd_bn": bills,
            "bonds_usd_bn": bonds,
            "bills_share_pct": 100 * bills / (bills + bonds),
        }
    )


def over_time(holders: pd.DataFrame, countries: Sequence[str]) -> pd.DataFrame:
    """Holdings of some countries, all months and segments.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``country``, ``segment``, ``series``, ``holdings_usd_bn``; months in
        which a country is part of "All Other" are absent, not zero.
    """
    chosen = holders[holders["country"].isin(countries)]
    return chosen[["month", "country", "segment", "series", "holdings_usd_bn"]].reset_index(drop=True)


def _wide(holders: pd.DataFrame) -> pd.DataFrame:
    """Months by country, current series only."""
    current = holders[holders["series"] == "current"]
    return current.pivot(index="month", columns="country", values="holdings_usd_bn")


def ranking(
    holders: pd.DataFrame,
    breaks: Sequence[Break],
    *,
    since: pd.Timestamp,
    years: Sequence[int],
) -> pd.DataFrame:
    """Countries by holdings in the newest month, with changes.

    Parameters
    ----------
    holders
        From :func:`join_holders`.
    breaks
        Of the dataset; a change that crosses one says which.
    since
        A month of interest, shown beside the whole years.
    years
        Horizons of the changes.

    Returns
    -------
    pandas.DataFrame
        One row a country with a figure, largest first: ``rank``, ``country``,
        ``month``, ``holdings_usd_bn``, ``share_pct`` of all foreign holdings,
        ``custody_centre``; for each start (``since`` and each horizon, as
        ``2025_01``, ``1y``, ``5y``) ``holdings_{start}_usd_bn``,
        ``change_{start}_usd_bn`` and ``breaks_{start}``, the breaks crossed. Missing
        when the country was not listed then.
    """
    wide = _wide(holders)
    newest = wide.index.max()
    now = wide.loc[newest].drop(list(_AGGREGATES), errors="ignore").dropna().sort_values(ascending=False)
    columns: dict[str, object] = {
        "rank": range(1, len(now) + 1),
        "country": now.index,
        "month": newest,
        "holdings_usd_bn": now.to_numpy(),
        "share_pct": 100 * now.to_numpy() / wide.loc[newest, TOTAL],
        "custody_centre": now.index.isin(CUSTODY_CENTRES),
    }
    starts = {f"{since:%Y_%m}": since} | {f"{n}y": newest - pd.offsets.MonthEnd(12 * n) for n in years}
    for name, start in starts.items():
        before = wide.loc[start].reindex(now.index).to_numpy()
        columns[f"holdings_{name}_usd_bn"] = before
        columns[f"change_{name}_usd_bn"] = now.to_numpy() - before
        columns[f"breaks_{name}"] = ", ".join(b.period for b in breaks_between(breaks, start, newest))
    return pd.DataFrame(columns)


def ranking_as_printed(ranks: pd.DataFrame, *, top: int) -> pd.DataFrame:
    """Cells of :func:`ranking`; an asterisk marks a change that crosses a break."""

    def change(name: str) -> list[str]:
        return [
            "–" if pd.isna(value) else signed(value) + ("*" if crossed else "")
            for value, crossed in zip(shown[f"change_{name}_usd_bn"], shown[f"breaks_{name}"], strict=True)
        ]

    shown = ranks.head(top)
    starts = [c.removeprefix("breaks_") for c in ranks if c.startswith("breaks_")]
    headings = {name: _start_heading(name) for name in starts}
    return pd.DataFrame(
        {
            "Rank": shown["rank"].to_numpy(),
            "Country": shown["country"].to_numpy(),
            "USD billion": [f"{v:,.0f}" for v in shown["holdings_usd_bn"]],
            "Share, %": [f"{v:.1f}" for v in shown["share_pct"]],
        }
        | {headings[name]: change(name) for name in starts}
    )


def _start_heading(name: str) -> str:
    if name.endswith("y"):
        n = int(name[:-1])
        return f"Change, {n} year{'s' if n > 1 else ''}"
    return f"Change since {month(pd.Timestamp(name.replace('_', '-')))}"


def custody_band(holders: pd.DataFrame) -> pd.DataFrame:
    """Holdings recorded in custody centres, and the rest.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``country``, ``holdings_usd_bn``, ``share_pct`` of all foreign
        holdings; months in which all of the centres are listed by name.
    """
    wide = _wide(holders)
    band = wide[list(CUSTODY_CENTRES)].dropna()
    tidy = band.stack().rename("holdings_usd_bn").reset_index()
    tidy["share_pct"] = 100 * tidy["holdings_usd_bn"] / tidy["month"].map(wide[TOTAL])
    return tidy


def custody_share(holders: pd.DataFrame) -> pd.DataFrame:
    """Share of foreign holdings in the custody centres together.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``holdings_usd_bn``, ``share_pct``.
    """
    return custody_band(holders).groupby("month")[["holdings_usd_bn", "share_pct"]].sum().reset_index()


def china_and_belgium(holders: pd.DataFrame) -> pd.DataFrame:
    """China's row alone and with Belgium's.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``segment``, ``measure`` (``China``, ``China and Belgium``),
        ``holdings_usd_bn``; months in which Belgium is listed by name.
    """
    pair = holders[holders["country"].isin(["China, Mainland", "Belgium"])]
    wide = pair.pivot(index=["month", "segment"], columns="country", values="holdings_usd_bn").dropna()
    both = pd.DataFrame(
        {"China": wide["China, Mainland"], "China and Belgium": wide.sum(axis=1)}
    ).rename_axis(columns="measure")
    return both.stack().rename("holdings_usd_bn").reset_index()


def concentration(holders: pd.DataFrame) -> pd.DataFrame:
    """How concentrated foreign holdings are, month by month.

    The Herfindahl–Hirschman index is the sum of squared shares, in points of
    10,000. Countries inside "All Other", and inside the groups of the early years,
    are not known one by one, so it is given as a range: at least as if they were
    infinitely many, at most as if each of these rows were one holder.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``largest_pct``, ``largest_five_pct``, ``largest_ten_pct``,
        ``hhi_low``, ``hhi_high``, ``largest``, the country's name.
    """
    wide = _wide(holders)
    named = wide.drop(columns=[c for c in _AGGREGATES if c in wide])
    groups = named[[c for c in named if c in _GROUPS]].div(wide[TOTAL], axis=0).fillna(0.0).to_numpy()
    named = named.drop(columns=[c for c in named if c in _GROUPS])
    shares = named.div(wide[TOTAL], axis=0)
    ordered = -np.sort(-shares.fillna(0.0).to_numpy(), axis=1)
    low = (ordered**2).sum(axis=1)
    unnamed = 1 - ordered.sum(axis=1) - groups.sum(axis=1)
    return pd.DataFrame(
        {
            "month": wide.index,
            "largest_pct": 100 * ordered[:, 0],
            "largest_five_pct": 100 * ordered[:, :5].sum(axis=1),
            "largest_ten_pct": 100 * ordered[:, :10].sum(axis=1),
            "hhi_low": 1e4 * low,
            "hhi_high": 1e4 * (low + unnamed**2 + (groups**2).sum(axis=1)),
            "largest": shares.idxmax(axis=1).to_numpy(),
        }
    )
