"""The one door to the network.

Every request of the book goes through :class:`Client`: it asks the mirror
instead of the publisher when ``BOOK_MIRROR`` is set, retries what may pass,
limits size and time, and never lets a key into a message.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import logging
import os
import re
import ssl
import threading
import time
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import httpx
import stamina

from foreign_demand.exceptions import FetchError

__all__ = ["Client", "Reply", "mirrored", "redact"]

MAX_BYTES = 64_000_000
"""No publication of the catalog comes near this; more is refused unread."""
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
ATTEMPTS = 4
FIRST_WAIT = 0.2
"""Seconds before the second attempt; each further wait is twice as long."""
MAX_SECONDS = 300.0
"""One answer may take this long in all, however steadily it trickles in."""
MAX_WAIT = 60.0
"""A Retry-After beyond this many seconds is not waited for."""
MAX_REDIRECTS = 5
MIN_INTERVAL = {"api.stlouisfed.org": 0.5}
"""Seconds between requests to one host, where the publisher states a limit."""


def mirrored(url: str) -> str:
    """The address actually asked for ``url``.

    With ``BOOK_MIRROR=http://127.0.0.1:8000``, ``https://HOST/PATH?QUERY``
    becomes ``http://127.0.0.1:8000/HOST/PATH?QUERY``.
    """
    mirror = os.environ.get("BOOK_MIRROR", "").rstrip("/")
    return f"{mirror}/{url.split('://', 1)[1]}" if mirror else url


def redact(text: str) -> str:
    """``text`` without any API key, whether from the environment or in a URL."""
    if key := os.environ.get("FRED_API_KEY", "").strip():
        text = text.replace(key, "***")
    return re.sub(r"(api_key=)[^&\s'\"]+", r"\1***", text)


def _without_key(record: logging.LogRecord) -> bool:
    record.msg, record.args = redact(record.getMessage()), ()
    return True


# httpx logs every address it asks, httpcore every redirect; FRED wants its key in the address.
for _name in ("httpx", "httpcore.http11"):
    logging.getLogger(_name).addFilter(_without_key)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a publisher sent."""

    content: bytes
    retrieved_at: dt.datetime
    """UTC."""
    last_modified: str = ""
    """The publisher's Last-Modified as an ISO date, or empty."""
    validator: str = ""
    """What a conditional request may send back: the ETag, else Last-Modified as it came."""
    copy: str = ""
    """What a mirror says its copy is (header ``X-Public-Copy``); empty when live."""
    unchanged: bool = False
    """True when the publisher answered that the held table is still current (304)."""


@cache
def _certificates() -> ssl.SSLContext:
    """Whom to trust; read once, which takes longer than many an answer."""
    return httpx.create_ssl_context()


class _Passing(Exception):
    """A fault worth another attempt."""


class Client:
    """Fetches official addresses; safe to share between threads.

    Parameters
    ----------
    attempts
        How often a passing fault (time-out, 429, 5xx, broken body) is tried.
    timeout
        Limits per connection and read, as httpx takes them.
    first_wait
        Seconds before the second attempt.
    """

    def __init__(
        self, *, attempts: int = ATTEMPTS, timeout: httpx.Timeout = TIMEOUT, first_wait: float = FIRST_WAIT
    ) -> None:
        self._http = httpx.Client(
            verify=_certificates(),
            timeout=timeout,
            follow_redirects=False,
            headers={"User-Agent": "foreign-demand-book/0.1 (research report; Python httpx)"},
        )
        self._attempts = attempts
        self._first_wait = first_wait
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(
        self,
        url: str,
        *,
        params: dict[str, str] | None = None,
        validator: str = "",
        redirects: tuple[str, ...] = (),
    ) -> Reply:
        """Fetch one official address.

        Parameters
        ----------
        url
            The publisher's own ``https://`` address; the mirror is put in here.
        params
            Query parameters. A key belongs here, never in ``url``.
        validator
            Of the held copy, an ETag or a Last-Modified; when the publisher answers
            that nothing changed, that comes back as ``Reply(unchanged=True)``.
        redirects
            Hosts the publisher is known to redirect to, besides its own.

        Raises
        ------
        FetchError
            With the address, what was met and after how many attempts.
        """
        try:
            for attempt in stamina.retry_context(
                on=_Passing,
                attempts=self._attempts,
                timeout=None,
                wait_initial=self._first_wait,
                wait_jitter=self._first_wait,
                wait_max=5.0,
            ):
                with attempt:
                    return self._once(url, params, validator, redirects)
        except _Passing as error:
            raise FetchError(
                redact(f"{url}: {error}, {self._attempts} times. Try again later, or build with OFFLINE=1.")
            ) from None
        raise AssertionError("unreachable")

    def _throttle(self, host: str) -> None:
        with self._lock:
            now = time.monotonic()
            at = max(now, self._next.get(host, 0.0))
            self._next[host] = at + MIN_INTERVAL.get(host, 0.0)
        time.sleep(at - now)

    def _pause(self, host: str, seconds: float) -> None:
        """Ask nothing of this host, for any dataset, before so many seconds are over."""
        with self._lock:
            self._next[host] = max(self._next.get(host, 0.0), time.monotonic() + seconds)

    def _once(
        self,
        url: str,
        params: dict[str, str] | None,
        validator: str,
        redirects: tuple[str, ...],
        followed: int = 0,
    ) -> Reply:
        host = urlsplit(url).hostname or ""
        self._throttle(host)
        condition = "If-None-Match" if validator.startswith(('"', "W/")) else "If-Modified-Since"
        headers = {condition: validator} if validator else {}
        try:
            with self._http.stream("GET", mirrored(url), params=params, headers=headers) as response:
                if response.has_redirect_location:
                    target = _redirected(url, response.headers["location"], redirects)
                    if followed == MAX_REDIRECTS:
                        raise FetchError(f"{url} redirects more than {MAX_REDIRECTS} times; given up.")
                else:
                    self._raise_for_status(redact(url), host, response, conditional=bool(validator))
                    modified = response.headers.get("last-modified", "")
                    return Reply(
                        content=b"" if response.status_code == 304 else self._body(url, response),
                        retrieved_at=dt.datetime.now(dt.UTC),
                        last_modified=_iso_date(modified),
                        validator=response.headers.get("etag", modified),
                        copy=response.headers.get("x-public-copy", ""),
                        unchanged=response.status_code == 304,
                    )
        except httpx.RequestError as error:
            # The request, and with it any key, stays out of the message.
            raise _Passing(f"{type(error).__name__} ({redact(str(error)) or 'no detail'})") from None
        except (httpx.InvalidURL, UnicodeError) as error:  # the latter from a name that is none
            raise FetchError(
                redact(
                    f"{url}: this, or where it redirects to, is no address ({error}). "
                    "Open it in a browser, then mend the entry in data/catalog.yml."
                )
            ) from None
        return self._once(target, None, validator, redirects, followed + 1)

    def _raise_for_status(self, url: str, host: str, response: httpx.Response, *, conditional: bool) -> None:
        status = response.status_code
        if status == 200 or (status == 304 and conditional):
            return
        if status == 429 or status >= 500:
            wait = _seconds(response.headers.get("retry-after", ""))
            if wait > MAX_WAIT:
                raise FetchError(f"{url}: HTTP {status} and asks to wait {wait:.0f} s; not waited for.")
            self._pause(host, wait)
            raise _Passing(f"HTTP {status}")
        raise FetchError(
            f"{url}: HTTP {status}. Has the publisher moved it? Check the entry in data/catalog.yml."
        )

    def _body(self, url: str, response: httpx.Response) -> bytes:
        """The body, unpacked; the limit on its size holds for what was unpacked."""
        parts, size, started = [], 0, time.monotonic()
        for part in response.iter_bytes():
            size += len(part)
            if size > MAX_BYTES:
                raise FetchError(f"{url}: more than {MAX_BYTES:,} bytes; refused.")
            if time.monotonic() - started > MAX_SECONDS:
                raise FetchError(f"{url}: not complete after {MAX_SECONDS:.0f} s; given up.")
            parts.append(part)
        return b"".join(parts)


def _redirected(url: str, location: str, allowed: tuple[str, ...]) -> str:
    """Where a redirect leads, if it stays with the publisher and encrypted."""
    target = httpx.URL(url).join(location)
    if target.host not in (httpx.URL(url).host, *allowed):
        raise FetchError(f"{url} redirects to another host, {target.host}; not followed.")
    if target.scheme != "https":
        raise FetchError(f"{url} redirects to an unencrypted address; not followed.")
    return str(target)


def _seconds(retry_after: str) -> float:
    """Seconds to wait by a Retry-After, which is a number or a date; 0 when it is neither."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        at = email.utils.parsedate_to_datetime(retry_after)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    now = dt.datetime.now(at.tzinfo)  # a date without a zone is compared as local time
    return max((at - now).total_seconds(), 0.0)


def _iso_date(header: str) -> str:
    try:
        return email.utils.parsedate_to_datetime(header).date().isoformat()
    except (TypeError, ValueError, OverflowError):
        return ""
