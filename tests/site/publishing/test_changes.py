"""Numbers, periods and columns in the words of the page of changes."""

from __future__ import annotations

import pytest

from foreign_demand.site.publishing.changes import cell_in_words, column_in_words, period_in_words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (period_in_words("2026-05"), "May 2026"),
        (period_in_words("2026-Q3"), "the third quarter of 2026"),
        (period_in_words("2026-11-20"), "20 November 2026"),
        (period_in_words("Japan"), "Japan"),
        (column_in_words("long_term_holdings_usd_mn"), "long term holdings, USD million"),
        (column_in_words("index"), "index"),
        (cell_in_words("-1209889.0"), "−1,209,889"),
        (cell_in_words("0.123456"), "0.1235"),
        (cell_in_words("0.0000012"), "1.2e−06"),
        (cell_in_words("inf"), "inf"),
        (cell_in_words("0.0"), "0"),
    ],
)
def test_cells_are_printed_as_they_are_read(text: str, said: str) -> None:
    assert text == said
