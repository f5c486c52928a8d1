"""A disk that fills up while a table is written: what was held stays held."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from project import ROOT

PROGRAM = """
    import resource
    import signal
    from pathlib import Path

    from foreign_demand.exceptions import StoreError
    from foreign_demand.data.store import Store

    held = Store(snapshot=Path({root!r}) / "data" / "snapshot")
    layer = Path({layer!r})
    table, origin = held.read("DGS10"), held.origin("DGS10")
    held.write("DGS10", table, origin, into=layer)
    before = (layer / "DGS10.csv").read_bytes()
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, resource.RLIM_INFINITY))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        held.write("DGS10", table.assign(yield_pct=1.5), origin, into=layer)
    except StoreError as error:
        assert "what was there before stays" in str(error)
    else:
        raise SystemExit("no error")
    assert (layer / "DGS10.csv").read_bytes() == before, "damaged"
    assert [file.name for file in layer.iterdir()] == ["DGS10.csv"], "left over"
"""


def test_a_full_disk_leaves_the_held_table(tmp_path: Path) -> None:
    """In a program of its own, whose files may not grow beyond half of the table."""
    program = textwrap.dedent(PROGRAM).format(root=str(ROOT), layer=str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "OFFLINE": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
