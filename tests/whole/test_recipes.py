"""The recipes of ``ARCHITECTURE.md``, followed in a clone: each touches the files it names and no other.

One clone has them all, one after the other, and their tests run together at the end.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml
from clone import Clone, git
from mirror import Answer, Mirror
from project import ROOT

pytestmark = pytest.mark.whole

BUILD = "from jupyter_book.cli.main import main; main()"
TEN_MINUTES = 600
"""Seconds in which a newcomer has added a series: what the machine takes of it is less."""
DAYS = pd.bdate_range("2000-01-03", "2026-07-15")
YIELDS = "observation_date,DGS3\n" + "".join(f"{day:%Y-%m-%d},{3 + day.month / 100:.2f}\n" for day in DAYS)
"""A series in FRED's layout."""


def listed(recipe: str, **names: str) -> set[str]:
    """Files a recipe names, with the names of an example put in."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = re.split(r"^### ", text, flags=re.MULTILINE)
    (found,) = [part for part in section if part.startswith(f"{recipe}\n")]
    files = re.findall(r"^- `([^`]+)`", found, flags=re.MULTILINE)
    for placeholder, name in names.items():
        files = [re.sub(rf"(?<![A-Z]){placeholder}(?![A-Z])", name, file) for file in files]
    return set(files)


class Recipe:
    """A clone in which recipes are followed."""

    def __init__(self, folder: Path) -> None:
        self.clone, self.tests = Clone(folder), set[str]()
        self.root = self.clone.root

    def add(self, file: str, text: str, *, after: str = "", before: str = "") -> None:
        """Write a new file, or put text into one that is there."""
        path = self.root / file
        if after or before:
            held = path.read_text(encoding="utf-8")
            mark = after or before
            assert held.count(mark) == 1, (file, mark)
            text = held.replace(mark, mark + text if after else text + mark)
        else:
            assert not path.exists(), file
            path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def append(self, file: str, text: str) -> None:
        path = self.root / file
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    def run(self, *command: str, **settings: str) -> str:
        """Run a program of this environment in the clone."""
        done = subprocess.run(
            [sys.executable, *command],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": str(self.root)} | settings,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def refresh(self, id: str, url: str, body: str) -> None:
        """Bring in one dataset from a publisher on this machine."""
        with Mirror({url: Answer(body.encode())}) as mirror:
            self.run("-m", "foreign_demand", "refresh", "--snapshot", "--only", id, BOOK_MIRROR=mirror.url)

    def test(self, *tests: str) -> None:
        """Hold its files to the style now, and note which tests must pass with it."""
        self.run("-m", "ruff", "check", ".")
        self.run("-m", "ruff", "format", "--check", ".")
        self.tests |= set(tests)

    def build(self, chapter: str) -> list[str]:
        """Build one chapter alone; gives back the slugs of its figures."""
        contents = {"format": "jb-book", "root": "chapters/references", "chapters": [{"file": chapter}]}
        toc = (self.root / "_toc.yml").read_bytes()
        (self.root / "_toc.yml").write_text(yaml.safe_dump(contents), encoding="utf-8")
        self.run("-c", BUILD, "build", ".", "--quiet", OFFLINE="1")
        (self.root / "_toc.yml").write_bytes(toc)
        figures = json.loads((self.root / "_build" / "html" / "figures.json").read_text(encoding="utf-8"))
        return [figure["slug"] for figure in figures]

    def touched(self) -> set[str]:
        status = git(self.root, "status", "--porcelain", "--untracked-files=all")
        return {line[3:] for line in status.splitlines()}


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    return Recipe(tmp_path_factory.mktemp("recipes"))


@pytest.fixture
def recipe(followed: Recipe) -> Iterator[Recipe]:
    yield followed
    if followed.touched():
        followed.clone.commit()


FIGURE = """
```{code-cell} ipython3
:tags: [hide-input]

three_years = read_table("DGS3").assign(name="3 years")
figure(
    "three-year-yield",
    charts.chart_lines(
        three_years.rename(columns={"yield_pct": "value"}), title="Percent", order=["3 years"]
    ),
    data=three_years,
    title="The yield of three years",
    caption="Par yield of a constant maturity.",
    alt_text="A line.",
    unit="percent per year",
)
```

"""


def test_a_fred_series_and_its_figure(recipe: Recipe) -> None:
    started = time.monotonic()
    entry = "  DGS3: {<<: *daily_yield, title: 3-year Treasury constant maturity yield}\n"
    recipe.add("data/catalog.yml", entry, before="  DGS5: ")
    recipe.refresh("DGS3", "/fred.stlouisfed.org/graph/fredgraph.csv?id=DGS3", YIELDS)
    recipe.add("chapters/holders.md", FIGURE, before="## The strongest objections")
    assert "three-year-yield" in recipe.build("chapters/holders")
    assert time.monotonic() - started < TEN_MINUTES
    recipe.test("tests/data/test_catalog.py", "tests/data/test_snapshot.py", "tests/whole/test_chapters.py")
    named = listed("A FRED series and its figure", ID="DGS3", CHAPTER="holders")
    assert recipe.touched() == named
    assert len(named) <= 3


PARSER = '''"""A central bank: the price of its gold."""

from __future__ import annotations

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.reading import read_rows, text_of, tidy, to_dates, to_numbers


def parse_vault(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the price of the day.

    Returns
    -------
    pandas.DataFrame
        A row a day: ``date``, ``gold_usd_per_oz``.

    Raises
    ------
    ParseError
        If this is another layout.
    """
    cells = read_rows(text_of(content, dataset), dataset, ["day", "price"])
    return tidy(
        pd.DataFrame(
            {
                "date": to_dates(cells["day"], dataset),
                "gold_usd_per_oz": to_numbers(cells["price"], dataset),
            }
        ),
        dataset,
    )
'''
VAULT = """
  vault_gold:
    adapter: vault
    title: Price of gold at the vault
    publisher: A central bank
    url: https://vault.example.org/gold.csv
    terms: Public domain.
    frequency: daily
    fresh_days: 12
    value: {gold_usd_per_oz: {unit: USD per fine troy ounce, bounds: [20, 30000]}}
"""
PRICES = "day,price\n" + "".join(f"{day:%Y-%m-%d},{2000 + n % 7}\n" for n, day in enumerate(DAYS[-40:]))
EDITION = f'''    Edition(
        id="vault_gold",
        taken="2026-07-16",
        text={PRICES!r},
        layout=Delimited(first=1, period=0, swap=(0, 1)),
        newest="2026-07-15",
        oldest="{DAYS[-40]:%Y-%m-%d}",
        renamed=("day,price", "day,cost"),
        grown=(",2001", ",2001000"),
    ),
'''
TEST_OF_PARSER = '''"""The importer of the vault."""

from __future__ import annotations

from foreign_demand.data.catalog import Catalog
from foreign_demand.data.sources.vault import parse_vault


def test_a_price_is_read_as_published(catalog: Catalog) -> None:
    table = parse_vault(b"day,price\\n2026-07-15,2001.5\\n", catalog["vault_gold"])
    assert table["gold_usd_per_oz"].tolist() == [2001.5]
'''


def test_a_source(recipe: Recipe) -> None:
    recipe.add("foreign_demand/data/sources/vault.py", PARSER)
    place = "foreign_demand/data/sources/__init__.py"
    recipe.add(place, "    vault,\n", before="    wgc,\n")
    recipe.add(place, '    "vault": Adapter(parse=vault.parse_vault),\n', before='    "z1_holders": ')
    recipe.add("data/catalog.yml", VAULT, before="  # ── Treasury yields")
    recipe.refresh("vault_gold", "/vault.example.org/gold.csv", PRICES)
    recipe.add("tests/support/editions.py", EDITION, before=')\n"""One edition an importer')
    recipe.add("tests/data/sources/test_vault.py", TEST_OF_PARSER)
    recipe.run("-m", "ruff", "format", ".")
    recipe.test(
        "tests/data/sources/test_vault.py",
        "tests/data/test_catalog.py",
        "tests/data/test_snapshot.py",
        "tests/data/test_faults.py::test_every_importer_has_an_edition",
    )
    named = listed("A source", ID="vault_gold", SOURCE="vault")
    assert recipe.touched() == named
    assert len(named) <= 6


QUESTION = '''"""How steep the curve is."""

from __future__ import annotations

import pandas as pd


def slope(short: pd.DataFrame, long: pd.DataFrame) -> pd.DataFrame:
    """Yield of the long maturity less that of the short one.

    Parameters
    ----------
    short, long
        ``date``, ``yield_pct``.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``slope_bp``; days that both have.
    """
    both = long.merge(short, on="date", suffixes=("_long", "_short"))
    return both[["date"]].assign(slope_bp=100 * (both["yield_pct_long"] - both["yield_pct_short"]))
'''
CHARTS = '''"""Charts of the slope."""

from __future__ import annotations

import altair as alt
import pandas as pd


def chart_slope(data: pd.DataFrame) -> alt.Chart:
    """One line over time."""
    return alt.Chart(data).mark_line().encode(x="date:T", y="slope_bp:Q")
'''
WORDING = '''"""What the slope says."""

from __future__ import annotations


def side(slope_bp: float) -> str:
    """``above`` or ``below``."""
    return "above" if slope_bp > 0 else "below"
'''
CHAPTER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# Slope

```{code-cell} ipython3
:tags: [hide-input]

from foreign_demand import words
from foreign_demand.analysis import slope
from foreign_demand.book.charts.slope import chart_slope
from foreign_demand.book.figures import facts, figure
from foreign_demand.book.wording.slope import side
from foreign_demand.data.store import read_table

steep = slope.slope(read_table("DGS2"), read_table("DGS10"))
facts(side=side(steep["slope_bp"].iloc[-1]), day=words.day(steep["date"].iloc[-1]))
```

On {glue:text}`day` long yields stood {glue:text}`side` short ones.

```{code-cell} ipython3
:tags: [hide-input]

figure(
    "slope",
    chart_slope(steep),
    data=steep,
    title="The slope",
    caption="Long less short.",
    alt_text="A line.",
    unit="basis points",
)
```
"""
TEST_OF_ANALYSIS = '''"""The slope, worked out by hand."""

from __future__ import annotations

import pandas as pd

from foreign_demand.analysis.slope import slope


def test_the_slope_is_long_less_short() -> None:
    day = pd.Timestamp("2026-07-15")
    short, long = (pd.DataFrame({"date": [day], "yield_pct": [value]}) for value in (3.5, 4.25))
    assert slope(short, long)["slope_bp"].tolist() == [75.0]
'''


def test_a_chapter(recipe: Recipe) -> None:
    recipe.add("foreign_demand/analysis/slope/__init__.py", QUESTION)
    recipe.add("foreign_demand/book/charts/slope.py", CHARTS)
    recipe.add("foreign_demand/book/wording/slope.py", WORDING)
    recipe.add("chapters/slope.md", CHAPTER)
    recipe.add("_toc.yml", "  - file: chapters/slope\n", before="  - file: chapters/figures\n")
    recipe.add("tests/analysis/slope/test_slope.py", TEST_OF_ANALYSIS)
    assert recipe.build("chapters/slope") == ["slope"]
    recipe.test("tests/analysis/slope", "tests/whole/test_chapters.py", "tests/whole/test_house.py")
    named = listed("A chapter", CHAPTER="slope", QUESTION="slope")
    assert recipe.touched() == named
    assert len(named) <= 6


IDENTITY = '''

def check_positive(table: pd.DataFrame, dataset: Dataset) -> None:
    """Refuse a table in which a price is not above zero."""
    below = (table[dataset.value] <= 0).groupby(table[dataset.period.name]).sum()
    require_equal(below, 0, what="no price is zero or less", tolerance=0.5, dataset=dataset)
'''
TEST_OF_IDENTITY = """

def test_a_price_of_zero_is_refused(catalog: Catalog) -> None:
    table = pd.DataFrame({"date": pd.to_datetime(["2026-07-15"]), "gold_usd_per_oz": [0.0]})
    with pytest.raises(IdentityError, match="no price is zero or less"):
        check_positive(table, catalog["gold_pm"])
"""


def test_a_check(recipe: Recipe) -> None:
    identities, importers = (f"foreign_demand/data/sources/{n}.py" for n in ("identities", "__init__"))
    recipe.append(identities, IDENTITY)
    gold = '    "gold_pm": Adapter(parse=lbma.parse_gold'
    recipe.add(importers, ", identities=(identities.check_positive,)", after=gold)
    recipe.add(importers, "    identities,\n", before="    imf,\n")
    recipe.append("tests/data/sources/test_identities.py", TEST_OF_IDENTITY)
    recipe.add("tests/data/sources/test_identities.py", "check_positive, ", before="require_equal\n")
    recipe.run("-m", "ruff", "format", ".")
    recipe.test("tests/data/sources/test_identities.py", "tests/data/test_snapshot.py")
    named = listed("A check")
    assert recipe.touched() == named
    assert len(named) <= 3


CLAIM = """
  X01:
    source: european
    claim: The ten-year yield never fell below 3% in 2025.
    period: "2025"
    test: lowest
    unit: percent
    parts: [{of: ten_year, since: 2025-01-01, at: 2025-12-31, above: 3}]
"""
LOWEST = '''
def lowest(values: pd.Series, at: pd.Timestamp, start: pd.Timestamp) -> float:
    """Smallest value of a stretch."""
    return float(values[start:at].min())


'''


def test_a_claim(recipe: Recipe) -> None:
    recipe.append("data/claims.yml", CLAIM)
    tests = "foreign_demand/analysis/claims.py"
    recipe.add(tests, LOWEST, before="\ndef change(")
    recipe.add(tests, "        lowest,\n", before="        change,\n")
    recipe.run("-m", "ruff", "format", ".")
    assert "claims-tested" in recipe.build("chapters/claims")
    told = json.loads((recipe.root / "_build" / "html" / "claims.json").read_text(encoding="utf-8"))
    assert {claim["id"]: claim["verdict"] for claim in told}["X01"] == "holds"
    recipe.test("tests/data/test_claims_ledger.py", "tests/analysis/test_claims.py")
    named = listed("A claim")
    assert recipe.touched() == named
    assert len(named) <= 2


def test_the_tests_that_recipes_name_pass_with_all_of_them(recipe: Recipe) -> None:
    assert recipe.tests
    recipe.run("-m", "pytest", "-n", "0", "-p", "no:cacheprovider", *sorted(recipe.tests))
