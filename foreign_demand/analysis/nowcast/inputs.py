"""What a nowcast rests on, month by month: holdings, net purchases, yields, custody.

Every series is in USD billion and indexed by the last day of the month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from foreign_demand.analysis.breaks import by_segment, current_series
from foreign_demand.analysis.curve import month_ends, zero_coupon_yields
from foreign_demand.analysis.holdings import join_holders, totals
from foreign_demand.analysis.units import in_billions
from foreign_demand.data.catalog import Break
from foreign_demand.data.places import GRAND_TOTAL
from foreign_demand.exceptions import EstimationError

TABLES = (
    "tic_mfhhis01",
    "tic_slt_table5",
    "tic_slt_table3",
    "tic_press_tables",
    "gsw_parameters",
    "WMTSECL1",
)
"""Datasets that a nowcast is made from."""

COUNTRIES: Mapping[str, str] = {
    "Japan": "Japan",
    "China": "China, Mainland",
    "United Kingdom": "United Kingdom",
}
"""Holders that are forecast, and what TIC calls them."""
NET_PURCHASES = "Net purchases"
TARGETS = ("Total", "Official", *COUNTRIES, NET_PURCHASES)
"""What is forecast: the change of holdings over a month, and net purchases of notes and bonds."""
PRIVATE = "Private"
"""Total less official: a component."""

MATURITY_MONTHS = 120
"""Maturity of the yield whose change prices the holdings."""
A_WEEK = 7
"""Days that a month's end may be away from a Wednesday of which custody is known."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What is known on a day, by month."""

    changes: pd.DataFrame
    """Change over the month, one column a target and component; missing where a break stands in it."""
    levels: pd.DataFrame
    """Holdings at the month's end, same columns; of net purchases, the holdings they add to."""
    yields: pd.Series
    """Percent, at the end of each month that is over."""
    custody: pd.Series
    """Treasuries in custody at the Federal Reserve at the month's end."""

    @property
    def edition(self) -> pd.Timestamp:
        """The newest month of which holdings are known."""
        return self.levels["Total"].last_valid_index()

    def waiting(self) -> pd.DatetimeIndex:
        """Months that are over and of which holdings are not known yet."""
        return self.yields.index[self.yields.index > self.edition]

    def with_a_month_waiting(self) -> Inputs:
        """The same; where yields end before holdings, what was known before the last month with a yield."""
        if len(self.waiting()):
            return self
        known = self.changes.index < self.yields.index[-1]
        changes, levels = (table[known].reindex(table.index) for table in (self.changes, self.levels))
        return replace(self, changes=changes, levels=levels)


def inputs(
    tables: Mapping[str, pd.DataFrame], breaks: Sequence[Break], *, maturity: int = MATURITY_MONTHS
) -> Inputs:
    """Put together what a nowcast rests on.

    Parameters
    ----------
    tables
        Those of :data:`TABLES`, as they were known on a day.
    breaks
        Of the record of holders.
    maturity
        Of the zero-coupon yield, in months.

    Raises
    ------
    EstimationError
        If nothing was out of holdings or yields.
    """
    history, recent, by_country, press, curve, weekly = (tables[id] for id in TABLES)
    if history.empty or by_country.empty or curve.empty:
        raise EstimationError(
            "Of holdings by country or of yields nothing was out by that day; ask for a later one."
        )
    holders = by_segment(join_holders(history, recent if len(recent) else history, by_country), breaks)
    sums = totals(holders)
    found = {
        name: _level_and_change(sums, f"{name.lower()}_usd_bn") for name in ("Total", "Official", PRIVATE)
    }
    for name, country in COUNTRIES.items():
        found[name] = _level_and_change(holders[holders["country"] == country], "holdings_usd_bn")
    levels = pd.DataFrame({name: level for name, (level, _) in found.items()})
    changes = pd.DataFrame({name: change for name, (_, change) in found.items()})
    levels[NET_PURCHASES] = levels["Total"]
    changes[NET_PURCHASES] = net_purchases(press, by_country)
    yields = month_ends(zero_coupon_yields(curve, [maturity])[maturity])
    months = pd.date_range(levels.index[0], max(levels.index[-1], yields.index[-1]), freq="ME", name="month")
    return Inputs(
        changes=changes.reindex(months),
        levels=levels.reindex(months),
        yields=yields[months[0] :],
        custody=custody_at_month_ends(weekly).reindex(months),
    )


def _level_and_change(table: pd.DataFrame, column: str) -> tuple[pd.Series, pd.Series]:
    """Levels of the current series, and changes that cross no break."""
    rows = table.sort_values(["segment", "month"])
    before = rows.groupby("segment")[["month", column]].shift()
    follows = before["month"] + pd.offsets.MonthEnd() == rows["month"]
    rows = rows.assign(change=(rows[column] - before[column]).where(follows))
    return current_series(rows, column), current_series(rows, "change")


def net_purchases(press: pd.DataFrame, by_country: pd.DataFrame) -> pd.Series:
    """Foreigners' net purchases of notes and bonds, as first printed.

    Parameters
    ----------
    press
        ``tic_press_tables``; of each month the figure of the release in which it was the newest.
    by_country
        ``tic_slt_table3``, for months of which no press table is held: as printed there.
    """
    first = press[press["newest"]].sort_values("release_date").drop_duplicates("month").set_index("month")
    first = first["private_treasury_net_usd_bn"] + first["official_treasury_net_usd_bn"]
    printed = in_billions(by_country[by_country["country_code"] == GRAND_TOTAL]).set_index("month")
    return first.combine_first(printed["long_term_net_purchases_usd_bn"]).dropna()


def custody_at_month_ends(weekly: pd.DataFrame) -> pd.Series:
    """Custody at month ends, from the Wednesdays around them.

    Between two Wednesdays a week apart it is read off the line that joins them. Where the second is
    not known, the first counts; a month's end farther from any is missing.

    Parameters
    ----------
    weekly
        ``WMTSECL1``: ``date``, ``holdings_usd_mn``.
    """
    known = in_billions(weekly).set_index("date")["holdings_usd_bn"].dropna()
    ends = pd.date_range(known.index[0], known.index[-1] + pd.Timedelta(days=A_WEEK - 1), freq="ME")
    at = known.index.searchsorted(ends, side="right") - 1
    before, level = known.index[at], known.to_numpy()[at]
    following = (at + 1).clip(max=len(known) - 1)
    gap, step = (known.index[following] - before).days, known.to_numpy()[following] - level
    passed = (ends - before).days
    joined = (gap > 0) & (gap <= A_WEEK)
    level = level + step * passed / gap.where(joined, 1) * joined
    return pd.Series(level, index=ends).where(passed < A_WEEK)
