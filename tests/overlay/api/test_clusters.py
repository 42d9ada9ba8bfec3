"""Clusters: removed endpoints, missing clusters and retries of their operations."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bytezkit import errors
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import MODEL, error_reply

pytestmark = pytest.mark.anyio


def create(client: Any) -> object:
    return client.model(MODEL).cluster.create()


def update(client: Any) -> object:
    return client.model(MODEL).cluster.update(on=True)


def delete(client: Any) -> object:
    return client.model(MODEL).cluster.delete()


def load(client: Any) -> object:
    return client.model(MODEL).load()


OPERATIONS: list[Callable[[Any], object]] = [
    *(create, update, delete, load),
    lambda client: client.clusters.list(),
    lambda client: client.model(MODEL).cluster.get(),
    lambda client: client.model(MODEL).cluster.wait_until_running(),
]


@pytest.mark.parametrize("action", OPERATIONS)
@pytest.mark.parametrize(("status", "message"), [(404, "Cannot PUT /models/v2"), (405, "does not exist")])
async def test_removed_endpoint_raises_lifecycle_unavailable(
    make_client: MakeClient, action: Any, status: int, message: str
) -> None:
    it = make_client(error_reply(status, message, x_request_id="r-1"))
    with pytest.raises(errors.LifecycleUnavailableError, match="run the model directly") as caught:
        await it.do(action)
    error, request = caught.value, it.request()
    assert (error.method, error.path, error.request_id) == (request.method, request.url.path, "r-1")
    assert (error.status, error.attempts, error.__context__) == (status, 1, None)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        *((action, f"Cluster for {MODEL} does not exist") for action in OPERATIONS),
        (lambda client: client.model(MODEL).run("a"), "nothing here"),
    ],
)
async def test_missing_cluster_or_model_raises_not_found(
    make_client: MakeClient, action: Any, message: str
) -> None:
    with pytest.raises(errors.NotFoundError, match=message):
        await make_client(error_reply(404, message)).do(action)


@pytest.mark.parametrize(
    ("action", "is_retried"), [(create, False), (update, True), (delete, False), (load, True)]
)
async def test_only_repeatable_operation_is_retried_after_unknown_outcome(
    make_client: MakeClient, action: Any, is_retried: bool
) -> None:
    it = make_client(httpx.ReadError("cut"), error_reply(400))
    with pytest.raises(errors.BadRequestError if is_retried else errors.ConnectionFailedError):
        await it.do(action)
