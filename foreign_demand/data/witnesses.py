"""Witnesses: second publications of the same fact, and what they say of each other.

``data/catalog.yml`` lists under ``witnesses`` who vouches for whom, by which relation and
within what gap; the gap is the largest that history has, rounded up. Relations are pure:
tables in, the two sides of the comparison out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from foreign_demand.data.catalog import ROOT, read_catalog
from foreign_demand.data.periods import is_over
from foreign_demand.data.places import AGGREGATES, FOREIGN_OFFICIAL, TOTAL, by_name
from foreign_demand.data.store import Store, default_store
from foreign_demand.exceptions import CatalogError

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, kw_only=True)
class Witness:
    """One relation between publications that have the same fact."""

    of: str
    """Dataset that is vouched for."""
    by: tuple[str, ...]
    """Datasets that vouch for it."""
    relation: str
    """Name in :data:`RELATIONS`."""
    tolerance: float
    """Largest gap that history has, rounded up."""
    unit: str
    """Of the gap."""
    about: str
    """The relation in words."""
    since: str = ""
    """First day compared; fill where older values are known to differ."""
    years: int = 0
    """Maturity, where the relation needs one."""

    @property
    def ids(self) -> tuple[str, ...]:
        """All datasets of the relation."""
        return (self.of, *self.by)


@cache
def read_witnesses(path: Path = ROOT / "data" / "catalog.yml") -> tuple[Witness, ...]:
    """Read the witnesses of ``data/catalog.yml``.

    Raises
    ------
    CatalogError
        If one names a dataset or a relation that is not there, or lacks a field.
    """
    catalog, found = read_catalog(path), []
    entries = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader).get("witnesses", [])
    for entry in entries:
        try:
            witness = Witness(**entry | {"by": tuple(entry["by"]), "since": str(entry.get("since", ""))})
        except (KeyError, TypeError) as error:
            raise CatalogError(f"data/catalog.yml, witnesses: {entry}: {error}.") from None
        unknown = [id for id in witness.ids if id not in catalog]
        if unknown or witness.relation not in RELATIONS:
            raise CatalogError(
                f"data/catalog.yml, witnesses of {witness.of}: no dataset {', '.join(unknown) or '-'} or no "
                f"relation {witness.relation!r}."
            )
        found.append(witness)
    return tuple(found)


def compared(witness: Witness, tables: Tables) -> pd.DataFrame:
    """The two sides of a relation, wherever both are known.

    Parameters
    ----------
    tables
        Of all :attr:`Witness.ids`.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``row`` (whose), ``said``, ``witnessed`` and their ``gap``, sorted.
    """
    sides = RELATIONS[witness.relation](witness, tables).dropna(subset=["said", "witnessed"])
    if witness.since:
        sides = sides[sides["period"] >= witness.since]
    sides = sides.assign(gap=sides["said"] - sides["witnessed"])
    return sides[["period", "row", "said", "witnessed", "gap"]].sort_values(
        ["period", "row"], ignore_index=True
    )


def disputes(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Rows of :func:`compared` whose gap is larger than it ever was."""
    sides = compared(witness, tables)
    return sides[sides["gap"].abs() > witness.tolerance + 1e-9]


def witness_matrix(*, store: Store | None = None) -> pd.DataFrame:
    """Who vouches for whom: last agreement and largest gap ever.

    Returns
    -------
    pandas.DataFrame
        One row a relation whose tables are held: ``dataset``, ``witnesses``, ``about``,
        ``compared`` (rows), ``newest`` (last day of the newest period compared), ``newest_gap``
        (the largest of that period), ``last_agreement`` (newest period without a dispute),
        ``largest_gap``, ``largest_period``, ``tolerance``, ``unit``, ``disputed`` (rows).
    """
    store = store or default_store()
    rows = []
    for witness in read_witnesses():
        if not all(map(store.holds, witness.ids)):
            continue
        sides = compared(witness, {id: store.read(id) for id in witness.ids})
        if sides.empty:
            continue
        size = sides["gap"].abs()
        wrong = size > witness.tolerance + 1e-9
        by_period = size.groupby(sides["period"]).max()
        agreed = sides.loc[~sides["period"].isin(sides.loc[wrong, "period"]), "period"]
        rows.append(
            {
                "dataset": witness.of,
                "witnesses": ", ".join(witness.by),
                "about": witness.about,
                "compared": len(sides),
                "newest": by_period.index[-1],
                "newest_gap": by_period.iloc[-1],
                "last_agreement": agreed.max(),
                "largest_gap": by_period.max(),
                "largest_period": by_period.idxmax(),
                "tolerance": witness.tolerance,
                "unit": witness.unit,
                "disputed": int(wrong.sum()),
            }
        )
    return pd.DataFrame(rows)


# --- relations ---------------------------------------------------------------


def _series(table: pd.DataFrame) -> pd.Series:
    """The one value column of a table, by its period."""
    period = next(c for c in ("date", "month", "quarter", "year") if c in table)
    value = next(c for c in table if c != period)
    return table.set_index(period)[value]


def _sides(said: pd.Series, witnessed: pd.Series) -> pd.DataFrame:
    both = pd.DataFrame({"said": said, "witnessed": witnessed}).rename_axis("period").reset_index()
    return both.assign(row="")


def _long_term(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Long-term Treasuries of every holder in SLT table 3 are the Treasuries of table 1."""
    both = tables[witness.of].merge(tables[witness.by[0]], on=["month", "country_code"])
    parts = [
        both[["month", "country_code"]].assign(
            said=both[f"long_term_{name}_usd_mn"], witnessed=both[f"treasury_{name}_usd_mn"]
        )
        for name in ("holdings", "net_purchases", "valuation_change")
    ]
    sides = pd.concat(parts).rename(columns={"month": "period"})
    return sides.assign(row=sides["country_code"].astype(str))


def _current_holders(table: pd.DataFrame) -> pd.DataFrame:
    names = table["country"]
    lines = [name for name in AGGREGATES if name not in (TOTAL, FOREIGN_OFFICIAL)]
    rows = table[(table["series"] == "current") & ~names.isin(lines)]
    return rows.assign(country_code=[by_name(name).code for name in rows["country"]])


def _holders(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A holder of the major holders table is the same in SLT table 3."""
    rows = _current_holders(tables[witness.of]).dropna(subset="country_code")
    both = rows.merge(tables[witness.by[0]], on=["month", "country_code"], suffixes=("", "_by"))
    return both.rename(columns={"month": "period", "country": "row"}).assign(
        said=both["holdings_usd_bn"], witnessed=both["holdings_usd_mn"] / 1000
    )


def _same_holders(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A holder is the same in both major holders tables, but for what "All Other" is."""
    both = tables[witness.of].merge(
        tables[witness.by[0]], on=["month", "country", "series"], suffixes=("", "_by")
    )
    both = both[both["country"] != "All Other"]
    return both.rename(columns={"month": "period", "country": "row"}).assign(
        said=both["holdings_usd_bn"], witnessed=both["holdings_usd_bn_by"]
    )


def _difference(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A spread is the first less the second."""
    first, second = (_series(tables[id]) for id in witness.by)
    return _sides(_series(tables[witness.of]), first - second)


def _same(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Two series are one."""
    return _sides(_series(tables[witness.of]), _series(tables[witness.by[0]]))


def _months(daily: pd.Series) -> pd.Series:
    """Days by the end of their month, months that are over only."""
    ends = pd.DatetimeIndex(daily.index + pd.offsets.MonthEnd(0))
    over = is_over(ends, daily.index.max())
    return daily[over].set_axis(ends[over])


def _average(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A monthly value is the mean of the days."""
    daily = _months(_series(tables[witness.by[0]]).dropna())
    return _sides(_series(tables[witness.of]), daily.groupby(level=0).mean())


def _month_end(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A monthly premium in basis points is the last of the days, in percent."""
    daily = _months(_series(tables[witness.by[0]]).dropna())
    return _sides(_series(tables[witness.of]), 100 * daily.groupby(level=0).last())


def _curve(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A par yield is that of the zero-coupon curve of the same day (Svensson 1994)."""
    curve = tables[witness.by[0]].set_index("date")
    times = np.arange(1, 2 * witness.years + 1) / 2
    beta0, beta1, beta2, beta3, tau1, tau2 = (
        curve[[name]].to_numpy() for name in ("beta0", "beta1", "beta2", "beta3", "tau1", "tau2")
    )

    def slope(tau: np.ndarray) -> np.ndarray:
        return -np.expm1(-times / tau) * tau / times

    hump = np.nan_to_num(slope(tau2) - np.exp(-times / tau2))
    zero = beta0 + beta1 * slope(tau1) + beta2 * (slope(tau1) - np.exp(-times / tau1)) + beta3 * hump
    prices = np.exp(-zero * times / 100)
    par = 200 * (1 - prices[:, -1]) / prices.sum(axis=1)
    return _sides(_series(tables[witness.of]), pd.Series(par, index=curve.index))


def _stocks(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A day's return of the whole market is near that of its largest companies."""
    factors = tables[witness.of].set_index("date")
    market = factors["market_excess_return_pct"] + factors["risk_free_return_pct"]
    return _sides(market, 100 * _series(tables[witness.by[0]]).pct_change())


def _quarter_end(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Debt held by foreigners is TIC's total of the quarter's last month; in percent."""
    holders = tables[witness.by[0]]
    total = holders[(holders["country"] == TOTAL) & (holders["series"] == "current")]
    total = total.set_index("month")["holdings_usd_bn"]
    said = _series(tables[witness.of])
    return _sides(100 * said / total.reindex(said.index), pd.Series(100.0, index=said.index))


def _rest_of_world(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Debt held by foreigners is what the Financial Accounts give the rest of the world; in percent."""
    sectors = tables[witness.by[0]]
    world = sectors[sectors["sector"] == "rest_of_world"].set_index("quarter")["holdings_usd_mn"] / 1000
    said = _series(tables[witness.of])
    return _sides(100 * said / world.reindex(said.index), pd.Series(100.0, index=said.index))


def _auction(witness: Witness, tables: Tables) -> pd.DataFrame:
    """The high yield of a new note is near the market's yield of the day."""
    auctions = tables[witness.of]
    new = auctions[
        (auctions["original_term"] == f"{witness.years}-Year")
        & ~auctions[["inflation_indexed", "floating_rate", "reopening"]].any(axis="columns")
    ]
    high = new.drop_duplicates("date").set_index("date")["high_yield_pct"]
    return _sides(high, _series(tables[witness.by[0]]).reindex(high.index))


RELATIONS: Mapping[str, Callable[[Witness, Tables], pd.DataFrame]] = {
    "auction": _auction,
    "average": _average,
    "curve": _curve,
    "difference": _difference,
    "holders": _holders,
    "long_term": _long_term,
    "month_end": _month_end,
    "quarter_end": _quarter_end,
    "rest_of_world": _rest_of_world,
    "same": _same,
    "same_holders": _same_holders,
    "stocks": _stocks,
}
"""Relations by the name an entry of ``data/catalog.yml`` gives."""
