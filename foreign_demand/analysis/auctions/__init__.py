"""Who buys at auction: allotments by class of investor, the old proxy, demand in a panic."""

from foreign_demand.analysis.auctions.allotments import (
    SHARES,
    allotted_shares,
    by_quarter,
    by_tenor_and_year,
    join_auctions,
    nominal,
    not_joined,
)
from foreign_demand.analysis.auctions.demand import (
    compared_with_own_history,
    headline_auctions,
    history_in_panels,
    history_of_tails,
    yields_after,
)
from foreign_demand.analysis.auctions.flows import auctions_and_net_purchases
from foreign_demand.analysis.auctions.proxy import (
    ERAS,
    correlation_by_era,
    mean_shares,
    moved_windows,
    rolling_correlation,
)

__all__ = [
    "ERAS",
    "SHARES",
    "allotted_shares",
    "auctions_and_net_purchases",
    "by_quarter",
    "by_tenor_and_year",
    "compared_with_own_history",
    "correlation_by_era",
    "headline_auctions",
    "history_in_panels",
    "history_of_tails",
    "join_auctions",
    "mean_shares",
    "moved_windows",
    "nominal",
    "not_joined",
    "rolling_correlation",
    "yields_after",
]
