"""A gateway in front of a server: path prefix, header of its own, rate limit, TLS."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import trustme

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_HOP_BY_HOP = ("connection", "content-length", "date", "server", "transfer-encoding")


class Clock:
    """Virtual time of the kit and of the rate limit."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Gateway:
    """What the gateway requires, and the requests that it received.

    Attributes:
        upstream: URL of the server behind it.
        prefix: Path prefix of the server; other paths return 404.
        headers: Headers that each request must have; others return 403.
        rate: Maximum number of requests per second; others return 429.
        retry_after: Value of the header Retry-After with 429.
        closed_after: Number of requests after which all requests return 429.
        key_header: Header in which it expects the key, in place of Authorization.
        now: Time in seconds, which the rate refers to.
        transport: Transport to the server, by default over HTTP.
        sent: Method, path and body of each request.
    """

    upstream: str
    prefix: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    rate: int | None = None
    retry_after: str | None = "1"
    closed_after: int | None = None
    key_header: str = "Authorization"
    now: Callable[[], float] = time.monotonic
    transport: httpx.BaseTransport | None = None
    sent: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = httpx.Client(
            base_url=self.upstream, timeout=60, trust_env=False, transport=self.transport
        )
        self._times: list[float] = []

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> httpx.Response:
        self.sent.append((method, target, headers, body))
        if not target.startswith(f"{self.prefix}/"):
            return httpx.Response(404, json={"error": "no such route"})
        if any(headers.get(name) != value for name, value in self.headers.items()):
            return httpx.Response(403, json={"error": "the header of the gateway is missing"})
        self._times = [moment for moment in self._times if moment > self.now() - 1]
        is_closed = self.closed_after is not None and len(self.sent) > self.closed_after
        if is_closed or (self.rate is not None and len(self._times) >= self.rate):
            limited = {} if self.retry_after is None else {"Retry-After": self.retry_after}
            return httpx.Response(429, json={"error": "Rate limit exceeded"}, headers=limited)
        self._times.append(self.now())
        key = headers.get(self.key_header)
        hidden = (*_HOP_BY_HOP, "authorization", *(name.lower() for name in self.headers))
        passed = {name: value for name, value in headers.items() if name.lower() not in hidden}
        if key is not None:
            passed["Authorization"] = key
        return self.client.request(method, target.removeprefix(self.prefix), headers=passed, content=body)


class _Handler(BaseHTTPRequestHandler):
    """Returns 501 to methods without a function, such as TRACE, as http.server does."""

    protocol_version = "HTTP/1.1"
    # Buffered: a response in two segments waits for a delayed acknowledgement.
    wbufsize = -1
    gateway: Gateway

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        response = self.gateway.answer(self.command, self.path, dict(self.headers), body)
        self.send_response(response.status_code)
        for name, value in response.headers.multi_items():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.content)))
        self.end_headers()
        self.wfile.write(response.content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(gateway: Gateway, authority: trustme.CA | None = None) -> Iterator[str]:
    """Serve the gateway on this machine, and return its URL with the prefix."""
    methods = dict.fromkeys((f"do_{method}" for method in _METHODS), _Handler.pass_on)
    handler = type("Handler", (_Handler,), {"gateway": gateway, **methods})
    # The server waits for the end of each connection.
    with gateway.client, ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if authority is not None:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert("localhost").configure_cert(tls)
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        scheme = "http" if authority is None else "https"
        try:
            yield f"{scheme}://localhost:{server.server_port}{gateway.prefix}"
        finally:
            server.shutdown()
            thread.join()
