"""What published clients disagree about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from bytezkit_emulator._common.choices import check_choice

AlreadyLoaded: TypeAlias = Literal["conflict", "started"]
StartingStatus: TypeAlias = Literal["DEPLOYING", "STARTING", "INSTANTIATING"]
ClusterStatus: TypeAlias = Literal["quickstart", "langchain"]
MediaUrl: TypeAlias = Literal["emulator", "vendor", "data"]
ChatContent: TypeAlias = Literal["text", "parts"]

CHOICES: Final[Mapping[str, object]] = {
    "already_loaded": AlreadyLoaded,
    "starting_status": StartingStatus,
    "cluster_status": ClusterStatus,
    "media_url": MediaUrl,
    "chat_content": ChatContent,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Answers that differ from client to client. The defaults are what the vendor's own documents say.

    Attributes:
        already_loaded: How `/model/load` answers for a model that is loaded: `conflict` (default) with
            409, which the JavaScript client 0.5.3 to 0.5.7 and the Julia client expect; `started` with
            200, as for a fresh load, since the Python client 0.2.21 to 0.2.28 fails on 409.
        starting_status: The status of an instance of the older API while it starts: `DEPLOYING`
            (default; README and Python client of 2024), `STARTING` or `INSTANTIATING` (tests of the
            JavaScript client 0.5).
        cluster_status: The words for the status of a cluster: `quickstart` (default) says `booting
            instance`, `running` and `off`, as the quickstart and the document of 2025 do; `langchain`
            says `loading`, `on` and `off`, which langchain-bytez 0.0.5 waits for.
        media_url: Where files are that the engine `synthetic` made: `emulator` (default) serves them;
            `vendor` names the vendor's host, as the tests of the JavaScript client 3.0.0 demand, where
            they can not be fetched; `data` answers with a data URL, as the service did in 2024.
        chat_content: The content of an assistant's message that is not streamed: `text` (default; every
            document), or `parts`, a list of one part, without which the asynchronous chat of
            langchain-bytez 0.0.7 fails. The older API always answers with a text.

    Raises:
        ValueError: A value is none of its choices.
    """

    already_loaded: AlreadyLoaded = "conflict"
    starting_status: StartingStatus = "DEPLOYING"
    cluster_status: ClusterStatus = "quickstart"
    media_url: MediaUrl = "emulator"
    chat_content: ChatContent = "text"

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            check_choice(name, getattr(self, name), choices)
