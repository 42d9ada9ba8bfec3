"""The same bytes give the same text, however they are cut into chunks."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytezkit._core.decoders import TextDecoder
from bytezkit.errors import BytezError, DecodeError, ModelFailedError

FAILURE = "INTERNAL_BYTEZ_ERROR:"


def read(*chunks: bytes) -> str:
    decoder = TextDecoder()
    return "".join([*map(decoder.feed, chunks), decoder.finish()])


def outcome(*chunks: bytes) -> str | tuple[type[BytezError], str]:
    try:
        return read(*chunks)
    except BytezError as error:
        return type(error), error.message


def byte_by_byte(content: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in content]


CONTENT = st.one_of(
    st.text().map(str.encode),
    st.binary(),
    st.builds(lambda head, tail: head.encode() + tail, st.sampled_from([FAILURE, FAILURE[:7]]), st.binary()),
)


@given(content=CONTENT, cuts=st.lists(st.integers(0, 60)))
def test_any_chunking_gives_the_same_text_or_the_same_error(content: bytes, cuts: list[int]) -> None:
    bounds = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    chunks = [content[start:end] for start, end in pairwise(bounds)]
    assert outcome(*chunks) == outcome(content) == outcome(*byte_by_byte(content))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one\n\ntwo\r\nthree\r",
        "a\u2028b\u2029c\x85d\x0be\x1cf",
        "\ufeffbom",
        "🙂 grüße \x00",
        "INTERNAL",
        FAILURE[:-1],
        f" {FAILURE} not at the start",
        "internal_bytez_error: no",
    ],
)
def test_text_comes_through_as_it_is(text: str) -> None:
    assert read(*byte_by_byte(text.encode())) == text


def test_text_is_passed_on_as_soon_as_it_is_known_not_to_be_a_failure() -> None:
    decoder = TextDecoder()
    pieces = [decoder.feed(chunk) for chunk in (b"INTER", b"NET\xc3", b"\xbc", b"ok")]
    assert pieces == ["", "INTERNET", "ü", "ok"]


def test_a_failure_of_the_model_is_told_whole_but_not_at_any_length() -> None:
    with pytest.raises(ModelFailedError, match=f"^{FAILURE} out of memory$"):
        read(*byte_by_byte(f"{FAILURE} out of memory".encode()))
    with pytest.raises(ModelFailedError) as caught:
        read(FAILURE.encode(), *[b"x" * 1000] * 50)
    assert len(caught.value.message) == 2000


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"abc\xff", "invalid start byte"),
        (b"abc\xe2\x28", "invalid continuation byte"),
        (b"abc\xf0\x9f", "end"),
    ],
)
def test_bytes_that_are_not_text_are_an_error(content: bytes, reason: str) -> None:
    with pytest.raises(DecodeError, match=f"not UTF-8: .*{reason}") as caught:
        read(content)
    assert caught.value.__context__ is None
