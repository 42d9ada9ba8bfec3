"""Directories of models: which there are, and what their files say about a model."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

import msgspec

from bytezkit_emulator._engines.live.run import EngineError
from bytezkit_models.json_value import JsonValue

TABLE: Final = "models.json"
_CONFIG: Final = "config.json"
# `diffusers` writes it, with a folder for each component of the pipeline.
_INDEX: Final = "model_index.json"
# A chat template is a file of its own, or a member of one of the other files.
_TEMPLATE_FILES: Final = ("chat_template.jinja", "chat_template.json")
_TEMPLATE_MEMBER_FILES: Final = ("tokenizer_config.json", "processor_config.json")


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    """A model in the table.

    Attributes:
        task: Its task; None for the task that follows from its architecture.
        directory: Its directory, relative to that of the table; None for `owner/name`.
    """

    task: str | None = None
    directory: str | None = None


class _Config(msgspec.Struct):
    architectures: list[str] | None = None
    id2label: dict[str, JsonValue] | None = None
    pipeline: str | None = msgspec.field(name="_class_name", default=None)


class ModelDirectory(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The directory of a model, as `save_pretrained` writes it.

    Attributes:
        model_id: `owner/name`.
        path: The directory.
        task: The task that the table gives to the model, if any.
        architecture: Name of the model's class, or of its pipeline's if `diffusers` runs it.
        labels: Names of the classes that the model predicts.
        is_diffusion: Whether `diffusers` runs it.
    """

    model_id: str
    path: Path
    task: str | None
    architecture: str
    labels: tuple[str, ...]
    is_diffusion: bool

    @cached_property
    def has_tokenizer(self) -> bool:
        """Whether the model reads texts."""
        return (self.path / "tokenizer_config.json").is_file()

    @cached_property
    def has_chat_template(self) -> bool:
        """Whether the model reads conversations."""
        return any((self.path / name).is_file() for name in _TEMPLATE_FILES) or any(
            "chat_template" in _read_object(self.path / name)
            for name in _TEMPLATE_MEMBER_FILES
            if (self.path / name).is_file()
        )


def find_models(root: Path) -> list[ModelDirectory]:
    """Return the models below a directory: its subdirectories `owner/name`, and those of its table.

    Raises:
        EngineError: There is none, or a file cannot be read.
    """
    if not root.is_dir():
        raise EngineError(f"{root} is not a directory of models")
    table = _read_table(root / TABLE)
    paths = {f"{path.parent.name}/{path.name}": path for path in sorted(root.glob("[!.]*/[!.]*/"))}
    for model_id, row in table.items():
        if model_id.count("/") != 1 or not all(model_id.split("/")):
            raise EngineError(f"{root / TABLE}: {model_id!r} is not of the form owner/name")
        paths[model_id] = root / (row.directory or model_id)
    models = [
        _read_model(model_id, path, table.get(model_id, _Row()).task) for model_id, path in paths.items()
    ]
    if not models:
        raise EngineError(f"{root} has no models: expected {root / 'owner' / 'name' / _CONFIG}, or {TABLE}")
    return models


def _read_table(path: Path) -> Mapping[str, _Row]:
    if not path.exists():
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, _Row])
    except (OSError, msgspec.MsgspecError) as error:
        raise EngineError(f"{path} cannot be read: {_reason(error)}") from None


def _read_model(model_id: str, path: Path, task: str | None) -> ModelDirectory:
    is_diffusion = (path / _INDEX).exists()
    name = _INDEX if is_diffusion else _CONFIG
    try:
        config = msgspec.json.decode((path / name).read_bytes(), type=_Config)
    except (OSError, msgspec.MsgspecError) as error:
        raise EngineError(f"{path} is not the directory of a model: {name}: {_reason(error)}") from None
    architecture = config.pipeline if is_diffusion else next(iter(config.architectures or []), None)
    if architecture is None:
        kind = "pipeline" if is_diffusion else "architecture"
        raise EngineError(f"{path} is not the directory of a model: {name} names no {kind}")
    return ModelDirectory(
        model_id=model_id,
        path=path,
        task=task,
        architecture=architecture,
        labels=tuple(map(str, (config.id2label or {}).values())),
        is_diffusion=is_diffusion,
    )


def _read_object(path: Path) -> Mapping[str, JsonValue]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, JsonValue])
    except (OSError, msgspec.MsgspecError) as error:
        raise EngineError(f"{path} cannot be read: {_reason(error)}") from None


def _reason(error: OSError | msgspec.MsgspecError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
