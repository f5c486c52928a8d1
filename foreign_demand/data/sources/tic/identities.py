"""What must add up in the publications of TIC, by definition."""

from __future__ import annotations

import pandas as pd

from foreign_demand.data.catalog import Column, Dataset
from foreign_demand.data.periods import period_end
from foreign_demand.data.places import (
    ALL_COUNTRIES,
    FOREIGN_OFFICIAL,
    GRAND_TOTAL,
    NON_OFFICIAL,
    OFFICIAL,
    OFFICIAL_BILLS,
    OFFICIAL_BONDS,
    ORGANISATIONS,
    REGIONS,
    TOTAL,
)
from foreign_demand.data.sources.identities import require_equal

_LONG_TERM_DEBT = [f"long_term_{kind}_holdings_usd_mn" for kind in ("treasury", "agency", "corporate")]
_SHORT_TERM_DEBT = [f"short_term_{kind}_holdings_usd_mn" for kind in ("treasury", "agency", "corporate")]


def check_major_holders(table: pd.DataFrame, dataset: Dataset) -> None:
    """Countries and All Other add up to Grand Total, bills and bonds to Foreign Official.

    Holds in every month and series. Figures are rounded to USD 0.1 billion: some
    forty rounded rows stray up to 0.5 in the published history (2.5 in June 2006),
    so 1.0 is allowed; two rounded parts of official holdings may stray by 0.15.
    Luxembourg before June 2002 is ``n.a.`` and counted within Belgium.

    Raises
    ------
    IdentityError
        If a sum is off or one of these rows is missing.
    """
    wide = table.pivot(index=["month", "series"], columns="country", values="holdings_usd_bn")
    totals = [TOTAL, FOREIGN_OFFICIAL, OFFICIAL_BILLS, OFFICIAL_BONDS]
    wide = wide.reindex(columns=wide.columns.union(totals))
    require_equal(
        wide.drop(columns=totals).sum(axis="columns"),
        wide[TOTAL],
        what="countries and All Other add up to Grand Total",
        tolerance=1.0,
        dataset=dataset,
    )
    require_equal(
        wide[OFFICIAL_BILLS] + wide[OFFICIAL_BONDS],
        wide[FOREIGN_OFFICIAL],
        what="bills and bonds add up to Foreign Official",
        tolerance=0.15,
        dataset=dataset,
    )


def check_official_split(table: pd.DataFrame, dataset: Dataset) -> None:
    """Official and non-official holders add up to the grand total, in every column.

    Exact in all published months; 1.5 (half a unit for each of three rounded
    figures) is allowed. Net purchases and valuation change from February 2023.

    Raises
    ------
    IdentityError
        If a sum is off or one of the rows is missing.
    """
    rows = _by_month(table, [OFFICIAL, NON_OFFICIAL, GRAND_TOTAL], dataset)
    for column in _given(table, dataset):
        reported = rows[column.name][_first_month(table, column, dataset) :]
        require_equal(
            reported[[OFFICIAL, NON_OFFICIAL]].sum(axis="columns", skipna=False),
            reported[GRAND_TOTAL],
            what=f"official and non-official {column.name} add up to the grand total",
            tolerance=1.5,
            dataset=dataset,
        )


def check_world(table: pd.DataFrame, dataset: Dataset) -> None:
    """All countries and international organisations add up to the grand total.

    Single countries do not: small ones are not shown, and the published regions
    hold the rest. The three rounded figures may stray by 1.5; met is 1, besides two
    months of the frozen files, the catalog's ``known_gaps``.

    Raises
    ------
    IdentityError
        If a sum is off or one of the rows is missing.
    """
    rows = _by_month(table, [ALL_COUNTRIES, ORGANISATIONS, GRAND_TOTAL], dataset)
    for column in _given(table, dataset):
        reported = rows[column.name][_first_month(table, column, dataset) :]
        require_equal(
            reported[[ALL_COUNTRIES, ORGANISATIONS]].sum(axis="columns", skipna=False),
            reported[GRAND_TOTAL],
            what=f"{column.name} of all countries and organisations add up to the grand total",
            tolerance=1.5,
            dataset=dataset,
        )


def check_regions(table: pd.DataFrame, dataset: Dataset) -> None:
    """The regions, with Canada, add up to all countries.

    Nine rounded figures at most may stray by 4.5; met is 2 (S form, before 1992)
    and 0 (SLT). Not so in SLT table 1, where holders of unknown country belong to no
    region.

    Raises
    ------
    IdentityError
        If a sum is off or a region is missing.
    """
    countries = _by_month(table, [ALL_COUNTRIES], dataset)
    regions = table[table["country_code"].isin(REGIONS)]
    for column in dataset.numbers:
        first = _first_month(table, column, dataset)
        require_equal(
            regions[regions["month"] >= first].groupby("month")[column.name].sum(min_count=1),
            countries[column.name][ALL_COUNTRIES][first:],
            what=f"{column.name} of the regions add up to all countries",
            tolerance=4.5,
            dataset=dataset,
        )


def check_long_and_short(table: pd.DataFrame, dataset: Dataset) -> None:
    """Long-term and short-term Treasuries add up to all, in every row that has both.

    Three rounded figures may stray by 1.5; met is 1.

    Raises
    ------
    IdentityError
        If a sum is off, or the grand total lacks one of the figures.
    """
    names = {column.name for column in dataset.numbers}
    for total in ("holdings_usd_mn", "net_purchases_usd_mn"):
        if total in names:
            _require_parts(table, [f"long_term_{total}", f"short_term_{total}"], total, dataset)


def check_security_types(table: pd.DataFrame, dataset: Dataset) -> None:
    """Treasuries, agency bonds, corporate bonds and equity add up, in every row that has all four.

    Five rounded figures may stray by 2.5; met is 1.

    Raises
    ------
    IdentityError
        If a sum is off, or the grand total lacks one of the figures.
    """
    for measure in ("holdings", "net_purchases", "valuation_change"):
        parts = [f"{kind}_{measure}_usd_mn" for kind in ("treasury", "agency", "corporate", "equity")]
        _require_parts(table, parts, f"total_{measure}_usd_mn", dataset)


def check_survey(table: pd.DataFrame, dataset: Dataset) -> None:
    """From 2002, types add up to totals in every row, and countries to the total.

    Four rounded figures may stray by 2.0; met is 2. Some 240 rounded countries stray
    up to 29 in the published surveys; 50 is allowed. Earlier surveys have short-term
    debt unmeasured and totals that the publisher's notes say do not add up.

    Raises
    ------
    IdentityError
        If a sum is off, or the total lacks one of the figures.
    """
    recent = table[table["month"] >= "2002-01-01"]
    long_term, short_term = "long_term_debt_holdings_usd_mn", "short_term_debt_holdings_usd_mn"
    _require_parts(recent, ["equity_holdings_usd_mn", long_term, short_term], "holdings_usd_mn", dataset)
    _require_parts(recent, _LONG_TERM_DEBT, long_term, dataset)
    _require_parts(recent, _SHORT_TERM_DEBT, short_term, dataset)
    countries = recent[recent["country_code"] != GRAND_TOTAL].groupby("month")
    totals = _by_month(recent, [GRAND_TOTAL], dataset)
    for column in dataset.numbers:
        require_equal(
            countries[column.name].sum(min_count=1),
            totals[column.name][GRAND_TOTAL],
            what=f"{column.name} of the countries add up to the total",
            tolerance=50,
            dataset=dataset,
        )


def check_positions(table: pd.DataFrame, dataset: Dataset) -> None:
    """Last month's holdings, net purchases, valuation change and gap make this month's holdings.

    So the estimates are built. Five rounded figures may stray by 2.5; met is 2.
    No step is taken into a month the catalog lists as a break.

    Raises
    ------
    IdentityError
        If a step does not close, a figure of it is missing, or there is none.
    """
    rows = table.set_index(["month", "country_code"]).sort_index(level=["country_code", "month"])
    before = rows.groupby("country_code")["treasury_holdings_usd_mn"].shift()
    steps = ["treasury_net_purchases_usd_mn", "treasury_valuation_change_usd_mn", "treasury_gap_usd_mn"]
    restarts = [pd.Timestamp(period_end(entry.period, "month")) for entry in dataset.breaks]
    continued = before.notna() & ~rows.index.get_level_values("month").isin(restarts)
    require_equal(
        (before + rows[steps].sum(axis="columns", skipna=False))[continued],
        rows["treasury_holdings_usd_mn"][continued],
        what="holdings, net purchases, valuation change and gap make the next holdings",
        tolerance=2.5,
        dataset=dataset,
    )


# --- sums ------------------------------------------------------------------


def _given(table: pd.DataFrame, dataset: Dataset) -> list[Column]:
    """Columns of figures, but valuation changes where an edition has none, as those of 2023."""
    return [c for c in dataset.numbers if "valuation_change" not in c.name or table[c.name].notna().any()]


def _first_month(table: pd.DataFrame, column: Column, dataset: Dataset) -> pd.Timestamp:
    """The first month for which TIC reports ``column``: flows begin later than holdings."""
    months = table["month"]
    if dataset.flows_since and ("net_purchases" in column.name or "valuation_change" in column.name):
        since = pd.Timestamp(period_end(dataset.flows_since, "month"))
        first = months[table[column.name].notna() & (months >= since)].min()
        return since if pd.isna(first) else first
    return months.min()


def _by_month(table: pd.DataFrame, codes: list[int], dataset: Dataset) -> pd.DataFrame:
    """Rows of ``codes``, by column and code, in all months of a table; missing where it has none."""
    names = [column.name for column in dataset.numbers]
    rows = table[table["country_code"].isin(codes)].set_index(["month", "country_code"])[names]
    months = pd.Index(table["month"].unique(), name="month").sort_values()
    wide = rows.unstack("country_code")
    return wide.reindex(index=months, columns=pd.MultiIndex.from_product([names, codes]))


def _require_parts(table: pd.DataFrame, parts: list[str], total: str, dataset: Dataset) -> None:
    """Columns ``parts`` add up to ``total`` in every row that has them; the grand total must."""
    columns = {column.name: column for column in _given(table, dataset)}
    if total not in columns:
        return
    reported = table[table["month"] >= _first_month(table, columns[total], dataset)]
    rows = reported[["month", "country_code", *parts, total]].set_index(["month", "country_code"])
    months = rows.index.unique("month")
    rows = rows.reindex(
        rows.index.union(pd.MultiIndex.from_product([months, [GRAND_TOTAL]], names=rows.index.names))
    )
    added = rows[parts].sum(axis="columns", skipna=False)
    due = rows.index.get_level_values("country_code") == GRAND_TOTAL
    checked = (added.notna() & rows[total].notna()) | due
    require_equal(
        added[checked],
        rows[total][checked],
        what=f"{', '.join(parts)} add up to {total}",
        tolerance=(len(parts) + 1) / 2,
        dataset=dataset,
    )
