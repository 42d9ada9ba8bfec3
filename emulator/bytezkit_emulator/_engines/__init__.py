"""What makes the outputs: an engine is a function of a job, and knows nothing of clusters."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from bytezkit_emulator._engines._canned import canned
from bytezkit_emulator._engines._job import Engine, Job, Output
from bytezkit_emulator._engines._synthetic import synthetic

__all__ = ["ENGINES", "Engine", "EngineName", "Job", "Output"]

EngineName: TypeAlias = Literal["canned", "synthetic"]

ENGINES: Final[Mapping[EngineName, Engine]] = {"canned": canned, "synthetic": synthetic}
