"""`bytezkit.compat`, the vendor's interface, over a socket."""

import subprocess
import sys
from typing import Any

from bytezkit import Bytez as TypedBytez
from bytezkit.compat import Bytez
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


def test_script_that_closes_nothing_prints_no_warning(emulator: Emulator) -> None:
    code = f"""
from bytezkit.compat import Bytez
for chunk in Bytez("{KEY}", base_url={emulator.url!r}).model({GPT2!r}).run("Hello", stream=True):
    print(chunk, end="")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Hello")
    assert done.stderr == ""
