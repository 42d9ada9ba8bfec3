"""The command reports each fault of a faulty server in another process with one message."""

from collections.abc import Callable

from tests.contract_kit.conftest import Command

# Enough for the invariants, which run first.
INVARIANTS = "--max-requests=220"


def test_a_delete_that_deletes_nothing(broken_server: Callable[[str], str], command: Command) -> None:
    run = command(f"--url={broken_server('keeps_what_it_deletes')}", "--max-requests=30")

    assert run.code == 1
    assert run.broken["clusters: a deleted cluster does not exist"] == [
        "GET /models/v2/openai-community/gpt2 returned 200: expected 404 after the cluster was deleted."
    ]
    reason = "the cluster of an earlier invariant could not be deleted"
    assert run.skipped["a created cluster is listed"] == reason
    assert "NOT DELETED: cluster of openai-community/gpt2." in run.printed


def test_keys_that_share_resources(broken_server: Callable[[str], str], command: Command) -> None:
    run = command(f"--url={broken_server('shares_state_between_keys')}", INVARIANTS)

    assert run.code == 1
    assert run.broken == {
        "clusters: a second key cannot access the clusters of the first key": [
            "GET /models/v2/list/clusters returned 200: the list contains the cluster of another key."
        ],
        "v1: a second key cannot access the instances of the first key": [
            "GET /model/instances returned 200: the list contains the instance of another key."
        ],
    }


def test_a_response_of_the_wrong_type(broken_server: Callable[[str], str], command: Command) -> None:
    run = command(f"--url={broken_server('lists_tasks_as_a_text')}", "--max-requests=280")

    returned = "GET /models/v2/list/tasks returned 200"
    mismatch = '"chat" is not of type "array"'
    assert run.code == 1
    assert run.broken == {
        "catalog: the list of tasks contains the task of each model": [f"{returned}: output is not a list."],
        "operations: GET /models/v2/list/tasks": [
            f"{returned}: the response does not match its schema ({mismatch})."
        ],
    }
    assert run.printed.count("contract: #/paths/~1models~1v2~1list~1tasks/get") == 2


def test_an_invalid_list_of_clusters_prevents_the_cleanup(
    broken_server: Callable[[str], str], command: Command
) -> None:
    run = command(f"--url={broken_server('loses_its_list_of_clusters')}", "--max-requests=40")

    message = "GET /models/v2/list/clusters returned 200: the body is not an object."
    assert run.code == 1
    assert run.broken["clusters: a created cluster is listed"] == [message]
    assert f"Created resources could not be deleted. {message}" in run.printed
