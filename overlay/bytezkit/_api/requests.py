"""Requests from the builders of the generated client.

The builders return method, path and query. Operations encode the body themselves from the generated
TypedDicts, because the generated body classes would drop unknown members.
"""

from collections.abc import Mapping
from typing import Final, cast

from msgspec.structs import replace

from bytezkit._core.effects import Request
from bytezkit._core.model_id import ModelId
from bytezkit_client.api.inference import run_model_v2
from bytezkit_client.models import RunRequest
from bytezkit_client.types import UNSET, Unset

# The generated builder requires a body. The operation replaces it for each run.
_PLACEHOLDER_BODY: Final = RunRequest()


def built_request(built: Mapping[str, object], *, repeatable: bool) -> Request:
    """Return the request of a generated builder without its body."""
    query = cast("Mapping[str, str]", built.get("params", {}))
    return Request(
        method=str(built["method"]).upper(), path=str(built["url"]), query=query, repeatable=repeatable
    )


def run_request(model_id: ModelId) -> Request:
    """Return the request that runs a model, without its body."""
    request = built_request(run_model_v2.build_request(*model_id, body=_PLACEHOLDER_BODY), repeatable=False)
    return replace(request, provider_key=True)


def task_filter(task: str | None) -> str | Unset:
    """Validate the name of a task. Unknown names are allowed, because the service may add tasks.

    Raises:
        TypeError: The name is not a string.
        ValueError: The name cannot be encoded in UTF-8.
    """
    if task is None:
        return UNSET
    if not isinstance(task, str):
        raise TypeError(f"task must be a string, not {type(task).__name__}")
    if task.encode(errors="ignore").decode() != task:
        raise ValueError(f"the task {task!r:.80} cannot be encoded in UTF-8")
    return task
