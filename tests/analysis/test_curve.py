"""The zero-coupon curve: the second hump, and months that are over."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis.curve import month_ends, zero_coupon_yields


def test_a_curve_without_second_hump_leaves_its_term_out() -> None:
    day = {"date": pd.Timestamp("1970-01-02"), "beta0": 7.0, "beta1": -2.0, "beta2": 1.0, "beta3": 5.0}
    table = pd.DataFrame([day | {"tau1": 1.5, "tau2": np.nan}, day | {"tau1": 1.5, "tau2": 4.0}])
    one, two = zero_coupon_yields(table)[24]
    decay = np.exp(-2 / 1.5)
    slope = (1 - decay) * 1.5 / 2
    assert one == pytest.approx(7 - 2 * slope + (slope - decay))
    second = (1 - np.exp(-2 / 4)) * 4 / 2 - np.exp(-2 / 4)
    assert two == pytest.approx(one + 5 * second)


@pytest.mark.parametrize(
    ("newest", "months"),
    [
        ("2024-03-27", 2),
        ("2024-03-28", 3),  # what is left of it is Good Friday and a weekend
        ("2024-03-29", 3),
        ("2024-06-27", 5),
        ("2024-06-28", 6),  # a Friday; the month ends on Sunday
    ],
)
def test_a_month_counts_when_its_last_weekday_is_over(newest: str, months: int) -> None:
    days = pd.DataFrame({1: 4.0}, index=pd.bdate_range("2024-01-01", newest, name="date"))
    assert len(month_ends(days)) == months


def test_the_last_observation_of_a_month_stands_for_it() -> None:
    days = pd.DataFrame(
        {1: [1.0, 2.0, 3.0]}, index=pd.to_datetime(["2024-01-05", "2024-01-30", "2024-02-29"])
    )
    ends = month_ends(days)
    assert ends.index.tolist() == [pd.Timestamp("2024-01-31"), pd.Timestamp("2024-02-29")]
    assert ends[1].tolist() == [2.0, 3.0]
