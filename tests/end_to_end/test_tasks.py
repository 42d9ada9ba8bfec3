"""Every task with each client.

Models, inputs and shapes of outputs are written by hand from the public documents, not taken from the task
table.
"""

import base64
from typing import Any, TypeAlias

import pytest

from bytezkit import Bytez
from bytezkit_models.tasks import TASKS
from tests.overlay.scripted_service import resolve
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


# Task, model, input, and the shape of the output: a type, or lists and objects of types.
Case: TypeAlias = tuple[str, str, tuple[object, ...], object]

CASES: list[Case] = [
    ("audio-classification", "aaraki/wav2vec2-base-finetuned-ks", (SOUND,), CLASSIFICATION),
    ("audio-text-to-text", "Qwen/Qwen2-Audio-7B-Instruct", (conversation("audio"),), MESSAGE),
    ("automatic-speech-recognition", "facebook/data2vec-audio-base-960h", (SOUND,), str),
    ("chat", "Qwen/Qwen3-4B", ([{"role": "user", "content": "Hello"}],), MESSAGE),
    (
        "depth-estimation",
        "vinvino02/glpn-nyu",
        (PICTURE,),
        {"depth_png": str, "formatted_predicted_depth_array": [[float]]},
    ),
    (
        "document-question-answering",
        "cloudqi/CQI_Visual_Question_Awnser_PT_v0",
        (PICTURE, "What is the total?"),
        [{"score": float, "answer": str, "start": int, "end": int}],
    ),
    ("feature-extraction", "nomic-ai/nomic-embed-text-v1.5", ("Hello world",), [float]),
    (
        "fill-mask",
        "almanach/camembert-base",
        ("Hello <mask>!",),
        [{"score": float, "token": int, "token_str": str, "sequence": str}],
    ),
    ("image-classification", "google/vit-base-patch16-224", (PICTURE,), CLASSIFICATION),
    ("image-feature-extraction", "nomic-ai/nomic-embed-vision-v1", (PICTURE,), [[float]]),
    (
        "image-segmentation",
        "sayeed99/segformer-b3-fashion",
        (PICTURE,),
        [{"label": str, "score": float | None, "mask_png": str}],
    ),
    ("image-text-to-text", "google/gemma-3-4b-it", (conversation("image"),), MESSAGE),
    ("image-to-text", "Salesforce/blip-image-captioning-base", (PICTURE,), str),
    (
        "mask-generation",
        "facebook/sam-vit-base",
        (PICTURE,),
        {"input_image_dimensions": {"width": int, "height": int}, "masks": [[[int]]], "scores": [float]},
    ),
    ("object-detection", "facebook/detr-resnet-50", (PICTURE,), DETECTION),
    (
        "question-answering",
        "deepset/roberta-base-squad2",
        ("Who went home?", "Ron went home."),
        {"score": float, "start": int, "end": int, "answer": str},
    ),
    ("sentence-similarity", "sentence-transformers/all-MiniLM-L6-v2", ("Hello world",), [float]),
    ("summarization", "ainize/bart-base-cnn", ("A long story.",), str),
    (
        "text-classification",
        "AdamCodd/distilbert-base-uncased-finetuned-sentiment-amazon",
        ("The soup was cold.",),
        CLASSIFICATION,
    ),
    ("text-generation", "openai-community/gpt2", ("Once upon a time",), str),
    ("text-to-audio", "facebook/musicgen-stereo-small", ("A quiet piano",), "audio/wav"),
    ("text-to-image", "dreamlike-art/dreamlike-photoreal-2.0", ("A cat in a hat",), "image/png"),
    ("text-to-speech", "suno/bark-small", ("Hello there",), "audio/wav"),
    ("text-to-video", "ali-vilab/text-to-video-ms-1.7b", ("A boat on a lake",), "video/mp4"),
    ("text2text-generation", "google/flan-t5-base", ("Rewrite: give me that",), str),
    (
        "token-classification",
        "dslim/bert-base-NER",
        ("John lives in Oslo",),
        [{"entity": str, "score": float, "index": int, "word": str, "start": int, "end": int}],
    ),
    ("translation", "Helsinki-NLP/opus-mt-en-zh", ("Hello",), str),
    ("unconditional-image-generation", "afshr/cam_finetune", (), "image/png"),
    ("video-classification", "ahmedabdo/video-classifier", (VIDEO,), CLASSIFICATION),
    ("video-text-to-text", "llava-hf/LLaVA-NeXT-Video-7B-hf", (conversation("video"),), MESSAGE),
    (
        "visual-question-answering",
        "Salesforce/blip-vqa-base",
        (PICTURE, "What is it?"),
        [{"answer": str, "score": float | None}],
    ),
    (
        "zero-shot-classification",
        "facebook/bart-large-mnli",
        ("One day I will see the world", LABELS),
        {"sequence": str, "labels": [str], "scores": [float]},
    ),
    (
        "zero-shot-image-classification",
        "BilelDJ/clip-hugging-face-finetuned",
        (PICTURE, LABELS),
        CLASSIFICATION,
    ),
    ("zero-shot-object-detection", "google/owlv2-base-patch16-finetuned", (PICTURE, LABELS), DETECTION),
]
USER = {"role": "user", "content": "Hello"}
# Other inputs: task, arguments of the typed handle, and the body of the same input as the task documents it.
OTHER_INPUTS: list[tuple[str, tuple[object, ...], dict[str, object]]] = [
    ("chat", ("Hello",), {"messages": [USER]}),
    ("text-generation", ([USER],), {"text": "Hello"}),
    ("image-text-to-text", ("Hello",), {"messages": [USER]}),
    (
        "audio-text-to-text",
        ("Describe this", "https://example.com/a.audio"),
        {"messages": conversation("audio")},
    ),
    (
        "image-text-to-text",
        ("Describe this", "https://example.com/a.image"),
        {"messages": conversation("image")},
    ),
    (
        "video-text-to-text",
        ("Describe this", "https://example.com/a.video"),
        {"messages": conversation("video")},
    ),
    (
        "zero-shot-image-classification",
        ("https://example.com/a.png", LABELS, "Which?"),
        {"candidate_labels": LABELS, "url": "https://example.com/a.png"},
    ),
    (
        "zero-shot-object-detection",
        ("https://example.com/a.png", LABELS, "Where?"),
        {"candidate_labels": LABELS, "url": "https://example.com/a.png"},
    ),
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

MAGIC_NUMBERS = {"audio/wav": b"RIFF", "image/png": b"\x89PNG", "video/mp4": b"\x00\x00\x00"}


def has_shape(value: object, shape: Any) -> bool:
    if isinstance(shape, list):
        return isinstance(value, list) and bool(value) and all(has_shape(it, shape[0]) for it in value)
    if isinstance(shape, dict):
        return (
            isinstance(value, dict)
            and value.keys() == shape.keys()
            and all(has_shape(value[name], member) for name, member in shape.items())
        )
    return isinstance(value, int | float if shape is float else shape)


def test_every_task_has_a_case() -> None:
    assert [task for task, *_ in CASES] == sorted(TASKS)


@pytest.mark.anyio
@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
async def test_run_and_stream_return_the_documented_output(
    any_client: Any, case: Case, task_evidence: TaskEvidence
) -> None:
    task, model, arguments, shape = case
    handle = any_client.model(model, task=task)
    result = await resolve(handle.run(*arguments))
    assert hasattr(handle, "stream") == (isinstance(shape, str) or task in TEXT_STREAMS)

    # Inputs of several arguments are tuples, and tasks without an argument ignore it.
    outcomes = handle.map([arguments[0] if len(arguments) == 1 else arguments])
    if isinstance(any_client, Bytez):
        found = [*outcomes]
    else:
        async with outcomes:
            found = [it async for it in outcomes]
    assert [(it.error, type(it.result.output)) for it in found] == [(None, type(result.output))]
    for method in {"run", "map", "stream"}.intersection(dir(handle)):
        with pytest.raises(TypeError, match=rf"{method}\(\) has no argument 'top_k'"):
            await resolve(getattr(handle, method)(*(([],) if method == "map" else arguments), top_k=1))

    if isinstance(shape, str):
        media = await resolve(result.output.download())
        assert media.startswith(MAGIC_NUMBERS[shape])
        stream = handle.stream(*arguments)
        assert await resolve(stream.read()) == media
        assert stream.media_type == shape
    else:
        assert has_shape(result.raw["output"], shape), result.raw
    if task in TEXT_STREAMS:
        text = getattr(result.output, "content", result.output)
        assert await resolve(handle.stream(*arguments).read()) == text
    if hasattr(handle, "stream"):
        task_evidence(task, "streamed")
    task_evidence(task, "sync" if isinstance(any_client, Bytez) else "async")


@pytest.mark.anyio
@pytest.mark.parametrize(("task", "arguments", "body"), OTHER_INPUTS)
async def test_other_input_has_the_output_of_the_documented_input(
    any_client: Any, task: str, arguments: tuple[object, ...], body: dict[str, object]
) -> None:
    [model] = [case[1] for case in CASES if case[0] == task]
    handle = any_client.model(model, task=task)
    expected = (await resolve(any_client.model(model).run(body))).output
    assert (await resolve(handle.run(*arguments))).raw["output"] == expected
    inputs = [arguments[0] if len(arguments) == 1 else arguments]
    if isinstance(any_client, Bytez):
        with handle.map(inputs) as outcomes:
            [outcome] = outcomes
    else:
        async with handle.map(inputs) as outcomes:
            [outcome] = [it async for it in outcomes]
    assert outcome.result.raw["output"] == expected
    if task in TEXT_STREAMS:
        text = expected if isinstance(expected, str) else expected["content"]
        assert await resolve(handle.stream(*arguments).read()) == text


@pytest.mark.anyio
@pytest.mark.parametrize("model", ["openai/gpt-4o", "Qwen/Qwen3-4B"])
async def test_chat_takes_a_string_with_and_without_its_task(any_client: Any, model: str) -> None:
    expected = await resolve(any_client.model(model).run([USER]))
    untyped, chat = any_client.model(model), any_client.model(model, task="chat")
    for handle in (untyped, chat):
        result = await resolve(handle.run("Hello"))
        assert result.raw["output"] == expected.output
        assert result.provider == expected.provider
        assert await resolve(handle.stream("Hello").read()) == expected.output["content"]
