"""`bytezkit.compat`, the vendor's interface, over a socket."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from bytezkit import Bytez as TypedBytez
from bytezkit.compat import Bytez, ModelStatus, Response
from bytezkit.errors import LifecycleUnavailableError, NotFoundError
from bytezkit_emulator import Emulator
from tests.end_to_end.conftest import KEY

GPT2 = "openai-community/gpt2"
IMAGES = "dreamlike-art/dreamlike-photoreal-2.0"
CLOSED = "cohere/command-r-plus"
HELLO = [{"role": "user", "content": "Hello"}]
PROMPT = "Once upon a time"


@pytest.fixture
def vendor_client(emulator: Emulator) -> Iterator[Bytez]:
    with Bytez(KEY, base_url=emulator.url) as client:
        yield client


def test_load_run_stream_and_stop(vendor_client: Bytez, capsys: pytest.CaptureFixture[str]) -> None:
    model = vendor_client.model(GPT2)
    assert model.status() == ModelStatus("stopped", None)

    model.load({"concurrency": 2, "timeout": 600})
    assert f"{GPT2}: running" in capsys.readouterr().out
    model.load()

    status = model.status()
    assert status.status == "running"
    assert status.cluster is not None
    capacity = status.cluster.capacity
    assert (capacity.min, capacity.desired, capacity.max, status.cluster.timeout) == (0, 2, 2, 10)
    output = model.run(PROMPT, {"max_new_tokens": 5}).output
    assert isinstance(output, str)
    assert output.startswith(PROMPT)
    assert "".join(map(str, model.run(PROMPT, {"max_new_tokens": 5}, True))) == output
    assert [instance.inferences for instance in vendor_client.list.instances()] == [2]

    model.stop()
    assert model.status() == ModelStatus("stopped", None)
    assert vendor_client.list.instances() == []
    model.stop()


def test_start_does_not_wait() -> None:
    with Emulator(clock="manual") as emulator, Bytez(KEY, base_url=emulator.url) as client:
        model = client.model(GPT2)
        model.start(concurrency=1, timeout=300)
        model.start()

        assert model.status().status == "deploying"


def test_media_run_returns_a_url_and_its_stream_the_bytes(vendor_client: Bytez, client: TypedBytez) -> None:
    stream: Any = vendor_client.model(IMAGES).run("A cat in a hat", stream=True)
    image = client.model(IMAGES, task="text-to-image").run("A cat in a hat").output.download()
    assert b"".join(stream) == image
    url = vendor_client.model(IMAGES).run("A cat in a hat").output
    assert isinstance(url, str)
    assert url.endswith(".png")

    unconditional = vendor_client.model("afshr/cam_finetune")
    no_input: Any = unconditional.run(stream=True)
    assert b"".join(no_input).startswith(b"\x89PNG")
    assert unconditional.run().error is None


def test_closed_model_requires_the_key_of_its_provider(vendor_client: Bytez) -> None:
    denied = vendor_client.model(CLOSED).run(HELLO)
    assert denied.output is None
    assert denied.error is not None
    assert "provider-key" in denied.error

    output, error, provider = vendor_client.model(CLOSED, "key-of-the-provider").run(HELLO)
    response: Any = provider
    assert error is None
    assert output == {"role": "assistant", "content": response["message"]["content"][0]["text"]}


def test_errors_are_returned_by_calls_and_raised_by_streams(vendor_client: Bytez, emulator: Emulator) -> None:
    unknown = vendor_client.model("no/such")
    assert unknown.run("a").error == "Model does not exist or has yet to be added to the Bytez catalog"
    with pytest.raises(NotFoundError, match="Model does not exist"):
        unknown.run("a", stream=True)
    with Bytez("other-key", base_url=emulator.url) as stranger:
        assert stranger.list.models() == Response(error="Unauthorized")


def test_serverless_profile_raises_lifecycle_unavailable() -> None:
    with Emulator(profile="serverless") as emulator, Bytez(KEY, base_url=emulator.url) as client:
        model = client.model(GPT2)
        for operation in (model.load, model.start, model.status, model.stop, client.list.instances):
            with pytest.raises(LifecycleUnavailableError, match="run the model directly"):
                operation()
        assert model.run("Hello").error is None


def test_script_that_closes_nothing_prints_no_warning(emulator: Emulator) -> None:
    code = f"""
from bytezkit.compat import Bytez
for chunk in Bytez("{KEY}", base_url={emulator.url!r}).model({GPT2!r}).run("Hello", stream=True):
    print(chunk, end="")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Hello")
    assert done.stderr == ""
