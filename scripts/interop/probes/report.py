"""What a probe says of its client: a line of JSON per capability."""

import json
import urllib.request
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

KEY: Final = "interop-key"
LLM: Final = "openai-community/gpt2"
CHAT: Final = "Qwen/Qwen3-4B"
PAINTER: Final = "dreamlike-art/dreamlike-photoreal-2.0"
READER: Final = "deepset/roberta-base-squad2"
UNKNOWN: Final = "nobody/nothing"
UNKNOWN_ERROR: Final = "Model does not exist or has yet to be added to the Bytez catalog"
PROMPT: Final = "Once upon a time\n\nat the café there was a"
MESSAGES: Final = [{"role": "user", "content": "Hello"}]
FIVE_WORDS: Final = {"min_new_tokens": 5, "max_new_tokens": 5}
QUESTION: Final = {"question": "Who wrote it?", "context": "Ron wrote it."}
PNG: Final = b"\x89PNG\r\n\x1a\n"

Outcome: TypeAlias = tuple[str, str]

WORKS: Final[Outcome] = ("works", "")
NOT_OFFERED: Final[Outcome] = ("not offered", "")


def client_fault(received: str) -> Outcome:
    """Say what became of an answer in a client that spoils it."""
    return "client fault", received


def not_offered(thing: object, *names: str) -> Outcome:
    """Say that the client has no such function, after a look."""
    expect([name for name in names if hasattr(thing, name)], [])
    return NOT_OFFERED


def expect(actual: object, wanted: object) -> None:
    """Check one value.

    Raises:
        AssertionError: It is another one.
    """
    if actual != wanted:
        raise AssertionError(f"{actual!r}, not {wanted!r}")


def raised(call: Callable[[], object]) -> Exception:
    """Return what a call raises.

    Raises:
        AssertionError: Nothing.
    """
    try:
        call()
    except Exception as error:  # noqa: BLE001  # what it is, the caller looks at
        return error
    raise AssertionError("nothing was raised")


def expect_five_words(text: str) -> None:
    """Check that a text is the prompt and five words more.

    Raises:
        AssertionError: It is not.
    """
    expect((text[: len(PROMPT)], len(text[len(PROMPT) :].split())), (PROMPT, 5))


def download(url: str) -> bytes:
    """Fetch what the emulator serves."""
    with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310  # the emulator gave it
        content: bytes = response.read()
    return content


def report(probes: Mapping[str, Callable[[], Outcome]]) -> None:
    """Try each capability and print what came of it."""
    for capability, probe in probes.items():
        try:
            outcome, detail = probe()
        except Exception as error:  # noqa: BLE001  # whatever a client raises is its outcome
            outcome, detail = "fails", f"{type(error).__name__}: {error}"
        print(json.dumps({"capability": capability, "outcome": outcome, "detail": detail}), flush=True)
