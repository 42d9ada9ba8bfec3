"""Invariants of the lists of models and tasks."""

from typing import cast

import pytest

from bytezkit_contract._server import Server, ServerResponse

MODELS_PATH = "/models/v2/list/models"
UNKNOWN_MODEL = "bytezkit-contract/no-such-model"
# The catalog has dozens of tasks; one request for each would use up small budgets.
MAX_TASKS = 5


def list_models(server: Server, query: str = "") -> ServerResponse:
    """List models."""
    return server.send("GET", f"{MODELS_PATH}{query}").expect(200)


def require_models(response: ServerResponse, expected: list[str]) -> None:
    """Require that the list has exactly these models, in any order."""
    found = response.strings_of(response.output, "modelId")
    problem = f"it lists {len(found)} models; {len(expected)} models of the unfiltered list match the filter"
    response.require(sorted(found) == sorted(expected), problem)


def test_filtering_by_task_returns_the_models_with_this_task(server: Server) -> None:
    unfiltered = list_models(server)
    tasks = unfiltered.strings_of(unfiltered.output, "task")
    models = unfiltered.strings_of(unfiltered.output, "modelId")
    for task in sorted(set(tasks))[:MAX_TASKS]:
        expected = [model for model, its_task in zip(models, tasks, strict=True) if its_task == task]
        require_models(list_models(server, f"?task={task}"), expected)


def test_filtering_by_id_returns_the_model_with_this_id(server: Server) -> None:
    require_models(list_models(server, f"?modelId={server.target.model}"), [server.target.model])


@pytest.mark.parametrize("query", [f"?modelId={UNKNOWN_MODEL}", "?task=no-such-task"])
def test_a_filter_without_matches_returns_an_empty_list(query: str, server: Server) -> None:
    require_models(list_models(server, query), [])


def test_two_filters_return_the_models_that_match_both(server: Server) -> None:
    require_models(list_models(server, f"?task=no-such-task&modelId={server.target.model}"), [])


def test_the_list_of_tasks_contains_the_task_of_each_model(server: Server) -> None:
    tasks = server.send("GET", "/models/v2/list/tasks").expect(200)
    tasks.require(isinstance(tasks.output, list), "output is not a list")
    models = list_models(server)
    missing = sorted(set(models.strings_of(models.output, "task")) - set(cast("list[str]", tasks.output)))
    tasks.require(not missing, f"the list lacks tasks of models: {', '.join(missing)}")
