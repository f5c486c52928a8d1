"""How yields respond to fear, and the dollar to yields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from statsmodels.tsa.statespace.mlemodel import MLEModel

from foreign_demand.analysis.events import EVE, percentile
from foreign_demand.analysis.inference import Z95, mean_of, regression, rolling_slope
from foreign_demand.analysis.safe_haven.assets import LAGS, finished

VIX_RISE_PCT = 10
"""Rise of the VIX to which weekly responses are measured."""
RESPONSE_WEEKS = 104
"""Length of the rolling windows in which they are."""
JUMP_DEVIATIONS, JUMP_DAYS = 2, 250
"""Standard deviations that make a rise of the VIX a jump, and the days before that they are taken from."""
YEARS_BEFORE = 3
"""What came since :data:`foreign_demand.analysis.events.EVE` is compared with as many years before."""
_WEEKS_A_YEAR = 52


def weekly_changes(
    levels: pd.DataFrame,
    ten_year: pd.Series,
    vix: pd.Series,
    *,
    yen_per_dollar: pd.Series,
    japan: pd.DataFrame,
    two_year: pd.Series,
) -> pd.DataFrame:
    """Week-to-week changes, Friday to Friday or the last common day before, of the weeks that are over.

    Parameters
    ----------
    levels
        From :func:`common_day_levels`.
    ten_year, two_year
        US yields in percent.
    vix
        Level.
    yen_per_dollar
        Exchange rate.
    japan
        ``yield_2y_pct`` and ``yield_10y_pct``, indexed by date.

    Returns
    -------
    pandas.DataFrame
        ``yield_points``, ``dollar_pct``, ``yen_pct`` (dollars in yen, so that plus is a
        stronger dollar), ``japan_10y_points`` and ``japan_2y_points`` (change of the US
        yield less Japan's), ``vix_rises``: the change of the logarithm of the VIX in
        units of a rise by :data:`VIX_RISE_PCT` percent.
    """
    days = levels.index

    def weekly(series: pd.Series) -> pd.Series:
        return series.reindex(days).resample("W-FRI").last()

    us10, us2 = weekly(ten_year), weekly(two_year)
    changes = pd.DataFrame(
        {
            "yield_points": us10.diff(),
            "dollar_pct": 100 * weekly(levels["Dollar"]).pct_change(fill_method=None),
            "yen_pct": 100 * weekly(yen_per_dollar).pct_change(fill_method=None),
            "japan_10y_points": (us10 - weekly(japan["yield_10y_pct"])).diff(),
            "japan_2y_points": (us2 - weekly(japan["yield_2y_pct"])).diff(),
            "vix_rises": np.log(weekly(vix)).diff() / np.log(1 + VIX_RISE_PCT / 100),
        }
    )
    return finished(changes, days[-1])


class _DriftingSlope(MLEModel):
    """y = slope x + noise, with the slope a random walk; both variances by maximum likelihood."""

    start_params = (0.9, 0.05)
    param_names = ("noise", "drift")

    def __init__(self, y: np.ndarray, x: np.ndarray) -> None:
        super().__init__(y, k_states=1, k_posdef=1, initialization="approximate_diffuse")
        self["design"] = x[None, None, :]
        self["transition"] = np.eye(1)
        self["selection"] = np.eye(1)

    def update(self, params: np.ndarray, **kwargs: object) -> None:
        """Put the two standard deviations into the state space."""
        params = super().update(params, **kwargs)
        self["obs_cov", 0, 0] = params[0] ** 2
        self["state_cov", 0, 0] = params[1] ** 2


def time_varying_response(pair: pd.DataFrame, *, window: int = RESPONSE_WEEKS) -> pd.DataFrame:
    """How one weekly change responds to another, as it changes over time, in two ways.

    Parameters
    ----------
    pair
        The response and what it responds to, one row a week.
    window
        Weeks in a rolling window.

    Returns
    -------
    pandas.DataFrame
        ``name`` (``Rolling`` or ``State space``), ``date``, ``slope``, ``low``,
        ``high``. Rolling windows end on the date and overlap; Newey–West bands. The
        state-space slope is a random walk seen with all data before and after
        (Kalman smoother), both sides scaled by the response's volatility over the year
        before so that turbulent weeks do not dominate; its bands take the two estimated
        variances as known.
    """
    known = pair.dropna()
    trailing = known.iloc[:, 0].rolling(_WEEKS_A_YEAR).std().shift(1)
    known, scale = known[trailing.notna()], trailing.dropna().to_numpy()
    y, x = (known.iloc[:, i].to_numpy() / scale for i in (0, 1))
    unit = x.std()
    result = _DriftingSlope(y, x / unit).fit(disp=0)
    slope = result.smoothed_state[0] / unit
    error = np.sqrt(result.smoothed_state_cov[0, 0]) / unit
    drifting = pd.DataFrame(
        {"date": known.index, "slope": slope, "low": slope - Z95 * error, "high": slope + Z95 * error}
    )
    return pd.concat(
        [rolling_slope(pair, window).assign(name="Rolling"), drifting.assign(name="State space")],
        ignore_index=True,
    )


def vix_jumps(vix: pd.Series, deviations: float = JUMP_DEVIATIONS) -> pd.Series:
    """Days on which the logarithm of the VIX rose by more than so many standard deviations.

    They are those of the :data:`JUMP_DAYS` days before, so that no later day decides what counts.
    """
    change = np.log(vix).diff()
    usual = change.rolling(JUMP_DAYS, min_periods=JUMP_DAYS * 4 // 5).std().shift(1)
    return change > deviations * usual


def vix_jump_responses(
    levels: pd.DataFrame,
    ten_year: pd.Series,
    vix: pd.Series,
    periods: Mapping[str, tuple[str, str]],
) -> pd.DataFrame:
    """Mean change of the 10-year yield and of the dollar on days on which the VIX jumped.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``response`` (``10-year yield, basis points`` or ``Dollar, percent``), ``jumps``,
        ``mean``, ``low``, ``high`` (95 percent, Newey–West over all days; missing where jumps
        are few).
    """
    days = levels.index
    known = vix.reindex(days)
    jump = vix_jumps(known)
    responses = pd.DataFrame(
        {
            "10-year yield, basis points": 100 * ten_year.reindex(days).diff(),
            "Dollar, percent": 100 * levels["Dollar"].pct_change(fill_method=None),
        }
    )[known.diff().notna()]
    rows = []
    for period, (start, end) in periods.items():
        for response, values in responses.loc[start:end].items():
            chosen = jump.reindex(values.index).to_numpy()
            if not chosen.any():
                continue
            mean, low, high = mean_of(values, chosen, LAGS["daily"])
            rows.append(
                {
                    "period": period,
                    "response": response,
                    "jumps": int(chosen.sum()),
                    "mean": mean,
                    "low": low,
                    "high": high,
                }
            )
    return pd.DataFrame(rows)


def dollar_and_differentials(
    pairs: Mapping[str, pd.DataFrame], *, years_before: int = YEARS_BEFORE
) -> pd.DataFrame:
    """Does the dollar still follow yields? Its slope on them before and since the tariffs.

    A change counts as since when it ends after :data:`foreign_demand.analysis.events.EVE`, and as
    before in the years to it.

    Parameters
    ----------
    pairs
        By name: the dollar's return in percent and the change of a yield or differential
        in points, in that order, one row a week or month.
    years_before
        With which the time since is compared.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``observations_before``, ``observations_since``, ``before``, ``since``
        (percent per percentage point), ``since_low``, ``since_high``, ``change`` with
        ``low`` and ``high`` (95 percent, Newey–West), and ``share_pct``: the share of
        earlier dates at which the slope changed at least as much between stretches of the
        same two lengths.
    """
    rows = []
    for measure, pair in pairs.items():
        known = pair.dropna().set_axis(["dollar", "yields"], axis=1)
        window = known[known.index > EVE - pd.DateOffset(years=years_before)]
        later = window.index > EVE
        x = pd.DataFrame(
            {
                "before": window["yields"].where(~later, 0.0),
                "since": window["yields"].where(later, 0.0),
                "later": later.astype(float),
            }
        )
        fit = regression(window["dollar"], x)
        contrast = fit.t_test("since - before = 0")
        low, high = contrast.conf_int()[0]
        n_since, n_before = int(later.sum()), int((~later).sum())
        earlier = known[known.index <= EVE]
        first = rolling_slope(earlier, n_before).set_index("date")["slope"]
        second = rolling_slope(earlier, n_since).set_index("date")["slope"]
        positions = earlier.index.get_indexer(first.index) + n_since
        inside = positions < len(earlier)
        moved = second.loc[earlier.index[positions[inside]]].to_numpy() - first[inside].to_numpy()
        change = fit.params["since"] - fit.params["before"]
        rows.append(
            {
                "measure": measure,
                "observations_before": n_before,
                "observations_since": n_since,
                "before": fit.params["before"],
                "since": fit.params["since"],
                "since_low": fit.conf_int().loc["since", 0],
                "since_high": fit.conf_int().loc["since", 1],
                "change": change,
                "low": low,
                "high": high,
                "share_pct": 100 * (np.abs(moved) >= abs(change)).mean(),
            }
        )
    return pd.DataFrame(rows)


def unexplained_dollar(
    pairs: Mapping[str, pd.DataFrame], *, horizons: Sequence[int] = (13, 26, 52)
) -> pd.DataFrame:
    """How far the dollar moved from what yields told, at several horizons after the tariffs.

    The slope is that of the :data:`YEARS_BEFORE` years before; what it predicts from the
    change of yields since is taken from the dollar's own change.

    Parameters
    ----------
    pairs
        As for :func:`dollar_and_differentials`, weekly.
    horizons
        In weeks.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``weeks``, ``dollar_pct``, ``explained_pct``, ``unexplained_pct``, and
        ``percentile``: the share of all earlier dates with a lower unexplained change over
        as many weeks (overlapping windows).
    """
    rows = []
    for measure, pair in pairs.items():
        known = pair.dropna()
        slope = rolling_slope(known, YEARS_BEFORE * _WEEKS_A_YEAR).set_index("date")["slope"]
        slope = slope.reindex(known.index)
        cumulated = known.cumsum()
        for weeks in horizons:
            move = cumulated.shift(-weeks) - cumulated
            explained = slope * move.iloc[:, 1]
            residual = move.iloc[:, 0] - explained
            at = known.index[known.index <= EVE][-1]
            if pd.isna(residual[at]):
                continue
            earlier = residual[: at - pd.Timedelta(weeks=weeks)].dropna()
            rows.append(
                {
                    "measure": measure,
                    "weeks": weeks,
                    "dollar_pct": move.loc[at].iloc[0],
                    "explained_pct": explained[at],
                    "unexplained_pct": residual[at],
                    "percentile": percentile(earlier, residual[at]),
                }
            )
    return pd.DataFrame(rows)
