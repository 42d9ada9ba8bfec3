"""Sequences of requests, and the responses that they get: the scenarios of the YAML files beside this module.

A scenario has the arguments of its emulator, whose clock is manual by default, and steps. A step advances
the time (`advance`), disconnects the client of an earlier step (`leave`), or sends a request: `send` has the
method and the path, `body`, `key` and `headers` the rest. A body that is a string is sent as it is. The other
members are expectations of the response, with `done` of the response to an earlier step, which has `waits`.
A response that ends with an error of httpx has its name (`cut`), and the received `text`.
An output that a step keeps (`keep: name`) can be part of a later path (`{name}`).
The output of the v1 API, of OpenAI's operations and of the control API is the whole body. `logged` has
members of the last entry of the log after the step, and `described` its text. `form` is a schema
of the contract, and `ranked` the number of different answers, whose scores descend.
"""

import json
from datetime import timedelta
from pathlib import Path
from string import Template
from typing import Any, Final

import httpx
import pytest
from ruamel.yaml import YAML

from bytezkit_emulator import Dialect, Emulator, Settings
from tests.emulator import clients
from tests.emulator.clients import KEY, error, has_whole_body
from tests.emulator.contract_check import admits
from tests.emulator.session import Exchange, Session

NAMES: Final = {
    **{name: value for name, value in vars(clients).items() if isinstance(value, str)},
    "LONG": "a" * 300,
    "HI": '[{"role": "user", "content": "Hi"}]',
    "UNKNOWN": "Model does not exist or has yet to be added to the Bytez catalog",
    "REJECTED": '"Rejected: your plan allows for 1 concurrency"',
    "NEEDS_PROVIDER_KEY": '"header/provider-key: is required for models of cohere"',
}
# The control API answers on the loopback, without a key.
CONTROL: Final[dict[str, Any]] = {"key": None, "headers": {"host": "localhost"}}
# Members of a step: expectations of the output of a response in JSON, and others.
OUTPUT: Final = {"count", "each", "error", "form", "has", "order", "output", "provider", "ranked"}
MEMBERS: Final = OUTPUT | {
    *("advance", "body", "cut", "described", "done", "has_headers", "headers", "keep", "key", "leave"),
    *("logged", "send", "starts", "status", "text", "waits"),
}
SCENARIOS: Final = [
    pytest.param(scenario, id=f"{file.stem}: {name}")
    for file in sorted(Path(__file__).parent.glob("*.yaml"))
    for name, scenario in YAML(typ="safe")
    .load(Template(file.read_text(encoding="utf-8")).safe_substitute(NAMES))
    .items()
]


def open_session(arguments: dict[str, Any]) -> Session:
    settings, dialect = arguments.pop("settings", {}), arguments.pop("dialect", {})
    # Durations are written as "90 s".
    settings = {
        name: timedelta(seconds=float(it[:-2])) if isinstance(it, str) else it
        for name, it in settings.items()
    }
    options: dict[str, Any] = {"clock": "manual", **arguments}
    return Session(Emulator(settings=Settings(**settings), dialect=Dialect(**dialect), **options))


def member(value: Any, path: str) -> Any:
    """Return the member at a path, such as `choices/0/message`."""
    for name in path.split("/"):
        value = value[int(name)] if isinstance(value, list) else value.get(name)
    return value


def check_output(step: dict[str, Any], output: Any) -> None:
    """Check the expectations of the output."""
    assert output == step.get("output", output)
    if "order" in step:
        assert list(output) == step["order"]
    if "has" in step:
        assert {path: member(output, path) for path in step["has"]} == step["has"]
    if "form" in step:
        assert admits({"$ref": f"#/components/schemas/{step['form']}"}, output)
    if "count" in step:
        assert len(output) == step["count"]
    if "ranked" in step:
        scores = [it["score"] for it in output]
        assert scores == sorted(scores, reverse=True)
        assert len({json.dumps({**it, "score": None}) for it in output}) == len(output) == step["ranked"]
    for path, expected in step.get("each", {}).items():
        items, _, name = path.rpartition("/")
        assert [it[name] for it in (member(output, items) if items else output)] == expected


def check(step: dict[str, Any], response: httpx.Response) -> Any:
    """Check the expectations of a step, and return the output."""
    status, headers = step.get("status", 200), response.headers
    assert response.status_code == status, response.text
    assert {name: headers.get(name) for name in step.get("has_headers", {})} == step.get("has_headers", {})
    if "text" in step:
        assert response.text == step["text"]
    assert response.content.startswith(step.get("starts", "").encode())
    if not headers["content-type"].startswith("application/json") or response.request.method == "HEAD":
        assert not OUTPUT & step.keys(), step
        return None
    for path, expected in step.get("provider", {}).items():
        assert member(response.json()["provider"], path) == expected
    if "error" in step:
        assert error(response, status) == step["error"]
    output = response.json()
    if not (has_whole_body(response) or status >= 400 or "/v1/" in response.request.url.path):
        output = output["output"]
    check_output(step, output)
    return output


def check_exchange(step: dict[str, Any], exchange: Exchange) -> Any:
    """Check the expectations of an exchange that is over, and return the output."""
    if "cut" not in step:
        return check(step, exchange.response)
    assert type(exchange.task.exception()).__name__ == step["cut"]
    assert exchange.content == step.get("text", "").encode()
    return None


def check_log(step: dict[str, Any], emulator: Emulator) -> None:
    """Check the expectations of the last entry of the log."""
    if {"logged", "described"} & step.keys():
        entry = emulator.journal.entries()[-1]
        members, expected = entry.as_json(), step.get("logged", {})
        assert {name: members[name] for name in expected} == expected
        assert str(entry) == step.get("described", str(entry))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenario(scenario: dict[str, Any]) -> None:
    exchanges: dict[str, Exchange] = {}
    kept: dict[str, Any] = {}
    with open_session(dict(scenario.get("emulator", {}))) as session:
        for step in scenario["steps"]:
            assert step.keys() <= MEMBERS, step
            if "advance" in step:
                session.advance(step["advance"])
            elif "leave" in step:
                session.disconnect(exchanges[step["leave"]])
            elif "done" in step:
                kept[step.get("keep", "")] = check_exchange(step, exchanges[step["done"]])
            else:
                method, path = step["send"].format(**kept).split(" ", 1)
                defaults = CONTROL if path.startswith("/_emulator/") else {"key": KEY}
                options = {name: step[name] for name in ("key", "headers") if name in step}
                exchange = session.send(method, path, step.get("body"), **(defaults | options))
                if "waits" in step:
                    assert exchange.is_pending
                    exchanges[step["waits"]] = exchange
                else:
                    assert exchange.is_complete or "cut" in step, step
                    kept[step.get("keep", "")] = check_exchange(step, exchange)
            check_log(step, session.emulator)
