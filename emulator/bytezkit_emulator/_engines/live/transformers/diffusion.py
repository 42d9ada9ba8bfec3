"""Pipelines of `diffusers`, which make pictures and videos."""

from collections.abc import Sequence
from importlib import import_module
from inspect import Parameter, signature
from typing import Any, Final

from bytezkit_emulator._engines.live.run import EngineError
from bytezkit_emulator._engines.live.transformers.directories import ModelDirectory

# Type checkers do not find it: it is not in the development environment.
diffusers: Final[Any] = import_module("diffusers")

_LIBRARIES: Final = (None, "diffusers", "transformers")
# Pipelines of other tasks take media, or make sounds or embeddings.
_OTHER_ARGUMENTS: Final = {"audio_end_in_s", "audio_length_in_s", "control_image", "image", "video"}
_FORMATS_OF_PICTURES: Final = ("pil", "np")


def diffusion_tasks(directory: ModelDirectory) -> Sequence[str]:
    """Return the task that the arguments of a pipeline show, or no task.

    Raises:
        EngineError: The library does not have the pipeline, or cannot import it.
    """
    try:
        pipeline = getattr(diffusers, directory.architecture)
    except (AttributeError, RuntimeError) as error:
        raise EngineError(f"{directory.path}: {' '.join(str(error).split())}") from None
    if not (isinstance(pipeline, type) and issubclass(pipeline, diffusers.DiffusionPipeline)):
        return []
    defaults = {
        name: it.default
        for name, it in signature(pipeline.__call__).parameters.items()
        if name != "self" and it.kind is it.POSITIONAL_OR_KEYWORD
    }
    is_complete = all(
        default is not Parameter.empty for name, default in defaults.items() if name != "prompt"
    )
    makes_pictures = defaults.get("output_type") in _FORMATS_OF_PICTURES
    if not (is_complete and makes_pictures) or _OTHER_ARGUMENTS & defaults.keys():
        return []
    if "prompt" not in defaults:
        return ["unconditional-image-generation"]
    return ["text-to-video" if "num_frames" in defaults else "text-to-image"]


def load_diffusion(directory: ModelDirectory) -> Any:
    """Return the pipeline of a model.

    Raises:
        ValueError: The directory has code of its own. Further exceptions are those of the library.
    """
    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()
    pipeline = getattr(diffusers, directory.architecture)
    # Some versions would run the code of a component without being asked to.
    index: dict[str, Any] = pipeline.load_config(directory.path)
    libraries: dict[str, Any] = {name: it[0] for name, it in index.items() if isinstance(it, list)}
    for name, library in libraries.items():
        is_known = library in _LIBRARIES or hasattr(diffusers.pipelines, library)
        if not is_known or (directory.path / name / f"{library}.py").exists():
            raise ValueError(f"the component {name} has code of its own")
    loaded = pipeline.from_pretrained(directory.path, local_files_only=True)
    loaded.set_progress_bar_config(disable=True)
    return loaded
