"""The command names the fault of a broken server in one sentence."""

from collections.abc import Callable

from tests.contract_command.conftest import Command

# Enough for the invariants, which come first.
INVARIANTS = "--max-requests=220"


def test_ineffective_delete(broken_server: Callable[[str], str], command: Command) -> None:
    run = command(f"--url={broken_server('keeps_what_it_deletes')}", "--max-requests=30")

    assert run.code == 1
    assert run.broken["clusters: a deleted cluster is gone"] == [
        "GET /models/v2/openai-community/gpt2 answered 200: expected 404 after the cluster was deleted."
    ]
    assert run.skipped["a created cluster is listed"] == "the cluster of an earlier law could not be deleted"
    assert "LEFT BEHIND: cluster of openai-community/gpt2." in run.printed


def test_tenants_with_shared_state(broken_server: Callable[[str], str], command: Command) -> None:
    run = command(f"--url={broken_server('shares_state_between_keys')}", INVARIANTS)

    assert run.code == 1
    assert run.broken == {
        "clusters: a second key sees nothing of the first": [
            "GET /models/v2/list/clusters answered 200: it shows the cluster of another key."
        ],
        "older: a second key sees nothing of the first": [
            "GET /model/instances answered 200: it shows the instance of another key."
        ],
    }


def test_answer_of_a_wrong_type(broken_server: Callable[[str], str], command: Command) -> None:
    run = command(f"--url={broken_server('lists_tasks_as_a_text')}", "--max-requests=280")

    answered = "GET /models/v2/list/tasks answered 200"
    misfit = '"chat" is not of type "array"'
    assert run.code == 1
    assert run.broken == {
        "catalog: the task of each model is listed": [f"{answered}: its output is no list."],
        "operations: GET /models/v2/list/tasks": [
            f"{answered}: the answer does not fit the contract ({misfit})."
        ],
    }
    assert run.printed.count("contract: #/paths/~1models~1v2~1list~1tasks/get") == 2


def test_unreadable_list_of_clusters(broken_server: Callable[[str], str], command: Command) -> None:
    run = command(f"--url={broken_server('loses_its_list_of_clusters')}", "--max-requests=40")

    sentence = "GET /models/v2/list/clusters answered 200: its body is no object."
    assert run.code == 1
    assert run.broken["clusters: a created cluster is listed"] == [sentence]
    assert f"What was made could not be deleted. {sentence}" in run.printed
