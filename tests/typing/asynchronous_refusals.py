"""What the types of every task refuse, asynchronous: checked, never run.

Each line must be refused by both checkers: an ignore that is not needed fails the check.
"""

from pathlib import Path

from bytezkit import AsyncBytez
from bytezkit.types import ChatMessage

TEXT = "Hello"
PICTURE = Path("cat.png")
LABELS = ["cat", "dog"]
MESSAGES: list[ChatMessage] = [{"role": "user", "content": "Hello"}]


async def audio_classification(client: AsyncBytez) -> None:
    model = client.model("org/name", task="audio-classification")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(Path("a.wav"), params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(Path("a.wav"))  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def audio_text_to_text(client: AsyncBytez) -> None:
    model = client.model("org/name", task="audio-text-to-text")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(MESSAGES, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def automatic_speech_recognition(client: AsyncBytez) -> None:
    model = client.model("org/name", task="automatic-speech-recognition")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(b"RIFF", params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(b"RIFF")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def chat(client: AsyncBytez) -> None:
    model = client.model("org/name", task="chat")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(MESSAGES, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def depth_estimation(client: AsyncBytez) -> None:
    model = client.model("org/name", task="depth-estimation")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(PICTURE, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def document_question_answering(client: AsyncBytez) -> None:
    model = client.model("org/name", task="document-question-answering")
    await model.run(None, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(PICTURE, "What is the total?", params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE, "What is the total?")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def feature_extraction(client: AsyncBytez) -> None:
    model = client.model("org/name", task="feature-extraction")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(TEXT)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def fill_mask(client: AsyncBytez) -> None:
    model = client.model("org/name", task="fill-mask")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(TEXT)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def image_classification(client: AsyncBytez) -> None:
    model = client.model("org/name", task="image-classification")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(PICTURE, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def image_feature_extraction(client: AsyncBytez) -> None:
    model = client.model("org/name", task="image-feature-extraction")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(PICTURE, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def image_segmentation(client: AsyncBytez) -> None:
    model = client.model("org/name", task="image-segmentation")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(PICTURE, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def image_text_to_text(client: AsyncBytez) -> None:
    model = client.model("org/name", task="image-text-to-text")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(MESSAGES, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def image_to_text(client: AsyncBytez) -> None:
    model = client.model("org/name", task="image-to-text")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(PICTURE, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def mask_generation(client: AsyncBytez) -> None:
    model = client.model("org/name", task="mask-generation")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(PICTURE, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def object_detection(client: AsyncBytez) -> None:
    model = client.model("org/name", task="object-detection")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(PICTURE, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def question_answering(client: AsyncBytez) -> None:
    model = client.model("org/name", task="question-answering")
    await model.run(None, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run("Who went?", "Ron went home.", params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream("Who went?", "Ron went home.")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def sentence_similarity(client: AsyncBytez) -> None:
    model = client.model("org/name", task="sentence-similarity")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(TEXT)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def summarization(client: AsyncBytez) -> None:
    model = client.model("org/name", task="summarization")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def text_classification(client: AsyncBytez) -> None:
    model = client.model("org/name", task="text-classification")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(TEXT)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def text_generation(client: AsyncBytez) -> None:
    model = client.model("org/name", task="text-generation")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def text_to_audio(client: AsyncBytez) -> None:
    model = client.model("org/name", task="text-to-audio")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def text_to_image(client: AsyncBytez) -> None:
    model = client.model("org/name", task="text-to-image")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def text_to_speech(client: AsyncBytez) -> None:
    model = client.model("org/name", task="text-to-speech")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def text_to_video(client: AsyncBytez) -> None:
    model = client.model("org/name", task="text-to-video")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def text2text_generation(client: AsyncBytez) -> None:
    model = client.model("org/name", task="text2text-generation")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def token_classification(client: AsyncBytez) -> None:
    model = client.model("org/name", task="token-classification")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(TEXT)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def translation(client: AsyncBytez) -> None:
    model = client.model("org/name", task="translation")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(TEXT, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def unconditional_image_generation(client: AsyncBytez) -> None:
    model = client.model("org/name", task="unconditional-image-generation")
    await model.run(None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await model.run(params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def video_classification(client: AsyncBytez) -> None:
    model = client.model("org/name", task="video-classification")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(PICTURE, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def video_text_to_text(client: AsyncBytez) -> None:
    model = client.model("org/name", task="video-text-to-text")
    await model.run(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(MESSAGES, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def visual_question_answering(client: AsyncBytez) -> None:
    model = client.model("org/name", task="visual-question-answering")
    await model.run(None, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(PICTURE, "What is it?", params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE, "What is it?")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def zero_shot_classification(client: AsyncBytez) -> None:
    model = client.model("org/name", task="zero-shot-classification")
    await model.run(None, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(TEXT, LABELS, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(TEXT, LABELS)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def zero_shot_image_classification(client: AsyncBytez) -> None:
    model = client.model("org/name", task="zero-shot-image-classification")
    await model.run(None, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(PICTURE, LABELS, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE, LABELS)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def zero_shot_object_detection(client: AsyncBytez) -> None:
    model = client.model("org/name", task="zero-shot-object-detection")
    await model.run(None, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await model.run(PICTURE, LABELS, params={"no_such_param": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.stream(PICTURE, LABELS)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def unknown_task(client: AsyncBytez) -> None:
    client.model("org/name", task="no-such-task")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
