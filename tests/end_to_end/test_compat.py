"""The vendor's interface through a socket."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from bytezkit import Bytez as PlainBytez
from bytezkit.compat import Bytez, ModelStatus, Response
from bytezkit.errors import LifecycleUnavailableError, NotFoundError
from bytezkit_emulator import Emulator

GPT2 = "openai-community/gpt2"
PICTURE = "dreamlike-art/dreamlike-photoreal-2.0"
CLOSED = "cohere/command-r-plus"
HELLO = [{"role": "user", "content": "Hello"}]
PROMPT = "Once upon a time"


@pytest.fixture
def vendor_client(emulator: Emulator) -> Iterator[Bytez]:
    with Bytez("test-key", base_url=emulator.url) as client:
        yield client


def test_load_run_stop(vendor_client: Bytez, capsys: pytest.CaptureFixture[str]) -> None:
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
    whole = model.run(PROMPT, {"max_new_tokens": 5})
    assert isinstance(whole.output, str)
    assert whole.output.startswith(PROMPT)
    assert "".join(map(str, model.run(PROMPT, {"max_new_tokens": 5}, True))) == whole.output
    assert [instance.inferences for instance in vendor_client.list.instances()] == [2]

    model.stop()
    assert model.status() == ModelStatus("stopped", None)
    assert vendor_client.list.instances() == []
    model.stop()


def test_start_does_not_wait() -> None:
    with Emulator(clock="manual") as emulator, Bytez("test-key", base_url=emulator.url) as client:
        model = client.model(GPT2)
        model.start(concurrency=1, timeout=300)
        model.start()

        assert model.status().status == "deploying"


def test_a_media_stream_is_the_picture(vendor_client: Bytez, client: PlainBytez) -> None:
    stream: Any = vendor_client.model(PICTURE).run("A cat in a hat", stream=True)
    picture = b"".join(stream)

    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert picture == client.model(PICTURE, task="text-to-image").run("A cat in a hat").output.download()
    where = vendor_client.model(PICTURE).run("A cat in a hat").output
    assert isinstance(where, str)
    assert where.endswith(".png")


def test_an_empty_input(vendor_client: Bytez) -> None:
    stream: Any = vendor_client.model("afshr/cam_finetune").run(stream=True)

    assert b"".join(stream).startswith(b"\x89PNG")
    assert vendor_client.model("afshr/cam_finetune").run().error is None


def test_a_closed_model(vendor_client: Bytez) -> None:
    error_reply = vendor_client.model(CLOSED).run(HELLO)
    assert error_reply.output is None
    assert error_reply.error is not None
    assert "provider-key" in error_reply.error

    output, error, provider = vendor_client.model(CLOSED, "key-at-the-provider").run(HELLO)
    said: Any = provider
    assert error is None
    assert output == {"role": "assistant", "content": said["message"]["content"][0]["text"]}


def test_errors(vendor_client: Bytez, emulator: Emulator) -> None:
    unknown = vendor_client.model("no/such")
    assert unknown.run("a").error == "Model does not exist or has yet to be added to the Bytez catalog"
    with pytest.raises(NotFoundError, match="Model does not exist"):
        unknown.run("a", stream=True)
    with Bytez("other-key", base_url=emulator.url) as stranger:
        assert stranger.list.models() == Response(error="Unauthorized")


def test_nobody_listens() -> None:
    with Emulator() as emulator:
        url = emulator.url
    with Bytez("test-key", base_url=url) as client:
        client._client = client._client.with_options(max_retries=0)
        assert "ConnectError" in str(client.list.tasks().error)


def test_a_service_without_clusters() -> None:
    with Emulator(profile="serverless") as emulator, Bytez("test-key", base_url=emulator.url) as client:
        model = client.model(GPT2)
        for operation in (model.load, model.start, model.status, model.stop, client.list.instances):
            with pytest.raises(LifecycleUnavailableError, match="run the model directly"):
                operation()
        assert model.run("Hello").error is None


def test_a_script_that_closes_nothing_leaves_no_warning(emulator: Emulator) -> None:
    code = f"""
from bytezkit.compat import Bytez
for chunk in Bytez("test-key", base_url={emulator.url!r}).model({GPT2!r}).run("Hello", stream=True):
    print(chunk, end="")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Hello")
    assert done.stderr == ""
