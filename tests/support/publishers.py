"""The publishers of the embedded tables, one period later.

Puts embedded tables back into their publishers' layouts, some of them with a newer
period, and answers for all others that nothing has changed. A whole book can be built
from it, offline, and must then show the newer period wherever it showed the last one.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
from mirror import Answer, copy_headers
from official_markets import zero_coupon_csv
from official_public import allotments_page, fiscaldata_page
from pandas.tseries.holiday import USFederalHolidayCalendar
from project import FIXTURES, ROOT

from foreign_demand.data import places
from foreign_demand.data.catalog import Dataset, read_catalog
from foreign_demand.data.periods import newest_period, written
from foreign_demand.data.refresh import reader_of
from foreign_demand.data.sources.fedboard import release_url
from foreign_demand.data.sources.tic.layouts import TABLE_1, TABLE_3
from foreign_demand.data.store import Store
from foreign_demand.data.witnesses import Witness, compared, read_witnesses

__all__ = ["address", "curve_csv", "fred_csv", "give_validators", "one_period_later", "statement_rows"]

GROWTH = 1.01
"""A newer period has the last values times this, so that what adds up still does; a rate does not grow."""
_TRADING_DAY = pd.offsets.CustomBusinessDay(calendar=USFederalHolidayCalendar())
_OFFSETS = {
    "month": pd.offsets.MonthEnd(1),
    "quarter": pd.offsets.QuarterEnd(1),
    "year": pd.offsets.YearEnd(1),
}


# --- a later edition ---------------------------------------------------------


_DATED = {"weekly": pd.offsets.Week(1), "annual": pd.DateOffset(years=1)}
"""Steps of series whose periods are days, but not each day."""


def _step(table: pd.DataFrame, dataset: Dataset) -> pd.DateOffset:
    """From the newest period to the next one."""
    if dataset.period.type in _OFFSETS:
        return _OFFSETS[dataset.period.type]
    return _DATED.get(dataset.frequency, _TRADING_DAY)


def later(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """The table with one period more."""
    period = dataset.period.name
    newest = table[table[period] == table[period].max()]
    added = 0.01 if dataset.period.type == "month" else 0.0
    numbers = {
        c.name: newest[c.name] + added if "percent" in c.unit else newest[c.name] * GROWTH
        for c in dataset.numbers
    }
    following = newest.assign(**{period: table[period].max() + _step(table, dataset)}, **numbers)
    if dataset.id == "tic_slt_table1":
        following = _as_bought_and_priced(newest, following)
    return pd.concat([table, following], ignore_index=True).astype(table.dtypes.to_dict())


def _as_bought_and_priced(newest: pd.DataFrame, following: pd.DataFrame) -> pd.DataFrame:
    """What is no Treasury is held as it was bought and priced since the month before."""
    held = {
        f"{kind}_holdings_usd_mn": newest[f"{kind}_holdings_usd_mn"]
        + following[f"{kind}_net_purchases_usd_mn"].fillna(0)
        + following[f"{kind}_valuation_change_usd_mn"].fillna(0)
        for kind in ("agency", "corporate", "equity")
    }
    total = following["treasury_holdings_usd_mn"] + sum(held.values())
    return following.assign(**held, total_holdings_usd_mn=total.fillna(following["total_holdings_usd_mn"]))


def in_agreement(tables: dict[str, pd.DataFrame], renewed: set[str]) -> dict[str, pd.DataFrame]:
    """Newest periods as their witnesses have them: a spread is a difference, a month its days' mean."""
    tables, settled, store = dict(tables), set(), Store(snapshot=ROOT / "data" / "snapshot")
    for witness in read_witnesses():
        if witness.of in renewed and witness.relation in ("dollar", "moves", "deficit"):
            _follow_move(tables, witness, {id: store.read(id) for id in witness.by if id not in tables})
        if witness.of not in renewed or not all(id in tables for id in witness.ids):
            continue
        if witness.relation == "holders":
            tables[witness.of] = _as_in_table_3(tables[witness.of], tables[witness.by[0]])
        elif witness.relation == "difference":
            _follow_spread(tables, witness, settled)
        if witness.relation in ("difference", "average"):
            table = tables[witness.of].copy()
            period, value = table.columns
            sides = compared(witness, tables).set_index("period")["witnessed"]
            if (newest := table[period].max()) in sides.index:
                table.loc[table[period] == newest, value] = round(sides[newest], 4)
            tables[witness.of] = table
    return tables


def _follow_move(tables: dict[str, pd.DataFrame], witness: Witness, held: Mapping[str, pd.DataFrame]) -> None:
    """The newest value is what its witness makes it: the last one moved as that moves, or as that has it."""
    table = tables[witness.of].copy()
    moved, last = compared(witness, tables | held)["witnessed"].iloc[-1], table.iloc[-2, 1]
    made = {"dollar": last * (1 + moved / 100), "moves": last + moved, "deficit": moved}
    table.iloc[-1, 1] = round(made[witness.relation], 4)
    tables[witness.of] = table


def _follow_spread(tables: dict[str, pd.DataFrame], witness: Witness, settled: set[str]) -> None:
    """A yield whose newest day the spread knows already is what that spread makes it."""
    spread = tables[witness.of].set_index("date").iloc[:-1, 0]
    for id, other, sign in ((witness.by[0], witness.by[1], 1), (witness.by[1], witness.by[0], -1)):
        table, beside = tables[id].copy(), tables[other].set_index("date").iloc[:, 0]
        newest = table["date"].max()
        real = other in settled or newest < beside.index.max()
        if id not in settled and newest in spread.index and newest in beside.index and real:
            table.iloc[-1, 1] = round(beside[newest] + sign * spread[newest], 2)
            tables[id] = table
            settled.add(id)


def _as_in_table_3(holders: pd.DataFrame, by_country: pd.DataFrame) -> pd.DataFrame:
    """Major holders whose newest month is that of table 3, where that has it."""
    newest = holders["month"].max()
    rows = by_country[by_country["month"] == newest].set_index("country_code")
    if rows.empty:
        return holders
    official = rows.loc[places.OFFICIAL]
    known = {
        places.OFFICIAL_BILLS: official["short_term_holdings_usd_mn"],
        places.OFFICIAL_BONDS: official["long_term_holdings_usd_mn"],
    }
    names = holders.loc[holders["month"] == newest, "country"]
    known |= {
        name: rows.at[places.by_name(name).code, "holdings_usd_mn"]
        for name in names
        if places.by_name(name).code in rows.index
    }
    countries = [value for name, value in known.items() if name not in places.AGGREGATES]
    known[places.ALL_OTHER] = known[places.TOTAL] - sum(countries)
    values = holders["country"].map(known) / 1000
    return holders.assign(
        holdings_usd_bn=values.where(holders["month"] == newest, holders["holdings_usd_bn"])
    )


# --- layouts -----------------------------------------------------------------


def fred_csv(table: pd.DataFrame, dataset: Dataset) -> bytes:
    """A series as ``fredgraph.csv`` has it: a period is dated by its first day."""
    code = {"month": "M", "quarter": "Q", "year": "Y"}.get(dataset.period.type, "D")
    first_days = table[dataset.period.name].dt.to_period(code).dt.start_time.dt.strftime("%Y-%m-%d")
    rows = pd.DataFrame({"observation_date": first_days, dataset.id: table[dataset.value]})
    return rows.to_csv(index=False, lineterminator="\n").encode()


def release_zip(tables: Iterable[tuple[Dataset, pd.DataFrame]]) -> bytes:
    """A release of the Board: every series in one file, days without a value marked as such."""
    series = []
    for dataset, table in tables:
        days = table.set_index(dataset.period.name)[dataset.value]
        if dataset.frequency == "daily":
            days = days.reindex(days.index.union(pd.bdate_range(days.index[0], days.index[-1])))
        points = "".join(
            f'<frb:Obs OBS_STATUS="{"ND" if value != value else "A"}" '
            f'OBS_VALUE="{-9999 if value != value else value!r}" TIME_PERIOD="{day:%Y-%m-%d}" />\n'
            for day, value in days.items()
        )
        name = dataset.board.partition("/")[2]
        series.append(f'<kf:Series CURRENCY="NA" SERIES_NAME="{name}" UNIT_MULT="1">\n{points}</kf:Series>\n')
    text = (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<message:MessageGroup xmlns:message="m" '
        f'xmlns:frb="f"><frb:DataSet xmlns:kf="k">\n{"".join(series)}</frb:DataSet></message:MessageGroup>\n'
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("release_struct.xml", "<structure/>")
        file.writestr("release_data.xml", text)
    return archive.getvalue()


def _slt(fixture: str, columns: Mapping[str, str]) -> Callable[[pd.DataFrame, Dataset], bytes]:
    """Tables 1 and 3 of TIC: the excerpt's heading and notes around other rows."""
    lines = (FIXTURES / "tic" / fixture).read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if line.startswith("country\tcountry_code"))
    names = lines[at].split()
    heading = "".join(lines[: at + 1])
    notes = "".join(line for line in lines[at + 1 :] if not line.partition("\t")[2][:1].isdigit())

    def write(table: pd.DataFrame, dataset: Dataset) -> bytes:
        theirs = {ours: name for name, ours in columns.items()}
        rows = table.assign(month=table["month"].dt.strftime("%Y-%m")).rename(columns=theirs)
        body = rows[names].to_csv(sep="\t", index=False, header=False, na_rep="n.a.", lineterminator="\n")
        return f"{heading}{body}{notes}".encode()

    return write


def _table_5(table: pd.DataFrame, dataset: Dataset) -> bytes:
    """Table 5 of TIC: holders in rows, the thirteen latest months in columns, the newest first."""
    text = (FIXTURES / "tic" / "slt_table5.txt").read_text(encoding="utf-8")
    months = sorted(table["month"].unique(), reverse=True)[:13]
    wide = table[table["month"].isin(months)].assign(month=table["month"].dt.strftime("%Y-%m"))
    wide = wide.pivot(index="country", columns="month", values="holdings_usd_bn")
    wide = wide[sorted(wide.columns, reverse=True)]
    below = ["All Other", "Grand Total"]
    official = ["Foreign Official", "Foreign Official Treasury Bills", "Foreign Official T-Bonds & Notes"]
    wide = wide.loc[[*wide.index.difference([*below, *official]), *below, *official]]
    wide = wide.rename(index={name: f"Of Which: {name}" for name in official})
    body = wide.to_csv(sep="\t", index_label="Country", lineterminator="\n")
    tabs = "\t" * wide.shape[1]
    return f"{text[: text.index('Country')]}{body}{tabs}\nNotes:{tabs}\n".encode()


def curve_csv(table: pd.DataFrame, dataset: Dataset) -> bytes:
    """The Board's curve: its parameters, and the yields the layout has beside them."""
    rows = table.assign(date=table["date"].dt.strftime("%Y-%m-%d")).rename(columns=str.upper)
    text = rows.rename(columns={"DATE": "Date"}).to_csv(index=False, na_rep="-999.99", lineterminator="\n")
    return zero_coupon_csv(gzip.compress(text.encode()))


def statement_rows(table: pd.DataFrame) -> list[dict[str, str]]:
    """The Monthly Statement of the Public Debt in FiscalData's fields."""
    total = table["security_class"] == "Total Marketable"
    amounts = {
        "debt_held_public_mil_amt": "held_by_public_usd_mn",
        "intragov_hold_mil_amt": "intragovernmental_usd_mn",
        "total_mil_amt": "total_usd_mn",
    }
    rows = table.assign(
        record_date=table["month"].dt.strftime("%Y-%m-%d"),
        security_type_desc=total.map({True: "Total Marketable", False: "Marketable"}),
        security_class_desc=table["security_class"].mask(total, "_"),
        **{theirs: table[ours].map(repr) for theirs, ours in amounts.items()},
    )
    names = ["record_date", "security_type_desc", "security_class_desc", *amounts]
    return rows[names].to_dict("records")


def _auctions(table: pd.DataFrame, dataset: Dataset) -> bytes:
    """Auctions in FiscalData's fields: amounts to the dollar from the shares of them."""
    accepted = (table["total_accepted_usd_bn"] * 1e9).round()
    indirect = (accepted * table["indirect_share_of_total_pct"] / 100).round()
    competitive = 100 * indirect / table["indirect_share_pct"].where(table["indirect_share_pct"] > 0)
    competitive = competitive.fillna(accepted).fillna(1e9).round()  # any amount has the same shares
    indirect = indirect.fillna((competitive * table["indirect_share_pct"] / 100).round())

    def amount(share: str) -> pd.Series:
        return (competitive * table[share] / 100).round()

    flags = {True: "Yes", False: "No"}
    rows = pd.DataFrame(
        {
            "auction_date": table["date"].dt.strftime("%Y-%m-%d"),
            "cusip": table["cusip"],
            "security_type": table["security_type"],
            "security_term": table["original_term"],
            "original_security_term": table["original_term"],
            "inflation_index_security": table["inflation_indexed"].map(flags),
            "floating_rate": table["floating_rate"].map(flags),
            "reopening": table["reopening"].map(flags),
            "offering_amt": table["offering_usd_bn"] * 1e9,
            "total_accepted": accepted,
            "comp_accepted": competitive,
            "primary_dealer_accepted": amount("dealer_share_pct"),
            "direct_bidder_accepted": amount("direct_share_pct"),
            "indirect_bidder_accepted": indirect,
            "bid_to_cover_ratio": table["bid_to_cover"],
            "high_yield": table["high_yield_pct"],
            "avg_med_yield": table["median_yield_pct"],
        }
    )
    text = rows.astype(object).where(rows.notna(), "null").astype(str)
    return fiscaldata_page(text.to_dict("records"))


LAYOUTS: Mapping[str, Callable[[pd.DataFrame, Dataset], bytes]] = {
    "auctions": _auctions,
    "gsw_parameters": curve_csv,
    "mspd_marketable": lambda table, dataset: fiscaldata_page(statement_rows(table)),
    "tic_slt_table1": _slt("slt_table1.txt", TABLE_1),
    "tic_slt_table3": _slt("slt_table3.txt", TABLE_3),
    "tic_slt_table5": _table_5,
}
"""How tables other than FRED's are written, where that is known."""

UNCONDITIONAL = ("auctions", "mspd")
"""Importers that ask for pages, which have no ETag."""


# --- the mirror --------------------------------------------------------------


def address(dataset: Dataset) -> str:
    """Where a mirror is asked for a publication."""
    parts = urlsplit(dataset.url)
    return f"/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def give_validators(snapshot: Path) -> None:
    """Say of all embedded tables that they came with an ETag, so that they are asked for by it."""
    catalog = read_catalog()
    for file in snapshot.glob("*.csv"):
        lines = f"# validator: '\"held\"'\n# reader: '{reader_of(catalog[file.stem])}'\n"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("\n# obtained:", f"\n{lines}# obtained:", 1), encoding="utf-8")


def first_edition(dataset: Dataset) -> pd.DataFrame:
    """A made series that is not embedded: from 1946 to within its release rule, up and down in turn."""
    code = {"month": "M", "quarter": "Q"}.get(dataset.period.type, "D")
    periods = pd.period_range("1946", dt.date.today() - dt.timedelta(dataset.fresh_days // 2), freq=code)
    assert dataset.numbers[0].bounds
    values = [max(dataset.numbers[0].bounds[0], 0) + 1 + n % 2 for n in range(len(periods))]
    days = periods.to_timestamp(how="end").normalize()
    return pd.DataFrame({dataset.period.name: days, dataset.value: values})


def unchanged_allotments() -> dict[str, Answer]:
    """The page on investor class allotments, whose workbooks have not changed."""
    links = [
        f"/system/files/276/{name}" for name in ("IC_Bills.xls", "IC_Coupons.xls", "Coupons_Jan_2000.xls")
    ]
    page = address(read_catalog()["investor_class_coupons"])
    host = f"/{page.split('/')[1]}"
    return {page: Answer(allotments_page(links)), **{host + link: Answer(status=304) for link in links}}


def one_period_later(
    renewed: Iterable[str], *, revised: Mapping[str, float]
) -> tuple[dict[str, Answer], dict[str, str]]:
    """Answers of publishers of whom some have a newer period.

    Parameters
    ----------
    renewed
        Datasets with a newer period; they must be FRED's or in :data:`LAYOUTS`. Those
        asked without a condition are served as they are, of all others it is said that
        they have not changed.
    revised
        Series of which the newest value held is changed as well, and by how much.

    Returns
    -------
    tuple of dict
        Answers by address, and the newest period of each renewed dataset, as written.
    """
    store, renewed = Store(snapshot=ROOT / "data" / "snapshot"), set(renewed)
    answers, periods, served = {}, {}, {}
    releases: dict[str, list[tuple[Dataset, pd.DataFrame]]] = {}
    for id, dataset in store.catalog.items():
        if not store.holds(id):
            answers[address(dataset)] = Answer(fred_csv(first_edition(dataset), dataset))
            continue
        if id not in renewed and dataset.adapter not in UNCONDITIONAL and not dataset.board:
            answers[address(dataset)] = Answer(status=304)
            continue
        table = store.read(id)
        if id in revised:
            table.loc[table.index[-1], dataset.value] += revised[id]
        served[id] = later(table, dataset) if id in renewed else table
    for id, table in in_agreement(served, renewed).items():
        dataset, vintage = store.catalog[id], store.origin(id).vintage
        if id in renewed:
            periods[id] = written(newest_period(table, dataset), dataset)
        if dataset.board:
            releases.setdefault(release_url(dataset), []).append((dataset, table))
            continue
        write = fred_csv if dataset.adapter == "fred" else LAYOUTS[id]
        next_day = dt.date.fromisoformat(vintage) + dt.timedelta(int(id in renewed))
        taken = max(newest_period(table, dataset), next_day)
        headers = copy_headers(taken.isoformat(), "one period later")
        answers[address(dataset)] = Answer(write(table, dataset), headers=headers)
    for url, tables in releases.items():
        taken = max(newest_period(table, dataset) for dataset, table in tables)
        headers = copy_headers(taken.isoformat(), "one period later")
        answers[url.replace("https:/", "", 1)] = Answer(release_zip(tables), headers=headers)
    return answers | unchanged_allotments(), periods
