"""Allotments as shares, and the auctions they belong to: joined, listed, refused, filled."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest
from allotments import CLASSES, auction, issue, share
from mirror import Answer, Mirror
from official_public import allotments_page, allotments_workbook

from foreign_demand.analysis import auctions
from foreign_demand.data.refresh import refresh
from foreign_demand.data.store import Store
from foreign_demand.exceptions import EstimationError


def shares(workbook: list[dict], transcribed: tuple[dict, ...] = ()) -> pd.DataFrame:
    columns = list(share("2026-08-17", "x"))
    return auctions.allotted_shares(
        [pd.DataFrame(workbook)], pd.DataFrame(list(transcribed), columns=columns)
    )


def test_shares_are_of_what_was_sold_and_add_up_to_100_with_the_rest() -> None:
    (row,) = shares([issue("2026-08-17", "A", reserve=8.0)]).itertuples()
    assert row.foreign_share_pct == pytest.approx(100 * 5 / 42)
    assert row.sold_usd_bn == 42
    three = row.foreign_share_pct + row.investment_funds_share_pct + row.dealers_share_pct
    assert three + row.others_share_pct == pytest.approx(100)


def test_where_a_workbook_and_a_transcription_have_an_issue_the_workbook_counts() -> None:
    table = shares([issue("2026-08-17", "A")], (share("2026-08-17", "A"), share("2026-09-15", "A")))
    assert table["basis"].tolist() == ["workbook", "transcription"]


def test_three_classes_with_more_than_all_are_refused() -> None:
    with pytest.raises(EstimationError, match=r"106\.00 percent of A.*transcription"):
        shares([issue("2026-07-15", "B")], (share("2026-08-17", "A", foreign=22.0),))


def test_an_issue_joins_the_auction_of_its_cusip_in_the_days_before() -> None:
    """A reopening has the same CUSIP a month later, and its own allotment."""
    results = pd.DataFrame([auction(day, "A") for day in ("1979-11-15", "2026-08-12", "2026-09-09")])
    issues = shares([issue("2026-08-17", "A"), issue("2026-09-15", "A"), issue("2026-09-30", "B")])
    joined = auctions.join_auctions(results, issues)
    assert joined["issue_date"].dt.strftime("%m-%d").tolist() == ["08-17", "09-15"]
    (row,) = auctions.not_joined(results, issues, joined).itertuples()
    assert (row.auctions, row.auctions_without_allotment) == (2, 0)
    assert (row.issues, row.issues_without_auction) == (3, 1)


def test_an_issue_dated_before_its_auction_is_refused() -> None:
    results = pd.DataFrame([auction("2026-08-12", "A")])
    with pytest.raises(EstimationError, match="A is issued on 2026-08-07, before its auction of 2026-08-12"):
        auctions.join_auctions(results, shares([issue("2026-08-07", "A")]))


def test_an_auction_with_two_issues_is_refused() -> None:
    results = pd.DataFrame([auction("2026-08-12", "A")])
    with pytest.raises(EstimationError, match="more than one issue"):
        auctions.join_auctions(results, shares([issue("2026-08-14", "A"), issue("2026-08-17", "A")]))


def test_quarters_are_interrupted_by_gaps() -> None:
    table = shares([issue("2018-08-15", "A"), issue("2024-09-16", "B"), issue("2024-10-15", "C")])
    quarters = auctions.by_quarter(table)
    assert quarters["segment"].tolist() == [0, 1, 1]
    assert quarters["foreign_share_pct"].to_numpy() == pytest.approx(100 * 5 / 42)


def as_published(issues: pd.DataFrame) -> list[tuple[object, ...]]:
    """Rows of the Treasury's workbook, the newest issue first."""
    rows = []
    for row in issues.sort_values("issue_date", ascending=False, kind="stable").itertuples():
        kind = "FRN" if row.floating_rate else row.security_type
        name = f"{row.original_term} {'TIPS ' if row.inflation_indexed else ''}{kind}"
        matures = row.issue_date + pd.DateOffset(years=int(row.term_years))
        amounts = [getattr(row, column) for column in ("total_usd_bn", "federal_reserve_usd_bn", *CLASSES)]
        rows.append((row.issue_date.date(), name, 4.25, row.cusip, matures.date(), *amounts))
    return rows


def test_a_whole_workbook_fills_the_gap(
    embedded: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a live refresh brings: every month since October 2009, in the place of the transcription."""
    held, transcribed = embedded.read("investor_class_coupons"), embedded.read("investor_class_shares")
    issues = auctions.nominal(auctions.allotted_shares([held], transcribed))
    assert auctions.by_quarter(issues)["segment"].nunique() == 2
    days = pd.date_range("2018-09-15", "2026-09-30", freq="SME")
    made = [issue(str(day.date()), f"{at:09}", reserve=3 + at / 100) for at, day in enumerate(days)]
    page = urlsplit(embedded.catalog["investor_class_coupons"].url)
    file = "/system/files/276/October_9_2026_IC_Coupons.xls"
    answers = {
        f"/{page.netloc}{page.path}": Answer(allotments_page([file])),
        f"/{page.netloc}{file}": Answer(
            allotments_workbook(as_published(pd.concat([held, pd.DataFrame(made)])))
        ),
    }
    with Mirror(answers) as mirror:
        monkeypatch.setenv("BOOK_MIRROR", mirror.url)
        monkeypatch.delenv("OFFLINE", raising=False)
        live = Store(snapshot=embedded.snapshot, cache=tmp_path, catalog=embedded.catalog)
        (outcome,) = refresh(live, ["investor_class_coupons"])
    assert outcome.status == "live", outcome.error
    live.write_report("live", [outcome])
    whole = auctions.allotted_shares([live.read("investor_class_coupons")], transcribed)
    quarters = auctions.by_quarter(auctions.nominal(whole))
    assert quarters["segment"].nunique() == 1
    filled = quarters[quarters["quarter"].between("2018-10-01", "2024-07-31")]
    assert len(filled) == 23
    assert filled["foreign_share_pct"].to_numpy() == pytest.approx(100 * 5 / 42)


def test_bills_and_indexed_securities_stand_apart(embedded: Store) -> None:
    table = auctions.allotted_shares(
        [embedded.read("investor_class_coupons"), embedded.read("investor_class_bills")],
        embedded.read("investor_class_shares"),
    )
    tenors = auctions.by_tenor_and_year(table)
    assert {"Bills", "Indexed", "Floating-rate", "10-year"} <= set(tenors["tenor"])
    columns = [*auctions.SHARES, "others_share_pct"]
    assert tenors[columns].sum(axis=1).to_numpy() == pytest.approx(100)
    assert not tenors.duplicated(["tenor", "year"]).any()
