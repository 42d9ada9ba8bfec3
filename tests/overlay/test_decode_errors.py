"""No answer that was charged is lost: what can be decoded is, and else the error keeps the body."""

import json
import pickle
from typing import Any, Final

import pytest

from bytezkit import errors
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import KEY, MODEL, reply

pytestmark = pytest.mark.anyio

BOM: Final = b"\xef\xbb\xbf"
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


async def test_byte_order_mark_before_an_error_is_ignored(make_client: MakeClient) -> None:
    it = make_client(reply(400, BOM + b'{"error": "no"}'))
    with pytest.raises(errors.BadRequestError, match=r"^no \("):
        await it.run("a")


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


async def test_body_of_error_has_no_key(make_client: MakeClient) -> None:
    it = make_client(reply(200, json.dumps({"output": [KEY]}).encode()))
    with pytest.raises(errors.DecodeError) as caught:
        await it.do(task_run)
    assert caught.value.body == b'{"output": ["***"]}'


@pytest.mark.parametrize("media_type", ["text/html; charset=utf-8", "application/json"])
async def test_page_instead_of_a_stream_is_an_error(make_client: MakeClient, media_type: str) -> None:
    it = make_client(reply(200, HTML, content_type=media_type))
    with pytest.raises(errors.DecodeError, match=f"not a stream; {media_type}: ") as caught:
        await it.do(lambda client: client.model(MODEL).stream("a").read())
    assert caught.value.body == HTML
