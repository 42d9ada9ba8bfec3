"""The options that name a target, of the command and of the tests."""

import os
from collections.abc import Callable
from dataclasses import fields
from typing import Any, Final

from bytezkit_contract._target import PARTS, Target, TargetError

_DEFAULTS: Final[dict[str, Any]] = {field.name: field.default for field in fields(Target)}


def add_options(add: Callable[..., object], prefix: str) -> None:
    """Add the options to a parser, through its method that adds one."""

    def option(name: str, **settings: object) -> None:
        if "action" not in settings:
            settings.setdefault("default", _DEFAULTS[name])
        add(f"{prefix}{name.replace('_', '-')}", dest=f"bytezkit_{name}", **settings)

    option("url", metavar="URL", default=None, help="the server: http://host:port")
    option(
        "key",
        metavar="KEY",
        default=None,
        help="a key that has no clusters or instances; default: BYTEZ_KEY",
    )
    option("second_key", metavar="KEY", help="another key, to see whether the two share anything")
    option("model", metavar="MODEL", help="a model of the task text-generation; default: %(default)s")
    option("max_requests", type=int, metavar="N", help="the most requests to send; default: %(default)s")
    option(
        "examples",
        type=int,
        metavar="N",
        help="requests made up for each operation, besides those at the limits of its values; "
        "default: %(default)s",
    )
    option(
        "timeout",
        type=float,
        metavar="SECONDS",
        help="how long an answer may take; a run is answered when its model is up; default: %(default)s",
    )
    option(
        "without",
        action="append",
        choices=PARTS,
        default=[],
        help="a part of the API that the server does not claim to have",
    )
    option(
        "accept_costs",
        action="store_true",
        help="the server is not on this machine, and what runs there may be billed to the key",
    )


def read_target(values: Callable[[str], Any]) -> Target:
    """Make the target of what the options say, by their names.

    Raises:
        TargetError: It can not be used.
    """
    if values("url") is None:
        raise TargetError("it takes the URL of a server")
    return Target(
        url=values("url"),
        key=values("key") or os.environ.get("BYTEZ_KEY", ""),
        second_key=values("second_key") or os.environ.get("BYTEZ_SECOND_KEY"),
        model=values("model"),
        max_requests=values("max_requests"),
        examples=values("examples"),
        timeout=values("timeout"),
        without=frozenset(values("without")),
        accepts_costs=values("accept_costs"),
    )
