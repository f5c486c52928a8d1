"""What a chapter may hold: prose, calls and figures, and no number typed into a sentence."""

import ast
import random
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jupytext
import pytest
from ruff.__main__ import find_ruff_bin

from foreign_demand.analysis import events
from foreign_demand.data.catalog import ROOT

CHAPTERS = sorted((ROOT / "chapters").glob("*.md"))
NAMES = [*events.SELLOFFS, "S&P 500", "5y5y"]
"""Names that have a number in them."""
INTERVALS_AND_LENGTHS = r"\b\d+(%| percent)? ([\w-]+ )?(interval|band)s?\b|\b\d+-(day|week|month|year)\b"
"""What the words around a figure may call by its number."""
ROLES_LINKS_CODE_MATH = r"(?s:\$\$.*?\$\$)|\{[\w:]+\}`[^`]*`|(?<=\])\([^)]*\)|`[^`]*`|\$[^$]*\$"


def typed_numbers(prose: str) -> list[str]:
    """Numbers in a text that no role computes and no name explains, with what stands around them."""
    prose = re.sub(ROLES_LINKS_CODE_MATH, "", prose)
    for name in NAMES:
        prose = prose.replace(name, "")
    prose = re.sub(r"\b\d{1,2}-year\b", "", prose)
    return re.findall(r".{0,40}\d+.{0,20}", prose)


def typed_parts(text: ast.expr) -> str:
    """What is typed of a text in code; braces stand for what is computed."""
    if isinstance(text, ast.Constant):
        return str(text.value)
    if isinstance(text, ast.JoinedStr):
        return "".join(
            "{}" if isinstance(part, ast.FormattedValue) else typed_parts(part) for part in text.values
        )
    if isinstance(text, ast.BinOp):
        return typed_parts(text.left) + typed_parts(text.right)
    if isinstance(text, ast.IfExp):
        return f"{typed_parts(text.body)} {typed_parts(text.orelse)}"
    return "{}"


def typed_around_figures(source: str) -> list[str]:
    """Numbers typed into titles, captions and alternative texts."""
    return [
        found
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in {"title", "caption", "alt_text"}
        for found in typed_numbers(re.sub(INTERVALS_AND_LENGTHS, "", typed_parts(keyword.value)))
    ]


def cells(path: Path, kind: str) -> Iterator[str]:
    for cell in jupytext.read(path).cells:
        if cell.cell_type == kind:
            yield cell.source


def test_every_chapter_of_the_book_is_read() -> None:
    listed = re.findall(r"chapters/([\w-]+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    assert listed
    assert set(listed) <= {path.stem for path in CHAPTERS}


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_number_is_typed_into_prose(path: Path) -> None:
    assert [found for text in cells(path, "markdown") for found in typed_numbers(text)] == []


def test_a_typed_number_is_seen() -> None:
    assert typed_numbers("Holdings fell by 12% in {glue:text}`month_2`.") == ["Holdings fell by 12% in ."]
    assert typed_numbers("In April 2025 the 10-year yield [rose](x.md#y4).") == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_number_is_typed_into_the_words_around_a_figure(path: Path) -> None:
    assert [found for source in cells(path, "code") for found in typed_around_figures(source)] == []


def test_a_number_typed_around_a_figure_is_seen() -> None:
    call = "figure('x', title=f'In {year} it rose ' + 'by 12 points', caption=%s, unit='1 to 5')"
    assert typed_around_figures(call % "f'{12:.2f}% of days, 95% interval'") == ["In {} it rose by 12 points"]
    assert typed_around_figures(call % "'10 lines' if many else 'A 10-year yield'") == [
        "In {} it rose by 12 points",
        "10 lines A  yield",
    ]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapters_define_no_functions_and_open_nothing(path: Path) -> None:
    for source in cells(path, "code"):
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef), source
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
                assert module.split(".")[0] in {"foreign_demand", "functools", "numpy", "pandas"}, source
            if isinstance(node, ast.Call):
                assert not ast.unparse(node).startswith(("open(", "pd.read_", "Path(")), source


# --- the main line ---------------------------------------------------------------------

WORDS_AT_MOST, FIGURES_AT_MOST, TABLES_AT_MOST = 2000, 8, 3
"""Of the main line of a chapter; the rest stands folded."""
TABLES_FOLDED = ("allies-and-rivals", "holders", "holdings", "safe-haven", "term-premium")
"""Chapters whose long tables do."""


def main_line(text: str) -> tuple[str, str]:
    """Prose and code of a chapter outside of its folded sections."""
    prose, code, marked, depth = [], [], False, 0
    for part in re.split(r"(^```\{.*?^```$)", text.partition("\n---\n")[2], flags=re.MULTILINE | re.DOTALL):
        if part.startswith("```{rst-class} folded"):
            marked = True
        elif part.startswith("```{code-cell}"):
            code += [] if depth else [part]
        else:
            for line in part.splitlines():
                if heading := re.match(r"(#+) ", line):
                    level = len(heading[1])
                    depth = level if marked else 0 if level <= depth else depth
                    marked = False
                prose += [] if depth else [line]
    return "\n".join(prose), "\n".join(code)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_main_line_is_read_in_one_sitting(path: Path) -> None:
    prose, code = main_line(path.read_text(encoding="utf-8"))
    assert len(re.sub(r"\{[\w:-]+\}`[^`]*`", "word", prose).split()) <= WORDS_AT_MOST
    assert len(re.findall(r"^figure\(", code, re.MULTILINE)) <= FIGURES_AT_MOST
    if path.stem in TABLES_FOLDED:
        assert len(re.findall(r"^table\(", code, re.MULTILINE)) <= TABLES_AT_MOST


def test_a_folded_section_is_not_of_the_main_line() -> None:
    cell = "```{code-cell} ipython3\nfigure()\n```\n"
    fold = "```{rst-class} folded\n```\n\n### More\n\nlong\n\n#### Deeper\n\n" + cell
    prose, code = main_line(f"---\nx\n---\n\n# Main\n\n{cell}{fold}### Next\n\nshort\n")
    assert prose.split() == ["#", "Main", "###", "Next", "short"]
    assert code.count("figure()") == 1


# --- a chapter as source ---------------------------------------------------------------


def calls(source: str, *names: str) -> Iterator[ast.Call]:
    """Calls of functions of these names, as they follow one another."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_sources_are_recorded_and_never_listed(path: Path) -> None:
    for source in cells(path, "code"):
        for call in calls(source, "figure", "table"):
            assert "sources" not in {keyword.arg for keyword in call.keywords}, ast.unparse(call.args[0])
        for call in calls(source, "sources_table"):
            assert len(call.args) == 1
            assert not call.keywords


@cache
def facts_of(path: Path) -> set[str]:
    """Names of the facts that a chapter publishes."""
    return {
        keyword.arg
        for source in cells(path, "code")
        for call in calls(source, "facts")
        for keyword in call.keywords
        if keyword.arg
    }


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_fact_in_a_sentence_is_published_by_the_chapter_it_is_taken_from(path: Path) -> None:
    prose = "\n".join(cells(path, "markdown"))
    for name in re.findall(r"\{glue:text\}`([^`]+)`", prose):
        file, _, fact = name.removesuffix(":s").rpartition("::")
        assert fact in facts_of(path.parent / (file or path.name)), name


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_facts_stand_no_later_than_the_section_that_uses_them(path: Path) -> None:
    """A call at the end of a chapter, far from its sentences, is what this refuses."""
    text = path.read_text(encoding="utf-8")
    sections = re.split(r"^(?=#+ )", text, flags=re.MULTILINE)
    pasted = "\n".join(other.read_text(encoding="utf-8") for other in CHAPTERS if other != path)
    for place, section in enumerate(sections):
        later = "".join(sections[place:])
        for source in re.findall(r"^```\{code-cell\}.*?$\n(?:^:.*$\n)*(.*?)^```$", section, re.M | re.S):
            for call in calls(source, "facts"):
                names = {keyword.arg for keyword in call.keywords}
                used = {name for name in names if f"`{name}`" in later or f"::{name}:s`" in pasted}
                assert used, f"facts({', '.join(map(str, names))}) in {section.splitlines()[0]}"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_line_of_prose_is_a_sentence(path: Path) -> None:
    """Cells of tables and definitions apart; words set bold before a sentence are its heading."""
    lines = [line for text in cells(path, "markdown") for line in text.splitlines()]
    prose = [line for line in lines if not line.startswith(("|", ":"))]
    assert [line for line in prose if re.search(r"(?<!\bSt)(?<=[a-z)`%\d])[.?!][)”\"]* [A-Z“{*]", line)] == []


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every chapter as the linter reads it."""
    folder = tmp_path_factory.mktemp("notebooks")
    for path in CHAPTERS:
        if any(cells(path, "code")):
            jupytext.write(jupytext.read(path), folder / f"{path.stem}.ipynb")
    return folder


@pytest.mark.parametrize("command", [("check", "--ignore=E501"), ("format", "--check")], ids=" ".join)
def test_code_is_linted_and_formatted_as_the_package_is(notebooks: Path, command: tuple[str, ...]) -> None:
    config = f"--config={ROOT / 'pyproject.toml'}"
    ran = subprocess.run(
        [find_ruff_bin(), *command, "--no-cache", config, notebooks], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


# --- run by a reader -------------------------------------------------------------------

CHANGED = {
    "holdings": ("YEARS = 1", "YEARS = 2", {"compared_over": "24 months"}),
    "holders": ('"2025-01-31", (1, 5, 10)', '"2024-06-30", (1, 3, 10)', {"since_month": "June 2024"}),
    "after-april": ("events.EVE, 1.0", '"2025-01-17", 1.25', {"opening": "17 January 2025"}),
    "term-premium": ('"1961-06", "1990-01-01"', '"1972-01", "1995-01-01"', {}),
    "safe-haven": ("TAIL_PCT = safe_haven.TAIL_PCT", "TAIL_PCT = 1", {"tail": "1%"}),
}
"""What a reader puts in place of what may be changed, and words that follow."""
SHUFFLED = random.Random(19).sample(CHAPTERS, len(CHAPTERS))


def test_what_may_be_changed_is_changed_in_every_chapter_that_says_so() -> None:
    says = {path.stem for path in CHAPTERS if "\n# What may be changed: " in path.read_text("utf-8")}
    assert says == set(CHANGED)


@pytest.mark.slow
@pytest.mark.parametrize("path", SHUFFLED, ids=lambda path: path.stem)
def test_a_chapter_runs_alone_elsewhere_and_with_what_a_reader_changes(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, str] = {}
    monkeypatch.setattr("myst_nb.glue", lambda name, text, display: told.update({name: text}))
    monkeypatch.setenv("OFFLINE", "1")
    monkeypatch.chdir(tmp_path)
    before, after, expected = CHANGED.get(path.stem, ("", "", {}))
    names: dict[str, object] = {}
    for source in cells(path, "code"):
        here = "# What may be changed: " in source
        assert not here or source.count(before) == 1
        exec(source.replace(before, after) if here else source, names)
    assert expected.items() <= told.items()
    assert not list(tmp_path.iterdir())
