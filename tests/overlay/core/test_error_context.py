"""Errors name the URL, headers and body of their request, without secrets."""

import pickle
from collections.abc import Callable
from typing import Final

import httpx
import pytest

from bytezkit import errors
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import (
    KEY,
    MODEL,
    PROVIDER_KEY,
    Chunks,
    output,
    reply,
    resolve,
)

pytestmark = pytest.mark.anyio

BASE_URL: Final = "https://gateway.example/bytez"
RUN_URL: Final = f"{BASE_URL}/models/v2/{MODEL}"


async def error_of(call: Callable[[], object]) -> errors.BytezError:
    with pytest.raises(errors.BytezError) as caught:
        await resolve(call())
    return caught.value


ANSWERS: Final = {
    "refused": (400, b'{"error": "no"}', errors.BadRequestError),
    "gone": (405, b"gone", errors.LifecycleUnavailableError),
    "an error in a success": (200, b'{"error": "no", "output": "half"}', errors.ModelFailedError),
    "not JSON": (200, b"<html>", errors.DecodeError),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_error_of_an_answer_names_url_headers_and_body(
    make_client: MakeClient, answer: tuple[int, bytes, type[errors.BytezError]]
) -> None:
    status, body, kind = answer
    headers = {"content_type": "text/weird", "x_request_id": "r-1", "set_cookie": "session=secret"}
    it = make_client(reply(status, body, **headers), base_url=BASE_URL)
    is_run = kind is not errors.LifecycleUnavailableError
    model = it.client.model(MODEL)
    error = await error_of(lambda: model.run("a") if is_run else model.load())
    assert type(error) is kind
    assert error.url == RUN_URL
    assert str(error).endswith(f" ({'POST' if is_run else 'PUT'} {RUN_URL})")
    assert error.path == f"/models/v2/{MODEL}"
    assert error.headers["x-request-id"] == error.request_id == "r-1"
    assert error.headers["set-cookie"] == "***"
    assert error.content_type == "text/weird"
    assert error.body_excerpt == body.decode()
    assert f"status={status}" in repr(error)
    assert vars(pickle.loads(pickle.dumps(error))) == vars(error)


async def test_error_of_an_interrupted_stream_has_headers_and_no_body(make_client: MakeClient) -> None:
    it = make_client(reply(200, Chunks([b"a", httpx.ReadError("cut")])), base_url=BASE_URL)
    error = await error_of(lambda: it.client.model(MODEL).stream("a").read())
    assert (error.url, error.body_excerpt, error.content_type) == (RUN_URL, None, "text/plain")


@pytest.mark.parametrize("status", [200, 403])
async def test_keys_in_headers_bodies_and_queries_are_redacted(make_client: MakeClient, status: int) -> None:
    # The end of the excerpt cuts the last key in two.
    body = f"{KEY} {PROVIDER_KEY} ".encode() + b"x" * 980 + KEY.encode()
    answer = reply(status, body, x_echo=f"Key {KEY}", authorization="Key short")
    it = make_client(answer, answer, base_url=BASE_URL, provider_key=PROVIDER_KEY)
    listed = await error_of(lambda: it.client.models.list(model_id=f"some/{KEY}"))
    assert listed.url == f"{BASE_URL}/models/v2/list/models?modelId=some%2F***"
    run = await error_of(lambda: it.client.model(MODEL).run("a"))
    assert run.headers["x-echo"] == "Key ***"
    assert run.headers["authorization"] == "***"
    assert run.body_excerpt is not None
    assert run.body_excerpt.startswith("*** *** xxx")
    for error in (listed, run):
        shown = f"{error} {error!r} {vars(error)} {pickle.dumps(error)!r}"
        assert KEY[:8] not in shown
        assert PROVIDER_KEY[:8] not in shown


async def test_message_from_a_success_is_redacted(make_client: MakeClient) -> None:
    it = make_client(reply(200, {"error": f"bad key {KEY}", "output": None}))
    assert (await error_of(lambda: it.client.model(MODEL).run("a"))).message == "bad key ***"


async def test_url_of_media_shows_no_signature_and_no_password(make_client: MakeClient) -> None:
    url = "https://user:word@media.example/a.png?signature=s3cret#s3cret"
    moved = reply(302, b"", location="ftp://media.example/b.png?signature=s3cret")
    it = make_client(output(url), reply(403, b"expired"), moved)
    media = (await it.do(lambda client: client.model(MODEL, task="text-to-image").run("a"))).output
    for error in [await error_of(media.download), await error_of(media.download)]:
        assert error.url == error.path == "https://media.example/a.png"
        assert "s3cret" not in f"{error} {vars(error)}"
        assert "word" not in f"{error} {vars(error)}"


def test_repr_of_an_error_is_short() -> None:
    assert repr(errors.NotFoundError("no", status=404)) == "NotFoundError('no', status=404)"
    assert repr(errors.ConnectionFailedError("no")) == "ConnectionFailedError('no')"
    assert len(repr(errors.ServerError("\x00" * 10_000, status=500))) < 200
