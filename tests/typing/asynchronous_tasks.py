"""The exact types of every task, asynchronous: checked, never run.

The expected types are written by hand from the public documents, not taken from the task table.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import assert_type

from bytezkit import AsyncBytez, AsyncMediaStream, AsyncOutcomes, AsyncTextStream
from bytezkit.types import (
    AssistantMessage,
    AsyncMediaRef,
    ChatMessage,
    Classification,
    ClassifiedToken,
    DepthMap,
    Detection,
    DocumentAnswer,
    ExtractedAnswer,
    FilledMask,
    ImageMasks,
    LabelRanking,
    MediaSource,
    Segment,
    VisualAnswer,
)

TEXT = "Hello"
PICTURE = Path("cat.png")
LABELS = ["cat", "dog"]
MESSAGES: list[ChatMessage] = [{"role": "user", "content": "Hello"}]


async def audio_classification(client: AsyncBytez) -> None:
    model = client.model("org/name", task="audio-classification")
    assert_type((await model.run(Path("a.wav"))).output, list[Classification])
    assert_type(model.map([Path("a.wav")]), AsyncOutcomes[MediaSource, list[Classification]])


async def audio_text_to_text(client: AsyncBytez) -> None:
    model = client.model("org/name", task="audio-text-to-text")
    assert_type((await model.run(MESSAGES)).output, AssistantMessage)
    assert_type(model.map([MESSAGES]), AsyncOutcomes[Sequence[ChatMessage], AssistantMessage])
    assert_type(model.stream(MESSAGES), AsyncTextStream)


async def automatic_speech_recognition(client: AsyncBytez) -> None:
    model = client.model("org/name", task="automatic-speech-recognition")
    assert_type((await model.run(b"RIFF")).output, str)
    assert_type(model.map([b"RIFF"]), AsyncOutcomes[MediaSource, str])


async def chat(client: AsyncBytez) -> None:
    model = client.model("org/name", task="chat")
    assert_type((await model.run(MESSAGES)).output, AssistantMessage)
    assert_type(model.map([MESSAGES]), AsyncOutcomes[Sequence[ChatMessage], AssistantMessage])
    assert_type(model.stream(MESSAGES), AsyncTextStream)


async def depth_estimation(client: AsyncBytez) -> None:
    model = client.model("org/name", task="depth-estimation")
    assert_type((await model.run(PICTURE)).output, DepthMap)
    assert_type(model.map([PICTURE]), AsyncOutcomes[MediaSource, DepthMap])


async def document_question_answering(client: AsyncBytez) -> None:
    model = client.model("org/name", task="document-question-answering")
    assert_type((await model.run(PICTURE, "What is the total?")).output, list[DocumentAnswer])
    assert_type(
        model.map([(PICTURE, "What is the total?")]),
        AsyncOutcomes[tuple[MediaSource, str], list[DocumentAnswer]],
    )


async def feature_extraction(client: AsyncBytez) -> None:
    model = client.model("org/name", task="feature-extraction")
    assert_type((await model.run(TEXT)).output, list[float])
    assert_type(model.map([TEXT]), AsyncOutcomes[str, list[float]])


async def fill_mask(client: AsyncBytez) -> None:
    model = client.model("org/name", task="fill-mask")
    assert_type((await model.run(TEXT)).output, list[FilledMask])
    assert_type(model.map([TEXT]), AsyncOutcomes[str, list[FilledMask]])


async def image_classification(client: AsyncBytez) -> None:
    model = client.model("org/name", task="image-classification")
    assert_type((await model.run(PICTURE)).output, list[Classification])
    assert_type(model.map([PICTURE]), AsyncOutcomes[MediaSource, list[Classification]])


async def image_feature_extraction(client: AsyncBytez) -> None:
    model = client.model("org/name", task="image-feature-extraction")
    assert_type((await model.run(PICTURE)).output, list[list[float]])
    assert_type(model.map([PICTURE]), AsyncOutcomes[MediaSource, list[list[float]]])


async def image_segmentation(client: AsyncBytez) -> None:
    model = client.model("org/name", task="image-segmentation")
    assert_type((await model.run(PICTURE)).output, list[Segment])
    assert_type(model.map([PICTURE]), AsyncOutcomes[MediaSource, list[Segment]])


async def image_text_to_text(client: AsyncBytez) -> None:
    model = client.model("org/name", task="image-text-to-text")
    assert_type((await model.run(MESSAGES)).output, AssistantMessage)
    assert_type(model.map([MESSAGES]), AsyncOutcomes[Sequence[ChatMessage], AssistantMessage])
    assert_type(model.stream(MESSAGES), AsyncTextStream)


async def image_to_text(client: AsyncBytez) -> None:
    model = client.model("org/name", task="image-to-text")
    assert_type((await model.run(PICTURE)).output, str)
    assert_type(model.map([PICTURE]), AsyncOutcomes[MediaSource, str])


async def mask_generation(client: AsyncBytez) -> None:
    model = client.model("org/name", task="mask-generation")
    assert_type((await model.run(PICTURE)).output, ImageMasks)
    assert_type(model.map([PICTURE]), AsyncOutcomes[MediaSource, ImageMasks])


async def object_detection(client: AsyncBytez) -> None:
    model = client.model("org/name", task="object-detection")
    assert_type((await model.run(PICTURE)).output, list[Detection])
    assert_type(model.map([PICTURE]), AsyncOutcomes[MediaSource, list[Detection]])


async def question_answering(client: AsyncBytez) -> None:
    model = client.model("org/name", task="question-answering")
    assert_type((await model.run("Who went?", "Ron went home.")).output, ExtractedAnswer)
    assert_type(model.map([("Who went?", "Ron went home.")]), AsyncOutcomes[tuple[str, str], ExtractedAnswer])


async def sentence_similarity(client: AsyncBytez) -> None:
    model = client.model("org/name", task="sentence-similarity")
    assert_type((await model.run(TEXT)).output, list[float])
    assert_type(model.map([TEXT]), AsyncOutcomes[str, list[float]])


async def summarization(client: AsyncBytez) -> None:
    model = client.model("org/name", task="summarization")
    assert_type((await model.run(TEXT)).output, str)
    assert_type(model.map([TEXT]), AsyncOutcomes[str, str])
    assert_type(model.stream(TEXT), AsyncTextStream)


async def text_classification(client: AsyncBytez) -> None:
    model = client.model("org/name", task="text-classification")
    assert_type((await model.run(TEXT)).output, list[Classification])
    assert_type(model.map([TEXT]), AsyncOutcomes[str, list[Classification]])


async def text_generation(client: AsyncBytez) -> None:
    model = client.model("org/name", task="text-generation")
    assert_type((await model.run(TEXT)).output, str)
    assert_type(model.map([TEXT]), AsyncOutcomes[str, str])
    assert_type(model.stream(TEXT), AsyncTextStream)


async def text_to_audio(client: AsyncBytez) -> None:
    model = client.model("org/name", task="text-to-audio")
    assert_type((await model.run(TEXT)).output, AsyncMediaRef)
    assert_type(model.map([TEXT]), AsyncOutcomes[str, AsyncMediaRef])
    assert_type(model.stream(TEXT), AsyncMediaStream)


async def text_to_image(client: AsyncBytez) -> None:
    model = client.model("org/name", task="text-to-image")
    assert_type((await model.run(TEXT)).output, AsyncMediaRef)
    assert_type(model.map([TEXT]), AsyncOutcomes[str, AsyncMediaRef])
    assert_type(model.stream(TEXT), AsyncMediaStream)


async def text_to_speech(client: AsyncBytez) -> None:
    model = client.model("org/name", task="text-to-speech")
    assert_type((await model.run(TEXT)).output, AsyncMediaRef)
    assert_type(model.map([TEXT]), AsyncOutcomes[str, AsyncMediaRef])
    assert_type(model.stream(TEXT), AsyncMediaStream)


async def text_to_video(client: AsyncBytez) -> None:
    model = client.model("org/name", task="text-to-video")
    assert_type((await model.run(TEXT)).output, AsyncMediaRef)
    assert_type(model.map([TEXT]), AsyncOutcomes[str, AsyncMediaRef])
    assert_type(model.stream(TEXT), AsyncMediaStream)


async def text2text_generation(client: AsyncBytez) -> None:
    model = client.model("org/name", task="text2text-generation")
    assert_type((await model.run(TEXT)).output, str)
    assert_type(model.map([TEXT]), AsyncOutcomes[str, str])
    assert_type(model.stream(TEXT), AsyncTextStream)


async def token_classification(client: AsyncBytez) -> None:
    model = client.model("org/name", task="token-classification")
    assert_type((await model.run(TEXT)).output, list[ClassifiedToken])
    assert_type(model.map([TEXT]), AsyncOutcomes[str, list[ClassifiedToken]])


async def translation(client: AsyncBytez) -> None:
    model = client.model("org/name", task="translation")
    assert_type((await model.run(TEXT)).output, str)
    assert_type(model.map([TEXT]), AsyncOutcomes[str, str])
    assert_type(model.stream(TEXT), AsyncTextStream)


async def unconditional_image_generation(client: AsyncBytez) -> None:
    model = client.model("org/name", task="unconditional-image-generation")
    assert_type((await model.run()).output, AsyncMediaRef)
    assert_type(model.map(range(3)), AsyncOutcomes[object, AsyncMediaRef])
    assert_type(model.stream(), AsyncMediaStream)


async def video_classification(client: AsyncBytez) -> None:
    model = client.model("org/name", task="video-classification")
    assert_type((await model.run(PICTURE)).output, list[Classification])
    assert_type(model.map([PICTURE]), AsyncOutcomes[MediaSource, list[Classification]])


async def video_text_to_text(client: AsyncBytez) -> None:
    model = client.model("org/name", task="video-text-to-text")
    assert_type((await model.run(MESSAGES)).output, AssistantMessage)
    assert_type(model.map([MESSAGES]), AsyncOutcomes[Sequence[ChatMessage], AssistantMessage])
    assert_type(model.stream(MESSAGES), AsyncTextStream)


async def visual_question_answering(client: AsyncBytez) -> None:
    model = client.model("org/name", task="visual-question-answering")
    assert_type((await model.run(PICTURE, "What is it?")).output, list[VisualAnswer])
    assert_type(
        model.map([(PICTURE, "What is it?")]), AsyncOutcomes[tuple[MediaSource, str], list[VisualAnswer]]
    )


async def zero_shot_classification(client: AsyncBytez) -> None:
    model = client.model("org/name", task="zero-shot-classification")
    assert_type((await model.run(TEXT, LABELS)).output, LabelRanking)
    assert_type(model.map([(TEXT, LABELS)]), AsyncOutcomes[tuple[str, Sequence[str]], LabelRanking])


async def zero_shot_image_classification(client: AsyncBytez) -> None:
    model = client.model("org/name", task="zero-shot-image-classification")
    assert_type((await model.run(PICTURE, LABELS)).output, list[Classification])
    assert_type(
        model.map([(PICTURE, LABELS)]), AsyncOutcomes[tuple[MediaSource, Sequence[str]], list[Classification]]
    )


async def zero_shot_object_detection(client: AsyncBytez) -> None:
    model = client.model("org/name", task="zero-shot-object-detection")
    assert_type((await model.run(PICTURE, LABELS)).output, list[Detection])
    assert_type(
        model.map([(PICTURE, LABELS)]), AsyncOutcomes[tuple[MediaSource, Sequence[str]], list[Detection]]
    )
