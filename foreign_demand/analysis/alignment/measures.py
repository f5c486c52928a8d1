"""How closely states vote with the United States: two publishers, three measures, one position a report."""

from __future__ import annotations

import pandas as pd

from foreign_demand.exceptions import EstimationError

ALL_VOTES, IMPORTANT, IDEAL = "All votes", "Important votes", "Ideal points"
MEASURES = (ALL_VOTES, IMPORTANT, IDEAL)
_TABLES = {"all_votes": ALL_VOTES, "important": IMPORTANT}

EVERY_YEAR = 0
"""As a report: each year of purchases is grouped by the report that is nearest to it."""
FEW_VOTES = 0.5
"""Share of a report's votes below which a state took part in too few to be placed."""
FEWEST_VOTES = 10
"""A year with fewer votes than this places no state."""
FIRST_YEAR = 2016
"""Of purchases, and of the estimates of ideal points that are used."""
UNITED_STATES = "USA"
_RENAMED = {"YUG": "SRB"}
"""The ideal points keep the code of Yugoslavia for Serbia."""


def coincidence(votes: pd.DataFrame) -> pd.DataFrame:
    """Voting coincidence from the counts: 100 × (same + ½ partial) / (same + partial + opposed).

    Parameters
    ----------
    votes
        Dataset ``un_voting_coincidence``: ``year``, ``table``, ``iso3`` and the counts.

    Returns
    -------
    pandas.DataFrame
        One row a measure, report and state that took part in at least :data:`FEW_VOTES` of the votes:
        ``measure``, ``report`` (year), ``iso3``, ``alignment`` in percent, higher is nearer to the
        United States. Source: US Department of State, Voting Practices in the United Nations.
    """
    rows = votes[votes["table"].isin(_TABLES)]
    cast = rows["same"] + rows["partial"] + rows["opposed"]
    held = (
        (cast + rows["absent"])
        .groupby([rows["year"], rows["table"]])
        .transform(lambda counts: counts.mode().iloc[0])
    )
    table = pd.DataFrame(
        {
            "measure": rows["table"].map(_TABLES),
            "report": rows["year"].dt.year,
            "iso3": rows["iso3"],
            "alignment": 100 * (rows["same"] + rows["partial"] / 2) / cast.where(cast > 0),
        }
    )
    known = rows["coincidence_pct"].notna() & (rows["iso3"] != "")  # misprinted counts have no percentage
    return table[(cast >= FEW_VOTES * held) & (held >= FEWEST_VOTES) & known].reset_index(drop=True)


def ideal_distance(points: pd.DataFrame) -> pd.DataFrame:
    """Distance of a state's ideal point to that of the United States, with a minus.

    Parameters
    ----------
    points
        Dataset ``un_ideal_points``.

    Returns
    -------
    pandas.DataFrame
        As :func:`coincidence`; ``alignment`` is −|θ − θ of the United States|, without unit. A year is
        left out whose estimates rest on fewer than :data:`FEWEST_VOTES` votes. Source: Bailey, Strezhnev
        and Voeten (2017).

    Raises
    ------
    EstimationError
        If a year has no point of the United States.
    """
    rows = points[points["year"].dt.year >= FIRST_YEAR]
    year = rows["year"].dt.year
    home = rows[rows["iso3"] == UNITED_STATES].groupby(year)["ideal_point"].first()
    if absent := sorted(set(year) - set(home.index)):
        raise EstimationError(f"un_ideal_points has no United States in {absent}; look at its newest file.")
    held = rows.groupby(year)["votes"].transform("max")
    table = pd.DataFrame(
        {
            "measure": IDEAL,
            "report": year,
            "iso3": rows["iso3"].replace(_RENAMED),
            "alignment": -(rows["ideal_point"] - year.map(home)).abs(),
        }
    )
    kept = (rows["votes"] >= FEW_VOTES * held) & (held >= FEWEST_VOTES) & (rows["iso3"] != UNITED_STATES)
    return table[kept].reset_index(drop=True)


def alignments(votes: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Every measure and report, with each state's position among all.

    Returns
    -------
    pandas.DataFrame
        Columns of :func:`coincidence` and ``from_top_pct`` and ``from_bottom_pct``: 100 × rank over the
        number of states, 1 being the most and the least aligned; states with the same value share the
        better rank, so that a cutoff never comes between them.
    """
    table = pd.concat([coincidence(votes), ideal_distance(points)], ignore_index=True)
    reports = table.groupby(["measure", "report"])["alignment"]
    states = reports.transform("size")
    top, bottom = (reports.rank(method="min", ascending=upward) for upward in (False, True))
    return table.assign(from_top_pct=100 * top / states, from_bottom_pct=100 * bottom / states)


def left_out(votes: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """States that a report has and that are not placed, because they took part in too few votes.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``report``, ``states`` placed, ``left_out`` (how many), ``names`` (their codes).
    """
    placed = alignments(votes, points)
    every = pd.concat(
        [
            votes[votes["table"].isin(_TABLES)].assign(
                measure=lambda t: t["table"].map(_TABLES), report=lambda t: t["year"].dt.year
            ),
            points[(points["year"].dt.year >= FIRST_YEAR) & (points["iso3"] != UNITED_STATES)].assign(
                measure=IDEAL, report=lambda t: t["year"].dt.year, iso3=lambda t: t["iso3"].replace(_RENAMED)
            ),
        ]
    )[["measure", "report", "iso3"]]
    both = every.merge(placed, how="left", on=["measure", "report", "iso3"])
    rows = []
    for (measure, report), states in both.groupby(["measure", "report"]):
        missing = states.loc[states["alignment"].isna(), "iso3"]
        rows.append(
            {
                "measure": measure,
                "report": report,
                "states": len(states) - len(missing),
                "left_out": len(missing),
                "names": " ".join(sorted(missing)),
            }
        )
    return pd.DataFrame(rows)


def nearest_report(reports: list[int], year: int) -> int:
    """The report on a year, else the one nearest to it; of two as near the earlier."""
    return min(reports, key=lambda report: (abs(report - year), report))


def one_report(placed: pd.DataFrame, measure: str, report: int) -> pd.DataFrame:
    """Rows of one measure and report.

    Raises
    ------
    EstimationError
        If there is no such report.
    """
    rows = placed[(placed["measure"] == measure) & (placed["report"] == report)]
    if rows.empty:
        held = sorted(placed.loc[placed["measure"] == measure, "report"].unique())
        raise EstimationError(f"{measure} has no report on {report}; held are {held}.")
    return rows


def newest(placed: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Rows of the newest report of a measure."""
    return one_report(placed, measure, placed.loc[placed["measure"] == measure, "report"].max())
