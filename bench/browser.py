"""A built site, opened in a browser on this machine: what tests and measurements look through."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import mimetypes
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import vl_convert

NETWORK = "https://cdn.jsdelivr.net/npm"
"""Where Altair's default output finds Vega."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, files: Mapping[str, tuple[str, bytes]], *args: Any) -> None:
        self.files = files
        super().__init__(*args)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].partition("@")[0]
        kind, body = self.files.get(path + "index.html" * path.endswith("/"), ("", b""))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        if kind:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the terminal for the result."""


@contextlib.contextmanager
def serve(site: Path) -> Iterator[str]:
    """Serve a built site from this machine, compressed; yields its address.

    Vega's scripts are served below ``/npm``, and pages that ask a content network
    for them are sent here instead.
    """
    files: dict[str, tuple[str, bytes]] = {}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, files))
    address = f"http://127.0.0.1:{server.server_port}"
    for path in filter(Path.is_file, site.rglob("*")):
        body = path.read_bytes()
        if path.suffix == ".html":
            body = body.replace(NETWORK.encode(), f"{address}/npm".encode())
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        files[f"/{path.relative_to(site).as_posix()}"] = (kind, gzip.compress(body))
    # One bundle has all three of Vega's scripts; its own names are kept from those of others.
    bundle = f"(() => {{{vl_convert.javascript_bundle()}}})();"  # type: ignore[call-arg]
    scripts = {"vega": bundle, "vega-lite": "", "vega-embed": ""}
    files |= {f"/npm/{n}": ("text/javascript", gzip.compress(s.encode())) for n, s in scripts.items()}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
