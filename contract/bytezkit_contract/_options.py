"""Options of the command and of the pytest plugin that describe a target."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from bytezkit_contract._target import PARTS, Target, TargetError

_DEFAULTS: Final[dict[str, Any]] = {field.name: field.default for field in fields(Target)}
_ATTRIBUTE: Final = re.compile(r"^\w+(?=:| must | or | is required)")


def add_options(add: Callable[..., object], prefix: str = "--") -> None:
    """Declare the options.

    Args:
        add: Takes the arguments of `argparse.ArgumentParser.add_argument`; pytest's `addoption` has the same.
        prefix: Prefix of the option names: `--` or `--bytezkit-`.
    """

    def option(name: str, **settings: Any) -> None:
        # argparse has defaults of its own for options with an action.
        if "action" not in settings:
            settings.setdefault("default", _DEFAULTS.get(name))
        if settings.get("default"):
            settings["help"] += "  [default: %(default)s]"
        add(f"{prefix}{name.replace('_', '-')}", dest=f"bytezkit_{name}", **settings)

    option("url", metavar="URL", default=None, help="URL of the server: http://host:port/prefix.")
    option(
        "key_file",
        type=Path,
        metavar="FILE",
        default=None,
        help="File with an API key without clusters and instances.  [default: BYTEZ_KEY]",
    )
    option(
        "second_key_file",
        type=Path,
        metavar="FILE",
        default=None,
        help="File with another API key, to test that keys share no resources.  [default: BYTEZ_SECOND_KEY]",
    )
    option(
        "header",
        action="append",
        metavar="'NAME: VALUE'",
        default=[],
        help="Header that a gateway requires; may be repeated.",
    )
    option(
        "key_header",
        metavar="'NAME: SCHEME'",
        help="Header in which a gateway expects the key, with its scheme.  [default: as in the contract]",
    )
    option(
        "ca_file",
        metavar="FILE",
        help="File with the certificates of the authorities to trust.  [default: SSL_CERT_FILE]",
    )
    option("model", metavar="MODEL", help="Model with the task text-generation.")
    option("max_requests", type=int, metavar="N", help="Maximum number of requests.")
    option("rate", metavar="N/s", help="Maximum number of requests per second.  [default: not limited]")
    option(
        "examples",
        type=int,
        metavar="N",
        help="Random requests to each operation, in addition to boundary values.",
    )
    option(
        "timeout",
        type=float,
        metavar="SECONDS",
        help="Timeout of a request, and of the pauses while the server returns 429; a run responds only once "
        "its model is up.",
    )
    option(
        "without",
        action="append",
        choices=PARTS,
        default=[],
        help="Part of the API that the server does not implement; may be repeated.",
    )
    option(
        "accept_costs",
        action="store_true",
        help="Accept a server on another machine, where runs may be billed to the key.",
    )


def read_target(values: Callable[[str], Any], prefix: str = "--") -> Target:
    """Create the target from option values.

    Args:
        values: Returns the value of an option by its name without prefix.
        prefix: Prefix of the option names, for the error messages.

    Raises:
        TargetError: A value is missing or invalid.
    """
    try:
        return _read_target(values)
    except TargetError as error:
        # The message begins with the name of an attribute.
        message = _ATTRIBUTE.sub(lambda name: f"{prefix}{name[0].replace('_', '-')}", str(error))
    raise TargetError(message)


def _read_target(values: Callable[[str], Any]) -> Target:
    if values("url") is None:
        raise TargetError("url is required: http://host:port")
    return Target(
        url=values("url"),
        key=_read_key("key_file", values) or os.environ.get("BYTEZ_KEY", ""),
        second_key=_read_key("second_key_file", values) or os.environ.get("BYTEZ_SECOND_KEY"),
        headers=_read_headers(values("header")),
        key_header=values("key_header"),
        ca_file=values("ca_file") or os.environ.get("SSL_CERT_FILE"),
        model=values("model"),
        max_requests=values("max_requests"),
        rate=_read_rate(values("rate")),
        examples=values("examples"),
        timeout=values("timeout"),
        without=frozenset(values("without")),
        accepts_costs=values("accept_costs"),
    )


def _read_key(option: str, values: Callable[[str], Any]) -> str | None:
    file: Path | None = values(option)
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        # Without the file's name, which is the key itself if a user passed the key by mistake.
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
    # Outside `except`, since the chained exception would hold the name or the content of the file.
    raise TargetError(f"{option}: the file cannot be read: {reason}")


def _read_headers(lines: Sequence[str]) -> dict[str, str]:
    pairs = [line.partition(":") for line in lines]
    return {name: value.strip() for name, _, value in pairs}


def _read_rate(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        return float(text.removesuffix("/s"))
    except ValueError:
        raise TargetError(f"rate: {text!r} is not a number of requests per second, such as 20/s") from None
