"""Outputs of the v1 API."""

import pytest

from bytezkit_emulator import Emulator
from tests.end_to_end.conftest import connect


@pytest.mark.parametrize(
    ("model", "given", "media_type", "signature"),
    [
        ("dreamlike-art/dreamlike-photoreal-2.0", "A cat", "image/png", b"\x89PNG"),
        ("afshr/cam_finetune", None, "image/png", b"\x89PNG"),
        ("suno/bark-small", "Hello", "audio/wav", b"RIFF"),
        ("ali-vilab/text-to-video-ms-1.7b", "A cat", "video/mp4", b"\x00\x00"),
    ],
)
def test_run_of_a_media_task_returns_the_file(
    model: str, given: str | None, media_type: str, signature: bytes
) -> None:
    v1 = connect(Emulator()).v1
    v1.load(model)

    result = v1.run(model, given)

    assert (result.output, result.media_type) == (None, media_type)
    assert result.media is not None
    assert result.media.startswith(signature)


def test_members_of_an_object_input_become_members_of_the_body() -> None:
    v1 = connect(Emulator()).v1
    v1.load("deepset/roberta-base-squad2")

    result = v1.run("deepset/roberta-base-squad2", {"question": "Who wrote it?", "context": "Ron wrote it."})

    assert isinstance(result.output, dict)
    assert {"answer", "score", "start", "end"} <= result.output.keys()
