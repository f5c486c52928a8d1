"""The identity: parts that add up, spans that are never joined, and how large the rest is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from treasuries import end

from foreign_demand.analysis import flows
from foreign_demand.data.catalog import Break
from foreign_demand.data.store import Store
from foreign_demand.exceptions import EstimationError


def test_purchases_valuation_and_other_add_up_to_the_change_of_the_year_to_may_2026(embedded: Store) -> None:
    table_3 = embedded.read("tic_slt_table3")
    table = flows.explain(table_3[table_3["month"] <= end("2026-05")])
    np.testing.assert_allclose(table["change_usd_bn"], table[list(flows.PARTS)].sum(axis=1))
    rows = table.set_index("country")
    assert rows.loc["Grand Total", ["change_usd_bn", *flows.PARTS]].astype(float).round().tolist() == [
        349,
        290,
        53,
        -106,
        113,
    ]
    belgium = rows.loc["Belgium"]  # its row grew, and no bond was bought
    assert belgium["change_usd_bn"] > 50
    assert belgium["bonds_usd_bn"] < 0
    assert not {"Total Asia", "All Countries", "Of Which: Foreign Official"} & set(rows.index)


def test_a_change_before_purchases_were_reported_is_not_taken_apart(embedded: Store) -> None:
    table_3 = embedded.read("tic_slt_table3")
    with pytest.raises(EstimationError, match="ask for fewer months"):
        flows.explain(table_3[table_3["month"] <= end("2023-12")])


def test_other_of_the_total_varies_by_some_26_billion_a_month(embedded: Store) -> None:
    table_3 = embedded.read("tic_slt_table3")
    other = flows.other_changes(table_3[table_3["month"] <= end("2026-05")])
    assert other.index[0] == end("2023-02")
    assert other.std() == pytest.approx(26.3, abs=0.1)


def table_3(*rows: tuple[str, float, float, float, float]) -> pd.DataFrame:
    """Japan's rows of table 3: month, holdings, bonds, bills, valuation, USD million."""
    columns = [
        "month",
        "holdings_usd_mn",
        "long_term_net_purchases_usd_mn",
        "short_term_net_purchases_usd_mn",
        "long_term_valuation_change_usd_mn",
    ]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(month=table["month"].map(end), country_code=42609, country="Japan")


def test_other_is_what_purchases_and_valuation_leave_of_the_change() -> None:
    table = table_3(("2024-01", 1000.0, 0.0, 0.0, 0.0), ("2024-02", 1500.0, 300.0, 100.0, -50.0))
    (row,) = flows.monthly_parts(table).itertuples()
    assert (row.change_usd_bn, row.bonds_usd_bn, row.bills_usd_bn, row.valuation_usd_bn) == (
        0.5,
        0.3,
        0.1,
        -0.05,
    )
    assert row.other_usd_bn == pytest.approx(0.15)


def test_a_month_after_one_that_is_missing_has_no_change() -> None:
    table = table_3(
        ("2024-01", 1000.0, 0.0, 0.0, 0.0),
        ("2024-03", 1500.0, 300.0, 100.0, -50.0),
        ("2024-04", 1600.0, 100.0, 0.0, 0.0),
    )
    assert flows.monthly_parts(table)["month"].tolist() == [end("2024-04")]


def test_a_row_that_lacks_a_month_of_a_span_is_left_out_of_it() -> None:
    months = [("2024-01", 1000.0, 0.0, 0.0, 0.0), ("2024-02", 1500.0, 300.0, np.nan, -50.0)]
    parts = flows.monthly_parts(table_3(*months, ("2024-03", 1600.0, 100.0, 0.0, 0.0)))
    assert flows.between(parts, end("2024-01"), end("2024-03")).empty
    assert len(flows.between(parts, end("2024-02"), end("2024-03"))) == 1


@pytest.fixture(scope="module")
def long_term(reading: Callable[[str], pd.DataFrame], returns: pd.Series) -> pd.DataFrame:
    return flows.long_term_parts(
        reading("tic_positions"),
        reading("tic_slt3d_globl"),
        reading("tic_s1_globl"),
        reading("tic_slt_table3"),
        returns=returns,
        breaks=[Break(period="2012-01", why="steps"), Break(period="2021-06", why="revisions")],
    )


def test_the_identity_closes_to_the_cent_on_every_record(long_term: pd.DataFrame) -> None:
    parts = long_term[list(flows.LONG_TERM_PARTS)].sum(axis=1)
    assert (long_term["change_usd_bn"] - parts).abs().max() < 1e-9


def test_every_month_since_2011_stands_on_one_record_only(long_term: pd.DataFrame) -> None:
    total = long_term[long_term["country"] == "Grand Total"]
    assert total["month"].is_unique
    ends = total.groupby("span")["month"].agg(["min", "max"])
    assert ends.loc[flows.POSITIONS].tolist() == [end("2011-07"), end("2020-12")]
    assert ends.loc[flows.S_SPAN].tolist() == [end("2021-01"), end("2023-01")]
    assert ends.loc[flows.SLT_SPAN, "min"] == end("2023-02")


def test_what_bertaut_and_judson_leave_open_is_what_we_call_other(
    long_term: pd.DataFrame, reading: Callable[[str], pd.DataFrame]
) -> None:
    theirs = reading("tic_positions").set_index(["month", "country_code"])["treasury_gap_usd_mn"] / 1000
    ours = long_term[(long_term["span"] == flows.POSITIONS) & ~long_term["crosses"]]
    ours = ours.set_index(["month", "country_code"])["other_usd_bn"]
    gap = (ours - theirs.reindex(ours.index)).abs()
    assert gap[gap.index.get_level_values("country_code") == 99996].max() < 0.002


def test_the_revision_of_june_2021_is_no_change_of_a_year(long_term: pd.DataFrame) -> None:
    years = flows.by_year(long_term)
    row = years[(years["year"] == 2021) & (years["country"] == "Grand Total")].iloc[0]
    assert row["months"] == 11
    june = long_term[(long_term["month"] == end("2021-06")) & (long_term["country"] == "Grand Total")].iloc[0]
    assert june["crosses"]
    assert june["other_usd_bn"] == pytest.approx(312, abs=1)


def test_of_a_survey_the_position_is_rolled_forward_with_purchases() -> None:
    survey = pd.DataFrame(
        {
            "month": [end("2003-06"), end("2004-06")],
            "country_code": 42609,
            "long_term_treasury_holdings_usd_mn": [1000.0, 2000.0],
        }
    )
    months = [end(f"{year}-{month:02}") for year in (2003, 2004) for month in range(1, 13)]
    trades = pd.DataFrame({"month": months, "country_code": 42609, "treasury_sales_usd_mn": 0.0})
    trades["treasury_purchases_usd_mn"] = [100.0 if m == end("2003-07") else 0.0 for m in months]
    returns = pd.Series(0.0, months)
    returns[end("2003-08")] = 0.1
    (row,) = flows.between_surveys(survey, trades, returns).itertuples()
    assert (row.year, row.change_usd_bn, row.bonds_usd_bn) == (2004, 1.0, 0.1)
    assert row.valuation_usd_bn == pytest.approx(0.11)
    assert row.other_usd_bn == pytest.approx(0.79)


def test_official_other_is_below_zero_in_every_year(embedded: Store) -> None:
    other = flows.other_changes(embedded.read("tic_slt_table3"), code=99990)[: end("2026-05")]
    assert (other.groupby(other.index.year).sum() < 0).all()


def test_of_remainders_size_and_persistence_are_those_of_the_months() -> None:
    months = pd.date_range("2023-01-31", periods=40, freq="ME")
    other = np.tile([2.0, -1.0], 20)
    parts = pd.DataFrame(
        {"month": months, "country_code": 42609, "country": "Japan", "holdings_usd_bn": 100.0}
    )
    parts = parts.assign(change_usd_bn=4 * other, other_usd_bn=other)
    (row,) = flows.remainders(parts).itertuples()
    assert (row.months, row.total_usd_bn, row.mean_usd_bn) == (40, 20.0, 0.5)
    assert row.of_changes_pct == pytest.approx(25)
    assert row.persistence == pytest.approx(-1)
    assert row.low_usd_bn < 0.5 < row.high_usd_bn


def test_belgium_held_about_100_billion_more_in_2025_and_sold(embedded: Store) -> None:
    parts = flows.monthly_parts(embedded.read("tic_slt_table3"))
    year = flows.between(parts, end("2024-12"), end("2025-12")).set_index("country")
    belgium = year.loc["Belgium"]
    assert belgium["change_usd_bn"] == pytest.approx(102.7, abs=0.5)
    assert belgium["bonds_usd_bn"] == pytest.approx(-16.6, abs=0.05)
    assert belgium["other_usd_bn"] == pytest.approx(96.9, abs=0.5)
    since = flows.between(parts, end("2025-01"), end("2026-05")).set_index("country").loc["Belgium"]
    assert since[["change_usd_bn", "bonds_usd_bn"]].round().tolist() == [94, -31]


def test_a_span_over_two_records_or_over_a_break_is_not_added_up(long_term: pd.DataFrame) -> None:
    for start, finish in (("2020-06", "2021-03"), ("2021-03", "2021-09")):
        with pytest.raises(EstimationError, match="inside one record"):
            flows.between(long_term, end(start), end(finish))


def test_in_march_2022_holdings_fell_and_foreigners_bought(long_term: pd.DataFrame) -> None:
    row = flows.between(long_term, end("2022-02"), end("2022-03")).set_index("country").loc["Grand Total"]
    assert row["change_usd_bn"] == pytest.approx(-82.8, abs=0.1)
    assert row["bonds_usd_bn"] == pytest.approx(49.0, abs=0.1)
    assert row["valuation_usd_bn"] < row["change_usd_bn"]


def test_periods_to_choose_from_are_of_one_record_and_add_up(
    embedded: Store, long_term: pd.DataFrame, returns: pd.Series
) -> None:
    surveys = flows.between_surveys(embedded.read("tic_shlhistdat"), embedded.read("tic_s1_globl"), returns)
    monthly = flows.monthly_parts(embedded.read("tic_slt_table3"))
    periods = flows.every_period(surveys, long_term, monthly)
    assert not periods.duplicated(["span", "start", "end", "country"]).any()
    parts = periods[list(flows.PARTS)].sum(axis=1)
    assert (periods["change_usd_bn"] - parts).abs().max() < 1e-9
    assert set(periods["span"]) == {flows.SURVEYS, flows.POSITIONS, flows.S_SPAN, flows.SLT_SPAN}
    assert periods.loc[periods["span"] == flows.SLT_SPAN, "bills_usd_bn"].notna().all()


def test_a_row_may_fall_without_a_sale_and_be_sold_without_a_fall() -> None:
    table = table_3(
        ("2024-01", 1000.0, 0.0, 0.0, 0.0),
        ("2024-02", 900.0, 50.0, 0.0, -150.0),
        ("2024-03", 800.0, -100.0, 0.0, 0.0),
        ("2024-04", 850.0, -10.0, 0.0, 60.0),
    )
    (row,) = flows.falls(flows.monthly_parts(table)).itertuples()
    assert (row.months, row.fell, row.sold, row.only_sold) == (3, 2, 1, 1)


def test_what_is_added_up_begins_at_nothing_and_ends_at_the_change(embedded: Store) -> None:
    monthly = flows.monthly_parts(embedded.read("tic_slt_table3"))
    added = flows.added_up(monthly, "Belgium", since=end("2024-12"))
    assert (added.loc[0, ["change_usd_bn", "bought_usd_bn", "other_usd_bn"]] == 0).all()
    december = added.set_index("month").loc[end("2025-12")]
    assert december["change_usd_bn"] == pytest.approx(102.7, abs=0.5)
    parts = december[["bought_usd_bn", "valuation_usd_bn", "other_usd_bn"]].sum()
    assert december["change_usd_bn"] == pytest.approx(parts)


def test_canada_sells_in_the_first_month_of_a_quarter_and_buys_back_in_the_second(embedded: Store) -> None:
    monthly = flows.monthly_parts(embedded.read("tic_slt_table3"))
    lately = monthly[monthly["month"].between("2025-01-01", "2026-05-31")]
    table = flows.by_month_of_quarter(lately, "Canada")
    assert table.loc[1, ["months", "sold"]].tolist() == [6, 6]
    assert table.loc[2, ["months", "sold"]].tolist() == [6, 0]
