"""Options of the command and of the pytest plugin that describe a target."""

import os
from collections.abc import Callable
from dataclasses import fields
from typing import Any, Final

from bytezkit_contract._target import PARTS, Target, TargetError

_DEFAULTS: Final[dict[str, Any]] = {field.name: field.default for field in fields(Target)}


def add_options(add: Callable[..., object], prefix: str) -> None:
    """Add the options to an argument parser.

    Args:
        add: The parser's method that adds an option: `add_argument` of argparse, `addoption` of pytest.
        prefix: Prefix of the option names: `--` or `--bytezkit-`.
    """

    def option(name: str, **settings: object) -> None:
        # argparse has defaults of its own for options with an action.
        if "action" not in settings:
            settings.setdefault("default", _DEFAULTS[name])
        add(f"{prefix}{name.replace('_', '-')}", dest=f"bytezkit_{name}", **settings)

    option("url", metavar="URL", default=None, help="URL of the server: http://host:port")
    option(
        "key",
        metavar="KEY",
        default=None,
        help="API key without clusters and instances; default: BYTEZ_KEY",
    )
    option("second_key", metavar="KEY", help="another API key, to test that keys share no resources")
    option("model", metavar="MODEL", help="model with the task text-generation; default: %(default)s")
    option("max_requests", type=int, metavar="N", help="maximum number of requests; default: %(default)s")
    option("rate", metavar="N/s", help="maximum number of requests per second; default: not limited")
    option(
        "examples",
        type=int,
        metavar="N",
        help="random requests to each operation, in addition to boundary values; default: %(default)s",
    )
    option(
        "timeout",
        type=float,
        metavar="SECONDS",
        help="timeout of a request, and of the pauses while the server returns 429; a run responds only once "
        "its model is up; default: %(default)s",
    )
    option(
        "without",
        action="append",
        choices=PARTS,
        default=[],
        help="part of the API that the server does not implement; may be repeated",
    )
    option(
        "accept_costs",
        action="store_true",
        help="accept a server on another machine, where runs may be billed to the key",
    )


def read_target(values: Callable[[str], Any]) -> Target:
    """Create the target from option values.

    Args:
        values: Returns the value of an option by its name without prefix.

    Raises:
        TargetError: A value is missing or invalid.
    """
    if values("url") is None:
        raise TargetError("the URL of a server is required: http://host:port")
    return Target(
        url=values("url"),
        key=values("key") or os.environ.get("BYTEZ_KEY", ""),
        second_key=values("second_key") or os.environ.get("BYTEZ_SECOND_KEY"),
        model=values("model"),
        max_requests=values("max_requests"),
        rate=_read_rate(values("rate")),
        examples=values("examples"),
        timeout=values("timeout"),
        without=frozenset(values("without")),
        accepts_costs=values("accept_costs"),
    )


def _read_rate(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        return float(text.removesuffix("/s"))
    except ValueError:
        raise TargetError(f"rate: {text!r} is not a number of requests per second, such as 20/s") from None
