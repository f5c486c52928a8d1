"""Every answer that a chapter prints as certain, with its end date, base and window moved.

The arguments of *April 2025*, *After April* and *Safe haven* are read over their choices in
tests/analysis (selloffs/test_readings.py, safe_haven/test_scorecard.py), claims over theirs in
tests/analysis/test_claims.py, alignment over thousands of specifications. Here are the others.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from foreign_demand import words
from foreign_demand.analysis import auctions, flows, holdings, leverage, nowcast, returns, term_premium
from foreign_demand.analysis.curve import month_ends, zero_coupon_yields
from foreign_demand.analysis.events import EVE
from foreign_demand.book import assembled
from foreign_demand.book.wording import auctions as of_auctions
from foreign_demand.book.wording import flows as of_flows
from foreign_demand.book.wording import holders as of_holders
from foreign_demand.book.wording import holdings as of_holdings
from foreign_demand.book.wording import leverage as of_leverage
from foreign_demand.book.wording import nowcast as of_nowcast
from foreign_demand.book.wording import term_premium as of_term_premium
from foreign_demand.data.catalog import ROOT
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


def test_a_premium_that_is_paid_on_one_sample_and_not_on_another_is_not_told(embedded: Store) -> None:
    yields = month_ends(zero_coupon_yields(embedded.read("gsw_parameters")))
    funds = embedded.read("FEDFUNDS").set_index("month")["rate_pct"]
    answers, alone = set(), set()
    for back in (0, 6, 12):
        moved = yields.iloc[: len(yields) - back].rename_axis("date")
        bands = term_premium.band_by_sample(
            moved, funds, moved.tail(1), starts=["1961-06", "1972-01", "1982-01", "1990-01"]
        )
        answers.add(of_term_premium.premium_answer(bands))
        alone |= {of_term_premium.premium_answer(bands[bands["start"] == start]) for start in bands["start"]}
    assert answers == {"It cannot be told"}
    assert len(alone) > 1, "one sample alone would be certain, so that the page names them all"


# --- what a referee asks of every regression ---------------------------------------------

ESTIMATES = {"regression", "OLS", "lstsq", "polyfit", "linregress"}
CHANGES, TWINS, MEANS = (
    "changes on changes",
    "levels and their changes side by side",
    "means of two stretches",
)
REGRESSIONS = {
    "flows/valuation.py:key_rate_durations": CHANGES,
    "inference.py:regression": "the one way in which all others are run",
    "leverage/estimates.py:granular": CHANGES,
    "leverage/estimates.py:local_projection": CHANGES,
    "leverage/estimates.py:sign_restricted": CHANGES,
    "leverage/scenarios.py:mortgage_pass_through": CHANGES,
    "nowcast/surprises.py:yields_on_surprises": CHANGES,
    "safe_haven/convenience.py:convenience_and_covariance": TWINS,
    "safe_haven/convenience.py:convenience_slopes": TWINS,
    "safe_haven/convenience.py:premium_by_maturity": MEANS,
    "safe_haven/hedge.py:hedge_by_maturity": CHANGES,
    "safe_haven/responses.py:dollar_and_differentials": CHANGES,
    "term_premium/drivers.py:regress": CHANGES,
    "term_premium/drivers.py:stability": CHANGES,
}
"""Every function of the analysis that fits a line, and what stands on its two sides."""


def fitted_in(folder: Path) -> Iterator[str]:
    """Functions that fit a line by least squares."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                called = [call.func for call in ast.walk(node) if isinstance(call, ast.Call)]
                names = {getattr(func, "attr", getattr(func, "id", "")) for func in called}
                if names & ESTIMATES:
                    yield f"{path.relative_to(folder).as_posix()}:{node.name}"


def test_no_regression_of_levels_on_levels_stands_without_its_changes() -> None:
    """A new one fails here until somebody has looked at what stands on its two sides."""
    assert set(fitted_in(ROOT / "foreign_demand" / "analysis")) == set(REGRESSIONS)
    levels = [name for name, sides in REGRESSIONS.items() if sides == TWINS]
    for name in levels:
        path, _, function = name.partition(":")
        source = (ROOT / "foreign_demand" / "analysis" / path).read_text(encoding="utf-8")
        body = source.partition(f"def {function}(")[2].partition("\ndef ")[0]
        assert re.search(r"\.diff\(", body), name


@pytest.mark.parametrize("path", sorted((ROOT / "chapters").glob("*.md")), ids=lambda path: path.stem)
def test_no_share_explained_stands_without_its_benchmark(path: Path) -> None:
    """Noise beside it, or an estimate that has not seen the months it is held against."""
    for section in re.split(r"^(?=## )", path.read_text(encoding="utf-8"), flags=re.MULTILINE):
        if re.search(r"R²|\bexplains? [^.]*of the variance", section):
            assert re.search(r"noise|fitted (on|before).*(nothing after|before the span)", section, re.S)


def test_a_fit_and_a_share_without_benchmark_are_seen(tmp_path: Path) -> None:
    (tmp_path / "new.py").write_text("def fresh(y, x):\n    return np.polyfit(x, y, 1)\n", encoding="utf-8")
    assert list(fitted_in(tmp_path)) == ["new.py:fresh"]
