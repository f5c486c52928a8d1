"""The publishers' own layouts, made back from re-saved copies of market data.

A copy holds a publication's values in another form (a sheet saved as CSV,
dates re-written, columns left out). These functions put the values back into
the form the publisher serves, so that a loopback mirror exercises the live
path and a test can hold both forms against each other.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pandas as pd
import xlwt

__all__ = [
    "acm_workbook",
    "factors_zip",
    "gold_json",
    "kim_wright_csv",
    "observations_xml",
    "zero_coupon_csv",
]

_NOTE = (
    '"Note: This is not an official Federal Reserve statistical release. Because this is a staff research '
    "product and not an official statistical release, it is subject to delay, revision, or methodological "
    'changes without advance notice."\n'
)
_ACM_HEADINGS = ["DATE"] + [f"ACM{part}{years:02d}" for part in ("Y", "TP", "RNY") for years in range(1, 11)]


def acm_workbook(monthly_csv: bytes, daily_csv: bytes) -> bytes:
    """``ACMTermPremium.xls``; columns a copy lacks are empty cells."""
    book = xlwt.Workbook()
    for name, content in (("ACM Monthly", monthly_csv), ("ACM Daily", daily_csv)):
        sheet = book.add_sheet(name)
        table = pd.read_csv(io.BytesIO(content)).reindex(columns=_ACM_HEADINGS)
        for column, heading in enumerate(table):
            sheet.write(0, column, heading)
            for row, value in table[heading].dropna().items():
                sheet.write(row + 1, column, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def factors_zip(iso_csv: bytes) -> bytes:
    """``F-F_Research_Data_Factors_daily_CSV.zip``: nameless first heading, ``YYYYMMDD``, CRLF."""
    head, _, body = iso_csv.decode().partition("\nDate,")
    rows, _, tail = body.partition("\n\n")
    rows = "\n".join(line[:10].replace("-", "") + line[10:] for line in rows.split("\n")[1:])
    heading = body.partition("\n")[0]
    text = f"{head}\n,{heading}\n{rows}\n\n{tail}".replace("\n", "\r\n")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("F-F_Research_Data_Factors_daily.csv", text)
    return buffer.getvalue()


def gold_json(csv: bytes) -> bytes:
    """``gold_pm.json``; sterling and euro, which the copy lacks, are null."""
    rows = pd.read_csv(io.BytesIO(csv)).itertuples(index=False)
    entries = [{"is_cms_locked": 0, "d": day, "v": [price, None, None]} for day, price in rows]
    return json.dumps(entries, separators=(",", ":")).encode()


def observations_xml(csv: bytes) -> bytes:
    """``fred/series/observations`` of FRED's API, from the same series as ``fredgraph.csv``."""
    lines = csv.decode().splitlines()[1:]
    rows = [f'  <observation date="{d}" value="{v or "."}"/>' for d, v in (x.split(",") for x in lines)]
    head = f'<?xml version="1.0" encoding="utf-8" ?>\n<observations count="{len(rows)}" limit="100000">'
    return "\n".join([head, *rows, "</observations>\n"]).encode()


def zero_coupon_csv(gz: bytes) -> bytes:
    """``feds200628.csv``: preamble, a column between the parameters, a holiday of ``NA``."""
    table = pd.read_csv(io.BytesIO(gzip.decompress(gz)), dtype=str)
    table.insert(table.columns.get_loc("TAU1"), "SVENY01", None)
    holiday = pd.DataFrame({"Date": ["1961-07-04"]})
    table = pd.concat([table, holiday]).drop_duplicates("Date").sort_values("Date")
    preamble = (
        f"{_NOTE}\nSeries,Compounding Convention,Mnemonic(s)\n"
        "Zero-coupon yield,Continuously Compounded,SVENYXX\nParameters,N/A,BETA0 to TAU2\n\n"
    )
    return (preamble + table.to_csv(index=False, na_rep="NA")).encode()


def kim_wright_csv(monthly_csv: bytes) -> bytes:
    """``feds200533.csv``: preamble, percent, one observation on the last weekday of each month."""
    copy = pd.read_csv(io.BytesIO(monthly_csv), parse_dates=["month_end"])
    weekdays = copy["month_end"].map(pd.offsets.BDay().rollback)
    table = pd.DataFrame(
        {
            "Date": weekdays.dt.strftime("%Y-%m-%d"),
            "THREEFY1000.B": "NA",
            "THREEFYTP1000.B": copy["THREEFYTP10_bp"] / 100,
        }
    )
    preamble = (
        '"Data on the nominal term structure model from Kim and Wright 2005-33 FEDS paper."\n'
        f'"All rates are in percentage points."\n{_NOTE}Mnemonics,"",""\n'
        "THREEFYxx00.B,,Fitted yield on an xx year zero coupon bond\n"
        "THREEFYTPxx00.B,,Term premium on an xx year zero coupon bond\n\n\n"
    )
    return (preamble + table.to_csv(index=False)).encode()
