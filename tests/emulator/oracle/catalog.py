"""The models that the oracle and its emulators know."""

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

# The v1 API cannot run tasks that read media together with text.
_NOT_V1: Final = ("image-text-to-text", "audio-text-to-text", "video-text-to-text")


@dataclass(frozen=True)
class Model:
    """A model; meter and price are copied by hand from the vendor's price list."""

    id: str
    task: str
    params: float | None
    ram: float | None
    meter: str
    price: str
    provider: str | None = None

    @property
    def is_v1(self) -> bool:
        return self.provider is None and self.task not in _NOT_V1

    def cost(self, milliseconds: int) -> Decimal:
        return Decimal(self.price) * milliseconds / 1000

    def as_row(self) -> dict[str, Any]:
        return {"modelId": self.id, "task": self.task, "params": self.params, "ramRequired": self.ram}

    def as_json(self) -> dict[str, Any]:
        return self.as_row() | {"meter": self.meter, "meterPrice": f"{self.price} / sec"}

    def as_v1_json(self) -> dict[str, Any]:
        v1 = {"name": self.id, "requiredRAM": self.ram, "benchmarked": self.ram is not None}
        return v1 | {"modelId": self.id, "ramRequired": self.ram, "task": self.task}


TEXT: Final = "openai-community/gpt2"
LARGE: Final = "codellama/CodeLlama-34b-Instruct-hf"
CHAT: Final = "Qwen/Qwen3-4B"
VIDEO_TEXT: Final = "llava-hf/LLaVA-NeXT-Video-7B-hf"
OPENAI: Final = "openai/gpt-4o-mini"
COHERE: Final = "cohere/command-r-plus"
UNKNOWN: Final = "nobody/has-this"

CATALOG: Final = {
    model.id: model
    for model in (
        Model(TEXT, "text-generation", 0.14, 0.5, "micro-free", "0.0000872083"),
        Model(LARGE, "text-generation", 34.0, 186.52, "xl-lm", "0.0024468774"),
        Model(CHAT, "chat", 4.02, 16.38, "xs-free", "0.0001475035"),
        Model(VIDEO_TEXT, "video-text-to-text", 7.06, 28.54, "sm-free", "0.0006478333"),
        Model(OPENAI, "chat", None, None, "micro-lm", "0.0000872083", "openai"),
        Model(COHERE, "chat", None, None, "micro-lm", "0.0000872083", "cohere"),
    )
}


def write_catalog(path: Path) -> Path:
    """Write the catalog in the format that an emulator reads."""
    rows = [it.as_row() | ({"provider": it.provider} if it.provider else {}) for it in CATALOG.values()]
    path.write_text(json.dumps(rows))
    return path
