"""Configuration of a client: limits, base URL and keys."""

import os
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from bytezkit._core.secrets import Secret
from bytezkit.errors import ConfigurationError

DEFAULT_BASE_URL: Final = "https://api.bytez.com"
# Maximum number of requests that one `map` sends at once.
DEFAULT_CONCURRENCY: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Deadlines and retries of a client.

    Attributes:
        deadline: Maximum time for a call, including retries and pauses. None: no limit.
        idle_timeout: Maximum time between two chunks of a stream.
        max_retries: Maximum number of retries of a request.
        retry_unknown_outcomes: Whether a run is retried if the service may have run (and charged) it already.

    Raises:
        ConfigurationError: A value has a wrong type or is out of range.
    """

    deadline: timedelta | None = timedelta(minutes=10)
    idle_timeout: timedelta = timedelta(minutes=2)
    max_retries: int = 2
    retry_unknown_outcomes: bool = False

    def __post_init__(self) -> None:
        durations = {"idle_timeout": self.idle_timeout}
        if self.deadline is not None:
            durations["deadline"] = self.deadline
        for name, duration in durations.items():
            if not isinstance(duration, timedelta) or duration <= timedelta(0):
                raise ConfigurationError(f"{name} must be a positive timedelta, not {duration!r}")
        # `isinstance` would accept a bool.
        if type(self.max_retries) is not int or self.max_retries < 0:
            raise ConfigurationError(f"max_retries must be an integer of 0 or more, not {self.max_retries!r}")
        if not isinstance(self.retry_unknown_outcomes, bool):
            raise ConfigurationError(
                f"retry_unknown_outcomes must be a bool, not {self.retry_unknown_outcomes!r}"
            )

    def with_changes(
        self,
        *,
        deadline: timedelta | None,
        idle_timeout: timedelta | None,
        max_retries: int | None,
        retry_unknown_outcomes: bool | None,
    ) -> "Limits":
        """Return a copy with other limits. None: no change."""
        return Limits(
            deadline=self.deadline if deadline is None else deadline,
            idle_timeout=self.idle_timeout if idle_timeout is None else idle_timeout,
            max_retries=self.max_retries if max_retries is None else max_retries,
            retry_unknown_outcomes=(
                self.retry_unknown_outcomes if retry_unknown_outcomes is None else retry_unknown_outcomes
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The base URL of the service, and the keys that are sent to it.

    Attributes:
        base_url: Base URL without a slash at the end.
        api_key: API key.
        provider_key: Key at the provider of a closed-source model, or None.
    """

    base_url: str
    api_key: Secret
    provider_key: Secret | None

    def redact_keys(self, content: bytes) -> bytes:
        """Replace the keys in a response body by asterisks. Error pages of proxies repeat request headers."""
        keys = [key for key in (self.api_key, self.provider_key) if key is not None]
        # One key may be part of the other, so the longer one is replaced first.
        for key in sorted(keys, key=len, reverse=True):
            content = key.redact(content)
        return content


def resolve_origin(
    *, api_key: Secret | None, provider_key: Secret | None, base_url: str | None, allow_insecure: bool
) -> Origin:
    """Complete the arguments with environment variables, and check them.

    Raises:
        ConfigurationError: The API key is missing, a key or the URL is malformed, or the URL would send the
            key unencrypted.
    """
    if api_key is None:
        if "BYTEZ_KEY" not in os.environ:
            raise ConfigurationError("no API key: pass api_key or set the environment variable BYTEZ_KEY")
        api_key = Secret(os.environ["BYTEZ_KEY"])
    api_key.check("the API key")
    if provider_key is not None:
        provider_key.check("the provider key")
    url = base_url or os.environ.get("BYTEZ_BASE_URL") or DEFAULT_BASE_URL
    _check_base_url(url, allow_insecure=allow_insecure)
    return Origin(base_url=url.rstrip("/"), api_key=api_key, provider_key=provider_key)


def _check_base_url(url: str, *, allow_insecure: bool) -> None:
    if not isinstance(url, str):
        raise ConfigurationError(f"base_url must be a string, not {type(url).__name__}")
    if not isinstance(allow_insecure, bool):
        raise ConfigurationError(f"allow_insecure must be a bool, not {allow_insecure!r}")
    try:
        parts = urlsplit(url)
        # Port 0 means any free port to the operating system, so nothing can be reached there.
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        parts, host = urlsplit(""), None
    if not host or parts.scheme not in ("http", "https"):
        raise ConfigurationError("base_url must be http:// or https:// with a host")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ConfigurationError("base_url must not contain a user, a query or a fragment")
    if any(map(str.isspace, url)):
        raise ConfigurationError("base_url is malformed: it contains a space")
    if parts.scheme == "http" and not allow_insecure and not is_loopback(host):
        raise ConfigurationError(
            f"plain http to {host} would send the key in the clear: use https, or allow_insecure=True"
        )


def is_loopback(host: str) -> bool:
    """Return whether a host name or IP address refers to this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
