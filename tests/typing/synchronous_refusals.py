"""What the types of every task refuse, synchronous: checked, never run.

Each line must be refused by both checkers: an ignore that is not needed fails the check.
"""

from pathlib import Path

from bytezkit import Bytez
from bytezkit.types import ChatMessage

TEXT = "Hello"
PICTURE = Path("cat.png")
LABELS = ["cat", "dog"]
MESSAGES: list[ChatMessage] = [{"role": "user", "content": "Hello"}]


def audio_classification(client: Bytez) -> None:
    model = client.model("org/name", task="audio-classification")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(Path("a.wav"), params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(Path("a.wav"))  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def audio_text_to_text(client: Bytez) -> None:
    model = client.model("org/name", task="audio-text-to-text")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(MESSAGES, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def automatic_speech_recognition(client: Bytez) -> None:
    model = client.model("org/name", task="automatic-speech-recognition")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(b"RIFF", params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(b"RIFF")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def chat(client: Bytez) -> None:
    model = client.model("org/name", task="chat")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(MESSAGES, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def depth_estimation(client: Bytez) -> None:
    model = client.model("org/name", task="depth-estimation")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(PICTURE, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def document_question_answering(client: Bytez) -> None:
    model = client.model("org/name", task="document-question-answering")
    model.run(None, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(PICTURE, "What is the total?", params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE, "What is the total?")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def feature_extraction(client: Bytez) -> None:
    model = client.model("org/name", task="feature-extraction")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(TEXT)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def fill_mask(client: Bytez) -> None:
    model = client.model("org/name", task="fill-mask")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(TEXT)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def image_classification(client: Bytez) -> None:
    model = client.model("org/name", task="image-classification")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(PICTURE, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def image_feature_extraction(client: Bytez) -> None:
    model = client.model("org/name", task="image-feature-extraction")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(PICTURE, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def image_segmentation(client: Bytez) -> None:
    model = client.model("org/name", task="image-segmentation")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(PICTURE, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def image_text_to_text(client: Bytez) -> None:
    model = client.model("org/name", task="image-text-to-text")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(MESSAGES, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def image_to_text(client: Bytez) -> None:
    model = client.model("org/name", task="image-to-text")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(PICTURE, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def mask_generation(client: Bytez) -> None:
    model = client.model("org/name", task="mask-generation")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(PICTURE, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def object_detection(client: Bytez) -> None:
    model = client.model("org/name", task="object-detection")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(PICTURE, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def question_answering(client: Bytez) -> None:
    model = client.model("org/name", task="question-answering")
    model.run(None, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run("Who went?", "Ron went home.", params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream("Who went?", "Ron went home.")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def sentence_similarity(client: Bytez) -> None:
    model = client.model("org/name", task="sentence-similarity")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(TEXT)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def summarization(client: Bytez) -> None:
    model = client.model("org/name", task="summarization")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def text_classification(client: Bytez) -> None:
    model = client.model("org/name", task="text-classification")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(TEXT)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def text_generation(client: Bytez) -> None:
    model = client.model("org/name", task="text-generation")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def text_to_audio(client: Bytez) -> None:
    model = client.model("org/name", task="text-to-audio")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def text_to_image(client: Bytez) -> None:
    model = client.model("org/name", task="text-to-image")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def text_to_speech(client: Bytez) -> None:
    model = client.model("org/name", task="text-to-speech")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def text_to_video(client: Bytez) -> None:
    model = client.model("org/name", task="text-to-video")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def text2text_generation(client: Bytez) -> None:
    model = client.model("org/name", task="text2text-generation")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def token_classification(client: Bytez) -> None:
    model = client.model("org/name", task="token-classification")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(TEXT)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def translation(client: Bytez) -> None:
    model = client.model("org/name", task="translation")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def unconditional_image_generation(client: Bytez) -> None:
    model = client.model("org/name", task="unconditional-image-generation")
    model.run(None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    model.run(params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def video_classification(client: Bytez) -> None:
    model = client.model("org/name", task="video-classification")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(PICTURE, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def video_text_to_text(client: Bytez) -> None:
    model = client.model("org/name", task="video-text-to-text")
    model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(MESSAGES, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def visual_question_answering(client: Bytez) -> None:
    model = client.model("org/name", task="visual-question-answering")
    model.run(None, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(PICTURE, "What is it?", params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE, "What is it?")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def zero_shot_classification(client: Bytez) -> None:
    model = client.model("org/name", task="zero-shot-classification")
    model.run(None, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(TEXT, LABELS, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(TEXT, LABELS)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def zero_shot_image_classification(client: Bytez) -> None:
    model = client.model("org/name", task="zero-shot-image-classification")
    model.run(None, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(PICTURE, LABELS, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE, LABELS)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def zero_shot_object_detection(client: Bytez) -> None:
    model = client.model("org/name", task="zero-shot-object-detection")
    model.run(None, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run(PICTURE, LABELS, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE, LABELS)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def unknown_task(client: Bytez) -> None:
    client.model("org/name", task="no-such-task")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
