"""The five requests of the quickstart (seed 004), as printed, in the order that it prints them.

The quickstart writes the path with a placeholder for the model's name; `gpt2` stands for it here. Its
answers are samples: what is checked is that every printed member is there with its JSON type.
"""

import json
from collections.abc import Iterator

import httpx
import pytest

from bytezkit_emulator import Emulator

PATH = "/models/v2/openai-community/gpt2"

CREATE = """{
  "capacity": {
    "max": 5,
    "desired": 3
  },
  "timeout": 3600
}"""
UPDATE = """{
  "capacity": {
    "desired": 4
  }
}"""
RUN = """{
  "text": "Hello, how are you?",
  "stream": false,
  "params": {
    "min_length": 10,
    "max_length": 50
  }
}"""


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    emulator = Emulator()
    headers = {"Authorization": "Key API_KEY"}
    with httpx.Client(transport=emulator.transport, base_url="http://emulator", headers=headers) as client:
        yield client


def send(http: httpx.Client, method: str, body: str | None = None) -> httpx.Response:
    headers = {"Content-Type": "application/json"}
    return http.request(method, PATH, content=body, headers=headers).raise_for_status()


def test_quickstart(http: httpx.Client) -> None:
    created = send(http, "PUT", CREATE)
    assert created.status_code == 202

    cluster = send(http, "GET").json()["cluster"]
    assert cluster["status"] == "running"
    assert cluster["capacity"] == {"min": 0, "desired": 3, "max": 5}
    assert cluster["timeout"] == 3600

    updated = send(http, "PATCH", UPDATE).json()["cluster"]
    assert updated["capacity"] == {"min": 0, "desired": 4, "max": 5}
    assert updated["timeout"] == 3600

    output = send(http, "POST", RUN).json()["output"]
    assert isinstance(output, str)
    assert 10 <= len(output.split()) <= 50

    assert send(http, "DELETE").json() == {"error": None, "output": None}
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        send(http, "GET")


def test_unified_inputs(http: httpx.Client) -> None:
    chat = {
        "messages": [
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": "What's the weather like today?"},
        ]
    }

    answer = http.post("/models/v2/Qwen/Qwen3-4B", content=json.dumps(chat)).raise_for_status().json()

    assert answer["output"]["role"] == "assistant"
    assert isinstance(answer["output"]["content"], str)
