"""The engine `transformers` with tiny models of random weights, for every task that has a pipeline."""

import base64
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, cast, get_args

import httpx
import numpy as np
import pytest
from PIL import Image

from bytezkit import Bytez, types
from bytezkit_emulator import Emulator, EngineError, TransformersEngine
from bytezkit_emulator._engines import Inputs, Job
from bytezkit_emulator._engines.live import LiveRun, RunCancelledError
from bytezkit_emulator._engines.live.transformers.media import write_picture, write_sound, write_video
from tests.emulator.clients import KEY, error, open_client, output
from tests.emulator.contract_check import DOCUMENT, admits, check
from tests.end_to_end.task_cases import MAGIC_NUMBERS
from tests.typing.tasks import TASK_TYPES

if TYPE_CHECKING:
    from bytezkit_emulator._engines.live.transformers.models import LoadedModel

PACKAGES: Final = ("torch", "transformers", "diffusers")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not all(map(find_spec, PACKAGES)), reason=f"make models has {', '.join(PACKAGES)}"),
    # The libraries warn of themselves.
    pytest.mark.filterwarnings("ignore"),
]
RANDOM: Final = np.random.default_rng(0)
PICTURES: Final = [Image.fromarray(RANDOM.integers(0, 255, (40, 48, 3), dtype=np.uint8)) for _ in range(16)]
PICTURE: Final = base64.b64encode(write_picture(PICTURES[0])).decode()
VIDEO: Final = base64.b64encode(write_video(PICTURES).content).decode()
TONE: Final = np.sin(np.arange(8000, dtype=np.float32) / 8)
SOUND: Final = base64.b64encode(write_sound(TONE, 8000).content).decode()

TEXT: Final = {"type": "text", "text": "Who?"}
ASKED: Final = {"role": "user", "content": [TEXT, {"type": "image", "base64": PICTURE}]}
HEARD: Final = {"role": "user", "content": [TEXT, {"type": "audio", "base64": SOUND}]}
SAID: Final[dict[str, Any]] = {"role": "user", "content": "Who?"}
SEEN: Final = {"base64": PICTURE}
GREEDY: Final = {"params": {"max_new_tokens": 6, "temperature": 0}}
LABELS: Final = {"candidate_labels": ["cat", "dog"]}
ALL_MASKS: Final = {"pred_iou_thresh": 0.0, "stability_score_thresh": 0.0}
MASKS: Final = {**ALL_MASKS, "points_per_crop": 4, "points_per_batch": 16}
UNUSABLE: Final = "the model cannot use the request"
INDIVISIBLE: Final = f"{UNUSABLE}: `height` and `width` have to be divisible by 8"
SIZE: Final = {"width": 16, "height": 16, "num_inference_steps": 2}
WORDS: Final = {"word_boxes": [["Total", [10, 10, 60, 30]], ["$154", [70, 10, 130, 30]]]}
# It fails the test if it is run, and so does a component with this module.
CODE: Final = b"raise SystemExit"
INDEX: Final = b'{"_class_name": "DDPMPipeline", "scheduler": [null, null], "unet": ["own", "Own"]}'
# Directories and tasks that do not follow from the files of a model.
TABLE: Final[dict[str, dict[str, str]]] = {
    "two/gpt2": {"directory": "tiny/gpt2", "task": "text-generation"},
    "two/bert": {"directory": "tiny/bert", "task": "sentence-similarity"},
    "two/t5": {"directory": "tiny/t5", "task": "summarization"},
    "three/t5": {"directory": "tiny/t5", "task": "translation"},
}
NAMES: Final = {name: getattr(types, name) for name in types.__all__}
V1_TASKS: Final = [task for task, row in DOCUMENT["x-bytez-tasks"].items() if "v1" in row]
# By model: its task, and a request whose members are in the order of the arguments of the typed client.
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
    "tiny/musicgen": ("text-to-audio", {"text": "drums", "params": {"max_new_tokens": 12}}),
    "tiny/vits": ("text-to-speech", {"text": "hello"}),
    "tiny/qwen2-audio": ("audio-text-to-text", {"messages": [HEARD], **GREEDY}),
    "tiny/wav2vec2-classes": ("audio-classification", {"base64": SOUND}),
    "tiny/wav2vec2-ctc": ("automatic-speech-recognition", {"base64": SOUND}),
    "tiny/blip": ("visual-question-answering", {"base64": PICTURE, "question": "Who?"}),
    "tiny/clip": ("zero-shot-image-classification", {"base64": PICTURE, **LABELS}),
    "tiny/layoutlm": ("document-question-answering", {**SEEN, "question": "How much?", "params": WORDS}),
    "tiny/llava": ("image-text-to-text", {"messages": [ASKED], **GREEDY}),
    "tiny/owlvit": ("zero-shot-object-detection", {**SEEN, **LABELS, "params": {"threshold": 0.0}}),
    "tiny/vit-gpt2": ("image-to-text", {"base64": PICTURE, "params": {"max_new_tokens": 3, "num_beams": 2}}),
    "tiny/ddpm": ("unconditional-image-generation", {"params": {"num_inference_steps": 2}}),
    "tiny/stable-diffusion": ("text-to-image", {"text": "a cat", "params": SIZE}),
    "tiny/video-diffusion": ("text-to-video", {"text": "a cat", "params": {**SIZE, "num_frames": 3}}),
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


@pytest.fixture
def typed_client(emulator: Emulator) -> Iterator[Bytez]:
    """A client whose runs must have outputs of real models."""

    def check_run(response: httpx.Response) -> None:
        check(response)
        if "inference-time" in response.headers:
            assert response.headers["x-bytezkit-engine"] == "real"

    http_client = httpx.Client(transport=emulator.transport, event_hooks={"response": [check_run]})
    with Bytez(KEY, base_url="http://localhost", http_client=http_client) as client:
        yield client


def has_type(value: object, declared: Any) -> bool:
    """Return whether a value has a type, such as `list[float]`; a list has items."""
    [*items] = get_args(declared)
    if not items:
        return isinstance(value, declared)
    return isinstance(value, list) and bool(value) and all(has_type(it, items[0]) for it in value)


def test_each_task_with_a_pipeline_has_a_model() -> None:
    assert {task for task, _ in RUNS.values()} == TASK_TYPES.keys() - {"video-text-to-text"}


@pytest.mark.parametrize("model_id", RUNS)
def test_output_of_each_task(typed_client: Bytez, model_id: str) -> None:
    task, body = RUNS[model_id]
    arguments = [
        base64.b64decode(value) if name == "base64" else value
        for name, value in body.items()
        if name != "params"
    ]
    client: Any = typed_client
    assert model_id in [it.model_id for it in client.models.list(task=task)]
    handle = client.model(model_id, task=task)
    made = handle.run(*arguments, params=body.get("params")).output
    assert has_type(made, eval(TASK_TYPES[task][1], NAMES))
    file = made.download() if isinstance(made, types.MediaRef) else None
    assert file is None or file.startswith(tuple(MAGIC_NUMBERS.values()))


@pytest.mark.parametrize("model_id", [it for it, (task, _) in RUNS.items() if task in V1_TASKS])
def test_output_of_each_task_of_the_v1_api(typed_client: Bytez, model_id: str) -> None:
    task, body = RUNS[model_id]
    typed_client.v1.load(model_id)
    members = {name: value for name, value in body.items() if name != "params"}
    made = typed_client.v1.run(model_id, members, params=body.get("params"))
    response = DOCUMENT["x-bytez-tasks"][task]["v1"]
    raw: Any = made.raw
    assert [*raw] == [response["member"]]
    assert admits({"$ref": f"#/components/schemas/{response['result']}"}, raw[response["member"]])
    assert made.media is None or made.media.startswith(MAGIC_NUMBERS[str(made.media_type)])


def test_transcript_with_times(typed_client: Bytez) -> None:
    model = typed_client.model("tiny/wav2vec2-ctc", task="automatic-speech-recognition", variant="timestamps")
    made = model.run(base64.b64decode(SOUND), params={"return_timestamps": "char"}).output
    assert "".join(it.text for it in made.chunks) == made.text


@pytest.mark.parametrize("model_id", ["tiny/gpt2", "two/gpt2", "tiny/t5", "tiny/llava", "tiny/qwen2-audio"])
@pytest.mark.parametrize("beams", [1, 2])
def test_stream_has_the_text_of_the_output(client: httpx.Client, model_id: str, beams: int) -> None:
    body = RUNS[model_id][1]
    lengths = {"min_new_tokens": 40, "max_new_tokens": 40}
    body = {**body, "params": {"do_sample": False, **lengths, "num_beams": beams}}
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


@pytest.mark.parametrize(
    ("model_id", "params"),
    [
        ("tiny/gpt2", {"max_new_tokens": 50}),
        ("tiny/gpt2", {"max_new_tokens": 50, "num_beams": 2}),
        ("tiny/qwen2-audio", {"max_new_tokens": 50}),
        ("tiny/musicgen", {"max_new_tokens": 50}),
        ("tiny/ddpm", {"num_inference_steps": 9}),
        ("tiny/stable-diffusion", {**SIZE, "num_inference_steps": 9}),
        ("tiny/video-diffusion", {**SIZE, "num_inference_steps": 9}),
    ],
)
def test_cancelled_run_ends_at_the_next_step(
    emulator: Emulator, model_id: str, params: dict[str, Any]
) -> None:
    engine: Any = emulator._runtime._stubs._engines._live
    model: LoadedModel = engine._models[model_id]
    pipeline: Any = model._pipeline
    task, body = RUNS[model_id]
    members = {name: value for name, value in body.items() if name != "params"}
    job = Job(
        model_id=model_id,
        task=emulator._runtime.clock._world.contract.tasks[task],
        inputs=Inputs(members=members, media=None),
        params=params,
    )
    cancellations: list[Callable[[], None]] = []
    steps: list[object] = []

    def cancel_at_the_second_step(*step: object) -> None:
        steps.append(step)
        if len(steps) == 2:
            cancellations[0]()

    run = cast("LiveRun", SimpleNamespace(write=lambda _: None, on_cancel=cancellations.append))
    network = getattr(pipeline, "unet", None) or pipeline.model
    hook = network.register_forward_hook(cancel_at_the_second_step)
    with pytest.raises(RunCancelledError):
        model.run(job, run)
    hook.remove()
    assert len(steps) == 2


@pytest.mark.parametrize(
    ("model_id", "body", "reason"),
    [
        ("tiny/vit", {"base64": "AAAA"}, "the picture cannot be read"),
        ("tiny/wav2vec2-ctc", {"base64": PICTURE}, "the sound cannot be read"),
        ("tiny/videomae", {"base64": "AAAA"}, UNUSABLE),
        ("tiny/vit", {"url": "https://example.com/cat.jpg"}, "body: the engine fetches no URLs"),
        ("tiny/bert-mask", {"text": "Hello [MASK]!"}, f"{UNUSABLE}: No mask_token"),
        ("tiny/bert-classes", {"text": "a" * 700}, f"{UNUSABLE}: The "),
        ("two/gpt2", {"text": "a", "params": {"foo": 1}}, f"{UNUSABLE}: The following"),
        ("two/gpt2", {"text": "a", "params": {"num_return_sequences": 2}}, UNUSABLE),
        ("tiny/vits", {"text": "a", "params": {"do_sample": True}}, f"{UNUSABLE}: You"),
        ("tiny/qwen2-audio", {"text": "a", "base64": PICTURE}, "the sound cannot be read"),
        ("tiny/qwen2-audio", {"messages": [ASKED]}, "body/messages/0/content/1: the model takes no parts"),
        ("tiny/llava", {"messages": [HEARD]}, "body/messages/0/content/1: the model takes no parts of the"),
        ("tiny/ddpm", {"params": {"num_inference_steps": 99}}, f"{UNUSABLE}: `num_i"),
        ("tiny/ddpm", {"params": {"width": 8}}, f"{UNUSABLE}: DDPMPipeline.__call__"),
        ("tiny/stable-diffusion", {"text": "a", "params": {**SIZE, "width": 9}}, INDIVISIBLE),
        ("tiny/video-diffusion", {"text": "a", "params": {**SIZE, "width": 9}}, INDIVISIBLE),
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
    ("name", "damage", "reason"),
    [
        ("bert", {"model.safetensors": b"x"}, "cannot be loaded for the task feature-extraction: Safetensor"),
        ("bert", {"models.json": b'{"a/bert": {"task": "chat"}}'}, "BertModel cannot do the task chat; it "),
        ("bert", {"config.json": b'{"architectures": ["BertModel"], "model_type": "x"}'}, "cannot be loaded"),
        ("ddpm", {"model_index.json": b'{"_class_name": "NoPipe"}'}, "diffusers has no attribute NoPipe"),
        ("ddpm", {"model_index.json": b'{"_class_name": "UNet2DModel"}'}, "no pipeline runs UNet2DModel"),
        ("ddpm", {"model_index.json": b'{"_class_name": "AudioLDMPipeline"}'}, "no pipeline runs AudioLDM"),
        ("ddpm", {"model_index.json": b'{"_class_name": "FluxFillPipeline"}'}, "no pipeline runs FluxFill"),
        ("ddpm", {"model_index.json": b'{"_class_name": "DiTPipeline"}'}, "no pipeline runs DiTPipeline"),
        ("ddpm", {"models.json": b'{"a/ddpm": {"task": "chat"}}'}, "DDPMPipeline cannot do the task chat;"),
        ("ddpm", {"unet/config.json": b"{"}, "cannot be loaded for the task unconditional-image-generat"),
        ("ddpm", {"unet/diffusers.py": CODE}, "cannot be loaded .* the component unet has code of its own"),
        ("ddpm", {"model_index.json": INDEX, "unet/own.py": CODE}, "the component unet has code of its own"),
    ],
)
def test_model_that_cannot_be_loaded_is_an_error_at_the_start(
    models: Path, tmp_path: Path, name: str, damage: dict[str, bytes], reason: str
) -> None:
    folder = shutil.copytree(models / "tiny" / name, tmp_path / "a" / name)
    for file, content in damage.items():
        (tmp_path if file == "models.json" else folder).joinpath(file).write_bytes(content)
    with pytest.raises(EngineError, match=reason) as caught:
        Emulator(engine=TransformersEngine(tmp_path))
    assert str(caught.value).startswith(str(folder))


def test_missing_diffusers_is_an_error_at_the_start(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "diffusers", cast("ModuleType", None))
    monkeypatch.delitem(sys.modules, "bytezkit_emulator._engines.live.transformers.diffusion", raising=False)
    reason = r"^diffusers is missing: run pip install 'bytezkit\[emulator,diffusers\]'$"
    with pytest.raises(EngineError, match=reason):
        Emulator(engine=TransformersEngine(models))
