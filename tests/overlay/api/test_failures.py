"""Removed endpoints, missing models, failed models and unknown outcomes of each operation of both APIs."""

from typing import Any

import httpx
import pytest

from bytezkit import errors
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import MODEL, Reply, error_reply, reply

pytestmark = pytest.mark.anyio

DIRECTLY = "run the model directly"
# Operation, whether it is retried after an unknown outcome, and what its removed endpoint is replaced by.
OPERATIONS: list[tuple[Any, bool, str]] = [
    (lambda c: c.model(MODEL).cluster.create(), False, DIRECTLY),
    (lambda c: c.model(MODEL).cluster.update(on=True), True, DIRECTLY),
    (lambda c: c.model(MODEL).cluster.delete(), False, DIRECTLY),
    (lambda c: c.model(MODEL).load(), True, DIRECTLY),
    (lambda c: c.clusters.list(), True, DIRECTLY),
    (lambda c: c.model(MODEL).cluster.get(), True, DIRECTLY),
    (lambda c: c.model(MODEL).cluster.wait_until_running(), True, DIRECTLY),
    (lambda c: c.v1.start(MODEL), False, "/model/load: use client.model(...).load"),
    (lambda c: c.v1.run(MODEL, "a"), False, "/model/run: use client.model(...).run"),
    (lambda c: c.v1.stream(MODEL, "a").read(), False, "/model/run: use client.model(...).run"),
    (lambda c: c.v1.shut_down(MODEL), False, "/model/delete: use client.model(...).cluster.delete"),
    (lambda c: c.v1.list_models(), True, "/model/list: use client.models.list"),
    (lambda c: c.v1.request(MODEL), True, "/model/job: use client.model(...).request"),
    (lambda c: c.v1.wait_until_available(MODEL), True, "/model/job: use client.model(...).request"),
    (lambda c: c.v1.load(MODEL), True, "/model/load: use client.model(...).load"),
    (lambda c: c.v1.wait_until_running(MODEL), True, "/model/status: use client.model(...).cluster.get"),
    (lambda c: c.v1.status(MODEL), True, "/model/status: use client.model(...).cluster.get"),
    (lambda c: c.v1.instances(), True, "/model/instances: use client.clusters.list"),
]


@pytest.mark.parametrize(("action", "is_retried", "successor"), OPERATIONS)
async def test_operation_maps_each_failure_to_its_error(
    make_client: MakeClient, action: Any, is_retried: bool, successor: str
) -> None:
    async def fail(*replies: Reply) -> Any:
        it = make_client(*replies)
        with pytest.raises(errors.BytezError) as caught:
            await it.do(action)
        request = it.script.requests[0]
        assert (caught.value.method, caught.value.path) == (request.method, request.url.path)
        return caught.value

    for status, message in [(404, "Cannot PUT /models/v2"), (405, "does not exist")]:
        error = await fail(error_reply(status, message, x_request_id="r-1"))
        assert isinstance(error, errors.LifecycleUnavailableError)
        assert successor in error.message
        assert (error.status, error.attempts, error.request_id) == (status, 1, "r-1")
        assert error.__context__ is None

    for message in (f"Cluster for {MODEL} does not exist", f"{MODEL} is not loaded"):
        error = await fail(error_reply(404, message))
        assert (type(error), error.message) == (errors.NotFoundError, message)

    error = await fail(reply(200, {"error": "CUDA out of memory"}, content_type="application/json"))
    assert (type(error), error.message) == (errors.ModelFailedError, "CUDA out of memory")

    error = await fail(httpx.ReadError("cut"), error_reply(400))
    assert type(error) is (errors.BadRequestError if is_retried else errors.ConnectionFailedError)
