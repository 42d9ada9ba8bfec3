"""Details of responses that published clients expect differently."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from bytezkit_emulator._common.settings import check_choice

AlreadyLoaded: TypeAlias = Literal["conflict", "started"]
StartingStatus: TypeAlias = Literal["DEPLOYING", "STARTING", "INSTANTIATING"]
ClusterStatus: TypeAlias = Literal["quickstart", "langchain"]
MediaUrl: TypeAlias = Literal["emulator", "vendor", "data"]
ChatContent: TypeAlias = Literal["text", "parts", "mirror"]
OpenaiErrors: TypeAlias = Literal["bytez", "openai"]

DIALECT_CHOICES: Final[Mapping[str, object]] = {
    "already_loaded": AlreadyLoaded,
    "starting_status": StartingStatus,
    "cluster_status": ClusterStatus,
    "media_url": MediaUrl,
    "chat_content": ChatContent,
    "openai_errors": OpenaiErrors,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Details of responses that published clients expect differently.

    The defaults follow the vendor's own documents.

    Attributes:
        already_loaded: Response of `/model/load` for a model that is loaded: `conflict` (default) is 409,
            which the JavaScript client 0.5.3 to 0.5.7 and the Julia client expect; `started` is 200, as for a
            new load, because the Python client 0.2.21 to 0.2.28 fails on 409.
        starting_status: Status of an instance of the v1 API while it starts: `DEPLOYING` (default; README and
            Python client of 2024), `STARTING` or `INSTANTIATING` (tests of the JavaScript client 0.5).
        cluster_status: Names for the status of a cluster: `quickstart` (default) uses `booting instance`,
            `running` and `off`, as the quickstart and the document of 2025 do; `langchain` uses `loading`,
            `on` and `off`, which langchain-bytez 0.0.5 waits for.
        media_url: URLs of files that the engine `synthetic` generated: with `emulator` (default) the emulator
            serves them; with `vendor` they name the vendor's host, as the tests of the JavaScript client
            3.0.0 require, and cannot be fetched; with `data` they are data URLs, as in the service of 2024.
        chat_content: Content of an assistant's message that is not streamed: `text` (default; all
            documents), or `parts`, a list of one part, without which the asynchronous chat of
            langchain-bytez 0.0.7 fails. `mirror` follows the last message of the request: parts for parts, as
            LiteLLM sends and expects them, and a text for a text. The v1 API always returns a text.
        openai_errors: Errors of the operations in the format of OpenAI's API: `bytez` (default) is
            `{"error": "text"}`, as on all other operations; `openai` is an object with `message`, `type`,
            `param` and `code`, whose message more clients show.

    Raises:
        ValueError: A value is not one of those listed.
    """

    already_loaded: AlreadyLoaded = "conflict"
    starting_status: StartingStatus = "DEPLOYING"
    cluster_status: ClusterStatus = "quickstart"
    media_url: MediaUrl = "emulator"
    chat_content: ChatContent = "text"
    openai_errors: OpenaiErrors = "bytez"

    def __post_init__(self) -> None:
        for name, choices in DIALECT_CHOICES.items():
            check_choice(name, getattr(self, name), choices)
