"""Places: one list of codes and names, and what a name may look like."""

from __future__ import annotations

from pathlib import Path

import pytest

from foreign_demand.data import places
from foreign_demand.data.places import Place, by_code, by_name, in_a_sentence, normalised, read_places
from foreign_demand.data.store import Store
from foreign_demand.exceptions import CatalogError

CODED = [
    "tic_slt_table1",
    "tic_slt_table3",
    "tic_slt3d_globl",
    "tic_s1_globl",
    "tic_shlhistdat",
    "tic_positions",
]
NAMED = ["tic_mfhhis01", "tic_slt_table5"]


def test_a_place_is_found_by_its_code_and_by_each_of_its_names() -> None:
    china = by_code(41408)
    assert china == by_name("China, Mainland") == by_name("China")
    assert (china.name, china.iso3, china.in_sentences) == ("China, Mainland", "CHN", "China")
    assert by_name("Türkiye") == by_name("Turkey") == by_code(12807)


def test_an_unknown_code_or_name_is_refused_with_it_and_the_way_on() -> None:
    with pytest.raises(CatalogError, match=r"12345 .*data/places\.csv"):
        by_code(12345)
    with pytest.raises(CatalogError, match=r"'Cayman Is\.' .*`also`"):
        by_name("Cayman Is.")


@pytest.mark.parametrize("id", CODED)
def test_every_code_and_name_held_is_that_of_one_place(id: str, embedded: Store) -> None:
    rows = embedded.read(id)[["country_code", "country"]].drop_duplicates()
    for code, name in rows.itertuples(index=False):
        place = by_code(code)
        assert name == place.name or name in place.also, (code, name)


@pytest.mark.parametrize("id", NAMED)
def test_every_holder_of_the_tables_without_codes_is_a_place(id: str, embedded: Store) -> None:
    for name in embedded.read(id)["country"].unique():
        assert by_name(name).kind != "issuer"
        assert normalised(name) == name


def test_a_name_means_one_place_only() -> None:
    taken: dict[str, Place] = {}
    for place in read_places():
        for name in (place.name, *place.also):
            if name != places.ALL_OTHER:  # the survey's own, of the Pacific, has a code to tell it by
                assert taken.setdefault(name, place) is place, name


def test_countries_have_an_iso_code_and_nothing_else_has() -> None:
    for place in read_places():
        assert bool(place.iso3) == (place.kind == "country"), place
        assert len(place.iso3) in (0, 3)


def test_custody_centres_and_groups_are_places() -> None:
    assert all(by_name(name).kind == "country" for name in places.CUSTODY_CENTRES)
    assert all(by_name(name).kind == "group" for name in places.BANKING_GROUPS)
    assert all(by_name(name).kind in ("total", "rest") for name in places.AGGREGATES)
    assert set(places.REGIONS) - {places.CANADA} == places.codes_of("region")
    assert by_code(places.GRAND_TOTAL).name == places.TOTAL


def test_a_sentence_names_a_holder_its_own_way() -> None:
    assert in_a_sentence("Korea, South") == "South Korea"
    assert in_a_sentence("Cayman Islands") == "the Cayman Islands"
    assert in_a_sentence("Japan") == "Japan"
    assert in_a_sentence("Stocks") == "Stocks"


@pytest.mark.parametrize(
    "written",
    [
        "China,\u00a0Mainland",
        "China,\u200b Mainland",
        "\ufeffChina, Mainland",
        "China,  Mainland ",
        "Ｃhina, Mainland",
    ],
)
def test_one_name_has_one_spelling(written: str) -> None:
    assert normalised(written) == "China, Mainland"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("Сhina, Mainland", "mixes scripts"),
        ("=HYPERLINK(1)", "formula"),
        ("+1", "formula"),
        ("-Japan", "formula"),
        ("@cmd", "formula"),
        ("{glue:text}`x`", "mark-up"),
        ("[Japan](https://example.org)", "mark-up"),
        ("<b>Japan</b>", "mark-up"),
        ("\u202e", "empty"),
        (" ", "empty"),
        ("A" * 200, "too long"),
    ],
)
def test_what_is_no_name_is_refused(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        normalised(written)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["1,AAA,country,A,,", "1,BBB,country,B,,"], "1 stands more than once"),
        (["1,AAA,country,A,,", "2,BBB,country,A,,"], "A stands more than once"),
        (["1,AAA,planet,A,,"], "a kind"),
    ],
)
def test_the_list_itself_is_checked(lines: list[str], reason: str, tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text("\n".join(["code,iso3,kind,name,in_sentences,also", *lines, ""]), encoding="utf-8")
    with pytest.raises(CatalogError, match=reason):
        read_places(file)


def test_accents_and_apostrophes_are_part_of_a_name() -> None:
    assert normalised("Côte d'Ivoire") == "Côte d'Ivoire"


def test_a_territory_belongs_to_a_state_that_belongs_to_none() -> None:
    places = {place.iso3: place for place in read_places() if place.iso3}
    owners = {places[place.sovereign] for place in places.values() if place.sovereign}
    assert {owner.iso3 for owner in owners} == {"CHN", "DNK", "FRA", "GBR", "NLD", "NZL"}
    assert not any(owner.sovereign for owner in owners)
