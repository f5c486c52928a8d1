"""Everything that can go wrong, as one tree.

::

    ForeignDemandError
    ├── CatalogError         data/catalog.yml says something that cannot be
    ├── FetchError           the publisher could not be reached or answered oddly
    ├── ParseError           the answer is not the publication it should be
    ├── CheckError           the publication is well formed but not believable
    │   ├── SchemaError      a column, type, bound or key is off
    │   ├── IdentityError    numbers that must add up do not
    │   ├── StaleError       the newest reference period is too old
    │   ├── ShortenedError   history that is held is missing from the new table
    │   └── ImplausibleError a step far outside anything in the held table
    ├── StoreError           a held table is missing or damaged
    ├── EstimationError      a model cannot be estimated on the data it was given
    ├── FigureError          a figure has no data, no words or no number in them, or a slug used twice
    ├── SettingError         a variable of the environment says something that cannot be
    ├── PublishError         a built book cannot be published, or an edition must not change
    ├── BrowserError         there is no browser, and none can be had
    └── BenchError           there is nothing to measure

Every message says what was met, where, and what to do next.
"""

from __future__ import annotations


class ForeignDemandError(Exception):
    """Base of every error this package raises on purpose."""


class CatalogError(ForeignDemandError):
    """An entry of ``data/catalog.yml`` is missing, incomplete or contradictory."""


class FetchError(ForeignDemandError):
    """A publisher could not be reached, or answered with an error.

    Parameters
    ----------
    message
        What was met, where, and what to do next.
    kind
        The same in a word or two, for a table: no answer, turned away, moved, …
    """

    def __init__(self, message: str, *, kind: str = "no answer") -> None:
        super().__init__(message)
        self.kind = kind


class ParseError(ForeignDemandError):
    """Bytes arrived that are not the publication they should be."""


class CheckError(ForeignDemandError):
    """A parsed table failed a check and may not replace the held one."""


class SchemaError(CheckError):
    """A column, type, bound or key of a table is not what the catalog says."""


class IdentityError(CheckError):
    """Numbers that must add up by definition do not."""


class StaleError(CheckError):
    """The newest reference period is older than it can honestly be."""


class ShortenedError(CheckError):
    """Periods or rows that the held table has are missing from the new one."""


class ImplausibleError(CheckError):
    """A change is far larger than any the held table has seen."""


class StoreError(ForeignDemandError):
    """A table was asked for that is not held, or that cannot be read back."""


class EstimationError(ForeignDemandError):
    """Data have a gap, are too few, or leave a model without a solution."""


class FigureError(ForeignDemandError):
    """A figure was drawn from nothing, described by nothing or by a missing number, or named twice."""


class SettingError(ForeignDemandError):
    """A variable of the environment holds what cannot be read: a switch, a proxy, certificates."""


class PublishError(ForeignDemandError):
    """A built book is not whole, or what is published must not change as asked."""


class BrowserError(ForeignDemandError):
    """No Chromium or Chrome is installed, and none could be brought."""


class BenchError(ForeignDemandError):
    """There is no built book to measure, or a test book could not be built."""
