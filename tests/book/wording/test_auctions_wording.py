"""What the page of auctions says of bills."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.book.wording.auctions import why_no_bills


@pytest.mark.parametrize(
    ("sold", "allotted", "said"),
    [
        ("2022-08-09", "2018-08-30", "at hand to August 2022, and their allotments to August 2018."),
        ("2026-08-09", "2018-08-30", "at hand to August 2026, and their allotments to August 2018."),
        ("2026-08-09", "2026-08-11", "rolled over"),
    ],
)
def test_why_bills_made_no_news_depends_on_what_is_at_hand(sold, allotted, said) -> None:
    results = pd.DataFrame({"security_type": ["Bill", "Note"], "date": pd.to_datetime([sold, "2026-09-01"])})
    issues = pd.DataFrame(
        {"security_type": ["Bill", "Note"], "issue_date": pd.to_datetime([allotted, "2026-09-01"])}
    )
    assert said in why_no_bills(results, issues, pd.Timestamp("2025-04-08"))
