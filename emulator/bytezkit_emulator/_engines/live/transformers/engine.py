"""The engine: which models there are, and in which slots they run."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bytezkit_emulator._engines.job import Job, MediaOutput, Output
from bytezkit_emulator._engines.live.run import EngineError, LiveRun, Slots
from bytezkit_emulator._engines.live.transformers.directories import find_models

if TYPE_CHECKING:
    from bytezkit_emulator._engines.live.transformers.models import LoadedModel


class TransformersEngine:
    """Live engine of an emulator: runs models from directories of this machine with `transformers`.

    It needs the extra `bytezkit[transformers]`, or `bytezkit[diffusers]` for models that make pictures and
    videos, and loads all models when the emulator is constructed. Each
    model runs one job at a time. Models that it does not have get `synthetic` outputs.

    Args:
        models: Directory whose subdirectories `owner/name` are models, as `save_pretrained` or a clone from
            the Hugging Face Hub has them. The file `models.json` in it may give models another directory or
            task: it maps model ids to objects with the optional members `directory` and `task`. Without it,
            the task follows from the architecture in the model's `config.json`, or from the pipeline in
            `model_index.json`.
    """

    def __init__(self, models: Path) -> None:
        self._root = models
        self._models: dict[str, LoadedModel] = {}
        self._slots: dict[str, Slots] = {}

    def open(self, tasks: Mapping[str, str]) -> Mapping[str, str]:  # noqa: ARG002  # the catalog has no part in it
        """Load the models, and return the task of each.

        Args:
            tasks: Task of each model of the emulator.

        Raises:
            EngineError: A package of the extra is missing, a directory is not readable, or a model cannot do
                its task.
        """
        directories = find_models(self._root)
        try:
            # They take seconds to import, and an extra to install.
            from bytezkit_emulator._engines.live.transformers.models import load_models  # noqa: PLC0415

            self._models = load_models(directories)
        except ModuleNotFoundError as error:
            package = str(error.name).partition(".")[0]
            extra = package if package == "diffusers" else "transformers"
            raise EngineError(f"{package} is missing: run pip install 'bytezkit[emulator,{extra}]'") from None
        except ImportError as error:
            # The libraries refuse versions of other packages.
            raise EngineError(f"the libraries of the engine cannot be imported: {error}") from None
        self._slots = {model_id: Slots(1) for model_id in self._models}
        return {model_id: model.task for model_id, model in self._models.items()}

    def admit(self, job: Job) -> Slots | None:
        """Return the slot of the model, or None for another model."""
        return self._slots.get(job.model_id)

    def run(self, job: Job, live_run: LiveRun) -> Output | MediaOutput:
        """Return the output of the model's pipeline, and write its text as it comes."""
        return self._models[job.model_id].run(job, live_run)
