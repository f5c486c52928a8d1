"""The figure contract: what a call must say, what it hands over, what is drawn on the page."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreign_demand.book import figures
from foreign_demand.book.figures import MIME_TYPE, Figure
from foreign_demand.book.wording.data_and_methods import describe_mode
from foreign_demand.data.catalog import Catalog, Origin
from foreign_demand.data.store import Outcome, Store
from foreign_demand.exceptions import CatalogError, FigureError
from foreign_demand.site.bundles import provenance
from foreign_demand.site.drawing import Drawings, inline_svg

FRESH, OLD = "DGS10", "DGS2"
HOSTILE = """</title><script>alert("x")</script> 'single' & "double" <b onload=1>"""
DATA = pd.DataFrame(
    {
        "date": pd.to_datetime(["2025-04-08", "2025-04-09", "2025-04-10"]),
        "name": ["a", "b, with a comma", 'c "quoted"'],
        "value": [4.26, np.nan, 1 / 3],
    }
)
CHART = alt.Chart(DATA).mark_line().encode(x="date:T", y="value:Q")
PRINTED = pd.DataFrame({"Name": ["a", HOSTILE], "Value, %": ["4.3", "–"]})


@pytest.fixture(autouse=True)
def store(tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store of two series, one fresh and one overdue whose last refresh failed."""
    monkeypatch.delenv("OFFLINE", raising=False)
    monkeypatch.delenv("BOOK_BUILD", raising=False)
    held = Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache", catalog=catalog)
    today = dt.date.today()
    for id, newest, obtained in ((FRESH, today, "live"), (OLD, today - dt.timedelta(400), "embedded")):
        table = pd.DataFrame({"date": pd.to_datetime([newest]), "yield_pct": [4.0]})
        origin = Origin(
            publisher=catalog[id].publisher,
            title=catalog[id].title,
            url=catalog[id].url,
            retrieved_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            reference_period=newest.isoformat(),
            vintage=newest.isoformat(),
            terms=catalog[id].terms,
            obtained=obtained,
            how="public copy, exact bytes" if obtained == "embedded" else "",
            joined_at="2023-01-03" if obtained == "embedded" else "",
        )
        held.write(id, table, origin, into=held.snapshot)
    held.write_report("live", [Outcome(id=OLD, status="failed", error=f"{OLD}: HTTP 404.")])
    monkeypatch.setattr("foreign_demand.data.store.default_store", lambda: held)
    return held


def make(**changes: Any) -> Figure:
    """A complete figure, changed in some words."""
    call = {
        "chart": CHART,
        "data": DATA,
        "title": "Yields rose",
        "caption": "How to read it.",
        "alt_text": "A line from 4.26.",
        "unit": "percent",
        "sources": [FRESH],
    } | changes
    return figures.figure(call.pop("slug", "ten-year-yield"), **call)


def make_table(**changes: Any) -> Figure:
    call = {
        "display": PRINTED,
        "data": DATA,
        "title": "Yields",
        "caption": "How to read it.",
        "unit": "percent",
        "sources": [FRESH],
    } | changes
    return figures.table(call.pop("slug", "yields"), **call)


# --- what a call must say ----------------------------------------------------


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "Ten-year",
        "ten year",
        "ten_year",
        "-ten",
        "ten-",
        "ten--year",
        "ten/year",
        "../ten",
        "zehn-jährig",
    ],
)
def test_a_slug_is_lower_case_words_joined_by_hyphens(slug: str) -> None:
    with pytest.raises(FigureError, match=re.escape(repr(slug))):
        make(slug=slug)


@pytest.mark.parametrize("word", ["title", "caption", "alt_text", "unit"])
@pytest.mark.parametrize("empty", ["", " \n"])
def test_a_missing_word_is_named_with_the_figure(word: str, empty: str) -> None:
    with pytest.raises(FigureError, match=rf"ten-year-yield.*{word}"):
        make(**{word: empty})


@pytest.mark.parametrize(
    "data",
    [
        DATA.head(0),
        pd.DataFrame(),
        DATA.assign(value=np.nan),
        DATA.assign(value=np.nan, other=np.nan),
        DATA.assign(value=pd.array([pd.NA] * 3, dtype="Float64")),
    ],
    ids=["no-rows", "nothing", "all-missing", "two-all-missing", "all-NA"],
)
@pytest.mark.parametrize("call", [make, make_table])
def test_nothing_to_draw_is_refused_with_the_slug_and_the_sources(
    call: Callable[..., Figure], data: pd.DataFrame
) -> None:
    with pytest.raises(FigureError, match=rf"(ten-year-yield|yields): .*empty or all missing.*{FRESH}"):
        call(data=data)


def test_a_mean_says_of_how_many_it_is() -> None:
    of_two = DATA.assign(mean_pct=1.0, days=[2, 40, 41])
    with pytest.raises(FigureError, match="ten-year-yield: mean_pct are means, and no column says"):
        make(data=of_two.drop(columns="days"))
    with pytest.raises(FigureError, match="yields: it prints means of 2 and does not say so"):
        make_table(data=of_two)
    assert make_table(data=of_two, display=PRINTED.assign(Mean=["1.0 (n = 2)", "1.0"])).slug == "yields"
    assert make(data=of_two).slug == "ten-year-yield"


def test_a_figure_names_its_sources() -> None:
    with pytest.raises(FigureError, match="ten-year-yield: no sources"):
        make(sources=[])
    with pytest.raises(CatalogError, match="DGS11"):
        make(sources=["DGS11"])


def test_some_missing_values_are_no_reason_to_refuse() -> None:
    assert make().slug == "ten-year-yield"


# --- what it hands over ------------------------------------------------------


def test_the_csv_is_the_data() -> None:
    text = make().payload()["csv"]
    read = pd.read_csv(io.StringIO(text), parse_dates=["date"])
    pd.testing.assert_frame_equal(read, DATA, check_dtype=False, check_exact=True)
    assert "2025-04-09" in text
    assert "00:00" not in text


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_number_keeps_its_full_precision(values: list[float]) -> None:
    figure = Figure(
        slug="x",
        title="x",
        caption="x",
        alt="x",
        unit="x",
        data=pd.DataFrame({"value": values}),
        sources=(),
        as_of="2025-04-09",
        chart=CHART,
    )
    lines = figure.payload()["csv"].splitlines()
    assert lines[0] == "value"
    assert [float(line) for line in lines[1:]] == values


def test_months_and_quarters_are_written_as_their_last_day() -> None:
    data = pd.DataFrame({"quarter": pd.to_datetime(["2025-06-30", None]), "value": [1.0, 2.0]})
    assert make(data=data).payload()["csv"] == "quarter,value\n2025-06-30,1.0\n,2.0\n"


@pytest.mark.parametrize("call", [make, make_table])
def test_the_payload_is_plain_json_with_everything_the_site_needs(call: Callable[..., Figure]) -> None:
    payload = call().payload()
    again = json.loads(json.dumps(payload, allow_nan=False))
    assert again == payload
    words = {"slug", "kind", "title", "caption", "alt", "unit", "as_of"}
    assert words | {"sources", "csv", "spec", "table"} == set(again)
    assert again["kind"] == ("table" if call is make_table else "figure")
    assert (again["spec"] is None) == (call is make_table)
    assert (again["table"] is None) == (call is make)


def test_a_missing_value_in_the_drawn_data_is_valid_json() -> None:
    spec = make().payload()["spec"]
    (rows,) = spec["datasets"].values()
    assert [row["value"] for row in rows] == [4.26, None, 1 / 3]


def test_as_of_is_the_newest_day_drawn_or_else_the_newest_of_the_sources() -> None:
    assert make().as_of == "2025-04-10"
    undated = DATA.drop(columns="date")
    assert make(data=undated).as_of == dt.date.today().isoformat()
    assert make(as_of=pd.Timestamp("2025-06-30")).as_of == "2025-06-30"
    assert make(data=undated, sources=[OLD]).as_of == (dt.date.today() - dt.timedelta(400)).isoformat()


def test_the_alternative_text_of_a_table_says_what_it_has() -> None:
    alt_text = make_table().alt
    assert "2 rows" in alt_text
    assert "Value, %" in alt_text


# --- how it reads ------------------------------------------------------------


def test_what_is_drawn_stands_above_a_chart_and_the_rest_of_its_caption_below() -> None:
    said = make(caption="Yields at the close, in percent. How to read it. A caveat.").payload()
    assert figures.what_is_drawn(said) == "Yields at the close, in percent.", "a unit is said once"
    assert figures.how_to_read(said) == "How to read it. A caveat."
    said = make(caption="Yields at the close.", unit="basis points").payload()
    assert figures.what_is_drawn(said) == "Yields at the close. Basis points."
    assert figures.how_to_read(said) == ""


@pytest.mark.parametrize(("unit", "says"), [("rows", "Each series."), ("days", "Each series. Days.")])
def test_a_table_that_counts_its_rows_has_no_unit_to_say(unit: str, says: str) -> None:
    assert figures.what_is_drawn({"caption": "Each series.", "unit": unit}) == says


def test_an_axis_does_not_repeat_the_unit() -> None:
    line = alt.Chart(DATA).mark_line()
    y = [
        line.encode(x="date:T", y=alt.Y("value:Q", title=title), tooltip=alt.Tooltip("value:Q", title=title))
        for title in ("Percent", "Percent of output", "Yield")
    ]
    specs = [
        make(chart=chart, unit="percent").payload()["spec"] for chart in (y[0], y[1], alt.layer(y[0], y[2]))
    ]
    assert specs[0]["encoding"]["y"]["title"] is None
    assert specs[0]["encoding"]["tooltip"]["title"] == "Percent"
    assert specs[1]["encoding"]["y"]["title"] == "Percent of output"
    assert [layer["encoding"]["y"]["title"] for layer in specs[2]["layer"]] == [None, "Yield"]


def test_the_span_drawn_is_told_not_the_span_held() -> None:
    assert figures.span_drawn(make().payload()) == "Drawn: 8 to 10 April 2025"
    part = alt.Chart(DATA.tail(2)).mark_line().encode(x="date:T", y="value:Q")
    assert figures.span_drawn(make(chart=part).payload()) == "Drawn: 9 to 10 April 2025"
    months = DATA.assign(date=pd.to_datetime(["2025-01-31", "2025-02-28", "2025-03-31"]))
    chart = alt.Chart(months).mark_line().encode(x="date:T", y="value:Q")
    assert figures.span_drawn(make(chart=chart).payload()) == "Drawn: January 2025 to March 2025"
    years = DATA.assign(date=pd.to_datetime(["1973-01-01", "1974-01-01", "1975-01-01"]))
    chart = alt.Chart(years).mark_line().encode(x="date:T", y="value:Q")
    assert figures.span_drawn(make(chart=chart).payload()) == "Drawn: 1973 to 1975"


def test_what_has_no_axis_of_time_says_to_which_day_it_was_computed() -> None:
    bars = alt.Chart(DATA).mark_bar().encode(x="value:Q", y="name:N")
    assert figures.span_drawn(make(chart=bars).payload()) == "Data to 10 April 2025"
    assert figures.span_drawn(make_table().payload()) == "Data to 10 April 2025"


# --- provenance --------------------------------------------------------------


def test_each_source_says_its_vintage_whether_it_is_overdue_and_what_went_wrong() -> None:
    fresh, old = make(sources=[FRESH, OLD]).payload()["sources"]
    assert (fresh["obtained"], fresh["overdue"], fresh["problem"]) == ("live", False, "")
    assert (old["obtained"], old["overdue"], old["problem"]) == ("embedded", True, f"{OLD}: HTTP 404.")
    assert (fresh["joined_at"], old["joined_at"]) == ("", "2023-01-03")
    assert old["vintage"] == old["reference_period"] == (dt.date.today() - dt.timedelta(400)).isoformat()
    assert (fresh["edition_known"], old["edition_known"]) == (True, False)
    assert fresh["url"] == "https://fred.stlouisfed.org/series/DGS10"
    assert "H.15" in fresh["cite"]


def test_a_figure_says_where_a_history_was_joined_and_what_went_wrong() -> None:
    fresh, old = map(provenance, make(sources=[FRESH, OLD]).payload()["sources"])
    assert "earlier editions" not in fresh
    assert "edition unknown (embedded copy)" in old
    assert "vintage" not in old
    assert old.endswith(", before 2023-01-03 from earlier editions, newer data are due, last refresh failed")


def test_the_table_of_sources_has_a_row_a_dataset_and_says_what_is_due() -> None:
    found = figures.sources_table("chapter-sources", [FRESH, OLD])
    assert len(found.display) == len(found.data) == 2
    fresh, old = (" ".join(row) for row in found.display.astype(str).values.tolist())
    assert "live" in fresh
    assert "due" not in fresh
    assert "embedded" in old
    assert "unknown" in old
    assert "due" in old
    assert "failed" in old
    assert "before 2023-01-03 from earlier editions" in old


def test_the_mode_of_a_build_is_told_from_the_last_refresh(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "one of 1" in describe_mode()
    store.write_report("live", [Outcome(id=FRESH, status="live")])
    assert "one of 2" in describe_mode()
    store.write_report("live", [Outcome(id=OLD, status="live")])
    assert f"; two of {len(store.catalog)} publications were asked." in describe_mode()
    store.write_report("live", [Outcome(id="NO_LONGER_IN_THE_CATALOG", status="failed")])
    monkeypatch.setattr(store, "catalog", Catalog({id: store.catalog[id] for id in (FRESH, OLD)}))
    assert describe_mode().endswith("; every publication answered.")
    store.write_report("no network")
    assert "embedded" in describe_mode()
    store.write_report("live", [Outcome(id=FRESH, status="live")])
    monkeypatch.setenv("OFFLINE", "1")
    assert "embedded" in describe_mode()


# --- where it is shown -------------------------------------------------------


def test_in_jupyter_a_figure_is_drawn_here_and_asks_no_other_host() -> None:
    bundle = make()._repr_mimebundle_()
    drawn = bundle[0] if isinstance(bundle, tuple) else bundle
    assert set(drawn) == {"image/svg+xml"}
    assert drawn["image/svg+xml"].startswith("<svg")
    assert "http" not in drawn["image/svg+xml"].replace("http://www.w3.org/", "")
    assert MIME_TYPE not in drawn


def test_a_session_that_writes_data_elsewhere_changes_no_figure() -> None:
    with alt.data_transformers.enable("json"):
        spec = make().payload()["spec"]
    assert spec == make().payload()["spec"]
    assert all(spec["datasets"].values())


def test_a_chart_without_data_is_refused() -> None:
    for data in (pd.DataFrame({"a": []}), alt.UrlData("elsewhere.json")):
        with pytest.raises(FigureError, match="its chart holds no data"):
            make(chart=alt.Chart(data).mark_point().encode(x="a:Q")).payload()


def test_in_jupyter_a_table_is_a_table_and_its_cells_are_text() -> None:
    bundle = make_table()._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert "<script" not in bundle["text/html"]
    assert "&lt;script&gt;" in bundle["text/html"]


@pytest.mark.parametrize("call", [make, make_table])
def test_in_the_book_it_is_the_books_own_type(
    call: Callable[..., Figure], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOOK_BUILD", "1")
    shown = call()
    bundle = shown._repr_mimebundle_()
    assert json.loads(bundle[MIME_TYPE]) == shown.payload()
    assert set(bundle) == {MIME_TYPE, "text/plain"}
    assert shown.title in bundle["text/plain"]
    assert shown.alt in bundle["text/plain"]


# --- drawn on the page -------------------------------------------------------


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    data = pd.DataFrame(
        {"x": [0.0, 1.0, 2.0], "y": [1.0, 3.0, 2.0], "z": [1, 2, 3], "text": ["0.12345", "b", "c"]}
    )
    lines = alt.Chart(data).mark_line(clip=True).encode(x="x:Q", y="y:Q")
    points = alt.Chart(data).mark_point(clip=True).encode(x="x:Q", y="y:Q", color="z:Q")
    labels = alt.Chart(data).mark_text().encode(x="x:Q", y="y:Q", text="text:N")
    return alt.layer(lines, points, labels).to_dict()


def test_a_drawing_is_one_named_picture(spec: dict[str, Any], tmp_path: Path) -> None:
    svg = ET.fromstring(inline_svg(Drawings(tmp_path).svg(spec), slug="ten-year", alt="A line from 1 to 2."))
    assert svg.tag.endswith("svg")
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "A line from 1 to 2."
    assert [e.get("aria-label") for e in svg.iter() if e.get("aria-label")] == ["A line from 1 to 2."]
    assert [e for e in svg.iter() if e.get("role") == "img"] == [svg]


def test_a_hostile_alternative_text_stays_text(spec: dict[str, Any], tmp_path: Path) -> None:
    text = inline_svg(Drawings(tmp_path).svg(spec), slug="ten-year", alt=HOSTILE)
    assert "<script" not in text
    svg = ET.fromstring(text)
    assert svg.get("aria-label") == HOSTILE
    assert not [
        e for e in svg.iter() if e.tag.endswith("script") or any(a.startswith("on") for a in e.attrib)
    ]


def test_ids_are_prefixed_and_every_reference_has_its_target(spec: dict[str, Any], tmp_path: Path) -> None:
    text = inline_svg(Drawings(tmp_path).svg(spec), slug="ten-year", alt="x")
    ids = re.findall(r'\bid="([^"]*)"', text)
    assert len(ids) >= 2, "a clip path and a colour gradient were drawn"
    assert all(id.startswith("ten-year-") for id in ids)
    assert len(ids) == len(set(ids))
    targets = re.findall(r'url\((?:&quot;)?#([^)&"]*)', text) + re.findall(r'href="#([^"]*)"', text)
    assert targets
    assert set(targets) <= set(ids)
    other = inline_svg(Drawings(tmp_path).svg(spec), slug="two-year", alt="x")
    assert not set(ids) & set(re.findall(r'\bid="([^"]*)"', other))


def test_coordinates_are_cut_short_and_words_are_not(spec: dict[str, Any], tmp_path: Path) -> None:
    svg = ET.fromstring(inline_svg(Drawings(tmp_path).svg(spec), slug="ten-year", alt="It is 0.12345."))
    assert "0.12345" in "".join(svg.itertext())
    assert svg.get("aria-label") == "It is 0.12345."
    drawn = " ".join(
        value for e in svg.iter() for name, value in e.attrib.items() if name in ("d", "transform")
    )
    assert not re.search(r"\.\d{3}", drawn)


def test_cells_have_dashes_minuses_and_unbroken_dates() -> None:
    table = pd.DataFrame({"day": pd.to_datetime(["2025-04-09", None]), "value": [-1.5, np.nan]})
    printed = figures.as_printed(
        table, {"Day": ("day", lambda d: f"{d.day} {d:%B}"), "Value": ("value", "{:.1f}".format)}
    )
    assert printed.to_numpy().tolist() == [["9\u00a0April", "−1.5"], ["–", "–"]]


def test_a_cell_of_several_columns_is_missing_where_the_first_is() -> None:
    table = pd.DataFrame({"value": [-1.5, np.nan], "low": [-2.0, 0.0], "high": [np.nan, 1.0]})
    printed = figures.as_printed(table, {"Estimate": (("value", "low"), "{:.1f} from {:.1f}".format)})
    assert printed["Estimate"].tolist() == ["-1.5 from -2.0", "–"]


def test_facts_are_given_as_keywords_or_as_a_mapping(monkeypatch: pytest.MonkeyPatch) -> None:
    glued: dict[str, str] = {}
    monkeypatch.setattr("myst_nb.glue", lambda name, text, display: glued.update({name: text}))
    figures.facts({"level": "one"}, share="two")
    figures.facts(values="three")
    assert glued == {"level": "one", "share": "two", "values": "three"}
