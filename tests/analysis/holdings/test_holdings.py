"""Holdings: segments and breaks, the join of three publications, shares, ranks, bounds."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from project import ROOT

from foreign_demand.analysis import holdings
from foreign_demand.analysis.breaks import breaks_between, by_segment
from foreign_demand.book import charts
from foreign_demand.book.wording import holdings as wording
from foreign_demand.book.wording.holders import ranking_as_printed
from foreign_demand.data.catalog import Break, Catalog
from foreign_demand.data.places import CUSTODY_CENTRES, FOREIGN_OFFICIAL, TOTAL
from foreign_demand.data.sources.tic import check_major_holders
from foreign_demand.data.store import Store
from foreign_demand.exceptions import EstimationError

BREAKS = (Break(period="2010-06", why="survey"), Break(period="2021-06", why="revision"))
SIX = list(CUSTODY_CENTRES)
TIC = ("tic_mfhhis01", "tic_slt_table5", "tic_slt_table3")


def end(month: str) -> pd.Timestamp:
    """Last day of a month or quarter, as the store dates it."""
    return pd.Period(month).end_time.normalize()


def holders(*rows: tuple[str, str, float] | tuple[str, str, float, str]) -> pd.DataFrame:
    """Rows of month, country, USD billion and, where not current, the series."""
    filled = [row if len(row) == 4 else (*row, "current") for row in rows]
    table = pd.DataFrame(filled, columns=["month", "country", "holdings_usd_bn", "series"])
    return table.assign(month=table["month"].map(end))[["month", "country", "series", "holdings_usd_bn"]]


def official(month: str, total: float, bills: float, bonds: float, *series: str) -> pd.DataFrame:
    """The lines below the countries, for one month and series."""
    return holders(
        (month, TOTAL, total, *series),
        (month, FOREIGN_OFFICIAL, bills + bonds, *series),
        (month, "Foreign Official Treasury Bills", bills, *series),
        (month, "Foreign Official T-Bonds & Notes", bonds, *series),
    )


def segmented(table: pd.DataFrame, breaks: Sequence[Break] = BREAKS) -> pd.DataFrame:
    return by_segment(table, breaks)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(snapshot=ROOT / "data" / "snapshot", cache=tmp_path_factory.mktemp("cache"))


# --- segments and breaks -----------------------------------------------------


def test_a_break_opens_a_segment_in_its_own_month_and_the_old_value_closes_the_one_before() -> None:
    table = holders(
        ("2010-05", "Japan", 1.0),
        ("2010-06", "Japan", 2.0),
        ("2010-06", "Japan", 3.0, "superseded"),
        ("2010-07", "Japan", 4.0),
        ("2021-05", "Japan", 5.0),
        ("2021-06", "Japan", 6.0),
    )
    for breaks in (BREAKS, BREAKS[::-1]):
        assert segmented(table, breaks)["segment"].tolist() == [0, 1, 0, 1, 1, 2]
    assert segmented(table, ())["segment"].tolist() == [0, 0, -1, 0, 0, 0]


@pytest.mark.parametrize(
    ("start", "finish", "crossed"),
    [
        ("2010-05", "2010-06", ["2010-06"]),
        ("2010-04", "2010-05", []),
        ("2010-06", "2010-07", []),
        ("2010-06", "2010-06", []),
        ("2010-06", "2021-05", []),
        ("2010-06", "2021-06", ["2021-06"]),
        ("2010-05", "2021-06", ["2010-06", "2021-06"]),
        ("2021-06", "2026-05", []),
        ("2010Q1", "2010Q2", ["2010-06"]),
        ("2010Q2", "2010Q3", []),
    ],
)
def test_a_change_crosses_a_break_when_it_starts_before_and_ends_in_its_month_or_later(
    start: str, finish: str, crossed: list[str]
) -> None:
    found = breaks_between(BREAKS, end(start), end(finish))
    assert [entry.period for entry in found] == crossed


months = st.integers(0, 120).map(lambda n: pd.Period("2004-01", "M") + n)


@given(st.sets(months, max_size=6), months, months)
def test_breaks_between_two_months_are_the_segments_between_them(
    periods: set[pd.Period], one: pd.Period, other: pd.Period
) -> None:
    breaks = [Break(period=str(period), why="any") for period in sorted(periods)]
    start, finish = sorted((one, other))
    table = segmented(holders((str(start), "Japan", 1.0), (str(finish), "Japan", 2.0)), breaks)
    crossed = breaks_between(breaks, *table["month"])
    assert len(crossed) == table["segment"].diff().iloc[-1]


def test_a_survey_revision_is_the_new_value_less_the_old_one_of_the_same_month() -> None:
    table = holders(
        ("2009-06", "Japan", 7.0),
        ("2010-06", "Japan", 12.0),
        ("2010-06", "Japan", 9.0, "superseded"),
        ("2010-06", "Chile", 1.0),
    )
    (row,) = holdings.survey_revisions(table, "Japan").itertuples()
    assert (row.month, row.before_usd_bn, row.after_usd_bn, row.revision_usd_bn) == (end("2010-06"), 9, 12, 3)


# --- records and changes -----------------------------------------------------


def line(values: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame({"month": [end(month) for month in values], "x": values.values()})


def test_a_record_compares_the_newest_value_with_the_largest() -> None:
    record = holdings.against_record(
        line({"2010-05": 50.0, "2010-06": 80.0, "2021-05": 60.0, "2021-06": np.nan}), "x", breaks=BREAKS
    )
    assert (record.latest, record.latest_period) == (60, end("2021-05"))
    assert (record.peak, record.peak_period) == (80, end("2010-06"))
    assert record.below_pct == pytest.approx(25)
    assert "25.0%" in wording.record_in_words(record)
    assert "June 2010" in wording.record_in_words(record)


def test_a_record_across_a_break_says_which() -> None:
    record = holdings.against_record(line({"2010-05": 80.0, "2021-07": 60.0}), "x", breaks=BREAKS)
    assert [entry.period for entry in record.breaks] == ["2010-06", "2021-06"]
    assert "June 2010 and June 2021" in wording.record_in_words(record)


def test_the_newest_value_at_its_peak_is_a_record() -> None:
    record = holdings.against_record(line({"2010-05": 50.0, "2010-06": 80.0}), "x", breaks=BREAKS)
    assert record.below_pct == 0
    assert wording.record_in_words(record) == "the highest on record"
    assert record.breaks == ()


def test_the_value_that_closes_an_old_series_is_not_the_newest() -> None:
    table = segmented(
        holders(("2010-05", "Japan", 5.0), ("2010-06", "Japan", 9.0, "superseded"), ("2010-06", "Japan", 7.0))
    ).sort_values(["month", "segment"], ignore_index=True)
    assert holdings.peak_of(table, "Japan").latest == 7


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


# --- totals ------------------------------------------------------------------


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


# --- three publications, one table -------------------------------------------


def slt(month: str, **holdings_usd_mn: float) -> pd.DataFrame:
    """SLT table 3 for one month: two countries, a region, official holders, the total."""
    codes = {"Japan": 42609, "Chile": 30600, "Total Asia": 49999, "official": 99990, "total": 99996}
    names = {"official": "Of Which: Foreign Official", "total": "Grand Total"}
    rows = [
        (end(month), names.get(name, name), codes[name], value) for name, value in holdings_usd_mn.items()
    ]
    table = pd.DataFrame(rows, columns=["month", "country", "country_code", "holdings_usd_mn"])
    return table.assign(
        short_term_holdings_usd_mn=table["holdings_usd_mn"] / 4,
        long_term_holdings_usd_mn=table["holdings_usd_mn"] * 3 / 4,
    )


ASIA = {"Total Asia": 600_000, "official": 400_000, "total": 1_000_000}


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


@pytest.fixture(scope="module")
def joined(store: Store) -> pd.DataFrame:
    """The three embedded publications as one."""
    return holdings.join_holders(*map(store.read, TIC))


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


def test_concentration_of_the_joined_table_can_be(joined: pd.DataFrame) -> None:
    table = holdings.concentration(joined)
    assert table.notna().all(axis=None)
    assert (table["hhi_low"] <= table["hhi_high"]).all()
    assert table["hhi_high"].between(0, 10_000).all()
    assert table[["largest_pct", "largest_five_pct", "largest_ten_pct"]].stack().between(0, 100).all()


# --- shares of the debt ------------------------------------------------------


def quarterly(column: str, values: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame({"quarter": [end(quarter) for quarter in values], column: values.values()})


@pytest.fixture
def shares() -> pd.DataFrame:
    statement = pd.DataFrame(
        [
            (end(month), security_class, amount)
            for month, total, bills in (
                ("2020-03", 8_000_000, 2_000_000),
                ("2020-05", 8_000_000, 1.0),
                ("2020-06", 10_000_000, 5_000_000),
            )
            for security_class, amount in (("Total Marketable", total), ("Bills", bills), ("Notes", 1.0))
        ],
        columns=["month", "security_class", "total_usd_mn"],
    )
    months = [end("2020-03"), end("2020-05"), end("2020-06"), end("2020-09")]
    return holdings.foreign_shares(
        foreign=quarterly("holdings_usd_bn", {"2020Q1": 3000, "2020Q2": 4000, "2020Q3": np.nan}),
        gross_debt=quarterly("debt_usd_mn", {"2020Q1": 20_000_000, "2020Q2": 25_000_000, "2020Q3": 1}),
        public_debt=quarterly("debt_usd_mn", {"2020Q2": 16_000_000}),
        marketable=holdings.marketable_debt(statement),
        total=pd.Series([4000.0, 1.0, 4000.0, 4000.0], months),
        long_term=pd.Series([3000.0, 1.0, 3500.0, 3500.0], months),
        breaks=[Break(period="2020-05", why="revision")],
    )


def test_shares_are_in_percent_of_debt_in_the_same_unit_at_quarter_ends_both_sides_have(
    shares: pd.DataFrame,
) -> None:
    found = {
        name: list(zip(group["quarter"].dt.strftime("%Y-%m"), group["share_pct"], strict=True))
        for name, group in shares.groupby("denominator", sort=False)
    }
    assert found == {
        "Gross federal debt": [("2020-03", 15.0), ("2020-06", 16.0)],
        "Debt held by the public": [("2020-06", 25.0)],
        "Marketable debt": [("2020-03", 50.0), ("2020-06", 40.0)],
        "Marketable debt without bills": [("2020-03", 50.0), ("2020-06", 70.0)],
    }
    assert tuple(found) == holdings.DENOMINATORS


def test_shares_on_two_sides_of_a_break_are_in_two_segments(shares: pd.DataFrame) -> None:
    gross = shares[shares["denominator"] == "Gross federal debt"]
    assert gross["segment"].tolist() == [0, 1]


def test_holdings_against_output_are_in_percent_where_both_are_known() -> None:
    table = holdings.against_output(
        quarterly("holdings_usd_bn", {"2010Q1": 3600, "2010Q2": 4000, "2010Q3": 1, "2010Q4": np.nan}),
        quarterly("gdp_usd_bn", {"2009Q4": 1, "2010Q1": 14_400, "2010Q2": 16_000, "2010Q4": 1}),
        BREAKS,
    )
    assert table["quarter"].tolist() == [end("2010Q1"), end("2010Q2")]
    assert table["of_gdp_pct"].tolist() == [25, 25]
    assert table["segment"].tolist() == [0, 1]


def test_a_peak_knows_what_happened_since_and_which_breaks_lie_between() -> None:
    shares = pd.DataFrame(
        [
            ("A", end("2020Q4"), 30.0, 100.0, 30.0),
            ("A", end("2021Q1"), 80.0, 200.0, 40.0),
            ("A", end("2021Q2"), 100.0, 400.0, 25.0),
            ("B", end("2021Q1"), 10.0, 100.0, 10.0),
            ("B", end("2021Q2"), 30.0, 100.0, 30.0),
        ],
        columns=["denominator", "quarter", "holdings_usd_bn", "debt_usd_bn", "share_pct"],
    )
    for order in (shares, shares[::-1].sort_values("denominator", kind="stable")):
        fell, rose = holdings.peaks(order, BREAKS).itertuples()
        assert (fell.denominator, fell.first_quarter) == ("A", end("2020Q4"))
        assert (fell.peak_quarter, fell.peak_pct) == (end("2021Q1"), 40)
        assert (fell.latest_quarter, fell.latest_pct) == (end("2021Q2"), 25)
        assert fell.change_points == -15
        assert fell.holdings_growth_pct == pytest.approx(25)
        assert fell.debt_growth_pct == pytest.approx(100)
        assert fell.breaks == "2021-06"
        assert (rose.peak_quarter, rose.change_points, rose.breaks) == (end("2021Q2"), 0, "")


def test_printed_peaks_have_no_missing_cell(shares: pd.DataFrame) -> None:
    printed = wording.peaks_as_printed(holdings.peaks(shares, BREAKS))
    assert len(printed) == 4
    assert not printed.isin(["nan", "NaT", "None", ""]).any(axis=None)


@pytest.mark.parametrize(
    ("growth", "says"),
    [
        ([63.0, 262.0], "In no case did .* they grew by 63 to 262%, and the debt grew faster"),
        ([-5.0, -2.0], "In every case .* smaller than at the peak of the share, by 2 to 5%"),
        ([-5.0, 30.0], r"changed by −5% to \+30%, depending on the denominator"),
    ],
)
def test_what_holdings_did_since_the_peak_is_said_by_its_sign(growth: list[float], says: str) -> None:
    text = wording.peaks_in_words(pd.DataFrame({"holdings_growth_pct": growth}))
    assert re.search(says, text)


# --- maturity ----------------------------------------------------------------


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


# --- who holds ---------------------------------------------------------------


@pytest.fixture
def ranks() -> pd.DataFrame:
    table = holders(
        ("2011-05", "Japan", 80.0),
        ("2011-05", "Grand Total", 100.0),
        ("2020-05", "Japan", 90.0),
        ("2020-05", "Chile", 20.0),
        ("2020-05", "Grand Total", 200.0),
        ("2021-05", "Japan", 70.0),
        ("2021-05", "Chile", 90.0),
        ("2021-05", "Peru", np.nan),
        ("2021-05", "Belgium", 40.0),
        ("2021-05", "All Other", 300.0),
        ("2021-05", "Grand Total", 400.0),
        ("2021-05", "Foreign Official", 350.0),
        ("2021-05", "Japan", 999.0, "superseded"),
    )
    breaks = [Break(period="2015-06", why="survey"), Break(period="2021-06", why="later")]
    return holdings.ranking(table, breaks, since=end("2020-05"), years=(1, 10))


def test_a_ranking_has_countries_only_largest_first_in_percent_of_the_total(ranks: pd.DataFrame) -> None:
    assert ranks["country"].tolist() == ["Chile", "Japan", "Belgium"]
    assert ranks["rank"].tolist() == [1, 2, 3]
    assert ranks["holdings_usd_bn"].tolist() == [90, 70, 40]
    assert ranks["share_pct"].tolist() == [22.5, 17.5, 10]
    assert ranks["custody_centre"].tolist() == [False, False, True]
    assert set(ranks["month"]) == {end("2021-05")}


def test_a_country_not_listed_then_has_no_change_and_a_change_names_the_breaks_it_crosses(
    ranks: pd.DataFrame,
) -> None:
    assert ranks["change_1y_usd_bn"].tolist() == pytest.approx([70, -20, np.nan], nan_ok=True)
    assert ranks["change_2020_05_usd_bn"].tolist() == pytest.approx([70, -20, np.nan], nan_ok=True)
    assert ranks["change_10y_usd_bn"].tolist() == pytest.approx([np.nan, -10, np.nan], nan_ok=True)
    assert ranks["holdings_10y_usd_bn"].tolist() == pytest.approx([np.nan, 80, np.nan], nan_ok=True)
    assert set(ranks["breaks_1y"]) == {""}
    assert set(ranks["breaks_10y"]) == {"2015-06"}


def test_a_printed_ranking_marks_a_crossed_break_and_what_is_not_known(ranks: pd.DataFrame) -> None:
    printed = ranking_as_printed(ranks, top=3).set_index("Country")
    one, ten = (next(c for c in printed if f"{n} year" in c) for n in (1, 10))
    assert printed.loc["Japan", one] == "−20"
    assert printed.loc["Japan", ten] == "−10*"
    assert printed.loc["Belgium", one] == printed.loc["Chile", ten] == "–"
    assert len(ranking_as_printed(ranks, top=2)) == 2


def test_over_time_a_country_that_is_not_listed_is_absent_not_zero() -> None:
    table = segmented(
        holders(("2010-05", "Japan", 1.0), ("2010-06", "Japan", 2.0), ("2010-06", "Chile", 3.0))
    )
    chosen = holdings.over_time(table, ["Chile", "Peru"])
    assert chosen["month"].tolist() == [end("2010-06")]
    assert chosen["segment"].tolist() == [1]


# --- custody centres ---------------------------------------------------------


def test_the_custody_band_begins_when_all_six_centres_are_listed() -> None:
    table = holders(
        *(("2010-05", name, 10.0) for name in SIX[:-1]),
        ("2010-05", "Grand Total", 100.0),
        *(("2010-06", name, 10.0) for name in SIX),
        *(("2010-06", name, 99.0, "superseded") for name in SIX),
        ("2010-06", "Grand Total", 120.0),
        ("2010-06", "Grand Total", 999.0, "superseded"),
    )
    band = holdings.custody_band(table)
    assert set(band["month"]) == {end("2010-06")}
    assert sorted(band["country"]) == sorted(SIX)
    assert band["share_pct"].tolist() == pytest.approx([100 / 12] * 6)
    (share,) = holdings.custody_share(table).itertuples()
    assert (share.holdings_usd_bn, share.share_pct) == (60, pytest.approx(50))


def test_china_is_shown_with_belgium_where_belgium_is_listed() -> None:
    table = segmented(
        holders(
            ("2009-06", "China, Mainland", 90.0),
            ("2010-06", "China, Mainland", 100.0),
            ("2010-06", "Belgium", 20.0),
            ("2010-06", "China, Mainland", 70.0, "superseded"),
            ("2010-06", "Belgium", 30.0, "superseded"),
            ("2010-06", "Luxembourg", 1.0),
        )
    )
    pair = holdings.china_and_belgium(table).set_index(["segment", "measure"])["holdings_usd_bn"]
    assert pair.to_dict() == {
        (0, "China"): 70,
        (0, "China and Belgium"): 100,
        (1, "China"): 100,
        (1, "China and Belgium"): 120,
    }


# --- concentration -----------------------------------------------------------


def one_month(named: Sequence[float], other: float, **more: float) -> pd.DataFrame:
    """A month in which the countries hold ``named`` and those not listed ``other``."""
    countries = {f"Country {n}": amount for n, amount in enumerate(named)} | more
    total = sum(countries.values()) + other
    rows = {**countries, "All Other": other, "Grand Total": total, "Foreign Official": total / 2}
    return holders(*(("2021-05", name, amount) for name, amount in rows.items()))


def test_one_holder_has_all_and_equal_holders_share() -> None:
    (alone,) = holdings.concentration(one_month([50.0], 0.0)).itertuples()
    assert (alone.largest_pct, alone.largest_ten_pct, alone.hhi_low, alone.hhi_high) == (100, 100, 1e4, 1e4)
    (equal,) = holdings.concentration(one_month([1.0] * 20, 0.0)).itertuples()
    assert (equal.largest_pct, equal.largest_five_pct, equal.largest_ten_pct) == pytest.approx((5, 25, 50))
    assert (equal.hhi_low, equal.hhi_high) == pytest.approx((500, 500))


amounts = st.floats(0.1, 2000)


@given(st.lists(amounts, min_size=1, max_size=40), st.floats(0, 5000), st.integers(1, 200))
def test_the_index_lies_in_its_band_however_all_other_is_divided(
    named: list[float], other: float, pieces: int
) -> None:
    (found,) = holdings.concentration(one_month(named, other)).itertuples()
    assert 0 < found.largest_pct <= found.largest_five_pct + 1e-9
    assert found.largest_five_pct <= found.largest_ten_pct + 1e-9 <= 100 + 1e-6
    assert found.hhi_low <= found.hhi_high + 1e-9
    assert found.hhi_high <= 1e4 + 1e-6
    assert found.hhi_low >= found.largest_pct**2 - 1e-6
    piece = min(other / pieces, min(named))
    parts = np.array([*named, *[piece] * pieces]) / (sum(named) + other)
    if piece * pieces == pytest.approx(other):
        assert found.hhi_low - 1e-6 <= 1e4 * (parts**2).sum() <= found.hhi_high + 1e-6


def test_a_group_of_countries_is_no_holder_but_one_member_may_hold_all_of_it() -> None:
    (found,) = holdings.concentration(
        one_month([30.0, 20.0, 1.0], 0.0, **{"Oil Exporters": 49.0})
    ).itertuples()
    assert found.largest == "Country 0"
    assert found.largest_pct == pytest.approx(30)
    assert found.hhi_low == pytest.approx(900 + 400 + 1)
    assert found.hhi_high >= 900 + 400 + 1 + 49**2 - 1e-6


def test_a_month_with_both_series_counts_the_current_one() -> None:
    twice = pd.concat([one_month([3.0, 1.0], 0.0), one_month([1.0], 0.0).assign(series="superseded")])
    (found,) = holdings.concentration(twice).itertuples()
    assert found.largest_pct == 75
