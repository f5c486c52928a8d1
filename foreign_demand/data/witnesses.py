"""Witnesses: second publications of the same fact, and what they say of each other.

``data/catalog.yml`` lists under ``witnesses`` who vouches for whom, by which relation and
within what gap; the gap is the largest that history has, rounded up. Relations are pure:
tables in, the two sides of the comparison out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
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
    """First day compared; fill where older values are known to differ, or are published but not at hand."""
    known: tuple[str, ...] = ()
    """Last days of periods that are not compared: their gap is larger, and was looked at."""
    years: int = 0
    """Maturity, where the relation needs one."""
    level: float = 100.0
    """What the first is of the second in percent, where the relation compares shares."""
    columns: str = ""
    """Whose columns, by the beginning of their names, where the relation needs it."""

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
            lists = {"by": tuple(entry["by"]), "known": tuple(map(str, entry.get("known", ())))}
            witness = Witness(**entry | lists | {"since": str(entry.get("since", ""))})
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


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A fault that nothing held tells from genuine data."""

    fault: str
    of: tuple[str, ...]
    """Datasets that may have it unnoticed."""
    why: str


@cache
def read_limits(path: Path = ROOT / "data" / "catalog.yml") -> tuple[Limit, ...]:
    """Read the limits of ``data/catalog.yml``: what checks and witnesses let through, and why."""
    entries = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader).get("limits", [])
    return tuple(Limit(fault=e["fault"], of=tuple(e["of"]), why=e["why"]) for e in entries)


def limits_table() -> pd.DataFrame:
    """The limits, a row each: ``fault``, ``tables`` and how many, ``number``, and ``why``."""
    rows = [(limit.fault, ", ".join(limit.of), len(limit.of), limit.why) for limit in read_limits()]
    return pd.DataFrame(rows, columns=["fault", "tables", "number", "why"])


def compared(witness: Witness, tables: Tables) -> pd.DataFrame:
    """The two sides of a relation, wherever both are known.

    Parameters
    ----------
    tables
        Of all :attr:`Witness.ids`.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``row`` (whose), ``said``, ``witnessed`` and their ``gap``, sorted. The gap
        is the one less the other, or what the relation measures it by.
    """
    sides = RELATIONS[witness.relation](witness, tables).dropna(subset=["said", "witnessed"])
    if witness.since:
        sides = sides[sides["period"] >= witness.since]
    sides = sides[~sides["period"].isin(pd.to_datetime(list(witness.known)))]
    if "gap" not in sides:
        sides = sides.assign(gap=sides["said"] - sides["witnessed"])
    return sides[["period", "row", "said", "witnessed", "gap"]].sort_values(
        ["period", "row"], ignore_index=True
    )


def disputes(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Rows of :func:`compared` whose gap is larger than it ever was."""
    sides = compared(witness, tables)
    return sides[sides["gap"].abs() > witness.tolerance + 1e-9]


def describe_dispute(witness: Witness, wrong: pd.DataFrame) -> str:
    """What a witness says against a publication, where it says most: both numbers and what may be."""
    worst = wrong.loc[wrong["gap"].abs().idxmax()]
    where = ", ".join(filter(None, (f"{worst['period'].date()}", str(worst["row"]))))
    return (
        f"disputed. At {where} {witness.of} says {worst['said']:,.6g} and {', '.join(witness.by)} "
        f"{worst['witnessed']:,.6g} ({witness.about}); the gap is {abs(worst['gap']):,.4g} "
        f"{witness.unit} and may be {witness.tolerance:g}."
    )


def witness_matrix(
    *, store: Store | None = None, of: Collection[str] | None = None, among: Collection[str] | None = None
) -> pd.DataFrame:
    """Who vouches for whom: last agreement and largest gap ever.

    Parameters
    ----------
    of
        Datasets that are vouched for; all by default.
    among
        Tables that may be read; all that are held by default.

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
        if of is not None and witness.of not in of:
            continue
        if not all(id in among if among is not None else store.holds(id) for id in witness.ids):
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


def _current(table: pd.DataFrame, line: str) -> pd.Series:
    rows = table[(table["country"] == line) & (table["series"] == "current")]
    return rows.set_index("month")["holdings_usd_bn"]


def _at(table: pd.DataFrame, period: str, column: str, **where: object) -> pd.Series:
    for name, value in where.items():
        table = table[table[name] == value]
    return table.set_index(period)[column]


LINES: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "acm_daily": lambda t: _at(t, "date", "term_premium_pct", maturity_years=10),
    "cbo_actuals": lambda t: _fiscal(1000 * _at(t, "fiscal_year", "value_usd_bn", component="debt")),
    "holders_by_sector": lambda t: _at(t, "quarter", "holdings_usd_mn", sector="rest_of_world") / 1000,
    "jgb_yields": lambda t: t.set_index("date")["yield_10y_pct"],
    "mspd_marketable": lambda t: _at(t, "month", "held_by_public_usd_mn", security_class="Total Marketable"),
    "tic_mfhhis01": lambda t: _current(t, TOTAL),
    "tic_slt_table3": lambda t: _at(t, "month", "holdings_usd_mn", country_code=OFFICIAL_CODE),
}
"""The line of a table of many that a relation of two series compares."""
OFFICIAL_CODE = 99990
"""Foreign official institutions, as TIC numbers them."""


def _fiscal(by_year: pd.Series) -> pd.Series:
    """Values by fiscal years at the day on which these end."""
    return by_year.set_axis(by_year.index - pd.offsets.MonthEnd(3))


def _line(id: str, tables: Tables) -> pd.Series:
    """The one series of a table, or the line of it that is compared, by its period."""
    table = tables[id]
    if id in LINES:
        return LINES[id](table).dropna()
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
    first, second = (_line(id, tables) for id in witness.by)
    return _sides(_line(witness.of, tables), first - second)


def _same(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Two series are one."""
    return _sides(_line(witness.of, tables), _line(witness.by[0], tables))


def _months(daily: pd.Series) -> pd.Series:
    """Days by the end of their month, months that are over only."""
    ends = pd.DatetimeIndex(daily.index + pd.offsets.MonthEnd(0))
    over = is_over(ends, daily.index.max())
    return daily[over].set_axis(ends[over])


def _average(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A monthly value is the mean of the days."""
    daily = _months(_line(witness.by[0], tables).dropna())
    return _sides(_line(witness.of, tables), daily.groupby(level=0).mean())


def _month_end(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A monthly premium in basis points is the last of the days, in percent."""
    daily = _months(_line(witness.by[0], tables).dropna())
    return _sides(_line(witness.of, tables), 100 * daily.groupby(level=0).last())


def _zero(curve: pd.DataFrame, times: np.ndarray) -> np.ndarray:
    """Zero-coupon yields, continuously compounded: a row a day, a column a time in years (Svensson 1994)."""
    beta0, beta1, beta2, beta3, tau1, tau2 = (
        curve[[name]].to_numpy() for name in ("beta0", "beta1", "beta2", "beta3", "tau1", "tau2")
    )

    def slope(tau: np.ndarray) -> np.ndarray:
        return -np.expm1(-times / tau) * tau / times

    hump = np.nan_to_num(slope(tau2) - np.exp(-times / tau2))
    return beta0 + beta1 * slope(tau1) + beta2 * (slope(tau1) - np.exp(-times / tau1)) + beta3 * hump


def _curve(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A par yield is that of the zero-coupon curve of the same day."""
    curve = tables[witness.by[0]].set_index("date")
    times = np.arange(1, 2 * witness.years + 1) / 2
    prices = np.exp(-_zero(curve, times) * times / 100)
    par = 200 * (1 - prices[:, -1]) / prices.sum(axis=1)
    return _sides(_line(witness.of, tables), pd.Series(par, index=curve.index))


def _stocks(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A day's return of the whole market is near that of its largest companies."""
    factors = tables[witness.of].set_index("date")
    market = factors["market_excess_return_pct"] + factors["risk_free_return_pct"]
    return _sides(market, 100 * _line(witness.by[0], tables).pct_change())


FEAR = -5.0
"""Percent by which expected volatility changes where shares gain one; least squares since 2016."""


def _volatility(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Expected volatility rises in a day as shares fall; in logarithms, times a hundred."""
    both = pd.concat([np.log(_line(id, tables)) for id in witness.ids], axis="columns", join="inner")
    steps = 100 * both.dropna().sort_index().diff().dropna()
    return _sides(steps.iloc[:, 0], FEAR * steps.iloc[:, 1])


def _share(witness: Witness, tables: Tables) -> pd.DataFrame:
    """The first is a steady share of the second, in percent."""
    said, of = (_line(id, tables) for id in witness.ids)
    shares = (100 * said / of.reindex(said.index)).dropna()
    return _sides(shares, pd.Series(witness.level, index=shares.index))


def _moves(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Two series change alike from one period that both have to the next."""
    both = pd.concat([_line(id, tables) for id in witness.ids], axis="columns", join="inner")
    steps = both.dropna().sort_index().diff().dropna()
    return _sides(steps.iloc[:, 0], steps.iloc[:, 1])


def _between(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A yield lies near the middle of its neighbours in maturity."""
    shorter, longer = (_line(id, tables) for id in witness.by)
    return _sides(_line(witness.of, tables), (shorter + longer) / 2)


def _forward(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Inflation from five to ten years ahead is what compensation for ten and for five years leave."""
    ten, nominal, real = (1 + _line(id, tables) / 100 for id in witness.by)
    five = 1 + nominal - real
    return _sides(_line(witness.of, tables), 100 * ((ten**10 / five**5) ** (1 / 5) - 1))


def _bill(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A three-month bill's discount rate, turned into the yield of a bond, is that of the curve."""
    rate = _line(witness.of, tables) / 100
    return _sides(100 * 365 * rate / (360 - 91 * rate), _line(witness.by[0], tables))


def _sum_average(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A monthly yield is the mean of the days' spread and of what it is over, together."""
    spread, base = (_line(id, tables) for id in witness.by)
    daily = _months((spread + base).dropna())
    return _sides(_line(witness.of, tables), daily.groupby(level=0).mean())


def _last_of_month(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A monthly value is the last of the days."""
    daily = _months(_line(witness.by[0], tables).dropna())
    return _sides(_line(witness.of, tables), daily.groupby(level=0).last())


WEIGHTS = {"DEXUSEU": -0.379, "DEXUSUK": -0.113, "DEXJPUS": 0.131, "DEXCAUS": 0.313, "DEXSZUS": 0.046}
WEIGHTS |= {"DEXSDUS": 0.02}
"""Of the exchange rates in the dollar index of advanced economies: of its daily changes since 2006,
least squares. Minus where the rate is dollars to the unit."""


def _dollar(witness: Witness, tables: Tables) -> pd.DataFrame:
    """The dollar index changes, from day to day, by what its exchange rates do; in percent."""
    levels = pd.concat([np.log(_line(id, tables)) for id in witness.ids], axis="columns", join="inner")
    steps = 100 * levels.set_axis(list(witness.ids), axis="columns").dropna().sort_index().diff().dropna()
    weights = pd.Series({id: WEIGHTS[id] for id in witness.by})
    return _sides(steps[witness.of], steps[list(witness.by)] @ weights)


def _custody(witness: Witness, tables: Tables) -> pd.DataFrame:
    """What is in custody for official holders changes in a month as their holdings do."""
    weekly = _months(_line(witness.of, tables))
    monthly = weekly.groupby(level=0).last()
    both = pd.concat([monthly, _line(witness.by[0], tables)], axis="columns", join="inner")
    steps = both.dropna().sort_index().diff().dropna()
    return _sides(steps.iloc[:, 0], steps.iloc[:, 1])


OWN_FLOOR = 0.0025
"""Share of the largest holding below which what a holder's flows leave unexplained is not told apart."""


ISSUERS = (80000, 89999)
"""Codes of rows that split the total by who issued the securities, not by who holds them."""


def _own_flows(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A holder's holdings change by net purchases and valuation, and by a remainder of its usual size."""
    names = [f"{witness.columns}_{name}_usd_mn" for name in ("holdings", "net_purchases", "valuation_change")]
    rows = tables[witness.of].dropna(subset=names)
    rows = rows[~rows["country_code"].between(*ISSUERS)].sort_values(["country_code", "month"])
    said = rows.groupby("country_code")[names[0]].diff()
    sides = pd.DataFrame(
        {
            "period": rows["month"],
            "row": rows["country_code"].astype(str),
            "said": said,
            "witnessed": rows[names[1]] + rows[names[2]],
        }
    ).dropna()
    rest = sides["said"] - sides["witnessed"]
    size = rest.abs()
    first = size.groupby(sides["row"]).transform("max")
    second = size.where(size < first).groupby(sides["row"]).transform("max").fillna(0.0)
    others = second.where(size == first, first)  # the largest of the holder's other months
    usual = others.clip(lower=OWN_FLOOR * rows[names[0]].max())
    return sides.assign(gap=rest / usual)


def _signs(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Net purchases of all holders explain more of a month with their signs as published than turned."""
    names = [f"{witness.columns}_{name}_usd_mn" for name in ("holdings", "net_purchases", "valuation_change")]
    rows = tables[witness.of].dropna(subset=names).sort_values(["country_code", "month"])
    rows = rows[rows["country_code"] < AGGREGATES_FROM]
    moved = rows.groupby("country_code")[names[0]].diff() - rows[names[2]]
    left = pd.DataFrame(
        {
            "period": rows["month"],
            "said": (moved - rows[names[1]]).abs(),
            "witnessed": (moved + rows[names[1]]).abs(),
        }
    )
    sides = left.dropna().groupby("period", as_index=False).sum()
    return sides.assign(row="all holders", gap=100 * sides["said"] / sides["witnessed"])


AGGREGATES_FROM = 69990
"""Codes from which on rows are sums over countries."""


def _official(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Official holdings of the major holders table, bills and bonds apart, are those of SLT table 3."""
    official = tables[witness.by[0]]
    official = official[official["country_code"] == OFFICIAL_CODE].set_index("month")
    parts = []
    for line, column in OFFICIAL_LINES.items():
        sides = _sides(_current(tables[witness.of], line), official[f"{column}_usd_mn"] / 1000)
        parts.append(sides.assign(row=line))
    return pd.concat(parts)


def _deficit(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A fiscal year's balance is the deficit, counted alike but for what is left out of the totals."""
    years = _line(witness.of, tables)
    said = years.groupby(pd.DatetimeIndex(years.index) + pd.offsets.YearEnd(0)).last()
    return _sides(said, 1000 * _at(tables[witness.by[0]], "fiscal_year", "value_usd_bn", component="deficit"))


def _projected(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Totals of a baseline are near those of the one before for the same years; in percent."""
    totals = tables[witness.of]
    totals = totals[(totals["category"] == "Total") & (totals["component"] != "deficit")]
    baselines = sorted(totals["baseline"].unique())
    before = dict(zip(baselines[1:], baselines, strict=False))
    both = totals.assign(earlier=totals["baseline"].map(before)).merge(
        totals,
        left_on=["earlier", "component", "fiscal_year"],
        right_on=["baseline", "component", "fiscal_year"],
    )
    return pd.DataFrame(
        {
            "period": both["baseline_x"],
            "row": both["component"] + " " + both["fiscal_year"].astype(str),
            "said": 100 * both["value_usd_bn_x"] / both["value_usd_bn_y"],
            "witnessed": witness.level,
        }
    )


def _borrowed(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Projected debt grows by the projected deficit, and a little besides."""
    totals = tables[witness.of]
    wide = totals[totals["category"] == "Total"].pivot(
        index=["baseline", "fiscal_year"], columns="component", values="value_usd_bn"
    )
    both = pd.DataFrame(
        {"said": wide["debt"].groupby(level="baseline").diff(), "witnessed": -wide["deficit"]}
    ).reset_index()
    return both.rename(columns={"baseline": "period"}).assign(row=both["fiscal_year"].astype(str))


OFFICIAL_LINES = {
    FOREIGN_OFFICIAL: "holdings",
    "Foreign Official Treasury Bills": "short_term_holdings",
    "Foreign Official T-Bonds & Notes": "long_term_holdings",
}
"""Lines of the major holders table, and the columns of SLT table 3 that have the same."""


def _survey(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Long-term Treasuries of every holder by the annual survey are those of SLT table 3."""
    both = tables[witness.of].merge(tables[witness.by[0]], on=["month", "country_code"], suffixes=("", "_by"))
    return pd.DataFrame(
        {
            "period": both["month"],
            "row": both["country_code"].astype(str),
            "said": both["long_term_treasury_holdings_usd_mn"],
            "witnessed": both["long_term_holdings_usd_mn_by"],
        }
    )


def _fitted(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Fitted yields of each maturity are zero-coupon yields of the month's last day (Svensson 1994)."""
    fitted, curve = tables[witness.of], tables[witness.by[0]].set_index("date")
    parts = []
    for years in sorted(fitted["maturity_years"].unique()):
        daily = _months(pd.Series(_zero(curve, np.array([years]))[:, 0], index=curve.index))
        said = _at(fitted, "month", "fitted_yield_pct", maturity_years=years)
        parts.append(_sides(said, daily.groupby(level=0).last()).assign(row=f"{years} years"))
    return pd.concat(parts)


def _premium(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Monthly premia are those of the last day of the month, where days are given."""
    monthly, daily = (tables[id] for id in witness.ids)
    parts = []
    for years in sorted(daily["maturity_years"].unique()):
        days = _months(_at(daily, "date", "term_premium_pct", maturity_years=years).dropna())
        said = _at(monthly, "month", "term_premium_pct", maturity_years=years)
        parts.append(_sides(said, days.groupby(level=0).last()).assign(row=f"{years} years"))
    return pd.concat(parts)


def _same_shares(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A currency's share of reserves is about the same in two publications."""
    first, second = (tables[id].set_index(["quarter", "currency"])["share_pct"] for id in witness.ids)
    both = pd.DataFrame({"said": first, "witnessed": second}).reset_index()
    return both.rename(columns={"quarter": "period", "currency": "row"})


def _valued(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A currency's share of reserves is its value in the value of all."""
    shares = tables[witness.of].set_index(["quarter", "currency"])["share_pct"]
    values = tables[witness.by[0]].pivot(index="quarter", columns="currency", values="value_usd_bn")
    witnessed = (100 * values.div(values["total"], axis="index")).stack()
    both = pd.DataFrame({"said": shares, "witnessed": witnessed}).rename_axis(["period", "row"])
    return both.reset_index()


RESERVES = {"USD": None, "EUR": "DEXUSEU", "GBP": "DEXUSUK", "JPY": "DEXJPUS", "CNY": "DEXCHUS"}
"""Currencies of reserves, and their exchange rates."""


def _converted(witness: Witness, tables: Tables) -> pd.DataFrame:
    """A currency's share moves in a quarter as exchange rates alone would move it, and a little besides."""
    shares = tables[witness.of].pivot(index="quarter", columns="currency", values="share_pct")
    worth = pd.DataFrame(1.0, index=shares.index, columns=["USD"])
    for currency, id in RESERVES.items():
        if id in witness.by:
            rate = _line(str(id), tables)
            ends = pd.DatetimeIndex(rate.index + pd.offsets.QuarterEnd(0))
            over = is_over(ends, rate.index.max())
            last = rate[over].groupby(ends[over]).last().reindex(shares.index)
            worth[currency] = last if id.startswith("DEXUS") else 1 / last
    shares = shares[[name for name in worth if name in shares]]
    moved = shares.shift() * (worth / worth.shift())[shares.columns]
    known = worth[shares.columns].notna().all(axis="columns")  # without a rate the rest would take its part
    all_of_them = moved.sum(axis="columns", min_count=1) + 100 - shares.shift().sum(axis="columns")
    all_of_them = all_of_them.where(known & known.shift(fill_value=False))
    both = pd.DataFrame(
        {"said": shares.stack(), "witnessed": (100 * moved.div(all_of_them, axis="index")).stack()}
    )
    return both.rename_axis(["period", "row"]).reset_index()


def _same_auctions(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Auctions, each with what its security was allotted by class; by the auction before the issue."""
    allotments = tables[witness.by[0]].sort_values("issue_date")
    auctions = tables[witness.of].sort_values("date").rename(columns={"total_accepted_usd_bn": "accepted"})
    return pd.merge_asof(
        allotments,
        auctions[["date", "cusip", "accepted", "dealer_share_pct"]],
        left_on="issue_date",
        right_on="date",
        by="cusip",
        tolerance=pd.Timedelta(days=20),
    ).rename(columns={"date": "period", "cusip": "row"})


def _allotted(witness: Witness, tables: Tables) -> pd.DataFrame:
    """What an auction accepted is what was allotted to all classes."""
    both = _same_auctions(witness, tables)
    return both.assign(said=both["accepted"], witnessed=both["total_usd_bn"])


def _dealers(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Primary dealers' share of an auction is near that allotted to all dealers."""
    both = _same_auctions(witness, tables)
    if "dealers_share_pct" not in both:
        sold = both["total_usd_bn"] - both["federal_reserve_usd_bn"]
        both = both.assign(dealers_share_pct=100 * both["dealers_usd_bn"] / sold)
    return both.assign(said=both["dealer_share_pct"], witnessed=both["dealers_share_pct"])


def _outstanding(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Bills outstanding at the end of a month are those allotted and not yet due; in percent.

    The longest run a year, so the first year of allotments has not all of them.
    """
    bills, debt = tables[witness.of], tables[witness.by[0]]
    due = bills["issue_date"] + pd.to_timedelta((365 * bills["term_years"]).round(), unit="D")
    stated = 1e-3 * _at(debt, "month", "total_usd_mn", security_class="Bills")
    first = bills["issue_date"].min() + pd.Timedelta(days=366)
    months = pd.DatetimeIndex(stated.index[(stated.index > first)])
    months = months[is_over(months, bills["issue_date"].max())]
    allotted = [bills.loc[(bills["issue_date"] <= day) & (due > day), "total_usd_bn"].sum() for day in months]
    shares = 100 * pd.Series(allotted, index=months) / stated[months]
    return _sides(shares, pd.Series(witness.level, index=months))


def _interest(witness: Witness, tables: Tables) -> pd.DataFrame:
    """Interest paid, at the rate of a year, changes from one fiscal year to the next as net interest does."""
    quarters = _line(witness.of, tables)
    years = quarters.rolling(4).mean()[pd.DatetimeIndex(quarters.index).month == 9]
    net = _fiscal(_at(tables[witness.by[0]], "fiscal_year", "value_usd_bn", category="Net Interest"))
    both = pd.concat([years, net], axis="columns", join="inner").dropna().sort_index().diff().dropna()
    return _sides(both.iloc[:, 0], both.iloc[:, 1])


def _auction(witness: Witness, tables: Tables) -> pd.DataFrame:
    """The high yield of a note or bond is near the market's yield of the day, or the mean of its neighbours.

    Shorter ones were reopened in 2008 and 2009 only, as another maturity than their own.
    """
    auctions = tables[witness.of]
    plain = ~auctions[["inflation_indexed", "floating_rate"]].any(axis="columns")
    sold = auctions[plain & (auctions["original_term"] == f"{witness.years}-Year")]
    if witness.years < REOPENED_FROM:
        sold = sold[~sold["reopening"]]
    high = sold.drop_duplicates("date").set_index("date")["high_yield_pct"]
    lines = [_line(id, tables) for id in witness.by]
    market = pd.concat(lines, axis="columns", sort=True).mean(axis="columns", skipna=False)
    return _sides(high, market.reindex(high.index))


def _indexed(witness: Witness, tables: Tables) -> pd.DataFrame:
    """The high yield of an inflation-indexed security is near the market's of the day, at each maturity."""
    auctions, parts = tables[witness.of], []
    for id in witness.by:
        years = int(id.removeprefix("DFII"))
        sold = auctions[auctions["inflation_indexed"] & (auctions["original_term"] == f"{years}-Year")]
        if years < REOPENED_FROM:
            sold = sold[~sold["reopening"]]
        high = sold.drop_duplicates("date").set_index("date")["high_yield_pct"]
        parts.append(_sides(high, _line(id, tables).reindex(high.index)).assign(row=f"{years} years"))
    return pd.concat(parts)


def _median(witness: Witness, tables: Tables) -> pd.DataFrame:
    """The high yield of a nominal note or bond is not far above the median one."""
    sold = tables[witness.of]
    sold = sold[~sold["inflation_indexed"]].rename(columns={"date": "period", "cusip": "row"})
    return sold.assign(said=sold["high_yield_pct"], witnessed=sold["median_yield_pct"])


def _offered(witness: Witness, tables: Tables) -> pd.DataFrame:
    """What is accepted is what was offered, and as much more as the Federal Reserve takes; in percent."""
    sold = tables[witness.of].rename(columns={"date": "period", "cusip": "row"})
    shares = 100 * sold["total_accepted_usd_bn"] / sold["offering_usd_bn"]
    return sold.assign(said=shares, witnessed=witness.level)


REOPENED_FROM = 10
"""Years of the shortest notes that are reopened as a rule, a month or two after their first auction."""


RELATIONS: Mapping[str, Callable[[Witness, Tables], pd.DataFrame]] = {
    "allotted": _allotted,
    "auction": _auction,
    "average": _average,
    "between": _between,
    "bill": _bill,
    "borrowed": _borrowed,
    "converted": _converted,
    "curve": _curve,
    "custody": _custody,
    "dealers": _dealers,
    "deficit": _deficit,
    "difference": _difference,
    "dollar": _dollar,
    "fitted": _fitted,
    "forward": _forward,
    "holders": _holders,
    "indexed": _indexed,
    "interest": _interest,
    "last_of_month": _last_of_month,
    "long_term": _long_term,
    "median": _median,
    "month_end": _month_end,
    "moves": _moves,
    "offered": _offered,
    "official": _official,
    "outstanding": _outstanding,
    "own_flows": _own_flows,
    "premium": _premium,
    "projected": _projected,
    "same": _same,
    "same_holders": _same_holders,
    "same_shares": _same_shares,
    "share": _share,
    "signs": _signs,
    "stocks": _stocks,
    "sum_average": _sum_average,
    "survey": _survey,
    "valued": _valued,
    "volatility": _volatility,
}
"""Relations by the name an entry of ``data/catalog.yml`` gives."""
