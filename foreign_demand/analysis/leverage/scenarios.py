"""A sale as a scenario: what it does to yields, to federal interest, to mortgages and to the seller.

One set of coefficients, JSON-ready, is read here and by the calculator in the page
(``foreign_demand/site/static/calculator.js``), which does the same sums in the same order.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from foreign_demand.analysis import inference
from foreign_demand.analysis.leverage.impacts import SALE_USD_BN
from foreign_demand.analysis.returns import par_bond_risk
from foreign_demand.data.places import GRAND_TOTAL

MONTHS_AT_MOST = 24
"""Longest time a sale takes."""
ALL = "all"
"""The whole published range, instead of one study."""
AS_HELD = "held"
"""A sale of the maturities that are held."""
PAR_BONDS = (2, 5, 10, 30)
"""Maturities a sale may be of, in years."""
BILL_YEARS = 0.25
"""Duration of a bill."""
DURATION_R2 = 0.5
"""Least fit at which a holder's own duration is used, and not that of all."""
FEWEST = 24
"""Months a duration is estimated from, at least."""
STANDARD = (
    ("all-official-holders", 5, 0),
    ("all-official-holders", 10, 0),
    ("all-official-holders", 10, 50),
    ("japan", 10, 0),
    ("china-mainland", 10, 0),
    ("china-mainland", 50, 0),
    ("euro-area", 10, 0),
    ("least-aligned", 10, 0),
    ("most-aligned", 5, 0),
)
"""Scenarios that are printed: who sells, what share of its holdings, and what share of that the Federal
Reserve buys, in percent."""

Model = Mapping[str, Any]
Scenario = Mapping[str, Any]


def durations(by_country: pd.DataFrame, yield_pct: pd.Series) -> pd.DataFrame:
    """Duration of each holder's long-term Treasuries, from its reported valuation changes.

    Parameters
    ----------
    by_country
        ``tic_slt_table3``.
    yield_pct
        A daily yield near the middle of what is held.

    Returns
    -------
    pandas.DataFrame
        By ``country_code``: ``duration_years``, the slope, without a constant, of minus the valuation
        change over the holdings before on the change of the yield; ``r2``; ``long_term_pct``, the share
        of what has a duration in the holdings of the last month.
    """
    monthly = yield_pct.groupby(yield_pct.index.to_period("M")).last().diff() / 100
    rows = {}
    for code, own in by_country.sort_values("month").groupby("country_code"):
        before = own["long_term_holdings_usd_mn"].shift()
        change = own["month"].dt.to_period("M").map(monthly)
        part = -own["long_term_valuation_change_usd_mn"] / before.where(before > 0)
        known = part.notna() & change.notna()
        if known.sum() < FEWEST:
            continue
        y, x = part[known].to_numpy(), change[known].to_numpy()
        slope = float((x * y).sum() / (x * x).sum())
        last = own.iloc[-1]
        rows[code] = {
            "duration_years": slope,
            "r2": float(1 - ((y - slope * x) ** 2).sum() / ((y - y.mean()) ** 2).sum()),
            "long_term_pct": last["long_term_holdings_usd_mn"] / last["holdings_usd_mn"] * 100,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("country_code")


def duration_of(code: int | None, found: pd.DataFrame) -> tuple[float, bool]:
    """Duration of all that a holder has, bills included, in years, and whether it is its own.

    Where its own cannot be estimated, or explains too little of its valuation, it is that of all foreigners.
    """
    own = code in found.index and found.loc[code, "r2"] >= DURATION_R2 and found.loc[code].notna().all()
    row = found.loc[code if own else GRAND_TOTAL]
    share = row["long_term_pct"] / 100
    return float(row["duration_years"] * share + BILL_YEARS * (1 - share)), bool(own)


def mortgage_pass_through(mortgage_pct: pd.Series, yield_pct: pd.Series) -> dict[str, float]:
    """What the 30-year mortgage rate moves with a percentage point on the ten-year yield.

    Returns
    -------
    dict
        ``slope`` of monthly changes of the two monthly means, ``low`` and ``high``, its 95 percent
        Newey–West interval, and ``months``.
    """
    means = [
        series.groupby(series.index.to_period("M")).mean().diff() for series in (mortgage_pct, yield_pct)
    ]
    both = pd.concat(means, axis=1, keys=["mortgage", "yield"]).dropna()
    fit = inference.regression(both["mortgage"], both[["yield"]])
    low, high = fit.conf_int().loc["yield"]
    return {"slope": float(fit.params["yield"]), "low": float(low), "high": float(high), "months": len(both)}


def largest_rise(yield_pct: pd.Series, months: int = 12) -> float:
    """Largest rise of a yield over so many months, month end to month end, in basis points."""
    return float(yield_pct.groupby(yield_pct.index.to_period("M")).last().diff(months).max() * 100)


def make_model(
    *,
    holders: Sequence[Mapping[str, Any]],
    studies: pd.DataFrame,
    ten_year_pct: float,
    costs: pd.DataFrame,
    mortgage: Mapping[str, float],
    seen_bp: float,
    as_of: pd.Timestamp,
) -> dict[str, Any]:
    """The coefficients of every scenario, as plain numbers and texts.

    Parameters
    ----------
    holders
        ``id``, ``name``, ``holdings_usd_bn``, ``duration_years``, ``group`` (heading in a menu); the last
        is all foreigners, whose duration a sale of another maturity is held against.
    studies
        From :func:`~foreign_demand.analysis.leverage.on_one_scale`.
    ten_year_pct
        Yield at which par bonds have their duration.
    costs
        From :func:`~foreign_demand.analysis.leverage.cost_coefficients`.
    mortgage
        From :func:`mortgage_pass_through`.
    seen_bp
        From :func:`largest_rise`: beyond it nothing has been seen.
    as_of
        Month of the holdings.
    """
    everyone = holders[-1]["duration_years"]
    par = {
        years: float(par_bond_risk(pd.Series([ten_year_pct]), maturity_years=years)["duration_years"].iloc[0])
        for years in PAR_BONDS
    }
    maturities = [
        {"id": AS_HELD, "name": "As held", "factor": 1.0},
        {"id": "bills", "name": "Bills", "factor": BILL_YEARS / everyone},
        *(
            {"id": str(years), "name": f"{years}-year", "factor": length / everyone}
            for years, length in par.items()
        ),
    ]
    return {
        "as_of": f"{as_of:%Y-%m}",
        "first_year": int(costs["fiscal_year"].iloc[0]),
        "sale_usd_bn": SALE_USD_BN,
        "months_at_most": MONTHS_AT_MOST,
        "seen_bp": seen_bp,
        "holders": [dict(holder) for holder in holders],
        "maturities": maturities,
        "scales": [
            {"id": "market", "name": "As a share of the market"},
            {"id": "dollars", "name": "In dollars of its time"},
        ],
        "studies": [
            {
                "id": row.id,
                "name": row.cite,
                "market": [row.today_low_bp, row.today_high_bp],
                "dollars": [row.then_low_bp, row.then_high_bp],
            }
            for row in studies.itertuples()
        ],
        "legacy": costs["legacy_usd_bn"].tolist(),
        "new": costs["new_usd_bn"].tolist(),
        "rate": costs["rate"].tolist(),
        "mortgage": [mortgage["low"], mortgage["high"]],
        "defaults": {
            "holder": "all-official-holders",
            "share": 10.0,
            "months": 12,
            "maturity": AS_HELD,
            "study": ALL,
            "scale": "market",
            "fed": 0.0,
        },
    }


def read_scenario(model: Model, asked: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """A scenario from texts, as an address has them; what is beyond an end is set to it.

    Parameters
    ----------
    asked
        By name, any of ``holder``, ``share`` (percent of holdings), ``months``, ``maturity``, ``study``,
        ``scale``, ``fed`` (percent that the Federal Reserve buys).

    Returns
    -------
    tuple
        The scenario, and a message for each text that was not taken as it stands.
    """
    found, messages = dict(model["defaults"]), []
    choices = {
        "holder": [h["id"] for h in model["holders"]],
        "maturity": [m["id"] for m in model["maturities"]],
        "study": [ALL, *(s["id"] for s in model["studies"])],
        "scale": [s["id"] for s in model["scales"]],
    }
    for name, known in choices.items():
        if name in asked and asked[name] in known:
            found[name] = asked[name]
        elif name in asked:
            messages.append(f"{name}: no such choice; the usual one is shown.")
    ends = {"share": (0, 100), "months": (1, model["months_at_most"]), "fed": (0, 100)}
    for name, (low, high) in ends.items():
        if name not in asked:
            continue
        number = _number(asked[name])
        if number is None:
            messages.append(f"{name}: not a number; {found[name]:g} is used.")
            continue
        number = math.floor(number + 0.5) if name == "months" and abs(number) < 1e9 else number
        found[name] = min(max(number, low), high)
        if found[name] != number:
            messages.append(f"{name}: from {low} to {high}; {found[name]:g} is used.")
    return found, messages


def _number(text: str) -> float | None:
    """A plain decimal number, as an address may have it; None for anything else."""
    text = text.strip()
    plain = text.removeprefix("-").replace(".", "", 1)
    return float(text) if plain.isascii() and plain.isdigit() and len(text) <= 20 else None


def evaluate(model: Model, scenario: Scenario) -> dict[str, Any]:
    """What a scenario does, each effect from the low to the high end of the published range chosen.

    Returns
    -------
    dict
        ``sold_usd_bn``; ``left_usd_bn``, what the seller has then, at the prices of before;
        ``counted_usd_bn``, what weighs on the market: the sale without what the Federal Reserve buys, in
        the duration of what foreigners hold; and from low to high, ``shift_bp`` on the ten-year,
        ``path_bp`` (its mean in each fiscal year), ``interest_usd_bn`` over ten years, ``mortgage_bp``,
        ``loss_usd_bn`` and ``loss_pct``, the seller's own on what it holds and on what it sells meanwhile.
    """
    holder = next(h for h in model["holders"] if h["id"] == scenario["holder"])
    factor = next(m["factor"] for m in model["maturities"] if m["id"] == scenario["maturity"])
    chosen = [s for s in model["studies"] if scenario["study"] in (ALL, s["id"])]
    scale = scenario["scale"]
    per_sale = [min(s[scale][0] for s in chosen), max(s[scale][1] for s in chosen)]
    sold = holder["holdings_usd_bn"] * scenario["share"] / 100
    left = holder["holdings_usd_bn"] - sold
    counted = sold * (1 - scenario["fed"] / 100) * factor
    shift = [effect * counted / model["sale_usd_bn"] for effect in per_sale]
    reached = _reached(scenario["months"], len(model["rate"]))
    path = [[end * share for share in reached] for end in shift]
    loss = [holder["duration_years"] * end / 10000 * (left + sold / 2) for end in shift]
    return {
        "sold_usd_bn": sold,
        "left_usd_bn": left,
        "counted_usd_bn": counted,
        "shift_bp": shift,
        "path_bp": path,
        "interest_usd_bn": [_interest(model, end) for end in path],
        "mortgage_bp": [shift[0] * model["mortgage"][0], shift[1] * model["mortgage"][1]],
        "loss_usd_bn": loss,
        "loss_pct": [end / holder["holdings_usd_bn"] * 100 for end in loss],
    }


def _reached(months: int, years: int) -> list[float]:
    """Share of the shift reached on average in each year, when it comes evenly over so many months."""
    within = [
        sum(min((12 * year + month + 0.5) / months, 1.0) for month in range(12)) / 12
        for year in range(math.ceil(months / 12))
    ]
    return [*within, *([1.0] * years)][:years]


def _interest(model: Model, path_bp: Sequence[float]) -> float:
    """Interest over all years, with that on the interest itself: ``interest_cost`` in plain sums."""
    owed = 0.0
    for shift, legacy, new, rate in zip(path_bp, model["legacy"], model["new"], model["rate"], strict=True):
        direct = (legacy + new) * shift
        owed += direct + rate * (owed + direct / 2)
    return owed


def standard(model: Model) -> pd.DataFrame:
    """The scenarios of :data:`STANDARD`, for readers without a calculator.

    Returns
    -------
    pandas.DataFrame
        ``holder`` (name), ``share_pct``, ``fed_pct``, ``sold_usd_bn``, ``left_usd_bn``, and with ``_low`` and
        ``_high``: ``shift_bp``, ``interest_usd_bn``, ``mortgage_bp``, ``loss_usd_bn``.
    """
    names = {holder["id"]: holder["name"] for holder in model["holders"]}
    rows = []
    for holder, share, fed in STANDARD:
        if holder not in names:
            continue  # it holds less than a holder that stands by itself
        found = evaluate(model, {**model["defaults"], "holder": holder, "share": share, "fed": fed})
        rows.append(
            {"holder": names[holder], "share_pct": share, "fed_pct": fed}
            | {name: found[name] for name in ("sold_usd_bn", "left_usd_bn")}
            | {
                f"{name}_{end}": found[name][place]
                for name in ("shift_bp", "interest_usd_bn", "mortgage_bp", "loss_usd_bn")
                for place, end in enumerate(("low", "high"))
            }
        )
    return pd.DataFrame(rows)


def identifier(name: str) -> str:
    """A name as it stands in an address: ``China, Mainland`` → ``china-mainland``."""
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
