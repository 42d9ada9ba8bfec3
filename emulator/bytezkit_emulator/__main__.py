"""`python -m bytezkit_emulator`: serve the emulator until a signal ends it."""

import argparse
import gc
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

from bytezkit_emulator._common.dialect import DIALECT_CHOICES, Dialect
from bytezkit_emulator._common.settings import Settings

if TYPE_CHECKING:
    from bytezkit_emulator._emulator import Emulator
    from bytezkit_emulator._server.server import Server

_LAST_PORT: Final = 65535
_DIALECT: Final = {
    "already_loaded": "answer of /model/load for a model that is loaded: 409, or 200 as for a fresh load",
    "starting_status": "status of an instance of the older API while it starts",
    "cluster_status": "words for the status of a cluster: booting instance, running; or loading, on",
    "media_url": "where files are that were made; those at the vendor's host can not be fetched",
    "chat_content": "content of an assistant's message: a text, or a list of one part",
}
_LIMITS: Final = {
    "body_limit": "bytes that a body may have; more are refused with 413",
    "header_limit": "bytes that headers may have in all; more are refused with 431",
    "request_limit": "requests under way at once; more are refused with 503",
    "journal_limit": "requests that the journal keeps",
}
# Arguments of a process can be seen by others on the machine.
_KEYS: Final = "BYTEZKIT_EMULATOR_KEYS"
_TOKEN: Final = "BYTEZKIT_EMULATOR_TOKEN"  # noqa: S105  # the name of a variable


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
        with _kept():
            server = _server(arguments)
        server.run()
    except (OSError, ValueError) as error:
        raise SystemExit(f"bytezkit_emulator: {error}") from None


@contextmanager
def _kept() -> Generator[None, None, None]:
    """Let the garbage collector look at nothing that the block makes: neither while it does, nor later."""
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def _server(arguments: argparse.Namespace) -> "Server":
    try:
        from bytezkit_emulator._emulator import Emulator  # noqa: PLC0415  # the extra may be missing
        from bytezkit_emulator._server.server import LOOPBACK, Server  # noqa: PLC0415
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        raise SystemExit(f"{package} is missing: install bytezkit[emulator]") from None
    keys = os.environ.get(_KEYS) or None if arguments.keys is None else arguments.keys
    token = os.environ.get(_TOKEN) or None if arguments.admin_token is None else arguments.admin_token
    emulator = Emulator(
        keys=None if keys is None else keys.split(","),
        clock=arguments.clock,
        scale=arguments.scale,
        engine=arguments.engine,
        seed=arguments.seed,
        stubs=arguments.stubs or (),
        faults=arguments.faults or (),
        catalog=arguments.catalog,
        profile=arguments.profile,
        credits=arguments.credits,
        settings=Settings(
            stream_limit=arguments.stream_limit, **{name: getattr(arguments, name) for name in _LIMITS}
        ),
        dialect=Dialect(**{name: getattr(arguments, name) for name in _DIALECT}),
        admin_token=token,
        log=sys.stderr if arguments.log == "json" else None,
    )
    server = Server(
        emulator.app,
        hosts=LOOPBACK if arguments.host is None else [arguments.host],
        port=arguments.port,
        on_start=lambda: _announce(server, arguments.port_file),
        on_stop=lambda: _retire(emulator, arguments.port_file),
    )
    return server


def _announce(server: "Server", port_file: Path | None) -> None:
    if port_file is not None:
        write_port(port_file, server.port)
    print(server.url, flush=True)  # noqa: T201  # whoever started it waits for this line


def write_port(file: Path, port: int) -> None:
    """Write the port to a file atomically: a program that waits for the file must not read a part of it.

    Raises:
        OSError: The file cannot be written.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.write_text(f"{port}\n", encoding="ascii")
    draft.replace(file)


def _retire(emulator: "Emulator", port_file: Path | None) -> None:
    if port_file is not None:
        port_file.unlink(missing_ok=True)
    emulator.close()


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Emulate the Bytez model API on this machine. Unofficial; all outputs are synthetic.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--port", type=_port, default=8080, help="port; 0 picks a free one")
    parser.add_argument(
        "--port-file", type=Path, metavar="FILE", help="file that holds the port as long as it can be reached"
    )
    parser.add_argument("--host", help="address to listen on; without it, both of the loopback")
    parser.add_argument(
        "--clock",
        choices=["auto", "manual", "real", "scaled"],
        default="scaled",
        help="how time passes; manual: as the control API says",
    )
    parser.add_argument(
        "--scale", type=float, default=15.0, help="virtual seconds per real one, for the clock scaled"
    )
    parser.add_argument(
        "--keys", help=f"comma-separated keys to take; without it {_KEYS}, else all are taken"
    )
    parser.add_argument(
        "--admin-token", help=f"what the control API asks for; without it {_TOKEN}, else nothing"
    )
    parser.add_argument(
        "--log", choices=["json", "none"], default="none", help="what to write to stderr about each request"
    )
    parser.add_argument(
        "--engine", choices=["canned", "synthetic"], default="synthetic", help="what makes the outputs"
    )
    parser.add_argument("--seed", type=int, default=0, help="which of the equally made up outputs to give")
    parser.add_argument("--stubs", type=Path, metavar="FILE", help="YAML file with stubbed responses")
    parser.add_argument("--faults", type=Path, metavar="FILE", help="YAML file with what goes wrong")
    parser.add_argument("--catalog", type=Path, metavar="FILE", help="JSON file with the models")
    parser.add_argument(
        "--profile",
        choices=["full", "serverless"],
        default="full",
        help="whether there are operations on clusters, and the older API",
    )
    parser.add_argument("--credits", type=float, help="US dollars that each key may spend")
    limits = parser.add_argument_group("limits", "what protects the machine")
    for name, text in _LIMITS.items():
        limits.add_argument(
            f"--{name.replace('_', '-')}",
            type=_count,
            metavar="N",
            default=getattr(Settings(), name),
            help=text,
        )
    limits.add_argument(
        "--stream-limit",
        type=_seconds,
        metavar="SECONDS",
        default=Settings().stream_limit,
        help="real time for which one answer is sent; then its connection is cut",
    )
    dialect = parser.add_argument_group("dialect", "what published clients disagree about")
    for name, text in _DIALECT.items():
        dialect.add_argument(
            f"--{name.replace('_', '-')}",
            choices=get_args(DIALECT_CHOICES[name]),
            default=getattr(Dialect(), name),
            help=text,
        )
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= _LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {_LAST_PORT}")
    return port


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("a limit is a number from 0 on")
    return number


def _seconds(text: str) -> timedelta:
    return timedelta(seconds=_count(text))


if __name__ == "__main__":
    main()
