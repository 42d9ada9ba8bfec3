"""Engines generate the outputs of models. An engine is a function of a job, independent of clusters."""

from bytezkit_emulator._engines.canned import fixed_output
from bytezkit_emulator._engines.constraints import constraint_violation
from bytezkit_emulator._engines.inputs import InputError, Inputs, is_url, read_inputs, text_of_messages
from bytezkit_emulator._engines.job import Engine, Job, MediaOutput, Output, RunRequest
from bytezkit_emulator._engines.selection import (
    ENGINES,
    EngineAnswer,
    EngineName,
    EngineSelection,
    RunEngine,
)

__all__ = [
    "ENGINES",
    "Engine",
    "EngineAnswer",
    "EngineName",
    "EngineSelection",
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
    "text_of_messages",
]
