"""What changed holdings: purchases, valuation, and what is neither. Tables in, tables out."""

from foreign_demand.analysis.flows.purchases import (
    S_FORM,
    SLT_FORM,
    annual_net_purchases,
    net_purchases_by_month,
)

__all__ = [
    "SLT_FORM",
    "S_FORM",
    "annual_net_purchases",
    "net_purchases_by_month",
]
