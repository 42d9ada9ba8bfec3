"""Results: metadata of headers, plain data, decoded PNGs, and raw bodies."""

import base64
import json
import pickle
import sys
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Final

import PIL.Image
import pytest

from bytezkit import Metadata, Result, V1Result, is_model_id
from bytezkit._core.results import parse_metadata
from bytezkit.errors import DecodeError
from bytezkit.types import AsyncMediaRef, Classification, DepthMap, MediaRef, Segment, is_task_name


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


def test_malformed_base64_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^mask_png is not valid base64$"):
        Segment(label="a", mask_png="*").png()
    with pytest.raises(OSError, match="cannot identify image"):
        Segment(label="a", mask_png="YWJj").image()


def test_missing_pillow_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(ImportError, match="needs Pillow: pip install Pillow"):
        Segment(label="a", mask_png=PNG).image()
    assert Segment(label="a", mask_png=PNG).png()


@pytest.mark.parametrize("kind", [MediaRef, AsyncMediaRef])
def test_results_become_plain_data(kind: type[MediaRef | AsyncMediaRef]) -> None:
    metadata = Metadata(
        request_id="r-1", inference_time=timedelta(seconds=1.5), inference_cost=Decimal("0.00010")
    )
    result = Result(output=kind("https://a.example/a.png"), provider={"id": 1}, metadata=metadata)
    plain = {
        "output": "https://a.example/a.png",
        "provider": {"id": 1},
        "metadata": {
            **dict.fromkeys(["inference_meter", "inference_meter_price", "ratelimit_reset"]),
            **dict.fromkeys(["ratelimit_limit", "ratelimit_remaining"]),
            "request_id": "r-1",
            "inference_time": 1.5,
            "inference_cost": "0.00010",
        },
    }
    assert json.loads(json.dumps(result.to_dict())) == result.to_dict() == plain
    v1 = V1Result(output=None, media=b"abc", media_type="image/png", metadata=metadata)
    assert v1.to_dict() == {
        "output": None,
        "media": "YWJj",
        "media_type": "image/png",
        "metadata": plain["metadata"],
    }


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
