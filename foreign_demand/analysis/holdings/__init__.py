"""Who holds Treasuries: levels, shares of the debt, holders. Tables in, tables out."""

from foreign_demand.analysis.holdings.holders import (
    change_bounds,
    china_and_belgium,
    concentration,
    custody_band,
    custody_share,
    over_time,
    ranking,
    survey_revisions,
)
from foreign_demand.analysis.holdings.levels import (
    against_output,
    as_lines,
    bills_and_bonds,
    change_over,
    holders_by_country,
    interest_abroad,
    join_holders,
    long_term_holdings,
    totals,
)
from foreign_demand.analysis.holdings.shares import (
    DENOMINATORS,
    foreign_shares,
    marketable_debt,
    peaks,
    share_of_issuance,
    share_without_fed,
)

__all__ = [
    "DENOMINATORS",
    "against_output",
    "as_lines",
    "bills_and_bonds",
    "change_bounds",
    "change_over",
    "china_and_belgium",
    "concentration",
    "custody_band",
    "custody_share",
    "foreign_shares",
    "holders_by_country",
    "interest_abroad",
    "join_holders",
    "long_term_holdings",
    "marketable_debt",
    "over_time",
    "peaks",
    "ranking",
    "share_of_issuance",
    "share_without_fed",
    "survey_revisions",
    "totals",
]
