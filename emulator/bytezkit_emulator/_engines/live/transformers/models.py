"""Models in memory, each with the pipeline of its task."""

import hashlib
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from threading import Event
from typing import Any, Final
from warnings import catch_warnings

from bytezkit_emulator._engines.inputs import InputError
from bytezkit_emulator._engines.job import Job, MediaOutput, Output
from bytezkit_emulator._engines.live.run import EngineError, LiveRun, RunCancelledError
from bytezkit_emulator._engines.live.transformers.directories import ModelDirectory
from bytezkit_emulator._engines.live.transformers.media import read_picture, read_sound, video_file
from bytezkit_emulator._engines.live.transformers.requests import (
    Readers,
    conversation,
    generation_arguments,
)
from bytezkit_emulator._engines.live.transformers.results import media_of, value_of
from bytezkit_emulator._engines.live.transformers.tasks import PIPELINES, able_tasks, find_task
from bytezkit_emulator._engines.live.transformers.writer import TextWriter

# Type checkers do not find them: they are not in the development environment.
torch: Final[Any] = import_module("torch")
transformers: Final[Any] = import_module("transformers")

_VERSIONS: Final = ((4, 57), (5, 0))
_MAX_EXCERPT: Final = 300
# What a pipeline raises for inputs and arguments that its model cannot use, such as texts that are too long.
_REFUSALS: Final = (
    ValueError,
    TypeError,
    IndexError,
    RuntimeError,
    transformers.pipelines.PipelineException,
)
_SOUND_PIPELINES: Final = ("automatic-speech-recognition", "audio-classification")
_VIDEO_PIPELINE: Final = "video-classification"
# Pipelines that take the arguments of `generate` in a member of their own.
_NESTING_PIPELINES: Final = ("image-to-text", "text-to-audio")


def load_models(directories: Iterable[ModelDirectory]) -> "dict[str, LoadedModel]":
    """Return the loaded models by id.

    PyTorch computes on one thread per model from now on, in the whole process.

    Raises:
        EngineError: A model cannot be loaded, or cannot do its task.
    """
    version = transformers.__version__
    first, end = _VERSIONS
    if not first <= tuple(map(int, version.split(".")[:2])) < end:
        raise EngineError(
            f"transformers {version} has other pipelines: run pip install 'bytezkit[emulator,transformers]'"
        )
    # The libraries report as errors that a pipeline does not list an architecture, although it runs it.
    transformers.logging.set_verbosity(transformers.logging.CRITICAL)
    torch.set_num_threads(1)
    architectures = {name: _architectures(name) for name in set(PIPELINES.values())}
    return {
        it.model_id: _load_diffusion(it) if it.is_diffusion else _load(it, architectures)
        for it in directories
    }


def _architectures(pipeline: str) -> frozenset[str]:
    """Return the names of the model classes that a pipeline runs."""
    classes = [*transformers.pipelines.SUPPORTED_TASKS[pipeline]["pt"]]
    if pipeline == "image-segmentation":
        # The pipeline adds them when it is constructed.
        classes += [
            transformers.AutoModelForInstanceSegmentation,
            transformers.AutoModelForUniversalSegmentation,
        ]
    # Public members load each class.
    mappings = [it._model_mapping._model_mapping for it in classes]  # noqa: SLF001
    names = (name for mapping in mappings for name in mapping.values())
    return frozenset(it for name in names for it in ([name] if isinstance(name, str) else name))


def _load(directory: ModelDirectory, architectures: Mapping[str, frozenset[str]]) -> "LoadedModel":
    task = find_task(directory, [*able_tasks(directory.architecture, architectures)])
    if task == "mask-generation" and not hasattr(
        import_module("transformers.models.sam.image_processing_sam"), "batched_nms"
    ):
        raise EngineError(f"{directory.path}: the task {task} needs the package torchvision")
    with _errors_of_loading(directory, task):
        pipeline = transformers.pipeline(
            PIPELINES[task],
            model=str(directory.path),
            # Otherwise it would ask on the terminal whether to run code of the directory.
            trust_remote_code=False,
        )
    return LoadedModel(task, pipeline, [pipeline.model])


def _load_diffusion(directory: ModelDirectory) -> "LoadedModel":
    # It needs an extra of its own.
    from bytezkit_emulator._engines.live.transformers.diffusion import (  # noqa: PLC0415
        diffusion_tasks,
        load_diffusion,
    )

    task = find_task(directory, diffusion_tasks(directory))
    with _errors_of_loading(directory, task):
        pipeline = load_diffusion(directory)
    return LoadedModel(task, pipeline, pipeline.components.values())


@contextmanager
def _errors_of_loading(directory: ModelDirectory, task: str) -> Generator[None, None, None]:
    """Raise an exception of the library as an error of the engine."""
    try:
        # The libraries warn of their own deprecated classes.
        with catch_warnings(action="ignore"):
            yield
    # The libraries and their parsers have many exceptions for files that are missing or damaged.
    except Exception as error:  # noqa: BLE001
        reason = " ".join(str(error).split())[:_MAX_EXCERPT]
        raise EngineError(
            f"{directory.path} cannot be loaded for the task {task}: {type(error).__name__}: {reason}"
        ) from None


def _generated_text(result: Mapping[str, Any]) -> str:
    """Return the text of a result, whose name differs among the pipelines."""
    text: str = next(value for name, value in result.items() if name != "input_text")
    return text


class LoadedModel:
    """A model with its pipeline; it runs one job at a time.

    Args:
        task: Its task.
        pipeline: The pipeline of `transformers` or `diffusers`.
        parts: The neural networks of the pipeline, which are called at each step, among other objects.

    Attributes:
        task: Its task.
    """

    def __init__(self, task: str, pipeline: Any, parts: Iterable[Any]) -> None:
        self.task: Final = task
        self._pipeline = pipeline
        # None for a pipeline of `diffusers`.
        self._name = PIPELINES.get(task)
        self._cancelled = Event()
        for part in parts:
            if isinstance(part, torch.nn.Module):
                part.register_forward_pre_hook(self._stop_if_cancelled)

    def run(self, job: Job, live_run: LiveRun) -> Output | MediaOutput:
        """Return the output of a job, and write its text as it comes.

        Raises:
            InputError: The model cannot use the input or an argument.
            RunCancelledError: The run was cancelled.
        """
        self._cancelled = Event()
        live_run.on_cancel(self._cancelled.set)
        if job.task.stream == "text":
            return self._generate(job, live_run)
        arguments = generation_arguments(job.params)
        if self._name is None:
            arguments["output_type"] = "pil"
        elif self._name in _NESTING_PIPELINES:
            arguments = {"generate_kwargs": arguments} if arguments else {}
        members = {name: value for name, value in job.inputs.members.items() if name != "text"}
        with self._input(job) as inputs:
            result = self._call(*inputs, **members, **arguments)
        media = media_of(job.task, result)
        if media is None:
            return Output(value=value_of(job.task, result))
        token = hashlib.blake2b(media.content, digest_size=16).hexdigest()
        return MediaOutput(media=media, token=token)

    def _stop_if_cancelled(self, *_: object) -> None:
        if self._cancelled.is_set():
            raise RunCancelledError

    @contextmanager
    def _input(self, job: Job) -> Generator[list[object], None, None]:
        """Yield the medium or the text of a job, if it has one."""
        content = job.inputs.media
        if content is None:
            yield [job.text("text")] if "text" in job.inputs.members else []
        elif isinstance(content, str):
            raise InputError("body: the engine fetches no URLs; send the content as base64")
        elif self._name in _SOUND_PIPELINES:
            yield [read_sound(content, self._pipeline.feature_extractor.sampling_rate)]
        elif self._name == _VIDEO_PIPELINE:
            with video_file(content) as path:
                yield [path]
        else:
            yield [read_picture(content)]

    def _generate(self, job: Job, live_run: LiveRun) -> Output:
        """Return a generated text, which is streamed unless the request asks for several beams."""
        arguments = generation_arguments(job.params)
        arguments.pop("return_full_text", None)
        decoder = self._pipeline.tokenizer or self._pipeline.processor
        words = transformers.TextStreamer(decoder, skip_prompt=True, skip_special_tokens=True)
        writer = TextWriter(words, live_run, prefix=job.prefix, stops=job.stops)

        def is_done(tokens: Any, _scores: Any, **_: Any) -> Any:
            return torch.full((tokens.shape[0],), writer.has_stopped, device=tokens.device)

        # Models for translation and summarization have several beams by default, which cannot be streamed.
        beams = arguments["num_beams"] = arguments.get("num_beams") or 1
        arguments["stopping_criteria"] = [is_done]
        if "stop_strings" in arguments:
            arguments["tokenizer"] = decoder
        if beams == 1:
            arguments["streamer"] = writer
        result = self._generated(job, arguments)
        text = writer.text if beams == 1 else job.prefix + _generated_text(result[0])
        has_prompt_tokens = beams == 1 and not self._pipeline.model.config.is_encoder_decoder
        return Output(
            value=text if job.task.kind != "message" else {"role": "assistant", "content": text},
            tokens=writer.tokens,
            prompt_tokens=writer.prompt_tokens if has_prompt_tokens else None,
        )

    def _generated(self, job: Job, arguments: dict[str, object]) -> Any:
        match self._name:
            case "image-text-to-text":
                readers: Readers = {"image": read_picture}
                if self.task == "audio-text-to-text":
                    rate = self._pipeline.processor.feature_extractor.sampling_rate
                    readers = {"audio": partial(read_sound, rate=rate)}
                messages = conversation(job.inputs.members["messages"], readers)
                return self._call(text=messages, generate_kwargs=arguments, return_full_text=False)
            case "text-generation" if self.task == "chat":
                messages = conversation(job.inputs.members["messages"], {})
                tools = arguments.pop("tools", None)
                encoding = {"tokenizer_encode_kwargs": {"tools": tools}} if tools else {}
                return self._call(messages, return_full_text=False, **encoding, **arguments)
            case "text-generation":
                return self._call(job.text("text"), return_full_text=False, **arguments)
            case _:
                return self._call(job.text("text"), **arguments)

    def _call(self, *inputs: object, **arguments: object) -> Any:
        try:
            return self._pipeline(*inputs, **arguments)
        except _REFUSALS as error:
            reason = " ".join(str(error).split())[:_MAX_EXCERPT]
            raise InputError(f"the model cannot use the request: {reason or type(error).__name__}") from None
