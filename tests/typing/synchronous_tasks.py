"""The exact types of every task, synchronous: checked, never run.

The expected types are written by hand from the public documents, not taken from the task table.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import assert_type

from bytezkit import Bytez, MediaStream, Outcomes, TextStream
from bytezkit.types import (
    AssistantMessage,
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
    MediaRef,
    MediaSource,
    Segment,
    VisualAnswer,
)

TEXT = "Hello"
PICTURE = Path("cat.png")
LABELS = ["cat", "dog"]
MESSAGES: list[ChatMessage] = [{"role": "user", "content": "Hello"}]


def audio_classification(client: Bytez) -> None:
    model = client.model("org/name", task="audio-classification")
    assert_type((model.run(Path("a.wav"))).output, list[Classification])
    assert_type(model.map([Path("a.wav")]), Outcomes[MediaSource, list[Classification]])


def audio_text_to_text(client: Bytez) -> None:
    model = client.model("org/name", task="audio-text-to-text")
    assert_type((model.run(MESSAGES)).output, AssistantMessage)
    assert_type(model.map([MESSAGES]), Outcomes[Sequence[ChatMessage], AssistantMessage])
    assert_type(model.stream(MESSAGES), TextStream)


def automatic_speech_recognition(client: Bytez) -> None:
    model = client.model("org/name", task="automatic-speech-recognition")
    assert_type((model.run(b"RIFF")).output, str)
    assert_type(model.map([b"RIFF"]), Outcomes[MediaSource, str])


def chat(client: Bytez) -> None:
    model = client.model("org/name", task="chat")
    assert_type((model.run(MESSAGES)).output, AssistantMessage)
    assert_type(model.map([MESSAGES]), Outcomes[Sequence[ChatMessage], AssistantMessage])
    assert_type(model.stream(MESSAGES), TextStream)


def depth_estimation(client: Bytez) -> None:
    model = client.model("org/name", task="depth-estimation")
    assert_type((model.run(PICTURE)).output, DepthMap)
    assert_type(model.map([PICTURE]), Outcomes[MediaSource, DepthMap])


def document_question_answering(client: Bytez) -> None:
    model = client.model("org/name", task="document-question-answering")
    assert_type((model.run(PICTURE, "What is the total?")).output, list[DocumentAnswer])
    assert_type(
        model.map([(PICTURE, "What is the total?")]), Outcomes[tuple[MediaSource, str], list[DocumentAnswer]]
    )


def feature_extraction(client: Bytez) -> None:
    model = client.model("org/name", task="feature-extraction")
    assert_type((model.run(TEXT)).output, list[float])
    assert_type(model.map([TEXT]), Outcomes[str, list[float]])


def fill_mask(client: Bytez) -> None:
    model = client.model("org/name", task="fill-mask")
    assert_type((model.run(TEXT)).output, list[FilledMask])
    assert_type(model.map([TEXT]), Outcomes[str, list[FilledMask]])


def image_classification(client: Bytez) -> None:
    model = client.model("org/name", task="image-classification")
    assert_type((model.run(PICTURE)).output, list[Classification])
    assert_type(model.map([PICTURE]), Outcomes[MediaSource, list[Classification]])


def image_feature_extraction(client: Bytez) -> None:
    model = client.model("org/name", task="image-feature-extraction")
    assert_type((model.run(PICTURE)).output, list[list[float]])
    assert_type(model.map([PICTURE]), Outcomes[MediaSource, list[list[float]]])


def image_segmentation(client: Bytez) -> None:
    model = client.model("org/name", task="image-segmentation")
    assert_type((model.run(PICTURE)).output, list[Segment])
    assert_type(model.map([PICTURE]), Outcomes[MediaSource, list[Segment]])


def image_text_to_text(client: Bytez) -> None:
    model = client.model("org/name", task="image-text-to-text")
    assert_type((model.run(MESSAGES)).output, AssistantMessage)
    assert_type(model.map([MESSAGES]), Outcomes[Sequence[ChatMessage], AssistantMessage])
    assert_type(model.stream(MESSAGES), TextStream)


def image_to_text(client: Bytez) -> None:
    model = client.model("org/name", task="image-to-text")
    assert_type((model.run(PICTURE)).output, str)
    assert_type(model.map([PICTURE]), Outcomes[MediaSource, str])


def mask_generation(client: Bytez) -> None:
    model = client.model("org/name", task="mask-generation")
    assert_type((model.run(PICTURE)).output, ImageMasks)
    assert_type(model.map([PICTURE]), Outcomes[MediaSource, ImageMasks])


def object_detection(client: Bytez) -> None:
    model = client.model("org/name", task="object-detection")
    assert_type((model.run(PICTURE)).output, list[Detection])
    assert_type(model.map([PICTURE]), Outcomes[MediaSource, list[Detection]])


def question_answering(client: Bytez) -> None:
    model = client.model("org/name", task="question-answering")
    assert_type((model.run("Who went?", "Ron went home.")).output, ExtractedAnswer)
    assert_type(model.map([("Who went?", "Ron went home.")]), Outcomes[tuple[str, str], ExtractedAnswer])


def sentence_similarity(client: Bytez) -> None:
    model = client.model("org/name", task="sentence-similarity")
    assert_type((model.run(TEXT)).output, list[float])
    assert_type(model.map([TEXT]), Outcomes[str, list[float]])


def summarization(client: Bytez) -> None:
    model = client.model("org/name", task="summarization")
    assert_type((model.run(TEXT)).output, str)
    assert_type(model.map([TEXT]), Outcomes[str, str])
    assert_type(model.stream(TEXT), TextStream)


def text_classification(client: Bytez) -> None:
    model = client.model("org/name", task="text-classification")
    assert_type((model.run(TEXT)).output, list[Classification])
    assert_type(model.map([TEXT]), Outcomes[str, list[Classification]])


def text_generation(client: Bytez) -> None:
    model = client.model("org/name", task="text-generation")
    assert_type((model.run(TEXT)).output, str)
    assert_type(model.map([TEXT]), Outcomes[str, str])
    assert_type(model.stream(TEXT), TextStream)


def text_to_audio(client: Bytez) -> None:
    model = client.model("org/name", task="text-to-audio")
    assert_type((model.run(TEXT)).output, MediaRef)
    assert_type(model.map([TEXT]), Outcomes[str, MediaRef])
    assert_type(model.stream(TEXT), MediaStream)


def text_to_image(client: Bytez) -> None:
    model = client.model("org/name", task="text-to-image")
    assert_type((model.run(TEXT)).output, MediaRef)
    assert_type(model.map([TEXT]), Outcomes[str, MediaRef])
    assert_type(model.stream(TEXT), MediaStream)


def text_to_speech(client: Bytez) -> None:
    model = client.model("org/name", task="text-to-speech")
    assert_type((model.run(TEXT)).output, MediaRef)
    assert_type(model.map([TEXT]), Outcomes[str, MediaRef])
    assert_type(model.stream(TEXT), MediaStream)


def text_to_video(client: Bytez) -> None:
    model = client.model("org/name", task="text-to-video")
    assert_type((model.run(TEXT)).output, MediaRef)
    assert_type(model.map([TEXT]), Outcomes[str, MediaRef])
    assert_type(model.stream(TEXT), MediaStream)


def text2text_generation(client: Bytez) -> None:
    model = client.model("org/name", task="text2text-generation")
    assert_type((model.run(TEXT)).output, str)
    assert_type(model.map([TEXT]), Outcomes[str, str])
    assert_type(model.stream(TEXT), TextStream)


def token_classification(client: Bytez) -> None:
    model = client.model("org/name", task="token-classification")
    assert_type((model.run(TEXT)).output, list[ClassifiedToken])
    assert_type(model.map([TEXT]), Outcomes[str, list[ClassifiedToken]])


def translation(client: Bytez) -> None:
    model = client.model("org/name", task="translation")
    assert_type((model.run(TEXT)).output, str)
    assert_type(model.map([TEXT]), Outcomes[str, str])
    assert_type(model.stream(TEXT), TextStream)


def unconditional_image_generation(client: Bytez) -> None:
    model = client.model("org/name", task="unconditional-image-generation")
    assert_type((model.run()).output, MediaRef)
    assert_type(model.map(range(3)), Outcomes[object, MediaRef])
    assert_type(model.stream(), MediaStream)


def video_classification(client: Bytez) -> None:
    model = client.model("org/name", task="video-classification")
    assert_type((model.run(PICTURE)).output, list[Classification])
    assert_type(model.map([PICTURE]), Outcomes[MediaSource, list[Classification]])


def video_text_to_text(client: Bytez) -> None:
    model = client.model("org/name", task="video-text-to-text")
    assert_type((model.run(MESSAGES)).output, AssistantMessage)
    assert_type(model.map([MESSAGES]), Outcomes[Sequence[ChatMessage], AssistantMessage])
    assert_type(model.stream(MESSAGES), TextStream)


def visual_question_answering(client: Bytez) -> None:
    model = client.model("org/name", task="visual-question-answering")
    assert_type((model.run(PICTURE, "What is it?")).output, list[VisualAnswer])
    assert_type(model.map([(PICTURE, "What is it?")]), Outcomes[tuple[MediaSource, str], list[VisualAnswer]])


def zero_shot_classification(client: Bytez) -> None:
    model = client.model("org/name", task="zero-shot-classification")
    assert_type((model.run(TEXT, LABELS)).output, LabelRanking)
    assert_type(model.map([(TEXT, LABELS)]), Outcomes[tuple[str, Sequence[str]], LabelRanking])


def zero_shot_image_classification(client: Bytez) -> None:
    model = client.model("org/name", task="zero-shot-image-classification")
    assert_type((model.run(PICTURE, LABELS)).output, list[Classification])
    assert_type(
        model.map([(PICTURE, LABELS)]), Outcomes[tuple[MediaSource, Sequence[str]], list[Classification]]
    )


def zero_shot_object_detection(client: Bytez) -> None:
    model = client.model("org/name", task="zero-shot-object-detection")
    assert_type((model.run(PICTURE, LABELS)).output, list[Detection])
    assert_type(model.map([(PICTURE, LABELS)]), Outcomes[tuple[MediaSource, Sequence[str]], list[Detection]])
