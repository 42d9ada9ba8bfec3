"""A server that answers each request with the same bytes: `python -m benchmarks.emulator.floor PORT`.

It is the emulator's own, without the emulator: what is left of the time is that of the event loop, of HTTP
and of the kernel.
"""

import sys
from typing import TYPE_CHECKING, Final, cast

from bytezkit_emulator import Settings
from bytezkit_emulator._common.http_types import Reply, Request, json_reply, with_content_length
from bytezkit_emulator._server.asgi import App
from bytezkit_emulator._server.server import Server

if TYPE_CHECKING:
    from bytezkit_emulator._runtime import Runtime

_OUTPUT: Final = "Once upon a time the quiet river followed every lantern"


class _Constant:
    """Answers as a core does, always the same."""

    settings: Final = Settings()

    def __init__(self) -> None:
        self._reply = with_content_length(json_reply(200, {"error": None, "output": _OUTPUT}))

    def answer(self, request: Request) -> Request:
        return request

    def step(self, _: Request) -> Reply:
        return self._reply


def main() -> None:
    """Serve until a signal."""
    app = App(cast("Runtime", _Constant()))
    Server(app, hosts=["127.0.0.1"], port=int(sys.argv[1]), on_stop=lambda: None).run()


if __name__ == "__main__":
    main()
