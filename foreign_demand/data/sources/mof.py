"""Ministry of Finance Japan: yields of Japanese government bonds, weekly flows of securities."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from contextlib import suppress

import pandas as pd

from foreign_demand.data.catalog import Dataset
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

KINDS = ("equity", "bonds", "short_term")
FLOWS = tuple(
    f"{side}_{name}_jpy_bn"
    for side in ("abroad", "japan")
    for name in (
        *(f"{kind}_{what}" for kind in ("equity", "bonds") for what in ("purchases", "sales", "net")),
        "long_term_net",
        *(f"short_term_{what}" for what in ("purchases", "sales", "net")),
        "total_net",
    )
)
"""Columns of ``week.csv`` in their order."""
_KINDS_HEADING = (
    ",Equity and investment fund shares,,, Long-term debt securities,,,Subtotal"
    ",Short-term debt securities,,,Total"
)
FLOW_HEADINGS = (
    "Unit: 100 million Yen",
    "1. Portfolio Investment Assets",
    "2. Portfolio Investment Liabilities",
    _KINDS_HEADING * 2,
    ",Acquisition,Disposition,Net,Acquisition,Disposition,Net,Net,Acquisition,Disposition,Net,Net" * 2,
)
"""What stands above them."""
TOLERANCE_JPY_BN = 0.21


def parse_yields(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the constant-maturity yields of ``jgbcme_all.csv``.

    The table is wide, a row a day as published: in long form it would have
    163,000 rows instead of 13,000, and each new day would show as fifteen
    lines of a diff.

    Returns
    -------
    pandas.DataFrame
        A row a business day: ``date`` and ``yield_1y_pct`` to ``yield_40y_pct``
        for 1 to 10, 15, 20, 25, 30 and 40 years, in percent per year,
        semi-annually compounded; NaN where the maturity was not yet issued.

    Raises
    ------
    ParseError
        If this is not the English file, or a maturity is missing.
    """
    headings = {c.name: c.name.removeprefix("yield_").removesuffix("_pct").upper() for c in dataset.numbers}
    text = text_of(content, dataset, encoding="cp932")
    cells = read_rows(text, dataset, ["Date", *headings.values()])
    yields = {
        name: to_numbers(cells[heading], dataset, missing=("", "-")) for name, heading in headings.items()
    }
    table = pd.DataFrame({"date": to_dates(cells["Date"], dataset, format="%Y/%m/%d")} | yields)
    return tidy(table.dropna(how="all", subset=list(headings)), dataset)


def parse_weekly_flows(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the weekly international transactions in securities of ``week.csv``.

    Reports of designated major investors, in 100 million yen; net purchases are above zero.

    Returns
    -------
    pandas.DataFrame
        One row a week by ``week``, its last day. In JPY billion: purchases, sales and net
        purchases of foreign securities by residents (``abroad_``) and of Japanese ones by
        non-residents (``japan_``), of equity and fund shares, bonds of over a year, and
        short-term debt, with the published sums.

    Raises
    ------
    ParseError
        If this is not that file, a heading is missing, or the notes below are: it was cut off.
    """
    text = unicodedata.normalize("NFKC", text_of(content, dataset, encoding="cp932"))
    lines = list(csv.reader(io.StringIO(text)))
    if missing := [words for words in FLOW_HEADINGS if words not in " ".join(text.split())]:
        raise ParseError(
            f"{dataset.id}: the file does not have {', '.join(missing)}. "
            f"Compare {dataset.url} with the importer."
        )
    rows = {at: line for at, line in enumerate(lines, 1) if line and re.match(r"\d{4}\.", line[0].strip())}
    ends = [at for at, line in enumerate(lines, 1) if line and line[0].strip() == "(Note 1)"]
    if not rows or not ends or max(rows) > ends[0] or len(set(map(len, rows.values()))) != 1:
        raise ParseError(
            f"{dataset.id}: no weeks above the notes, or weeks of unequal length; was the file cut off? "
            f"Compare {dataset.url} with the importer."
        )
    cells = pd.DataFrame.from_dict(rows, orient="index").rename_axis("line")
    if cells.shape[1] != len(FLOWS) + 1:
        raise ParseError(
            f"{dataset.id}: a week has {cells.shape[1]} cells where {len(FLOWS) + 1} are known. "
            f"Compare {dataset.url} with the importer."
        )
    flows = {
        name: to_numbers(cells[at].str.replace(r"[,\s]", "", regex=True).rename(name), dataset, missing=())
        / 10
        for at, name in enumerate(FLOWS, 1)
    }
    return tidy(pd.DataFrame({"week": _week_ends(cells[0].rename("Period"), dataset)} | flows), dataset)


def vintage_weekly_flows(content: bytes) -> str:
    """Day of the final update above the table, as an ISO date; empty if there is none."""
    text = content.decode("cp932", errors="replace")
    if stamp := re.search(r"Final Update\s+([A-Z][a-z]+)\s+(\d+)\s*,\s*(\d{4})", text):
        with suppress(ValueError):
            return dt.datetime.strptime(" ".join(stamp.groups()), "%B %d %Y").date().isoformat()
    return ""


def check_weekly_flows(table: pd.DataFrame, dataset: Dataset) -> None:
    """Purchases less sales are net purchases, and the kinds add up to the published sums.

    Each figure is rounded to 100 million yen; two of them may stray by 0.2 billion from a third.

    Raises
    ------
    IdentityError
        At the first week where they do not.
    """
    flows = table.set_index("week")
    for side in ("abroad", "japan"):
        net = {kind: flows[f"{side}_{kind}_net_jpy_bn"] for kind in (*KINDS, "long_term", "total")}
        identities = {
            f"{kind} purchases less sales ({side}) are net purchases": (
                flows[f"{side}_{kind}_purchases_jpy_bn"] - flows[f"{side}_{kind}_sales_jpy_bn"],
                net[kind],
            )
            for kind in KINDS
        } | {
            f"equity and bonds ({side}) add up to the subtotal": (
                net["equity"] + net["bonds"],
                net["long_term"],
            ),
            f"the subtotal and short-term debt ({side}) add up to the total": (
                net["long_term"] + net["short_term"],
                net["total"],
            ),
        }
        for what, (added, stated) in identities.items():
            require_equal(added, stated, what=what, tolerance=TOLERANCE_JPY_BN, dataset=dataset)


def _week_ends(cells: pd.Series, dataset: Dataset) -> pd.Series:
    """Last days of weeks written as ``2025.12.28~2026.1.3``, the second year given or not."""
    parts = cells.str.replace(r"\s", "", regex=True).str.extract(
        r"^(\d{4})\.(\d{1,2})\.\d{1,2}~(?:(\d{4})\.)?(\d{1,2})\.(\d{1,2})$"
    )
    refuse_cells(cells[parts[0].isna()], dataset, "a week")
    start, month, given, end_month, day = (parts[at].astype(float) for at in range(5))
    year = given.fillna(start + (end_month < month))
    ends = pd.to_datetime(pd.DataFrame({"year": year, "month": end_month, "day": day}), errors="coerce")
    refuse_cells(cells[ends.isna()], dataset, "a week")
    return ends
