"""The one door to the network: pace, patience, bounds, what is believed, and what is said of a refusal."""

from __future__ import annotations

import gzip
import itertools
import runpy
import socket
import socketserver
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from mirror import Answer, Mirror

from foreign_demand.data.sources import connection, http
from foreign_demand.data.sources.connection import certificates, proxy_of
from foreign_demand.data.sources.http import LIBRARY, PROGRAM, Client, Host, redact
from foreign_demand.exceptions import FetchError, SettingError

URL = "https://example.org/table.csv"
PATH = "/example.org/table.csv"
HERE = "http://127.0.0.1:8000"
SETTINGS = ("BOOK_MIRROR", "UNPACED", "FRED_API_KEY")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
OF_PUBLISHERS = runpy.run_path(http.__file__)["HOSTS"]
"""As the book has them; the tests' own mirrors are asked without a pace."""


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """No proxy, no certificates, no key and no mirror in the environment."""
    for name in (*PROXIES, *map(str.lower, PROXIES), *connection._BUNDLES, *SETTINGS):
        monkeypatch.delenv(name, raising=False)
    certificates.cache_clear()
    yield monkeypatch
    certificates.cache_clear()


@pytest.fixture
def mirror(bare: pytest.MonkeyPatch) -> Iterator[Mirror]:
    with Mirror({}) as mirror:
        bare.setenv("BOOK_MIRROR", mirror.url)
        yield mirror


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(attempts=2, first_wait=0, timeout=httpx.Timeout(0.3)) as client:
        yield client


class Seen(httpx.MockTransport):
    """A publisher that notes how and when it is asked."""

    requests: list[tuple[float, httpx.Request]]

    def __init__(self, proxy: str = "") -> None:
        super().__init__(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        Seen.requests.append((time.monotonic(), request))
        return httpx.Response(200, content=b"a,b\n1,2\n")

    def until(self, moment: float) -> None:
        pass


@pytest.fixture
def seen(bare: pytest.MonkeyPatch) -> list[tuple[float, httpx.Request]]:
    Seen.requests = []
    bare.setattr(http, "Transport", Seen)
    return Seen.requests


# --- how each publisher is asked ---------------------------------------------


@pytest.mark.parametrize(
    ("url", "agent"),
    [
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10", LIBRARY),
        ("https://www.federalreserve.gov/releases/h15/data/FRB_h15_xml.zip", PROGRAM),
        ("https://ticdata.treasury.gov/a.txt", PROGRAM),
    ],
)
def test_each_publisher_is_told_what_it_lets_in(seen, bare, client: Client, url: str, agent: str) -> None:
    client.get(url)
    assert seen[0][1].headers["User-Agent"] == agent
    assert seen[0][1].headers["Accept-Encoding"] == "gzip"


def test_freds_pace_is_kept_by_all_threads_together(seen, bare, client: Client) -> None:
    assert OF_PUBLISHERS["fred.stlouisfed.org"].interval >= 2
    assert 0.6 <= OF_PUBLISHERS["api.stlouisfed.org"].interval <= 1
    bare.setattr(http, "HOSTS", {"fred.stlouisfed.org": Host(interval=0.3, connections=1)})
    threads = [
        threading.Thread(target=client.get, args=(f"https://fred.stlouisfed.org/{n}",)) for n in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = sorted(at for at, _ in seen)
    assert all(later - earlier >= 0.2 for earlier, later in itertools.pairwise(times))


@pytest.mark.parametrize(("mirror", "unpaced", "pause"), [("", "1", 2), (HERE, "1", 0), (HERE, "", 2)])
def test_only_a_mirror_can_be_asked_without_a_pace(bare, mirror: str, unpaced: str, pause: float) -> None:
    bare.setattr(http, "HOSTS", OF_PUBLISHERS)
    bare.setenv("BOOK_MIRROR", mirror)
    bare.setenv("UNPACED", unpaced)
    assert http.pause_of("fred.stlouisfed.org") == pause


def test_no_host_is_asked_more_than_its_connections_at_once(mirror: Mirror, client: Client) -> None:
    most, now, lock = [0], [0], threading.Lock()

    def slow(query: str) -> Answer:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.05)
        with lock:
            now[0] -= 1
        return Answer(b"a\n")

    mirror.answers |= {f"{PATH}{n}": slow for n in range(8)}
    threads = [threading.Thread(target=client.get, args=(f"{URL}{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == Host().connections == 2


def test_after_three_silences_the_rest_of_the_host_is_left(mirror: Mirror) -> None:
    mirror.answers |= {f"{PATH}{n}": Answer(b"abcdef", stall=5) for n in range(9)}
    mirror.answers["/another.org/table.csv"] = Answer(b"a\n")
    with Client(attempts=2, first_wait=0, timeout=httpx.Timeout(0.1)) as client:
        said = []
        for n in range(9):
            with pytest.raises(FetchError) as refused:
                client.get(f"{URL}{n}")
            said.append(str(refused.value))
        assert client.get("https://another.org/table.csv").content == b"a\n"
    assert len([path for path in mirror.asked if path.startswith(PATH)]) == http.STALLS
    assert "ReadTimeout" in said[0]
    assert "example.org has not answered 3 times in a row; what else it publishes is left" in said[2]


def test_an_answer_ends_the_counting_of_silences(mirror: Mirror, client: Client) -> None:
    stall = Answer(b"abcdef", stall=5)
    answers = iter(
        [stall, Answer(b"a\n"), stall, Answer(b"a\n"), stall, Answer(b"a\n"), stall, Answer(b"a\n")]
    )
    mirror.answers[PATH] = lambda query: next(answers)
    for _ in range(4):
        assert client.get(URL).content == b"a\n"


def test_too_many_requests_without_a_wait_pauses_the_whole_host(mirror: Mirror, monkeypatch) -> None:
    monkeypatch.setattr(http, "UNSAID_WAIT", 0.4)
    answers = iter([Answer(status=429), Answer(b"a\n")])
    mirror.answers |= {PATH: lambda query: next(answers), f"{PATH}2": Answer(b"b\n")}
    with Client(attempts=2, first_wait=http.FIRST_WAIT) as client:
        client.get(URL)
        began = time.monotonic()
        client._pause("example.org", 0.2)
        client.get(f"{URL}2")
    assert time.monotonic() - began >= 0.19


def test_a_stopped_client_asks_for_nothing_more(mirror: Mirror, client: Client) -> None:
    client.stop()
    with pytest.raises(FetchError, match="was not asked: the refresh was stopped"):
        client.get(URL)
    assert mirror.asked == []


# --- what a refusal is called ------------------------------------------------


@pytest.mark.parametrize("status", [202, 401, 403, 415])
def test_a_gatekeeper_has_not_moved_the_file(mirror: Mirror, client: Client, status: int) -> None:
    mirror.answers[PATH] = Answer(b"<html>", status)
    with pytest.raises(FetchError, match=f"HTTP {status}: the publisher turned this program away") as refused:
        client.get(URL)
    assert "moved" not in str(refused.value)
    assert len(mirror.asked) == 1, "asking again does not help"


@pytest.mark.parametrize("header", [{"cf-mitigated": "challenge"}, {"x-amzn-waf-action": "challenge"}])
@pytest.mark.parametrize("status", [403, 405, 429, 503])
def test_a_challenge_is_a_gatekeeper_whatever_its_status(
    mirror: Mirror, client: Client, status: int, header: dict[str, str]
) -> None:
    mirror.answers[PATH] = Answer(b"<html>", status, header)
    with pytest.raises(FetchError, match="turned this program away"):
        client.get(URL)
    assert len(mirror.asked) == 1


def test_what_is_gone_may_have_moved(mirror: Mirror, client: Client) -> None:
    with pytest.raises(FetchError, match=r"HTTP 404\. Has the publisher moved it"):
        client.get(URL)


def test_words_of_a_refusal_are_passed_on(mirror: Mirror, client: Client) -> None:
    body = b'<error code="400" message="Bad Request. The series does not exist."/>'
    mirror.answers[PATH] = Answer(body, 400)
    with pytest.raises(FetchError, match=r"HTTP 400 \(Bad Request\. The series does not exist\.\)"):
        client.get(URL)


# --- bounds ------------------------------------------------------------------


@pytest.mark.parametrize(
    "layers", ["gzip, gzip", "gzip, gzip, gzip", "br", "zstd", "deflate, gzip", "gzip, br"]
)
def test_more_than_one_layer_of_packing_is_refused_unread(
    mirror: Mirror, client: Client, layers: str
) -> None:
    bomb = bytes(2_000_000)
    for _ in range(3):
        bomb = gzip.compress(bomb)
    mirror.answers[PATH] = Answer(bomb, headers={"Content-Encoding": layers})
    with pytest.raises(FetchError, match=r"packed as .*; refused, gzip was asked for, once"):
        client.get(URL)
    assert len(mirror.asked) == 1


def _drip(parts: Callable[[], Iterator[bytes]], pause: float) -> socketserver.BaseServer:
    class Slow(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            try:
                for part in parts():
                    self.request.sendall(part)
                    time.sleep(pause)
            except OSError:
                pass

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Slow)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.mark.parametrize("where", ["headers", "body"])
def test_bytes_that_trickle_in_steadily_are_given_up(bare: pytest.MonkeyPatch, where: str) -> None:
    """Each byte comes well within the limit of a read; all of them together do not end."""
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" if where == "body" else b"HTTP/1.1 200 OK\r\nX: "
    )

    def parts() -> Iterator[bytes]:
        yield head
        for _ in range(1000):
            yield b"x"

    bare.setattr(http, "HEADER_SECONDS", 0.3 if where == "headers" else 5.0)
    bare.setattr(http, "MAX_SECONDS", 0.3 if where == "body" else 5.0)
    server = _drip(parts, 0.02)
    try:
        bare.setenv("BOOK_MIRROR", f"http://127.0.0.1:{server.server_address[1]}")
        began = time.monotonic()
        with Client() as client, pytest.raises(FetchError, match="not complete after 0 s; given up"):
            client.get(URL)
        assert time.monotonic() - began < 3
    finally:
        server.shutdown()
        server.server_close()


# --- what is believed --------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "sent_back"),
    [
        ({"ETag": '"a"'}, '"a"'),
        ({"ETag": 'W/"a"'}, 'W/"a"'),
        ({"ETag": "unquoted"}, ""),
        ({"ETag": '"' + "a" * 20_000 + '"'}, ""),
        ({"ETag": '"\u00fc"'}, ""),
        ({"ETag": '"a" "b"'}, ""),
        ({"Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT"}, "Wed, 21 Oct 2015 07:28:00 GMT"),
        ({"Last-Modified": "Wed, 21 Oct 2099 07:28:00 GMT"}, ""),
        ({"Last-Modified": "yesterday"}, ""),
        ({"ETag": "x", "Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT"}, "Wed, 21 Oct 2015 07:28:00 GMT"),
    ],
)
def test_only_what_can_be_sent_back_is_kept(
    mirror: Mirror, client: Client, headers: dict[str, str], sent_back: str
) -> None:
    mirror.answers[PATH] = Answer(b"a\n", headers=headers)
    reply = client.get(URL)
    assert reply.validator == sent_back
    assert reply.last_modified == ("2015-10-21" if "2015" in str(headers) else "")


@pytest.mark.parametrize(
    "held", ["unquoted", '"\u00fc"', '"' + "a" * 20_000 + '"', "Wed, 21 Oct 2099 07:28:00 GMT"]
)
def test_what_was_held_of_old_and_cannot_be_sent_is_not(seen, client: Client, held: str) -> None:
    client.get(URL, validator=held)
    assert not {"if-none-match", "if-modified-since"} & set(seen[0][1].headers)


def test_a_copy_is_one_only_behind_a_mirror(bare, mirror: Mirror, client: Client) -> None:
    mirror.answers[PATH] = Answer(b"a\n", headers={"X-Public-Copy": "ours"})
    assert client.get(URL).copy == "ours"

    class Publisher(Seen):
        def _answer(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, content=b"a\n", headers={"X-Public-Copy": "theirs"})

    bare.delenv("BOOK_MIRROR")
    bare.setattr(http, "Transport", Publisher)
    with Client() as another:
        assert another.get(URL).copy == ""


# --- the environment ---------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "used"),
    [
        ("HTTPS_PROXY", "http://proxy:3128", "http://proxy:3128"),
        ("https_proxy", "proxy:3128", "http://proxy:3128"),
        ("ALL_PROXY", "socks5://127.0.0.1:1080", "socks5://127.0.0.1:1080"),
        ("ALL_PROXY", "socks://127.0.0.1:1080", "socks5://127.0.0.1:1080"),
        ("ALL_PROXY", "socks5h://127.0.0.1:1080", "socks5h://127.0.0.1:1080"),
        ("HTTPS_PROXY", "http://user:pa%23ss@proxy:3128", "http://user:pa%23ss@proxy:3128"),
        ("HTTPS_PROXY", "", ""),
    ],
)
def test_the_proxy_of_the_system_is_used(bare, name: str, value: str, used: str) -> None:
    bare.setenv(name, value)
    assert proxy_of(URL) == used
    assert proxy_of("http://127.0.0.1:8000/x") == ""


@pytest.mark.parametrize(
    "value",
    ["localhost,::1,fd07:b51a:cc66:f0::/64", "[::1]", "10.0.0.0/8, .internal", "*.corp,,", "http://[::"],
)
def test_what_cannot_be_read_in_no_proxy_is_passed_over(bare, seen, client: Client, value: str) -> None:
    bare.setenv("NO_PROXY", value)
    assert client.get(URL).content
    bare.setenv("HTTPS_PROXY", "http://proxy:3128")
    assert proxy_of(URL) == "http://proxy:3128"


def test_no_proxy_is_heeded(bare) -> None:
    bare.setenv("HTTPS_PROXY", "http://proxy:3128")
    bare.setenv("NO_PROXY", "example.org")
    assert proxy_of(URL) == ""


@pytest.mark.parametrize(
    "proxy",
    [
        "http://user:pa#ss@127.0.0.1:3128",
        "http://user:1#pass@127.0.0.1:3128",
        "http://user:pa/ss@127.0.0.1:3128",
        "http://user:pa?ss@127.0.0.1:3128",
        "http://user:pa[ss@127.0.0.1:3128",
        "http://user:pass@127.0.0.1:port",
        "http://",
    ],
)
def test_a_password_that_is_no_part_of_an_address_is_not_printed(bare, client: Client, proxy: str) -> None:
    bare.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(SettingError, match=r"^HTTPS_PROXY is not the address of a proxy") as refused:
        client.get(URL)
    assert "pa" not in str(refused.value).replace("password", "").replace("such as", "")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("proxy", ["socks4://127.0.0.1:1080", "ftp://proxy:21"])
def test_a_proxy_of_another_kind_is_named(bare, client: Client, proxy: str) -> None:
    bare.setenv("ALL_PROXY", proxy)
    with pytest.raises(SettingError, match=r"^ALL_PROXY names a proxy of a kind that is not spoken here"):
        client.get(URL)


def test_a_proxy_that_does_not_listen_is_a_fault_of_the_connection(bare, client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    bare.setenv("HTTPS_PROXY", f"http://user:s3cret@127.0.0.1:{port}")
    with pytest.raises(FetchError) as refused:
        client.get(URL)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("name", connection._BUNDLES)
def test_certificates_that_are_none_are_named(bare, tmp_path, name: str) -> None:
    file = tmp_path / "authority.pem"
    file.write_text("not a certificate")
    for place in (file, tmp_path / "missing.pem"):
        bare.setenv(name, str(place))
        certificates.cache_clear()
        with pytest.raises(SettingError, match=f"^{name}=.* is no file or folder of certificates"):
            certificates()
    bare.delenv(name)
    certificates.cache_clear()
    assert certificates().cert_store_stats()["x509_ca"] > 50


def test_a_certificate_that_is_not_trusted_is_not_tried_again(bare, client: Client) -> None:
    asked = []

    class Untrusted(Seen):
        def _answer(self, request: httpx.Request) -> httpx.Response:
            asked.append(request)
            raise httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")

    bare.setattr(http, "Transport", Untrusted)
    with pytest.raises(FetchError, match=r"the certificate of example\.org is not trusted here") as refused:
        client.get(URL)
    assert "REQUESTS_CA_BUNDLE" in str(refused.value)
    assert len(asked) == 1


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine that signs for itself, with its key."""
    file = tmp_path_factory.mktemp("authority") / "own.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", file, "-out", f"{file}.part"],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_bytes(file.read_bytes() + Path(f"{file}.part").read_bytes())
    return file


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_publisher_behind_an_authority_of_ones_own_is_asked_once_it_is_named(
    bare, client: Client, authority: Path, name: str
) -> None:
    with Mirror({PATH: Answer(b"a,b\n1,2\n")}) as mirror:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority)
        mirror.encrypt(context)
        bare.setenv("BOOK_MIRROR", mirror.url)
        with pytest.raises(
            FetchError, match=r"the certificate of example\.org is not trusted here"
        ) as refused:
            client.get(URL)
        assert refused.value.kind == "certificate"
        assert mirror.asked == []
        bare.setenv(name, str(authority))
        certificates.cache_clear()
        with Client(attempts=1, timeout=httpx.Timeout(5)) as trusting:
            assert trusting.get(URL).content == b"a,b\n1,2\n"
        assert mirror.asked == [PATH]


class Socks(socketserver.BaseRequestHandler):
    """A SOCKS5 proxy that brings every request to one place of its own, and notes where it was to go."""

    def handle(self) -> None:
        methods = self.request.recv(2)[1]
        self.request.recv(methods)
        self.request.sendall(b"\x05\x00")
        kind = self.request.recv(4)[3]
        assert kind == 3, "a name, not an address: the proxy is asked to find it"
        name = self.request.recv(self.request.recv(1)[0]).decode()
        port = int.from_bytes(self.request.recv(2), "big")
        self.server.asked.append((name, port))
        self.request.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        request = self.request.recv(65536)
        assert request.startswith(b"GET /table.csv ")
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\na,b\n1,2\n")


@pytest.mark.parametrize("scheme", ["socks5h", "socks"])
def test_a_request_goes_through_a_socks_proxy(bare, scheme: str) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Socks) as proxy:
        proxy.daemon_threads = True
        proxy.asked = []
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        bare.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:{proxy.server_address[1]}")
        try:
            with Client(attempts=1, timeout=httpx.Timeout(5)) as client:
                reply = client.get("http://publisher.example/table.csv")
        finally:
            proxy.shutdown()
    assert reply.content == b"a,b\n1,2\n"
    assert proxy.asked == [("publisher.example", 80)]


# --- secrets -----------------------------------------------------------------


@pytest.mark.parametrize("key", ["0f1e2d3c4b5a69788796a5b4c3d2e1f0", "with space/and+signs&=%?ü'\""])
def test_a_key_is_redacted_in_every_spelling(bare, key: str) -> None:
    from html import escape
    from urllib.parse import quote, quote_plus, urlencode

    bare.setenv("FRED_API_KEY", f" {key}\n")
    spellings = [key, key.upper(), quote(key), quote(key, safe=""), quote_plus(key), escape(key), repr(key)]
    spellings += [urlencode({"api_key": key}), quote(quote(key, safe="")), quote(key, safe="").lower()]
    for spelling in spellings:
        said = redact(f"before {spelling} after")
        assert "***" in said
        assert not any(s.lower() in said.lower() for s in (key, quote(key, safe=""), quote_plus(key)))


def test_a_proxys_password_is_redacted(bare) -> None:
    bare.setenv("HTTPS_PROXY", "http://user:pa%23ss@proxy:3128")
    assert "pa#ss" not in redact("cannot connect to http://user:pa#ss@proxy")
    assert "pa%23ss" not in redact("cannot connect to http://user:pa%23ss@proxy")
