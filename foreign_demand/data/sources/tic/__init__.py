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
from foreign_demand.data.sources.tic.vintages import (
    check_editions,
    check_press_tables,
    parse_editions,
    parse_press_tables,
)

__all__ = [
    "check_editions",
    "check_long_and_short",
    "check_major_holders",
    "check_official_split",
    "check_positions",
    "check_press_tables",
    "check_regions",
    "check_security_types",
    "check_survey",
    "check_world",
    "parse_editions",
    "parse_first_prints",
    "parse_major_holders",
    "parse_positions",
    "parse_press_tables",
    "parse_slt3d",
    "parse_slt_table1",
    "parse_slt_table3",
    "parse_survey",
    "parse_transactions",
    "vintage_tic",
]
