"""Executes snippets from the READMEs of the vendor's clients against the emulator.

Snippets of the Python README (seed 003) differ from the print in the import only; snippets of the JavaScript
README (seed 002) are translated to Python. As in the READMEs, a snippet continues the snippets before it.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest

from bytezkit_emulator import Emulator

Execute: TypeAlias = Callable[..., str]

CLIENT = """
from bytez import Bytez

client = Bytez("YOUR_BYTEZ_KEY_HERE")
"""
STORY = f"""{CLIENT}
model = client.model("Qwen/Qwen2-7B-Instruct")

input_text = "Once upon a time there was a beautiful home where"

model_params = {{"max_new_tokens": 20, "max_new_tokens": 5, "temperature": 0.5}}
"""
BASIC = f"""{STORY}
result = model.run(input_text, model_params=model_params)

print(result.output)

# Access other properties of the result
error = result.error  # Will be None if no error
provider = result.provider  # if a closed source model, the raw output
"""
BASIC_STREAM = f"""{STORY}
stream = model.run(
    input_text,
    stream=True,
    model_params=model_params,
)

for chunk in stream:
    print(f"Output: {{chunk}}")
"""
MODEL = f"""{CLIENT}
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
PROCESS = f"""{CLIENT}
model_id = "openai-community/gpt2"

job_status = client.process(model_id)

print(job_status)
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
JS_INSTANCES = """
instances = client.list.instances()

print(instances)
"""


@pytest.fixture
def execute(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Execute]:
    """Execute snippets, one after another, and return the output of the last one."""
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


def test_basic_usage_and_streaming_print_the_same_text(execute: Execute) -> None:
    text = execute(BASIC)
    prompt = "Once upon a time there was a beautiful home where"
    assert text.startswith(prompt)
    assert len(text.split()) == len(prompt.split()) + 5
    execute("assert error is None and provider is None")

    chunks = execute(BASIC_STREAM).removesuffix("\n").split("\nOutput: ")
    assert len(chunks) > 1
    assert "".join(chunks) == f"Output: {text}".removesuffix("\n")


def test_run_prints_output_and_no_provider_and_process_queues_a_job(execute: Execute) -> None:
    output, provider = execute(MODEL, RUN).splitlines()

    assert output.startswith("Once upon a time there was a ")
    assert provider == "Provider: None"
    assert execute(PROCESS) == "Response(output='Job queued', error=None, provider=None)\n"


def test_javascript_load_status_instances_and_stop(execute: Execute) -> None:
    assert "openai-community/gpt2: running" in execute(MODEL, JS_LOAD)
    assert execute(JS_STATUS).startswith("ModelStatus(status='running', cluster=Cluster(")
    assert execute(JS_INSTANCES).startswith("[Cluster(model_id='openai-community/gpt2', status='running'")
    assert execute("model.stop()") == ""
    assert execute(JS_STATUS) == "ModelStatus(status='stopped', cluster=None)\n"
    assert execute(JS_INSTANCES) == "[]\n"
