"""The older API against the emulator, in virtual time."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from bytezkit import AsyncBytez, Bytez, Progress
from bytezkit.errors import (
    AuthenticationError,
    BadRequestError,
    ConflictError,
    ModelFailedError,
    NotFoundError,
    PaymentRequiredError,
    RateLimitError,
    UnprocessableContentError,
    WaitTimeoutError,
)
from bytezkit.testing import EmulatorClock
from bytezkit_emulator import Emulator

GPT2 = "openai-community/gpt2"
NEW = "example/new-model"
PROMPT = "Once upon a time there was a"
FIVE_TOKENS = {"max_new_tokens": 5, "min_new_tokens": 5}


def connect(emulator: Emulator) -> Bytez:
    return Bytez(
        "test-key", base_url="http://localhost", http_client=httpx.Client(transport=emulator.transport)
    )


@pytest.fixture
def waiting() -> Bytez:
    """A client whose pauses are what lets the emulator's time pass."""
    emulator = Emulator(clock="manual")
    return Bytez(
        "test-key",
        base_url="http://localhost",
        http_client=httpx.Client(transport=emulator.transport),
        clock=EmulatorClock(emulator.clock),
    )


def test_synchronous(client: Bytez) -> None:
    v1 = client.v1
    assert GPT2 in [model.name for model in v1.list_models("text-generation")]
    assert {model.task for model in v1.list_models("text-generation")} == {"text-generation"}
    assert len(v1.list_models()) > len(v1.list_models("text-generation"))

    loaded = v1.load(GPT2, concurrency=2, idle_timeout=timedelta(minutes=5))
    assert (loaded.model_id, loaded.status, loaded.concurrency) == (GPT2, "RUNNING", 2)
    assert loaded.idle_timeout == timedelta(minutes=5)

    result = v1.run(GPT2, PROMPT, params=FIVE_TOKENS)
    assert isinstance(result.output, list)
    assert isinstance(result.output[0], dict)
    text = result.output[0]["generated_text"]
    assert isinstance(text, str)
    assert text.startswith(PROMPT)
    assert len(text.split()) == len(PROMPT.split()) + 5
    with v1.stream(GPT2, PROMPT, params=FIVE_TOKENS) as stream:
        assert stream.read() == text
    assert v1.stream(GPT2, {"prompt": PROMPT}, params=FIVE_TOKENS).read() == text

    assert v1.status(GPT2).inferences == 3
    assert [instance.model_id for instance in v1.instances()] == [GPT2]
    v1.shut_down(GPT2)
    assert v1.status(GPT2).status == "STOPPED"
    assert v1.instances() == []


@pytest.mark.anyio
async def test_asynchronous(async_client: AsyncBytez) -> None:
    v1 = async_client.v1
    assert GPT2 in [model.name for model in await v1.list_models()]
    assert (await v1.request(NEW)).available is False
    assert (await v1.wait_until_available(NEW)).available is True
    assert (await v1.start(GPT2)).status == "started"
    assert (await v1.wait_until_running(GPT2)).status == "RUNNING"
    assert (await v1.load(GPT2, concurrency=7)).concurrency == 1

    result = await v1.run(GPT2, PROMPT, params=FIVE_TOKENS)
    async with v1.stream(GPT2, PROMPT, params=FIVE_TOKENS) as stream:
        assert [{"generated_text": await stream.read()}] == result.output

    assert [instance.model_id for instance in await v1.instances()] == [GPT2]
    await v1.shut_down(GPT2)
    assert (await v1.status(GPT2)).status == "STOPPED"


@pytest.mark.parametrize(
    ("model", "given", "media_type", "signature"),
    [
        ("dreamlike-art/dreamlike-photoreal-2.0", "A cat", "image/png", b"\x89PNG"),
        ("afshr/cam_finetune", None, "image/png", b"\x89PNG"),
        ("suno/bark-small", "Hello", "audio/wav", b"RIFF"),
        ("ali-vilab/text-to-video-ms-1.7b", "A cat", "video/mp4", b"\x00\x00"),
    ],
)
def test_files(model: str, given: str | None, media_type: str, signature: bytes) -> None:
    v1 = connect(Emulator()).v1
    v1.load(model)

    result = v1.run(model, given)

    assert (result.output, result.media_type) == (None, media_type)
    assert result.media is not None
    assert result.media.startswith(signature)


def test_members_of_the_input_stand_beside_the_others() -> None:
    v1 = connect(Emulator()).v1
    v1.load("deepset/roberta-base-squad2")

    result = v1.run("deepset/roberta-base-squad2", {"question": "Who wrote it?", "context": "Ron wrote it."})

    assert isinstance(result.output, dict)
    assert {"answer", "score", "start", "end"} <= result.output.keys()


def test_progress_until_running(waiting: Bytez) -> None:
    seen: list[Progress] = []

    instance = waiting.v1.load(GPT2, on_progress=seen.append)

    assert instance.status == seen[-1].status == "RUNNING"
    assert len({progress.status for progress in seen}) > 1
    assert timedelta(seconds=30) <= seen[-1].elapsed <= timedelta(seconds=36)


def test_a_load_under_way_is_waited_for(waiting: Bytez) -> None:
    waiting.v1.start(GPT2, concurrency=3)
    with pytest.raises(RateLimitError, match="operation already in progress") as caught:
        waiting.v1.start(GPT2)
    assert caught.value.attempts == 1

    assert waiting.v1.load(GPT2).concurrency == 3


def test_time_runs_out(waiting: Bytez) -> None:
    with pytest.raises(WaitTimeoutError, match="not running after 0:00:10") as caught:
        waiting.v1.load(GPT2, timeout=timedelta(seconds=10))
    assert caught.value.last_status not in {None, "RUNNING"}

    with pytest.raises(WaitTimeoutError, match="not available after 0:00:10"):
        waiting.v1.wait_until_available(NEW, timeout=timedelta(seconds=10))


def test_a_model_that_is_not_loaded_is_not_waited_for(waiting: Bytez) -> None:
    with pytest.raises(ModelFailedError, match="is STOPPED"):
        waiting.v1.wait_until_running(GPT2)


def test_requested_until_available(waiting: Bytez) -> None:
    seen: list[Progress] = []
    with pytest.raises(NotFoundError, match="Model does not exist"):
        waiting.v1.start(NEW)

    job = waiting.v1.wait_until_available(NEW, on_progress=seen.append)

    assert job.available
    assert job.started is not None
    assert job.ended is not None
    assert seen[0].status == "queued"
    assert seen[-1].status == "Model available"
    assert waiting.v1.load(NEW).status == "RUNNING"


@pytest.mark.parametrize(
    ("action", "error", "message"),
    [
        (
            lambda: connect(Emulator(keys=["another"])).v1.list_models("chat"),
            AuthenticationError,
            "Unauthorized",
        ),
        (lambda: connect(Emulator()).v1.run(GPT2, "a"), ConflictError, "is not loaded"),
        (lambda: connect(Emulator()).v1.stream(GPT2, "a"), ConflictError, "is not loaded"),
        (lambda: connect(Emulator()).v1.shut_down(GPT2), NotFoundError, "is not loaded"),
        (lambda: connect(Emulator()).v1.status("no/such"), NotFoundError, "Model does not exist"),
        (lambda: connect(Emulator()).v1.load("no/such"), NotFoundError, "Model does not exist"),
        (lambda: connect(Emulator()).v1.run("no/such", "a"), NotFoundError, "Model does not exist"),
        (lambda: connect(Emulator(credits=0)).v1.load(GPT2), PaymentRequiredError, "credits"),
    ],
)
def test_refusals(action: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        action()


def test_input_that_does_not_fit_the_task() -> None:
    v1 = connect(Emulator()).v1
    v1.load(GPT2)
    with pytest.raises(UnprocessableContentError, match="text"):
        v1.run(GPT2, {"question": "a", "context": "b"})
    with pytest.raises(BadRequestError, match="body"):
        v1.run(GPT2, {"prompt": 5})
