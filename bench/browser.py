"""A built site, opened in a browser on this machine: what tests and measurements look through."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import mimetypes
import threading
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import vl_convert

NETWORK = "https://cdn.jsdelivr.net/npm"
"""Where Altair's default output finds Vega."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, answer: Callable[[str], tuple[str, bytes]], *args: Any) -> None:
        self.answer = answer
        super().__init__(*args)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].partition("@")[0]
        kind, body = self.answer(path + "index.html" * path.endswith("/"))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        if kind and "gzip" in self.headers.get("Accept-Encoding", ""):
            self.send_header("Content-Encoding", "gzip")
        elif kind:
            body = gzip.decompress(body)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the terminal for the result."""


@contextlib.contextmanager
def serve(site: Path) -> Iterator[str]:
    """Serve a built site from this machine, compressed for who takes that; yields its address.

    What is asked for is compressed once. Vega's scripts are served below ``/npm``, and pages that
    ask a content network for them are sent here instead.
    """
    files = {f"/{path.relative_to(site).as_posix()}": path for path in site.rglob("*") if path.is_file()}

    @cache
    def answer(path: str) -> tuple[str, bytes]:
        if path.startswith("/npm/"):
            return "text/javascript", gzip.compress(_vega(path.removeprefix("/npm/")).encode())
        if path not in files:
            return "", b""
        body = files[path].read_bytes()
        if path.endswith(".html"):
            body = body.replace(NETWORK.encode(), f"{address}/npm".encode())
        return mimetypes.guess_type(path)[0] or "application/octet-stream", gzip.compress(body)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, answer))
    address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()


def _vega(name: str) -> str:
    """A script of Vega's: one bundle has all three, and keeps its own names from those of others."""
    return f"(() => {{{vl_convert.javascript_bundle()}}})();" if name == "vega" else ""  # type: ignore[call-arg]
