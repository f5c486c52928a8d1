"""What a foreign sale could do: published and own price impacts, who would buy, what it would cost."""

from foreign_demand.analysis.leverage.buyers import (
    FED,
    FOREIGN,
    SINCE,
    UNTIL,
    counted_quarters,
    flows,
    selling_quarters,
    when_sold,
)
from foreign_demand.analysis.leverage.debt import (
    YEARS,
    against_statement,
    baseline,
    cost_coefficients,
    interest_cost,
    note_sales,
    notes_outstanding,
    refinancing,
)
from foreign_demand.analysis.leverage.impacts import (
    SALE_USD_BN,
    marketable,
    on_one_scale,
    spread,
    yearly_inflow,
)

__all__ = [
    "FED",
    "FOREIGN",
    "SALE_USD_BN",
    "SINCE",
    "UNTIL",
    "YEARS",
    "against_statement",
    "baseline",
    "cost_coefficients",
    "counted_quarters",
    "flows",
    "interest_cost",
    "marketable",
    "note_sales",
    "notes_outstanding",
    "on_one_scale",
    "refinancing",
    "selling_quarters",
    "spread",
    "when_sold",
    "yearly_inflow",
]
