"""The command line: what it says, what it writes, and how it exits."""

from __future__ import annotations

import datetime as dt
import functools
import glob
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pandas as pd
import pytest
from mirror import Answer, Mirror
from project import ROOT

from foreign_demand.__main__ import main
from foreign_demand.data.editions import decisions
from foreign_demand.data.parsing import Parsers
from foreign_demand.data.refresh import refresh
from foreign_demand.data.store import Outcome, Store
from foreign_demand.site.serve import Handler

FRED = "/fred.stlouisfed.org/graph/fredgraph.csv"
SETTINGS = ("OFFLINE", "STRICT", "BOOK_MIRROR", "FRED_API_KEY")
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store the command line uses, in a directory of its own; no setting made."""
    for name in (*SETTINGS, *PROXIES):
        monkeypatch.delenv(name, raising=False)
    place = {"snapshot": tmp_path / "data" / "snapshot", "cache": tmp_path / "cache" / "data"}
    monkeypatch.setattr("foreign_demand.data.store.Store", functools.partial(Store, **place))
    return Store(**place)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*args: object, **options: object) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(socket, "create_connection", refuses)
    monkeypatch.setattr(socket.socket, "connect", refuses)


@pytest.fixture(scope="module")
def publishers() -> Iterator[Mirror]:
    """A mirror that has DGS10 and nothing else."""
    days = pd.bdate_range(end=dt.date.today(), periods=300).strftime("%Y-%m-%d")
    rows = "".join(f"{day},{4 + n % 7 / 10}\n" for n, day in enumerate(days))
    with Mirror({f"{FRED}?id=DGS10": Answer(f"observation_date,DGS10\n{rows}".encode())}) as mirror:
        yield mirror


def without_settings() -> dict[str, str]:
    """The environment of a program of its own."""
    return {name: value for name, value in os.environ.items() if name not in (*SETTINGS, *PROXIES)}


def print_of(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


# --- help --------------------------------------------------------------------


def test_help_lists_the_commands_and_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    text = print_of(capsys)
    for word in ("refresh", "check", "serve", *SETTINGS):
        assert word in text


@pytest.mark.parametrize("command", ["refresh", "check", "serve", "nowcast"])
def test_each_command_explains_its_options(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    assert f"usage: python -m foreign_demand {command}" in print_of(capsys)


@pytest.mark.parametrize("arguments", [[], ["rebuild"], ["refresh", "--quick"]])
def test_anything_else_is_refused_with_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "usage: python -m foreign_demand" in capsys.readouterr().err


# --- refresh -----------------------------------------------------------------


def test_offline_uses_no_network_and_the_snapshot(
    store: Store, no_network: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OFFLINE", "1")
    monkeypatch.setenv("STRICT", "1")
    assert main(["refresh"]) == 0
    assert "embedded snapshot" in print_of(capsys)
    assert store.report()["mode"] == "offline"
    assert store.mode() == "offline"


def test_offline_does_not_renew_what_is_embedded(
    store: Store, no_network: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OFFLINE", "1")
    assert main(["refresh", "--snapshot"]) == 1
    assert "data/snapshot is not renewed" in print_of(capsys)
    assert not store.cache.exists()


@pytest.mark.parametrize(
    ("arguments", "strict", "status"),
    [(["refresh"], "", 0), (["refresh"], "1", 1), (["refresh", "--snapshot"], "", 1)],
)
def test_without_a_network_it_says_so_within_seconds(
    store: Store,
    no_network: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    strict: str,
    status: int,
) -> None:
    monkeypatch.setenv("STRICT", strict)
    started = time.monotonic()
    assert main(arguments) == status
    assert time.monotonic() - started < 10
    text = print_of(capsys)
    assert "No network" in text
    assert "embedded snapshot" in text
    assert store.mode() == "no network"


def test_a_network_that_never_answers_does_not_hold_the_program(tmp_path: Path) -> None:
    """A name server that is silent holds a thread; the program must be able to leave all the same."""
    program = f"""
        import functools, socket, sys, time
        from pathlib import Path
        from foreign_demand.__main__ import main
        from foreign_demand.data import refresh, store

        socket.create_connection = lambda *args, **options: time.sleep(25)
        place = Path({str(tmp_path)!r})
        store.Store = functools.partial(store.Store, snapshot=place / "snapshot", cache=place / "cache")
        print(time.monotonic(), flush=True)
        sys.exit(main(["refresh"]))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT,
        env=without_settings(),
        capture_output=True,
        text=True,
    )
    left = time.monotonic()
    started, _, text = done.stdout.partition("\n")
    assert "No network" in text, done.stderr
    assert done.returncode == 0
    assert left - float(started) < 10


@pytest.mark.parametrize(("strict", "status"), [("", 0), ("1", 1)])
def test_a_source_that_fails_fails_the_refresh_only_under_strict(
    store: Store,
    publishers: Mirror,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    strict: str,
    status: int,
) -> None:
    monkeypatch.setenv("BOOK_MIRROR", publishers.url)
    monkeypatch.setenv("STRICT", strict)
    assert main(["refresh", "--only", "DGS10", "DGS2"]) == status
    text = print_of(capsys)
    assert "1 datasets refreshed, 1 failed" in text
    (failure,) = [line for line in text.splitlines() if line.startswith("failed")]
    assert "HTTP 404" in failure
    assert "DGS2" in failure
    assert store.mode() == "live"
    assert store.outcome("DGS10").status == "live"
    assert store.outcome("DGS2").status == "failed"
    assert len(store.read("DGS10")) == 300
    assert not store.snapshot.exists()


def test_what_is_accepted_is_recorded_with_who_looked_and_why(
    store: Store, publishers: Mirror, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOOK_MIRROR", publishers.url)
    assert main(["refresh", "--only", "DGS10"]) == 0
    asked = len(publishers.asked)
    for reason in ([], ["--why", "  "]):
        assert main(["refresh", "--accept", "DGS10", "--only", "DGS10", *reason]) == 2
    assert "recorded with its reason" in print_of(capsys)
    assert len(publishers.asked) == asked
    said = ["--who", "Ann Other", "--why", "H.15 of the day,\nand the\tauction"]
    assert main(["refresh", "--accept", "DGS10", "--only", "DGS10", *said]) == 0
    (decision,) = decisions(["DGS10"], store=store).to_dict("records")
    assert decision["dataset"] == "DGS10"
    assert decision["decision"] == "accepted by Ann Other: H.15 of the day, and the auction"


def test_all_sources_that_answer_pass_under_strict(
    store: Store, publishers: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOOK_MIRROR", publishers.url)
    monkeypatch.setenv("STRICT", "1")
    assert main(["refresh", "--only", "DGS10"]) == 0


def test_a_snapshot_is_renewed_in_its_own_place_and_no_failure_is_passed_over(
    store: Store, publishers: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOOK_MIRROR", publishers.url)
    assert main(["refresh", "--snapshot", "--only", "DGS10", "DGS2"]) == 1
    assert [file.name for file in store.snapshot.iterdir()] == ["DGS10.csv"]
    assert not store.cache.exists()


def test_an_unknown_dataset_is_named_without_a_traceback(
    store: Store, publishers: Mirror, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOOK_MIRROR", publishers.url)
    assert main(["refresh", "--only", "DGS11"]) == 1
    error = capsys.readouterr().err
    assert "'DGS11'" in error
    assert "Traceback" not in error


def test_ctrl_c_begins_no_further_download(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What has begun ends; nothing else is asked for, and no traceback is shown."""

    def interrupted(outcome: Outcome) -> None:
        raise KeyboardInterrupt

    def slow(query: str) -> Answer:
        time.sleep(0.2)
        return Answer(b"no", 404)

    monkeypatch.setattr("foreign_demand.data.refresh.Parsers", Parsers)
    monkeypatch.setattr(
        "foreign_demand.data.refresh.refresh",
        lambda *args, **options: refresh(*args, **options | {"on_done": interrupted, "workers": 2}),
    )
    with Mirror({FRED: slow}) as mirror:
        monkeypatch.setenv("BOOK_MIRROR", mirror.url)
        ids = [id for id, dataset in store.catalog.items() if dataset.adapter == "fred"]
        assert main(["refresh", "--only", *ids]) == 130
        assert len(mirror.asked) < len(ids) / 2
    assert "Traceback" not in capsys.readouterr().err


# --- check -------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built site as small as can be."""
    monkeypatch.delenv("STRICT", raising=False)
    site = tmp_path / "html"
    folder = site / "figures" / "ten-year"
    folder.mkdir(parents=True)
    for name in ("data.csv", "figure.svg"):
        (folder / name).write_text("content")
    write(
        site,
        "figures",
        [{"slug": "ten-year", "kind": "figure", "number": "1", "files": ["data.csv", "figure.svg"]}],
    )
    write(
        site,
        "sources",
        [{"id": "DGS10", "status": "live", "overdue": False, "error": "", "reference_period": "2025-04-09"}],
    )
    chapters = {"chapters/index": {"state": "executed", "seconds": 1.0}}
    write(site, "build", {"chapters": chapters, "seconds": {"execute": 1.0, "build": 2.0}})
    return site


def write(site: Path, name: str, content: object) -> None:
    (site / f"{name}.json").write_text(json.dumps(content))


def read(site: Path, name: str) -> list[dict[str, object]]:
    return json.loads((site / f"{name}.json").read_text())


def check(site: Path) -> int:
    return main(["check", "--site", str(site)])


def test_a_whole_site_is_summed_up_and_its_page_named(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(site) == 0
    lines = dict(line.split(maxsplit=1) for line in print_of(capsys).splitlines())
    assert "1 live" in lines["Sources"]
    assert "1 figures" in lines["Figures"]
    assert lines["Page"] == str(site / "index.html")


@pytest.mark.parametrize("name", ["figures", "sources", "build"])
def test_a_missing_index_is_named(site: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (site / f"{name}.json").unlink()
    assert check(site) == 1
    assert f"{name}.json is missing" in print_of(capsys)


@pytest.mark.parametrize("damage", [Path.unlink, lambda file: file.write_text("")], ids=["missing", "empty"])
def test_a_missing_or_empty_figure_file_is_named(
    site: Path, damage: object, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(site / "figures" / "ten-year" / "data.csv")
    assert check(site) == 1
    assert "figures/ten-year/data.csv" in print_of(capsys)


def test_a_figure_without_a_number_is_named(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(site, "figures", [figure | {"number": ""} for figure in read(site, "figures")])
    assert check(site) == 1
    assert "ten-year" in print_of(capsys)


@pytest.mark.parametrize(
    ("change", "named"),
    [({"status": "failed", "error": "DGS10: HTTP 404."}, "HTTP 404"), ({"overdue": True}, "2025-04-09")],
    ids=["failed", "overdue"],
)
def test_failed_and_overdue_sources_fail_only_under_strict(
    site: Path,
    change: dict[str, object],
    named: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(site, "sources", [source | change for source in read(site, "sources")])
    assert check(site) == 0
    monkeypatch.setenv("STRICT", "1")
    assert check(site) == 1
    text = print_of(capsys)
    assert "DGS10" in text
    assert named in text


# --- serve -------------------------------------------------------------------


def test_the_built_site_is_served_on_this_machine(site: Path) -> None:
    (site / "index.html").write_text("<p>Treasuries</p>")
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "foreign_demand", "serve", "--site", str(site), "--port", "0"],
        cwd=ROOT,
        env=without_settings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # A shell has its background jobs ignore Ctrl-C, and so would this one.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        (address,) = re.findall(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
        assert httpx.get(f"{address}/").text == "<p>Treasuries</p>"
        assert httpx.get(f"{address}/figures/ten-year/data.csv").text == "content"
        assert httpx.get(f"{address}/../conftest.py").status_code == 404
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=60) == 0
        server.stdout.close()


def test_serving_follows_no_link_out_of_the_site_and_survives_a_name_that_is_none(
    site: Path, tmp_path: Path
) -> None:
    (site / "index.html").write_text("<p>Treasuries</p>")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (site / "link").symlink_to(outside)
    (site / "circle").symlink_to(site / "circle")
    handler = functools.partial(Handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        assert httpx.get(f"{address}/").text == "<p>Treasuries</p>"
        for path in ("link/secret.txt", "link/", "circle", "%00", "a%00b", "x" * 5000):
            assert httpx.get(f"{address}/{path}").status_code == 404, path[:20]
        server.shutdown()


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "cp1252", "cp437"])
def test_news_are_printed_on_a_terminal_that_lacks_the_sign(encoding: str) -> None:
    """The merge is done by then: a missing letter must not end in an error."""
    program = (
        "import foreign_demand.__main__ as m; from foreign_demand.data.store import Outcome; "
        "m.main(['serve', '--site', 'no such place']); "  # what main sets up for its output
        "m._print_outcomes([Outcome(id='DGS10', status='live', new_rows=3, reference_period='2026', "
        "previous_period='2025')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**without_settings(), "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)},
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(rb"2025 . 2026", done.stdout)


@pytest.mark.parametrize("with_uv", [True, False])
def test_make_names_the_environment_and_no_script_that_knows_another_place(
    tmp_path: Path, with_uv: bool
) -> None:
    """Packages land in .venv whatever uv is told elsewhere, and a folder may be moved."""
    for tool in ("sh", "python3", "git", "rm", "cat", *["uv"] * with_uv):
        (tmp_path / tool).symlink_to(shutil.which(tool) or "/bin/true")
    told = {
        **without_settings(),
        "PATH": str(tmp_path),
        "UV_PYTHON": "/nowhere/python",
        "UV_SYSTEM_PYTHON": "1",
    }
    said = subprocess.run(
        [str(shutil.which("make")), "--dry-run", "--always-make", "book", "lab", "test"],
        cwd=ROOT, env=told, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    installs = re.findall(r"[^;\n]*pip install[^;\n]*", said)
    assert installs
    for command in installs:
        if "uv pip" in command:
            assert "env -u UV_PYTHON -u UV_SYSTEM_PYTHON" in command
            assert "--python .venv/bin/python" in command
        else:
            assert not with_uv
            assert ".venv/bin/python -m pip install" in command
    assert set(re.findall(r"\.venv/bin/(\w+)", said)) == {"python"}


def folder_with(place: Path, *installed: str) -> Path:
    """A folder of the project in which an earlier ``make book`` left these in ``.venv``."""
    place.mkdir()
    shutil.copy(ROOT / "Makefile", place)
    for name in ("requirements.txt", "requirements-lab.txt", "pyproject.toml"):
        (place / name).touch()
    for name in installed:
        file = place / ".venv" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{place}\n") if name == ".installed" else file.symlink_to(sys.executable)
    return place


def planned(target: str, folder: Path) -> str:
    """What ``make`` would do there."""
    return subprocess.run(
        ["make", "--dry-run", target],
        cwd=folder, env=without_settings(), capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


def test_a_folder_that_was_moved_installs_its_packages_anew(tmp_path: Path) -> None:
    here = folder_with(tmp_path / "here", "bin/python", ".installed")
    assert "pip install" not in planned("book", here)
    assert "pip install" in planned("book", here.rename(tmp_path / "there"))
    assert "pip install" in planned("book", folder_with(tmp_path / "other", ".installed")), (
        "its Python is gone"
    )


def test_jupyterlab_finds_its_settings_in_a_folder_named_with_signs_of_a_pattern(tmp_path: Path) -> None:
    """JupyterLab looks for them with glob, to which the [1] of a second download is a pattern."""
    said = planned("lab", folder_with(tmp_path / "book [1]", "bin/python", ".installed"))
    places = re.findall(r"(?:--LabApp\.schemas_dir|JUPYTER_PATH)=(\S+)", said)
    assert len(places) == 2
    for place in places:
        assert place == glob.escape(place)
        assert not Path(place).is_absolute()


def test_no_line_ending_is_turned_on_any_system() -> None:
    assert "* -text\n" in (ROOT / ".gitattributes").read_text(encoding="utf-8")


def test_a_port_in_use_and_a_book_not_built_are_told(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--site", str(site), "--port", str(port)]) == 1
        assert f"No built book in {site}; run `make book`." in print_of(capsys)
        (site / "index.html").write_text("<p>Treasuries</p>")
        assert main(["serve", "--site", str(site), "--port", str(port)]) == 1
        said = print_of(capsys)
    assert f"Port {port} " in said
    assert "--port" in said


def test_an_edition_is_taken_back_and_read_as_it_was(
    store: Store, publishers: Mirror, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a first edition there is none before, and of what is not held nothing."""
    monkeypatch.setenv("BOOK_MIRROR", publishers.url)
    assert main(["refresh", "--only", "DGS10"]) == 0
    capsys.readouterr()
    assert main(["refresh", "--back", "DGS10"]) == 1
    assert "is the first one held" in capsys.readouterr().out
    assert main(["refresh", "--back", "DGS2"]) == 1
    assert "no table is held" in capsys.readouterr().out
    assert len(store.read("DGS10")) == 300
