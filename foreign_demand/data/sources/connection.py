"""How a connection is made: through which proxy, trusting whom, and for how long.

What the environment says of proxies and certificates is read here, by the rules of
the standard library, and what cannot be read is told in one sentence that names the
variable and none of its value: a proxy's address may hold a password.
"""

from __future__ import annotations

import os
import re
import ssl
import threading
import time
import urllib.request
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import certifi
import httpcore
import httpx

from foreign_demand.exceptions import SettingError

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SCHEMES = {"http": "http", "https": "https", "socks": "socks5", "socks5": "socks5", "socks5h": "socks5h"}
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


def proxy_of(url: str) -> str:
    """Address of the proxy that the system names for ``url``; empty without one.

    Of NO_PROXY the standard library reads names and endings of names; what else
    stands there is passed over. This machine itself is never asked through a proxy.

    Raises
    ------
    SettingError
        If what should be the address of a proxy is none, or of a kind that is not spoken.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in _LOOPBACK or urllib.request.proxy_bypass(host):
        return ""
    proxies = urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all") or ""
    return _readable(proxy, f"{parts.scheme}_proxy") if proxy else ""


def _readable(proxy: str, variable: str) -> str:
    names = (variable, variable.upper(), "all_proxy", "ALL_PROXY")
    where = next((name for name in names if os.environ.get(name) == proxy), "The system's proxy setting")
    scheme, _, rest = proxy.rpartition("://")
    scheme = scheme.lower() or "http"
    if scheme not in _SCHEMES:
        raise SettingError(
            f"{where} names a proxy of a kind that is not spoken here; http, https and socks5 are. "
            "Name such a one, or unset it."
        )
    try:
        parts = urlsplit(f"{_SCHEMES[scheme]}://{rest}")
        httpx.URL(parts.geturl())
        whole = bool(parts.hostname) and (parts.port or 1) > 0
    except (ValueError, httpx.InvalidURL):
        whole = False
    if not whole or parts.query or parts.fragment or parts.path.strip("/"):
        raise SettingError(
            f"{where} is not the address of a proxy, such as http://user:password@host:3128. In a name or a "
            "password the signs # / ? @ : % are written as %23 %2F %3F %40 %3A %25."
        )
    return parts.geturl()


def proxy_passwords() -> list[str]:
    """What stands before the @ in the addresses of proxies, in the spellings a message may have it in."""
    found = []
    for proxy in urllib.request.getproxies().values():
        if match := re.search(r"(?:^|//)([^@/]*(?:.*))@", proxy):
            word = match[1].partition(":")[2]
            found += [match[1], word, unquote(word)]
    return [word for word in found if len(word) > 2]


@cache
def certificates() -> ssl.SSLContext:
    """Whom to trust: the system's authorities and certifi's; with a variable set, those it names.

    Raises
    ------
    SettingError
        If a variable names no certificates.
    """
    for name in _BUNDLES:
        if place := os.environ.get(name, ""):
            path = Path(place)
            try:
                context = ssl.create_default_context(
                    cafile=place if path.is_file() else None, capath=place if path.is_dir() else None
                )
                if path.exists():
                    return context
            except (OSError, ssl.SSLError):
                pass
            raise SettingError(f"{name}={place} is no file or folder of certificates. Mend it, or unset it.")
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class TooSlow(Exception):
    """The deadline has passed while bytes still came."""


class _Stream(httpcore.NetworkStream):
    """A connection that may be read from until the deadline of whoever reads."""

    def __init__(self, stream: httpcore.NetworkStream, clock: threading.local) -> None:
        self._stream, self._clock = stream, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._clock.until - time.monotonic()
        if left <= 0:
            raise TooSlow
        try:
            return self._stream.read(max_bytes, min(left, timeout or left))
        except httpcore.ReadTimeout:
            if left < (timeout or left):  # it was the deadline that cut the read short
                raise TooSlow from None
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, backend: httpcore.NetworkBackend, clock: threading.local) -> None:
        self._backend, self._clock = backend, clock

    def connect_tcp(self, *args: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(self._backend.connect_tcp(*args, **options), self._clock)

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


class Transport(httpx.HTTPTransport):
    """httpx's own, with a deadline for all that is read, headers too; its limits are per read."""

    def __init__(self, *, proxy: str = "") -> None:
        try:
            super().__init__(verify=certificates(), proxy=proxy or None, trust_env=False)
        except ImportError:  # a SOCKS proxy without the package that speaks to one
            raise SettingError(
                "A SOCKS proxy is set, and the package socksio is not installed: remove .venv and run `make "
                "book`, name an http proxy, or unset it."
            ) from None
        self._clock = threading.local()
        self._pool._network_backend = _Backend(self._pool._network_backend, self._clock)

    def until(self, moment: float) -> None:
        """Let this thread read until that moment of :func:`time.monotonic`."""
        self._clock.until = moment
