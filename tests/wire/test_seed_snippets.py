"""Executes snippets from the READMEs of the vendor's clients against the emulator.

Snippets of the Python README (seed 003) differ from the print in the import only; snippets of the JavaScript
README (seed 002) are translated to Python. As in the READMEs, a snippet continues the snippets before it.
"""

import ast
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest

from bytezkit_emulator import Emulator

Execute: TypeAlias = Callable[..., str]

BASIC = """
from bytez import Bytez

client = Bytez("YOUR_BYTEZ_KEY_HERE")

model = client.model("Qwen/Qwen2-7B-Instruct")

input_text = "Once upon a time there was a beautiful home where"

model_params = {"max_new_tokens": 20, "max_new_tokens": 5, "temperature": 0.5}

result = model.run(input_text, model_params=model_params)

print(result.output)

# Access other properties of the result
error = result.error  # Will be None if no error
provider = result.provider  # if a closed source model, the raw output
"""
BASIC_STREAM = """
from bytez import Bytez

client = Bytez("YOUR_BYTEZ_KEY_HERE")

model = client.model("Qwen/Qwen2-7B-Instruct")

input_text = "Once upon a time there was a beautiful home where"

model_params = {"max_new_tokens": 20, "max_new_tokens": 5, "temperature": 0.5}

stream = model.run(
    input_text,
    stream=True,
    model_params=model_params,
)

for chunk in stream:
    print(f"Output: {chunk}")
"""
KEY = """
from bytez import Bytez

client = Bytez("YOUR_BYTEZ_KEY_HERE")
"""
LIST = """
from bytez import Bytez

client = Bytez("YOUR_BYTEZ_KEY_HERE")

# To list all models
result = client.list.models()

print(result.output)

# To list models by task
result = client.list.models({ "task": "object-detection"})

print(result.output)
"""
MODEL = """
model = client.model("openai-community/gpt2")
"""
RUN = """
result = model.run("Once upon a time there was a")

print(result.output)
# Access error if needed
if result.error:
    print(f"Error occurred: {result.error}")
# Access provider information
print(f"Provider: {result.provider}")
"""
PROCESS = """
model_id = "openai-community/gpt2"

job_status = client.process(model_id)

print(job_status)
"""

JS_BASIC = """
from bytez import Bytez

client = Bytez("YOUR_API_KEY")

model_id = "openai-community/gpt2"

model = client.model("openai-community/gpt2")

model.load()

output = model.run("Once upon a time there was a", {
    # huggingface params
    "max_new_tokens": 1,
    "min_new_tokens": 1,
})

print(output)
"""
JS_LOAD = """
model.load({
    "concurrency": 1,
    "timeout": 300,
})
"""
JS_STATUS = """
status = model.status()

print(status)
"""
JS_STOP = """
model.stop()
"""
JS_INSTANCES = """
instances = client.list.instances()

print(instances)
"""

HOME = "Once upon a time there was a beautiful home where"


@pytest.fixture
def execute(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Execute]:
    """Execute snippets, one after another, and return what the last one prints."""
    names: dict[str, Any] = {}
    clients: list[Any] = []

    def execute(*snippets: str) -> str:
        for snippet in snippets:
            capsys.readouterr()
            code = snippet.replace("from bytez import", "from bytezkit.compat import")
            exec(compile(code, "README", "exec"), names)
            clients.append(names["client"])
        return capsys.readouterr().out

    with Emulator() as emulator:
        monkeypatch.setenv("BYTEZ_BASE_URL", emulator.url)
        yield execute
        for client in clients:
            client.close()


def new_words(printed: str, prompt: str) -> int:
    assert printed.startswith(prompt)
    return len(printed.split()) - len(prompt.split())


def streamed(printed: str) -> str:
    assert printed.startswith("Output: ")
    return printed.removesuffix("\n").removeprefix("Output: ").replace("\nOutput: ", "")


def test_basic_usage(execute: Execute) -> None:
    assert new_words(execute(BASIC), HOME) == 5
    execute("assert error is None and provider is None")


def test_streaming_usage(execute: Execute) -> None:
    printed = execute(BASIC_STREAM)

    assert printed.count("Output: ") > 1
    assert f"{streamed(printed)}\n" == execute(BASIC)


def test_list_models(execute: Execute) -> None:
    every, detecting = map(ast.literal_eval, execute(LIST).splitlines())

    assert {"modelId", "task", "ramRequired"} <= every[0].keys()
    assert "openai-community/gpt2" in [model["modelId"] for model in every]
    assert {model["task"] for model in detecting} == {"object-detection"}
    assert detecting == [model for model in every if model["task"] == "object-detection"]


def test_run(execute: Execute) -> None:
    output, provider = execute(KEY, MODEL, RUN).splitlines()

    assert new_words(output, "Once upon a time there was a") > 0
    assert provider == "Provider: None"


def test_process(execute: Execute) -> None:
    assert execute(KEY, PROCESS) == "Response(output='Job queued', error=None, provider=None)\n"


def test_basic_usage_of_javascript(execute: Execute) -> None:
    progress, response = execute(JS_BASIC).splitlines()

    assert progress.startswith("openai-community/gpt2: running")
    assert response.startswith("Response(output='Once upon a time there was a ")
    execute("output = output.output.split()")
    execute("assert len(output) == 8, output")


def test_life_of_a_model_in_javascript(execute: Execute) -> None:
    assert "openai-community/gpt2: running" in execute(KEY, MODEL, JS_LOAD)
    assert execute(JS_STATUS).startswith("ModelStatus(status='running', cluster=Cluster(")
    assert execute(JS_INSTANCES).startswith("[Cluster(model_id='openai-community/gpt2', status='running'")
    assert execute(JS_STOP) == ""
    assert execute(JS_STATUS) == "ModelStatus(status='stopped', cluster=None)\n"
    assert execute(JS_INSTANCES) == "[]\n"
