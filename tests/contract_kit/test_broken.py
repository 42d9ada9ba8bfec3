"""The command reports each fault of a server with one message."""

from dataclasses import dataclass

import httpx
import pytest

from bytezkit_emulator import Emulator
from tests.contract_kit.conftest import Command
from tests.contract_kit.gateway import Gateway, serve

UNDELETED = "the cluster of an earlier invariant could not be deleted"
DELETED = "GET /models/v2/openai-community/gpt2 returned 200: expected 404 after the cluster was deleted."
CLUSTERS = "GET /models/v2/list/clusters returned 200:"
NO_OBJECT = f"{CLUSTERS} the body is not an object."
TASKS = "GET /models/v2/list/tasks returned 200:"


@dataclass
class Broken(Gateway):
    """A gateway that gives its server a fault."""

    fault: str = ""

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> httpx.Response:
        key = headers.get("Authorization")
        has_created = any(sent == "PUT" for sent, *_ in self.sent)
        match self.fault, method, target:
            case "no-op delete", "DELETE", _:
                return httpx.Response(200, json={"error": None, "output": None})
            case "echoed key", _, "/no/such/route":
                return httpx.Response(200, json={"error": key, "output": None})
            case "invalid list of clusters", _, "/models/v2/list/clusters" if has_created:
                return httpx.Response(200, json=[])
            case "shared keys and invalid list of tasks", "GET", "/models/v2/list/tasks" if key:
                return httpx.Response(200, json={"error": None, "output": "chat"})
            case "shared keys and invalid list of tasks", _, _ if key:
                headers["Authorization"] = "Key everyone"
        return super().answer(method, target, headers, body)


@pytest.mark.parametrize(
    ("fault", "max_requests", "violations", "printed"),
    [
        (
            *("no-op delete", 40, {"clusters: a deleted cluster does not exist": DELETED}),
            [
                f"skipped a created cluster is listed: {UNDELETED}",
                "skipped a wrong key returns 401: the server accepts any key",
                "NOT DELETED: cluster of openai-community/gpt2.",
            ],
        ),
        pytest.param(
            *("shared keys and invalid list of tasks", 280),
            {
                "clusters: a second key cannot access the clusters of the first key": (
                    f"{CLUSTERS} the list contains the cluster of another key."
                ),
                "v1: a second key cannot access the instances of the first key": (
                    "GET /model/instances returned 200: the list contains the instance of another key."
                ),
                "catalog: the list of tasks contains the task of each model": (
                    f"{TASKS} output is not a list."
                ),
                "operations: GET /models/v2/list/tasks": (
                    f'{TASKS} the response does not match its schema ("chat" is not of type "array").'
                ),
            },
            ["contract: #/paths/~1models~1v2~1list~1tasks/get"],
            marks=pytest.mark.slow,
        ),
        (
            *("echoed key", 160),
            {
                "requests: an unknown route returns 404": (
                    "GET /no/such/route returned 200 (Key ***): expected 404."
                )
            },
            [],
        ),
        (
            *("invalid list of clusters", 40),
            {
                "clusters: a created cluster is listed": NO_OBJECT,
                "clusters: a deleted cluster is not listed": NO_OBJECT,
            },
            [f"Created resources could not be deleted. {NO_OBJECT}"],
        ),
    ],
)
def test_fault_is_reported_with_one_message(
    command: Command, fault: str, max_requests: int, violations: dict[str, str], printed: list[str]
) -> None:
    with Emulator() as emulator, serve(Broken(emulator.url, fault=fault)) as url:
        run = command(f"--url={url}", f"--max-requests={max_requests}", "--examples=1")

    assert run.code == 1
    assert run.broken == {title: [message] for title, message in violations.items()}
    assert run.stdout.count("    contract: ") == len(violations)
    for line in printed:
        assert line in run.stdout
