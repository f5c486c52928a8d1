"""Levels: the join of three publications, totals, records and changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from treasuries import ASIA, BREAKS, SIX, end, holders, line, official, quarterly, segmented, slt

from foreign_demand.analysis import holdings
from foreign_demand.analysis.breaks import by_segment, current_series
from foreign_demand.analysis.records import last_as_large
from foreign_demand.book import charts
from foreign_demand.book.wording import holdings as wording
from foreign_demand.data.catalog import Catalog
from foreign_demand.data.places import TOTAL
from foreign_demand.data.sources.tic import check_major_holders
from foreign_demand.data.store import Store
from foreign_demand.exceptions import EstimationError


def test_a_record_compares_the_newest_value_with_the_largest() -> None:
    values = {"2010-05": 50.0, "2010-06": 80.0, "2021-05": 60.0, "2021-06": np.nan}
    record = last_as_large(current_series(line(values), "x"))
    assert (record.value, record.period) == (60, end("2021-05"))
    assert (record.peak, record.peak_period) == (80, end("2010-06"))
    assert record.below_pct == pytest.approx(25)
    assert "25.0%" in wording.record_in_words(record, BREAKS)
    assert "June 2010" in wording.record_in_words(record, BREAKS)


def test_a_record_across_a_break_says_which() -> None:
    record = last_as_large(current_series(line({"2010-05": 80.0, "2021-07": 60.0}), "x"))
    assert [entry.period for entry in wording.breaks_since_peak(record, BREAKS)] == ["2010-06", "2021-06"]
    assert "June 2010 and June 2021" in wording.record_in_words(record, BREAKS)


def test_the_newest_value_at_its_peak_is_a_record() -> None:
    record = last_as_large(current_series(line({"2010-05": 50.0, "2010-06": 80.0}), "x"))
    assert record.below_pct == 0
    assert wording.record_in_words(record, BREAKS) == "the highest on record"
    assert wording.breaks_since_peak(record, BREAKS) == []


def test_the_value_that_closes_an_old_series_is_not_the_newest() -> None:
    table = segmented(
        holders(("2010-05", "Japan", 5.0), ("2010-06", "Japan", 9.0, "superseded"), ("2010-06", "Japan", 7.0))
    ).sort_values(["month", "segment"], ignore_index=True)
    assert last_as_large(current_series(table, "holdings_usd_bn")).value == 7


def test_a_change_is_taken_over_whole_years_from_the_current_series() -> None:
    table = line({"2019-12": 1.0, "2020-05": 2.0, "2020-06": 4.0, "2021-06": 9.0}).assign(segment=0)
    assert holdings.change_over(table, "x", years=1) == 5
    with pytest.raises(EstimationError, match="2019-06"):
        holdings.change_over(table, "x", years=2)


def test_lines_without_breaks_need_no_segment() -> None:
    lines = holdings.as_lines(line({"2010-05": 1.0, "2010-06": 2.0}), {"x": "Total"})
    assert list(lines) == ["month", "name", "value"]
    spec = charts.chart_lines(lines, title="Percent", order=["Total"]).to_dict()
    assert spec["layer"][0]["encoding"]["detail"]["field"] == "segment"


def test_lines_keep_their_segments_and_take_names_for_a_chart() -> None:
    table = line({"2010-05": 1.0, "2010-06": 2.0}).assign(y=[3.0, 4.0], segment=[0, 1])
    lines = holdings.as_lines(table, {"x": "First", "y": "Second"})
    assert lines.to_dict("list") == {
        "month": [end("2010-05"), end("2010-06")] * 2,
        "segment": [0, 1, 0, 1],
        "name": ["First", "First", "Second", "Second"],
        "value": [1.0, 2.0, 3.0, 4.0],
    }


def test_private_is_the_total_less_official_and_a_break_month_has_both_rows() -> None:
    table = pd.concat(
        [
            official("2010-06", 100, 10, 40, "superseded"),
            official("2010-06", 120, 12, 48),
            official("2010-05", 90, 9, 36),
            holders(("2010-05", "Japan", 90.0)),
        ]
    )
    totals = holdings.totals(segmented(table))
    assert totals["month"].tolist() == [end("2010-05"), end("2010-06"), end("2010-06")]
    assert totals["series"].tolist() == ["current", "superseded", "current"]
    assert totals["segment"].tolist() == [0, 0, 1]
    assert totals["total_usd_bn"].tolist() == [90, 100, 120]
    assert totals["official_usd_bn"].tolist() == [45, 50, 60]
    assert totals["private_usd_bn"].tolist() == [45, 50, 60]
    assert totals["official_share_pct"].tolist() == [50, 50, 50]
    assert totals["official_bills_usd_bn"].tolist() == [9, 10, 12]
    assert totals["official_bonds_usd_bn"].tolist() == [36, 40, 48]


def test_the_current_series_begins_after_the_survey_of_march_2000(
    joined: pd.DataFrame, catalog: Catalog
) -> None:
    """The superseded values of that month are 1.25, 0.60 and 0.65 trillion."""
    table = holdings.totals(by_segment(joined, catalog["tic_mfhhis01"].breaks))
    columns = ("total_usd_bn", "official_usd_bn", "private_usd_bn")
    starts = [current_series(table, column).iloc[0] for column in columns]
    assert starts == pytest.approx([1085.0, 635.6, 449.4])


def test_all_other_is_what_the_countries_are_not() -> None:
    table = holdings.holders_by_country(slt("2021-01", Japan=600_000, Chile=50_000, **ASIA))
    assert dict(zip(table["country"], table["holdings_usd_bn"], strict=True)) == {
        "Japan": 600,
        "Chile": 50,
        "All Other": 350,
        "Grand Total": 1000,
        "Foreign Official": 400,
        "Foreign Official Treasury Bills": 100,
        "Foreign Official T-Bonds & Notes": 300,
    }
    assert set(table["series"]) == {"current"}


def value(table: pd.DataFrame, month: str, country: str) -> list[float]:
    chosen = table[(table["month"] == end(month)) & (table["country"] == country)]
    return chosen["holdings_usd_bn"].tolist()


def test_a_month_comes_whole_from_the_publication_that_reaches_furthest() -> None:
    history = holders(
        *(
            (month, name, n)
            for month in ("2020-11", "2020-12")
            for name, n in (("Spain", 1.0), ("Japan", 2.0))
        ),
        ("2020-12", "Japan", 9.0, "superseded"),
        ("2021-01", "Japan", 3.0),
        ("2021-01", "Spain", 3.0),
    )
    recent = holders(("2020-12", "Japan", 20.0), ("2021-01", "Japan", 30.0))
    joined = holdings.join_holders(history, recent, slt("2021-02", Japan=600_000, **ASIA))
    assert value(joined, "2020-11", "Spain") == [1]
    assert value(joined, "2020-12", "Japan") == [20]
    assert value(joined, "2020-12", "Spain") == []
    assert value(joined, "2021-01", "Japan") == [30]
    assert value(joined, "2021-02", "Japan") == [600]
    assert joined["month"].is_monotonic_increasing
    assert list(joined.columns) == ["month", "country", "series", "holdings_usd_bn"]


def test_reach_decides_not_the_name_of_the_publication() -> None:
    history = holders(("2021-02", "Japan", 1.0))
    recent = holders(("2021-02", "Japan", 2.0), ("2021-03", "Japan", 3.0))
    joined = holdings.join_holders(history, recent, slt("2021-02", Japan=600_000, **ASIA))
    assert joined["holdings_usd_bn"].tolist() == [2, 3]


def test_with_equal_reach_the_table_with_all_countries_counts() -> None:
    history, recent = holders(("2021-02", "Japan", 1.0)), holders(("2021-02", "Japan", 2.0))
    joined = holdings.join_holders(history, recent, slt("2021-02", Japan=600_000, **ASIA))
    assert value(joined, "2021-02", "Japan") == [600]


def test_the_embedded_tables_join_to_one_that_adds_up_in_every_month(
    joined: pd.DataFrame, catalog: Catalog
) -> None:
    check_major_holders(joined, catalog["tic_mfhhis01"])
    assert not joined.duplicated(["month", "country", "series"]).any()
    listed = pd.PeriodIndex(joined["month"].unique(), freq="M").sort_values()
    assert listed.equals(pd.period_range(listed[0], listed[-1], freq="M"))


def test_no_region_organisation_or_memo_line_is_among_the_countries(store: Store) -> None:
    table = holdings.holders_by_country(store.read("tic_slt_table3"))
    assert "Canada" in set(table["country"])
    names = set(table["country"]) - {TOTAL, "All Other"}
    sums = ("Total", "All", "Memo", "Of Which", "Grand", "International")
    assert not [name for name in names if name.startswith(sums)]
    assert table.loc[table["country"] == "All Other", "holdings_usd_bn"].min() >= 0


def test_a_country_has_one_name_in_all_publications_so_that_its_line_does_not_stop(store: Store) -> None:
    history = store.read("tic_mfhhis01")
    by_country = holdings.holders_by_country(store.read("tic_slt_table3"))
    both = history.merge(by_country, on=["month", "country", "series"], suffixes=("", "_by_country"))
    both = both[both["country"] != "All Other"].dropna()
    gap = (both["holdings_usd_bn"] - both["holdings_usd_bn_by_country"]).abs()
    assert (gap <= 0.1 * both["holdings_usd_bn"] + 2).all()
    newest = both[both["month"] == both["month"].max()]
    assert {"Japan", "China, Mainland", "Korea, South", *SIX} < set(newest["country"])
    assert len(newest) > 30


def test_june_2010_in_the_joined_table_is_after_the_break(joined: pd.DataFrame, catalog: Catalog) -> None:
    table = by_segment(joined, catalog["tic_mfhhis01"].breaks)
    china = holdings.over_time(table, ["China, Mainland"])
    june = china[china["month"] == end("2010-06")].set_index("series")
    assert june["holdings_usd_bn"].to_dict() == {"current": 1112.1, "superseded": 843.7}
    assert june.loc["current", "segment"] == june.loc["superseded", "segment"] + 1


def test_no_line_of_the_joined_table_runs_across_a_break(joined: pd.DataFrame, catalog: Catalog) -> None:
    """Within one segment every month is on the same side of every break."""
    breaks = catalog["tic_mfhhis01"].breaks
    totals = holdings.totals(by_segment(joined, breaks))
    starts = [pd.Period(entry.period, "M").end_time.normalize() for entry in breaks]
    for _, part in totals[totals["series"] == "current"].groupby("segment"):
        first, last = part["month"].min(), part["month"].max()
        assert not [start for start in starts if first < start <= last]
    assert totals["segment"].nunique() == len(breaks) + 1


def test_holdings_against_output_are_in_percent_where_both_are_known() -> None:
    table = holdings.against_output(
        quarterly("holdings_usd_bn", {"2010Q1": 3600, "2010Q2": 4000, "2010Q3": 1, "2010Q4": np.nan}),
        quarterly("gdp_usd_bn", {"2009Q4": 1, "2010Q1": 14_400, "2010Q2": 16_000, "2010Q4": 1}),
        BREAKS,
    )
    assert table["quarter"].tolist() == [end("2010Q1"), end("2010Q2")]
    assert table["of_gdp_pct"].tolist() == [25, 25]
    assert table["segment"].tolist() == [0, 1]


def test_interest_abroad_is_the_average_rate_on_what_foreigners_hold() -> None:
    table = holdings.interest_abroad(
        quarterly("holdings_usd_bn", {"2010Q1": 3600, "2010Q2": 4000, "2010Q3": np.nan}),
        quarterly("debt_usd_mn", {"2010Q1": 8_000_000, "2010Q2": 8_000_000, "2010Q3": 1}),
        quarterly("interest_usd_bn", {"2009Q4": 1, "2010Q1": 320, "2010Q2": 400, "2010Q3": 1}),
        BREAKS,
    )
    assert table["rate_pct"].tolist() == pytest.approx([4, 5])
    assert table["abroad_usd_bn"].tolist() == pytest.approx([144, 200])
    assert table["segment"].tolist() == [0, 1]


def maturities(rows: list[tuple[str, int, float, float]]) -> pd.DataFrame:
    columns = ["month", "country_code", "long_term_holdings_usd_mn", "short_term_holdings_usd_mn"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(month=table["month"].map(end))


def test_bills_and_bonds_of_all_countries_from_the_newer_table_where_both_have_a_month() -> None:
    older = maturities([("2022-12", 99996, 3_000, 1_000), ("2023-01", 99996, 1, 1), ("2022-12", 1, 5, 5)])
    newer = maturities([("2023-02", 99996, 8_000, 2_000), ("2023-01", 99996, 4_000, 1_000)])
    table = holdings.bills_and_bonds(older, newer)
    assert table["month"].tolist() == [end("2022-12"), end("2023-01"), end("2023-02")]
    assert table["bonds_usd_bn"].tolist() == [3, 4, 8]
    assert table["bills_usd_bn"].tolist() == [1, 1, 2]
    assert table["bills_share_pct"].tolist() == [25, 20, 20]


def test_holdings_in_ten_year_notes_are_worked_out_by_hand() -> None:
    months = [end("2024-12"), end("2025-01")]
    given = pd.DataFrame(
        {"month": months, "bonds_usd_bn": [80.0, 80.0], "bills_usd_bn": [20.0, 20], "bills_share_pct": 20.0}
    )
    (row,) = holdings.in_ten_years(given, pd.Series({months[0]: 8.0})).itertuples()
    assert (row.held_usd_bn, row.month) == (100, months[0])
    assert (row.duration_low_years, row.duration_high_years) == (2.45, 4.85)
    assert (row.low_usd_bn, row.high_usd_bn) == (245 / 8, 485 / 8)


def test_surveys_tell_of_notes_and_bonds_only_before_the_months_do() -> None:
    monthly = pd.DataFrame({"month": [end("2011-09"), end("2011-12")], "bonds_usd_bn": [4.0, 5.0]})
    survey = pd.DataFrame(
        {
            "month": [end("2002-06"), end("2010-06"), end("2012-06"), end("2010-06")],
            "country_code": [99996, 99996, 99996, 42609],
            "long_term_treasury_holdings_usd_mn": [np.nan, 3_000, 9_000, 7_000],
        }
    )
    found = holdings.long_term_holdings(monthly, survey)
    assert found.to_dict() == {end("2010-06"): 3, end("2011-09"): 4, end("2011-12"): 5}
