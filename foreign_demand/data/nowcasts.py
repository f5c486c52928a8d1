"""The record of forecasts: what was said before a print, and what was printed. Only ever added to.

``data/nowcasts/forecasts.csv`` has a row a forecast, written before the release;
``data/nowcasts/prints.csv`` a row a first print, written after it.
"""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from foreign_demand.data.catalog import ROOT
from foreign_demand.data.reads import READS, Read
from foreign_demand.exceptions import StoreError

FOLDER = ROOT / "data" / "nowcasts"
"""Where the record is kept."""
FORECASTS, PRINTS = "forecasts.csv", "prints.csv"
RECORD = (FOLDER / FORECASTS, FOLDER / PRINTS)

_BANDS = ("low_95", "low_80", "low_50", "high_50", "high_80", "high_95")
COLUMNS = {
    FORECASTS: (
        *("issued", "month", "target", "ahead", "forecast_usd_bn", *_BANDS),
        *("edition", "edition_day", "yields_to", "custody_to", "digest"),
    ),
    PRINTS: ("released", "month", "target", "print_usd_bn"),
}
"""Of each file. ``month`` is the last day of what is forecast, ``edition`` of the newest month of holdings
known; ``yields_to`` and ``custody_to`` are the newest days used."""
_KEYS = {FORECASTS: ["month", "target", "digest"], PRINTS: ["month", "target"]}
"""What makes a row: inputs that are the same give no second forecast."""
_DATES = ("issued", "released", "month", "edition", "edition_day", "yields_to", "custody_to")


def read_record(file: str, *, folder: Path = FOLDER) -> pd.DataFrame:
    """Read one file of the record.

    Parameters
    ----------
    file
        :data:`FORECASTS` or :data:`PRINTS`.
    folder
        Where it is: this project's by default.

    Returns
    -------
    pandas.DataFrame
        :data:`COLUMNS`, dates as such; empty where nothing was recorded yet.

    Raises
    ------
    StoreError
        If the file has other columns or a cell that cannot be read.
    """
    READS.append(Read("ledger"))
    return _parsed(_text(folder / file, file), file)


def _text(path: Path, file: str) -> str:
    header = ",".join(COLUMNS[file]) + "\n"
    text = path.read_text(encoding="utf-8") if path.exists() else header
    if not text.startswith(header) or not text.endswith("\n"):
        raise StoreError(
            f"{path} is not the record that was written: its first or last line is another. "
            "Restore it with `git checkout data/nowcasts`."
        )
    return text


def _parsed(text: str, file: str) -> pd.DataFrame:
    dates = [name for name in COLUMNS[file] if name in _DATES]
    try:
        table = pd.read_csv(io.StringIO(text), dtype={"target": "str", "digest": "str"})
        return table.assign(**{name: pd.to_datetime(table[name]).astype("datetime64[us]") for name in dates})
    except ValueError as error:
        raise StoreError(
            f"data/nowcasts/{file} cannot be read ({error}). Restore it with `git checkout data/nowcasts`."
        ) from error


def add_to_record(file: str, rows: pd.DataFrame, *, folder: Path = FOLDER) -> pd.DataFrame:
    """Add rows that the record does not have yet; what is in it stays byte for byte.

    Returns
    -------
    pandas.DataFrame
        The rows that were added.

    Raises
    ------
    StoreError
        If the file is not what was written, or cannot be.
    """
    path, key = folder / file, _KEYS[file]
    text = _text(path, file)
    held = pd.MultiIndex.from_frame(_parsed(text, file)[key].astype(str))
    new = rows[~pd.MultiIndex.from_frame(rows[key].astype(str)).isin(held)]
    if len(new):
        lines = new[list(COLUMNS[file])].to_csv(
            index=False, header=False, lineterminator="\n", float_format="%.3f", date_format="%Y-%m-%d"
        )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8", newline="") as record:
                record.write(lines if path.stat().st_size else text + lines)
        except OSError as error:
            raise StoreError(f"{path} cannot be written ({error}); look at its last line.") from error
    return new
