"""A loopback server that stands in for the publishers.

Tests fill it with answers of their own. Run as a program it serves a folder of
public copies of the official publications under their official addresses, which
is how the embedded snapshot is made::

    python tests/support/mirror.py FOLDER &
    BOOK_MIRROR=http://127.0.0.1:8000 make refresh

The folder's ``MANIFEST.csv`` says of each file which address it was published at
and what kind of copy it is; the second goes out as the header ``X-Public-Copy``
and ends up in the origin of the table. Copies that are not in the publisher's
own layout any more are put back into it on the way out, so that the importers
meet what they will meet live.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import datetime as dt
import email.utils
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from official_markets import acm_workbook, factors_zip, gold_json, kim_wright_csv, zero_coupon_csv
from official_public import (
    allotments_page,
    auctions_json,
    cofer_values_xml,
    dataverse_listing,
    fiscaldata_page,
    holders_zip,
    statement_page,
    voting_coincidence_csv,
)

from foreign_demand.data.catalog import read_catalog

__all__ = ["Answer", "Mirror", "official_answers"]


@dataclass
class Answer:
    """One HTTP answer."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    stall: float = 0.0
    """Seconds of silence after half of the body."""
    breaks_off: bool = False
    """True to close the connection after half of the body."""


Respond = Callable[[str], Answer]
"""Gets the query string, gives the answer."""


class Mirror:
    """Serves answers by ``/HOST/PATH``, and counts what was asked.

    Parameters
    ----------
    answers
        Per ``/HOST/PATH`` or ``/HOST/PATH?QUERY``: an answer, or a function from
        the query string to one. Anything else gets 404.
    latency
        Seconds before each answer.
    """

    def __init__(
        self, answers: Mapping[str, Answer | Respond], *, port: int = 0, latency: float = 0.0
    ) -> None:
        self.answers = dict(answers)
        self.latency = latency
        self.asked: list[str] = []
        self.stopping = threading.Event()
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle(self) -> None:
                with contextlib.suppress(ConnectionError):  # a client may leave before the end
                    super().handle()

            def do_GET(self) -> None:
                mirror.asked.append(self.path)
                time.sleep(mirror.latency)
                answer = mirror.find(self.path)
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                half = len(answer.body) // 2
                if answer.stall or answer.breaks_off:
                    self.wfile.write(answer.body[:half])
                    self.wfile.flush()
                    mirror.stopping.wait(answer.stall)
                    self.close_connection = True
                else:
                    self.wfile.write(answer.body)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Answer over TLS only, under the certificate of ``context``."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = self.url.replace("http:", "https:")

    def find(self, path: str) -> Answer:
        """The answer to one request line."""
        parts = urlsplit(path)
        found = self.answers.get(path) or self.answers.get(parts.path) or Answer(status=404)
        return found if isinstance(found, Answer) else found(parts.query)

    def __enter__(self) -> Mirror:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def serve_forever(self) -> None:
        """Serve until interrupted."""
        self._server.serve_forever()


def copy_headers(taken: str, form: str) -> dict[str, str]:
    """Headers of a public copy: what it is and, where that is known, when it was taken."""
    headers = {"X-Public-Copy": f"public copy, {form}".encode("ascii", "replace").decode()}
    if taken:
        moment = dt.datetime.fromisoformat(taken).replace(hour=12, tzinfo=dt.UTC)
        headers["Last-Modified"] = email.utils.format_datetime(moment, usegmt=True)
    return headers


TAKEN = {"tic/slt_table1.txt": "2026-07-16", "tic/slt_table3.txt": "2026-07-16", "tic/": "2026-07-01"}
"""When copies without a date in them were taken, by the beginning of their path."""

RECODED = "values as published, put back into the publisher's layout"


def official_answers(folder: Path) -> dict[str, Answer | Respond]:
    """Answers made of a folder of public copies, by the addresses of the catalog.

    Parameters
    ----------
    folder
        With ``MANIFEST.csv``: ``file``, ``official_url``, ``form``.
    """
    with (folder / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        forms = {row["file"]: row["form"] for row in csv.DictReader(file)}
    catalog = read_catalog()

    def copy(name: str, body: bytes | None = None, form: str = "") -> Answer:
        body = (folder / name).read_bytes() if body is None else body
        taken = next((day for start, day in TAKEN.items() if name.startswith(start)), "")
        return Answer(body, headers=copy_headers(taken, form or forms[name]))

    def at(id: str) -> str:
        parts = urlsplit(catalog[id].url)
        return f"/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def read(name: str) -> bytes:
        return (folder / name).read_bytes()

    answers: dict[str, Answer | Respond] = {}
    for id, dataset in catalog.items():
        name = f"fred/{id}.csv"
        if dataset.adapter == "fred" and name in forms:
            answers[at(id)] = copy(name)
    for id, name in EXACT.items():
        answers[at(id)] = copy(name)
    auctions = fiscaldata_page(auctions_json(folder / "auctions"))
    recoded = {
        "acm_monthly": acm_workbook(read("nyfed/ACM_monthly.csv"), read("nyfed/ACM_daily_ACMTP10.csv")),
        "auctions": auctions,
        "cofer_values": cofer_values_xml(folder / "cofer"),
        "french_factors_daily": factors_zip(read("french/F-F_Research_Data_Factors_daily_202604_iso.csv")),
        "gold_pm": gold_json(read("lbma/gold_pm_usd.csv")),
        "gsw_parameters": zero_coupon_csv(read("fedboard/feds200628_params.csv.gz")),
        "holders_by_sector": holders_zip(read("z1/holders_panel.csv")),
        "kim_wright_monthly": kim_wright_csv(read("fedboard/kim_wright_10y_monthly_bp.csv")),
        "un_voting_coincidence": voting_coincidence_csv(
            folder / "un" / "state_dept", catalog["un_voting_coincidence"]
        ),
    }
    if (folder / STATEMENT).exists():
        recoded["mspd_marketable"] = statement_page(read(STATEMENT))
    for id, body in recoded.items():
        answers[at(id)] = copy("", body, RECODED)
    workbooks = [
        name for name in forms if name.startswith("auctions/investor_class/") and name.endswith(".xls")
    ]
    answers[at("investor_class_coupons")] = Answer(
        allotments_page(f"/system/files/276/{Path(name).name}" for name in workbooks)
    )
    for name in workbooks:
        answers[f"/home.treasury.gov/system/files/276/{Path(name).name}"] = copy(name)
    answers[at("un_ideal_points")] = Answer(dataverse_listing())
    answers["/dataverse.harvard.edu/api/access/datafile/13642025"] = copy(
        "un/Idealpointestimates1946-2025.tab"
    )
    return answers


STATEMENT = "mspd/mspd_table_1.csv"
"""Monthly Statement of the Public Debt as FiscalData's CSV, where the folder has it."""


EXACT = {
    "cbo_actuals": "cbo/actuals.csv",
    "cbo_baselines": "cbo/baselines_since_2024.csv",
    "cofer_shares": "cofer/cofer_shares.xml",
    "japan_weekly_flows": "mof/week.csv",
    "jgb_yields": "mof/jgbcme_all.csv",
    "tic_mfhhis01": "tic/mfhhis01.txt",
    "tic_official_positions": "tic/ticdata.liabilities.foiadj.txt",
    "tic_positions": "tic/bertaut_judson_positions_liabs_2021.csv",
    "tic_s1_globl": "tic/s1_globl.txt",
    "tic_shlhistdat": "tic/shlhistdat.txt",
    "tic_slt3d_globl": "tic/slt3d_globl.csv",
    "tic_slt_table1": "tic/slt_table1.txt",
    "tic_slt_table3": "tic/slt_table3.txt",
    "tic_slt_table5": "tic/slt_table5.txt",
    "un_agreement": "un/IdealpointestimatesAll_Jun2024.csv",
}
"""Copies that are still in the publisher's layout, by dataset."""


def main() -> None:
    """Serve a folder of public copies until interrupted."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path, help="public copies, with MANIFEST.csv")
    parser.add_argument("--port", type=int, default=8000)
    args = parser.parse_args()
    mirror = Mirror(official_answers(args.folder), port=args.port)
    print(f"BOOK_MIRROR={mirror.url}", flush=True)
    mirror.serve_forever()


if __name__ == "__main__":
    main()
