"""The engine `transformers` with tiny models of random weights, for every task that has a pipeline."""

import base64
import io
import json
import shutil
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, cast

import av
import httpx
import numpy as np
import pytest
from PIL import Image

from bytezkit_emulator import Emulator, EngineError, TransformersEngine
from bytezkit_emulator._engines import Inputs, Job, Output
from bytezkit_emulator._engines.live import LiveRun
from bytezkit_emulator._engines.live.transformers.media import write_picture, write_sound
from bytezkit_emulator._engines.live.transformers.tasks import PIPELINES
from tests.emulator.clients import error, open_client, output

if TYPE_CHECKING:
    from bytezkit_emulator._engines.live.transformers.models import LoadedModel

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("transformers") is None, reason="make pipelines has its packages"),
    # The libraries warn of themselves.
    pytest.mark.filterwarnings("ignore"),
]
RANDOM: Final = np.random.default_rng(0)
PICTURE: Final = base64.b64encode(
    write_picture(Image.fromarray(RANDOM.integers(0, 255, (40, 48, 3), dtype=np.uint8)))
).decode()
SOUND: Final = base64.b64encode(
    write_sound(np.sin(np.arange(8000, dtype=np.float32) / 8), 8000).content
).decode()


def video() -> str:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=8)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for _ in range(16):
            frame = av.VideoFrame.from_ndarray(RANDOM.integers(0, 255, (32, 32, 3), dtype=np.uint8), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return base64.b64encode(file.getvalue()).decode()


VIDEO: Final = video()
ANSWER: Final = {"text": "Once", "params": {"max_new_tokens": 6, "do_sample": False}}
ASKED: Final = {
    "role": "user",
    "content": [{"type": "text", "text": "Who?"}, {"type": "image", "base64": PICTURE}],
}
SAID: Final[dict[str, Any]] = {"role": "user", "content": "Who?"}
GREEDY: Final = {"params": {"max_new_tokens": 6, "temperature": 0}}
LABELS: Final = {"candidate_labels": ["cat", "dog"]}
MASKS: Final = {
    "pred_iou_thresh": 0.0,
    "stability_score_thresh": 0.0,
    "points_per_crop": 4,
    "points_per_batch": 16,
}
WORDS: Final = {"word_boxes": [["Total", [10, 10, 60, 30]], ["$154", [70, 10, 130, 30]]]}
# Directories and tasks that do not follow from the files of a model.
TABLE: Final[dict[str, dict[str, str]]] = {
    "two/gpt2": {"directory": "tiny/gpt2", "task": "text-generation"},
    "two/bert": {"directory": "tiny/bert", "task": "sentence-similarity"},
    "two/t5": {"directory": "tiny/t5", "task": "summarization"},
    "three/t5": {"directory": "tiny/t5", "task": "translation"},
}
# By model: its task, and an input.
RUNS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "tiny/bert": ("feature-extraction", {"text": "a"}),
    "two/bert": ("sentence-similarity", {"text": "a"}),
    "tiny/bert-classes": ("text-classification", {"text": "a", "params": {"top_k": 2}}),
    "tiny/bert-entailment": ("zero-shot-classification", {"text": "a", **LABELS}),
    "tiny/bert-mask": ("fill-mask", {"text": "Hello <mask>!"}),
    "tiny/bert-names": ("token-classification", {"text": "John"}),
    "tiny/bert-spans": ("question-answering", {"question": "Who?", "context": "John lives here"}),
    "tiny/gpt2": ("chat", {"messages": [SAID], **GREEDY}),
    "two/gpt2": ("text-generation", {"text": "Once", **GREEDY}),
    "tiny/t5": ("text2text-generation", {"text": "Once", **GREEDY}),
    "two/t5": ("summarization", {"text": "Once", **GREEDY}),
    "three/t5": ("translation", {"text": "Once", **GREEDY}),
    "tiny/dpt": ("depth-estimation", {"base64": PICTURE}),
    "tiny/maskformer": ("image-segmentation", {"base64": PICTURE, "params": {"subtask": "semantic"}}),
    "tiny/sam": ("mask-generation", {"base64": PICTURE, "params": MASKS}),
    "tiny/videomae": ("video-classification", {"base64": VIDEO}),
    "tiny/vit": ("image-feature-extraction", {"base64": PICTURE}),
    "tiny/vit-classes": ("image-classification", {"base64": PICTURE}),
    "tiny/yolos": ("object-detection", {"base64": PICTURE, "params": {"threshold": 0.0}}),
    "tiny/musicgen": ("text-to-audio", {"text": "drums", "params": {"max_new_tokens": 12}, "json": False}),
    "tiny/vits": ("text-to-speech", {"text": "hello", "json": False}),
    "tiny/wav2vec2-classes": ("audio-classification", {"base64": SOUND}),
    "tiny/wav2vec2-ctc": ("automatic-speech-recognition", {"base64": SOUND}),
    "tiny/blip": ("visual-question-answering", {"base64": PICTURE, "question": "Who?"}),
    "tiny/clip": ("zero-shot-image-classification", {"base64": PICTURE, **LABELS}),
    "tiny/layoutlm": (
        "document-question-answering",
        {"base64": PICTURE, "question": "How much?", "params": WORDS},
    ),
    "tiny/llava": ("image-text-to-text", {"messages": [ASKED], **GREEDY}),
    "tiny/owlvit": (
        "zero-shot-object-detection",
        {"base64": PICTURE, **LABELS, "params": {"threshold": 0.0}},
    ),
    "tiny/vit-gpt2": ("image-to-text", {"base64": PICTURE, "params": {"max_new_tokens": 3, "num_beams": 2}}),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    tiny_models = import_module("scripts.tiny_models")
    for model_id in RUNS:
        owner, _, name = model_id.partition("/")
        if owner == "tiny":
            tiny_models.build_model(name, root / "tiny" / name)
    (root / "models.json").write_text(json.dumps(TABLE), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def emulator(models: Path) -> Iterator[Emulator]:
    # Its own definition needs torchvision.
    sam: Any = import_module("transformers.models.sam.image_processing_sam")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sam, "batched_nms", lambda boxes, scores, *_, **__: scores.argsort(), raising=False)
        yield Emulator(engine=TransformersEngine(models))


@pytest.fixture
def client(emulator: Emulator) -> Iterator[httpx.Client]:
    with open_client(emulator) as client:
        yield client


def test_each_task_with_a_pipeline_is_run() -> None:
    assert {task for task, _ in RUNS.values()} == PIPELINES.keys()


@pytest.mark.parametrize("model_id", RUNS)
def test_output_of_each_task(client: httpx.Client, model_id: str) -> None:
    task, body = RUNS[model_id]
    # The engine validates the output against the contract.
    response = client.post(f"/models/v2/{model_id}", json=body)
    assert response.status_code == 200, response.text
    assert response.headers["x-bytezkit-engine"] == "real"
    [listed] = [it for it in output(client.get("/models/v2/list/models")) if it["modelId"] == model_id]
    assert listed["task"] == task
    if task in ("text-to-audio", "text-to-speech"):
        assert response.content[:4] == b"RIFF"


@pytest.mark.parametrize("model_id", ["tiny/gpt2", "two/gpt2", "tiny/t5", "tiny/llava"])
@pytest.mark.parametrize("beams", [1, 2])
def test_stream_has_the_text_of_the_output(client: httpx.Client, model_id: str, beams: int) -> None:
    body = RUNS[model_id][1]
    body = {
        **body,
        "params": {"do_sample": False, "min_new_tokens": 40, "max_new_tokens": 40, "num_beams": beams},
    }
    whole = output(client.post(f"/models/v2/{model_id}", json=body))
    text = whole if isinstance(whole, str) else whole["content"]
    with client.stream("POST", f"/models/v2/{model_id}", json={**body, "stream": True}) as streamed:
        pieces = list(streamed.iter_text())
    assert "".join(pieces) == text
    # The other texts are one word.
    assert (len(pieces) > 1) == (beams == 1 and model_id in ("two/gpt2", "tiny/llava"))
    assert text.startswith("Once") == (model_id == "two/gpt2")


def test_stream_has_the_tokens_of_the_model(client: httpx.Client) -> None:
    body = {"model": "tiny/gpt2", "messages": [SAID], "max_tokens": 7, "temperature": 0}
    made = client.post("/models/v2/openai/v1/chat/completions", json=body).json()
    assert made["usage"]["completion_tokens"] == 7
    assert made["usage"]["prompt_tokens"] > len("Who?")
    assert made["choices"][0]["finish_reason"] == "length"


@pytest.mark.parametrize("beams", [1, 2])
def test_cancelled_run_ends_at_the_next_token(emulator: Emulator, beams: int) -> None:
    engine: Any = emulator._runtime._stubs._engines._live
    model: LoadedModel = engine._models["tiny/gpt2"]
    task = emulator._runtime.clock._world.contract.tasks["chat"]
    params: Any = {"max_new_tokens": 400, "num_beams": beams, "do_sample": False}
    inputs = Inputs(members={"messages": [{**SAID}]}, media=None)
    job = Job(model_id="", task=task, inputs=inputs, params=params)
    # The callback is called at once, as for a run that is cancelled before the engine works.
    run = cast("LiveRun", SimpleNamespace(write=lambda _: None, on_cancel=lambda callback: callback()))
    made = model.run(job, run)
    assert isinstance(made, Output)
    assert made.tokens <= 1
    assert len(str(made.value)) < 60


@pytest.mark.parametrize(
    ("model_id", "body", "reason"),
    [
        ("tiny/vit", {"base64": "AAAA"}, "the picture cannot be read"),
        ("tiny/wav2vec2-ctc", {"base64": PICTURE}, "the sound cannot be read"),
        ("tiny/videomae", {"base64": "AAAA"}, "the model cannot use the request"),
        ("tiny/vit", {"url": "https://example.com/cat.jpg"}, "body: the engine fetches no URLs"),
        ("tiny/bert-mask", {"text": "Hello [MASK]!"}, "the model cannot use the request: No mask_token"),
        ("tiny/bert-classes", {"text": "a" * 700}, "the model cannot use the request: The "),
        ("two/gpt2", {"text": "a", "params": {"foo": 1}}, "the model cannot use the request: The following"),
        (
            "two/gpt2",
            {"text": "a", "params": {"num_return_sequences": 2}},
            "the model cannot use the request",
        ),
        ("tiny/vits", {"text": "a", "params": {"do_sample": True}}, "the model cannot use the request: You"),
    ],
)
def test_unusable_input_is_refused(
    client: httpx.Client, model_id: str, body: dict[str, Any], reason: str
) -> None:
    assert error(client.post(f"/models/v2/{model_id}", json=body), 422).startswith(reason)


@pytest.mark.parametrize(
    "params",
    [
        {"temperature": 0},
        {"temperature": 2, "repetition_penalty": 1},
        {"top_k": 5.0, "do_sample": True},
        {"num_beams": 2, "early_stopping": True},
        {"return_full_text": False},
        {"stop_strings": ["x"]},
    ],
)
def test_parameters_reach_the_model(client: httpx.Client, params: dict[str, Any]) -> None:
    body = {"text": "Once", "params": {"max_new_tokens": 3, **params}}
    text = output(client.post("/models/v2/two/gpt2", json=body))
    assert text.startswith("Once") == ("return_full_text" not in params)


def test_other_models_have_synthetic_outputs(client: httpx.Client) -> None:
    response = client.post("/models/v2/openai-community/gpt2", json={"text": "Once"})
    assert response.headers["x-bytezkit-engine"] == "synthetic"


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ({"model.safetensors": b"x"}, "cannot be loaded for the task feature-extraction: SafetensorError: "),
        ({"models.json": b'{"a/bert": {"task": "chat"}}'}, "BertModel cannot do the task chat; it can do: "),
        ({"config.json": b'{"architectures": ["BertModel"], "model_type": "x"}'}, "cannot be loaded for the"),
    ],
)
def test_model_that_cannot_be_loaded_is_an_error_at_the_start(
    models: Path, tmp_path: Path, damage: dict[str, bytes], reason: str
) -> None:
    folder = shutil.copytree(models / "tiny" / "bert", tmp_path / "a" / "bert")
    for name, content in damage.items():
        (tmp_path if name == "models.json" else folder).joinpath(name).write_bytes(content)
    with pytest.raises(EngineError, match=reason) as caught:
        Emulator(engine=TransformersEngine(tmp_path))
    assert str(caught.value).startswith(str(folder))
