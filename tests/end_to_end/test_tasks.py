"""Every task through the client and the emulator, once synchronously and once asynchronously.

Models, inputs and the shapes of the answers are written by hand from the public documents, not taken
from the task table.
"""

import base64
from dataclasses import dataclass
from typing import Any

import pytest

from bytezkit import AsyncBytez, Bytez
from bytezkit_models.tasks import TASKS
from tests.task_evidence import TaskEvidence

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAAAAAA+i0toAAAADElEQVR42mNgqP8PAAIBAX+LG2RhAAAAAElFTkSuQmCC"
)
SOUND = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x80>\0\0\0}\0\0\2\0\x10\0data\0\0\0\0"
VIDEO = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"
LABELS = ["cat", "dog"]

CLASSIFICATION = [{"label": str, "score": float}]
BOX = {"xmin": int, "ymin": int, "xmax": int, "ymax": int}
DETECTION = [{"score": float, "label": str, "box": BOX}]
MESSAGE = {"role": str, "content": str}


def conversation(kind: str) -> list[dict[str, object]]:
    parts = [
        {"type": "text", "text": "Describe this"},
        {"type": kind, "url": f"https://example.com/a.{kind}"},
    ]
    return [{"role": "user", "content": parts}]


@dataclass(frozen=True)
class Case:
    """What goes in, and the shape of what comes out: a type, or lists and objects of types."""

    task: str
    model: str
    arguments: tuple[object, ...]
    shape: object


CASES = [
    Case("audio-classification", "aaraki/wav2vec2-base-finetuned-ks", (SOUND,), CLASSIFICATION),
    Case("audio-text-to-text", "Qwen/Qwen2-Audio-7B-Instruct", (conversation("audio"),), MESSAGE),
    Case("automatic-speech-recognition", "facebook/data2vec-audio-base-960h", (SOUND,), str),
    Case("chat", "Qwen/Qwen3-4B", ([{"role": "user", "content": "Hello"}],), MESSAGE),
    Case(
        "depth-estimation",
        "vinvino02/glpn-nyu",
        (PICTURE,),
        {"depth_png": str, "formatted_predicted_depth_array": [[float]]},
    ),
    Case(
        "document-question-answering",
        "cloudqi/CQI_Visual_Question_Awnser_PT_v0",
        (PICTURE, "What is the total?"),
        [{"score": float, "answer": str, "start": int, "end": int}],
    ),
    Case("feature-extraction", "nomic-ai/nomic-embed-text-v1.5", ("Hello world",), [float]),
    Case(
        "fill-mask",
        "almanach/camembert-base",
        ("Hello <mask>!",),
        [{"score": float, "token": int, "token_str": str, "sequence": str}],
    ),
    Case("image-classification", "google/vit-base-patch16-224", (PICTURE,), CLASSIFICATION),
    Case("image-feature-extraction", "nomic-ai/nomic-embed-vision-v1", (PICTURE,), [[float]]),
    Case(
        "image-segmentation",
        "sayeed99/segformer-b3-fashion",
        (PICTURE,),
        [{"label": str, "score": float | None, "mask_png": str}],
    ),
    Case("image-text-to-text", "google/gemma-3-4b-it", (conversation("image"),), MESSAGE),
    Case("image-to-text", "Salesforce/blip-image-captioning-base", (PICTURE,), str),
    Case(
        "mask-generation",
        "facebook/sam-vit-base",
        (PICTURE,),
        {
            "input_image_dimensions": {"width": int, "height": int},
            "masks": [[[int]]],
            "scores": [float],
        },
    ),
    Case("object-detection", "facebook/detr-resnet-50", (PICTURE,), DETECTION),
    Case(
        "question-answering",
        "deepset/roberta-base-squad2",
        ("Who went home?", "Ron went home."),
        {"score": float, "start": int, "end": int, "answer": str},
    ),
    Case("sentence-similarity", "sentence-transformers/all-MiniLM-L6-v2", ("Hello world",), [float]),
    Case("summarization", "ainize/bart-base-cnn", ("A long story.",), str),
    Case(
        "text-classification",
        "AdamCodd/distilbert-base-uncased-finetuned-sentiment-amazon",
        ("The soup was cold.",),
        CLASSIFICATION,
    ),
    Case("text-generation", "openai-community/gpt2", ("Once upon a time",), str),
    Case("text-to-audio", "facebook/musicgen-stereo-small", ("A quiet piano",), "audio/wav"),
    Case("text-to-image", "dreamlike-art/dreamlike-photoreal-2.0", ("A cat in a hat",), "image/png"),
    Case("text-to-speech", "suno/bark-small", ("Hello there",), "audio/wav"),
    Case("text-to-video", "ali-vilab/text-to-video-ms-1.7b", ("A boat on a lake",), "video/mp4"),
    Case("text2text-generation", "google/flan-t5-base", ("Rewrite: give me that",), str),
    Case(
        "token-classification",
        "dslim/bert-base-NER",
        ("John lives in Oslo",),
        [{"entity": str, "score": float, "index": int, "word": str, "start": int, "end": int}],
    ),
    Case("translation", "Helsinki-NLP/opus-mt-en-zh", ("Hello",), str),
    Case("unconditional-image-generation", "afshr/cam_finetune", (), "image/png"),
    Case("video-classification", "ahmedabdo/video-classifier", (VIDEO,), CLASSIFICATION),
    Case("video-text-to-text", "llava-hf/LLaVA-NeXT-Video-7B-hf", (conversation("video"),), MESSAGE),
    Case(
        "visual-question-answering",
        "Salesforce/blip-vqa-base",
        (PICTURE, "What is it?"),
        [{"answer": str, "score": float | None}],
    ),
    Case(
        "zero-shot-classification",
        "facebook/bart-large-mnli",
        ("One day I will see the world", LABELS),
        {"sequence": str, "labels": [str], "scores": [float]},
    ),
    Case(
        "zero-shot-image-classification",
        "BilelDJ/clip-hugging-face-finetuned",
        (PICTURE, LABELS),
        CLASSIFICATION,
    ),
    Case("zero-shot-object-detection", "google/owlv2-base-patch16-finetuned", (PICTURE, LABELS), DETECTION),
]
TEXT_STREAMS = {
    "audio-text-to-text",
    "chat",
    "image-text-to-text",
    "summarization",
    "text-generation",
    "text2text-generation",
    "translation",
    "video-text-to-text",
}

MEDIA_STREAMS = {
    "text-to-audio": b"RIFF",
    "text-to-image": b"\x89PNG",
    "text-to-speech": b"RIFF",
    "text-to-video": b"\x00\x00\x00",
    "unconditional-image-generation": b"\x89PNG",
}

each_task = pytest.mark.parametrize("case", CASES, ids=lambda case: case.task)


def assert_shape(value: object, shape: object, where: str) -> None:
    if isinstance(shape, list):
        assert isinstance(value, list), where
        assert value, f"{where} is empty"
        for index, item in enumerate(value):
            assert_shape(item, shape[0], f"{where}/{index}")
    elif isinstance(shape, dict):
        assert isinstance(value, dict), where
        assert value.keys() == shape.keys(), where
        for name, member in shape.items():
            assert_shape(value[name], member, f"{where}/{name}")
    elif shape is float:
        assert isinstance(value, (int, float)), where
    else:
        assert isinstance(value, shape), where  # type: ignore[arg-type]  # a type, or a union of types


def test_every_task_is_here() -> None:
    assert [case.task for case in CASES] == sorted(TASKS)


@each_task
def test_synchronous(client: Bytez, case: Case, task_evidence: TaskEvidence) -> None:
    model: Any = client.model(case.model, task=case.task)  # type: ignore[call-overload]  # from a table
    result = model.run(*case.arguments)

    if case.task in MEDIA_STREAMS:
        media = result.output.download()
        assert media.startswith(MEDIA_STREAMS[case.task])
        with model.stream(*case.arguments) as stream:
            assert stream.media_type == case.shape
            assert stream.read() == media
        task_evidence(case.task, "streamed")
    else:
        assert_shape(result.raw["output"], case.shape, "output")
    if case.task in TEXT_STREAMS:
        with model.stream(*case.arguments) as stream:
            assert stream.read() == getattr(result.output, "content", result.output)
        task_evidence(case.task, "streamed")
    task_evidence(case.task, "sync")


@each_task
@pytest.mark.anyio
async def test_asynchronous(async_client: AsyncBytez, case: Case, task_evidence: TaskEvidence) -> None:
    model: Any = async_client.model(case.model, task=case.task)  # type: ignore[call-overload]  # from a table
    result = await model.run(*case.arguments)

    if case.task in MEDIA_STREAMS:
        media = await result.output.download()
        assert media.startswith(MEDIA_STREAMS[case.task])
        async with model.stream(*case.arguments) as stream:
            assert stream.media_type == case.shape
            assert await stream.read() == media
    else:
        assert_shape(result.raw["output"], case.shape, "output")
    if case.task in TEXT_STREAMS:
        async with model.stream(*case.arguments) as stream:
            assert await stream.read() == getattr(result.output, "content", result.output)
    task_evidence(case.task, "async")


def test_only_these_tasks_stream(client: Bytez) -> None:
    streaming = {
        case.task
        for case in CASES
        if hasattr(client.model(case.model, task=case.task), "stream")  # type: ignore[call-overload]  # from a table
    }

    assert streaming == TEXT_STREAMS | MEDIA_STREAMS.keys()
