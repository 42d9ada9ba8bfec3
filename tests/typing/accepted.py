"""Correct uses of the client, and their types."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import IO, assert_type

from numpy import uint8
from numpy.typing import NDArray
from PIL import Image
from polars import DataFrame

import bytezkit
from bytezkit import Bytez, Failure, Metadata, Outcomes, Progress, Result, Success, TextStream, errors, types
from bytezkit.bulk import QuestionContextColumns, RunBatch
from bytezkit.handles import AsyncChatModel, ChatModel, ImageClassificationModel, Models, TextGenerationModel
from bytezkit.messages import audio, image, system, user
from bytezkit.types import ChatMessage, Cluster, Instance, JsonInput, JsonValue, ModelDetails, Outcome
from bytezkit_client import AuthenticatedClient
from bytezkit_client import models as low_level
from bytezkit_client.api.inference import (
    run_text_generation,
    run_text_generation_stream,
    run_text_to_image_bytes,
)

MESSAGES: list[ChatMessage] = [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]
TIMEOUT = timedelta(minutes=10)


def construction() -> None:
    client = Bytez("key", base_url="http://localhost:8080", provider_key="other", clock=bytezkit.Clock())
    Bytez(deadline=5, idle_timeout=0.5, headers={"x-team": "a"}).with_options(deadline=None)
    Bytez(deadline=None, idle_timeout=TIMEOUT, retry_unknown_outcomes=True, allow_insecure=False)
    assert_type(client.openai_options(), types.OpenAIOptions)
    assert_type(client.with_options(deadline=TIMEOUT, provider_key="a", max_retries=0), Bytez)
    with Bytez() as entered:
        assert_type(entered, Bytez)


def text_generation(client: Bytez) -> None:
    model = client.model("openai-community/gpt2", task="text-generation")
    params: types.TextGenerationParams = {"max_new_tokens": 20, "temperature": 1}
    result = model.run("Once", params=params, extra_params={"seed": [1, None]}, auto_scale=True)
    assert_type(result, Result[str])
    stream = model.stream("Once", params={"do_sample": True}, auto_scale=False)
    with stream as entered:
        assert_type(entered, TextStream)
        for text in entered:
            assert_type(text, str)
    assert_type(stream.read(), str)
    assert_type(stream.metadata, Metadata)
    handle: bytezkit.Handle = model
    assert_type(handle.model_id, str)
    assert_type(model.run([{"role": "user", "content": "Once"}], params=params), Result[str])
    assert_type(model.stream([user("Once")]).read(), str)


def chat(client: Bytez) -> None:
    model = client.model("microsoft/Phi-3-mini-4k-instruct", task="chat")
    params: types.ChatParams = types.GenerationParams(max_length=3)
    result = model.run(MESSAGES, params=params)
    assert_type(result, Result[types.AssistantMessage])
    assert_type(result.output.content, str)
    assert_type(result.output.tool_calls, list[types.ToolCall] | None)
    tool: JsonInput = {"type": "function", "function": {"name": "weather"}}
    provider_params: types.ProviderParams = {"max_tokens": 5, "tools": [tool], "tool_choice": "auto"}
    model.run("Weather?", params=provider_params)
    model.run("Weather?", params={"max_completion_tokens": 5, "temperature": 1})
    model.run([{"role": "assistant", "content": None, "tool_calls": [tool]}], params={"temperature": 1})
    assert_type(model.run([{"role": "user", "content": "Hello"}]).output.role, str)
    assert_type(model.stream(tuple(MESSAGES)), TextStream)
    assert_type(model.run("Hello"), Result[types.AssistantMessage])
    pictured = client.model("google/gemma-3-4b-it", task="image-text-to-text")
    assert_type(pictured.run("Why?", Path("a.png"), mime="image/png").output.content, str)


def untyped(client: Bytez, given: JsonInput, text: types.TextInput, nested: dict[str, list[int]]) -> None:
    model = client.model("openai/gpt-4o")
    model.run(text)
    assert_type(client.model("openai/gpt-4o", task=None).run(given), Result[JsonValue])
    assert_type(model.run({"text": "a", "new": nested}, params={"b": [1, None]}), Result[JsonValue])
    assert_type(model.run("a", auto_scale=True).output, JsonValue)
    assert_type(model.stream(["a", 1]), TextStream)
    assert_type(model.stream_media({"text": "a"}, params={"b": 1}), bytezkit.MediaStream)
    assert_type(client.media("https://a/b.png"), types.MediaRef)
    client.media("https://a/b.png").save("b.png")


def many(client: Bytez, embedded: Outcome[str, list[float]]) -> None:
    model = client.model("openai-community/gpt2", task="text-generation")
    params: types.TextGenerationParams = {"max_new_tokens": 20}
    outcomes = model.map(open("in.txt"), concurrency=16, ordered=False, params=params, auto_scale=True)  # noqa: SIM115, PTH123
    assert_type(outcomes, Outcomes[str, str])
    with outcomes as entered:
        assert_type(entered, Outcomes[str, str])
        for outcome in entered:
            assert_type(outcome, Outcome[str, str])
            assert_type((outcome.index, outcome.input), tuple[int, str])
            if outcome.error is None:
                assert_type(outcome, Success[str, str])
                assert_type(outcome.result, Result[str])
            else:
                assert_type(outcome, Failure[str])
                assert_type(outcome.error, Exception)
            if outcome.result is not None:
                assert_type(outcome, Success[str, str])
    match embedded:
        case Success(result=result):
            assert_type(result.output, list[float])
        case Failure(error=error):
            assert_type(error, Exception)
    reader = client.model("a/b", task="question-answering")
    pairs = zip(["Who?", "Where?"], ["Ron.", "Home."], strict=True)
    assert_type([it.input for it in reader.map(pairs)], list[tuple[str, str]])
    assert_type(client.model("a/b").map([{"a": 1}, "b"]), Outcomes[types.UntypedInput, JsonValue])
    embedder = client.model("a/b", task="feature-extraction")
    assert_type(embedder.map("a" for _ in range(3)), Outcomes[str, list[float]])
    assert_type(embedder.map(["a"], on_outcome=print), Outcomes[str, list[float]])
    embedder.map(["a"], on_outcome=lambda outcome: assert_type(outcome, Outcome[str, list[float]]))
    calls: Iterator[tuple[str, str]] = zip(["a/b"], ["c"], strict=True)
    assert_type(client.map(calls, concurrency=4), Outcomes[tuple[str, types.UntypedInput], JsonValue])


def results(result: Result[str], metadata: Metadata) -> None:
    assert_type((result.provider, result.raw, result.content), tuple[JsonValue, JsonValue, bytes])
    assert_type(result.metadata, Metadata)
    assert_type((metadata.request_id, metadata.inference_time), tuple[str | None, timedelta | None])
    assert_type((metadata.inference_cost, metadata.ratelimit_limit), tuple[Decimal | None, int | None])


def catalog(client: Bytez, details: ModelDetails, models: Models) -> None:
    assert_type(models.list(task="chat", model_id="a/b"), list[ModelDetails])
    assert_type(client.models.list_raw(task="chat"), list[dict[str, JsonValue]])
    assert_type(client.tasks.list(), list[str])
    assert_type(client.clusters.list(), list[Cluster])
    fields = details.model_id, details.params, details.ram_required
    assert_type(fields, tuple[str, float | None, float | None])


def clusters(client: Bytez, on_progress: Callable[[Progress], None]) -> None:
    model = client.model("openai-community/gpt2", task="text-generation")
    assert_type(model.load(desired=1, timeout=TIMEOUT, on_progress=print), Cluster)
    assert_type(model.details(), ModelDetails)
    assert_type(model.request(), str)
    assert_type(model.cluster.create(min=0, desired=1, max=3, idle_timeout=TIMEOUT), str)
    model.cluster.create(config={"device": {"map": "auto"}})
    assert_type(model.cluster.get(), Cluster)
    assert_type(model.cluster.update(max=2, on=False), Cluster)
    assert_type(model.cluster.wait_until_running(timeout=TIMEOUT, on_progress=on_progress), Cluster)
    model.cluster.delete()


def cluster(cluster: Cluster, progress: Progress) -> None:
    assert_type(cluster.capacity, types.Capacity)
    assert_type((cluster.status, cluster.running, cluster.stopped), tuple[str, bool, bool])
    numbers = cluster.capacity.min, cluster.timeout, cluster.instances
    assert_type(numbers, tuple[int | None, int | None, int | None])
    assert_type((cluster.idle_timeout, cluster.created), tuple[timedelta | None, datetime | None])
    assert_type((progress.elapsed, progress.instances), tuple[timedelta, int | None])


def v1_api(client: Bytez, given: JsonInput) -> None:
    v1 = client.v1
    assert_type(v1.list_models("chat"), list[types.V1Model])
    assert_type(v1.request("a/b"), types.Job)
    assert_type(v1.wait_until_available("a/b", timeout=TIMEOUT, on_progress=print).available, bool)
    assert_type(v1.start("a/b", concurrency=1), Instance)
    assert_type(v1.load("a/b", idle_timeout=TIMEOUT, timeout=TIMEOUT, on_progress=print), Instance)
    assert_type(v1.wait_until_running("a/b"), Instance)
    assert_type(v1.status("a/b").error, str | None)
    result = v1.run("a/b", {"question": "a", "context": "b"}, params={"c": [1, None]})
    assert_type(result, bytezkit.V1Result)
    assert_type((result.output, result.media, result.metadata), tuple[JsonValue, bytes | None, Metadata])
    assert_type(v1.stream("a/b", given), TextStream)
    assert_type(v1.instances(), list[Instance])
    assert_type(v1.shut_down("a/b"), Instance)


def failures(client: Bytez) -> None:
    try:
        client.tasks.list()
    except errors.RateLimitError as limited:
        assert_type(limited.retry_after, timedelta | None)
    except errors.WaitTimeoutError as late:
        timed_out: TimeoutError = late
        assert_type(late.last_status, str | None)
        raise timed_out from None
    except errors.StatusError as refused:
        assert_type(refused.status, int | None)
    except errors.BytezError as error:
        assert_type(error.message, str)
        assert_type(error.attempts, int)


@dataclass
class Labeller:
    model: ImageClassificationModel
    chat: ChatModel | AsyncChatModel | None = None


def names(client: Bytez, task: str) -> Labeller:
    def generate(model: TextGenerationModel) -> str:
        return model.run("Once", params={"top_k": 1}).output

    generate(client.model("a/b", task="text-generation").with_options(deadline=5))
    if types.is_task_name(task):
        assert_type(task, types.TaskName)
    return Labeller(client.model("a/b", task="image-classification"), client.model("a/b", task="chat"))


def variance(
    result: Result[str], failure: Failure[str], success: Success[str, int], outcome: Outcome[str, int]
) -> object:
    results: Sequence[Result[object]] = [result]
    failed: Failure[object] = failure
    succeeded: Success[object, object] = success
    either: Outcome[object, object] = outcome
    return results, failed, succeeded, either


def conversation(model: ChatModel, picture: Image.Image, pixels: NDArray[uint8], file: IO[bytes]) -> None:
    history = [system("Be brief."), user("Hi", image(picture), image(pixels), audio(Path("a.wav")))]
    answer = model.run(history).output
    assert_type(answer, types.AssistantMessage)
    model.run([*history, answer, user("And then?")])
    model.run(history + [answer])  # noqa: RUF005 - people write it so
    for source in (file, memoryview(b""), bytearray(), BytesIO(), Path("a.png"), "https://a/b.png"):
        image(source)


def variants(client: Bytez) -> None:
    groups = client.model("a/b", task="token-classification", variant="groups")
    assert_type(groups.run("Ron", params={"stride": 8}).output, list[types.GroupedEntity])
    masks = client.model("a/b", task="fill-mask", variant="masks")
    assert_type(masks.run("[MASK] [MASK]").output, list[list[types.FilledMask]])
    speech = client.model("a/b", task="automatic-speech-recognition", variant="timestamps")
    assert_type(speech.run("a.wav", params={"return_timestamps": True}).output, types.Transcript)


def low_level_client(client: AuthenticatedClient) -> None:
    request = low_level.TextGenerationRequest(text="Once", params=low_level.TextGenerationParams())
    answer = run_text_generation.sync("a", "b", client=client, body=request)
    if isinstance(answer, low_level.TextGenerationResponse):
        assert_type(answer.output, str)
    streamed = low_level.TextGenerationStreamRequest(text="Once")
    text = run_text_generation_stream.sync("a", "b", client=client, body=streamed)
    assert_type(text, str | low_level.ErrorResponse | low_level.PaymentRequiredResponse)
    drawing = low_level.TextToImageBytesRequest(text="A cat")
    picture = run_text_to_image_bytes.sync("a", "b", client=client, body=drawing)
    assert_type(picture, bytes | low_level.ErrorResponse | low_level.PaymentRequiredResponse)


def bulk(frame: DataFrame, columns: QuestionContextColumns, key: Callable[[], str]) -> None:
    run = RunBatch("a/b", task="text-generation", input="text", params={"top_k": 1}, concurrency=16)
    assert_type(frame.pipe(run), DataFrame)
    assert_type(run(iter([frame])), Iterator[DataFrame])
    assert_type(run([{"text": "a"}]), list[dict[str, object]])
    assert_type(run({"text": ["a"]}), dict[str, object])
    assert_type(run.ddl, str)
    RunBatch("a/b", task="question-answering", input=columns, answers=Path("a"), row_id="id", api_key=key)
    labels = ["cat", "dog"]
    RunBatch("a/b", task="zero-shot-classification", input={"text": "t", "candidate_labels": labels})
    RunBatch("a/b", task="unconditional-image-generation", output="picture")
    RunBatch("a/b", task="token-classification", variant="groups", input="t", params={"stride": 8})
