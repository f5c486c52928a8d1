"""Labels of the bibliography read well, those of institutions too."""

from __future__ import annotations

import re

from project import ROOT
from pybtex.database import parse_file

from foreign_demand.site.labels import Style


def test_every_label_is_of_initials_and_year_and_each_is_its_own() -> None:
    entries = parse_file(str(ROOT / "references.bib")).entries
    labels = {e.key: e.label for e in Style().format_entries(entries.values())}
    assert len(labels) == len(set(labels.values())) == len(entries)
    assert [
        label for label in labels.values() if not re.fullmatch(r"[A-Z][A-Za-z]{1,4}\+?\d\d[a-z]?", label)
    ] == []
    assert labels["imf2017uphill"] == "IMF17"
    assert labels["gurkaynak2007treasury"] == "GSW07"
    assert labels["adrian2013pricing"] == "ACM13"
