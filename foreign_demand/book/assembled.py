"""Tables that several chapters draw from, read and put together in one place.

What each rests on is recorded where it is called (:mod:`foreign_demand.book.record`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from foreign_demand.analysis import alignment, claims, flows, headlines, holdings, leverage, markets, returns
from foreign_demand.analysis.breaks import by_segment
from foreign_demand.analysis.returns import JOINED
from foreign_demand.analysis.selloffs import joint
from foreign_demand.data.catalog import Break, read_catalog
from foreign_demand.data.claims import Ledger, read_claims
from foreign_demand.data.impacts import read_impacts
from foreign_demand.data.places import FOREIGN_OFFICIAL, GRAND_TOTAL, OFFICIAL, TOTAL, by_name
from foreign_demand.data.store import default_store, read_table, read_tables

_HOLDERS = ("tic_mfhhis01", "tic_slt_table5", "tic_slt_table3")
_VOTES = ("un_voting_coincidence", "un_ideal_points")
_PURCHASES = ("tic_s1_globl", "tic_slt_table3", "tic_slt3d_globl")
_RECORDS = ("tic_positions", "tic_slt3d_globl", "tic_s1_globl", "tic_slt_table3")
LARGE_USD_BN = 100.0
"""Least holdings of a country that stands by itself in :func:`selloff_model`."""
_MARKET_DEFAULTS = ("DTWEXAFEGS", "DGS10")
"""Dollar and bond of :func:`market_levels`, where no others are asked for."""


def holder_breaks() -> tuple[Break, ...]:
    """Breaks in the record of holdings by country, as its catalog entry lists them."""
    return read_catalog()["tic_mfhhis01"].breaks


def slt_breaks() -> tuple[Break, ...]:
    """Breaks in the record of purchases and holdings since the SLT, as the catalog lists them."""
    return read_catalog()["tic_slt_table3"].breaks


def holders() -> pd.DataFrame:
    """Holdings of Treasuries by country and month since 2000, in segments between breaks.

    Returns
    -------
    pandas.DataFrame
        As :func:`foreign_demand.analysis.holdings.join_holders` gives it, in USD
        billion, with ``segment`` from :func:`foreign_demand.analysis.breaks.by_segment`.
        Source: US Treasury, TIC, Major foreign holders, its history and table 5, and
        SLT table 3.
    """
    joined = holdings.join_holders(*map(read_table, _HOLDERS))
    return by_segment(joined, holder_breaks())


def yield_changes() -> pd.DataFrame:
    """Changes of yields at the key rates, from :func:`foreign_demand.analysis.flows.yield_changes`."""
    return flows.yield_changes({years: read_table(f"DGS{years}") for years in flows.MATURITIES})


def price_returns() -> pd.Series:
    """What a position of Treasuries gains by price in a month, by durations fitted on 2012–2020."""
    changes = yield_changes()
    return flows.price_returns(flows.key_rate_durations(read_table("tic_positions"), changes), changes)


def long_term_parts() -> pd.DataFrame:
    """Changes in notes and bonds taken apart since 2011, on three records.

    Returns
    -------
    pandas.DataFrame
        As from :func:`foreign_demand.analysis.flows.long_term_parts`.
    """
    catalog = read_catalog()
    breaks = [b for id in ("tic_positions", "tic_slt3d_globl") for b in catalog[id].breaks]
    return flows.long_term_parts(*map(read_table, _RECORDS), returns=price_returns(), breaks=breaks)


def revisions_of_prints() -> pd.DataFrame:
    """Net purchases as first printed against later prints and now.

    Returns
    -------
    pandas.DataFrame
        As from :func:`foreign_demand.analysis.flows.revisions`; its sizes go into
        :func:`foreign_demand.book.wording.flows.first_print_worth`.
    """
    now = flows.latest(*map(read_table, ("tic_s1_globl", "tic_slt_table1", "tic_slt_table3")))
    return flows.revisions(flows.prints(read_table("tic_press_tables")), now)


def bought_by_method(flows_by_sector: pd.DataFrame) -> pd.DataFrame:
    """What foreigners bought by quarter under every way of taking prices out, and as TIC reports it.

    Parameters
    ----------
    flows_by_sector
        From :func:`foreign_demand.analysis.leverage.flows`.

    Returns
    -------
    pandas.DataFrame
        As from :func:`foreign_demand.analysis.leverage.bought_by_method`. Reported purchases end with
        the S form in January 2023 and begin again with the SLT form; the change in bills is missing
        where it would cross a break.
    """
    sectors = read_table("holders_by_sector")
    held = sectors[sectors["sector"] == leverage.FOREIGN].set_index("quarter")["holdings_usd_mn"] / 1000
    maturities = holdings.bills_and_bonds(read_table("tic_slt3d_globl"), read_table("tic_slt_table3"))
    by_month = maturities.set_index("month")
    changes, priced = yield_changes(), price_returns()
    fit = flows.fit_of_valuation(flows.against_official(read_table("tic_slt_table3"), priced, changes))
    duration = fit.set_index("country_code").loc[GRAND_TOTAL, "own_duration"]
    old, new, _ = total_purchases()
    bonds = pd.concat([old, new.iloc[1:]])  # the quarter of the new form is of neither
    broken = [pd.Period(b.period, "M").end_time.normalize() for b in slt_breaks()]
    bills = by_month["bills_usd_bn"].diff().mask(by_month.index.isin(broken))
    return leverage.bought_by_method(
        flows_by_sector,
        held,
        100 - by_month["bills_share_pct"].reindex(held.index),
        {
            "Durations at four maturities, bills apart": priced,
            "One duration at the ten-year yield, bills apart": -duration * changes[flows.OWN_RATE] / 100,
        },
        {
            "Reported by TIC, notes and bonds": bonds,
            "Reported by TIC, with the change in bills": bonds + bills,
        },
    )


def selloff_model() -> dict[str, Any]:
    """The coefficients of a sell-off, from the newest tables, for the calculator and its chapter.

    Returns
    -------
    dict
        As :func:`foreign_demand.analysis.leverage.make_model` gives it. Holders are countries with at
        least :data:`LARGE_USD_BN`, blocs, groups by the newest vote of all resolutions, and all.
    """
    statement, by_country = read_table("mspd_marketable"), read_table("tic_slt_table3")
    held, debt = holders(), leverage.marketable(statement)
    studies = leverage.on_one_scale(read_impacts(), debt, leverage.yearly_inflow(read_table("tic_s1_globl")))
    sales = leverage.coupon_sales(read_table("auctions"), read_table("investor_class_coupons"))
    month = debt.dropna().index[-1]
    stock = leverage.notes_outstanding(sales, read_table("federal_reserve_at_auction"), month)
    profile = leverage.refinancing(stock, statement, month)
    costs = leverage.cost_coefficients(leverage.baseline(read_table("cbo_baselines")), profile)
    ten_year = returns.as_series(read_table("DGS10"))
    lengths = leverage.durations(by_country, returns.as_series(read_table("DGS5")))
    votes = alignment.grouped(alignment.newest(alignments(), alignment.ALL_VOTES))
    places = alignment.monthly_holdings(read_table("tic_slt3d_globl"), by_country)
    groups = alignment.holdings_by_group(places[places["month"] == places["month"].max()], votes)
    by_group = groups.set_index("group")["holdings_usd_bn"]
    latest = leverage.latest(held)
    listed = [
        ("Country", name, amount, by_name(name).code)
        for name, amount in leverage.countries(held, at_least_usd_bn=LARGE_USD_BN).items()
    ]
    listed += [
        ("Bloc", name, latest[latest.index.isin(members)].sum(), None)
        for name, members in leverage.BLOCS.items()
        if len(members) > 1
    ]
    listed += [
        ("By votes with the United States", name, by_group[name], None)
        for name in (alignment.MOST, alignment.NEUTRAL, alignment.LEAST)
    ]
    listed += [
        ("All", "All official holders", latest[FOREIGN_OFFICIAL], OFFICIAL),
        ("All", "All foreigners", latest[TOTAL], GRAND_TOTAL),
    ]
    rows = []
    for group, name, amount, code in listed:
        length, own = leverage.duration_of(code, lengths)
        rows.append(
            {"id": leverage.identifier(name), "name": name, "group": group, "holdings_usd_bn": float(amount)}
            | {"duration_years": length, "own_duration": own}
        )
    return leverage.make_model(
        holders=rows,
        studies=studies,
        ten_year_pct=float(ten_year.iloc[-1]),
        costs=costs,
        mortgage=leverage.mortgage_pass_through(returns.as_series(read_table("MORTGAGE30US")), ten_year),
        seen_bp=leverage.largest_rise(ten_year),
        as_of=held["month"].max(),
    )


def market_levels(
    *,
    dollar: str = "DTWEXAFEGS",
    joined: pd.Timestamp = JOINED,
    maturity_years: int = 10,
    common: bool = True,
) -> pd.DataFrame:
    """Levels of US stocks, of a Treasury held at constant maturity and of the dollar, by day.

    Parameters and result are those of :func:`foreign_demand.analysis.markets.market_levels`, which
    is given the tables that they ask for.
    """
    tables = read_tables([*markets.TABLES, dollar, f"DGS{maturity_years}"])
    return markets.market_levels(
        tables, dollar=dollar, joined=joined, maturity_years=maturity_years, common=common
    )


def market_levels_month_end() -> pd.DataFrame:
    """The same on every weekday, with bond prices at month ends only before they became daily."""
    filled = joint.on_every_weekday(market_levels(common=False), start=joint.FIRST_DAY, end=joint.LAST_DAY)
    return joint.month_end_bonds(filled, before=joint.FIRST_DAILY)


def alignments() -> pd.DataFrame:
    """How closely states vote with the United States, by measure and report.

    As :func:`foreign_demand.analysis.alignment.alignments` gives it.
    """
    return alignment.alignments(*map(read_table, _VOTES))


def purchases_by_country(*, as_of: str | None = None) -> pd.DataFrame:
    """Net purchases of Treasuries by country and month since 2016 and before.

    Parameters
    ----------
    as_of
        Day of an earlier edition of table 3.

    Returns
    -------
    pandas.DataFrame
        As :func:`foreign_demand.analysis.alignment.monthly_purchases` gives it.
    """
    s_form, by_country, earlier = _PURCHASES
    return alignment.monthly_purchases(
        read_table(s_form), read_table(by_country, as_of=as_of), read_table(earlier)
    )


def purchase_variants() -> dict[tuple[str, str, str], pd.DataFrame]:
    """Net purchases by place and year, once for each way to count that :mod:`.alignment` varies.

    Returns
    -------
    dict
        Territories, maturities and edition (the day of the oldest and of the newest that has the whole
        year) to the table of :func:`foreign_demand.analysis.alignment.by_year`.
    """
    lines = default_store().editions(_PURCHASES[1])
    whole = lines.loc[lines["period"] >= f"{alignment.YEAR}-12", "since"]
    found = {}
    for day in dict.fromkeys([whole.iloc[0], whole.iloc[-1]]):
        monthly = purchases_by_country(as_of=day)
        for territories, changed in alignment.TERRITORIES.items():
            for maturities in (alignment.LONG_TERM, alignment.WITH_BILLS):
                table = alignment.by_year(changed(monthly), maturities=maturities)
                found[territories, maturities, day] = table
    return found


def alignment_purchases() -> pd.DataFrame:
    """Net purchases of notes and bonds by alignment, in the groupings that a claim may mean.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``grouping``, ``group`` and ``net_purchases_usd_bn``, as
        :func:`foreign_demand.analysis.alignment.for_claims` gives them; it crosses February 2023. A
        grouping is a measure, in its newest report and in small letters, with nothing more for thirds of
        states, ``, fifths`` and ``, two fifths`` for other groups, ``, territories`` for thirds with
        territories under their sovereign; and ``searched``, the cutoffs that come nearest to what was
        published.
    """
    placed, monthly = alignments(), purchases_by_country()
    given = alignment.with_sovereigns(monthly)
    groupings = {}
    for measure in alignment.MEASURES:
        rows, name = alignment.newest(placed, measure), measure.lower()
        groupings[name] = (monthly, thirds := alignment.grouped(rows))
        groupings[f"{name}, territories"] = (given, thirds)
        for said, share_pct in {"fifths": 20, "two fifths": 40}.items():
            groupings[f"{name}, {said}"] = (monthly, alignment.grouped(rows, share_pct=share_pct))
    nearest = alignment.search_rebuild(placed, purchase_variants()).iloc[0]
    found = alignment.one_report(placed, nearest["measure"], nearest["report"])
    groupings["searched"] = (
        alignment.TERRITORIES[nearest["territories"]](monthly),
        alignment.cut(found, most=nearest["most_from"], least=nearest["least_to"]),
    )
    return alignment.for_claims(groupings)


def alignment_positions() -> pd.DataFrame:
    """:func:`alignments` with the last day of the year that a report is about, as ``year``."""
    placed = alignments()
    return placed.assign(year=pd.to_datetime(placed["report"].astype(str) + "-12-31"))


_TOGETHER: Mapping[str, Callable[[], pd.DataFrame]] = {
    "holders": holders,
    "alignment_positions": alignment_positions,
    "alignment_purchases": alignment_purchases,
    "market_levels": market_levels,
    "market_levels_month_end": market_levels_month_end,
}
"""Tables of this module, by the name that the ledger of claims uses."""


def total_purchases() -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    """Foreigners' net purchases of notes and bonds by month, in USD billion.

    Returns
    -------
    tuple
        By the S form to January 2023 and by the SLT form from then on, never joined; and by the press tables
        as last printed, ``official`` and ``private``.
    """
    old, new = (
        table[table["country"] == headlines.TOTAL].set_index("month")
        for table in map(read_table, ("tic_s1_globl", "tic_slt_table1"))
    )
    press = read_table("tic_press_tables").sort_values(["month", "release_date"])
    press = press.drop_duplicates("month", keep="last").set_index("month")
    return (
        (old["treasury_purchases_usd_mn"] - old["treasury_sales_usd_mn"]) / 1e3,
        new["treasury_net_purchases_usd_mn"].dropna() / 1e3,
        pd.DataFrame({kind: press[f"{kind}_treasury_net_usd_bn"] for kind in ("official", "private")}),
    )


def headlines_checked_against() -> dict[str, Any]:
    """Everything that a headline is checked against, by :mod:`foreign_demand.analysis.headlines`."""
    return headlines.headline_data(
        holders(),
        table_1=read_table("tic_slt_table1"),
        editions=read_table("tic_slt_table1_editions"),
        press=read_table("tic_press_tables"),
        printed=read_table("tic_first_prints"),
        rules=read_claims().rules,
    )


def claim_tables(ledger: Ledger) -> dict[str, pd.DataFrame]:
    """Every table that the ledger of claims names, held or put together here; none that is not held."""
    held = [name for name in ledger.tables if name in _TOGETHER or default_store().holds(name)]
    return {name: _TOGETHER[name]() if name in _TOGETHER else read_table(name) for name in held}


def ways_of(ledger: Ledger, id: str, *, shifts: Sequence[int] = (0,)) -> pd.DataFrame:
    """Every reading of one claim, from the tables that it needs.

    Parameters
    ----------
    ledger
        Of all claims.
    id
        Of the claim.
    shifts
        Months by which its dates are moved.

    Returns
    -------
    pandas.DataFrame
        From :func:`foreign_demand.analysis.claims.all_ways`.
    """
    own = ledger.of(id)
    return claims.all_ways(own.claims[0], claims.measured(own.measures, claim_tables(own)), shifts=shifts)


def behind_claims(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Ids of the datasets behind each table that the ledger of claims names."""
    prices = (*markets.TABLES, *_MARKET_DEFAULTS)
    behind = {
        "holders": _HOLDERS,
        "alignment_positions": _VOTES,
        "alignment_purchases": (*_VOTES, *_PURCHASES),
        "market_levels": prices,
        "market_levels_month_end": prices,
    }
    own = {name: (name,) if default_store().holds(name) else () for name in set(ledger.tables) - set(behind)}
    return behind | own
