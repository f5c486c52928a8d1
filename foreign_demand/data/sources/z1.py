"""Who holds Treasury securities, by sector: Financial Accounts of the United States.

The Board has renumbered the table (L.210 until March 2026, F3.2.s since June 2026), so
it is found among the tables of the archive by the series it has, under whatever name.
"""

from __future__ import annotations

import io
import zipfile

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.identities import require_equal
from foreign_demand.data.sources.reading import (
    DAMAGE,
    read_rows,
    text_of,
    tidy,
    to_numbers,
    to_quarters,
    unpacked,
)
from foreign_demand.exceptions import ParseError

HEDGE_FUNDS = "LM623061103"
"""Domestic hedge funds: a holder of its own since September 2026, with data from 2012Q4;
before, and in older editions, part of the households."""
HOLDERS = {
    "rest_of_world": ("LM263061105",),
    "federal_reserve": ("LM713061103",),
    "households_and_nonprofits": ("LM153061105",),
    "nonfinancial_business": ("LM103061103", "LM113061003"),
    "state_and_local_governments": ("LM213061103",),
    "banks": ("LM763061100", "LM753061103", "LM743061103", "LM473061105"),
    "insurers": ("LM543061105", "LM513061105"),
    "pension_funds": ("LM573061105", "LM343061105", "LM223061143"),
    "money_market_funds": ("FL633061105",),
    "mutual_funds_and_etfs": ("LM653061105", "LM563061103"),
    "dealers": ("LM663061105",),
    "hedge_funds": (HEDGE_FUNDS,),
    "other_financial": ("LM403061105", "LM553061103", "FL673061103", "LM733061103", "FL503061123"),
}
"""Series of the table that make up each sector; together all of its holders.

Banks: US-chartered, foreign offices in the US, US-affiliated areas, credit unions.
Insurers: life, property-casualty. Pension funds: private, federal, state and local.
Other: government-sponsored enterprises, closed-end funds, issuers of asset-backed
securities, holding companies, other financial business.
"""
TOTAL = "FL893061105"
"""Treasury securities held by all sectors."""
TOLERANCE_USD_MN = 26
"""Twenty-five series and their total, each rounded to a million dollars."""


def parse_holders(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read holdings of Treasury securities by sector, at market value.

    Parameters
    ----------
    content
        The Board's ``z1_csv_files.zip``. In its tables, ``csv/F3_2_s.csv`` and others, the
        first column is ``date`` ("2025:Q4") and each other a series ("LM263061105.Q");
        ``ND`` or nothing is no data.
    dataset
        Catalog entry ``holders_by_sector``.

    Returns
    -------
    pandas.DataFrame
        One row a quarter and sector: ``quarter``, ``sector`` (see :data:`HOLDERS`,
        and ``total``), ``holdings_usd_mn``. Quarters without data are left out; a
        holder without data counts as nothing, which the total then has to bear out.
        "Rest of world" is all foreigners, official and private. Households are what
        no other sector reports, before 2012Q4 domestic hedge funds among them.

    Raises
    ------
    ParseError
        If the content is not that archive, or no table of it has all series but that
        of hedge funds.
    """
    codes_of = HOLDERS | {"total": (TOTAL,)}
    series = {name: [f"{code}.Q" for code in codes] for name, codes in codes_of.items()}
    needed = [one for several in series.values() for one in several if one != f"{HEDGE_FUNDS}.Q"]
    member = _table_with(["date", *needed], content, dataset)
    # The last line need not end: the archive's checksum vouches for it.
    inside = unpacked(content, dataset.id, member=member.rpartition("/")[2].lower())
    text = text_of(inside.rstrip() + b"\n", dataset)
    raw = read_rows(text, dataset, ["date", *needed], optional=[f"{HEDGE_FUNDS}.Q"])
    levels = raw.drop(columns="date").apply(to_numbers, dataset=dataset, missing=("ND", ""))
    table = pd.DataFrame({name: levels[several].sum(axis=1, min_count=1) for name, several in series.items()})
    table["quarter"] = to_quarters(raw["date"], dataset)
    table = table.melt("quarter", var_name="sector", value_name="holdings_usd_mn").dropna()
    return tidy(table, dataset)


def _table_with(columns: list[str], content: bytes, dataset: Dataset) -> str:
    """Name of the one table of the archive whose header has all these columns."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            headers = {}
            for name in archive.namelist():
                if name.lower().endswith(".csv"):
                    with archive.open(name) as file:
                        text = file.readline(100_000).decode("utf-8-sig", errors="replace")
                    headers[name] = {cell.strip().strip('"') for cell in text.split(",")}
    except DAMAGE as error:
        raise ParseError(
            f"{dataset.id}: not a zip file, or damaged or cut off ({error}); it begins {content[:40]!r}. "
            "Fetch it again."
        ) from None
    found = [name for name, header in headers.items() if header.issuperset(columns)]
    if len(found) == 1:
        return found[0]
    nearest = max(headers, key=lambda name: len(headers[name].intersection(columns)), default="")
    lacking = [name for name in columns if name not in headers.get(nearest, ())]
    met = f"{len(found)} have: {', '.join(found)}"
    if not found:
        met = f"none of {len(headers)} has; {nearest or 'no table'} lacks {', '.join(lacking)[:200]}"
    raise ParseError(
        f"{dataset.id}: one table of the archive should have all series of its holders, and {met}. Has the "
        f"Board renamed a series? z1_table_mapping.csv beside {dataset.url} lists the tables."
    )


def check_holders(table: pd.DataFrame, dataset: Dataset) -> None:
    """The sectors add up to all holders in every quarter.

    The total is a series of its own; it and the 25 series of the sectors are each
    rounded to a million dollars, hence 26. A quarter without hedge funds has them
    among the households.

    Raises
    ------
    IdentityError
        At the first quarter where they do not, or where a sector is missing.
    """
    wide = table.pivot(index="quarter", columns="sector", values="holdings_usd_mn")
    wide = wide.reindex(columns=[*HOLDERS, "total"]).fillna({"hedge_funds": 0.0})
    require_equal(
        wide[list(HOLDERS)].sum(axis=1, skipna=False),
        wide["total"],
        what="the sectors add up to all holders",
        tolerance=TOLERANCE_USD_MN,
        dataset=dataset,
    )
