"""`TextDecoder`: UTF-8 and the failure marker across chunk boundaries."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytezkit._core.decoders import TextDecoder
from bytezkit.errors import BytezError, DecodeError, ModelFailedError

FAILURE = "INTERNAL_BYTEZ_ERROR:"


def decode(*chunks: bytes) -> str:
    decoder = TextDecoder()
    return "".join([*map(decoder.feed, chunks), decoder.finish()])


def outcome(*chunks: bytes) -> str | tuple[type[BytezError], str]:
    try:
        return decode(*chunks)
    except BytezError as error:
        return type(error), error.message


def single_bytes(content: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in content]


HEADS = st.sampled_from([b"", FAILURE.encode(), FAILURE[:7].encode()])
CONTENT = st.builds(bytes.__add__, HEADS, st.text().map(str.encode) | st.binary())


@given(content=CONTENT, cuts=st.lists(st.integers(0, 60)))
def test_chunking_does_not_change_text_or_error(content: bytes, cuts: list[int]) -> None:
    bounds = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    chunks = [content[start:end] for start, end in pairwise(bounds)]
    assert outcome(*chunks) == outcome(content) == outcome(*single_bytes(content))


@pytest.mark.parametrize(
    "text",
    [
        *("", "one\n\ntwo\r\nthree\r", "a\u2028b\u2029c\x85d\x0be\x1cf", "\ufeffbom", "🙂 grüße \x00"),
        *("INTERNAL", FAILURE[:-1], f" {FAILURE} not at the start", "internal_bytez_error: no"),
    ],
)
def test_text_is_unchanged(text: str) -> None:
    assert decode(*single_bytes(text.encode())) == text


def test_feed_returns_text_once_it_cannot_be_a_failure() -> None:
    decoder = TextDecoder()
    pieces = [decoder.feed(chunk) for chunk in (b"INTER", b"NET\xc3", b"\xbc", b"ok")]
    assert pieces == ["", "INTERNET", "ü", "ok"]


def test_failure_message_is_bounded() -> None:
    with pytest.raises(ModelFailedError) as caught:
        decode(FAILURE.encode(), *[b"x" * 1000] * 50)
    assert len(caught.value.message) == 2000


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"abc\xff", "invalid start byte"), (b"abc\xe2\x28", "continuation byte"), (b"abc\xf0\x9f", "end")],
)
def test_invalid_utf8_raises_decode_error(content: bytes, reason: str) -> None:
    with pytest.raises(DecodeError, match=f"not UTF-8: .*{reason}") as caught:
        decode(content)
    assert caught.value.__context__ is None
