"""The pipeline of each task, with conversions from requests and to the responses of the service."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy

from scripts.pipelines.inputs import IMAGE, SOUND, WORDS, png

Request = Mapping[str, Any]
Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A run beside those of the examples.

    Attributes:
        arguments: Arguments of the pipeline.
        request: Members that replace those of the first example.
        model: The tiny model; empty for that of the task.
        variant: The variant of the task's result that the output has; empty for the ordinary result.
        is_raw: Whether the output is that of the pipeline, without the conversions of the task.
    """

    arguments: Arguments = field(default_factory=dict)
    request: Request = field(default_factory=dict)
    model: str = ""
    variant: str = ""
    is_raw: bool = False

    @property
    def name(self) -> str:
        """What distinguishes the run."""
        words = [it for it in (self.model, "raw" if self.is_raw else "", *self.request.values()) if it]
        return ", ".join([*map(str, words), *(f"{name}={value}" for name, value in self.arguments.items())])


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedTask:
    """A task and its pipeline.

    Attributes:
        pipeline: Task of `transformers.pipeline`, or the name of a loader in `scripts.pipelines.runs`.
        model: Name of the tiny model.
        call: Calls the pipeline with a request and arguments.
        defaults: Arguments of every run, which keep it short.
        companions: Arguments that a parameter needs to have an effect, by parameter.
        values: Values of parameters that their schemas do not suggest, by parameter.
        v2: Returns the output of v2.
        v1: Returns the output of v1.
        cases: Runs beside those of the examples.
    """

    pipeline: str
    model: str
    call: Callable[[Any, Request, Arguments], Any]
    defaults: Arguments = field(default_factory=dict)
    companions: Mapping[str, Arguments] = field(default_factory=dict)
    values: Mapping[str, Sequence[object]] = field(default_factory=dict)
    v2: Callable[[Any], Any] = lambda output: output
    v1: Callable[[Any], Any] = lambda output: output
    cases: Sequence[Case] = ()


def _text(pipeline: Any, request: Request, arguments: Arguments) -> Any:
    text = request["text"] if "text" in request else "\n".join(it["content"] for it in request["messages"])
    return pipeline(text, **arguments)


def _chat(pipeline: Any, request: Request, arguments: Arguments) -> Any:
    messages = request.get("messages") or [{"role": "user", "content": request["text"]}]
    return pipeline(messages, **arguments)


def _image_chat(pipeline: Any, request: Request, arguments: Arguments) -> Any:
    texts = [request["text"]] if "text" in request else [_first_text(request)]
    parts = [{"type": "text", "text": text} for text in texts]
    # Without a picture, the request is a text.
    if "messages" in request or "image_url" in request:
        parts.append({"type": "image", "image": IMAGE})
    return pipeline(text=[{"role": "user", "content": parts}], **arguments)


def _first_text(request: Request) -> str:
    return str(next(part["text"] for part in request["messages"][0]["content"] if part["type"] == "text"))


def _sound_chat(pipeline: Any, request: Request, arguments: Arguments) -> Any:
    text = request["text"] if "text" in request else _first_text(request)
    return pipeline(text, SOUND if "messages" in request or "url" in request else None, **arguments)


def _image(pipeline: Any, request: Request, arguments: Arguments) -> Any:
    del request
    return pipeline(IMAGE, **arguments)


def _sound(pipeline: Any, request: Request, arguments: Arguments) -> Any:
    del request
    # The pipelines write into the array.
    return pipeline(SOUND.copy(), **arguments)


def _labels(request: Request) -> Arguments:
    return {"candidate_labels": request.get("candidate_labels") or [request["text"]]}


def _asked_image(pipeline: Any, request: Request, arguments: Arguments) -> Any:
    return pipeline(image=IMAGE, question=request.get("question") or request["text"], **arguments)


def _mean(output: Any) -> list[float]:
    pooled: list[float] = numpy.mean(output[0], 0).tolist()
    return pooled


def _depth(output: Any) -> object:
    depths = output["predicted_depth"].squeeze().cpu().numpy()
    scaled = (depths * 255 / numpy.max(depths)).astype("uint8")
    return {"depth_png": png(output["depth"]), "formatted_predicted_depth_array": scaled}


def _segments(output: Any) -> object:
    return [{"label": it["label"], "score": it["score"], "mask_png": png(it["mask"])} for it in output]


def _masks(output: Any) -> object:
    masks = [numpy.asarray(mask).astype(int) for mask in output["masks"]]
    size = {"width": IMAGE.width, "height": IMAGE.height}
    return {"input_image_dimensions": size, "masks": masks, "scores": output["scores"]}


def _file(output: Any) -> str:
    """Return the start of the samples: the form of a file is that of any other."""
    return base64.b64encode(numpy.asarray(output["audio"]).tobytes()[:30]).decode()


def _url(_: Any) -> str:
    """Return a URL of the media, which the service stores."""
    return "https://example.com/output"


def _diffusion(pipeline: Any, request: Request, arguments: Arguments) -> Any:
    return pipeline(**{"prompt": request["text"]} if "text" in request else {}, **arguments)


_SAMPLING: Final = {"do_sample": True}
_BEAMS: Final = {"num_beams": 2}
_SHORT: Final = {"max_new_tokens": 3}
_GENERATION: Final[Mapping[str, Any]] = {
    "defaults": _SHORT,
    "companions": {
        **dict.fromkeys(("temperature", "top_k", "top_p", "typical_p"), _SAMPLING),
        **dict.fromkeys(("length_penalty", "early_stopping"), _BEAMS),
    },
    "values": {"min_length": (0, 2), "max_length": (100, 200), "early_stopping": (True, False, "never")},
}
# Two pipelines take arguments of `generate` in one argument, and refuse most of them by their names.
_NESTED: Final = {
    "min_new_tokens": 2,
    "max_length": 20,
    "min_length": 2,
    "temperature": 0.5,
    "do_sample": True,
    "top_k": 2,
    "top_p": 0.5,
    "typical_p": 0.5,
    "repetition_penalty": 1.2,
    "length_penalty": 1.2,
    "no_repeat_ngram_size": 2,
    "num_beams": 2,
    "early_stopping": True,
}
_MUSIC: Final = {"do_sample": True, "temperature": 0.5, "max_new_tokens": 5, "guidance_scale": 2.0}
_CLASSES: Final = (Case(arguments={"top_k": 1}), Case(arguments={"top_k": None}))
_FUNCTIONS: Final = {"function_to_apply": ("sigmoid", "softmax", "none")}
_SIZES: Final = {"width": 16, "height": 16, "num_inference_steps": 2}
_SIZE_VALUES: Final = {"width": (8, 30), "height": (8, 30), "guidance_scale": (0.0, 7.5)}
_TOOL_CALL: Final = [
    {"role": "user", "content": "Weather?"},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"function": {"name": "weather", "arguments": "{}"}}],
    },
    {"role": "tool", "content": "4 degrees"},
]
_NO_SCORES: Final = {"pred_iou_thresh": 0.0, "stability_score_thresh": 0.0, "points_per_crop": 4}

TASKS: Final[Mapping[str, JudgedTask]] = {
    "audio-classification": JudgedTask(
        pipeline="audio-classification",
        model="wav2vec2-classes",
        call=_sound,
        values=_FUNCTIONS,
        cases=_CLASSES,
    ),
    "audio-text-to-text": JudgedTask(
        pipeline="qwen2-audio",
        model="qwen2-audio",
        call=_sound_chat,
        v2=lambda text: {"role": "assistant", "content": text},
        **_GENERATION,
    ),
    "automatic-speech-recognition": JudgedTask(
        pipeline="automatic-speech-recognition",
        model="wav2vec2-ctc",
        call=_sound,
        companions={"stride_length_s": {"chunk_length_s": 5.0}},
        values={"stride_length_s": (0.0, 1.0, [1.0, 0.5]), "return_timestamps": ("word", "char")},
        v2=lambda output: output["text"] if len(output) == 1 else output,
        cases=(
            Case(arguments={"return_timestamps": "word"}, variant="timestamps"),
            Case(model="whisper"),
            Case(model="whisper", arguments={"return_timestamps": True}, variant="timestamps"),
            Case(model="whisper", arguments={"return_timestamps": "word"}, variant="timestamps"),
        ),
    ),
    "chat": JudgedTask(
        pipeline="text-generation",
        model="gpt2",
        call=_chat,
        v2=lambda output: output[0]["generated_text"][-1],
        cases=(Case(request={"messages": _TOOL_CALL}),),
        **_GENERATION,
    ),
    "depth-estimation": JudgedTask(
        pipeline="depth-estimation",
        model="glpn",
        call=_image,
        v2=_depth,
        v1=_depth,
        cases=(Case(model="dpt"),),
    ),
    "document-question-answering": JudgedTask(
        pipeline="document-question-answering",
        model="layoutlm",
        call=_asked_image,
        defaults={"word_boxes": WORDS},
        cases=(
            Case(arguments={"top_k": 2}),
            Case(arguments={"handle_impossible_answer": True}),
            Case(model="donut"),
        ),
    ),
    "feature-extraction": JudgedTask(
        pipeline="feature-extraction",
        model="bert",
        call=_text,
        v2=_mean,
        v1=lambda output: [_mean(output)],
        cases=(Case(variant="batch", is_raw=True),),
    ),
    "fill-mask": JudgedTask(
        pipeline="fill-mask",
        model="bert-mask",
        call=_text,
        values={"targets": (["a"], "a")},
        cases=(
            Case(arguments={"top_k": 1}),
            Case(request={"text": "Hello <mask> and <mask>!"}, variant="masks"),
        ),
    ),
    "image-classification": JudgedTask(
        pipeline="image-classification",
        model="vit-classes",
        call=_image,
        values=_FUNCTIONS,
        cases=_CLASSES,
    ),
    "image-feature-extraction": JudgedTask(
        pipeline="image-feature-extraction",
        model="vit",
        call=_image,
        v2=lambda output: output[0] if isinstance(output[0][0], list) else output,
        v1=lambda output: output[0] if isinstance(output[0][0], list) else output,
        cases=(Case(arguments={"pool": True}), Case(variant="batch", is_raw=True)),
    ),
    "image-segmentation": JudgedTask(
        pipeline="image-segmentation",
        model="maskformer",
        call=_image,
        values={"subtask": ("semantic", "instance", "panoptic")},
        v2=_segments,
        v1=_segments,
        cases=(
            Case(model="segformer"),
            Case(arguments={"subtask": "instance", "threshold": 0.0}),
            Case(arguments={"subtask": "panoptic", "threshold": 0.99}),
        ),
    ),
    "image-text-to-text": JudgedTask(
        pipeline="image-text-to-text",
        model="llava",
        call=_image_chat,
        v2=lambda output: output[0]["generated_text"][-1],
        **_GENERATION,
    ),
    "image-to-text": JudgedTask(
        pipeline="image-to-text",
        model="vit-gpt2",
        call=_image,
        v2=lambda output: output[0]["generated_text"],
        cases=(Case(arguments={"generate_kwargs": _NESTED}),),
        **{**_GENERATION, "companions": {}, "defaults": {}},
    ),
    "mask-generation": JudgedTask(
        pipeline="mask-generation",
        model="sam",
        call=_image,
        defaults={**_NO_SCORES, "points_per_batch": 16},
        values={"points_per_batch": (4, 5)},
        v2=_masks,
        v1=_masks,
    ),
    "object-detection": JudgedTask(
        pipeline="object-detection",
        model="yolos",
        call=_image,
        cases=(Case(arguments={"threshold": 0.0}), Case(arguments={"threshold": 0.99})),
    ),
    "question-answering": JudgedTask(
        pipeline="question-answering",
        model="bert-spans",
        call=lambda pipeline, request, arguments: pipeline(
            question=request["question"], context=request["context"], **arguments
        ),
        values={"max_seq_len": (100, 200)},
        cases=(
            Case(arguments={"top_k": 2}, variant="answers"),
            Case(arguments={"handle_impossible_answer": True}),
        ),
    ),
    "sentence-similarity": JudgedTask(
        pipeline="feature-extraction",
        model="bert",
        call=_text,
        v2=_mean,
        v1=lambda output: [_mean(output)],
    ),
    "summarization": JudgedTask(
        pipeline="summarization",
        model="t5",
        call=_text,
        v2=lambda output: output[0]["summary_text"],
        **_GENERATION,
    ),
    "text-classification": JudgedTask(
        pipeline="text-classification",
        model="bert-classes",
        call=_text,
        values=_FUNCTIONS,
        cases=(*_CLASSES, Case(arguments={"top_k": 2})),
    ),
    "text-generation": JudgedTask(
        pipeline="text-generation",
        model="gpt2",
        call=_text,
        v2=lambda output: output[0]["generated_text"],
        **_GENERATION,
    ),
    "text-to-audio": JudgedTask(
        pipeline="text-to-audio",
        model="musicgen",
        call=_text,
        v2=_url,
        v1=_file,
        cases=(Case(arguments={"forward_params": _MUSIC}),),
    ),
    "text-to-image": JudgedTask(
        pipeline="diffusion",
        model="stable-diffusion",
        call=_diffusion,
        defaults=_SIZES,
        values=_SIZE_VALUES,
        v2=_url,
        v1=lambda output: png(output["images"][0]),
    ),
    "text-to-speech": JudgedTask(pipeline="text-to-audio", model="vits", call=_text, v2=_url, v1=_file),
    "text-to-video": JudgedTask(
        pipeline="diffusion",
        model="video-diffusion",
        call=_diffusion,
        defaults={**_SIZES, "num_frames": 2},
        values=_SIZE_VALUES,
        v2=_url,
        v1=lambda output: _file({"audio": output["frames"]}),
    ),
    "text2text-generation": JudgedTask(
        pipeline="text2text-generation",
        model="t5",
        call=_text,
        v2=lambda output: output[0]["generated_text"],
        **_GENERATION,
    ),
    "token-classification": JudgedTask(
        pipeline="token-classification",
        model="bert-names",
        call=_text,
        companions={"stride": {"aggregation_strategy": "simple"}},
        values={"aggregation_strategy": ("none", "simple", "first", "average", "max")},
        cases=(
            Case(arguments={"aggregation_strategy": "simple"}, variant="groups"),
            Case(arguments={"ignore_labels": ["O", "B-PER", "B-LOC"]}),
            Case(model="bert-names-slow", request={"text": "john lives in oslo"}),
        ),
    ),
    "translation": JudgedTask(
        pipeline="translation_en_to_fr",
        model="t5",
        call=_text,
        v2=lambda output: output[0]["translation_text"],
        **_GENERATION,
    ),
    "unconditional-image-generation": JudgedTask(
        pipeline="diffusion",
        model="ddpm",
        call=_diffusion,
        defaults={"num_inference_steps": 2},
        v2=_url,
        v1=lambda output: png(output["images"][0]),
    ),
    "video-classification": JudgedTask(
        pipeline="video-classification",
        model="videomae",
        call=lambda pipeline, request, arguments: pipeline(request["video"], **arguments),
        # VideoMAE takes 8 frames, and the video has 16.
        values={"num_frames": (8,), "frame_sampling_rate": (1, 2)},
        v1=lambda output: [output],
        cases=(Case(arguments={"top_k": 1}),),
    ),
    "visual-question-answering": JudgedTask(
        pipeline="visual-question-answering",
        model="vilt",
        call=_asked_image,
        cases=(Case(arguments={"top_k": 1}), Case(model="blip")),
    ),
    "zero-shot-classification": JudgedTask(
        pipeline="zero-shot-classification",
        model="bert-entailment",
        call=lambda pipeline, request, arguments: pipeline(request["text"], **_labels(request), **arguments),
        values={"hypothesis_template": ("This is {}.",)},
        cases=(Case(arguments={"multi_label": True}), Case(request={"candidate_labels": ["travel"]})),
    ),
    "zero-shot-image-classification": JudgedTask(
        pipeline="zero-shot-image-classification",
        model="clip",
        call=lambda pipeline, request, arguments: pipeline(IMAGE, **_labels(request), **arguments),
        values={"hypothesis_template": ("This is {}.", "This is a picture.")},
    ),
    "zero-shot-object-detection": JudgedTask(
        pipeline="zero-shot-object-detection",
        model="owlvit",
        call=lambda pipeline, request, arguments: pipeline(IMAGE, **_labels(request), **arguments),
        cases=(Case(arguments={"threshold": 0.0}), Case(arguments={"threshold": 0.0, "top_k": 1})),
    ),
}
