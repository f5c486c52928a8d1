"""What *Leverage* says: words and cells that depend on a number."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from foreign_demand import words
from foreign_demand.analysis.leverage import SALE_USD_BN
from foreign_demand.book.figures import Columns, as_printed

THEN, TODAY = "Market of its time", "Market of today"
"""The two scales of a published effect, as charts name them."""

SECTORS: Mapping[str, str] = {
    "federal_reserve": "Federal Reserve",
    "money_market_funds": "Money market funds",
    "mutual_funds_and_etfs": "Mutual funds and ETFs",
    "households_and_nonprofits": "Households and hedge funds",
    "banks": "Banks",
    "dealers": "Dealers",
    "pension_funds": "Pension funds",
    "insurers": "Insurers",
    "state_and_local_governments": "States, cities",
    "nonfinancial_business": "Companies",
    "other_financial": "Other finance",
    "rest_of_world": "Foreigners",
}
"""Holders of the Financial Accounts as charts and sentences name them."""

TOO_WIDE = 10
"""Times by which the ends of the range are apart, from which on it decides nothing."""


def answer(spread: Mapping[str, float]) -> str:
    """Whether a sell-off could move Washington, by how far apart the published effects are.

    Parameters
    ----------
    spread
        From :func:`foreign_demand.analysis.leverage.spread`.
    """
    wide, ends = _ends_in_words(spread)
    return f"It cannot be told: {ends}" if wide else f"By a known amount: {ends}"


def cost_answer(spread: Mapping[str, float]) -> str:
    """The same where the question does not stand before it, as on the front page."""
    wide, ends = _ends_in_words(spread)
    return f"What a sell-off would cost {'cannot be told' if wide else 'is known'}: {ends}"


def _ends_in_words(spread: Mapping[str, float]) -> tuple[bool, str]:
    """Whether the published effects are too far apart to decide, and their ends."""
    times = spread["then_times"]
    ends = (
        f"published estimates, each for the market of its day, put a foreign sale of "
        f"{words.billions(SALE_USD_BN)} at "
        f"{bp_range(spread['then_low_bp'], spread['then_high_bp'])} of yield"
    )
    wide = times >= TOO_WIDE
    return wide, f"{ends}, the highest {words.count(round(times))} times the lowest" if wide else ends


def bp(value: float) -> str:
    """Basis points with one decimal below ten: ``0.6 basis points``, ``57 basis points``."""
    return words.basis_points(value, 1 if abs(value) < 9.95 else 0)


def bp_range(low: float, high: float) -> str:
    """``0.6 to 55 basis points``: two ends, each as precise as it is large."""
    first, last = (bp(end).partition(" ")[0] for end in (low, high))
    return bp(low) if first == last else f"{first} to {last} basis points"


def usd_range(low: float, high: float) -> str:
    """``USD 23 to 1,900 billion``; one number where they round to the same."""
    return f"USD {words.between(low, high)} billion"


def impacts_in_rows(scaled: pd.DataFrame) -> pd.DataFrame:
    """Published effects as the chart takes them: a row a study and scale, smallest first."""
    ordered = scaled.sort_values("today_high_bp")
    parts = [
        ordered.assign(
            study=ordered["cite"],
            name=name,
            low_bp=ordered[f"{key}_low_bp"],
            high_bp=ordered[f"{key}_high_bp"],
        )[["study", "name", "low_bp", "high_bp"]]
        for name, key in {TODAY: "today", THEN: "then"}.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _ends(low: float, high: float) -> str:
    """Two ends, each with one decimal below ten."""
    first, last = (f"{end:,.{1 if end < 9.95 else 0}f}" for end in (low, high))
    return first if first == last else f"{first} to {last}"


IMPACTS: Columns = {
    "Study": ("cite", str),
    "Yield, years": ("maturity", str),
    "Horizon": ("horizon", words.begun),
    "Method": ("method", str),
    "USD 100 bn then": (("then_low_bp", "then_high_bp"), _ends),
    "USD 100 bn today": (("today_low_bp", "today_high_bp"), _ends),
    "1% of marketable debt": (("share_low_bp", "share_high_bp"), _ends),
    "Where": ("where", str),
}
"""Published effects on one scale, in basis points."""

COST: Columns = {
    "Fiscal year": ("fiscal_year", str),
    "Debt of today, refinanced": ("legacy_usd_bn", "{:.1f}".format),
    "New borrowing": ("new_usd_bn", "{:.1f}".format),
    "Interest on that interest": ("on_interest_usd_bn", "{:.1f}".format),
    "Together": ("total_usd_bn", "{:.1f}".format),
}
"""What a shift costs, by fiscal year."""

REFINANCING: Columns = {
    "Year from now": ("year", str),
    "Notes": ("Notes", "{:,.0f}".format),
    "Bills": ("Bills", "{:,.0f}".format),
    "All that comes due": ("due_usd_bn", "{:,.0f}".format),
    "Refinanced by its end, %": ("refinanced_pct", "{:.0f}".format),
}
"""What comes due in each year."""

REBUILT: Columns = {
    "End of": ("month", lambda day: f"{day:%b %Y}"),
    "Rebuilt": ("rebuilt_usd_bn", "{:,.0f}".format),
    "Statement": ("statement_usd_bn", "{:,.0f}".format),
    "Apart, %": ("gap_pct", partial(words.signed, decimals=1)),
    "without estimated parts, %": ("low_gap_pct", partial(words.signed, decimals=1)),
    "Fed's part estimated, %": ("offered_pct", "{:.0f}".format),
    "No auction at hand, %": ("filled_pct", "{:.0f}".format),
}
"""The rebuilt stock of notes beside the statement."""

BLOCS: Columns = {
    "Holder": ("bloc", str),
    "USD billion": ("holdings_usd_bn", "{:,.0f}".format),
    "of marketable debt, %": ("of_marketable_pct", "{:.1f}".format),
    "in custody and fund centres, %": ("custody_pct", "{:.0f}".format),
}
"""What blocs hold."""

SCENARIOS: Columns = {
    "Seller": ("holder", str),
    "Sells": (("share_pct", "sold_usd_bn"), lambda share, sold: f"{share:.0f}%: USD {sold:,.0f} bn"),
    "Fed buys": ("fed_pct", words.percent),
    "Yields, bp": (("shift_bp_low", "shift_bp_high"), _ends),
    "Federal interest, ten years, USD bn": (("interest_usd_bn_low", "interest_usd_bn_high"), words.between),
    "Mortgage rate, bp": (("mortgage_bp_low", "mortgage_bp_high"), _ends),
    "Seller's loss, USD bn": (("loss_usd_bn_low", "loss_usd_bn_high"), _ends),
    "It keeps, USD bn": ("left_usd_bn", "{:,.0f}".format),
}
"""Standard scenarios, each effect over the published range."""


def buyers_in_rows(when_sold: pd.DataFrame) -> pd.DataFrame:
    """What each sector bought, a panel a quarter, sectors in the order of :data:`SECTORS`."""
    order = list(SECTORS)
    rows = when_sold[when_sold["sector"].isin(order)].sort_values(
        ["quarter", "sector"], key=lambda c: c.map(order.index) if c.name == "sector" else c
    )
    return rows.assign(
        panel=[
            f"Q{day.quarter} {day.year}: foreigners −{sold:,.0f}"
            for day, sold in zip(rows["quarter"], rows["sold_usd_bn"], strict=True)
        ],
        sector=rows["sector"].map(SECTORS).str.replace(" and ", ", "),  # a phone has no room for more
    )


def largest_buyer(quarter: pd.DataFrame, *, where: str = "") -> str:
    """``the Federal Reserve, USD 1,067 billion``: who bought most in a quarter.

    Parameters
    ----------
    quarter
        Rows of one quarter of :func:`foreign_demand.analysis.leverage.when_sold`.
    where
        The quarter in words, where several stand in one sentence; the sum is then put in brackets.
    """
    most = quarter.loc[quarter["net_usd_bn"].idxmax()]
    name = SECTORS[most["sector"]]
    name = f"the {name}" if name == "Federal Reserve" else name[:1].lower() + name[1:]
    sum_ = words.billions(most["net_usd_bn"])
    return f"{name} in {where} ({sum_})" if where else f"{name}, {sum_}"


def quarters_listed(days: pd.DatetimeIndex) -> str:
    """``the first quarter of 2020 and the fourth quarter of 2022``."""
    return words.listed([words.quarter(day) for day in days])


def quarters_or_none(days: pd.DatetimeIndex) -> str:
    """``in the first quarter of 2020``, or ``in none``."""
    return f"in {quarters_listed(days) or 'none'}"


METHODS: Columns = {
    "Prices taken out by": ("method", str),
    "Quarters": ("quarters", str),
    "Sold in": ("sold", str),
    "Which": (
        "which",
        lambda days: ", ".join(f"{day.year} Q{day.quarter}" for day in days) or "none",
    ),
}
"""In how many quarters foreigners sold, by method."""


def forced(change_usd_bn: float, largest_usd_bn: float, *, weeks: int) -> str:
    """Whether purchases were forced, by what was bought in the weeks after beside a week that was.

    Parameters
    ----------
    change_usd_bn
        Change of the Federal Reserve's Treasuries in the weeks after.
    largest_usd_bn
        What it bought in its largest week of March and April 2020.
    weeks
        After how many weeks.
    """
    after = f"after {words.count(weeks)} weeks"
    if change_usd_bn > largest_usd_bn:
        return f"It was: {after} more had been bought than in the largest week of the panic of March 2020"
    if change_usd_bn > 0:
        return f"No: {after} something had been bought, and less than in one week of March 2020"
    return f"No: {after} nothing had been bought"


def scenarios_as_printed(rows: pd.DataFrame) -> pd.DataFrame:
    """Cells of the standard scenarios."""
    return as_printed(rows, SCENARIOS)


KINDS = ("Published", "Least squares", "Granular, strong", "Signs only")
"""Kinds of estimates, as the chart names them."""
CUT_BP = 300
"""Where intervals end in the chart of estimates."""


def estimates_in_rows(
    scaled: pd.DataFrame, decades: pd.DataFrame, strong: pd.DataFrame, band: Mapping[str, float]
) -> pd.DataFrame:
    """Published effects and our own, per percent of debt, as the chart takes them; cut at :data:`CUT_BP`.

    Parameters
    ----------
    scaled
        From :func:`foreign_demand.analysis.leverage.on_one_scale`.
    decades
        From :func:`foreign_demand.analysis.leverage.by_decade`.
    strong
        Specifications whose instrument is strong.
    band
        From :func:`foreign_demand.analysis.leverage.band`.
    """
    published = scaled.assign(
        name=KINDS[0],
        sample=scaled["cite"].str.replace(r" \(.*?\)", "", regex=True),
        low=scaled["share_low_bp"],
        high=scaled["share_high_bp"],
        value=scaled[["share_low_bp", "share_high_bp"]].mean(axis=1),
    )
    projected = decades.assign(name=KINDS[1], sample=decades["sample"], value=decades["effect_bp"])
    instrument = strong.assign(
        name=KINDS[2],
        sample=[f"{row.holders} holders, {_with(row.custody)}" for row in strong.itertuples()],
        value=strong["effect_bp"],
    )
    signs = pd.DataFrame(
        [{"name": KINDS[3], "sample": "Vector autoregression, signs", "value": band["effect_bp"], **band}]
    )
    rows = pd.concat([published, projected, instrument, signs], ignore_index=True)
    rows = rows[["name", "sample", "value", "low", "high"]]
    return rows.assign(**{end: rows[end].clip(-CUT_BP, CUT_BP) for end in ("low", "high")})


def _with(custody: bool) -> str:
    return "custody in" if custody else "custody out"


SPECIFICATIONS: Columns = {
    "Sample": ("sample", str),
    "Holders": ("holders", str),
    "Factors out": ("factors", str),
    "Custody centres": ("custody", lambda inside: "in" if inside else "out"),
    "First-stage F": ("f", "{:.1f}".format),
    "Effect, bp": (("effect_bp", "low", "high"), partial(words.estimate, decimals=0)),
}
"""The granular instrument over all choices."""

HORIZONS: Columns = {
    "Months after": ("horizon", str),
    "Effect, bp": (("effect_bp", "low", "high"), partial(words.estimate, decimals=1)),
}
"""Projections by horizon."""
