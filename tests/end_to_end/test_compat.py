"""`bytezkit.compat`, the vendor's interface, over a socket."""

import subprocess
import sys
from typing import Any

import pytest

from bytezkit import Bytez as TypedBytez
from bytezkit.compat import Bytez
from bytezkit.errors import LifecycleUnavailableError
from bytezkit_emulator import Emulator
from tests.end_to_end.conftest import KEY

GPT2 = "openai-community/gpt2"
IMAGES = "dreamlike-art/dreamlike-photoreal-2.0"


def test_media_run_returns_a_url_and_its_stream_the_bytes(emulator: Emulator, client: TypedBytez) -> None:
    with Bytez(KEY, base_url=emulator.url) as vendor_client:
        stream: Any = vendor_client.model(IMAGES).run("A cat in a hat", stream=True)
        image = client.model(IMAGES, task="text-to-image").run("A cat in a hat").output.download()
        assert b"".join(stream) == image
        assert str(vendor_client.model(IMAGES).run("A cat in a hat").output).endswith(".png")

        no_input: Any = vendor_client.model("afshr/cam_finetune").run(stream=True)
        assert b"".join(no_input).startswith(b"\x89PNG")
        assert vendor_client.model("afshr/cam_finetune").run().error is None


@pytest.mark.parametrize("model", ["openai/gpt-4o", "Qwen/Qwen3-4B"])
def test_chat_takes_a_string(emulator: Emulator, model: str) -> None:
    with Bytez(KEY, base_url=emulator.url) as client:
        output, error, provider = client.model(model).run("Hello", {"temperature": 0})
        stream: Any = client.model(model).run("Hello", {"temperature": 0}, stream=True)
        assert error is None
        assert isinstance(output, dict)
        assert output["content"] == "".join(stream)
        assert (provider is None) == (model == "Qwen/Qwen3-4B")


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
