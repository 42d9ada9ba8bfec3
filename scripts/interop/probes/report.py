"""Helpers of the Python probes. A probe prints one line of JSON per capability."""

import json
import logging
import urllib.request
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

KEY: Final = "interop-key"
TEXT_MODEL: Final = "openai-community/gpt2"
CHAT_MODEL: Final = "Qwen/Qwen3-4B"
IMAGE_MODEL: Final = "dreamlike-art/dreamlike-photoreal-2.0"
QA_MODEL: Final = "deepset/roberta-base-squad2"
VISION_MODEL: Final = "google/gemma-3-4b-it"
UNKNOWN_MODEL: Final = "nobody/nothing"
UNKNOWN_ERROR: Final = "Model does not exist or has yet to be added to the Bytez catalog"
PROMPT: Final = "Once upon a time\n\nat the café there was a"
MESSAGES: Final = [{"role": "user", "content": "Hello"}]
FIVE_WORDS: Final = {"min_new_tokens": 5, "max_new_tokens": 5}
QUESTION: Final = {"question": "Who wrote it?", "context": "Ron wrote it."}
IMAGE_URL: Final = "https://example.com/image.jpg"
TOOLS: Final = [{"type": "function", "function": {"name": "search", "parameters": {"type": "object"}}}]
PNG: Final = b"\x89PNG\r\n\x1a\n"

Outcome: TypeAlias = tuple[str, str]

WORKS: Final[Outcome] = ("works", "")
NOT_OFFERED: Final[Outcome] = ("not offered", "")


def client_fault(received: str) -> Outcome:
    """Return the outcome of a capability that handles a correct response wrongly.

    Args:
        received: Description of the value that the client returned.
    """
    return "client fault", received


def not_offered(client_object: object, *names: str) -> Outcome:
    """Check that a client has none of the functions, and return the outcome."""
    expect([name for name in names if hasattr(client_object, name)], [])
    return NOT_OFFERED


def expect(actual: object, expected: object) -> None:
    """Check a value.

    Raises:
        AssertionError: The value is not the expected one.
    """
    if actual != expected:
        raise AssertionError(f"{actual!r}, not {expected!r}")


def raised(call: Callable[[], object]) -> Exception:
    """Return the exception that a call raises.

    Raises:
        AssertionError: The call raises no exception.
    """
    try:
        call()
    except Exception as error:  # noqa: BLE001  # the caller checks the exception
        return error
    raise AssertionError("the call raised no exception")


def expect_five_words(text: str) -> None:
    """Check that a text is the prompt and five more words.

    Raises:
        AssertionError: The text is different.
    """
    expect((text[: len(PROMPT)], len(text[len(PROMPT) :].split())), (PROMPT, 5))


def download(url: str) -> bytes:
    """Download a file of the emulator."""
    with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310  # URL of the emulator
        content: bytes = response.read()
    return content


def report(probes: Mapping[str, Callable[[], Outcome]]) -> None:
    """Use each capability and print its outcome."""
    for capability, probe in probes.items():
        try:
            outcome, detail = probe()
        except Exception as error:
            # The exception is the outcome; the other capabilities must still run. stdout is for JSON only.
            logging.getLogger(__name__).exception(capability)
            outcome, detail = "fails", f"{type(error).__name__}: {error}"
        print(json.dumps({"capability": capability, "outcome": outcome, "detail": detail}), flush=True)
