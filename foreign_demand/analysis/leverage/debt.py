"""The stock of notes from auctions, when it is refinanced, and what higher rates cost.

The Monthly Statement by class is no maturity profile. The notes can be rebuilt from auctions:
what is known of each is taken, what is not is estimated and counted.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from foreign_demand.exceptions import EstimationError

NOTES = (2, 3, 5, 7, 10)
"""Terms of nominal notes, each sold once a month, in years."""
COUPONS = (*NOTES, 20, 30)
"""The same with those of bonds, which settle with them."""
MID_MONTH = (3, 10, 30)
"""Terms that are issued in the middle of a month; the others at its end."""
BUYBACKS_SINCE = pd.Timestamp("2024-05-31")
"""End of the month in which the Treasury began again to buy back what is not due."""
NOMINAL_SINCE = 2019
"""Year from which the nominal part of what the Federal Reserve takes of coupon securities is measured."""
YEARS = 10
"""Years of the refinancing profile and of the interest cost."""

EVENLY: Mapping[str, float] = {
    "Bills": 0.5,
    "Floating Rate Notes": 1 / 12,
    "Bonds": 30.0,
    "Treasury Inflation-Protected Securities": 15.0,
}
"""Years over which the other classes come due, evenly: no auction is used for them. Bills are sold for
four weeks to a year, floating rates are set anew every week, bonds were sold for twenty and thirty years."""


def coupon_sales(auctions: pd.DataFrame, allotments: pd.DataFrame) -> pd.DataFrame:
    """Nominal notes and bonds sold, one row a term and month, with what is known of the amount.

    Parameters
    ----------
    auctions
        Auction results; a note sold under the number of an older one counts under its own remaining term.
    allotments
        ``investor_class_coupons``, which have the whole amount of issues whose result is not held.

    Returns
    -------
    pandas.DataFrame
        ``term_years``, ``month`` (of the auction, its end), ``offered_usd_bn``, ``sold_usd_bn`` (with the
        Federal Reserve's part), missing where not known.
    """
    results, workbook = (
        table[
            table["security_type"].isin(["Note", "Bond"])
            & ~table["inflation_indexed"]
            & ~table["floating_rate"]
        ]
        for table in (auctions, allotments)
    )
    seen = pd.concat(
        [results[["cusip", "date"]], allotments[["cusip", "issue_date"]].set_axis(["cusip", "date"], axis=1)]
    )
    first = results["cusip"].map(seen.groupby("cusip")["date"].min())
    left = results["term_years"] - (results["date"] - first).dt.days / 365.25
    # A note sold anew under an old number is of the term that is left; others are reopened for two months.
    same = (results["term_years"] - left < 0.5) | (results["security_type"] == "Bond")
    known = results.assign(
        term_years=results["term_years"].where(same, left).round(),
        month=results["date"] + pd.offsets.MonthEnd(0),
        offered_usd_bn=results["offering_usd_bn"],
        sold_usd_bn=results["total_accepted_usd_bn"],
    )
    listed = workbook.assign(
        month=workbook["issue_date"] + pd.offsets.MonthEnd(0),
        offered_usd_bn=workbook["total_usd_bn"] - workbook["federal_reserve_usd_bn"],
        sold_usd_bn=workbook["total_usd_bn"],
    )
    columns = ["term_years", "month", "offered_usd_bn", "sold_usd_bn"]
    both = pd.concat([known[columns], listed[columns]])
    both = both[both["term_years"].isin(COUPONS)].astype({"term_years": int})
    return both.drop_duplicates(["term_years", "month"]).sort_values(
        ["term_years", "month"], ignore_index=True
    )


def notes_outstanding(sales: pd.DataFrame, federal_reserve: pd.DataFrame, at: pd.Timestamp) -> pd.DataFrame:
    """Notes outstanding at the end of a month, by term and month of sale, with what was estimated.

    The Federal Reserve's part is added to what is offered, in proportion among the issues of one day.
    Where an issue's is not known it is that of another issue of the same day; where none is, what the
    Federal Reserve took in the quarter leaves, after all that is known; where the quarter is not known,
    the mean of the year before. A month without an auction in the data has the amount of the month before.

    Parameters
    ----------
    sales
        From :func:`coupon_sales`.
    federal_reserve
        ``federal_reserve_at_auction``.
    at
        End of a month.

    Returns
    -------
    pandas.DataFrame
        ``term_years``, ``month``, ``matures``, ``amount_usd_bn``, of which ``added_usd_bn`` is an estimate of
        the Federal Reserve's part, and ``basis``: ``sold``, ``offered`` (that part estimated) or ``filled``
        (no auction in the data).

    Raises
    ------
    EstimationError
        If a term has no auction in the data at the beginning of the time that is needed.
    """
    grid = _every_month(sales, at)
    part = federal_reserve_part(grid, federal_reserve)
    table = grid.assign(
        amount_usd_bn=grid["sold_usd_bn"].fillna(grid["offered_usd_bn"] * (1 + part)),
        added_usd_bn=(grid["offered_usd_bn"] * part).where(grid["sold_usd_bn"].isna(), 0.0),
        basis=np.select([grid["sold_usd_bn"].notna(), grid["held"]], ["sold", "offered"], "filled"),
        matures=[_due(month, term) for month, term in zip(grid["month"], grid["term_years"], strict=True)],
    )
    # What comes due on a weekend is paid, and what is issued then is paid for, on the next weekday.
    live = (table["issued"] <= at) & (table["matures"] + pd.offsets.BDay(0) > at)
    columns = ["term_years", "month", "matures", "amount_usd_bn", "added_usd_bn", "basis"]
    return table.loc[live & table["term_years"].isin(NOTES), columns].reset_index(drop=True)


def _every_month(sales: pd.DataFrame, at: pd.Timestamp) -> pd.DataFrame:
    """Every term in every month of ten years, what was offered of it filled, with its day of issue."""
    months = pd.date_range(at - pd.DateOffset(years=YEARS) - pd.offsets.MonthBegin(), at, freq="ME")
    parts = []
    for term in COUPONS:
        own = sales[sales["term_years"] == term].set_index("month").drop(columns="term_years")
        needed = at - pd.DateOffset(years=term)
        if term in NOTES and not own.index.min() <= needed + pd.DateOffset(months=6):
            raise EstimationError(f"{term}-year notes: no auction before {needed:%B %Y} is held.")
        grid = own.reindex(months).rename_axis("month")
        offered = grid["offered_usd_bn"].ffill()
        filled = offered.bfill() if term in NOTES else offered
        parts.append(grid.assign(term_years=term, held=grid["offered_usd_bn"].notna(), offered_usd_bn=filled))
    grid = pd.concat(parts).dropna(subset="offered_usd_bn").reset_index()
    issued = [_issued(month, term) for month, term in zip(grid["month"], grid["term_years"], strict=True)]
    return grid.assign(issued=pd.DatetimeIndex(issued))


def federal_reserve_part(grid: pd.DataFrame, federal_reserve: pd.DataFrame) -> pd.Series:
    """What the Federal Reserve added over what was offered, of every issue.

    Parameters
    ----------
    grid
        ``issued``, ``offered_usd_bn`` and, where known, ``sold_usd_bn``, a row an issue.
    federal_reserve
        ``federal_reserve_at_auction``.

    Returns
    -------
    pandas.Series
        A fraction, as known or as estimated in :func:`notes_outstanding`.
    """
    known = grid["sold_usd_bn"] / grid["offered_usd_bn"] - 1
    part = known.fillna(grid["issued"].map(known.groupby(grid["issued"]).mean()))
    quarter = grid["issued"] + pd.offsets.QuarterEnd(0)
    coupons = federal_reserve[federal_reserve["security"] == "Coupons"]
    took = coupons.set_index("quarter")["federal_reserve_usd_bn"].reindex(quarter.unique())
    added = (grid["offered_usd_bn"] * part).groupby(quarter).sum()
    whole = known.notna().groupby(quarter).all() & (took.index.year >= NOMINAL_SINCE)
    # Some coupon securities are indexed or of floating rate: measured where all nominal ones are known.
    nominal = (added / took)[whole].mean()
    unknown = grid["offered_usd_bn"].where(part.isna(), 0.0).groupby(quarter).sum()
    left = ((took * nominal - added).clip(lower=0) / unknown.where(unknown > 0)).rename("part")
    part = part.fillna(quarter.map(left))
    usual = part.groupby(quarter).mean().rolling(4).mean().ffill()
    return part.fillna(quarter.map(usual))


def _issued(month: pd.Timestamp, term: int) -> pd.Timestamp:
    """Day of issue: the 15th or the month's last, or the next weekday."""
    day = month.replace(day=15) if term in MID_MONTH else month
    return day + pd.offsets.BDay(0)


def _due(month: pd.Timestamp, term: int) -> pd.Timestamp:
    """Day a note comes due; a reopened ten-year note with the one that was first sold."""
    if term == 10:
        month = month - pd.offsets.MonthBegin() - pd.DateOffset(months=(month.month - 2) % 3)
    day = month + pd.DateOffset(years=term)
    return day.replace(day=15) if term in MID_MONTH else day + pd.offsets.MonthEnd(0)


def against_statement(
    sales: pd.DataFrame, federal_reserve: pd.DataFrame, statement: pd.DataFrame, months: pd.DatetimeIndex
) -> pd.DataFrame:
    """The rebuilt stock of notes beside the Monthly Statement.

    Parameters
    ----------
    sales
        From :func:`coupon_sales`.
    federal_reserve
        ``federal_reserve_at_auction``.
    statement
        ``mspd_marketable``.
    months
        Ends of months.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``rebuilt_usd_bn``, ``statement_usd_bn``, ``gap_usd_bn``, ``gap_pct``, ``low_gap_pct``
        (without what is estimated of the Federal Reserve's part), and of the rebuilt stock the percentages
        with such an estimate, ``offered_pct``, and that are filled, ``filled_pct``. What the Treasury bought
        back before it came due, since :data:`BUYBACKS_SINCE`, is not in the auctions and not taken off.
    """
    published = statement[statement["security_class"] == "Notes"].set_index("month")["total_usd_mn"] / 1000
    rows = []
    for month in months:
        stock = notes_outstanding(sales, federal_reserve, month)
        total, by = stock["amount_usd_bn"].sum(), stock.groupby("basis")["amount_usd_bn"].sum()
        rows.append(
            {
                "month": month,
                "rebuilt_usd_bn": total,
                "statement_usd_bn": published[month],
                "gap_usd_bn": total - published[month],
                "gap_pct": (total / published[month] - 1) * 100,
                "low_gap_pct": ((total - stock["added_usd_bn"].sum()) / published[month] - 1) * 100,
                "offered_pct": by.get("offered", 0.0) / total * 100,
                "filled_pct": by.get("filled", 0.0) / total * 100,
            }
        )
    return pd.DataFrame(rows)


def refinancing(stock: pd.DataFrame, statement: pd.DataFrame, at: pd.Timestamp) -> pd.DataFrame:
    """Marketable debt by the year in which it comes due, and its share refinanced by then.

    Notes by their rebuilt maturities, brought to the total of the statement; the others evenly over
    :data:`EVENLY`.

    Parameters
    ----------
    stock
        From :func:`notes_outstanding`, at ``at``.
    statement
        ``mspd_marketable``.
    at
        End of a month.

    Returns
    -------
    pandas.DataFrame
        One row a year from ``at``: ``year`` (1 to :data:`YEARS`); ``Notes`` and the classes of
        :data:`EVENLY` in USD billion due in that year; ``due_usd_bn``, their sum; ``refinanced_pct`` at
        its end and ``refinanced_over_year_pct``, the mean over its months, of all marketable debt.
    """
    classes = statement[statement["month"] == at].set_index("security_class")["total_usd_mn"] / 1000
    months = np.arange(1, 12 * YEARS + 1)
    away = (stock["matures"].dt.year - at.year) * 12 + stock["matures"].dt.month - at.month
    due = stock["amount_usd_bn"].groupby(away.clip(lower=1)).sum().reindex(months, fill_value=0.0)
    monthly = pd.DataFrame({"Notes": due * classes["Notes"] / stock["amount_usd_bn"].sum()}, index=months)
    for name, years in EVENLY.items():
        monthly[name] = np.where(months <= round(12 * years), classes[name] / round(12 * years), 0.0)
    total = classes["Total Marketable"]
    reached = monthly.sum(axis=1).cumsum() / total * 100
    between = (reached + reached.shift(fill_value=0.0)) / 2
    year = (months - 1) // 12 + 1
    table = monthly.groupby(year).sum()
    return (
        table.assign(
            due_usd_bn=table.sum(axis=1),
            refinanced_pct=reached.groupby(year).last(),
            refinanced_over_year_pct=between.groupby(year).mean(),
        )
        .rename_axis("year")
        .reset_index()
    )


def baseline(projections: pd.DataFrame) -> pd.DataFrame:
    """The newest baseline: debt, deficit and net interest by fiscal year.

    Parameters
    ----------
    projections
        ``cbo_baselines``.

    Returns
    -------
    pandas.DataFrame
        By ``fiscal_year``, the first being the year the baseline was made in: ``debt_usd_bn`` (held by
        the public, at its end), ``deficit_usd_bn`` (negative), ``interest_usd_bn`` (net); ``baseline``.
    """
    newest = projections[projections["baseline"] == projections["baseline"].max()]

    def line(component: str, category: str) -> pd.Series:
        rows = newest[
            (newest["component"] == component)
            & (newest["category"] == category)
            & (newest["subcategory"] == category)
        ]
        return rows.set_index("fiscal_year")["value_usd_bn"].sort_index()

    return pd.DataFrame(
        {
            "debt_usd_bn": line("debt", "Total"),
            "deficit_usd_bn": line("deficit", "Total"),
            "interest_usd_bn": line("outlay", "Net Interest"),
        }
    ).assign(baseline=newest["baseline"].max())


def cost_coefficients(projection: pd.DataFrame, profile: pd.DataFrame) -> pd.DataFrame:
    """What one basis point on all yields costs in each of the ten years, before interest on interest.

    Parameters
    ----------
    projection
        From :func:`baseline`; its first year is the one before the shift.
    profile
        From :func:`refinancing`: the debt of that first year comes due like the stock now.

    Returns
    -------
    pandas.DataFrame
        ``fiscal_year``; ``legacy_usd_bn`` and ``new_usd_bn`` a basis point; ``rate``, net interest over the
        mean debt of the year, at which what they add to the debt costs interest again.
    """
    debt = projection["debt_usd_bn"]
    start, later = debt.iloc[0], projection.iloc[1 : YEARS + 1]
    mean_debt = ((debt + debt.shift()) / 2).loc[later.index]
    over_year = profile["refinanced_over_year_pct"].to_numpy()[: len(later)]
    return pd.DataFrame(
        {
            "fiscal_year": later.index.astype(int),
            "legacy_usd_bn": start * over_year / 100 * 1e-4,
            "new_usd_bn": (mean_debt - start).to_numpy() * 1e-4,
            "rate": (later["interest_usd_bn"] / mean_debt).to_numpy(),
        }
    )


def interest_cost(coefficients: pd.DataFrame, shift_bp: np.ndarray | float) -> pd.DataFrame:
    """Federal interest that a shift of all yields adds, by fiscal year.

    What it adds is borrowed, in the middle of the year, at the rate of the baseline; so the cost is
    proportional to the shift.

    Parameters
    ----------
    coefficients
        From :func:`cost_coefficients`.
    shift_bp
        Mean shift in each fiscal year, or one for all.

    Returns
    -------
    pandas.DataFrame
        ``fiscal_year``, ``legacy_usd_bn``, ``new_usd_bn``, ``on_interest_usd_bn`` and ``total_usd_bn``.
    """
    shift = np.broadcast_to(np.asarray(shift_bp, dtype=float), len(coefficients))
    table = coefficients[["fiscal_year"]].assign(
        legacy_usd_bn=coefficients["legacy_usd_bn"] * shift, new_usd_bn=coefficients["new_usd_bn"] * shift
    )
    owed, again = 0.0, []
    for direct, rate in zip(table["legacy_usd_bn"] + table["new_usd_bn"], coefficients["rate"], strict=True):
        again.append(rate * (owed + direct / 2))
        owed += direct + again[-1]
    table["on_interest_usd_bn"] = again
    return table.assign(total_usd_bn=table.iloc[:, 1:].sum(axis=1))
