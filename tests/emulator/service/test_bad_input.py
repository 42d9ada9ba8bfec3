"""Rejected requests: status and message, precedence of errors, and unchanged state."""

import json
from itertools import combinations
from pathlib import Path
from string import Template
from typing import Any, Final

import httpx
import pytest
from ruamel.yaml import YAML

from bytezkit_emulator import Emulator, Settings
from tests.emulator import clients
from tests.emulator.clients import CHAT, DELETE, GPT2, GPT2_ID, LOAD, V1_RUN, error, open_client, output

LIMIT: Final = 1000
MESSAGES: Final = [{"role": "user", "content": "Hi"}]
UNKNOWN_MODEL: Final = "/models/v2/no/model"
NAMED: Final = {"model": GPT2_ID}
# Values of the names in the table.
NAMES: Final = {
    **{name: value for name, value in vars(clients).items() if isinstance(value, str)},
    "API": "/models/v2/openai/v1",
    "OPENAI": "/models/v2/openai/gpt-4o",
    "VECTOR_ID": clients.VECTOR.removeprefix("/models/v2/"),
    "HUNDRED": json.dumps(["a"] * 100),
    "UNKNOWN_MODEL": UNKNOWN_MODEL,
    "TEXT": """'{"text": "a"}'""",
    "HI": json.dumps(MESSAGES),
    "LARGE": " " * (LIMIT + 1),
    "LONG": "a" * 97,
    "NESTED": "[" * 200 + "]" * 200,
    "NO_VALUE": "no value was found that satisfies the schema:",
    "NOT_CLOSED": "only closed-source models take parameters of their provider;"
    " the task chat has others, in params:",
    "UNKNOWN": "Model does not exist or has yet to be added to the Bytez catalog",
    "NOT_BASE64": "must be base64 or a data URL in base64",
    "MEDIA": "one of url, image_url, image or base64",
    "EXTRA": "Additional properties are not allowed",
    "PART": '"^[A-Za-z0-9][A-Za-z0-9._-]*$"',
    "ID": '"^[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*$"',
    "TASK": '"^[a-z0-9]+(-[a-z0-9]+)*$"',
}
TABLE: Final = Template(Path(__file__).with_name("rejected.yaml").read_text(encoding="utf-8"))
REJECTED: Final = [
    pytest.param(target, status, body, message, id=f"{target} {status} {message}")
    for status, rows in YAML(typ="safe").load(TABLE.substitute(NAMES)).items()
    for targets in rows
    for target in targets.split(" | ")
    for body, message in rows[targets]
]


@pytest.fixture
def emulator() -> Emulator:
    # The charge for one run spends the credits, so a rejected run that is charged makes the next run fail.
    return Emulator(keys=["test-key"], settings=Settings(body_limit=LIMIT), credits=1e-9)


@pytest.fixture
def client(client: httpx.Client) -> httpx.Client:
    """Client with a cluster and a loaded model, whose state a rejected request must not change."""
    capacity = {"min": 1, "desired": 1, "max": 3}
    assert client.put(GPT2, json={"capacity": capacity, "timeout": 7}).status_code == 202
    output(client.post(LOAD, json=NAMED))
    return client


def state(client: httpx.Client) -> list[Any]:
    paths = (clients.CLUSTERS, clients.MODELS, clients.INSTANCES, clients.V1_LIST)
    return [client.get(path).json() for path in paths]


@pytest.mark.parametrize(("target", "status", "body", "message"), REJECTED)
def test_rejected_request_changes_nothing(
    emulator: Emulator, client: httpx.Client, *, target: str, status: int, body: Any, message: str
) -> None:
    before = state(client)
    content = body.encode("latin-1") if isinstance(body, str) else json.dumps(body).encode()
    response = client.request(*target.split(" ", 1), content=None if body is None else content)
    assert error(response, status) == emulator.journal.entries()[-1].reason == message
    assert state(client) == before
    is_v1 = target.startswith(f"POST {V1_RUN}")
    assert output(client.post(V1_RUN if is_v1 else GPT2, json={"text": "a", **(NAMED if is_v1 else {})}))


# Errors of a run in their order of precedence, each with its cause. `None` stands for a missing header.
V2_ERRORS: Final[list[tuple[int, dict[str, Any]]]] = [
    (404, {"path": "/nothing"}),
    (405, {"method": "TRACE"}),
    (401, {"authorization": "Key wrong"}),
    (413, {"size": LIMIT + 1}),
    (415, {"content-type": "text/plain"}),
    (400, {"body": {"text": 1}}),
    (404, {"path": UNKNOWN_MODEL}),
    # With its path, because an unknown model has no cluster.
    (409, {"path": GPT2, "is_stopped": True}),
    (422, {"body": {"params": {"min_length": 2, "max_length": 1}}}),
    (402, {"is_broke": True}),
]
V1_ERRORS: Final[list[tuple[int, dict[str, Any]]]] = [
    (404, {"path": "/model/nothing"}),
    *V2_ERRORS[1:5],
    (400, {"body": {"stream": 1}}),
    (401, {"authorization": None}),
    (404, {"body": {"model": "no/model"}}),
    (409, {"is_stopped": True}),
    (422, {"body": {"more": 1}}),
    (402, {"is_broke": True}),
]


@pytest.mark.parametrize(
    ("path", "status", "causes"),
    [
        pytest.param(path, first[0], {**first[1], **second[1]}, id=f"{path} {[*first[1]]} {[*second[1]]}")
        for path, errors in ((GPT2, V2_ERRORS), (V1_RUN, V1_ERRORS))
        for first, second in combinations(errors, 2)
        if not first[1].keys() & second[1].keys()
    ],
)
def test_first_of_two_errors_determines_status(path: str, status: int, causes: dict[str, Any]) -> None:
    is_broke = "is_broke" in causes
    emulator = Emulator(
        keys=["test-key"], settings=Settings(body_limit=LIMIT), credits=1e-6 if is_broke else None
    )
    with open_client(emulator) as client:
        assert client.put(GPT2).status_code == 202
        output(client.post(LOAD, json=NAMED))
        if is_broke:
            output(client.post(CHAT, json={"messages": MESSAGES}))
        if "is_stopped" in causes:
            output(client.patch(GPT2, json={"status": "off"}))
            output(client.post(DELETE, json=NAMED))
    run = {"text": "a", **({} if path == GPT2 else NAMED), **causes.get("body", {})}
    headers = {"authorization": "Key test-key", "content-type": "application/json", **causes}
    with open_client(emulator, None) as client:
        response = client.request(
            causes.get("method", "POST"),
            causes.get("path", path),
            content=json.dumps(run).encode().ljust(causes.get("size", 0)),
            headers={name: headers[name] for name in ("authorization", "content-type") if headers[name]},
        )
    assert error(response, status)
