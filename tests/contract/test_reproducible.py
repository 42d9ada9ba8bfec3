"""Two runs of the gate send the same requests in the same order: what one finds, another finds again."""

import json
import tomllib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, TypeAlias

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema

from bytezkit_emulator import Emulator
from bytezkit_openapi import read_json
from tests.contract.gate import CONFIGURATION

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

CASE_ID: Final = b"x-schemathesis-testcaseid"


class Recorder:
    """An application in front of another one, that keeps what it is sent, byte for byte."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.requests: list[tuple[str, bytes, bytes, list[tuple[bytes, bytes]], bytes]] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        messages: list[Message] = []
        while not messages or messages[-1].get("more_body"):
            messages.append(await receive())
        self.requests.append(
            (
                scope["method"],
                scope["raw_path"],
                scope["query_string"],
                [(name, value) for name, value in scope["headers"] if name.lower() != CASE_ID],
                b"".join(message.get("body", b"") for message in messages),
            )
        )

        async def again() -> Message:
            return messages.pop(0) if messages else await receive()

        await self._app(scope, again, send)


def requests_of_a_run() -> list[tuple[str, bytes, bytes, list[tuple[bytes, bytes]], bytes]]:
    gate = tomllib.loads(CONFIGURATION.read_text(encoding="utf-8"))
    few = {**gate, "generation": {**gate["generation"], "max-examples": 3}}
    configuration = SchemathesisConfig.from_dict(few)
    schema = schemathesis.openapi.from_dict(json.loads(read_json()), config=configuration)
    recorder = Recorder(Emulator(keys=["test-key"]).app)
    schema.app = recorder
    for _ in from_schema(schema).execute():
        pass
    return recorder.requests


def test_two_runs_send_the_same_requests() -> None:
    first, second = requests_of_a_run(), requests_of_a_run()

    assert len(first) > 500
    assert first == second
