"""Configuration of a client: limits, base URL and keys."""

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from ipaddress import ip_address
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from typing_extensions import TypedDict

from bytezkit._core.secrets import HiddenString, Secret
from bytezkit.errors import ConfigurationError

DEFAULT_BASE_URL: Final = "https://api.bytez.com"
# Path of the OpenAI-compatible API.
OPENAI_PATH: Final = "/models/v2/openai/v1"

# A number is in seconds.
Duration: TypeAlias = timedelta | float

# Token of RFC 9110 section 5.1; visible ASCII, spaces and tabs for the value.
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE: Final = re.compile(r"[\t -~]*")
# Headers that the client sets itself.
_RESERVED_HEADERS: Final = frozenset(
    {"authorization", "content-length", "content-type", "host", "provider-key"}
)


class CallOptions(TypedDict, total=False):
    """Options of a client that `with_options` can change; each as for the constructor of the client.

    Attributes:
        provider_key: Key at the provider of a closed-source model; None: no key.
        deadline: Maximum time for a call; a number is in seconds; None: no limit.
        idle_timeout: Maximum time between two chunks of a stream; a number is in seconds.
        max_retries: Maximum number of retries of a request.
        retry_unknown_outcomes: Whether a run is retried if the service may have run (and charged) it already.
        max_response_bytes: Maximum size of a response in bytes, decompressed; not for streams and media.
        headers: Headers that are added to those of the client.
    """

    provider_key: str | None
    deadline: Duration | None
    idle_timeout: Duration
    max_retries: int
    retry_unknown_outcomes: bool
    max_response_bytes: int
    headers: Mapping[str, str]


class OpenAIOptions(TypedDict):
    """Arguments of the clients of the package `openai`.

    Attributes:
        base_url: Base URL of the OpenAI-compatible API of the service.
        api_key: API key. Its `repr` does not show it.
        default_headers: Headers of every request: those of the client, and `provider-key` if the client has a
            provider key. Their `repr` does not show the values.
    """

    base_url: str
    api_key: str
    default_headers: dict[str, str]


def to_timedelta(name: str, duration: Duration) -> timedelta:
    """Convert a duration. A number beyond the range of `timedelta` is its maximum.

    Raises:
        TypeError: It is neither a timedelta nor a number.
        ValueError: It is not a number (NaN).
    """
    if isinstance(duration, timedelta):
        return duration
    # A bool is an int for Python.
    if isinstance(duration, bool) or not isinstance(duration, (int, float)):
        raise TypeError(f"{name} must be a timedelta or a number of seconds, not {type(duration).__name__}")
    if isinstance(duration, float) and math.isnan(duration):
        raise ValueError(f"{name} must be a timedelta or a number of seconds, not nan")
    try:
        return timedelta(seconds=duration)
    except OverflowError:
        return timedelta.max if duration > 0 else timedelta.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Deadlines and retries of a client.

    Attributes:
        deadline: Maximum time for a call, including retries and pauses. None: no limit.
        idle_timeout: Maximum time between two chunks of a stream.
        max_retries: Maximum number of retries of a request.
        retry_unknown_outcomes: Whether a run is retried if the service may have run (and charged) it already.
        max_response_bytes: Maximum size of a response in bytes, decompressed; not for streams and media.
    """

    deadline: timedelta | None
    idle_timeout: timedelta
    max_retries: int
    retry_unknown_outcomes: bool
    max_response_bytes: int


def make_limits(
    *,
    deadline: Duration | None,
    idle_timeout: Duration,
    max_retries: int,
    retry_unknown_outcomes: bool,
    max_response_bytes: int,
) -> Limits:
    """Check limits, and convert their durations.

    Raises:
        ConfigurationError: A value has a wrong type or is out of range.
    """
    for name, number, minimum in (
        ("max_retries", max_retries, 0),
        ("max_response_bytes", max_response_bytes, 1),
    ):
        # `isinstance` would accept a bool.
        if type(number) is not int or number < minimum:
            raise ConfigurationError(f"{name} must be an integer of {minimum} or more, not {number!r}")
    if not isinstance(retry_unknown_outcomes, bool):
        raise ConfigurationError(f"retry_unknown_outcomes must be a bool, not {retry_unknown_outcomes!r}")
    return Limits(
        deadline=None if deadline is None else _positive_duration("deadline", deadline),
        idle_timeout=_positive_duration("idle_timeout", idle_timeout),
        max_retries=max_retries,
        retry_unknown_outcomes=retry_unknown_outcomes,
        max_response_bytes=max_response_bytes,
    )


def _positive_duration(name: str, duration: Duration) -> timedelta:
    problem = f"{name} must be positive, not {duration!r}"
    try:
        converted = to_timedelta(name, duration)
        if converted > timedelta(0):
            return converted
    except (TypeError, ValueError) as error:
        problem = str(error)
    raise ConfigurationError(problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The base URL of the service, and the keys that are sent to it.

    Attributes:
        base_url: Base URL without a slash at the end.
        api_key: API key.
        provider_key: Key at the provider of a closed-source model, or None.
        headers: Further headers of every request to the service, with names in lower case. They may hold
            secrets, so they are not in the repr.
    """

    base_url: str
    api_key: Secret
    provider_key: Secret | None
    headers: Mapping[str, str] = field(repr=False)

    def redact_keys(self, content: bytes) -> bytes:
        """Replace the keys in a response body by asterisks. Error pages of proxies repeat request headers."""
        keys = [key for key in (self.api_key, self.provider_key) if key is not None]
        # One key may be part of the other, so the longer one is replaced first.
        for key in sorted(keys, key=len, reverse=True):
            content = key.redact(content)
        return content


def openai_options(origin: Origin) -> OpenAIOptions:
    """Return the arguments that direct a client of the package `openai` to the service."""
    headers = {**origin.headers}
    if origin.provider_key is not None:
        headers["provider-key"] = origin.provider_key.reveal()
    return {
        "base_url": origin.base_url + OPENAI_PATH,
        "api_key": HiddenString(origin.api_key.reveal()),
        "default_headers": {name: HiddenString(value) for name, value in headers.items()},
    }


def resolve_origin(
    *,
    api_key: Secret | None,
    provider_key: Secret | None,
    base_url: str | None,
    allow_insecure: bool | None,
    headers: Mapping[str, str] | None,
) -> Origin:
    """Complete the arguments with environment variables, and check them.

    Raises:
        ConfigurationError: The API key is missing, a key, the URL or a header is malformed, or the URL would
            send the key unencrypted.
    """
    if api_key is None:
        if "BYTEZ_KEY" not in os.environ:
            raise ConfigurationError("no API key: pass api_key or set the environment variable BYTEZ_KEY")
        api_key = Secret(os.environ["BYTEZ_KEY"])
    api_key.check("the API key")
    if provider_key is not None:
        provider_key.check("the provider key")
    url = base_url or os.environ.get("BYTEZ_BASE_URL") or DEFAULT_BASE_URL
    _check_base_url(url, allow_insecure=_read_allow_insecure() if allow_insecure is None else allow_insecure)
    return Origin(
        base_url=url.rstrip("/"),
        api_key=api_key,
        provider_key=provider_key,
        headers=_check_headers(headers or {}),
    )


def apply_options(limits: Limits, origin: Origin, options: CallOptions) -> tuple[Limits, Origin]:
    """Return limits and origin with other options.

    The key is removed from `options`: a traceback with local variables must not show it.

    Raises:
        TypeError: There is no such option.
        ConfigurationError: An option is wrong.
    """
    key = origin.provider_key
    if "provider_key" in options:
        key = None if options["provider_key"] is None else Secret(options["provider_key"])
        del options["provider_key"]
    unknown = sorted(options.keys() - CallOptions.__annotations__.keys())
    if unknown:
        raise TypeError(f"there is no option {unknown[0]!r}")
    if key is not None:
        key.check("the provider key")
    headers = {**origin.headers, **_check_headers(options.get("headers", {}))}
    origin = replace(origin, provider_key=key, headers=headers)
    return (
        make_limits(
            deadline=options.get("deadline", limits.deadline),
            idle_timeout=options.get("idle_timeout", limits.idle_timeout),
            max_retries=options.get("max_retries", limits.max_retries),
            retry_unknown_outcomes=options.get("retry_unknown_outcomes", limits.retry_unknown_outcomes),
            max_response_bytes=options.get("max_response_bytes", limits.max_response_bytes),
        ),
        origin,
    )


def _check_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with names in lower case. A message never shows a value, which may be a secret."""
    if not isinstance(headers, Mapping):
        raise ConfigurationError(f"headers must be a mapping, not {type(headers).__name__}")
    for name, value in headers.items():
        check_header(name, value)
        if name.lower() in _RESERVED_HEADERS:
            raise ConfigurationError(f"the client sets the header {name} itself")
    return {name.lower(): value for name, value in headers.items()}


def _read_allow_insecure() -> bool:
    value = os.environ.get("BYTEZ_ALLOW_INSECURE", "")
    if value not in ("", "0", "1"):
        raise ConfigurationError(f"BYTEZ_ALLOW_INSECURE must be 0 or 1, not {value!r:.80}")
    return value == "1"


def check_header(name: str, value: str) -> None:
    """Check the syntax of a header. The HTTP libraries would each accept and refuse others.

    Raises:
        ConfigurationError: The name or the value is malformed.
    """
    if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
        raise ConfigurationError(f"{name!r:.80} is not a header name")
    if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
        raise ConfigurationError(f"the value of the header {name} must be printable ASCII characters")


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
            f"plain http to {host} would send the key in the clear: use https, or "
            "allow_insecure=True or BYTEZ_ALLOW_INSECURE=1"
        )


def is_loopback(host: str) -> bool:
    """Return whether a host name or IP address refers to this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
