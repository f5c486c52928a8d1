"""Every fault over every dataset it can befall: what checks and witnesses together let through.

Each case spoils an edition that is genuine otherwise and asks whether it would be taken. What
cannot be told from genuine data is listed, with the reason, under ``limits`` in the catalog.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pytest

from foreign_demand.data.catalog import Column, Dataset, read_catalog
from foreign_demand.data.checks import check_table
from foreign_demand.data.store import Store
from foreign_demand.data.witnesses import compared, disputes, read_limits, read_witnesses
from foreign_demand.exceptions import CheckError

pytestmark = pytest.mark.slow

CATALOG = read_catalog()
ASKED = [id for id, d in CATALOG.items() if d.embedded and not d.by_hand and not d.ended]
LIMITS = {(id, limit.fault) for limit in read_limits() for id in limit.of}
AGGREGATES_FROM = 69990
SUMS = ("Total", "Memo", "Of Which", "All Countries", "All Other", "Grand Total", "Foreign Official", "total")
"""How names begin of rows that are sums."""

Fault = Callable[[pd.DataFrame, Dataset, pd.Timestamp], pd.DataFrame | None]


@cache
def compared_to(store: Store) -> dict[str, list[pd.Timestamp]]:
    """The newest period in which each dataset is compared with a witness, a period a relation."""
    found: dict[str, list[pd.Timestamp]] = {}
    for witness in read_witnesses():
        sides = compared(witness, {id: store.read(id) for id in witness.ids})
        for id in witness.ids if len(sides) else ():
            found.setdefault(id, []).append(sides["period"].max())
    return found


@cache
def newest_of(id: str, store: Store) -> pd.Timestamp:
    """The newest period that the publications at hand have in common; each is embedded to another day."""
    periods = store.read(id)[CATALOG[id].period.name]
    common = [day for day in compared_to(store).get(id, []) if (periods == day).any()]
    return max(common, default=periods.max())


def verdict(id: str, table: pd.DataFrame, held: pd.DataFrame, store: Store) -> str:
    """What refuses an edition; empty if nothing does."""
    dataset = CATALOG[id]
    newest = table[dataset.period.name].max()
    day = min(newest.date(), dt.date.today()) + dt.timedelta(60)
    try:
        new = check_table(table, dataset, held=held, as_at=day, retrieved=day, held_edition=day)
    except CheckError as error:
        return type(error).__name__
    for witness in read_witnesses():
        if id in witness.ids:
            others = {other: store.read(other) for other in witness.ids}
            if len(disputes(witness, others | {id: new})):
                return witness.relation
    return ""


def assert_not_taken(id: str, name: str, fault: Fault, embedded: Store) -> None:
    """An edition with the fault is refused: as a new period, or where the fault is in all, as a revision."""
    dataset, newest = CATALOG[id], newest_of(id, embedded)
    table = embedded.read(id)
    table = table[table[dataset.period.name] <= newest].reset_index(drop=True)
    wrong = fault(table, dataset, newest)
    if wrong is None or wrong.empty or wrong.equals(table):
        return  # it has no such rows or columns
    before, as_was = (t[t[dataset.period.name] < newest].reset_index(drop=True) for t in (table, wrong))
    held = before if len(before) and as_was.equals(before) else table
    assert verdict(id, wrong, held, embedded) or (id, name) in LIMITS, f"{id}: {name}: taken"


# --- kinds of faults --------------------------------------------------------------


def _percent(column: Column) -> bool:
    return "percent" in column.unit or column.unit.startswith("basis")


def newest(change: Callable[[pd.Series, Column], pd.Series]) -> Fault:
    def fault(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame:
        table, at = table.copy(), table[dataset.period.name] == period
        for column in dataset.numbers:
            table.loc[at, column.name] = change(table.loc[at, column.name], column)
        return table

    return fault


def everything(change: Callable[[pd.Series, Column], pd.Series]) -> Fault:
    def fault(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame:
        return table.assign(**{c.name: change(table[c.name], c) for c in dataset.numbers})

    return fault


def copied(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame:
    name = dataset.period.name
    before = table[table[name] < period]
    again = before[before[name] == before[name].max()].assign(**{name: period}).astype(table.dtypes)
    return pd.concat([before, again], ignore_index=True)


def one_row(change: Callable[[float], float]) -> Fault:
    """One of the largest rows of the newest period, whole: it adds up in itself."""

    def fault(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame | None:
        if not dataset.series:
            return None
        rows = table[table[dataset.period.name] == period]
        if "country_code" in rows:
            rows = rows[rows["country_code"] < AGGREGATES_FROM]
        for name in ("country", "sector", "currency", "security_class"):
            if name in rows:
                rows = rows[~rows[name].str.startswith(SUMS)]
        if len(rows) < 2:
            return None
        table = table.copy()
        at = rows[dataset.numbers[0].name].idxmax()
        for column in dataset.numbers:
            table.loc[at, column.name] = change(table.loc[at, column.name])
        return table

    return fault


def columns_exchanged(*, new: bool) -> Fault:
    def fault(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame | None:
        names = [column.name for column in dataset.numbers][:2]
        if len(names) < 2:
            return None
        at = (table[dataset.period.name] == period) | (not new)
        table = table.copy()
        table.loc[at, names] = table.loc[at, names[::-1]].to_numpy()
        return table

    return fault


def off_by(rows: int) -> Fault:
    """Every value under the date before or after its own."""

    def fault(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame:
        names = [column.name for column in dataset.numbers]
        rest = [name for name in dataset.key if name != dataset.period.name]
        moved = (table.groupby(rest)[names] if rest else table[names]).shift(rows)
        table = table.assign(**{name: moved[name] for name in names})
        return table.dropna(subset=[column.name for column in dataset.numbers if not column.missing])

    return fault


def one_row_missing(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame | None:
    """The largest row of the newest period, where the rest of the table stands in every period."""
    given = one_row(lambda v: np.nan)(table, dataset, period)
    if given is None or dataset.frequency == "irregular":
        return None
    was, now = (t[dataset.numbers[0].name].isna() for t in (table, given))
    return given[was | ~now].reset_index(drop=True)


def a_period_skipped(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame | None:
    """The newest period under the date after its own; nothing is left of the one between."""
    name = dataset.period.name
    known = np.sort(table[name].unique())
    if dataset.frequency in ("irregular", "daily") or len(known) < 24:
        return None
    later = period + (period - pd.Timestamp(known[-2]))
    later = later if dataset.period.type == "date" else later + pd.offsets.MonthEnd(0)
    return table.assign(**{name: table[name].where(table[name] != period, later)}).astype(table.dtypes)


def one_old_row(factor: float) -> Fault:
    """The largest row of a period in the middle of the record."""

    def fault(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame:
        names = [column.name for column in dataset.numbers]
        days = table[dataset.period.name]
        middle = table.loc[days == days.sort_values().iloc[len(days) // 2], names]
        at = middle[middle.count().idxmax()].abs().idxmax()
        table = table.copy()
        table.loc[at, names] *= factor
        return table

    return fault


NEWEST: dict[str, Fault] = {
    "the newest period is that of the one before": copied,
    "the newest values are a tenth": newest(lambda v, column: 0.1 * v),
    "the newest values are doubled": newest(lambda v, column: 2 * v),
    "the newest values have their sign turned": newest(lambda v, column: -v),
    "the newest values are 15 percent or 1.5 points too high": newest(
        lambda v, column: v + (150 if "basis" in column.unit else 1.5) if _percent(column) else 1.15 * v
    ),
    "the newest values are 20 percent or 1.5 points too low": newest(
        lambda v, column: v - (150 if "basis" in column.unit else 1.5) if _percent(column) else 0.8 * v
    ),
    "one large row is a tenth": one_row(lambda v: 0.1 * v),
    "one large row is 0.8 of it": one_row(lambda v: 0.8 * v),
    "one large row is missing": one_row_missing,
    "a period is skipped": a_period_skipped,
    "two columns are exchanged in the newest period": columns_exchanged(new=True),
}
HELD: dict[str, Fault] = {
    "all values are a hundredth more": everything(lambda v, column: v + 0.01),
    "all values are 2 percent more": everything(lambda v, column: 1.02 * v),
    "all values change in the ninth place": everything(lambda v, column: v + 1e-9),
    "two columns are exchanged in all periods": columns_exchanged(new=False),
    "one old row is half as large again": one_old_row(1.5),
    "all values are one period late": off_by(1),
    "all values are one period early": off_by(-1),
}
SINGLE = ["cofer_shares"]
"""Of which a single period is embedded: nothing precedes the newest."""


@pytest.mark.parametrize("fault", NEWEST)
@pytest.mark.parametrize("id", [id for id in ASKED if id not in SINGLE])
def test_a_wrong_newest_period_is_not_taken(id: str, fault: str, embedded: Store) -> None:
    assert_not_taken(id, fault, NEWEST[fault], embedded)


@pytest.mark.parametrize("fault", HELD)
@pytest.mark.parametrize("id", ASKED)
def test_a_wrong_whole_is_not_taken(id: str, fault: str, embedded: Store) -> None:
    assert_not_taken(id, fault, HELD[fault], embedded)


@pytest.mark.parametrize("id", [id for id in ASKED if id not in SINGLE])
def test_the_genuine_newest_period_is_taken(id: str, embedded: Store) -> None:
    dataset, period = CATALOG[id], newest_of(id, embedded)
    table = embedded.read(id)
    table = table[table[dataset.period.name] <= period].reset_index(drop=True)
    held = table[table[dataset.period.name] < period].reset_index(drop=True)
    assert verdict(id, table, held, embedded) == ""


# --- faults that were met, each by itself -------------------------------------------


def holders_exchanged(first: str, second: str) -> Fault:
    """Two rows in each other's place, in every month; sums over all are kept."""

    def fault(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame:
        names = [column.name for column in dataset.numbers]
        wide = table.set_index([name for name in dataset.key if name not in ("country", "country_code")])
        one, other = (wide[wide["country"] == name] for name in (first, second))
        both = one.index.intersection(other.index)
        moved = pd.concat(
            [one.loc[both].assign(**other.loc[both, names]), other.loc[both].assign(**one.loc[both, names])]
        )
        rest = wide[~wide["country"].isin([first, second])]
        alone = pd.concat([part[~part.index.isin(both)] for part in (one, other)])
        return pd.concat([rest, moved, alone]).reset_index()[list(table)]

    return fault


def scaled_and_kept(country: str, factor: float, *, other: str) -> Fault:
    """A holder's newest row scaled, and what that adds or takes given to another: sums are kept."""

    def fault(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame:
        table, now = table.copy(), table[dataset.period.name] == period
        if "series" in table:
            now &= table["series"] == "current"
        (at,), (to,) = (table.index[now & (table["country"] == name)] for name in (country, other))
        for column in dataset.numbers:
            added = (factor - 1) * table.loc[at, column.name]
            table.loc[at, column.name] += added
            table.loc[to, column.name] -= added
        return table

    return fault


def dropped_into_the_rest(country: str) -> Fault:
    def fault(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame:
        size = table[table["country"] == country].set_index(["month", "series"])["holdings_usd_bn"]
        kept = table[table["country"] != country].set_index(["month", "series"])
        more = size.reindex(kept.index).where(kept["country"] == "All Other").fillna(0.0)
        return kept.assign(holdings_usd_bn=kept["holdings_usd_bn"] + more).reset_index()[list(table)]

    return fault


def rows_renamed(column: str, *names: str) -> Fault:
    first, second = names

    def fault(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame:
        return table.assign(**{column: table[column].replace({first: second, second: first})})

    return fault


def swapped(first: str, second: str, *, one: bool = False) -> Fault:
    """Two columns in each other's place, everywhere or in the last row that has both."""

    def fault(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame:
        table, names = table.copy(), [first, second]
        given = table[names].dropna()
        at = given.index[-1:] if one else given.index
        table.loc[at, names] = table.loc[at, names[::-1]].to_numpy()
        return table

    return fault


def column_times(name: str, factor: float, *, days: int | None = None) -> Fault:
    """A column scaled, in all periods or in those of the last days."""

    def fault(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame:
        first = table[dataset.period.name].min()
        since = first if days is None else period - pd.Timedelta(days=days)
        late = table[dataset.period.name] >= since
        return table.assign(**{name: table[name].where(~late, factor * table[name])})

    return fault


def another_series(other: str) -> Fault:
    def fault(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame:
        theirs = Store().read(other)
        theirs = theirs[theirs["date"] <= period]
        return theirs.set_axis(list(table), axis="columns").reset_index(drop=True)

    return fault


def level_up(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame:
    return table.assign(beta0=table["beta0"] + (table["date"] == period))


def moved_in_z1(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame:
    size = table["sector"].map({"rest_of_world": -500_000.0, "households_and_nonprofits": 500_000.0})
    shift = size.where(table["quarter"] == period).fillna(0.0)
    return table.assign(holdings_usd_mn=table["holdings_usd_mn"] + shift)


def an_auction(**values: float) -> Fault:
    def fault(table: pd.DataFrame, dataset: Dataset, period: pd.Timestamp) -> pd.DataFrame:
        notes = (table["original_term"] == "10-Year") & ~table["inflation_indexed"]
        market = table["date"] <= Store().read("DGS10")["date"].max()
        at = table.index[notes & market & table["high_yield_pct"].notna()][-1]
        table = table.copy()
        table.loc[at, list(values)] = list(values.values())
        return table

    return fault


TIC = ["tic_slt_table1", "tic_slt_table3"]
MAJOR = ["tic_slt_table5", "tic_mfhhis01"]
BILLS, BONDS = "Foreign Official Treasury Bills", "Foreign Official T-Bonds & Notes"
SHORT, LONG = "short_term_holdings_usd_mn", "long_term_holdings_usd_mn"
DEALERS, INDIRECT, DIRECT = (f"{name}_share_pct" for name in ("dealer", "indirect", "direct"))

CASES: list[tuple[str, str, Fault]] = [
    *[(id, "China for the United Kingdom", holders_exchanged("China, Mainland", "United Kingdom"))
      for id in [*TIC, *MAJOR]],
    *[(id, "Japan for Korea", holders_exchanged("Japan", "Korea, South")) for id in [*TIC, *MAJOR]],
    *[(id, f"China times {factor}, Japan the rest", scaled_and_kept("China, Mainland", factor, other="Japan"))
      for id in [*TIC, *MAJOR] for factor in (0.8, 1.25)],
    *[(id, "the United Kingdom times 1.03", scaled_and_kept("United Kingdom", 1.03, other=rest))
      for id, rest in [("tic_slt_table3", "Luxembourg"), *((id, "All Other") for id in MAJOR)]],
    *[(id, "a row dropped, All Other up by it", dropped_into_the_rest("Ireland")) for id in MAJOR],
    *[(id, "bills for bonds", rows_renamed("country", BILLS, BONDS)) for id in MAJOR],
    ("tic_slt_table3", "bills for bonds", swapped(SHORT, LONG)),
    ("cofer_shares", "dollar for euro", rows_renamed("currency", "USD", "EUR")),
    ("cofer_shares", "yen for pound", rows_renamed("currency", "JPY", "GBP")),
    ("cofer_values", "dollar for total", rows_renamed("currency", "USD", "total")),
    ("auctions", "dealers for indirect bidders", swapped(DEALERS, INDIRECT)),
    ("auctions", "dealers for indirect bidders, once", swapped(DEALERS, INDIRECT, one=True)),
    ("auctions", "direct for indirect bidders, once", swapped(DIRECT, INDIRECT, one=True)),
    ("auctions", "a high yield of 14.2", an_auction(high_yield_pct=14.2)),
    ("auctions", "a high yield of 1.435", an_auction(high_yield_pct=1.435)),
    ("auctions", "amounts in millions", column_times("total_accepted_usd_bn", 1000.0)),
    ("gsw_parameters", "TAU1 for TAU2", swapped("tau1", "tau2")),
    ("gsw_parameters", "BETA0 one point up", level_up),
    ("acm_monthly", "maturities in reverse",
     lambda table, dataset, period: table.assign(maturity_years=11 - table["maturity_years"])),
    ("holders_by_sector", "the rest of the world for households", moved_in_z1),
    ("french_factors_daily", "a month of returns as fractions",
     column_times("market_excess_return_pct", 0.01, days=31)),
    ("VIXCLS", "times three", column_times("vix_index", 3.0, days=0)),
    ("DEXCHUS", "15 percent up", column_times("rate_cny_per_usd", 1.15, days=0)),
    ("GDP", "ten percent up", column_times("gdp_usd_bn", 1.10, days=0)),
    ("WALCL", "15 percent up", column_times("assets_usd_mn", 1.15, days=0)),
    ("gold_pm", "in pounds", column_times("gold_usd_per_oz", 0.75, days=0)),
    ("T10Y2Y", "its sign turned", column_times("spread_pct", -1.0)),
    ("T10Y3M", "its sign turned", column_times("spread_pct", -1.0)),
    *[("DGS10", f"{other} under its name", another_series(other)) for other in ("DGS7", "DGS20", "DGS30")],
    ("DEXUSEU", "another rate under its name", another_series("DEXUSUK")),
    ("DGS2", "another yield under its name", another_series("DGS1")),
]  # fmt: skip


@pytest.mark.parametrize(("id", "name", "fault"), CASES, ids=[f"{id}: {name}" for id, name, _ in CASES])
def test_a_fault_that_was_met_is_not_taken(id: str, name: str, fault: Fault, embedded: Store) -> None:
    assert_not_taken(id, name, fault, embedded)


def test_the_list_of_limits_names_faults_that_do_pass() -> None:
    faults = {*NEWEST, *HELD, *(name for _, name, _ in CASES)}
    assert {limit.fault for limit in read_limits()} <= faults
    assert all(limit.why.endswith(".") for limit in read_limits())
    assert np.all([id in CATALOG for id, _ in LIMITS])
