"""The lists of models and tasks."""

from typing import cast

import pytest

from bytezkit_contract._server import Answer, Server

MODELS = "/models/v2/list/models"
UNKNOWN = "bytezkit-contract/no-such-model"
FEW = 5


def models(server: Server, query: str = "") -> Answer:
    """List models."""
    return server.send("GET", f"{MODELS}{query}").expect(200)


def require_filtered(answer: Answer, expected: list[str]) -> None:
    """Go on if the list has these models, in whatever order."""
    found = answer.texts_of(answer.output, "modelId")
    problem = f"it has {len(found)} models, and the whole list {len(expected)} that fit"
    answer.require(sorted(found) == sorted(expected), problem)


def test_the_filter_by_task_leaves_the_models_of_the_task(server: Server) -> None:
    whole = models(server)
    tasks = whole.texts_of(whole.output, "task")
    ids = whole.texts_of(whole.output, "modelId")
    for task in sorted(set(tasks))[:FEW]:
        expected = [id_ for id_, of in zip(ids, tasks, strict=True) if of == task]
        require_filtered(models(server, f"?task={task}"), expected)


def test_the_filter_by_id_leaves_the_model(server: Server) -> None:
    require_filtered(models(server, f"?modelId={server.target.model}"), [server.target.model])


@pytest.mark.parametrize("query", [f"?modelId={UNKNOWN}", "?task=no-such-task"])
def test_a_filter_that_nothing_fits_leaves_nothing(query: str, server: Server) -> None:
    require_filtered(models(server, query), [])


def test_the_two_filters_hold_together(server: Server) -> None:
    require_filtered(models(server, f"?task=no-such-task&modelId={server.target.model}"), [])


def test_the_task_of_each_model_is_listed(server: Server) -> None:
    listed = server.send("GET", "/models/v2/list/tasks").expect(200)
    listed.require(isinstance(listed.output, list), "its output is no list")
    whole = models(server)
    missing = sorted(set(whole.texts_of(whole.output, "task")) - set(cast("list[str]", listed.output)))
    listed.require(not missing, f"it lacks tasks that models have: {', '.join(missing)}")
