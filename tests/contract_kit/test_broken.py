"""The command reports each fault of a server in another process with one message."""

import pytest

from tests.contract_kit.conftest import Command

UNDELETED = "the cluster of an earlier invariant could not be deleted"
DELETED = "GET /models/v2/openai-community/gpt2 returned 200: expected 404 after the cluster was deleted."
CLUSTERS = "GET /models/v2/list/clusters returned 200:"
NO_OBJECT = f"{CLUSTERS} the body is not an object."
INSTANCES = "GET /model/instances returned 200:"
TASKS = "GET /models/v2/list/tasks returned 200:"
NO_LIST = f"{TASKS} output is not a list."
MISMATCH = 'the response does not match its schema ("chat" is not of type "array")'


@pytest.mark.parametrize(
    ("broken_url", "max_requests", "violations", "printed"),
    [
        (
            "no_op_delete",
            40,
            {"clusters: a deleted cluster does not exist": DELETED},
            [
                f"skipped a created cluster is listed: {UNDELETED}",
                "NOT DELETED: cluster of openai-community/gpt2.",
            ],
        ),
        (
            "shared_keys",
            220,
            {
                "clusters: a second key cannot access the clusters of the first key": (
                    f"{CLUSTERS} the list contains the cluster of another key."
                ),
                "v1: a second key cannot access the instances of the first key": (
                    f"{INSTANCES} the list contains the instance of another key."
                ),
            },
            [],
        ),
        (
            "task_list_as_string",
            280,
            {
                "catalog: the list of tasks contains the task of each model": NO_LIST,
                "operations: GET /models/v2/list/tasks": f"{TASKS} {MISMATCH}.",
            },
            ["contract: #/paths/~1models~1v2~1list~1tasks/get"],
        ),
        (
            "echoed_key",
            160,
            {
                "requests: an unknown route returns 404": (
                    "GET /no/such/route returned 200 (Key ***): expected 404."
                )
            },
            [],
        ),
        (
            "invalid_cluster_list",
            40,
            {
                "clusters: a created cluster is listed": NO_OBJECT,
                "clusters: a deleted cluster is not listed": NO_OBJECT,
            },
            [f"Created resources could not be deleted. {NO_OBJECT}"],
        ),
    ],
    indirect=["broken_url"],
)
def test_fault_is_reported_with_one_message(
    broken_url: str, command: Command, max_requests: int, violations: dict[str, str], printed: list[str]
) -> None:
    run = command(f"--url={broken_url}", f"--max-requests={max_requests}")

    assert run.code == 1
    assert run.broken == {title: [message] for title, message in violations.items()}
    assert run.stdout.count("    contract: ") == len(violations)
    for line in printed:
        assert line in run.stdout
