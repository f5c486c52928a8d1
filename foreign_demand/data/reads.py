"""What this process took from the catalog and the stores, in order.

``book.record`` makes of it what each figure rests on; ``site.freshness`` what has to be run again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Read:
    """One thing that was taken."""

    what: Literal["table", "origin", "outcome", "revisions", "report", "entry", "ledger", "holds"]
    id: str = ""
    """Of the dataset; empty for the report of the last refresh, the list of all entries and the ledger."""


READS: list[Read] = []
"""Everything taken so far."""
