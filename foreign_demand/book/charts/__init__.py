"""Charts of the book: ``chart_*`` takes a tidy table and returns an Altair chart."""

from foreign_demand.book.charts.allies_and_rivals import (
    chart_against_purchases,
    chart_by_group,
    chart_cutoffs,
    chart_gold,
    chart_specification_curve,
)
from foreign_demand.book.charts.april import (
    chart_auctions,
    chart_episode,
    chart_frequency_by_decade,
    chart_joint_correlation,
    chart_joint_frequency,
    chart_joint_score,
    chart_lines_around,
    chart_percentiles,
    chart_rebuilt_counts,
)
from foreign_demand.book.charts.auctions import chart_proxy, chart_two_shares
from foreign_demand.book.charts.claims import chart_readings
from foreign_demand.book.charts.flows import (
    chart_choice,
    chart_official_and_modelled,
    chart_periods,
    chart_revisions,
    chart_triangle,
)
from foreign_demand.book.charts.general import chart_coefficients, chart_lines, chart_with_band
from foreign_demand.book.charts.holdings import (
    chart_bills_and_bonds,
    chart_custody_band,
    chart_explained,
    chart_ranking,
)
from foreign_demand.book.charts.leverage import chart_buyers, chart_estimates, chart_impacts, chart_weeks
from foreign_demand.book.charts.nowcast import (
    chart_calibration,
    chart_forecast_past,
    chart_next_print,
    chart_surprises,
)
from foreign_demand.book.charts.safe_haven import chart_falls, chart_responses, chart_rolling_correlation
from foreign_demand.book.charts.style import COLOURS, for_wide_places, theme
from foreign_demand.book.charts.term_premium import chart_decomposition
from foreign_demand.book.palette import DARK

__all__ = [
    "COLOURS",
    "DARK",
    "chart_against_purchases",
    "chart_auctions",
    "chart_bills_and_bonds",
    "chart_buyers",
    "chart_by_group",
    "chart_calibration",
    "chart_choice",
    "chart_coefficients",
    "chart_custody_band",
    "chart_cutoffs",
    "chart_decomposition",
    "chart_episode",
    "chart_estimates",
    "chart_explained",
    "chart_falls",
    "chart_forecast_past",
    "chart_frequency_by_decade",
    "chart_gold",
    "chart_impacts",
    "chart_joint_correlation",
    "chart_joint_frequency",
    "chart_joint_score",
    "chart_lines",
    "chart_lines_around",
    "chart_next_print",
    "chart_official_and_modelled",
    "chart_percentiles",
    "chart_periods",
    "chart_proxy",
    "chart_ranking",
    "chart_readings",
    "chart_rebuilt_counts",
    "chart_responses",
    "chart_revisions",
    "chart_rolling_correlation",
    "chart_specification_curve",
    "chart_surprises",
    "chart_triangle",
    "chart_two_shares",
    "chart_weeks",
    "chart_with_band",
    "for_wide_places",
    "theme",
]
