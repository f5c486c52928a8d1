"""Any headline about a holder of Treasuries, put to the data by the engine of published claims.

A headline names a holder, a verb, a month and, if it likes, an amount or a date. It becomes a claim
(:mod:`foreign_demand.analysis.claims`), read by the same rules; what the data do not have is
refused by name. ``site/static/headlines.js`` does the same in a page, without a server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from foreign_demand.analysis import claims
from foreign_demand.analysis.breaks import current_series
from foreign_demand.data.claims import Claim, Rules

TRADES: Mapping[str, int] = {"bought": 1, "sold": -1}
"""Verbs of a trade, and its sign."""
MOVES: Mapping[str, int] = {"raised": 1, "cut": -1}
"""Verbs of what is held, and the sign of its change."""
EXTREMES = ("highest", "lowest")
VERBS = (*TRADES, *MOVES, *EXTREMES)
TOTAL = "Grand Total"
_REFUSED = ("holder", "verb", "month", "amount", "since")
"""What of a headline the data may not have, in the order in which it is looked at."""


def headline_data(
    holders: pd.DataFrame,
    table_1: pd.DataFrame,
    editions: pd.DataFrame,
    press: pd.DataFrame,
    printed: pd.DataFrame,
    rules: Rules,
) -> dict[str, Any]:
    """Everything that a headline is checked against, ready for JSON.

    Parameters
    ----------
    holders
        Holdings by ``month``, ``country`` and ``segment``, in USD billion.
    table_1
        ``tic_slt_table1``: net purchases and valuation of notes and bonds, since February 2023.
    editions
        ``tic_slt_table1_editions``: of the newest month of each, what was first printed by country.
    press
        ``tic_press_tables``: first prints of all foreigners' net purchases.
    printed
        ``tic_first_prints``: first prints of holdings of a month.
    rules
        Of the ledger.

    Returns
    -------
    dict
        ``months`` (``YYYY-MM``), ``rules``, and by name under ``rows`` the arrays ``holdings``, ``changes``
        (none across a break), ``purchases`` and ``revalued``, null where there is none, and first prints.
    """
    months = pd.Index(sorted(holders["month"].unique()))
    flows = ("treasury_net_purchases_usd_mn", "treasury_valuation_change_usd_mn")
    by_flow = [table_1.pivot_table(index="month", columns="country", values=name) / 1e3 for name in flows]
    first = press[press["newest"]].set_index("month")
    first = first["private_treasury_net_usd_bn"] + first["official_treasury_net_usd_bn"]
    newest = editions[editions["month"] == editions.groupby("edition")["month"].transform("max")]
    rows = {}
    for name, own in holders.dropna(subset="holdings_usd_bn").groupby("country"):
        held = current_series(own, "holdings_usd_bn").reindex(months)
        segment = own.sort_values(["month", "segment"]).drop_duplicates("month", keep="last")
        segment = segment.set_index("month")["segment"].reindex(months)
        changes = held.diff().where(segment.diff() == 0)
        purchases, revalued = (flow.get(name, pd.Series(dtype=float)).reindex(months) for flow in by_flow)
        levels = printed[printed["series"] == f"holdings, {name}"].set_index("month")["value_usd_bn"]
        bought = newest[newest["country"] == name].set_index("month")["treasury_net_purchases_usd_mn"] / 1e3
        rows[name] = {
            "holdings": _numbers(held),
            "changes": _numbers(changes),
            "purchases": _numbers(purchases),
            "revalued": _numbers(revalued),
            "first_holdings": _by_month(levels),
            "first_purchases": _by_month((first if name == TOTAL else bought).dropna()),
        }
    return {
        "months": [f"{month:%Y-%m}" for month in months],
        "verbs": list(VERBS),
        "rules": {
            "digit": rules.digit,
            "softened_pct": rules.softened_pct,
            "since_months": rules.since_months,
            "revisions_pct": {kind: dict(moved) for kind, moved in rules.revisions_pct.items()},
        },
        "rows": rows,
    }


def _numbers(values: pd.Series) -> list[float | None]:
    return [None if pd.isna(value) else round(float(value), 3) for value in values]


def _by_month(values: pd.Series) -> dict[str, float]:
    return {f"{month:%Y-%m}": round(float(value), 3) for month, value in values.items()}


def refused(data: Mapping[str, Any], headline: Mapping[str, str]) -> str:
    """Which part of a headline the data do not have; empty where they have all of it."""
    row = data["rows"].get(headline.get("holder", ""), {})
    verb, month = headline.get("verb", ""), headline.get("month", "")
    column = "purchases" if verb in TRADES else "changes" if verb in MOVES else "holdings"
    known = dict(zip(data["months"], row.get(column, []), strict=False))
    found = {
        "holder": bool(row),
        "verb": verb in VERBS,
        "month": known.get(month) is not None,
        "amount": not headline.get("amount") or _is_number(headline["amount"]),
        "since": not headline.get("since") or headline["since"] in data["months"],
    }
    return next((name for name in _REFUSED if not found[name]), "")


def _is_number(text: str) -> bool:
    whole, point, part = text.partition(".")
    return whole.isascii() and whole.isdigit() and (not point or (part.isascii() and part.isdigit()))


def check(data: Mapping[str, Any], headline: Mapping[str, str]) -> dict[str, Any]:
    """The verdict on a headline, and what the month was like.

    Parameters
    ----------
    data
        From :func:`headline_data`.
    headline
        ``holder``, ``verb`` (one of :data:`VERBS`) and ``month`` (``YYYY-MM``); ``amount``, in USD billion
        as it is printed, whose digits say how exact it is; ``about`` where a word softens it; ``since``, the
        month since which there was none as high or low. Amount and date are for the verbs they go with.

    Returns
    -------
    dict
        ``refused``, a part of the headline that the data do not have, and nothing else; or ``verdict``,
        ``by`` (the kind of reading that decided), ``found``, ``tolerance``, ``moved`` (what a later edition
        can move the figure by); of the month ``held``, ``change``, ``purchases``, ``revalued``,
        ``first_purchases`` and ``first_holdings``; ``record_month`` and ``record``, the highest or lowest
        up to today; ``last_month``, when it was last as high or low.
    """
    if name := refused(data, headline):
        return {"refused": name}
    row, month = data["rows"][headline["holder"]], headline["month"]
    days = pd.PeriodIndex(data["months"], freq="M").to_timestamp(how="end").normalize()
    series = {
        key: pd.Series(row[key], index=days, dtype=float).dropna()
        for key in ("holdings", "changes", "purchases", "revalued")
    }
    series["first_purchases"] = _series(row["first_purchases"]).reindex(days)  # one of another month is none
    claim = _claim(data, headline)
    said = claims.verdict(claim, series)
    at, low = data["months"].index(month), headline["verb"] in ("cut", "sold", "lowest")
    ordered = -series["holdings"] if low else series["holdings"]
    record = ordered.idxmax()
    last = claims.last_as_high(ordered, days[at], "month")
    stated = said["stated_reading"]
    return {
        "verdict": said["verdict"],
        "by": said["decided_by"].kind if said["decided_by"].choice else "stated",
        "found": stated.found[0],
        "tolerance": claim.parts[0]["tolerance"],
        "moved": None if np.isnan(stated.moved[0]) else stated.moved[0],
        **{key: row[name][at] for key, name in _SHOWN.items()},
        "first_purchases": row["first_purchases"].get(month),
        "first_holdings": row["first_holdings"].get(month),
        "record_month": f"{record:%Y-%m}",
        "record": float(series["holdings"][record]),
        "last_month": f"{claims.month_of(last):%Y-%m}" if np.isfinite(last) else None,
    }


_SHOWN = {"held": "holdings", "change": "changes", "purchases": "purchases", "revalued": "revalued"}


def _series(values: Mapping[str, float]) -> pd.Series:
    index = pd.PeriodIndex(list(values), freq="M").to_timestamp(how="end").normalize()
    return pd.Series(list(values.values()), index=index, dtype=float).sort_index()


def _claim(data: Mapping[str, Any], headline: Mapping[str, str]) -> Claim:
    """A headline as an entry of the ledger would have it."""
    verb, month = headline["verb"], headline["month"]
    rules = data["rules"]
    moved = rules["revisions_pct"]["total" if headline["holder"] == TOTAL else "country"]
    if verb in EXTREMES:
        part: dict[str, Any] = {"of": "holdings", "at": month, "tolerance": 0.0}
        if headline.get("since"):
            part |= {"value": headline["since"], "tolerance": float(rules["since_months"]), "unit": "month"}
            return _made(f"last_as_{'high' if verb == 'highest' else 'low'}", "month", part)
        return _made(f"rank{'' if verb == 'highest' else '_from_below'}", "rank", part | {"below": 1})
    own, other = ("purchases", "changes") if verb in TRADES else ("changes", "purchases")
    sign = {**TRADES, **MOVES}[verb]
    part = {"of": own, "at": month, "tolerance": 0.0}
    amount = headline.get("amount")
    if not amount:
        part |= {"above" if sign > 0 else "below": 0.0}
        readings: list[dict[str, Any]] = [{"choice": "the other", "kind": "concept", "of": other}]
    else:
        digit = 10.0 ** -len(amount.partition(".")[2])
        softened = rules["softened_pct"] / 100 * float(amount) if headline.get("about") else 0.0
        pct = {"purchases": moved["flow"], "changes": moved["change"]}
        part |= {
            "value": sign * float(amount),
            "tolerance": max(rules["digit"] * digit, softened),
            "revision_pct": pct[own],
            "revision_of": "holdings",
        }
        readings = [{"choice": "the other", "kind": "concept", "of": other, "revision_pct": pct[other]}]
    if own == "purchases":
        readings.append({"choice": "as first printed", "kind": "edition", "of": "first_purchases"})
    return _made("level", "USD billion", part, readings)


def _made(test: str, unit: str, part: Mapping[str, Any], readings: Sequence[Mapping[str, Any]] = ()) -> Claim:
    return Claim(
        id="headline", source="headline", claim="", period="", test=test, unit=unit, parts=(part,),
        readings=tuple(readings),
    )  # fmt: skip
