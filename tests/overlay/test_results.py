"""Results: metadata of headers, plain data, decoded PNGs, raw bodies, and representations without keys."""

import base64
import json
import pickle
import sys
from collections.abc import Callable
from dataclasses import is_dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

import PIL.Image
import pytest

from bytezkit import Failure, Metadata, Result, Success, TextStream, V1Result, is_model_id
from bytezkit._core.results import parse_metadata
from bytezkit.errors import DecodeError
from bytezkit.types import (
    AsyncMediaRef,
    Box,
    Capacity,
    Classification,
    Cluster,
    DepthMap,
    Detection,
    MediaRef,
    Segment,
    is_task_name,
)
from tests.overlay.conftest import MakeClient
from tests.overlay.replies import MODEL, text
from tests.overlay.scripted_service import KEY, PROVIDER_KEY, close, resolve

pytestmark = pytest.mark.anyio


def encoded_png() -> str:
    file = BytesIO()
    PIL.Image.new("L", (3, 2), 255).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


PNG: Final = encoded_png()


@pytest.mark.parametrize(
    "answer",
    [Segment(label="a", mask_png=PNG), DepthMap(depth_png=PNG, formatted_predicted_depth_array=[])],
)
def test_png_of_an_answer_is_decoded(answer: Segment | DepthMap) -> None:
    assert answer.png() == base64.b64decode(PNG)
    image = answer.image()
    assert (image.size, image.getpixel((0, 0))) == ((3, 2), 255)


def test_unusable_png_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match=r"^mask_png is not valid base64$"):
        Segment(label="a", mask_png="*").png()
    with pytest.raises(OSError, match="cannot identify image"):
        Segment(label="a", mask_png="YWJj").image()
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(ImportError, match="needs Pillow: pip install Pillow"):
        Segment(label="a", mask_png=PNG).image()
    assert Segment(label="a", mask_png=PNG).png()


@pytest.mark.parametrize("kind", [MediaRef, AsyncMediaRef])
def test_results_become_plain_data(kind: type[MediaRef | AsyncMediaRef]) -> None:
    url = "https://a.example/a.png"
    metadata = Metadata(
        request_id="r-1", inference_time=timedelta(seconds=1.5), inference_cost=Decimal("0.00010")
    )
    result = Result(output=kind(url), provider={"id": 1}, metadata=metadata)
    headers = {
        **dict.fromkeys(it.replace("-", "_") for it in NAMES if it[0] != "x"),
        "request_id": "r-1",
        "inference_time": 1.5,
        "inference_cost": "0.00010",
    }
    plain = {"output": url, "provider": {"id": 1}, "metadata": headers}
    assert json.loads(json.dumps(result.to_dict())) == result.to_dict() == plain
    v1 = V1Result(output=None, media=b"abc", media_type="image/png", metadata=metadata)
    media = {"media": "YWJj", "media_type": "image/png"}
    assert v1.to_dict() == {"output": None, **media, "metadata": headers}


def test_dataclasses_in_outputs_become_dictionaries() -> None:
    result = Result(output=[Classification(label="a", score=0.5)])
    assert result.to_dict()["output"] == [{"label": "a", "score": 0.5}]
    assert pickle.loads(pickle.dumps(result)) == result
    with pytest.raises(TypeError, match="object has no plain form"):
        Result(output=[object()]).to_dict()


def test_names_can_be_checked() -> None:
    assert [is_model_id(it) for it in ("0x/Phi-3.5_mini", f"o/{'n' * 96}")] == [True, True]
    assert [is_model_id(it) for it in ("gpt2", "list/models", "a/b/c", "", None, b"a/b")] == [False] * 6
    assert [is_task_name(it) for it in ("chat", "chats", 5)] == [True, False, False]


NAMES = [
    *("x-request-id", "inference-meter", "inference-meter-price", "inference-time", "inference-cost"),
    *("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"),
]


def test_headers_are_parsed_with_units() -> None:
    values = ["r-1", "sm-lm", "0.0000872083 / sec", "1.25", "0.000109", "100", "0", "30"]
    assert parse_metadata(dict(zip(NAMES, values, strict=True))) == Metadata(
        request_id="r-1",
        inference_meter="sm-lm",
        inference_meter_price="0.0000872083 / sec",
        inference_time=timedelta(seconds=1.25),
        inference_cost=Decimal("0.000109"),
        ratelimit_limit=100,
        ratelimit_remaining=0,
        ratelimit_reset=timedelta(seconds=30),
    )
    assert parse_metadata({}) == Metadata()


@pytest.mark.parametrize(
    "value", ["", "many", "-1", "NaN", "sNaN", "Infinity", "1E9999999", "1" * 40, "5, 5;w=60"]
)
def test_invalid_number_is_none(value: str) -> None:
    metadata = parse_metadata(dict.fromkeys(NAMES, value))
    assert metadata == Metadata(request_id=value, inference_meter=value, inference_meter_price=value)


def test_raw_of_invalid_body_raises_decode_error() -> None:
    with pytest.raises(DecodeError, match=r"invalid start byte|Invalid UTF-8"):
        _ = Result(output="a", content=b'{"output": "a", "new": "\xff"}').raw


LONG_ID: Final = f"{'o' * 96}/{'n' * 96}"


def nested(depth: int) -> object:
    return "end" if depth == 0 else [nested(depth - 1)] * 6


OUTPUTS: Final[dict[str, object]] = {
    "text": "a" * 100_000,
    "control characters": "\x00" * 100_000,
    "matrix": [[0.123456789] * 768] * 196,
    "depth": DepthMap(depth_png="A" * 26_000, formatted_predicted_depth_array=[[0.5] * 300] * 300),
    "segments": [Segment(label="a", mask_png="A" * 111_000)] * 50,
    "detections": [Detection(score=0.123456789, label="cat" * 50, box=Box(xmin=1, ymin=2, xmax=3, ymax=4))]
    * 100,
    "json": {"a" * 500: {str(key): "b" * 500 for key in range(500)}},
    "nested": nested(6),
    "bytes": b"a" * 100_000,
}


@pytest.mark.parametrize("output", OUTPUTS.values(), ids=OUTPUTS)
def test_repr_of_a_result_is_short_and_shows_that_it_is_shortened(output: object) -> None:
    metadata = Metadata(request_id="r" * 10_000, inference_meter_price="p" * 10_000)
    provider: Any = {"choices": ["c" * 10_000] * 100}
    result = Result(output=output, provider=provider, metadata=metadata)
    shown: Any = [
        result,
        output,
        V1Result(output=provider, metadata=metadata, media=b"m" * 10_000),
        Success(index=0, input=output, result=result),
        Failure(index=0, input=output, error=ValueError("e" * 10_000)),
    ]
    # Only the types of the client shorten themselves.
    for value in (it for it in shown if is_dataclass(it)):
        assert len(repr(value)) < 1000
        assert "..." in repr(value)


def test_repr_of_a_short_result_is_whole() -> None:
    result = Result(output=[Detection(score=0.5, label="cat", box=Box(xmin=1, ymin=2, xmax=3, ymax=4))])
    output = "[Detection(score=0.5, label='cat', box=Box(xmin=1, ymin=2, xmax=3, ymax=4))]"
    assert repr(result).startswith(
        f"Result(output={output}, provider=None, metadata=Metadata(request_id=None, "
    )
    assert repr(Result(output=[0.25] * 6)).startswith(
        "Result(output=[0.25, 0.25, 0.25, 0.25, ... 2 more], provider=None"
    )


@pytest.mark.parametrize("model_id", [MODEL, LONG_ID])
async def test_repr_of_what_a_client_gives_names_class_model_and_task(
    make_client: MakeClient, model_id: str
) -> None:
    client = make_client(provider_key=PROVIDER_KEY, base_url="https://a.example/" + "p" * 500).client
    shown = [
        *(client.models, client.tasks, client.clusters, client.v1),
        *(client.model(model_id), client.model(model_id, task="zero-shot-image-classification")),
        client.model(model_id).cluster,
    ]
    default = type(client)(KEY)
    assert repr(default) == str(default) == f"<{type(client).__name__} https://api.bytez.com>"
    for value in shown:
        assert repr(value).startswith(f"<{type(value).__name__} ")
        assert " at 0x" not in repr(value)
        assert len(repr(value)) <= 200
        assert KEY not in repr(value)
        assert PROVIDER_KEY not in repr(value)
    assert "task=zero-shot-image-classification" in repr(shown[5])
    assert client.model(model_id).model_id == model_id
    for value in shown[4:]:
        assert model_id[:20] in repr(value)


@pytest.mark.parametrize(
    ("task", "start"),
    [
        ("text-generation", lambda client: client.model(MODEL, task="text-generation").stream("a")),
        (None, lambda client: client.model(MODEL).stream("a")),
        (None, lambda client: client.model(MODEL).stream_media("a")),
        (None, lambda client: client.v1.stream(MODEL, "a")),
    ],
)
@pytest.mark.parametrize("end", [close, lambda stream: resolve(stream.read())])
async def test_repr_of_a_stream_shows_its_state(
    make_client: MakeClient, task: str | None, start: Callable[[Any], Any], end: Callable[[Any], Any]
) -> None:
    stream = start(make_client(text(b"a", b"b")).client)
    prefix = f"<{type(stream).__name__} {MODEL}{f' task={task}' if task else ''}"
    if hasattr(stream, "aclose"):
        assert repr(stream) == f"{prefix} not open yet>"
        await stream.__aenter__()
    assert repr(stream) == f"{prefix} open>"
    await end(stream)
    assert repr(stream) == f"{prefix} closed>"


def test_repr_of_a_cluster_is_short() -> None:
    now, capacity = datetime.now(UTC), Capacity(min=0, desired=1, max=3)
    times = dict.fromkeys(["created", "modified", "last_inference"], now)
    cluster = Cluster(
        model_id=MODEL, status="running", capacity=capacity, timeout=5, instances=1, inferences=12, **times
    )
    assert repr(cluster) == (
        f"Cluster(model_id='{MODEL}', status='running', capacity=Capacity(min=0, desired=1, max=3), "
        "timeout=5, instances=1, inferences=12)"
    )
    assert pickle.loads(pickle.dumps(cluster)) == cluster


def test_repr_of_an_object_whose_construction_failed_can_be_printed() -> None:
    def refuse() -> Any:
        raise LookupError

    stream = TextStream.__new__(TextStream)
    with pytest.raises(LookupError):
        stream.__init__("label", refuse)  # type: ignore[misc]  # a traceback prints such a stream
    assert repr(stream) == "<TextStream label closed>"
    ref = MediaRef.__new__(MediaRef)
    with pytest.raises(TypeError):
        ref.__init__(5)  # type: ignore[misc]  # the type is wrong on purpose
    assert repr(ref) == "MediaRef(5)"
