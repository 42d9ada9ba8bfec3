"""`python -m bytezkit_emulator`: serve the emulator until a signal ends it."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final, get_args

from bytezkit_emulator._dialect import CHOICES, Dialect

_LAST_PORT: Final = 65535
_DIALECT: Final = {
    "already_loaded": "answer of /model/load for a model that is loaded: 409, or 200 as for a fresh load",
    "starting_status": "status of an instance of the older API while it starts",
    "cluster_status": "words for the status of a cluster: booting instance, running; or loading, on",
    "media_url": "where files are that were made; those at the vendor's host can not be fetched",
    "chat_content": "content of an assistant's message: a text, or a list of one part",
}


def main(argv: Sequence[str] | None = None, prog: str = "python -m bytezkit_emulator") -> None:
    """Serve the emulator until `SIGINT` or `SIGTERM`; print its URL when it is ready.

    Args:
        argv: The arguments; without it, those of the process.
        prog: How the command is called, for its help.

    Raises:
        SystemExit: The arguments are wrong, the port is taken, or the extra is not installed.
    """
    arguments = _parser(prog).parse_args(argv)
    try:
        from bytezkit_emulator._emulator import Emulator  # noqa: PLC0415  # the extra may be missing
        from bytezkit_emulator._server import LOOPBACK, Server  # noqa: PLC0415
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        raise SystemExit(f"{package} is missing: install bytezkit[emulator]") from None
    try:
        emulator = Emulator(
            keys=None if arguments.keys is None else arguments.keys.split(","),
            clock=arguments.clock,
            scale=arguments.scale,
            engine=arguments.engine,
            catalog=arguments.catalog,
            profile=arguments.profile,
            credits=arguments.credits,
            dialect=Dialect(**{name: getattr(arguments, name) for name in _DIALECT}),
        )
        hosts = LOOPBACK if arguments.host is None else [arguments.host]
        server = Server(emulator.app, hosts=hosts, port=arguments.port, on_stop=emulator.close)
    except (OSError, ValueError) as error:
        raise SystemExit(f"bytezkit_emulator: {error}") from None
    print(server.url, flush=True)  # noqa: T201  # whoever started it waits for this line
    server.run()


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Emulate the Bytez model API on this machine. Unofficial; all outputs are synthetic.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--port", type=_port, default=8080, help="port; 0 picks a free one")
    parser.add_argument("--host", help="address to listen on; without it, both of the loopback")
    parser.add_argument(
        "--clock",
        # `manual` needs someone who holds the emulator and lets time pass.
        choices=["auto", "real", "scaled"],
        default="scaled",
        help="how time passes",
    )
    parser.add_argument(
        "--scale", type=float, default=15.0, help="virtual seconds per real one, for the clock scaled"
    )
    parser.add_argument("--keys", help="comma-separated keys to take; without it, every key is taken")
    parser.add_argument(
        "--engine", choices=["canned", "synthetic"], default="synthetic", help="what makes the outputs"
    )
    parser.add_argument("--catalog", type=Path, metavar="FILE", help="JSON file with the models")
    parser.add_argument(
        "--profile",
        choices=["full", "serverless"],
        default="full",
        help="whether there are operations on clusters, and the older API",
    )
    parser.add_argument("--credits", type=float, help="US dollars that each key may spend")
    dialect = parser.add_argument_group("dialect", "what published clients disagree about")
    for name, text in _DIALECT.items():
        dialect.add_argument(
            f"--{name.replace('_', '-')}",
            choices=get_args(CHOICES[name]),
            default=getattr(Dialect(), name),
            help=text,
        )
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= _LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {_LAST_PORT}")
    return port


if __name__ == "__main__":
    main()
