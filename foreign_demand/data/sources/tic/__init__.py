"""US Treasury: the Treasury International Capital (TIC) system."""

from foreign_demand.data.sources.tic.identities import (
    check_long_and_short,
    check_major_holders,
    check_official_split,
    check_positions,
    check_regions,
    check_security_types,
    check_survey,
    check_world,
)
from foreign_demand.data.sources.tic.parsers import (
    parse_first_prints,
    parse_major_holders,
    parse_positions,
    parse_slt3d,
    parse_slt_table1,
    parse_slt_table3,
    parse_survey,
    parse_transactions,
    vintage_tic,
)

__all__ = [
    "check_long_and_short",
    "check_major_holders",
    "check_official_split",
    "check_positions",
    "check_regions",
    "check_security_types",
    "check_survey",
    "check_world",
    "parse_first_prints",
    "parse_major_holders",
    "parse_positions",
    "parse_slt3d",
    "parse_slt_table1",
    "parse_slt_table3",
    "parse_survey",
    "parse_transactions",
    "vintage_tic",
]
