"""Who holds Treasury securities, by sector: Financial Accounts of the United States, table L.210."""

from __future__ import annotations

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.reading import read_rows, text_of, tidy, to_numbers, to_quarters, unpacked
from foreign_demand.exceptions import IdentityError

__all__ = ["HOLDERS", "TOTAL", "check_holders", "parse_holders"]

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
    "other_financial": ("LM403061105", "LM553061103", "FL673061103", "LM733061103", "FL503061123"),
}
"""Series of table L.210 that make up each sector; together all of its holders.

Banks: US-chartered, foreign offices in the US, US-affiliated areas, credit unions.
Insurers: life, property-casualty. Pension funds: private, federal, state and local.
Other: government-sponsored enterprises, closed-end funds, issuers of asset-backed
securities, holding companies, other financial business.
"""
TOTAL = "FL893061105"
"""Treasury securities held by all sectors."""
TABLE = "l210.csv"
TOLERANCE_USD_MN = 25
"""Twenty-four series and their total, each rounded to a million dollars."""


def parse_holders(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read holdings of Treasury securities by sector, at market value.

    Parameters
    ----------
    content
        The Board's ``z1_csv_files.zip``. In its ``csv/l210.csv`` the first column is
        ``date`` ("2025:Q4") and each other a series ("LM263061105.Q"), ``ND`` is no data.
    dataset
        Catalog entry ``holders_by_sector``.

    Returns
    -------
    pandas.DataFrame
        One row a quarter and sector: ``quarter``, ``sector`` (see :data:`HOLDERS`,
        and ``total``), ``holdings_usd_mn``. Quarters without data are left out; a
        holder without data counts as nothing, which the total then has to bear out.
        "Rest of world" is all foreigners, official and private. Households are what
        no other sector reports, domestic hedge funds among them.

    Raises
    ------
    ParseError
        If the content is not that archive, or its table lacks a series.
    """
    codes_of = HOLDERS | {"total": (TOTAL,)}
    series = {name: [f"{code}.Q" for code in codes] for name, codes in codes_of.items()}
    columns = ["date", *(one for several in series.values() for one in several)]
    # The last line need not end: the archive's checksum vouches for it.
    text = text_of(unpacked(content, dataset.id, member=TABLE).rstrip() + b"\n", dataset)
    raw = read_rows(text, dataset, columns)
    levels = raw[columns[1:]].apply(to_numbers, dataset=dataset, missing=("ND",))
    table = pd.DataFrame({name: levels[several].sum(axis=1, min_count=1) for name, several in series.items()})
    table["quarter"] = to_quarters(raw["date"], dataset)
    table = table.melt("quarter", var_name="sector", value_name="holdings_usd_mn").dropna()
    return tidy(table, dataset)


def check_holders(table: pd.DataFrame, dataset: Dataset) -> None:
    """The sectors add up to all holders in every quarter.

    The total is a series of its own; it and the 24 series of the sectors are each
    rounded to a million dollars, hence 25.

    Raises
    ------
    IdentityError
        At the first quarter where they do not, or where a sector is missing.
    """
    wide = table.pivot(index="quarter", columns="sector", values="holdings_usd_mn")
    if wide.empty:
        raise IdentityError(f"{dataset.id}: there is no quarter to add up. Look at {dataset.page}.")
    wide = wide.reindex(columns=[*HOLDERS, "total"])
    sums = wide[list(HOLDERS)].sum(axis=1, skipna=False)
    gaps = sums - wide["total"]
    wrong = gaps[~(gaps.abs() <= TOLERANCE_USD_MN)]
    if len(wrong):
        quarter = wrong.index[0]
        raise IdentityError(
            f"{dataset.id}: at {quarter.to_period('Q')} the sectors add up to {sums[quarter]:,.0f} and all "
            f"holders to {wide.loc[quarter, 'total']:,.0f} USD million, a gap of {wrong.iloc[0]:+,.0f}. "
            f"Has the Board added or renamed a holder? Look at {dataset.page}."
        )
