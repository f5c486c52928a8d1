"""What the page on flows says depends on the numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from treasuries import end

from foreign_demand.analysis import flows
from foreign_demand.book.wording import flows as wording


def falls(total: tuple[int, int], row: tuple[int, int]) -> pd.DataFrame:
    """Falls and sales of the total, and of one row."""
    rows = [("Grand Total", 40, *total, 0), ("Japan", 40, *row, 0)]
    return pd.DataFrame(rows, columns=["country", "months", "fell", "sold", "only_sold"])


@pytest.mark.parametrize(
    ("total", "row", "said"),
    [
        ((14, 4), (20, 16), "Usually not, where it is the total"),
        ((14, 12), (20, 16), "Mostly it was"),
        ((14, 4), (20, 6), "Mostly it was not"),
        ((14, 12), (20, 6), "Mostly yes, where it is the total"),
    ],
)
def test_the_answer_follows_the_counts(total: tuple[int, int], row: tuple[int, int], said: str) -> None:
    assert wording.fell_answer(falls(total, row)).startswith(said)


def case(change: float, bonds: float, start: str = "2022-08", last: str = "2022-10") -> pd.Series:
    parts = {"change_usd_bn": change, "bonds_usd_bn": bonds, "valuation_usd_bn": -5.0, "other_usd_bn": 2.0}
    return pd.Series({"start": end(start), "end": end(last), **parts})


@pytest.mark.parametrize(
    ("change", "bonds", "said"),
    [
        (-80, 50, "no sale"),
        (-80, -10, "hardly a sale"),
        (-80, -40, "in part a sale"),
        (-80, -90, "a sale"),
        (5, -3, "no fall"),
    ],
)
def test_a_fall_is_a_sale_by_the_share_of_it_that_was_sold(change: float, bonds: float, said: str) -> None:
    assert wording.what_it_was(case(change, bonds)) == said


def test_a_case_is_told_with_all_its_parts() -> None:
    told = wording.case_in_words(case(-110.0, -50.0))
    assert told == "fell by USD 110 billion: sold USD 50 billion net, valuation −5, other +2"
    assert wording.case_in_words(case(-0.2, 474.0)).startswith("was unchanged: bought USD 474 billion net")


@pytest.mark.parametrize(
    ("start", "last", "label"),
    [
        ("2022-02", "2022-03", "Japan, March 2022"),
        ("2024-12", "2025-12", "Japan, 2025"),
        ("2022-08", "2022-10", "Japan, Sep–Oct 2022"),
        ("2013-11", "2020-12", "Japan, Dec 2013–Dec 2020"),
    ],
)
def test_a_case_is_named_by_its_months(start: str, last: str, label: str) -> None:
    assert wording.case_label("Japan", end(start), end(last)) == label


@pytest.mark.parametrize(
    ("span", "start", "last", "name"),
    [
        (flows.SLT_SPAN, "2024-12", "2025-12", "2025"),
        (flows.SLT_SPAN, "2025-05", "2026-05", "Twelve months to May 2026"),
        (flows.SLT_SPAN, "2025-12", "2026-05", "January to May 2026"),
        (flows.SLT_SPAN, "2026-04", "2026-05", "May 2026"),
        (flows.S_SPAN, "2021-12", "2022-12", "2022, notes and bonds (S form)"),
        (flows.SURVEYS, "2002-06", "2003-06", "July 2002 to June 2003, notes and bonds (surveys and S form)"),
    ],
)
def test_a_period_says_of_which_record_it_is(span: str, start: str, last: str, name: str) -> None:
    periods = pd.DataFrame({"span": [span], "start": [end(start)], "end": [end(last)]})
    assert wording.labelled(periods)["period"].tolist() == [name]


def sizes(**since: float) -> pd.DataFrame:
    row = {"type": flows.NOTES_AND_BONDS, "holder": flows.ALL_FOREIGNERS, "age": flows.NOW}
    before = {"months": 209, "mean_size_usd_bn": 2.7, "sd_usd_bn": 5.2, "turned": 6}
    now = {"months": 33, "mean_size_usd_bn": 12.8, "sd_usd_bn": 17.4, "turned": 3, **since}
    return pd.DataFrame([{"era": flows.BEFORE, **row, **before}, {"era": flows.SINCE, **row, **now}])


def test_what_a_first_print_is_worth_is_one_sentence() -> None:
    assert wording.first_print_worth(sizes()) == (
        "A first print of a month's net purchases of notes and bonds has since February 2023 been revised by "
        "USD 13 billion on average, with a standard deviation of 17 (3 and 5 before), and in three of 33 "
        "months its sign turned"
    )


@pytest.mark.parametrize(
    ("mean", "said"), [(1.0, "not distinguishable from zero"), (9.0, "above zero"), (-9.0, "below zero")]
)
def test_the_bias_is_said_with_its_interval(mean: float, said: str) -> None:
    told = wording.bias_in_words(sizes(mean_usd_bn=mean, error_usd_bn=3.0))
    assert told.endswith(said)


@pytest.mark.parametrize(
    ("persistence", "said"),
    [(-0.40, "−0.40, a see-saw"), (-0.29, "−0.29, no memory that can be told"), (0.5, "+0.50, a memory")],
)
def test_a_correlation_is_called_something_where_it_can_be_told(persistence: float, said: str) -> None:
    assert wording.memory_in_words(pd.Series({"persistence": persistence, "months": 40.0})) == said


def test_a_month_of_the_quarters_is_told_by_its_mean() -> None:
    quarters = pd.DataFrame({"months": [6, 6], "mean_usd_bn": [-53.4, 51.5], "sold": [6, 1]}, index=[1, 2])
    assert wording.quarter_in_words(quarters, 1) == "sold in six of six (USD 53 billion on average)"
    assert wording.quarter_in_words(quarters, 2) == "bought in five of six (USD 52 billion on average)"


def test_a_year_of_two_forms_has_two_columns() -> None:
    rows = [(2022, "S", 12, 5.0), (2023, "S", 1, 2.0), (2023, "SLT", 11, -3.0)]
    annual = pd.DataFrame(rows, columns=["year", "form", "months", "bonds_usd_bn"]).assign(country="Japan")
    (row,) = wording.purchases_as_printed(annual, years=[2022, 2023]).to_dict("records")
    assert row == {
        "Country": "Japan",
        "2022 (S)": "+5",
        "2023, one month (S)": "+2",
        "2023, eleven months": "−3",
    }
