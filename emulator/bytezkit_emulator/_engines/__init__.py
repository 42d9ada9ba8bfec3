"""Engines generate the outputs of models. An engine is a function of a job, independent of clusters."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from msgspec.structs import replace

from bytezkit_emulator._engines.canned import canned, fixed_output
from bytezkit_emulator._engines.constraints import constraint_violation
from bytezkit_emulator._engines.inputs import InputError, Inputs, is_url, read_inputs, text_of_messages
from bytezkit_emulator._engines.job import Engine, Job, MediaOutput, Output, RunEngine, RunRequest
from bytezkit_emulator._engines.synthetic import synthetic

__all__ = [
    "ENGINES",
    "Engine",
    "EngineName",
    "InputError",
    "Inputs",
    "Job",
    "MediaOutput",
    "Output",
    "RunEngine",
    "RunRequest",
    "constraint_violation",
    "fixed_output",
    "is_url",
    "read_inputs",
    "seeded",
    "text_of_messages",
]

EngineName: TypeAlias = Literal["canned", "synthetic"]

ENGINES: Final[Mapping[EngineName, Engine]] = {"canned": canned, "synthetic": synthetic}


def seeded(engine: Engine, seed: int) -> Engine:
    """Return an engine with other, equally reproducible outputs; for seed 0, the engine itself."""
    return engine if seed == 0 else lambda job: engine(replace(job, salt=seed))
