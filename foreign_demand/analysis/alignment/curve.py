"""The result under every choice that could as well have been made, and what one looks for in it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from foreign_demand.analysis.alignment.measures import EVERY_YEAR, nearest_report
from foreign_demand.analysis.evidence import ROBUST_PCT
from foreign_demand.data.memory import remembered

SHARES_PCT = tuple(range(10, 51))
"""Cutoffs: the most and the least aligned tenth of states, to the half."""
WITHOUT: Mapping[str, tuple[str, ...]] = {
    "all": (),
    "without the UK": ("GBR",),
    "without Belgium": ("BEL",),
    "without both": ("GBR", "BEL"),
}
CHOICES = ("measure", "report", "share_pct", "territories", "without", "maturities", "edition")
PUBLISHED: Mapping[str, float] = {"most_usd_bn": 463.9, "least_usd_bn": -125.24, "rest_usd_bn": -673.0}
"""What Bloomberg published in February 2026: most and least aligned in 2025, and the neutral and the
least aligned over 2016–2025."""
YEAR, FIRST = 2025, 2016
_WITHIN_PCT = 1.0
"""How near a rebuild has to come to both published totals of the year, in percent."""

Variant = tuple[str, str, str]
"""Territories, maturities, edition."""


@remembered
def specification_curve(placed: pd.DataFrame, purchases: Mapping[Variant, pd.DataFrame]) -> pd.DataFrame:
    """Every combination of choices, and what it finds.

    Parameters
    ----------
    placed
        From :func:`~foreign_demand.analysis.alignment.measures.alignments`.
    purchases
        For each variant net purchases by place and year, from
        :func:`~foreign_demand.analysis.alignment.purchases.by_year`.

    Returns
    -------
    pandas.DataFrame
        One row a specification: the columns :data:`CHOICES` (report :data:`EVERY_YEAR` groups each year by
        the report nearest to it) and in USD billion ``most_usd_bn``, ``least_usd_bn`` (of
        :data:`YEAR`), ``rest_usd_bn`` (all but the most aligned, :data:`FIRST` to :data:`YEAR`),
        ``most_before_usd_bn`` (of the year before); ``largest_year`` of the most aligned,
        ``years_bought`` by them, ``heaviest_since``, the first year of the run to :data:`YEAR` in which
        the least aligned sold in no year more.

    Notes
    -----
    Groups are rows of zeros and ones, so that all cutoffs of a report are one product of matrices.
    """
    states = sorted(set(placed["iso3"]).union(*(table.index for table in purchases.values())))
    years = list(range(FIRST, YEAR + 1))
    kept = np.array([[state not in left for state in states] for left in WITHOUT.values()], dtype=float)
    sums = {
        variant: np.einsum(
            "ws,sy->swy", kept, table.reindex(index=states, columns=years).fillna(0.0).to_numpy()
        ).reshape(len(states), -1)
        for variant, table in purchases.items()
    }
    shape = (len(SHARES_PCT), len(WITHOUT), len(years))
    labels, results = [], []
    for measure, rows in placed.groupby("measure"):
        groups = {report: _members(part, states) for report, part in rows.groupby("report")}
        for variant, net in sums.items():
            found = {
                report: tuple((m @ net).reshape(shape) for m in members) for report, members in groups.items()
            }
            nearest = [nearest_report(list(found), year) for year in years]
            found[EVERY_YEAR] = tuple(
                np.stack([found[report][side][:, :, at] for at, report in enumerate(nearest)], axis=-1)
                for side in range(3)
            )
            labels += [(measure, report, *variant) for report in found]
            results += [_results(*sides) for sides in found.values()]
    inner = list(itertools.product(SHARES_PCT, WITHOUT))
    columns = ["measure", "report", "territories", "maturities", "edition"]
    table = pd.DataFrame(labels, columns=columns).loc[np.repeat(np.arange(len(labels)), len(inner))]
    table = table.reset_index(drop=True).assign(
        share_pct=[share for share, _ in inner] * len(labels),
        without=[name for _, name in inner] * len(labels),
        **{name: np.concatenate([result[name] for result in results]) for name in results[0]},
    )
    return table[[*CHOICES, *results[0]]]


def _members(placed: pd.DataFrame, states: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Most aligned, least aligned and all but the most: one row a cutoff, one column a state."""
    rows = placed.set_index("iso3").reindex(states)
    cutoffs = np.array(SHARES_PCT)[:, None]
    most = rows["from_top_pct"].to_numpy() <= cutoffs
    least = (rows["from_bottom_pct"].to_numpy() <= cutoffs) & ~most
    known = rows["alignment"].notna().to_numpy()
    return most.astype(float), least.astype(float), (known & ~most).astype(float)


def _results(most: np.ndarray, least: np.ndarray, rest: np.ndarray) -> dict[str, np.ndarray]:
    """Of sums by cutoff, omission and year, what each specification is asked for."""
    heavier = least[:, :, -2::-1] < least[:, :, -1:]  # going back, years with larger sales
    run = np.where(heavier.any(axis=-1), heavier.argmax(axis=-1), heavier.shape[-1])
    found = {
        "most_usd_bn": most[:, :, -1],
        "most_before_usd_bn": most[:, :, -2],
        "least_usd_bn": least[:, :, -1],
        "rest_usd_bn": rest.sum(axis=-1),
        "largest_year": FIRST + most.argmax(axis=-1),
        "years_bought": (most > 0).sum(axis=-1),
        "heaviest_since": YEAR - run,
    }
    return {name: values.ravel() for name, values in found.items()}


def statements(curve: pd.DataFrame) -> pd.DataFrame:
    """What was concluded, and in how many specifications it is so.

    Parameters
    ----------
    curve
        From :func:`specification_curve`.

    Returns
    -------
    pandas.DataFrame
        ``statement`` (a key), ``specifications`` (those that leave no state out, all for ``most_bought``,
        those without the United Kingdom and Belgium for what is said of that), ``holds_pct`` and
        ``stands``: 1 from :data:`~foreign_demand.analysis.evidence.ROBUST_PCT` on, −1 up to its
        complement, else 0.
    """
    whole = curve[curve["without"] == "all"]
    apart = curve[curve["without"] == "without both"]
    apart_bought = apart["most_usd_bn"] > 0
    found = {
        "most_bought": curve["most_usd_bn"] > 0,
        "least_sold": whole["least_usd_bn"] < 0,
        "most_above_rest": whole["most_usd_bn"] > whole["least_usd_bn"],
        "largest_year": whole["largest_year"] == YEAR,
        "nine_of_ten": whole["years_bought"] == YEAR - FIRST,
        "heaviest_in_six": whole["heaviest_since"] <= YEAR - 5,
        "rest_sold": whole["rest_usd_bn"] < 0,
        "without_both_bought": apart_bought,
        "without_both_more": (apart["most_usd_bn"] > 0)
        & (apart["most_usd_bn"] > apart["most_before_usd_bn"]),
    }
    table = pd.DataFrame(
        [
            {"statement": name, "specifications": len(holds), "holds_pct": 100 * holds.mean()}
            for name, holds in found.items()
        ]
    )
    stands = (table["holds_pct"] >= ROBUST_PCT).astype(int) - (table["holds_pct"] <= 100 - ROBUST_PCT)
    return table.assign(stands=stands)


def standing(curve: pd.DataFrame) -> pd.DataFrame:
    """Where the published figures stand among all specifications.

    Returns
    -------
    pandas.DataFrame
        One row a figure: ``figure`` (a column of the curve), ``published_usd_bn``, ``below_pct`` (percent
        of specifications that find less), ``near_pct`` (within one percent of it), the ``low_usd_bn``,
        ``median_usd_bn`` and ``high_usd_bn`` of the 5th, 50th and 95th percentile.
    """
    rows = []
    for name, value in PUBLISHED.items():
        found = curve[name]
        low, median, high = np.percentile(found, [5, 50, 95])
        rows.append(
            {
                "figure": name,
                "published_usd_bn": value,
                "below_pct": 100 * (found < value).mean(),
                "near_pct": 100 * ((found - value).abs() <= _WITHIN_PCT / 100 * abs(value)).mean(),
                "low_usd_bn": low,
                "median_usd_bn": median,
                "high_usd_bn": high,
            }
        )
    return pd.DataFrame(rows)


def percentiles(curve: pd.DataFrame) -> pd.DataFrame:
    """The curve itself: what each percent of specifications stays below, by who is left out.

    Returns
    -------
    pandas.DataFrame
        ``figure`` (a column of the curve), ``without``, ``percentile`` (0 to 100), ``value`` in USD
        billion. The figure of the least aligned and that of the rest are the same with and without states
        that are in the most aligned group.
    """
    steps = np.arange(101)
    parts = [
        pd.DataFrame(
            {
                "figure": figure,
                "without": without,
                "percentile": steps,
                "value": np.percentile(rows[figure], steps),
            }
        )
        for without, rows in curve.groupby("without")
        for figure in PUBLISHED
    ]
    return pd.concat(parts, ignore_index=True)


def by_choice(curve: pd.DataFrame) -> pd.DataFrame:
    """What each choice does, all others varied.

    Returns
    -------
    pandas.DataFrame
        One row a choice and option (cutoffs in tens): ``choice``, ``option``, ``specifications``, the
        median of each published figure, and ``largest_pct``, percent in which :data:`YEAR` is the year of
        the largest purchases by the most aligned.
    """
    table = curve.assign(
        share_pct=(curve["share_pct"] // 10 * 10).astype(str), report=curve["report"].astype(str)
    )
    rows = []
    for choice in CHOICES:
        for option, part in table.groupby(choice):
            rows.append(
                {"choice": choice, "option": option, "specifications": len(part)}
                | part[list(PUBLISHED)].median().to_dict()
                | {"largest_pct": 100 * (part["largest_year"] == YEAR).mean()}
            )
    return pd.DataFrame(rows)


def by_cutoff(curve: pd.DataFrame, *, figure: str = "most_usd_bn") -> pd.DataFrame:
    """One figure over the whole range of cutoffs, with nobody left out.

    Returns
    -------
    pandas.DataFrame
        One row a measure and cutoff: ``measure``, ``share_pct``, ``low_usd_bn``, ``median_usd_bn``,
        ``high_usd_bn`` over reports, territories, maturities and editions.
    """
    whole = curve[curve["without"] == "all"]
    found = whole.groupby(["measure", "share_pct"])[figure].agg(["min", "median", "max"])
    return found.set_axis(["low_usd_bn", "median_usd_bn", "high_usd_bn"], axis=1).reset_index()


@remembered
def search_rebuild(placed: pd.DataFrame, purchases: Mapping[Variant, pd.DataFrame]) -> pd.DataFrame:
    """Look through every pair of cutoffs for those that give both published totals of the year.

    Parameters
    ----------
    placed, purchases
        As for :func:`specification_curve`. Cutoffs are all that tell two states apart.

    Returns
    -------
    pandas.DataFrame
        One row a pair within one percent of both: ``measure``, ``report``, ``territories``,
        ``maturities``, ``edition``, ``most_from`` and ``least_to`` (values of the measure), ``most_room``
        and ``least_room`` (how far each cutoff can be moved before a state crosses), ``most_usd_bn``,
        ``least_usd_bn``, ``rest_usd_bn``, ``largest_year``, ``years_bought``, ``heaviest_since``,
        ``off_pct`` (the larger distance to a published total) and ``all_three`` (whether the third figure
        is met as well); the nearest first. ``attrs["tried"]`` counts the pairs.
    """
    years = list(range(FIRST, YEAR + 1))
    rows: list[dict] = []
    tried = 0
    for (measure, report), part in placed.groupby(["measure", "report"]):
        states = part.sort_values("alignment", ascending=False)
        values = states["alignment"].to_numpy()
        ends = np.flatnonzero(np.append(np.diff(values) != 0, True))  # last of those with one value
        for variant, table in purchases.items():
            net = table.reindex(index=states["iso3"], columns=years).fillna(0.0).to_numpy()
            above = net.cumsum(axis=0)[ends]
            below = net.sum(axis=0) - above
            tried += len(ends) * (len(ends) - 1) // 2
            near_most = _near(above[:, -1], PUBLISHED["most_usd_bn"])
            near_least = _near(below[:, -1], PUBLISHED["least_usd_bn"])
            for i, j in itertools.product(np.flatnonzero(near_most), np.flatnonzero(near_least)):
                if j <= i or j == len(ends) - 1:
                    continue
                most, least = above[i], below[j]
                heavier = np.flatnonzero(least[-2::-1] < least[-1])
                off = [
                    abs(total[-1] / PUBLISHED[name] - 1)
                    for total, name in ((most, "most_usd_bn"), (least, "least_usd_bn"))
                ]
                rows.append(
                    {"measure": measure, "report": report}
                    | dict(zip(("territories", "maturities", "edition"), variant, strict=True))
                    | {
                        "most_from": values[ends[i]],
                        "least_to": values[ends[j] + 1],
                        "most_room": values[ends[i]] - values[ends[i] + 1],
                        "least_room": values[ends[j]] - values[ends[j] + 1],
                        "most_states": int(ends[i]) + 1,
                        "least_states": len(values) - int(ends[j]) - 1,
                        "most_usd_bn": most[-1],
                        "least_usd_bn": least[-1],
                        "rest_usd_bn": below[i].sum(),
                        "largest_year": FIRST + int(most.argmax()),
                        "years_bought": int((most > 0).sum()),
                        "heaviest_since": YEAR - (int(heavier[0]) if len(heavier) else len(years) - 1),
                        "off_pct": 100 * max(off),
                        "all_three": bool(_near(below[i].sum(), PUBLISHED["rest_usd_bn"])),
                    }
                )
    found = pd.DataFrame(rows)
    if len(found):
        found = found.sort_values("off_pct", ignore_index=True)
    found.attrs["tried"] = tried
    return found


def _near(values: Any, published: float) -> Any:
    """Whether values are within one percent of a published figure."""
    return np.abs(values / published - 1) <= _WITHIN_PCT / 100


def on_the_cutoff(
    placed: pd.DataFrame, net: pd.Series, *, cutoff: float, least: bool = False, states: int = 4
) -> pd.DataFrame:
    """States with purchases on either side of a cutoff, and the group's sum if each crosses.

    Parameters
    ----------
    placed
        Rows of one measure and report.
    net
        Net purchases of a year by ISO code.
    cutoff
        Value of the measure from which on a state is above; with ``least``, up to which it is below.
    least
        Whether the group is the one below the cutoff.
    states
        How many are given on each side, those with purchases only.

    Returns
    -------
    pandas.DataFrame
        ``iso3``, ``alignment``, ``above`` (whether it is), ``net_purchases_usd_bn``, ``group_usd_bn`` (of
        the group, with the cutoff moved to just past this state, and so past those between and those with
        the same value).
    """
    rows = placed.set_index("iso3")["alignment"].sort_values(ascending=False)
    table = pd.DataFrame({"alignment": rows, "net_purchases_usd_bn": net.reindex(rows.index)}).dropna()
    table["above"] = table["alignment"] > cutoff if least else table["alignment"] >= cutoff
    sums = table.groupby("alignment")["net_purchases_usd_bn"].sum()
    if not least:
        sums = sums[::-1]
    reached = sums.cumsum()  # with the states of this value in the group
    outside = table["above"] if least else ~table["above"]
    own = table["alignment"].map(sums).where(~outside, 0.0)
    table["group_usd_bn"] = table["alignment"].map(reached) - own
    ends = [table[table["above"]].tail(states), table[~table["above"]].head(states)]
    return pd.concat(ends).rename_axis("iso3").reset_index()
