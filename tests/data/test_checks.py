"""What may not replace a held table: bad input of every kind, through the store, for many importers."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest
from mirror import Answer, Mirror, copy_headers
from official_markets import zero_coupon_csv
from official_public import fiscaldata_page
from project import FIXTURES, OFFICIAL, ROOT, needs_official

from foreign_demand.data.catalog import Catalog, Dataset, read_catalog
from foreign_demand.data.checks import check_table
from foreign_demand.data.refresh import refresh
from foreign_demand.data.store import Outcome, Store
from foreign_demand.exceptions import CheckError, ImplausibleError

PAGE = b"<!DOCTYPE html>\n<html><head><title>Busy</title></head><body>Try again later.</body></html>\n"


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def zipped(content: bytes, name: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return archive.getvalue()


def curve() -> bytes:
    """The held zero-coupon parameters in the publisher's layout."""
    held = Store(snapshot=ROOT / "data" / "snapshot").read("gsw_parameters")
    rows = held.assign(date=held["date"].dt.strftime("%Y-%m-%d")).rename(columns=str.upper)
    text = rows.rename(columns={"DATE": "Date"}).to_csv(index=False, na_rep="-999.99")
    return zero_coupon_csv(gzip.compress(text.encode()))


@dataclass(frozen=True, kw_only=True)
class Publication:
    """A small edition of one publication, and how to spoil it."""

    id: str
    taken: str
    """Day on which this edition was current."""
    text: Callable[[], bytes]
    renamed: tuple[bytes, bytes]
    """A heading, and what it might be called tomorrow."""
    grown: tuple[bytes, bytes]
    """A value with its surroundings, and the same ten times as large."""
    pack: Callable[[bytes], bytes] = bytes
    """From the text to what is served."""

    def spoilt(self, change: tuple[bytes, bytes]) -> bytes:
        """The edition with one change in its text."""
        old, new = change
        text = self.text()
        assert text.count(old) >= 1, f"{old!r} is not in the edition"
        return self.pack(text.replace(old, new))


PUBLICATIONS = [
    Publication(
        id="tic_mfhhis01",
        taken="2011-02-28",
        text=lambda: fixture("tic/mfhhis01.txt").replace(b"5/18/2026", b"2/28/2011"),
        renamed=(b"Country\t2010", b"Holder\t2010"),
        grown=(b"Grand Total\t1566.7", b"Grand Total\t15667"),
    ),
    Publication(
        id="tic_slt_table5",
        taken="2026-07-01",
        text=lambda: fixture("tic/slt_table5.txt"),
        renamed=(b"Country\t", b"Holder\t"),
        grown=(b"Japan\t1209.9", b"Japan\t12099"),
    ),
    Publication(
        id="tic_slt_table3",
        taken="2023-04-17",
        text=lambda: fixture("tic/slt_table3.txt"),
        renamed=(b"for_lt_treas_valchg", b"for_lt_treas_val"),
        grown=(b"41408\t2023-02\t849000", b"41408\t2023-02\t8490000"),
    ),
    Publication(
        id="tic_s1_globl",
        taken="2023-03-15",
        text=lambda: fixture("tic/s1_globl.txt"),
        renamed=(b"[7]", b"[17]"),
        grown=(b'"2,960"', b'"29,600"'),
    ),
    Publication(
        id="auctions",
        taken="2025-03-31",
        text=lambda: fiscaldata_page(json.loads(fixture("auctions/auctions_query.json"))["data"]),
        renamed=(b"bid_to_cover_ratio", b"bid_cover_ratio"),
        grown=(b'"2.59"', b'"25.9"'),
    ),
    Publication(
        id="gsw_parameters",
        taken="2026-08-25",
        text=curve,
        renamed=(b"BETA2", b"B2"),
        grown=(b"-402.1800183", b"-4021.800183"),
    ),
    Publication(
        id="french_factors_daily",
        taken="2025-05-15",
        text=lambda: fixture("markets/F-F_Research_Data_Factors_daily.csv"),
        renamed=(b"Mkt-RF", b"Market"),
        grown=(b"-5.04", b"-50.4"),
        pack=lambda text: zipped(text, "F-F_Research_Data_Factors_daily.csv"),
    ),
    Publication(
        id="acm_monthly",
        taken="2025-05-05",
        text=lambda: fixture("markets/ACM_monthly.csv"),
        renamed=(b"ACMTP10", b"ACMTERM10"),
        grown=(b"4.2000", b"42.000"),
    ),
    Publication(
        id="jgb_yields",
        taken="2026-07-02",
        text=lambda: fixture("markets/jgbcme_all.csv"),
        renamed=(b",10Y,", b",10 years,"),
        grown=(b",2.69,", b",26.9,"),
    ),
    Publication(
        id="gold_pm",
        taken="2025-04-14",
        text=lambda: fixture("markets/gold_pm.json"),
        renamed=(b'"v":', b'"value":'),
        grown=(b"3230.5", b"32305"),
    ),
    Publication(
        id="cofer_shares",
        taken="2026-03-28",
        text=lambda: fixture("imf/cofer_shares.xml"),
        renamed=(b"SHRO_PT", b"SHARE_PT"),
        grown=(b'"20.25"', b'"202.5"'),
    ),
    Publication(
        id="cbo_actuals",
        taken="1985-02-01",
        text=lambda: fixture("cbo/actuals.csv"),
        renamed=(b"actual_value", b"value"),
        grown=(b"-185.4", b"-1854"),
    ),
    Publication(
        id="holders_by_sector",
        taken="2026-09-11",
        text=lambda: fixture("z1/F3_2_s.csv"),
        renamed=(b"LM263061105.Q", b"LM263061106.Q"),
        grown=(b",300001,", b",3000010,"),
        pack=lambda text: zipped(text, "csv/F3_2_s.csv"),
    ),
]
BY_ID = {publication.id: publication for publication in PUBLICATIONS}

FAULTS: dict[str, Callable[[Publication], bytes]] = {
    "empty file": lambda publication: b"",
    "web page": lambda publication: PAGE,
    "renamed column": lambda publication: publication.spoilt(publication.renamed),
    "cut anywhere": lambda publication: (body := publication.pack(publication.text()))[: len(body) // 2],
    "cut behind a line": lambda publication: publication.pack(up_to_line(publication.text())),
    "ten times too large": lambda publication: publication.spoilt(publication.grown),
}


def up_to_line(text: bytes) -> bytes:
    """The first lines of a text, about two thirds of it; nothing where it is one line."""
    return text[: text.rfind(b"\n", 0, 2 * len(text) // 3) + 1]


class Served:
    """A store, and a mirror in the place of the publishers."""

    def __init__(self, store: Store, mirror: Mirror) -> None:
        self.store, self.mirror = store, mirror

    def refresh(self, id: str, body: bytes, **headers: str) -> Outcome:
        """Refresh one dataset from an answer with this body."""
        address = urlsplit(self.store.catalog[id].url)
        self.mirror.answers[f"/{address.netloc}{address.path}"] = Answer(body, headers=headers)
        return refresh(self.store, [id])[0]

    def table(self, id: str) -> bytes:
        return (self.store.cache / f"{id}.csv").read_bytes()


@pytest.fixture(scope="module")
def mirror() -> Iterator[Mirror]:
    with Mirror({}) as mirror:
        yield mirror


@pytest.fixture
def served(tmp_path: Path, catalog: Catalog, mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> Served:
    mirror.answers.clear()
    monkeypatch.delenv("FRED_API_KEY", raising=False)
    monkeypatch.setenv("BOOK_MIRROR", mirror.url)
    return Served(Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache", catalog=catalog), mirror)


# --- bad input ---------------------------------------------------------------


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("id", BY_ID)
def test_bad_input_gives_one_clear_error_and_leaves_the_held_table(
    served: Served, id: str, fault: str
) -> None:
    publication = BY_ID[id]
    headers = copy_headers(publication.taken, "excerpt")
    good = served.refresh(id, publication.pack(publication.text()), **headers)
    assert good.status == "live", good.error
    before = served.table(id)

    bad = served.refresh(id, FAULTS[fault](publication), **headers)
    assert bad.status == "failed"
    assert bad.error.startswith(f"{id}: ")
    assert "\n" not in bad.error
    assert (bad.new_rows, bad.revised_cells) == (0, 0)
    assert served.table(id) == before
    assert [file.name for file in served.store.cache.rglob("*") if file.is_file()] == [f"{id}.csv"]
    assert not (served.store.cache.parent / "revisions").exists()


@pytest.mark.parametrize("fault", ["empty file", "web page", "renamed column", "ten times too large"])
def test_bad_input_at_the_first_import_leaves_nothing(served: Served, fault: str) -> None:
    publication = BY_ID["tic_slt_table3"]
    outcome = served.refresh(
        publication.id, FAULTS[fault](publication), **copy_headers(publication.taken, "excerpt")
    )
    assert outcome.error.startswith("tic_slt_table3: ")
    assert not served.store.cache.exists()


def test_one_bad_publication_does_not_keep_the_others_back(served: Served) -> None:
    good, bad = BY_ID["tic_slt_table5"], BY_ID["tic_slt_table3"]
    for publication, body in ((good, good.text()), (bad, PAGE)):
        address = urlsplit(served.store.catalog[publication.id].url)
        served.mirror.answers[f"/{address.netloc}{address.path}"] = Answer(
            body, headers=copy_headers(publication.taken, "excerpt")
        )
    outcomes = refresh(served.store, [bad.id, good.id])
    assert [(outcome.id, outcome.status) for outcome in outcomes] == [(bad.id, "failed"), (good.id, "live")]


# --- adding up, at refresh ---------------------------------------------------


@pytest.mark.parametrize(
    ("id", "old", "new", "says"),
    [
        (
            "tic_mfhhis01",
            b'"China, Mainland"\t1160.1',
            b'"China, Mainland"\t1150.1',
            "add up to Grand Total, but in 2010-12",
        ),
        (
            "tic_mfhhis01",
            b"All Other\t100.0\t100.0",
            b"All Other\t100.0\t90.0",
            "add up to Grand Total, but in 2010-11",
        ),
        (
            "tic_mfhhis01",
            b"Treasury Bills\t10.0",
            b"Treasury Bills\t11.0",
            "add up to Foreign Official, but in 2010-12",
        ),
        (
            "tic_slt_table3",
            b"99990\t2023-02\t3692667",
            b"99990\t2023-02\t3692767",
            "official and non-official",
        ),
        (
            "tic_slt_table3",
            b"99991\t2023-01\t3244253",
            b"99991\t2023-01\t3244153",
            "official and non-official",
        ),
        (
            "tic_slt_table3",
            b"49999\t2023-02\t3200000",
            b"49999\t2023-02\t3210000",
            "regions add up to all countries",
        ),
    ],
    ids=["country", "other", "official-bills", "official", "non-official", "region"],
)
def test_what_does_not_add_up_is_refused_at_refresh_with_both_sums(
    served: Served, id: str, old: bytes, new: bytes, says: str
) -> None:
    publication = BY_ID[id]
    headers = copy_headers(publication.taken, "excerpt")
    assert served.refresh(id, publication.text(), **headers).status == "live"
    before = served.table(id)
    outcome = served.refresh(id, publication.spoilt((old, new)), **headers)
    assert outcome.status == "failed"
    assert outcome.error.startswith(f"{id}: ")
    assert says in outcome.error
    assert "gap" in outcome.error
    assert served.table(id) == before


# --- the dead table ----------------------------------------------------------

DEAD = [
    pytest.param(FIXTURES / "tic" / "mfh.txt", id="excerpt"),
    pytest.param(OFFICIAL / "tic" / "mfh_frozen.txt", id="official", marks=needs_official),
]


@pytest.mark.parametrize("dead", DEAD)
def test_the_dead_table_is_refused_as_stale_with_its_month(served: Served, dead: Path) -> None:
    living = BY_ID["tic_slt_table5"]
    assert served.refresh(living.id, living.text(), **copy_headers(living.taken, "excerpt")).status == "live"
    before = served.table(living.id)
    outcome = served.refresh(living.id, dead.read_bytes())
    assert outcome.status == "failed"
    assert outcome.error.startswith("tic_slt_table5: stale.")
    assert "2023-01" in outcome.error
    assert "2026-04" in outcome.error
    assert served.table(living.id) == before


@pytest.mark.parametrize("dead", DEAD)
def test_the_dead_table_is_refused_where_nothing_is_held_yet(served: Served, dead: Path) -> None:
    outcome = served.refresh("tic_slt_table5", dead.read_bytes())
    assert outcome.error.startswith("tic_slt_table5: stale.")
    assert "2023-01" in outcome.error
    assert not served.store.cache.exists()


# --- steps -------------------------------------------------------------------


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(snapshot=ROOT / "data" / "snapshot", cache=tmp_path_factory.mktemp("cache"))


def check(store: Store, id: str, new: pd.DataFrame) -> pd.DataFrame:
    """Check a table against the embedded one, at the day of its vintage."""
    as_at = dt.date.fromisoformat(store.origin(id).vintage)
    return check_table(new, store.catalog[id], held=store.read(id), as_at=as_at)


def revised(table: pd.DataFrame, dataset: Dataset, factor: float, **row: str) -> pd.DataFrame:
    """A table whose newest value, of the row given, is ``factor`` times as large."""
    chosen = table
    for column, value in row.items():
        chosen = chosen[chosen[column] == value]
    newest = chosen[dataset.numbers[0].name].last_valid_index()
    table = table.copy()
    table.loc[newest, dataset.numbers[0].name] *= factor
    return table


SERIES = ["DGS10", "FDHBFIN", "FYGFDPUN", "WMTSECL1", "VIXCLS", "DEXUSEU", "CPIAUCSL", "gold_pm"]


@pytest.mark.parametrize("id", SERIES)
def test_a_plausible_revision_passes_and_a_thousandfold_one_does_not(snapshot: Store, id: str) -> None:
    table, dataset = snapshot.read(id), snapshot.catalog[id]
    pd.testing.assert_frame_equal(check(snapshot, id, table), table)
    check(snapshot, id, revised(table, dataset, 1.01))
    for factor in (10, 1000, -1000):
        with pytest.raises(CheckError, match=f"^{id}: "):
            check(snapshot, id, revised(table, dataset, factor))


def moved(snapshot: Store, country: str, amount: float) -> pd.DataFrame:
    """The major holders with a country's newest figure moved, and All Other the other way."""
    table = snapshot.read("tic_mfhhis01")
    newest = (table["month"] == table["month"].max()) & (table["series"] == "current")
    for name, change in ((country, amount), ("All Other", -amount)):
        row = table.index[newest & (table["country"] == name)]
        table.loc[row, "holdings_usd_bn"] += change
    return table


def test_in_a_table_of_many_rows_the_row_that_jumps_is_named(snapshot: Store) -> None:
    check(snapshot, "tic_mfhhis01", moved(snapshot, "Japan", 5.0))
    check(snapshot, "tic_mfhhis01", moved(snapshot, "Chile", 1.0))
    with pytest.raises(ImplausibleError, match=r"at month \d{4}-\d\d, country .*--accept tic_mfhhis01"):
        check(snapshot, "tic_mfhhis01", moved(snapshot, "Japan", 700.0))


def appended(store: Store, id: str, change: float) -> pd.DataFrame:
    """A table with one more period, at the last value times ``change``."""
    table, dataset = store.read(id).dropna(), store.catalog[id]
    last = table.iloc[[-1]].copy()
    last[dataset.period.name] += pd.Timedelta(7, "D")
    last[dataset.value] *= change
    return pd.concat([table, last], ignore_index=True)


@pytest.mark.parametrize("id", ["DGS10", "WMTSECL1", "VIXCLS", "gold_pm"])
def test_a_new_period_is_judged_by_the_steps_before_it(snapshot: Store, id: str) -> None:
    check(snapshot, id, appended(snapshot, id, 1.01))
    for factor in (10, 1000):
        with pytest.raises(CheckError, match=f"^{id}: "):
            check(snapshot, id, appended(snapshot, id, factor))


@pytest.mark.parametrize("id", [id for id, dataset in read_catalog().items() if dataset.embedded])
def test_a_table_in_another_unit_is_refused(snapshot: Store, id: str) -> None:
    """All values ten times, and a thousand times, as large: million for billion, percent for a share."""
    table, dataset = snapshot.read(id), snapshot.catalog[id]
    values = [column.name for column in dataset.numbers]
    for factor in (10, 1000):
        scaled = table.copy()
        scaled[values] = table[values] * np.float64(factor)
        with pytest.raises(CheckError, match=f"^{id}: "):
            check(snapshot, id, scaled)
