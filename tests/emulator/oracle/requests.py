"""Requests, as they are sent and as the model reads them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    """A request, before it takes the form of any way of transport; the body of a garbled one is not JSON."""

    method: str
    path: str
    authorization: str | None = None
    body: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)
    provider_key: str | None = None
    is_garbled: bool = False

    @property
    def is_v1(self) -> bool:
        return self.path.startswith("/model/")

    @property
    def model_id(self) -> str:
        """The model that the path names."""
        return self.path.removeprefix("/models/v2/").removeprefix("request/")

    @property
    def headers(self) -> dict[str, str]:
        sent = {
            "authorization": self.authorization,
            "provider-key": self.provider_key,
            "content-type": "application/json" if self.is_garbled else None,
        }
        return {name: value for name, value in sent.items() if value is not None}
