"""The one door to the network.

Every request of the book goes through :class:`Client`: it asks the mirror
instead of the publisher when ``BOOK_MIRROR`` is set, keeps each publisher's pace,
retries what may pass, limits size and time, believes no header that cannot be
true, and never lets a key into a message.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import html
import logging
import os
import re
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

import httpx
import stamina.instrumentation

from foreign_demand.data.settings import switch
from foreign_demand.data.sources.connection import TooSlow, Transport, proxy_of, proxy_passwords
from foreign_demand.exceptions import FetchError

MAX_BYTES = 40_000_000
"""No publication of the catalog comes near this; more is refused unread."""
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
ATTEMPTS = 4
FIRST_WAIT = 0.2
"""Seconds before the second attempt; each further wait is twice as long."""
HEADER_SECONDS = 60.0
"""An answer's headers may take this long, however steadily they trickle in."""
MAX_SECONDS = 300.0
"""One answer may take this long in all."""
MAX_WAIT = 60.0
"""A Retry-After beyond this many seconds is not waited for."""
UNSAID_WAIT = 10.0
"""Seconds for which a host that answers 429 and names no wait is not asked."""
MAX_REDIRECTS = 5
STALLS = 3
"""After so many requests in a row without an answer a host is not asked again by this client."""
PROGRAM = "foreign-demand-book/0.1 (research report; Python httpx)"
LIBRARY = f"python-httpx/{httpx.__version__}"


@dataclass(frozen=True, kw_only=True)
class Host:
    """How one publisher is asked."""

    agent: str = PROGRAM
    """Some turn away programs that do not say what they are, one those that do."""
    interval: float = 0.0
    """Seconds between two requests."""
    connections: int = 2
    """Requests at the same time."""
    patience: float = 1.0
    """Waits before further attempts are so many times as long as elsewhere."""


HOSTS: dict[str, Host] = {
    # Stalls programs that describe themselves, and bursts; its robots.txt asks for a second.
    "fred.stlouisfed.org": Host(agent=LIBRARY, interval=2.0, connections=1, patience=10.0),
    # Answers 429 to more than two requests a second.
    "api.stlouisfed.org": Host(agent=LIBRARY, interval=0.75, connections=1, patience=10.0),
    # Refuses a client library's default name.
    "www.federalreserve.gov": Host(),
}
"""The publishers that want to be asked in a way of their own; all others as :class:`Host` says."""


def pause_of(host: str) -> float:
    """Seconds between two requests of a host; none where ``UNPACED=1`` says so of the mirror.

    A publisher is always asked at its pace.
    """
    unpaced = switch("UNPACED") and bool(os.environ.get("BOOK_MIRROR"))
    return 0.0 if unpaced else HOSTS.get(host, Host()).interval


def host_of(url: str) -> str:
    """Name of the host in an address, empty where there is none."""
    return urlsplit(url).hostname or ""


def mirrored(url: str) -> str:
    """The address actually asked for ``url``.

    With ``BOOK_MIRROR=http://127.0.0.1:8000``, ``https://HOST/PATH?QUERY``
    becomes ``http://127.0.0.1:8000/HOST/PATH?QUERY``.
    """
    mirror = os.environ.get("BOOK_MIRROR", "").rstrip("/")
    return f"{mirror}/{url.split('://', 1)[1]}" if mirror else url


def fred_key() -> str:
    """FRED's key from the environment, empty without one."""
    return os.environ.get("FRED_API_KEY", "").strip()


def redact(text: str) -> str:
    """``text`` without FRED's key or a proxy's password, in whatever spelling they stand there."""
    for secret in filter(None, (fred_key(), *proxy_passwords())):
        spellings = {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), html.escape(secret)}
        spellings |= {repr(secret)[1:-1], repr(secret.encode())[2:-1], quote(quote(secret, safe=""))}
        for spelling in sorted(spellings, key=len, reverse=True):
            text = re.sub(re.escape(spelling), "***", text, flags=re.IGNORECASE)
    return re.sub(r"(api_key(?:=|%3D))[^&\s'\"]+", r"\1***", text, flags=re.IGNORECASE)


def _without_key(record: logging.LogRecord) -> bool:
    record.msg, record.args = redact(record.getMessage()), ()
    return True


# httpx logs every address it asks, httpcore every redirect; FRED wants its key in the address.
for _name in ("httpx", "httpcore.http11"):
    logging.getLogger(_name).addFilter(_without_key)
# What became of a request is said once, in the end, and not by the library at each attempt.
stamina.instrumentation.set_on_retry_hooks([])


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
    url: str = ""
    """The address that answered, where it is not the dataset's own."""
    note: str = ""
    """What went otherwise than it should, where that did no harm."""
    seconds: float = 0.0
    """From the request to its last byte, without the wait for the publisher's turn."""
    unchanged: bool = False
    """True when the publisher answered that the held table is still current (304)."""


class _Passing(Exception):
    """A fault worth another attempt."""

    kind = "no answer"


class _Busy(_Passing):
    """The server says that it cannot, or that it is asked too often."""

    kind = "busy"


class _Stalled(_Passing):
    """No answer at all."""


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
        self._timeout = timeout
        self._attempts = attempts
        self._first_wait = first_wait
        self._lock = threading.Lock()
        self._doors: dict[str, tuple[httpx.Client, Transport]] = {}
        self._next: dict[str, float] = {}
        self._stalls: dict[str, int] = {}
        self._open: dict[str, threading.Semaphore] = {}
        self._shared: dict[str, Future[Reply]] = {}
        self._stopped = threading.Event()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        for door, _transport in self._doors.values():
            door.close()

    def stop(self) -> None:
        """Ask for nothing more, whoever still waits for a turn."""
        self._stopped.set()

    def get(
        self,
        url: str,
        *,
        params: dict[str, str] | None = None,
        validator: str = "",
        redirects: tuple[str, ...] = (),
        shared: bool = False,
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
        shared
            Whether several datasets are in this one file: it is then asked for once, and
            all get the same answer or the same refusal.

        Raises
        ------
        FetchError
            With the address, what was met and after how many attempts.
        SettingError
            If the environment names a proxy or certificates that cannot be used.
        """
        if not shared:
            return self._get(url, params, validator, redirects)
        with self._lock:
            first = url not in self._shared
            answer = self._shared.setdefault(url, Future())
        if first:
            try:
                answer.set_result(self._get(url, params, validator, redirects))
            except BaseException as error:
                answer.set_exception(error)
        reply = answer.result()
        if reply.unchanged and validator != reply.validator:  # held by one dataset, not by this one
            return self._get(url, params, validator, redirects)
        return reply

    def _get(
        self, url: str, params: dict[str, str] | None, validator: str, redirects: tuple[str, ...]
    ) -> Reply:
        host = host_of(url)
        wait = self._first_wait * HOSTS.get(host, Host()).patience
        try:
            for attempt in stamina.retry_context(
                on=_Passing,
                attempts=self._attempts,
                timeout=None,
                wait_initial=wait,
                wait_jitter=wait,
                wait_max=25 * wait,
            ):
                with attempt:
                    return self._counted(host, url, params, validator, redirects)
        except _Passing as error:
            raise FetchError(
                redact(f"{url}: {error}, {self._attempts} times. Try again later, or build with OFFLINE=1."),
                kind=error.kind,
            ) from None
        raise AssertionError("unreachable")

    def _counted(self, host: str, url: str, *how: Any) -> Reply:
        """One attempt; how many went without an answer is counted."""
        try:
            reply = self._once(url, *how)
        except _Stalled:
            with self._lock:
                self._stalls[host] = self._stalls.get(host, 0) + 1
            raise
        self._stalls[host] = 0
        return reply

    def _refuse_silent(self, host: str, url: str) -> None:
        if self._stalls.get(host, 0) >= STALLS:
            raise FetchError(
                f"{redact(url)}: {host} has not answered {STALLS} times in a row; what else it publishes is "
                "left as it is held. Try again later: it may be down, or keep out programs or this network."
            )

    def _door(self, url: str) -> tuple[httpx.Client, Transport]:
        """What asks ``url``: directly, or through the proxy the system names for it."""
        proxy = proxy_of(url)
        with self._lock:
            if proxy not in self._doors:
                transport = Transport(proxy=proxy)
                client = httpx.Client(
                    transport=transport, timeout=self._timeout, follow_redirects=False, trust_env=False
                )
                self._doors[proxy] = client, transport
            return self._doors[proxy]

    def _throttle(self, host: str) -> None:
        with self._lock:
            now = time.monotonic()
            at = max(now, self._next.get(host, 0.0))
            self._next[host] = at + pause_of(host)
        if self._stopped.wait(at - now):
            raise FetchError(f"{host} was not asked: the refresh was stopped.")

    def _place(self, host: str) -> threading.Semaphore:
        """Held by each request that is under way to this host."""
        with self._lock:
            return self._open.setdefault(
                host, threading.BoundedSemaphore(HOSTS.get(host, Host()).connections)
            )

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
        host = host_of(url)
        asked = mirrored(url)
        client, transport = self._door(asked)
        headers = {"User-Agent": HOSTS.get(host, Host()).agent, "Accept-Encoding": "gzip"}
        if validator := _validator(validator):
            condition = "If-None-Match" if validator.startswith(('"', "W/")) else "If-Modified-Since"
            headers[condition] = validator
        try:
            with self._place(host):
                self._refuse_silent(host, url)
                self._throttle(host)
                started, limit = time.monotonic(), HEADER_SECONDS
                transport.until(started + limit)
                with client.stream("GET", asked, params=params, headers=headers) as response:
                    limit = MAX_SECONDS
                    transport.until(started + limit)
                    if response.has_redirect_location:
                        target = _redirected(url, response.headers["location"], redirects)
                        if followed == MAX_REDIRECTS:
                            raise FetchError(
                                f"{url} redirects more than {MAX_REDIRECTS} times; given up.",
                                kind="redirected",
                            )
                    else:
                        self._raise_for_status(redact(url), host, response, conditional=bool(validator))
                        reply = _reply(url, response, validator, until=started + limit)
                        return replace(reply, seconds=time.monotonic() - started)
        except TooSlow:
            raise FetchError(
                f"{redact(url)}: not complete after {limit:.0f} s; given up.", kind="too slow"
            ) from None
        except httpx.ProxyError as error:
            raise _Stalled(
                f"the proxy does not let it through ({redact(str(error)) or 'no detail'})"
            ) from None
        except httpx.RequestError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise FetchError(
                    f"{redact(url)}: the certificate of {host} is not trusted here ({redact(str(error))}). "
                    "Behind a company's own authority, name its certificates in SSL_CERT_FILE or "
                    "REQUESTS_CA_BUNDLE; is the clock right?",
                    kind="certificate",
                ) from None
            # The request, and with it any key, stays out of the message.
            silent = isinstance(error, (httpx.TimeoutException, httpx.ConnectError))
            passing = _Stalled if silent else _Passing
            raise passing(f"{type(error).__name__} ({redact(str(error)) or 'no detail'})") from None
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
        if status in (202, 401, 403, 415) or CHALLENGES.intersection(response.headers):
            raise FetchError(_turned_away(url, status), kind="turned away")
        if status == 200 or (status == 304 and conditional):
            return
        if status == 429 or status >= 500:
            wait = _seconds(response.headers.get("retry-after", ""))
            if wait > MAX_WAIT:
                raise FetchError(
                    f"{url}: HTTP {status} and asks to wait {wait:.0f} s; not waited for.", kind="busy"
                )
            if status == 429 and not wait:
                wait = UNSAID_WAIT * self._first_wait / FIRST_WAIT
            self._pause(host, wait)
            raise _Busy(f"HTTP {status}")
        if status in (404, 410):
            raise FetchError(
                f"{url}: HTTP {status}. Has the publisher moved it? Check the entry in data/catalog.yml.",
                kind="moved",
            )
        raise FetchError(
            f"{url}: HTTP {status}{_words(response)}. Open the address in a browser and see.", kind="refused"
        )


CHALLENGES = frozenset({"cf-mitigated", "x-amzn-waf-action"})
"""Headers with which a publisher's gatekeeper asks whether a person is there."""


def _turned_away(url: str, status: int) -> str:
    return (
        f"{url}: HTTP {status}: the publisher turned this program away, as some do with programs or with the "
        "addresses of data centres. Asking again does not help; the page may still open in a browser, and a "
        "file saved from there is read with `python -m foreign_demand refresh --only ID --file PATH`."
    )


def _words(response: httpx.Response) -> str:
    """What a refusal says of itself, where it is FRED's XML or JSON; at most a line."""
    text = b"".join(part for _, part in zip(range(1), response.iter_raw(2000), strict=False))
    found = re.search(rb"(?:error_)?message\"?\s*[=:]\s*\"([^\"]{1,200})", text)
    return f" ({redact(' '.join(found[1].decode('utf-8', 'replace').split()))})" if found else ""


def _reply(url: str, response: httpx.Response, validator: str, *, until: float) -> Reply:
    unchanged = response.status_code == 304
    modified = _modified(response.headers.get("last-modified", ""))
    return Reply(
        content=b"" if unchanged else _body(url, response, until),
        retrieved_at=dt.datetime.now(dt.UTC),
        last_modified=modified.date().isoformat() if modified else "",
        validator=validator
        if unchanged
        else _validator(response.headers.get("etag", ""))
        or _validator(response.headers.get("last-modified", "")),
        copy=response.headers.get("x-public-copy", "") if os.environ.get("BOOK_MIRROR") else "",
        unchanged=unchanged,
    )


def _body(url: str, response: httpx.Response, until: float) -> bytes:
    """The body, unpacked; the limit on its size holds for what was unpacked."""
    layers = [name.strip() for name in response.headers.get("content-encoding", "").lower().split(",")]
    layers = [name for name in layers if name not in ("", "identity")]
    if len(layers) > 1 or not {"gzip", "x-gzip", "deflate"}.issuperset(layers):
        raise FetchError(
            f"{url}: packed as {', '.join(layers)[:60]}; refused, gzip was asked for, once.", kind="refused"
        )
    parts, size = [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > MAX_BYTES:
            raise FetchError(f"{url}: more than {MAX_BYTES:,} bytes; refused.", kind="too large")
        if time.monotonic() > until:
            raise TooSlow
        parts.append(part)
    return b"".join(parts)


def _redirected(url: str, location: str, allowed: tuple[str, ...]) -> str:
    """Where a redirect leads, if it stays with the publisher and encrypted."""
    target = httpx.URL(url).join(location)
    if target.host not in (httpx.URL(url).host, *allowed):
        raise FetchError(f"{url} redirects to another host, {target.host}; not followed.", kind="redirected")
    if target.scheme != "https":
        raise FetchError(f"{url} redirects to an unencrypted address; not followed.", kind="redirected")
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


def _modified(header: str) -> dt.datetime | None:
    """A Last-Modified as a moment; None where it is no date, or one that has not come yet."""
    try:
        moment = email.utils.parsedate_to_datetime(header)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return moment if moment <= dt.datetime.now(dt.UTC) + dt.timedelta(days=1) else None
    except (TypeError, ValueError, OverflowError):
        return None


def _validator(header: str) -> str:
    """An ETag or a Last-Modified as it came, if it is one; anything else is not sent back."""
    if len(header) > 200 or not header.isascii():
        return ""
    if re.fullmatch(r'(?:W/)?"[\x21\x23-\x7e]*"', header):
        return header
    return header if _modified(header) else ""
