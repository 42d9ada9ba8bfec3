"""The server to test and the limits of a run."""

import math
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

PARTS: Final = ("clusters", "v1")

# The session sends up to four requests before the first test, and cleanup more than eight.
_MIN_REQUESTS: Final = 20
# Without a maximum length, since gateways have tokens of thousands of characters.
_KEY: Final = re.compile(r"[!-~]+")
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE: Final = re.compile(r"[\t -~]*")
# The tests send these with values of their own.
_TEST_HEADERS: Final = ("authorization", "content-length", "content-type", "transfer-encoding")
_MODEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*")
_COSTS_NOT_ACCEPTED: Final = (
    "accept_costs is required: {host} is not this machine, and runs, clusters and instances there, "
    "up to {max_requests} requests, are billed to the key"
)


class TargetError(ValueError):
    """The target is invalid or may not be tested; the message gives the reason."""


@dataclass(frozen=True, slots=True)
class Target:
    """A server and the limits of a run against it.

    Attributes:
        url: Scheme, host, port and path prefix of the server.
        key: API key without clusters and instances.
        second_key: Another API key, to test that keys share no resources. Default: these tests are
            skipped, unless the server accepts any key.
        headers: Headers that all requests have in addition, for a gateway.
        key_header: Header in which a gateway expects the key, and its scheme: `X-Api-Key`, or
            `Authorization: Bearer`. Default: the forms of the contract, which are tested.
        ca_file: File with the certificates of the authorities to trust, in PEM. Default: those of the
            package certifi.
        model: Model with the task text-generation that the invariants use.
        max_requests: Maximum number of requests, with those of the cleanup.
        rate: Maximum number of requests per second. Default: not limited.
        examples: Random requests to each operation, in addition to boundary values.
        timeout: Timeout of a request in seconds, and of waiting for an end of 429. A run responds only once
            its model is up.
        without: Parts of the API that the server does not implement: `clusters`, `v1`.
        accepts_costs: Whether the server may be on another machine, where requests cost money.

    Raises:
        TargetError: A value is invalid, or the server is on another machine and costs are not accepted.
    """

    url: str
    key: str = field(repr=False)
    second_key: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    key_header: str | None = None
    ca_file: str | None = None
    model: str = "openai-community/gpt2"
    max_requests: int = 5000
    rate: float | None = None
    examples: int = 10
    timeout: float = 120
    without: frozenset[str] = frozenset()
    accepts_costs: bool = False

    def __post_init__(self) -> None:
        # The dataclass is frozen, so that an assignment would raise.
        object.__setattr__(self, "url", self.url.rstrip("/"))
        _check_url(self.url)
        for name, key in (("key", self.key), ("second key", self.second_key)):
            if key is not None and not _KEY.fullmatch(key):
                raise TargetError(f"the {name} must be printable ASCII characters without spaces")
        if self.key == self.second_key:
            raise TargetError("the second key must differ from the first key")
        for name, value in self.headers.items():
            _check_header(name, value)
        if self.key_header is not None and not _HEADER_NAME.fullmatch(self.key_header.partition(":")[0]):
            raise TargetError("key_header: expected Name or Name: scheme")
        if self.ca_file is not None and self.url.startswith("https:"):
            _check_ca_file(self.ca_file)
        if not _MODEL.fullmatch(self.model):
            raise TargetError(f"{self.model!r} is not a model id: expected organization/name")
        self._check_limits()
        if unknown := sorted(self.without - set(PARTS)):
            raise TargetError(f"without: {unknown[0]!r} is not a part: expected {' or '.join(PARTS)}")
        if not self.is_loopback and not self.accepts_costs:
            raise TargetError(_COSTS_NOT_ACCEPTED.format(host=self.host, max_requests=self.max_requests))

    def _check_limits(self) -> None:
        for name, minimum in (("max_requests", _MIN_REQUESTS), ("examples", 1)):
            if getattr(self, name) < minimum:
                raise TargetError(f"{name} must be {minimum} or more")
        if not 0 < self.timeout < math.inf:
            raise TargetError("timeout must be more than 0 seconds")
        if self.rate is not None and not 0 < self.rate < math.inf:
            raise TargetError("rate must be more than 0 requests per second")

    @property
    def host(self) -> str:
        """Host name or IP address of the server."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_loopback(self) -> bool:
        """Whether the server is on this machine."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def _check_header(name: str, value: str) -> None:
    # The messages do not show the value, which may be a key.
    if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
        raise TargetError("header: expected Name: value in printable ASCII characters")
    if name.lower() in _TEST_HEADERS:
        raise TargetError(f"header: the tests set {name} themselves")


def _check_ca_file(file: str) -> None:
    try:
        ssl.create_default_context(cafile=file)
    except ssl.SSLError:
        raise TargetError(f"ca_file or SSL_CERT_FILE: {file} contains no valid certificate in PEM") from None
    except OSError as error:
        raise TargetError(f"ca_file or SSL_CERT_FILE: {file} cannot be read: {error.strerror}") from None


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # Raises ValueError for an invalid port, which urlsplit accepts.
    except ValueError as error:
        raise TargetError(f"the URL is invalid: {error}") from None
    # Before the checks whose messages show the URL, since a URL with a user name may contain a password.
    if parts.username is not None:
        raise TargetError("the URL contains a user name: pass the API key as key")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise TargetError(f"{url!r} is not the URL of a server: expected http://host:port")
    if parts.query or parts.fragment:
        raise TargetError(f"{url!r} has a query or fragment: expected http://host:port/prefix")
