"""The engine `transformers` without its packages: directories of models, their tasks, texts and media."""

import base64
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bytezkit_emulator import Emulator, EngineError, TransformersEngine
from bytezkit_emulator._engines import InputError
from bytezkit_emulator._engines.live import LiveRun
from bytezkit_emulator._engines.live.transformers.directories import find_models
from bytezkit_emulator._engines.live.transformers.media import (
    read_picture,
    read_sound,
    write_picture,
    write_sound,
)
from bytezkit_emulator._engines.live.transformers.requests import conversation, generation_arguments
from bytezkit_emulator._engines.live.transformers.tasks import PIPELINES, able_tasks, find_task
from bytezkit_emulator._engines.live.transformers.writer import TextWriter

BERT: Final = {"architectures": ["BertModel"]}
ENTAILMENT: Final = {"config.json": {"architectures": ["Classes"], "id2label": {"0": "Entailment"}}}
NO_MODEL: Final = "{root}/a/b is not the directory of a model:"
INDEX: Final = "a/b/model_index.json"
MODELS: Final = "bytezkit_emulator._engines.live.transformers.models"
ARCHITECTURES: Final = {
    **dict.fromkeys(PIPELINES.values(), frozenset[str]()),
    "text-generation": frozenset({"Gpt"}),
    "text-classification": frozenset({"Classes"}),
    "zero-shot-classification": frozenset({"Classes"}),
    "image-to-text": frozenset({"VisionEncoderDecoderModel", "Llava"}),
    "image-text-to-text": frozenset({"VisionEncoderDecoderModel", "Llava"}),
    "text-to-audio": frozenset({"Vits", "MusicgenForConditionalGeneration"}),
    "feature-extraction": frozenset({"BertModel", "ViT", "Vits"}),
    "image-feature-extraction": frozenset({"BertModel", "ViT", "Vits"}),
}


def table(task: str) -> dict[str, object]:
    return {"models.json": {"a/b": {"task": task}}}


def write(root: Path, files: Mapping[str, object]) -> Path:
    """Write files; a text is written as it is, and other values as JSON."""
    for name, content in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return root


def test_models_of_directories_and_of_the_table(tmp_path: Path) -> None:
    table = {"acme/vectors": {"directory": "minilm", "task": "sentence-similarity"}, "a/b": {}}
    root = write(
        tmp_path,
        {
            "models.json": table,
            "a/b/config.json": {**BERT, "id2label": {"0": "yes"}},
            "c/d/config.json": BERT,
            "e/f/model_index.json": {"_class_name": "DDPMPipeline", "unet": ["diffusers", "UNet2DModel"]},
            "e/f/config.json": "no model",
            "minilm/config.json": BERT,
            ".cache/x/config.json": "no model",
            "README.md": "no model",
        },
    )
    found = find_models(root)
    models = {it.model_id: (str(it.path.relative_to(root)), it.task, it.labels) for it in found}
    assert models == {
        "a/b": ("a/b", None, ("yes",)),
        "c/d": ("c/d", None, ()),
        "e/f": ("e/f", None, ()),
        "acme/vectors": ("minilm", "sentence-similarity", ()),
    }
    assert [it.architecture for it in found if it.is_diffusion] == ["DDPMPipeline"]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "{root} has no models: expected {root}/owner/name/config.json, or models.json"),
        ({"a/b/weights.bin": ""}, f"{NO_MODEL} config.json: No such file"),
        ({"a/b/config.json": "{"}, f"{NO_MODEL} config.json: Input data was"),
        ({"a/b/config.json": {}}, f"{NO_MODEL} config.json names no architecture"),
        ({INDEX: "{"}, f"{NO_MODEL} model_index.json: Input data was"),
        ({INDEX: {}}, f"{NO_MODEL} model_index.json names no pipeline"),
        ({INDEX: {"_class_name": ["x", "Y"]}}, f"{NO_MODEL} model_index.json: "),
        ({"models.json": {"a/b": {}}}, f"{NO_MODEL} config.json: No such file"),
        ({"models.json": {"a": {}}}, "{root}/models.json: 'a' is not of the form owner/name"),
        ({"models.json": {"a/b": {"tasks": ""}}}, "{root}/models.json cannot be read: Object contains unkn"),
        ({"models.json": []}, "{root}/models.json cannot be read: Expected `object`, got `array`"),
    ],
)
def test_invalid_directory_is_an_error_at_the_start(
    tmp_path: Path, files: dict[str, object], reason: str
) -> None:
    write(tmp_path, files)
    with pytest.raises(EngineError) as caught:
        Emulator(engine=TransformersEngine(tmp_path))
    assert str(caught.value).startswith(reason.replace("{root}", str(tmp_path)))


@pytest.mark.parametrize(
    ("architecture", "files", "task"),
    [
        ("Gpt", {}, "text-generation"),
        ("Gpt", {"chat_template.jinja": ""}, "chat"),
        ("Gpt", {"tokenizer_config.json": {"chat_template": ""}}, "chat"),
        ("Classes", {}, "text-classification"),
        ("Classes", ENTAILMENT, "zero-"),
        ("Llava", {}, "image-to-text"),
        ("Llava", {"processor_config.json": {"chat_template": ""}}, "image-text-to-text"),
        ("Vits", {}, "text-to-speech"),
        ("MusicgenForConditionalGeneration", {}, "text-to-audio"),
        ("BertModel", {"tokenizer_config.json": {}}, "feature-extraction"),
        ("ViT", {}, "image-feature-extraction"),
        ("Qwen2AudioForConditionalGeneration", {}, "audio-text-to-text"),
        ("Other", {}, "no pipeline runs Other"),
        ("Gpt", table("chat"), "chat"),
        ("BertModel", table("sentence-similarity"), "sentence-similarity"),
        ("VisionEncoderDecoderModel", table("document-question-answering"), "document-question-answering"),
        *(
            ("Gpt", table(it), f"Gpt cannot do the task {it}; it can do: chat, text-generation")
            for it in ("fill-mask", "text-to-image")
        ),
    ],
)
def test_task_of_a_model(tmp_path: Path, architecture: str, files: dict[str, object], task: str) -> None:
    write(tmp_path, {"a/b/config.json": {"architectures": [architecture]}})
    write(tmp_path, {name if name == "models.json" else f"a/b/{name}": it for name, it in files.items()})
    [directory] = find_models(tmp_path)
    try:
        found = find_task(directory, [*able_tasks(architecture, ARCHITECTURES)])
    except EngineError as error:
        found = str(error).removeprefix(f"{tmp_path / 'a/b'}: ")
    assert found.startswith(task)


@pytest.mark.parametrize(
    ("package", "version", "reason"),
    [
        ("torch", "", "torch is missing: run pip install 'bytezkit[emulator,transformers]'"),
        ("transformers", "", "transformers is missing: run pip install 'bytezkit[emulator,transformers]'"),
        ("", "", "the libraries of the engine cannot be imported: tokenizers>=0.22.0 is required"),
        ("", "5.23.0", "transformers 5.23.0 has other pipelines: run pip install"),
        ("", "4.56.2", "transformers 4.56.2 has other pipelines: run pip install"),
    ],
)
def test_missing_package_is_an_error_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, version: str, reason: str
) -> None:
    monkeypatch.delitem(sys.modules, MODELS, raising=False)

    def refuse(name: str) -> None:
        raise ImportError("tokenizers>=0.22.0 is required")

    library: Any = ModuleType("transformers")
    if version:
        library.__version__ = version
        library.pipelines = SimpleNamespace(PipelineException=ValueError)
    else:
        library.__getattr__ = refuse
    for name, module in {"torch": ModuleType("torch"), "transformers": library}.items():
        monkeypatch.setitem(sys.modules, name, cast("ModuleType", None if name == package else module))
    write(tmp_path, {"a/b/config.json": BERT})
    with pytest.raises(EngineError, match=reason.replace("[", r"\[")):
        Emulator(engine=TransformersEngine(tmp_path))
    # It has the stubs of this test.
    sys.modules.pop(MODELS, None)


class Words:
    """Stands in for a `TextStreamer`, with texts as tokens."""

    next_tokens_are_prompt = True
    on_finalized_text: Any

    def put(self, tokens: NDArray[Any]) -> None:
        if not self.next_tokens_are_prompt:
            self.on_finalized_text(str(tokens[0]))
        self.next_tokens_are_prompt = False

    def end(self) -> None:
        self.on_finalized_text("", stream_end=True)


class Tokens(list[str]):
    numel = list[str].__len__


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        (["one ", "two"], ["one ", "two"]),
        (["one ", "two. ", "three"], ["one ", "two"]),
        (["a<", "e", "nd>b"], ["a"]),
        (["a<", "e", "f>b"], ["a", "<ef>b"]),
        (["a<", "en"], ["a", "<en"]),
        ([". "], []),
    ],
)
def test_text_ends_before_the_first_stop(words: list[str], pieces: list[str]) -> None:
    written: list[str] = []
    run = cast("LiveRun", SimpleNamespace(write=written.append))
    writer = TextWriter(Words(), run, prefix="P", stops=("<end>", ". ", ""))
    writer.put(Tokens(["the", "prompt"]))
    for word in words:
        writer.put(Tokens([word]))
    writer.end()
    assert written == (["P", *pieces] if pieces else [])
    assert writer.text == "P" + "".join(pieces)
    assert writer.has_stopped == ("".join(words) != "".join(pieces))
    assert (writer.prompt_tokens, writer.tokens) == (2, len(words))


def test_arguments_have_the_kinds_of_numbers_of_generate() -> None:
    params: Any = {"temperature": 2, "repetition_penalty": 1, "top_k": 5.0, "top_p": 0.5, "do_sample": True}
    made = generation_arguments(params)
    assert made == params
    assert [type(it) for it in made.values()] == [float, float, int, float, bool]
    assert generation_arguments({"temperature": 0, "top_k": 1}) == {"top_k": 1, "do_sample": False}


def test_conversations() -> None:
    picture = base64.b64encode(write_picture(Image.new("RGB", (2, 3)))).decode()
    parts: Any = [{"type": "text", "text": "What?"}, {"type": "image", "base64": picture}]
    messages: Any = [{"role": "user", "content": parts}, {"role": "assistant", "content": None, "name": "x"}]
    first, second = conversation(messages, {"image": read_picture})
    text, image = cast("list[dict[str, Any]]", first["content"])
    assert (text, image["image"].size) == (parts[0], (2, 3))
    assert second == {"role": "assistant", "content": [{"type": "text", "text": ""}], "name": "x"}
    plain = conversation(messages, {})
    assert [it["content"] for it in plain] == ["What?", ""]
    cases: Any = (
        ({"type": "image", "url": "https://x/y.png"}, "/0: the engine fetches no URLs"),
        ({"type": "image", "base64": "!"}, "/0: must be base64"),
        ({"type": "image", "base64": "AAAA"}, "the picture cannot be read"),
        ({"type": "audio", "base64": "AAAA"}, "/0: the model takes no parts of the type audio"),
    )
    for part, reason in cases:
        with pytest.raises(InputError, match=reason):
            conversation([{"role": "user", "content": [part]}], {"image": read_picture})


def test_media() -> None:
    tone = np.sin(np.arange(8000) / 8).astype(np.float32)
    sound = write_sound(tone, 8000)
    read = read_sound(sound.content, 16000)
    assert sound.media_type == "audio/wav"
    assert len(read) == pytest.approx(16000, abs=100)
    assert np.abs(read[:16000:2] - tone).max() < 0.2
    gray = Image.new("L", (2, 3), 7)
    assert read_picture(write_picture(gray)).getpixel((1, 1)) == (7, 7, 7)
    picture = write_picture(gray)
    for content in (b"", b"text", picture[:40], sound.content):
        with pytest.raises(InputError, match="the picture cannot be read"):
            read_picture(content)
    for content in (b"", b"text", picture[:40], sound.content[:30]):
        with pytest.raises(InputError, match="the sound cannot be read"):
            read_sound(content, 16000)
