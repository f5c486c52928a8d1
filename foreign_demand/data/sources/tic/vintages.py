"""US Treasury: what the Treasury International Capital (TIC) system published when.

TIC's own files hold the newest figures only. The table in each month's press release
gives a month for the first time and the three months before it once more, so that all
releases together hold what was known when, and how it was revised. Of table 1 a few
editions were kept by others.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.places import GRAND_TOTAL, NON_OFFICIAL, OFFICIAL
from foreign_demand.data.sources.identities import require_equal
from foreign_demand.data.sources.reading import (
    read_rows,
    refuse_cells,
    text_of,
    tidy,
    to_dates,
    to_numbers,
)
from foreign_demand.exceptions import ParseError

LINES: Mapping[int, str] = {
    1: "domestic_purchases_usd_bn",
    2: "domestic_sales_usd_bn",
    3: "domestic_net_usd_bn",
    4: "private_net_usd_bn",
    5: "private_treasury_net_usd_bn",
    6: "private_agency_net_usd_bn",
    7: "private_corporate_net_usd_bn",
    8: "private_equity_net_usd_bn",
    9: "official_net_usd_bn",
    10: "official_treasury_net_usd_bn",
    11: "official_agency_net_usd_bn",
    12: "official_corporate_net_usd_bn",
    13: "official_equity_net_usd_bn",
    14: "foreign_securities_purchases_usd_bn",
    15: "foreign_securities_sales_usd_bn",
    16: "foreign_securities_net_usd_bn",
    17: "foreign_bonds_net_usd_bn",
    18: "foreign_equities_net_usd_bn",
    19: "long_term_transactions_usd_bn",
    20: "other_long_term_usd_bn",
    21: "long_term_acquisitions_usd_bn",
    22: "short_term_change_usd_bn",
    23: "bills_change_usd_bn",
    24: "private_bills_change_usd_bn",
    25: "official_bills_change_usd_bn",
    26: "other_short_term_change_usd_bn",
    27: "private_other_short_term_change_usd_bn",
    28: "official_other_short_term_change_usd_bn",
    29: "banks_liabilities_change_usd_bn",
    30: "total_net_usd_bn",
    31: "private_total_net_usd_bn",
    32: "official_total_net_usd_bn",
}
"""Lines of the table as numbered since 2007, and our columns; tables before end with line 19."""

_UNNUMBERED = (*range(10, 16), 17, 18, 20, *range(22, 33))
"""Lines that have lost their numbers in the tables of three releases, in the order they stand."""
_MISNUMBERED = {
    (3, "Net Long-term Securities"): 19,
    (14, "Foreign Securities Purchased"): 16,
    (19, "Net Foreign Acquisition"): 21,
}
"""In the same three, sums that took their number from the words of their own label."""

SUMS: Mapping[int, Mapping[int, int]] = {
    3: {1: 1, 2: -1},
    4: {5: 1, 6: 1, 7: 1, 8: 1},
    9: {10: 1, 11: 1, 12: 1, 13: 1},
    16: {17: 1, 18: 1},
    19: {3: 1, 16: 1},
    21: {19: 1, 20: 1},
    23: {24: 1, 25: 1},
    26: {27: 1, 28: 1},
    30: {31: 1, 32: 1},
}
"""Lines that are sums of others by definition."""
TOLERANCE_USD_BN = 0.25
"""Up to five numbers, each rounded to a tenth; 0.2 is met."""
EDITION = {
    "for_lt_treas_pos": "treasury_holdings_usd_mn",
    "for_lt_treas_net": "treasury_net_purchases_usd_mn",
    "for_lt_treas_valchg": "treasury_valuation_change_usd_mn",
}


def parse_press_tables(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the tables of all press releases from a file of their cells.

    Parameters
    ----------
    content
        CSV with a line a cell: ``release_date``, ``ref_month``, ``press_release``,
        ``line``, ``label``, ``period``, ``value_bn``. Columns for years and for twelve
        months, sums of the monthly ones, are passed over.
    dataset
        Catalog entry ``tic_press_tables``.

    Returns
    -------
    pandas.DataFrame
        One row a release and month: ``release_date``, ``month``, whether it is the
        ``newest`` of the release, and in USD billion the lines of the table, missing
        where it had none. Net purchases are by foreigners from US residents.

    Raises
    ------
    ParseError
        If the content is no such file, a line has no number that can be told, or one
        cell of a release has two values.
    """
    cells = read_rows(
        text_of(content, dataset),
        dataset,
        ["release_date", "ref_month", "press_release", "line", "label", "period", "value_bn"],
    )
    cells = cells[cells["period"].str.fullmatch(r"\d{4}-\d{2}")]
    numbers = to_numbers(cells["line"], dataset).rename("line")
    label = cells["label"].str.strip()
    for (number, beginning), meant in _MISNUMBERED.items():
        numbers = numbers.mask((numbers == number) & label.str.startswith(beginning), meant)
    numbers = numbers.fillna(_numbers_by_order(cells[numbers.isna()], dataset))
    refuse_cells(cells["line"][~numbers.isin(LINES)], dataset, f"a line from 1 to {max(LINES)}")
    long = pd.DataFrame(
        {
            "release_date": to_dates(cells["release_date"], dataset),
            "reference": to_dates(cells["ref_month"], dataset, format="%Y-%m"),
            "month": to_dates(cells["period"], dataset, format="%Y-%m"),
            "column": numbers.astype(int).map(LINES),
            "value": to_numbers(cells["value_bn"], dataset, missing=()),
        }
    ).drop_duplicates()
    key = ["release_date", "reference", "month"]
    twice = long[long.duplicated([*key, "column"])]
    if len(twice):
        row = twice.iloc[0]
        raise ParseError(
            f"{dataset.id}: the release of {row['release_date'].date()} gives {row['column']} of "
            f"{row['month']:%Y-%m} twice, with two values. Compare the file with the press release."
        )
    wide = long.pivot(index=key, columns="column", values="value").reindex(columns=list(LINES.values()))
    table = wide.reset_index()
    table["newest"] = table["month"] == table["reference"]
    table["month"] += pd.offsets.MonthEnd(0)
    return tidy(table, dataset)


def _numbers_by_order(cells: pd.DataFrame, dataset: Dataset) -> pd.Series:
    """Numbers of lines that have none, by their order in the table of their release."""
    order = cells.groupby(["release_date", "period"]).cumcount()
    counts = cells.groupby(["release_date", "period"])["label"].transform("size")
    refuse_cells(
        cells["line"][counts != len(_UNNUMBERED)], dataset, f"a number, nor one of {len(_UNNUMBERED)} without"
    )
    return order.map(dict(enumerate(_UNNUMBERED))).astype(float)


def check_press_tables(table: pd.DataFrame, dataset: Dataset) -> None:
    """Lines that are sums of others add up, in every release and month.

    Raises
    ------
    IdentityError
        At the first release where they do not.
    """
    lines = table.set_index(["release_date", "month"]).rename(
        columns={column: line for line, column in LINES.items()}
    )
    for total, parts in SUMS.items():
        added = sum(sign * lines[line] for line, sign in parts.items())
        given = added.notna() & lines[total].notna()
        if given.any():  # tables before 2007 end with line 19
            require_equal(
                added[given],
                lines.loc[given, total],
                what=f"the parts of line {total} add up to it",
                tolerance=TOLERANCE_USD_BN,
                dataset=dataset,
            )


def parse_editions(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read dated editions of table 1 from one file, for Treasury bonds and notes.

    Parameters
    ----------
    content
        CSV with the columns of ``slt_table1.txt`` and before them ``edition``, the day
        on which it was released.
    dataset
        Catalog entry ``tic_slt_table1_editions``.

    Returns
    -------
    pandas.DataFrame
        ``edition``, ``month``, ``country``, ``country_code`` and, in USD million,
        holdings, net purchases by foreigners and valuation change, as that edition had
        them; missing where it had none.

    Raises
    ------
    ParseError
        If the content is no such file.
    """
    cells = read_rows(
        text_of(content, dataset), dataset, ["edition", "country", "country_code", "date", *EDITION]
    )
    refuse_cells(cells["country_code"][~cells["country_code"].str.fullmatch(r"\d{5}")], dataset, "a TIC code")
    numbers = {
        ours: to_numbers(cells[theirs], dataset, missing=("", "n.a.")) for theirs, ours in EDITION.items()
    }
    months = to_dates(cells["date"], dataset, format="%Y-%m") + pd.offsets.MonthEnd(0)
    return tidy(
        pd.DataFrame(
            {
                "edition": to_dates(cells["edition"], dataset),
                "month": months,
                "country": cells["country"],
                "country_code": cells["country_code"].astype(int),
                **numbers,
            }
        ),
        dataset,
    )


def check_editions(table: pd.DataFrame, dataset: Dataset) -> None:
    """In every edition and month official and non-official holders add up to the total.

    Raises
    ------
    IdentityError
        At the first edition and month where they do not, to USD 1.5 million.
    """
    for column in EDITION.values():
        wide = table.pivot(index=["edition", "month"], columns="country_code", values=column)
        wide = wide[[OFFICIAL, NON_OFFICIAL, GRAND_TOTAL]].dropna(how="all")
        require_equal(
            wide[OFFICIAL] + wide[NON_OFFICIAL],
            wide[GRAND_TOTAL],
            what=f"official and non-official {column} add up to the grand total",
            tolerance=1.5,
            dataset=dataset,
        )
