"""Names of inputs in both APIs, and the form of outputs and the list of models in the v1 API."""

import base64
import json
from pathlib import Path
from string import Template
from typing import Any, Final

import httpx
import pytest
from ruamel.yaml import YAML

from bytezkit_emulator import Emulator, Stub
from tests.emulator.clients import LOAD, STATUS, V1_LIST, V1_RUN, error, open_client, output
from tests.emulator.contract_check import DOCUMENT

TASKS: Final[dict[str, Any]] = {
    task: row for task, row in DOCUMENT["x-bytez-tasks"].items() if row.get("v1") is not None
}
URL: Final = "https://example.com/cat.png"
CONTENT: Final = base64.b64encode(b"GIF89a\x07\x00\x05\x00 and more").decode()
SPACED: Final = json.dumps(f" {CONTENT[:5]}\n{CONTENT[5:]}\t")
MESSAGES: Final = [{"role": "user", "content": "Hi"}]
TABLE: Final = Template(Path(__file__).with_name("inputs.yaml").read_text(encoding="utf-8"))
INPUTS: Final = YAML(typ="safe").load(
    TABLE.substitute(URL=URL, CONTENT=CONTENT, SPACED=SPACED, MESSAGES=json.dumps(MESSAGES))
)


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


def run(client: httpx.Client, model_id: str, body: dict[str, Any]) -> httpx.Response:
    """Run a model, which is loaded first if it is stopped."""
    if output(client.post(STATUS, json={"model": model_id}))["status"] != "RUNNING":
        output(client.post(LOAD, json={"model": model_id}))
    return client.post(V1_RUN, json={"model": model_id, **body})


@pytest.mark.parametrize("options", [{}, {"stream": True}, {"params": {"max_new_tokens": 2}}])
@pytest.mark.parametrize(
    ("task", "body", "equivalent"),
    [
        (task, *bodies)
        for tasks, rows in INPUTS["equivalent"].items()
        for task in tasks.split(" | ")
        for bodies in rows
    ],
)
def test_names_of_input_are_equivalent(
    client: httpx.Client, task: str, body: Any, *, equivalent: Any, options: Any
) -> None:
    path = f"/models/v2/{DOCUMENT['x-bytez-tasks'][task]['model']}"
    first, second = (client.post(path, json={**it, **options}) for it in (body, equivalent))
    # Only some of the tasks generate tokens.
    assert first.status_code == second.status_code
    assert first.is_success or "params" in options
    assert first.content == second.content
    assert first.headers["content-type"] == second.headers["content-type"]


@pytest.mark.parametrize(
    ("task", "convert"),
    [
        ("text-generation", lambda text: [{"generated_text": text}]),
        ("summarization", lambda text: [{"summary_text": text}]),
        ("translation", lambda text: [{"translation_text": text}]),
        ("feature-extraction", lambda vector: [vector]),
        ("image-feature-extraction", lambda matrix: matrix),
        ("automatic-speech-recognition", lambda text: {"text": text}),
        ("video-classification", lambda ranking: [ranking]),
        ("object-detection", lambda objects: objects),
        ("chat", lambda message: [{"generated_text": [*MESSAGES, message]}]),
    ],
)
def test_output_is_v2_output_in_v1_form(client: httpx.Client, task: str, convert: Any) -> None:
    row = TASKS[task]
    v1: dict[str, Any] = {"prompt": "Hi"}
    v2: dict[str, Any] = {"text": "Hi"}
    if row["inputs"] == ["MediaInput"]:
        v1, v2 = {"b64VideoBufferMp4": CONTENT}, {"base64": CONTENT}
    elif row["inputs"] == ["MessagesInput"]:
        v1 = v2 = {"messages": MESSAGES}
    value = output(client.post(f"/models/v2/{row['model']}", json=v2))
    response = run(client, row["model"], v1)
    assert output(response) == {"output": convert(value)}
    assert not [name for name in response.headers if name.startswith(("inference-", "ratelimit-"))]
    streamed = run(client, row["model"], {**v1, "stream": True})
    assert task != "chat" or streamed.text == value["content"]


def test_variant_of_features_is_unchanged() -> None:
    emulator = Emulator()
    emulator.stubs.add(Stub([[[0.5, 0.25]]], task="feature-extraction"))
    with open_client(emulator) as client:
        response = run(client, TASKS["feature-extraction"]["model"], {"prompt": "Hi"})
        assert output(response) == {"output": [[[0.5, 0.25]]]}


@pytest.mark.parametrize(
    ("task", "member"),
    [
        ("text-to-image", "output_png"),
        ("unconditional-image-generation", "output_png"),
        ("text-to-speech", "output_wav"),
        ("text-to-video", "output_mp4"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_generated_file_is_in_base64(client: httpx.Client, task: str, member: str, stream: bool) -> None:
    row = TASKS[task]
    inputs = {} if row["inputs"] == ["EmptyInput"] else {"text": "a"}
    body = output(run(client, row["model"], {**inputs, "stream": stream}))
    assert [*body] == [member]
    assert member in DOCUMENT["components"]["schemas"]["RunResponseV1"]["properties"]
    v2 = client.post(f"/models/v2/{row['model']}", json={**inputs, "json": False})
    assert base64.b64decode(body[member], validate=True) == v2.content


@pytest.mark.parametrize(("model_id", "body", "equivalent"), INPUTS["equivalent in v1"])
def test_names_of_input_are_equivalent_in_v1(
    client: httpx.Client, model_id: str, body: dict[str, Any], equivalent: dict[str, Any]
) -> None:
    assert output(run(client, model_id, body)) == output(run(client, model_id, equivalent))


@pytest.mark.parametrize(("model_id", "body", "message"), INPUTS["invalid in v1"])
def test_input_that_does_not_fit_task_returns_422_with_name_of_client(
    client: httpx.Client, model_id: str, body: dict[str, Any], message: str
) -> None:
    assert error(run(client, model_id, body), 422).startswith(message)


def test_list_has_models_of_the_v1_tasks_filtered_by_task(client: httpx.Client) -> None:
    rows = output(client.get(V1_LIST))
    documented = ["EleutherAI/gpt-neo-2.7B", "Gustavosta/MagicPrompt-Stable-Diffusion"]
    assert [(row["name"], row["benchmarked"]) for row in rows[:2]] == [(it, True) for it in documented]
    assert {row["task"] for row in rows} == TASKS.keys()
    assert not [row for row in rows if row["name"].startswith("openai/")]
    for method in ("GET", "POST"):
        queries = (("task=video-classification", 1), ("task=image-text-to-text", 0), ("unknown=1", len(rows)))
        for query, count in queries:
            assert len(output(client.request(method, f"{V1_LIST}?{query}"))) == count
    ignored = client.request("GET", V1_LIST, content=b"{" * 2000, headers={"content-type": "text/csv"})
    assert output(ignored) == output(client.get("/model%2Flist")) == rows
