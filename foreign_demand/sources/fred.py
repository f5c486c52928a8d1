"""FRED, Federal Reserve Bank of St. Louis: one series a dataset.

Without a key the series comes from ``fredgraph.csv``; with ``FRED_API_KEY``
through :mod:`fredapi`, handed on in the same CSV layout so that one parser
reads both.
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from dataclasses import replace
from urllib.parse import parse_qsl

import pandas as pd
from fredapi import Fred

from foreign_demand.catalog import Dataset
from foreign_demand.exceptions import FetchError, ParseError
from foreign_demand.sources.http import Client, Reply, redact
from foreign_demand.sources.reading import read_rows, text_of, tidy, to_dates, to_numbers

__all__ = ["ZERO_IS_MISSING", "fetch_series", "parse_series"]

ZERO_IS_MISSING = frozenset({"WMTSECL1"})
"""Series in which FRED writes 0 for weeks before the first published value."""

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


def fetch_series(dataset: Dataset, client: Client, etag: str = "") -> Reply:
    """Fetch one series, with the key when there is one.

    Parameters
    ----------
    dataset
        Its id is FRED's own name of the series.
    etag
        Of the held copy; not used with a key, where every answer is fresh.

    Returns
    -------
    Reply
        CSV with the columns ``observation_date`` and the series id; missing
        values are blank or ``.``.

    Raises
    ------
    FetchError
        If FRED cannot be reached, or knows neither the key nor the series.
    ParseError
        If the API answers with something other than observations.
    """
    key = os.environ.get("FRED_API_KEY", "").strip()
    if not key:
        return client.get(dataset.url, etag=etag, redirects=dataset.redirects)
    api = _ClientFred(key, client)
    try:
        series = api.get_series(dataset.id)
    except FetchError as error:
        raise FetchError(
            f"{dataset.id}: {redact(str(error))} FRED answers 400 to a series or a key it does not know: "
            "check FRED_API_KEY, or unset it to use the public CSV."
        ) from None
    except (ET.ParseError, TypeError, ValueError) as error:
        raise ParseError(
            f"{dataset.id}: FRED's API did not answer with observations ({redact(str(error))}). "
            "Try again later, or unset FRED_API_KEY to use the public CSV."
        ) from None
    content = series.to_csv(header=[dataset.id], index_label="observation_date").encode()
    return replace(api.reply, content=content, etag="")


def parse_series(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read one series in the layout of ``fredgraph.csv``.

    FRED dates a month, quarter or year by its first day; the table dates it
    by its last. A day or week without a value is no observation and is left
    out; a month, quarter or year without one stays as NaN between the first
    and the last value.

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
    text = text_of(content, dataset)
    cells = read_rows(text, dataset, ["observation_date", dataset.id])
    values = to_numbers(cells[dataset.id], dataset, missing=("", "."))
    if dataset.id in ZERO_IS_MISSING:
        values = values.mask(values == 0)
    dates = to_dates(cells["observation_date"], dataset)
    table = pd.DataFrame({dataset.period.name: _last_days(dates, dataset), dataset.value: values})
    table = table.sort_values(dataset.period.name, ignore_index=True)
    valued = table[dataset.value].notna()
    if dataset.period.type != "date":
        valued = valued.cummax() & valued[::-1].cummax()
    return tidy(table[valued], dataset)


def _last_days(dates: pd.Series, dataset: Dataset) -> pd.Series:
    code = _PERIOD_CODE.get(dataset.period.type)
    if code is None:
        return dates
    periods = dates.dt.to_period(code)
    odd = dates[dates != periods.dt.start_time]
    if not odd.empty:
        raise ParseError(
            f"{dataset.id}: line {odd.index[0]}: {odd.iloc[0]:%Y-%m-%d} is not the first day of a "
            f"{dataset.period.type}. Check the frequency of the entry in data/catalog.yml."
        )
    return periods.dt.end_time.dt.normalize().astype(dates.dtype)
