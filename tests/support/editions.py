"""A small edition of every kind of publication, and what may be wrong with one.

Run as a program it serves them, and every FRED series that is embedded, from this
machine and with a delay, which is what the time of a refresh is measured against.

One edition an importer. Each knows its layout well enough to spoil itself: to
rename a column, lose a period, change sign or unit, or carry a script in a name.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
from mirror import Answer, Mirror, copy_headers
from official_markets import acm_workbook
from official_public import allotments_page, allotments_workbook, dataverse_listing, fiscaldata_page
from project import FIXTURES, ROOT
from publishers import address, curve_csv, fred_csv, statement_rows

from foreign_demand.data.catalog import Catalog, read_catalog
from foreign_demand.data.checks import check_table
from foreign_demand.data.sources import ADAPTERS
from foreign_demand.data.store import Store
from foreign_demand.exceptions import ForeignDemandError

__all__ = ["EDITIONS", "SCRIPT", "Delimited", "Edition", "Json", "Layout", "Sdmx"]

SCRIPT = "<script>alert(1)</script>"
Change = Callable[[float], float]


class Layout:
    """How a publication is laid out; each method gives back a changed text."""

    def values(self, text: str, change: Change) -> str:
        """Change every figure."""
        raise NotImplementedError

    def reordered(self, text: str) -> str:
        """Put two columns, fields or series in each other's place."""
        raise NotImplementedError

    def repeated(self, text: str) -> str:
        """Give one row twice, the second time with other figures."""
        raise NotImplementedError

    def without(self, text: str, period: str | int) -> str:
        """Leave out one period: what begins so, or a column."""
        raise NotImplementedError


def _figure(cell: str, change: Change) -> str:
    try:
        return f"{change(float(cell.replace(',', ''))):.12g}"
    except ValueError:
        return cell


@dataclass(frozen=True, kw_only=True)
class Delimited(Layout):
    """Lines of cells; a line of figures has one in every column from ``first`` on."""

    first: int
    """The first column of figures."""
    period: int | None = None
    """The column of the period; None where each period is a column of its own."""
    separator: str = ","
    swap: tuple[int, int] = (-1, -2)

    def _lines(self, text: str) -> list[tuple[str, list[str]]]:
        lines = text.splitlines(keepends=True)
        cells = [next(csv.reader([line.rstrip("\r\n")], delimiter=self.separator), []) for line in lines]
        return list(zip(lines, cells, strict=True))

    def _write(self, cells: list[str]) -> str:
        text = io.StringIO()
        csv.writer(text, delimiter=self.separator, lineterminator="\n").writerow(cells)
        return text.getvalue()

    def _of_figures(self, cells: list[str], width: int) -> bool:
        if len(cells) != width or not cells[0 if self.period is None else self.period].strip():
            return False
        return any(re.fullmatch(r"\s*-?[\d,]*\.?\d+(e-?\d+)?\s*", cell) for cell in cells[self.first :])

    def _width(self, text: str) -> int:
        return max(len(cells) for _, cells in self._lines(text))

    def values(self, text: str, change: Change) -> str:
        width = self._width(text)
        return "".join(
            self._write(cells[: self.first] + [_figure(cell, change) for cell in cells[self.first :]])
            if self._of_figures(cells, width) and not self._is_heading(cells)
            else line
            for line, cells in self._lines(text)
        )

    def _is_heading(self, cells: list[str]) -> bool:
        return all(re.fullmatch(r"(19|20)\d\d", cell.strip()) for cell in cells[self.first :] if cell.strip())

    def reordered(self, text: str) -> str:
        width, (one, other) = self._width(text), self.swap

        def swapped(cells: list[str]) -> list[str]:
            cells = list(cells)
            cells[one], cells[other] = cells[other], cells[one]
            return cells

        return "".join(
            self._write(swapped(cells)) if self._holds_both(cells, width) else line
            for line, cells in self._lines(text)
        )

    def _holds_both(self, cells: list[str], width: int) -> bool:
        if self.period is None:  # blocks of several widths, each under its own heading
            return len(cells) > max(self.swap)
        return len(cells) == width

    def repeated(self, text: str) -> str:
        width = self._width(text)
        lines = self._lines(text)
        at = next(
            i
            for i, (_, cells) in enumerate(lines)
            if self._of_figures(cells, width) and not self._is_heading(cells)
        )
        again = self.values("".join(line for line, _ in lines[at : at + 1]), lambda value: value + 1)
        raw = [line for line, _ in lines]
        return "".join([*raw[: at + 1], again, *raw[at + 1 :]])

    def without(self, text: str, period: str | int) -> str:
        if isinstance(period, str):
            return "".join(
                line
                for line, cells in self._lines(text)
                if len(cells) <= (self.period or 0) or not cells[self.period or 0].strip().startswith(period)
            )
        width = self._width(text)
        return "".join(
            self._write(cells[:period] + cells[period + 1 :]) if len(cells) == width else line
            for line, cells in self._lines(text)
        )


@dataclass(frozen=True, kw_only=True)
class Json(Layout):
    """A list of rows, each a mapping."""

    period: str
    figures: tuple[str, ...]

    def _change(self, text: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> str:
        return json.dumps([change(row) for row in json.loads(text)])

    def values(self, text: str, change: Change) -> str:
        def changed(value: Any) -> Any:
            if isinstance(value, list):
                return [None if one is None else change(one) for one in value]
            return _figure(value, change) if isinstance(value, str) else change(value)

        return self._change(
            text, lambda row: {k: changed(v) if k in self.figures else v for k, v in row.items()}
        )

    def reordered(self, text: str) -> str:
        return self._change(text, lambda row: dict(reversed(row.items())))

    def repeated(self, text: str) -> str:
        rows = json.loads(text)
        last = [row for row in rows if row[self.figures[0]] != "null"][-1:]
        return json.dumps(rows + json.loads(self.values(json.dumps(last), lambda value: value + 1)))

    def without(self, text: str, period: str | int) -> str:
        return json.dumps([row for row in json.loads(text) if row[self.period] != period])


@dataclass(frozen=True, kw_only=True)
class Sdmx(Layout):
    """An SDMX message: series of observations."""

    def values(self, text: str, change: Change) -> str:
        return re.sub(r'(?<=OBS_VALUE=")[^"]+', lambda found: _figure(found[0], change), text)

    def reordered(self, text: str) -> str:
        series = re.findall(r"<Series .*?</Series>", text, flags=re.DOTALL)
        return text.replace(series[0] + series[1], series[1] + series[0])

    def repeated(self, text: str) -> str:
        (first,) = re.findall(r"<Obs [^>]*/>", text)[:1]
        return text.replace(first, first + self.values(first, lambda value: value + 1))

    def without(self, text: str, period: str | int) -> str:
        return re.sub(rf'<Obs TIME_PERIOD="{period}"[^>]*/>', "", text)


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A small edition of one publication."""

    id: str
    """The dataset it is of."""
    taken: str
    """Day on which it was current."""
    text: Callable[[], str]
    layout: Layout
    newest: str | int
    """Its newest period, as written in it, or the column of it."""
    oldest: str | int | Callable[[str], str]
    """Its oldest period likewise, or how to leave that out."""
    renamed: tuple[str, str]
    """A heading, and what it might be called tomorrow."""
    grown: tuple[str, str]
    """A figure with its surroundings, and the same far too large."""
    name: str = ""
    """The name of a country in it."""
    pack: Callable[[bytes], bytes] = bytes
    """From the text to what is served."""
    address: str = ""
    """Where it is served when that is not the address in the catalog."""
    beside: Mapping[str, bytes] = field(default_factory=dict)
    """What must be served with it, by address."""

    @property
    def headers(self) -> dict[str, str]:
        """It is served as a public copy, so that its age is judged by its own day."""
        return copy_headers(self.taken, "excerpt")

    def body(self, text: str | None = None) -> bytes:
        """What is served: the edition, or the given text in its place."""
        return self.pack((self.text() if text is None else text).encode())

    def believed(self, content: bytes) -> bool:
        """Parse and check bytes as if they were this edition; what is believed is what the catalog says.

        Raises
        ------
        AssertionError
            If a table of another shape got through.
        """
        dataset = read_catalog()[self.id]
        importer = ADAPTERS[dataset.adapter]
        try:
            table = importer.parse(content, dataset)
            importer.vintage(content)
            table = check_table(table, dataset, as_at=dt.date.fromisoformat(self.taken))
        except ForeignDemandError:
            return False
        assert list(table.columns) == [column.name for column in dataset.columns]
        assert not table.duplicated(list(dataset.key)).any()
        assert table[dataset.period.name].notna().all()
        for column in dataset.numbers:
            assert not np.isinf(table[column.name]).any(), column.name
            assert column.missing or table[column.name].notna().all(), column.name
        return True

    def path(self, catalog: Catalog) -> str:
        """Where a mirror is asked for it."""
        parts = urlsplit(self.address or catalog[self.id].url)
        return f"/{parts.netloc}{parts.path}"

    def answers(self, catalog: Catalog) -> dict[str, Answer]:
        """The answers of a mirror that serves it."""
        beside = {address: Answer(body) for address, body in self.beside.items()}
        return beside | {self.path(catalog): Answer(self.body(), headers=self.headers)}

    def shortened(self) -> str:
        """The text without its oldest period."""
        text = self.text()
        return self.oldest(text) if callable(self.oldest) else self.layout.without(text, self.oldest)

    def replaced(self, change: tuple[str, str]) -> str:
        """The text with one change in it."""
        old, new = change
        text = self.text()
        assert old in text, f"{old!r} is not in the edition of {self.id}"
        return text.replace(old, new, 1)


_FILES = "/api/datasets/:persistentId/versions/:latest-published/files"


def _fixture(name: str) -> Callable[[], str]:
    return lambda: (FIXTURES / name).read_text(encoding="utf-8-sig")


def _held(id: str, rows: int) -> pd.DataFrame:
    """The last rows of an embedded table."""
    return Store(snapshot=ROOT / "data" / "snapshot").read(id).tail(rows)


def _series() -> str:
    held = _held("DGS10", 60).set_index("date")["yield_pct"]
    return held.rename("DGS10").to_csv(index_label="observation_date", lineterminator="\n")


def _curve() -> str:
    return curve_csv(_held("gsw_parameters", 60), read_catalog()["gsw_parameters"]).decode()


def _statement() -> str:
    held = _held("mspd_marketable", 200)
    return json.dumps(statement_rows(held[held["month"] > held["month"].min()]))


def _zipped(name: str) -> Callable[[bytes], bytes]:
    def pack(content: bytes) -> bytes:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr(zipfile.ZipInfo(name, date_time=(2026, 3, 19, 12, 0, 0)), content)
        return archive.getvalue()

    return pack


def _allotments(kind: str, unit: str = "billions") -> Callable[[bytes], bytes]:
    """From lines of text to the Treasury's workbook of allotments."""

    def pack(content: bytes) -> bytes:
        headings, *rows = csv.reader(io.StringIO(content.decode()))
        return allotments_workbook(map(_as_cells, rows), kind=kind, unit=unit, headings=headings)

    return pack


def _as_cells(row: list[str]) -> tuple[object, ...]:
    """Dates, numbers and text of a line, as a workbook has them."""

    def cell(text: str) -> object:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return dt.date.fromisoformat(text)
        return float(text) if re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", text) else text

    return tuple(map(cell, row))


def _workbook_of(id: str, name: str, fixture: str, kind: str, unit: str, **spoilt: Any) -> Edition:
    """An edition of one of the workbooks that the page on investor class allotments links."""
    names = ["August_25_2026_IC_Coupons.xls", "August_25_2026_IC_Bills.xls", "Coupons_Jan_2000-Sep_2009.xls"]
    folder, page = "/system/files/276/", urlsplit(read_catalog()[id].url)
    return Edition(
        id=id,
        text=_fixture(f"investor_class/{fixture}"),
        pack=_allotments(kind, unit),
        address=f"https://{page.netloc}{folder}{name}",
        beside={f"/{page.netloc}{page.path}": allotments_page(folder + name for name in names)},
        **spoilt,
    )


EDITIONS = (
    # Before the workbooks: they are asked at the address of the page that links them.
    Edition(
        id="federal_reserve_at_auction",
        taken="2018-10-10",
        text=_fixture("investor_class/federal_reserve.csv"),
        layout=Delimited(first=2, period=0),
        newest="2018-12-31",
        oldest="2018-03-31",
        renamed=("allotment_amount", "amount"),
        grown=("72.4822", "7248220"),
    ),
    Edition(
        id="investor_class_shares",
        taken="2026-08-25",
        text=_fixture("investor_class/shares.csv"),
        layout=Delimited(first=3, period=0),
        newest="2026-08-17",
        oldest="2026-07-31",
        renamed=("foreign_international_pct", "foreign_pct"),
        grown=("13.10", "1310"),
    ),
    _workbook_of(
        "investor_class_coupons",
        "August_25_2026_IC_Coupons.xls",
        "coupons.csv",
        "Coupon",
        "billions",
        taken="2026-08-25",
        layout=Delimited(first=5, period=0),
        newest="2026-08-17",
        oldest="2026-07-31",
        renamed=("Investment funds", "Funds"),
        grown=(",30.0,5.5,", ",300.0,5.5,"),
    ),
    _workbook_of(
        "investor_class_bills",
        "August_25_2026_IC_Bills.xls",
        "bills.csv",
        "Bill",
        "billions",
        taken="2026-08-25",
        layout=Delimited(first=5, period=0),
        newest="2026-08-18",
        oldest="2026-08-11",
        renamed=("Foreign and international", "Foreign"),
        grown=(",40.0,5.5,", ",400.0,5.5,"),
    ),
    _workbook_of(
        "investor_class_coupons_2000",
        "Coupons_Jan_2000-Sep_2009.xls",
        "coupons_2000.csv",
        "Coupon",
        "millions",
        taken="2009-10-15",
        layout=Delimited(first=6, period=0),
        newest="2009-09-15",
        oldest="2009-08-17",
        renamed=("Individuals", "Persons"),
        grown=(",11000,", ",110000,"),
    ),
    Edition(
        id="cofer_legacy",
        taken="2025-07-17",
        text=_fixture("cofer/legacy.csv"),
        layout=Delimited(first=4, swap=(4, 5)),
        newest=5,
        oldest=4,
        renamed=("SERIES_CODE", "CODE"),
        grown=(",39,40", ",39,400"),
    ),
    Edition(
        id="cofer_revised",
        taken="2026-09-30",
        text=_fixture("cofer/revised.csv"),
        layout=Delimited(first=1, period=0),
        newest="2026-Q2",
        oldest="2000-Q1",
        renamed=("CNY", "RMB"),
        grown=("56.7048", "567.048"),
    ),
    Edition(
        id="japan_weekly_flows",
        taken="2026-01-08",
        text=_fixture("markets/week.csv"),
        layout=Delimited(first=1, period=0, swap=(1, 2)),
        newest="2025．12．28",
        oldest="2025．12．21",
        renamed=("Acquisition", "Bought"),
        grown=('"20,658 "', '"206,580 "'),
        pack=lambda content: content.decode().encode("cp932"),
    ),
    Edition(
        id="official_gold",
        taken="2026-02-10",
        text=_fixture("gold/official_gold.csv"),
        layout=Delimited(first=2, period=0),
        newest="2025-12",
        oldest="2025-09",
        renamed=("Tonnes", "Gold"),
        grown=("515.47", "51547"),
        name="Poland",
    ),
    Edition(
        id="tic_press_tables",
        taken="2025-06-18",
        text=_fixture("tic/press_tables.csv"),
        layout=Delimited(first=6, period=0),
        newest="2025-06-18",
        oldest="2025-05-16",
        renamed=("value_bn", "value"),
        grown=("2025-04,1000.0", "2025-04,10000.0"),
    ),
    Edition(
        id="tic_slt_table1_editions",
        taken="2024-12-19",
        text=_fixture("tic/slt_table1_editions.csv"),
        layout=Delimited(first=4, period=0),
        newest="2024-12-19",
        oldest="2023-09-18",
        renamed=("for_lt_treas_pos", "for_lt_treas"),
        grown=("7300000", "73000000"),
        name="Grand Total",
    ),
    Edition(
        id="acm_monthly",
        taken="2025-05-05",
        text=_fixture("markets/ACM_monthly.csv"),
        layout=Delimited(first=1, period=0),
        newest="30-Apr-2025",
        oldest="31-Mar-2025",
        renamed=("ACMTP10", "ACMTERM10"),
        grown=("4.2000", "4200"),
        pack=lambda text: acm_workbook(text, (FIXTURES / "markets" / "ACM_daily_ACMTP10.csv").read_bytes()),
    ),
    Edition(
        id="auctions",
        taken="2025-03-31",
        text=lambda: json.dumps(json.loads(_fixture("auctions/auctions_query.json")())["data"]),
        layout=Json(
            period="auction_date",
            figures=(
                "bid_to_cover_ratio",
                "high_yield",
                "offering_amt",
                "total_accepted",
                "comp_accepted",
                "primary_dealer_accepted",
                "direct_bidder_accepted",
                "indirect_bidder_accepted",
            ),
        ),
        newest="2025-03-26",
        oldest="1980-02-05",
        renamed=('"bid_to_cover_ratio"', '"bid_cover_ratio"'),
        grown=('"2.59"', '"259"'),
        pack=lambda text: fiscaldata_page(json.loads(text)),
    ),
    Edition(
        id="cbo_actuals",
        taken="1985-02-01",
        text=_fixture("cbo/actuals.csv"),
        layout=Delimited(first=4, period=3, swap=(0, 1)),
        newest="1984",
        oldest="1982",
        renamed=("actual_value", "value"),
        grown=("-185.4", "-1854"),
    ),
    Edition(
        id="cbo_baselines",
        taken="2026-03-01",
        text=_fixture("cbo/baselines.csv"),
        layout=Delimited(first=8, period=3, swap=(0, 1)),
        newest="2026-02-01",
        oldest="1983-02-01",
        renamed=("projected_fiscal_year", "fiscal_year"),
        grown=("5600.5", "560050"),
    ),
    Edition(
        id="cofer_shares",
        taken="2026-03-28",
        text=_fixture("imf/cofer_shares.xml"),
        layout=Sdmx(),
        newest="2025-Q4",
        oldest="2025-Q3",
        renamed=("SHRO_PT", "SHARE_PT"),
        grown=('"20.25"', '"202.5"'),
    ),
    Edition(
        id="cofer_values",
        taken="2026-03-28",
        text=lambda: _fixture("imf/cofer_values.xml")().replace(
            '"2025-Q3" DERIVATION', '"2025-Q3" OBS_VALUE="7300000000000.5" DERIVATION'
        ),
        layout=Sdmx(),
        newest="2025-Q4",
        oldest="2025-Q3",
        renamed=("NV_USD", "NV_XDC"),
        grown=("7457809673654.24", "745780967365424"),
    ),
    Edition(
        id="DGS10",
        taken="2026-08-25",
        text=_series,
        layout=Delimited(first=1, period=0, swap=(0, 1)),
        newest=str(_held("DGS10", 1)["date"].iloc[0].date()),
        oldest=str(_held("DGS10", 60)["date"].iloc[0].date()),
        renamed=("DGS10", "DGS_10"),
        grown=(
            f"\n{_held('DGS10', 1)['date'].iloc[0].date()},",
            f"\n{_held('DGS10', 1)['date'].iloc[0].date()},-1",
        ),
    ),
    Edition(
        id="french_factors_daily",
        taken="2025-05-15",
        text=_fixture("markets/F-F_Research_Data_Factors_daily.csv"),
        layout=Delimited(first=1, period=0),
        newest="20250403",
        oldest="19260701",
        renamed=("Mkt-RF", "Market"),
        grown=("-5.04", "-504"),
        pack=_zipped("F-F_Research_Data_Factors_daily.csv"),
    ),
    Edition(
        id="gold_pm",
        taken="2025-04-14",
        text=_fixture("markets/gold_pm.json"),
        layout=Json(period="d", figures=("v",)),
        newest="2025-04-11",
        oldest="1968-04-01",
        renamed=('"v":', '"value":'),
        grown=("3230.5", "3230500"),
    ),
    Edition(
        id="gsw_parameters",
        taken="2026-08-25",
        text=_curve,
        layout=Delimited(first=1, period=0),
        newest=str(_held("gsw_parameters", 1)["date"].iloc[0].date()),
        oldest=str(_held("gsw_parameters", 60)["date"].iloc[0].date()),
        renamed=("BETA2", "B2"),
        grown=(
            f"\n{_held('gsw_parameters', 1)['date'].iloc[0].date()},",
            f"\n{_held('gsw_parameters', 1)['date'].iloc[0].date()},99999",
        ),
    ),
    Edition(
        id="jgb_yields",
        taken="2026-07-02",
        text=_fixture("markets/jgbcme_all.csv"),
        layout=Delimited(first=1, period=0),
        newest="2026/6/30",
        oldest="1974/9/24",
        renamed=(",10Y,", ",10 years,"),
        grown=(",2.69,", ",26.9,"),
    ),
    Edition(
        id="kim_wright_monthly",
        taken="2026-03-05",
        text=_fixture("markets/feds200533.csv"),
        layout=Delimited(first=1, period=0),
        newest="2026-02",
        oldest="2026-01",
        renamed=("THREEFYTP1000.B", "KW1000"),
        grown=("0.462700009346008", "462.7"),
    ),
    Edition(
        id="mspd_marketable",
        taken="2026-08-10",
        text=_statement,
        layout=Json(
            period="record_date",
            figures=("total_mil_amt", "debt_held_public_mil_amt", "intragov_hold_mil_amt"),
        ),
        newest=str(_held("mspd_marketable", 1)["month"].iloc[0].date()),
        oldest=str(_held("mspd_marketable", 200)["month"].drop_duplicates().iloc[1].date()),
        renamed=('"security_class_desc"', '"security_class"'),
        grown=('"total_mil_amt": "', '"total_mil_amt": "99'),
        pack=lambda text: fiscaldata_page(json.loads(text)),
    ),
    Edition(
        id="tic_first_prints",
        taken="2025-06-18",
        text=_fixture("tic/first_prints.csv"),
        layout=Delimited(first=2, period=0, swap=(2, 3)),
        newest="2025-04",
        oldest="2025-03",
        renamed=("value_usd_bn", "value_usd_mn"),
        grown=("9013.0", "90130.0"),
        name="Japan",
    ),
    Edition(
        id="tic_mfhhis01",
        taken="2011-02-28",
        text=lambda: _fixture("tic/mfhhis01.txt")().replace("5/18/2026", "2/28/2011"),
        layout=Delimited(first=1, separator="\t", swap=(2, 3)),
        newest=1,
        oldest=lambda text: text[: text.index("\tSeries 7/")] + text[text.index("Department") :],
        renamed=("Country\t2010", "Holder\t2010"),
        grown=("Grand Total\t1566.7", "Grand Total\t15667"),
        name="Korea, South ",
    ),
    Edition(
        id="tic_positions",
        taken="2012-07-31",
        text=_fixture("tic/positions.csv"),
        layout=Delimited(first=3, period=0),
        newest="6/30/2012",
        oldest="11/30/2011",
        renamed=("ftot_treas_est_pos", "ftot_treasury_est_pos"),
        grown=("100010", "10001000"),
        name="Belgium",
    ),
    Edition(
        id="tic_s1_globl",
        taken="2023-03-15",
        text=_fixture("tic/s1_globl.txt"),
        layout=Delimited(first=3, period=2, separator="\t"),
        newest="2000-02",
        oldest="2000-01",
        renamed=("[7]", "[17]"),
        grown=('"2,960"', '"29,600"'),
        name="Total Europe",
    ),
    Edition(
        id="tic_shlhistdat",
        taken="2026-04-30",
        text=_fixture("tic/shlhistdat.txt"),
        layout=Delimited(first=2, separator="\t", swap=(3, 4)),
        newest=2,
        oldest=20,
        renamed=("Treasury Debt", "Government debt"),
        grown=("1278617", "127861700"),
        name="Congo (Kinshasa)",
    ),
    Edition(
        id="tic_slt3d_globl",
        taken="2023-03-15",
        text=_fixture("tic/slt3d_globl.csv"),
        layout=Delimited(first=3, period=2),
        newest="2023-01",
        oldest="2022-12",
        renamed=('"Long-term"', '"Longer-term"'),
        grown=('"2,400,000"', '"24,000,000"'),
        name="Anguilla",
    ),
    Edition(
        id="tic_slt_table1",
        taken="2023-04-17",
        text=_fixture("tic/slt_table1.txt"),
        layout=Delimited(first=3, period=2, separator="\t"),
        newest="2023-02",
        oldest="2023-01",
        renamed=("for_lt_treas_valchg", "for_lt_treas_val"),
        grown=("69995\t2023-02\t22900000", "69995\t2023-02\t229000000"),
        name="Monaco",
    ),
    Edition(
        id="tic_slt_table3",
        taken="2023-04-17",
        text=_fixture("tic/slt_table3.txt"),
        layout=Delimited(first=3, period=2, separator="\t"),
        newest="2023-02",
        oldest="2023-01",
        renamed=("for_lt_treas_valchg", "for_lt_treas_val"),
        grown=("41408\t2023-02\t849000", "41408\t2023-02\t8490000"),
        name="Guernsey",
    ),
    Edition(
        id="un_agreement",
        taken="2024-06-30",
        text=_fixture("un/agreement.csv"),
        layout=Delimited(first=3, period=2),
        newest="78",
        oldest="1",
        renamed=('"USAgree"', '"AgreeUS"'),
        grown=("0.2,0.8", "2000,0.8"),
        name="Turkey",
    ),
    Edition(
        id="un_ideal_points",
        taken="2026-03-01",
        text=_fixture("un/ideal_points.tab"),
        layout=Delimited(first=4, period=3, separator="\t"),
        newest="2025",
        oldest="2024",
        renamed=("IdealPointFP", "IdealPoint"),
        grown=("3.3621", "3362.1"),
        name="China",
        address="https://dataverse.harvard.edu/api/access/datafile/13642025",
        beside={f"/dataverse.harvard.edu{_FILES}": dataverse_listing()},
    ),
    Edition(
        id="un_voting_coincidence",
        taken="2023-03-01",
        text=_fixture("un/voting_coincidence.csv"),
        layout=Delimited(first=4, period=0, swap=(4, 5)),
        newest="2022",
        oldest="2017",
        renamed=("oppose", "against"),
        grown=("55,20,25,0,100,68", "55,20,2500,0,100,68"),
        name="Maldives",
    ),
    Edition(
        id="holders_by_sector",
        taken="2026-09-11",
        text=_fixture("z1/F3_2_s.csv"),
        layout=Delimited(first=1, period=0),
        newest="2026:Q2",
        oldest="1951:Q4",
        renamed=("LM263061105.Q", "LM263061106.Q"),
        grown=(",300001,", ",3000010,"),
        pack=_zipped("csv/F3_2_s.csv"),
    ),
)
"""One edition an importer."""


def all_answers() -> dict[str, Answer]:
    """The editions, and the embedded FRED series in full, by address."""
    catalog, store = read_catalog(), Store(snapshot=ROOT / "data" / "snapshot")
    answers: dict[str, Answer] = {}
    for edition in EDITIONS:
        answers |= edition.answers(catalog)
    for id, dataset in catalog.items():
        if dataset.adapter == "fred" and store.holds(id):
            answers[address(dataset)] = Answer(
                fred_csv(store.read(id), dataset),
                headers=copy_headers(store.origin(id).vintage, "embedded table"),
            )
    return answers


def main() -> None:
    """Serve all editions until interrupted."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--latency", type=float, default=0.3, help="seconds before each answer")
    mirror = Mirror(all_answers(), latency=parser.parse_args().latency)
    others = [id for id, d in read_catalog().items() if d.adapter == "fred" and d.embedded]
    print(mirror.url, *dict.fromkeys([*(edition.id for edition in EDITIONS), *others]), flush=True)
    mirror.serve_forever()


if __name__ == "__main__":
    main()
