"""Every answer that a chapter prints as certain, with its end date, base and window moved.

The arguments of *April 2025*, *After April* and *Safe haven* are read over their choices in
tests/analysis (selloffs/test_readings.py, safe_haven/test_scorecard.py), claims over theirs in
tests/analysis/test_claims.py, alignment over thousands of specifications. Here are the others.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand import words
from foreign_demand.analysis import auctions, flows, holdings, leverage, nowcast, returns
from foreign_demand.analysis.events import EVE
from foreign_demand.book import assembled
from foreign_demand.book.wording import auctions as of_auctions
from foreign_demand.book.wording import flows as of_flows
from foreign_demand.book.wording import holders as of_holders
from foreign_demand.book.wording import holdings as of_holdings
from foreign_demand.book.wording import leverage as of_leverage
from foreign_demand.book.wording import nowcast as of_nowcast
from foreign_demand.data.impacts import read_impacts
from foreign_demand.data.store import Store

BACK = range(13)
"""Months by which an end date is moved."""


@pytest.fixture(scope="module")
def plain(embedded: Store) -> pd.DataFrame:
    workbooks = ("investor_class_coupons_2000", "investor_class_coupons", "investor_class_bills")
    issues = auctions.allotted_shares(
        [embedded.read(id) for id in workbooks], embedded.read("investor_class_shares")
    )
    return auctions.nominal(auctions.join_auctions(embedded.read("auctions"), issues))


def test_foreigners_have_not_stopped_funding_in_any_of_the_last_twelve_editions(embedded: Store) -> None:
    issuance = holdings.share_of_issuance(
        embedded.read("tic_slt_table3"), holdings.marketable_debt(embedded.read("mspd_marketable"))
    )
    coupons = issuance[issuance["security"] == "Notes and bonds"]
    ends = sorted(issuance["month"].unique())[-12:]
    answers = {of_holdings.funding_answer(issuance[issuance["month"] <= end])[:3] for end in ends}
    assert answers == {"No:"}
    weights = {of_holdings.weight_in_words(coupons[coupons["month"] <= end]) for end in ends}
    assert {"smaller" in weight for weight in weights} == {True}


def test_what_can_be_told_of_holders_hangs_on_no_month() -> None:
    share = holdings.custody_share(assembled.holders())["share_pct"]
    assert len({of_holders.known_answer(value) for value in share}) == 1


@pytest.mark.parametrize("start", [0, 6, 12, 18])
def test_whether_what_fell_was_sold_hangs_on_no_span(embedded: Store, start: int) -> None:
    parts = flows.monthly_parts(embedded.read("tic_slt_table3"))
    months = np.sort(parts["month"].unique())
    spans = [parts[parts["month"].between(months[start], months[-1 - back])] for back in BACK]
    whole = of_flows.fell_answer(flows.falls(parts))
    assert {of_flows.fell_answer(flows.falls(span)) for span in spans} == {whole}


def test_foreigners_were_allotted_less_than_half_of_the_indirect_share_in_every_year(
    plain: pd.DataFrame,
) -> None:
    newest = plain["date"].max()
    answers = []
    for back in BACK:
        end = newest - pd.DateOffset(months=back)
        for months in (6, 12, 18):
            start = end - pd.DateOffset(months=months) + pd.Timedelta(days=1)
            year = plain[plain["date"].between(start, end)]
            if year["date"].min() - start < pd.Timedelta(days=31):
                means = auctions.mean_shares(year, {"year": (str(start), str(end))})
                answers.append(of_auctions.answer(means.iloc[0]))
    assert len(answers) > 30
    assert set(answers) == {"No"}


@pytest.mark.parametrize(("era", "past"), [("2008–09", True), ("since 2024", False)])
def test_what_the_indirect_share_tells_is_said_with_the_windows_in_which_it_does(
    plain: pd.DataFrame, era: str, past: bool
) -> None:
    windows = auctions.moved_windows(plain, era)
    found = {of_auctions.stands_for(row, past=past) for _, row in windows.iterrows()}
    assert len(found) > 1, "it turns with the window, so that it must not stand alone"
    said = of_auctions.stands_in_windows(windows, past=past)
    assert f" of {words.count(len(windows))} choices" in said


def test_the_published_range_decides_nothing_without_any_one_study(embedded: Store) -> None:
    debt = leverage.marketable(embedded.read("mspd_marketable"))
    inflow = leverage.yearly_inflow(embedded.read("tic_s1_globl"))
    studies = leverage.on_one_scale(read_impacts(), debt, inflow)
    for id in studies["id"]:
        spread = leverage.spread(studies[studies["id"] != id])
        assert of_leverage.answer(spread).startswith("It cannot be told"), id


def test_the_federal_reserve_was_not_forced_after_any_number_of_weeks(embedded: Store) -> None:
    fed = returns.as_series(embedded.read("TREAST")) / 1000
    _, largest = leverage.largest_purchase(fed, pd.Timestamp("2020-02-26"), pd.Timestamp("2020-06-30"))
    weeks = len(fed[EVE:]) - 1
    after = {n: leverage.since(fed, EVE, weeks=n).iloc[-1] for n in range(1, weeks)}
    said = {n: of_leverage.forced(change, largest, weeks=n) for n, change in after.items()}
    assert all(text.startswith(f"No: after {words.count(n)} week") for n, text in said.items())


def test_a_nowcast_is_better_than_nothing_and_no_better_than_the_plainest_over_other_spans(
    embedded: Store,
) -> None:
    tables = {id: embedded.read(id) for id in nowcast.TABLES}
    given = nowcast.inputs(tables, assembled.holder_breaks()).with_a_month_waiting()
    errors = nowcast.errors(nowcast.forecasts(given), "Total")
    answers = set()
    for start in ("2022-03", "2022-09", "2023-03", "2023-09", "2024-03"):
        for end in ("2025-05", "2025-11", "2026-05"):
            span = errors[start:end].dropna()
            tests = [
                nowcast.diebold_mariano(span[nowcast.COMBINATION], span[other])
                for other in (nowcast.NO_CHANGE, nowcast.BENCHMARK)
            ]
            answers.add(of_nowcast.answer(*tests))
    assert answers == {"Partly"}
