"""The old proxy: figures the world knows, its intervals, and the words that follow them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import auctions
from foreign_demand.analysis.auctions.proxy import correlation
from foreign_demand.book.wording import auctions as wording
from foreign_demand.data.store import Store
from foreign_demand.exceptions import EstimationError


@pytest.fixture(scope="module")
def issues(embedded: Store) -> pd.DataFrame:
    workbooks = ("investor_class_coupons_2000", "investor_class_coupons", "investor_class_bills")
    return auctions.allotted_shares(
        [embedded.read(id) for id in workbooks], embedded.read("investor_class_shares")
    )


@pytest.fixture(scope="module")
def plain(embedded: Store, issues: pd.DataFrame) -> pd.DataFrame:
    return auctions.nominal(auctions.join_auctions(embedded.read("auctions"), issues))


def test_the_auctions_of_9_and_10_april_2025(plain: pd.DataFrame) -> None:
    ten, thirty = (plain[plain["date"] == day].iloc[0] for day in ("2025-04-09", "2025-04-10"))
    assert (ten["bid_to_cover"], round(ten["indirect_share_pct"], 1)) == (2.67, 87.9)
    assert round(ten["foreign_share_pct"], 1) == 18.4
    assert round(thirty["foreign_share_pct"], 1) == 10.6


def test_the_proxy_was_true_when_it_was_written_and_is_not_now(plain: pd.DataFrame) -> None:
    eras = auctions.correlation_by_era(plain)
    foreign = eras[(eras["tenor"] == "All") & (eras["with"] == "Foreign")].set_index("era")
    assert foreign.loc["2008–09", "correlation"] == pytest.approx(0.75, abs=0.01)
    assert foreign.loc["2010–12", "correlation"] == pytest.approx(0.70, abs=0.01)
    assert foreign.loc["2016–18", "correlation"] == pytest.approx(0.2, abs=0.03)
    assert (foreign["low"] <= foreign["correlation"]).all()
    assert (foreign["correlation"] <= foreign["high"]).all()


def test_windows_without_enough_auctions_interrupt_the_rolling_line(plain: pd.DataFrame) -> None:
    rolling = auctions.rolling_correlation(plain)
    assert rolling["segment"].nunique() >= 2
    assert not rolling["date"].between("2020-01-01", "2024-12-31").any()
    assert not rolling.duplicated(["date", "name"]).any()


def test_all_allotments_at_hand_join_without_a_contradiction(embedded: Store, issues: pd.DataFrame) -> None:
    joined = auctions.join_auctions(embedded.read("auctions"), issues)
    left = auctions.not_joined(embedded.read("auctions"), issues, joined)
    assert left["auctions"].sum() - left["auctions_without_allotment"].sum() == len(joined)
    assert left["issues"].sum() - left["issues_without_auction"].sum() == len(joined)
    assert len(joined) >= 690


def test_a_share_moves_with_itself_and_noise_has_zero_inside_its_interval() -> None:
    noise = np.random.default_rng(7).normal(size=(200, 2))
    one, other = pd.Series(noise[:, 0]), pd.Series(noise[:, 1])
    assert correlation(one, one) == pytest.approx((1, 1, 1))
    value, low, high = correlation(one, other)
    assert low < 0 < high
    assert low <= value <= high


def test_a_correlation_of_few_auctions_is_refused() -> None:
    with pytest.raises(EstimationError, match="10 auctions"):
        correlation(pd.Series(range(10)), pd.Series(range(10)))


@pytest.mark.parametrize(
    ("low", "past", "says"),
    [
        (0.6, True, "stood for"),
        (0.6, False, "stands for"),
        (0.1, False, "a little"),
        (-0.1, True, "told nothing"),
    ],
)
def test_words_on_the_proxy_follow_its_interval(low: float, past: bool, says: str) -> None:
    assert says in wording.stands_for(pd.Series({"low": low, "correlation": 0.7, "high": 0.9}), past=past)


def test_a_verdict_on_the_proxy_says_in_how_many_windows_it_holds() -> None:
    windows = pd.DataFrame({"low": [-0.1, -0.2, 0.1], "correlation": 0.2})
    said = wording.stands_in_windows(windows)
    assert "measured in two of three choices of its first and last month and tells a little" in said
    assert said.endswith("in one")
    assert "in all two choices" in wording.stands_in_windows(windows.head(2))


def test_an_era_is_moved_at_both_ends(plain: pd.DataFrame) -> None:
    windows = auctions.moved_windows(plain, "2008–09")
    eras = auctions.correlation_by_era(plain)
    whole = eras[(eras["tenor"] == "All") & (eras["with"] == "Foreign")].set_index("era").loc["2008–09"]
    assert windows.loc[0, ["auctions", "correlation"]].tolist() == whole[["auctions", "correlation"]].tolist()
    assert windows["first"].nunique() == windows["last"].nunique() == 4
    assert windows["auctions"].iloc[1:].max() < windows["auctions"].iloc[0]


@pytest.mark.parametrize(
    ("foreign", "funds", "says"),
    [
        ((0.5, 0.7), (-0.1, 0.2), "foreigners only"),
        ((-0.1, 0.1), (-0.2, 0.0), "neither"),
        ((0.1, 0.2), (0.6, 0.8), "more with that of funds"),
    ],
)
def test_words_on_whom_indirect_bids_follow(
    foreign: tuple[float, float], funds: tuple[float, float], says: str
) -> None:
    rows = [pd.Series({"low": low, "correlation": value}) for low, value in (foreign, funds)]
    assert says in wording.moves_with(*rows)
