"""FRED, Federal Reserve Bank of St. Louis: one series a dataset.

What the Federal Reserve Board publishes itself is asked of the Board first, whose
release file has all its series in one; FRED is the second source. Without a key the
series comes from ``fredgraph.csv``; with ``FRED_API_KEY`` through :mod:`fredapi`, handed
on in the same CSV layout so that one parser reads both. With a key ALFRED, FRED's
archive, also tells every value a series ever had.
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pandas as pd
from fredapi import Fred

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.fedboard import fetch_release, is_release, read_release
from foreign_demand.data.sources.http import Client, Reply, fred_key, redact
from foreign_demand.data.sources.reading import read_rows, text_of, tidy, to_dates, to_numbers
from foreign_demand.exceptions import FetchError, ParseError

VINTAGES_SINCE = "2015-01-01"
"""Revisions made before this day are left in the archive."""

SECOND = "FRED was asked instead of the Board."

NO_KEY = "no-key-for-a-mirror"
"""What a mirror is given in the place of the key: it is not the publisher, and may not be encrypted."""

_PERIOD_CODE = {"month": "M", "quarter": "Q", "year": "Y"}


class _ClientFred(Fred):
    """fredapi, asking through a :class:`Client`: its mirror, retries, throttle and limits.

    fredapi builds every address and reads every answer; all its requests go
    through the one private method replaced here.
    """

    def __init__(self, key: str, client: Client) -> None:
        super().__init__(api_key=key)
        self._client = client
        self.reply: Reply | None = None

    def _Fred__fetch_data(self, url: str) -> ET.Element:  # noqa: N802 (Fred.__fetch_data, as Python names it)
        address, _, query = url.partition("?")
        self.reply = self._client.get(address, params=dict(parse_qsl(query)) | {"api_key": self.api_key})
        return ET.fromstring(self.reply.content)

    def ask(self, dataset: Dataset, question: Callable[[str], pd.Series | pd.DataFrame]) -> Any:
        """Ask one of fredapi's own methods for a series; its errors become this package's."""
        try:
            return question(dataset.id)
        except FetchError as error:
            hint = ""
            if "HTTP 400" in str(error):
                hint = (
                    " FRED answers 400 to a series or a key it does not know: check FRED_API_KEY, or unset "
                    "it to use the public CSV."
                )
            raise FetchError(f"{dataset.id}: {redact(str(error))}{hint}", kind=error.kind) from None
        except (ET.ParseError, TypeError, ValueError) as error:
            raise ParseError(
                f"{dataset.id}: FRED's API did not answer with observations ({redact(str(error))}). "
                "Try again later, or unset FRED_API_KEY to use the public CSV."
            ) from None


def _key() -> str:
    return NO_KEY if fred_key() and os.environ.get("BOOK_MIRROR") else fred_key()


def fetch_series(dataset: Dataset, client: Client, validator: str = "") -> Reply:
    """Fetch one series: from the Board where it publishes it, else from FRED, with the key if there is one.

    Parameters
    ----------
    dataset
        Its id is FRED's own name of the series, its ``board`` the Board's.
    validator
        Of the held copy; not used with a key, where every answer is fresh.

    Returns
    -------
    Reply
        CSV with the columns ``observation_date`` and the series id; missing
        values are blank or ``.``. From the Board its release file, as it is.

    Raises
    ------
    FetchError
        If FRED cannot be reached, or knows neither the key nor the series.
    ParseError
        If the API answers with something other than observations.
    """
    if not dataset.board:
        return _fetch_from_fred(dataset, client, validator)
    try:
        return fetch_release(dataset, client, validator)
    except FetchError as refused:
        try:
            reply = _fetch_from_fred(dataset, client, validator)
            return replace(reply, note=f"{SECOND} {refused}")
        except FetchError as error:
            raise FetchError(f"{dataset.id}: {refused} The second source: {error}", kind=error.kind) from None


def fetch_second(dataset: Dataset, client: Client, reply: Reply) -> Reply | None:
    """Fetch from FRED what the Board answered, but not with this series.

    Parameters
    ----------
    reply
        What was refused.

    Returns
    -------
    Reply or None
        None where FRED gave what was refused. It has no validator: the Board is asked for
        its file anew, for as long as that is not the publication.
    """
    if not reply.url:
        return None
    return replace(_fetch_from_fred(dataset, client, ""), note=SECOND, validator="")


def _fetch_from_fred(dataset: Dataset, client: Client, validator: str) -> Reply:
    if not _key():
        return client.get(dataset.url, validator=validator, redirects=dataset.redirects)
    api = _ClientFred(_key(), client)
    series = api.ask(dataset, api.get_series)
    content = series.to_csv(header=[dataset.id], index_label="observation_date").encode()
    assert api.reply is not None  # asked for the line before
    return replace(api.reply, content=content, validator="")


def fetch_vintages(dataset: Dataset, client: Client) -> pd.DataFrame | None:
    """Fetch every revision of a series that FRED's archive (ALFRED) remembers.

    Returns
    -------
    pandas.DataFrame or None
        One row a revised value since :data:`VINTAGES_SINCE`: the period, ``column``,
        ``old``, ``new`` and the days each was published, ``old_vintage`` and
        ``new_vintage``. None without a key: the archive answers nobody else.

    Raises
    ------
    FetchError, ParseError
        As :func:`fetch_series`.
    """
    if not _key():
        return None
    api = _ClientFred(_key(), client)
    releases = api.ask(dataset, api.get_series_all_releases)
    if not {"date", "realtime_start", "value"} <= set(releases):
        raise ParseError(f"{dataset.id}: FRED's archive holds no release. Does it know the series?")
    releases = releases.dropna().astype({"value": float}).sort_values(["date", "realtime_start"])
    before = releases.groupby("date").shift()
    dates = pd.to_datetime(releases["date"])
    revisions = pd.DataFrame(
        {
            dataset.period.name: _last_days(dates, dataset),
            "column": dataset.value,
            "old": before["value"],
            "new": releases["value"],
            "old_vintage": pd.to_datetime(before["realtime_start"]).dt.strftime("%Y-%m-%d"),
            "new_vintage": pd.to_datetime(releases["realtime_start"]).dt.strftime("%Y-%m-%d"),
        }
    )
    changed = revisions["old"].notna() & (revisions["old"] != revisions["new"])
    return revisions[changed & (revisions["new_vintage"] >= VINTAGES_SINCE)]


def parse_series(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read one series in the layout of ``fredgraph.csv``, or in the Board's release file.

    FRED dates a month, quarter or year by its first day; the table dates it
    by its last. A day or week without a value is no observation and is left
    out; a month, quarter or year without one stays as NaN between the first
    and the last value. What stands in for a series where it was ``not_quoted`` is left out.

    Returns
    -------
    pandas.DataFrame
        The period and one value, in the unit the catalog gives; a row a period.

    Raises
    ------
    ParseError
        If this is not the CSV of that series (FRED answers an unknown name
        with a web page), or a month, quarter or year is not dated by its
        first day.
    """
    from_board = is_release(content)
    cells = (
        read_release(content, dataset)
        if from_board
        else read_rows(text_of(content, dataset), dataset, ["observation_date", dataset.id])
    )
    values = to_numbers(cells[dataset.id], dataset, missing=("", "."))
    if dataset.zero_is_missing:
        values = values.mask(values == 0)
    dates = to_dates(cells["observation_date"], dataset)
    if dataset.not_quoted:
        values = values.mask(dates.between(*dataset.not_quoted))
    ends = _last_days(dates, dataset, as_last=from_board)
    table = pd.DataFrame({dataset.period.name: ends, dataset.value: values})
    table = table.sort_values(dataset.period.name, ignore_index=True)
    valued = table[dataset.value].notna()
    if dataset.period.type != "date":
        valued = valued.cummax() & valued[::-1].cummax()
    return tidy(table[valued], dataset)


def _last_days(dates: pd.Series, dataset: Dataset, *, as_last: bool = False) -> pd.Series:
    """Periods by their last day: FRED writes their first, the Board (``as_last``) the last."""
    code = _PERIOD_CODE.get(dataset.period.type)
    if code is None:
        return dates
    periods = dates.dt.to_period(code)
    ends = periods.dt.end_time.dt.normalize()
    odd = dates[dates != (ends if as_last else periods.dt.start_time)]
    if not odd.empty:
        raise ParseError(
            f"{dataset.id}: {odd.index.name} {odd.index[0]}: {odd.iloc[0]:%Y-%m-%d} is not the "
            f"{'last' if as_last else 'first'} day of a {dataset.period.type}. Check the frequency of the "
            "entry in data/catalog.yml."
        )
    return ends.astype(dates.dtype)
