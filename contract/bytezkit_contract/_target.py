"""The server to hold to the contract, and what may be asked of it."""

import math
import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

PARTS: Final = ("clusters", "v1")

# Before the first test it is looked whether the server is there, and whether it may be used.
_FEWEST_REQUESTS: Final = 10
_KEY: Final = re.compile(r"[!-~]{1,256}")
_MODEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*")
_REFUSED: Final = (
    "{host} is not this machine: runs, clusters and instances there are billed to the key. "
    "--accept-costs says that you pay for up to {max_requests} requests"
)


class TargetError(ValueError):
    """The target is refused; the text says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A server, and the limits of a run against it.

    Attributes:
        url: Where it is: scheme, host and port.
        key: A key that it takes, which has neither clusters nor instances.
        second_key: Another one, to see whether the two share anything.
        model: A model of the task text-generation, for the laws.
        max_requests: The most requests that are sent before cleaning up.
        examples: Requests that are made up for each operation, besides those at the limits of its values.
        timeout: Seconds that an answer may take; a run is answered when its model is up.
        without: Parts of the API that the server does not claim to have: `clusters`, `v1`.
        accepts_costs: Whether the server may be on another machine, where requests cost money.

    Raises:
        TargetError: One of them can not be used, or the server is on another machine and costs are not
            accepted.
    """

    url: str
    key: str = field(repr=False)
    second_key: str | None = field(default=None, repr=False)
    model: str = "openai-community/gpt2"
    max_requests: int = 5000
    examples: int = 10
    timeout: float = 120
    without: frozenset[str] = frozenset()
    accepts_costs: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", self.url.rstrip("/"))
        _check_url(self.url)
        for name, key in (("key", self.key), ("second key", self.second_key)):
            if key is not None and not _KEY.fullmatch(key):
                raise TargetError(f"the {name} is not 1 to 256 printable ASCII characters without spaces")
        if self.key == self.second_key:
            raise TargetError("the second key is the first one")
        if not _MODEL.fullmatch(self.model):
            raise TargetError(f"{self.model!r} is no model: expected organization/name")
        for name, least in (("max_requests", _FEWEST_REQUESTS), ("examples", 1)):
            if getattr(self, name) < least:
                raise TargetError(f"{name} must be {least} or more")
        if not 0 < self.timeout < math.inf:
            raise TargetError("timeout must be more than 0 seconds")
        if unknown := sorted(self.without - set(PARTS)):
            raise TargetError(f"{unknown[0]!r} can not be left out: expected {' or '.join(PARTS)}")
        if not self.is_loopback and not self.accepts_costs:
            raise TargetError(_REFUSED.format(host=self.host, max_requests=self.max_requests))

    @property
    def host(self) -> str:
        """The name or address of the machine."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_loopback(self) -> bool:
        """Whether the server is on this machine."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise TargetError(f"the URL can not be read: {error}") from None
    if parts.username is not None:
        raise TargetError("the URL holds a user name: give the key as key")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise TargetError(f"{url!r} is no URL of a server: expected http://host:port")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise TargetError(f"{url!r} has more than scheme, host and port")
