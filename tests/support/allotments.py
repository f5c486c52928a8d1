"""Made rows of auctions and of what was allotted of them."""

from __future__ import annotations

import pandas as pd

CLASSES = {
    "depository_institutions_usd_bn": 0.1,
    "individuals_usd_bn": 0.3,
    "dealers_usd_bn": 6.0,
    "pensions_and_insurers_usd_bn": 0.0,
    "investment_funds_usd_bn": 30.0,
    "foreign_usd_bn": 5.0,
    "other_usd_bn": 0.6,
}


def issue(day: str, cusip: str, *, years: int = 10, reserve: float = 3.0) -> dict[str, object]:
    """A row of the workbook: USD 42 billion sold, and the Federal Reserve's part on top."""
    return {
        "issue_date": pd.Timestamp(day),
        "cusip": cusip,
        "security_type": "Note" if years <= 10 else "Bond",
        "original_term": f"{years}-Year",
        "term_years": float(years),
        "inflation_indexed": False,
        "floating_rate": False,
        "total_usd_bn": 42.0 + reserve,
        "federal_reserve_usd_bn": reserve,
        **CLASSES,
    }


def share(day: str, cusip: str, *, foreign: float = 12.0) -> dict[str, object]:
    """A row of the transcription."""
    return {
        "issue_date": pd.Timestamp(day),
        "cusip": cusip,
        "term_years": 10.0,
        "dealers_share_pct": 14.0,
        "investment_funds_share_pct": 70.0,
        "foreign_share_pct": foreign,
        "total_usd_bn": 42.0,
    }


def auction(day: str, cusip: str, *, years: int = 10, indirect: float = 70.0) -> dict[str, object]:
    """A row of auction results, as far as it matters to allotments."""
    return {
        "date": pd.Timestamp(day),
        "cusip": cusip,
        "security_type": "Note" if years <= 10 else "Bond",
        "original_term": f"{years}-Year",
        "inflation_indexed": False,
        "floating_rate": False,
        "bid_to_cover": 2.5,
        "indirect_share_pct": indirect,
        "dealer_share_pct": 12.0,
    }
