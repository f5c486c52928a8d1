"""The workflows that test, refresh and publish: valid, pinned, of least rights; each step is tried here."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from clone import Clone, git
from small_site import write_site

from foreign_demand.data.catalog import ROOT
from foreign_demand.site.publishing.publish import publish

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WRITES = {
    ("refresh", "refresh"): {"actions", "contents", "pull-requests"},
    ("refresh", "report"): {"issues"},
    ("publish", "build"): {"contents"},
    ("publish", "deploy"): {"pages", "id-token"},
    ("publish", "report"): {"issues"},
}
"""What a job may write; any other may read the repository."""
KEPT = "_build/published"
"""Where what is published lies while it is added to."""
ALL_WENT_WELL = 'test "$REFRESHED $FORECAST" = "success success"'
"""The last step of a refresh: what failed before it kept nobody from reading what came."""


def read(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text("utf-8"))


def steps() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{file.stem}/{name}", step)
        for file in WORKFLOWS
        for name, job in read(file)["jobs"].items()
        for step in job["steps"]
    ]


@pytest.mark.parametrize(
    ("kind", "read_by_github"),
    [("github-workflows", WORKFLOWS), ("dependabot", [ROOT / ".github" / "dependabot.yml"])],
)
def test_workflows_are_what_github_reads(kind: str, read_by_github: list[Path]) -> None:
    schema = ["check_jsonschema", "--builtin-schema", f"vendor.{kind}"]
    done = subprocess.run(
        [sys.executable, "-m", *schema, *map(str, read_by_github)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_workflows_keep_to_what_is_safe() -> None:
    zizmor = [Path(sys.executable).with_name("zizmor"), "--offline", "--no-progress", ROOT / ".github"]
    done = subprocess.run(zizmor, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_actions_are_pinned_by_hash_and_come_from_github_alone() -> None:
    lines = [line for file in WORKFLOWS for line in file.read_text("utf-8").splitlines() if "uses:" in line]
    assert lines
    for line in lines:
        assert re.fullmatch(r"\s*- uses: actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_a_job_may_write_what_it_writes_and_no_more(file: Path) -> None:
    workflow = read(file)
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        rights = job.get("permissions", workflow["permissions"])
        written = {right for right, level in rights.items() if level == "write"}
        assert written == WRITES.get((file.stem, name), set()), name
        assert job.get("timeout-minutes") or name in {"deploy", "report"}


def test_each_step_is_a_make_target() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    told = {step["run"] for _, step in steps() if "run" in step} - {ALL_WENT_WELL}
    names = ("test", "book", "pdf", "refresh", "forecast", "propose", "history", "keep", "report-failure")
    assert told == {*(f"make {name}" for name in names), f"make publish DEST={KEPT}"}
    assert {command.split()[1] for command in told} <= targets


def test_the_key_reaches_only_what_asks_fred() -> None:
    for _, step in steps():
        keyed = "FRED_API_KEY" in step.get("env", {})
        assert keyed == (step.get("run") in {"make book", "make refresh"})
        assert "secrets." not in step.get("run", "")


def test_what_is_published_leads_to_the_repository_that_publishes_it() -> None:
    (build,) = [step for job, step in steps() if step.get("run") == "make book"]
    assert build["env"]["BOOK_REPOSITORY"] == "${{ github.repository }}"


Desk = tuple[Path, Path, dict[str, str]]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A clone with a place to push to, and a ``gh`` that only notes what it is asked."""
    clone = Clone(tmp_path / "clone")
    git(clone.root, "init", "--quiet", "--bare", str(tmp_path / "origin"))
    git(clone.root, "remote", "add", "origin", str(tmp_path / "origin"))
    (clone.root / ".cache").mkdir()
    (clone.root / ".cache" / "refresh-summary.md").write_text("One table is newer.")
    asked = tmp_path / "asked"
    (tmp_path / "bin").mkdir()
    gh = tmp_path / "bin" / "gh"
    gh.write_text(
        f"#!/bin/sh\necho \"$@\" >> '{asked}'\n"
        '[ "$1 $2" = \'pr create\' ] && [ -n "$PROPOSED" ] && exit 1\n'
        "[ \"$1 $2\" = 'issue list' ] && printf '%s\\n' \"$OPEN\"\nexit 0\n"
    )
    gh.chmod(0o755)
    asked.write_text("")
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return clone.root, asked, {**os.environ, "PATH": path, "RUN": "https://example.org/7"}


def make(root: Path, target: str, settings: dict[str, str]) -> None:
    done = subprocess.run(
        ["make", target], cwd=root, env=settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_newer_data_are_proposed_once_and_the_proposal_renewed(
    desk: tuple[Path, Path, dict[str, str]],
) -> None:
    root, asked, settings = desk
    make(root, "propose", settings)
    assert asked.read_text() == "", "nothing changed, nothing is proposed"
    for value, proposed in (("4.2", ""), ("4.3", "yes")):
        (root / "data" / "snapshot" / "DGS10.csv").write_text(value)
        make(root, "propose", settings | {"PROPOSED": proposed})
        held = git(
            root,
            "--git-dir",
            str(root.parent.parent / "origin"),
            "show",
            "data-refresh:data/snapshot/DGS10.csv",
        )
        assert held.strip() == value
    said = asked.read_text().splitlines()
    tested = "workflow run test.yml --ref data-refresh"
    proposals = [line for line in said if line != tested]
    assert [" ".join(line.split()[:2]) for line in proposals] == ["pr create", "pr create", "pr edit"]
    assert all("--body-file .cache/refresh-summary.md" in line for line in proposals)
    assert [said[1], said[-1]] == [tested, tested], "each proposal is tested once it is there"
    assert "workflow_dispatch" in (ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8")


def test_what_is_published_is_added_to_and_kept_in_a_branch_of_its_own(desk: Desk) -> None:
    root, _, settings = desk
    origin = root.parent.parent / "origin"
    for said, listed in (("One.", "2026-11-21"), ("Two.", "2026-11-21 2026-11-28")):
        make(root, "history", settings)
        write_site(root / "_build" / "html", said=said)
        day = dt.date.fromisoformat(listed.split()[-1])
        publish(root / "_build" / "html", root / KEPT, date=day, today=day)
        make(root, "keep", settings)
        held = git(root, "--git-dir", str(origin), "ls-tree", "--name-only", "published:editions").split()
        both = ["redline.html"] if " " in listed else []  # any two editions, where there are two
        assert held == [*listed.split(), "index.html", "index.json", *both]
    assert git(root, "--git-dir", str(origin), "rev-list", "--count", "published").strip() == "1"
    make(root, "keep", settings)
    assert git(root, "status", "--porcelain") == "", "what is published is no part of the project"


def test_what_another_published_meanwhile_is_not_overwritten(desk: Desk) -> None:
    root, _, settings = desk
    make(root, "history", settings)
    other = root.parent / "other"
    git(root.parent, "clone", "--quiet", str(root), str(other))
    for place, said in ((other, "Theirs."), (root, "Ours.")):
        git(place, "remote", "set-url", "origin", str(root.parent.parent / "origin"))
        if place == other:
            make(other, "history", settings)
        (place / KEPT / "index.html").write_text(said)
        done = subprocess.run(["make", "keep"], cwd=place, env=settings, capture_output=True, check=False)
        assert (done.returncode == 0) == (place == other)


def test_nowhere_to_publish_to_is_said(desk: Desk) -> None:
    root, _, settings = desk
    command = ["make", "publish", "--old-file", ".venv/.installed"]
    done = subprocess.run(command, cwd=root, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "make publish DEST=folder" in done.stderr


def test_a_build_that_keeps_failing_is_one_issue(desk: Desk) -> None:
    root, asked, settings = desk
    make(root, "report-failure", settings | {"OPEN": ""})
    make(root, "report-failure", settings | {"OPEN": "12"})
    acted = [line for line in asked.read_text().splitlines() if not line.startswith("issue list")]
    assert acted == [
        "issue create --title The scheduled build fails --body https://example.org/7",
        "issue comment 12 --body Again: https://example.org/7",
    ]


def test_newer_data_are_proposed_even_if_a_source_fails_and_the_run_fails_all_the_same() -> None:
    (refresh,) = [
        job["steps"] for file in WORKFLOWS for name, job in read(file)["jobs"].items() if name == "refresh"
    ]
    commands = [step["run"] for step in refresh if "run" in step]
    assert commands == ["make refresh", "make forecast", "make propose", ALL_WENT_WELL]
    lenient = {step["run"] for step in refresh if step.get("continue-on-error")}
    assert lenient == {"make refresh", "make forecast"}
