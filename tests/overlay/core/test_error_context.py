"""Errors name the URL, headers and body of their request, without secrets, and no paid answer is lost."""

import pickle
from collections.abc import Callable
from typing import Any, Final

import httpx
import pytest

from bytezkit import errors
from tests.overlay.conftest import MakeClient
from tests.overlay.replies import MODEL, Chunks, output, reply
from tests.overlay.scripted_service import KEY, PROVIDER_KEY, resolve

pytestmark = pytest.mark.anyio

BASE_URL: Final = "https://gateway.example/bytez"
RUN_URL: Final = f"{BASE_URL}/models/v2/{MODEL}"


async def error_of(call: Callable[[], object]) -> errors.BytezError:
    with pytest.raises(errors.BytezError) as caught:
        await resolve(call())
    return caught.value


BOM: Final = b"\xef\xbb\xbf"
ANSWERS: Final = {
    "refused": (400, b'{"error": "no"}', errors.BadRequestError),
    "refused with a byte order mark": (400, BOM + b'{"error": "no"}', errors.BadRequestError),
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
    assert kind is not errors.BadRequestError or error.message == "no"
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


HTML: Final = b"<html>busy</html>"


def task_run(client: Any) -> Any:
    return client.model(MODEL, task="text-generation").run("a")


@pytest.mark.parametrize(
    ("written", "output"),
    [
        (rb'"a\ud83d"', "a\ufffd"),
        (rb'"\uDE00a"', "\ufffda"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
        (rb'"\\ud83d \ud83d"', "\\ud83d \ufffd"),
        (rb'"\"\n\ud83d"', '"\n\ufffd'),
    ],
)
@pytest.mark.parametrize("mark", [b"", BOM])
async def test_half_an_emoji_and_byte_order_mark_are_decoded(
    make_client: MakeClient, mark: bytes, written: bytes, output: str
) -> None:
    answer = reply(200, mark + b'{"output": %s, "error": null}' % written)
    it = make_client(answer, answer)
    typed = await it.do(task_run)
    assert typed.output == (await it.run("a")).output == output
    assert typed.raw == {"output": output, "error": None}


BODIES: Final = {
    "page of a gateway": (HTML, "invalid character .*; text/html: '<html>busy</html>'"),
    "other type": (b'{"output": {"a": 1}}', r"Expected `str`, got `object` - at `\$.output`; text/html: '{"),
    "NaN": (b'{"output": NaN}', "response: NaN is not valid JSON; text/html"),
    "infinity": (b'{"output": ["NaN", -Infinity]}', "response: -Infinity is not valid JSON; text/html"),
    "nothing": (b"", r"truncated \(POST"),
    "long": (b"<" + b"x" * 2000, r"'<x{149}' \(POST"),
}


@pytest.mark.parametrize(("body", "message"), BODIES.values(), ids=BODIES)
async def test_error_keeps_whole_body(make_client: MakeClient, body: bytes, message: str) -> None:
    it = make_client(reply(200, body, content_type="text/html"))
    with pytest.raises(errors.DecodeError, match=message) as caught:
        await it.do(task_run)
    assert caught.value.body == body
    assert caught.value.content_type == "text/html"
    assert pickle.loads(pickle.dumps(caught.value)).body == body


@pytest.mark.parametrize("media_type", ["text/html; charset=utf-8", "application/json"])
async def test_page_instead_of_a_stream_is_an_error(make_client: MakeClient, media_type: str) -> None:
    it = make_client(reply(200, HTML, content_type=media_type))
    with pytest.raises(errors.DecodeError, match=f"not a stream; {media_type}: ") as caught:
        await it.do(lambda client: client.model(MODEL).stream("a").read())
    assert caught.value.body == HTML
